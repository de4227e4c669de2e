"""`grader doctor`: what this machine offers, for a question or a bug report."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import click

from grader import __version__
from grader.cli import OK

_PARTS = ("numpy", "hypothesis", "pytest", "nbformat", "click", "rich", "pydantic", "msgpack")


@click.command(short_help="Show what this machine offers: versions, isolation.")
@click.option("--require", metavar="LEVEL", help="Fail under less isolation than this: full, ...")
def command(require: str | None) -> int:
    """Show versions and under which protections student code would run here."""
    from grader.sandbox.session import open_sandbox  # noqa: PLC0415 -- lazily

    click.echo(f"grader      {__version__}")
    click.echo(f"python      {platform.python_version()} ({platform.platform()})")
    for part in _PARTS:
        click.echo(f"{part:<11} {_version(part)}")
    sandbox = open_sandbox(require=require)
    isolation, findings = sandbox.isolation, sandbox.findings
    sandbox.close()
    click.echo(f"isolation   {isolation.level}: student code is kept from")
    for finding in findings:
        said = "yes" if finding.held else f"NO: needs {finding.remedy}"
        click.echo(f"  {finding.name:<36} {said}")
    for name, value in isolation.system.items():
        click.echo(f"  {name}: {value}")
    return OK


def _version(part: str) -> str:
    try:
        return version(part)
    except PackageNotFoundError:
        return "not installed"
