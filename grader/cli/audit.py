"""`grader audit`: grade the graders."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from grader.cli import FOUND, OK
from grader.cli.options import FILE, assignments_argument, course_option, every, save, talking

if TYPE_CHECKING:
    from pathlib import Path

    from grader.authoring.audit import Audit, Row


@click.command(short_help="Check that an assignment's checks kill what is wrong, and only that.")
@assignments_argument
@course_option
@click.option("--json", "json_file", type=FILE, help="Write the audit as JSON.")
@click.option("--html", "html_file", type=FILE, help="Write the audit as one page.")
@click.option("--workers", type=click.IntRange(1), help="Processes. Default: one per processor.")
def command(
    assignments: tuple[str, ...],
    course: Path | None,
    json_file: Path | None,
    html_file: Path | None,
    workers: int | None,
) -> int:
    """Print the kill matrix of ASSIGNMENTS, or of all.

    The stub earns nothing, the reference and every variant earn full marks, every known mistake
    loses marks and is named as itself, and generated mutants of the reference are killed.
    """
    from grader.authoring.audit import audits  # noqa: PLC0415 -- numpy and pydantic: lazily
    from grader.authoring.audit_page import page  # noqa: PLC0415

    root, slugs = every(course, assignments)
    found = []
    with talking(json=json_file, html=html_file):
        for audit in audits(root, slugs, workers or os.cpu_count() or 1):
            found.append(audit)
            _print(audit)
    if json_file:
        save(json_file, json.dumps([asdict(a) for a in found], indent=1).encode())
    if html_file:
        save(html_file, page(found).encode())
    return OK if all(a.good for a in found) else FOUND


def _print(audit: Audit) -> None:
    click.echo(audit.assignment)
    click.echo(f"  {'exercise':24} {'right':>7} {'mistakes':>9} {'named':>7} {'mutants':>8} killed")
    for row in audit.rows:
        _print_row(row)
    for name in audit.written:
        click.echo(f"  {name}: the stub does not leave it to be written")


def _print_row(row: Row) -> None:
    right = f"{row.accepted}/{row.accepted + len(row.rejected)}"
    mistakes = row.named + len(row.unnamed) + len(row.alive)
    lost = f"{mistakes - len(row.alive)}/{mistakes}"
    left = row.mutants - row.equivalent
    killed = f"{left - len(row.survivors)}/{left}"
    name = f"{row.number} {row.exercise}"
    click.echo(f"  {name:24} {right:>7} {lost:>9} {row.named:>7} {row.mutants:>8} {killed}")
    for key in row.rejected:
        click.echo(f"    rejected: {key} is right and loses points")
    for key in row.alive:
        click.echo(f"    alive: the mistake {key} loses nothing")
    for key, name in row.unnamed:
        click.echo(f"    unnamed: the mistake {key} is named {name}")
    for mutant in row.survivors:
        click.echo(f"    survivor ({mutant.operator}): {mutant.id}")
