"""`grader new`: an assignment's folder to start from."""

from __future__ import annotations

import os
from pathlib import Path

import click

from grader.cli import OK
from grader.cli.options import FOLDER


@click.command(short_help="Make a new assignment's folder, with one example of everything.")
@click.argument("name", metavar="NN_NAME")
@click.option(
    "--course", type=FOLDER, help="The course's root. Default: GRADER_COURSE, else as `grade`."
)
def command(name: str, course: Path | None) -> int:
    """Make solutions/NN_NAME, which loads, harvests, stubs and grades as it is."""
    from grader.authoring.new import new  # noqa: PLC0415 -- lazily

    folder = new(_root(course), name)
    click.echo(f"made {folder}")
    click.echo(f"Edit it, then: grader harvest {folder.name} && grader stub {folder.name}")
    return OK


def _root(given: Path | None) -> Path:
    """Give the course's root as other commands find it; the first assignment begins one here."""
    if given is not None:
        return given
    if "GRADER_COURSE" in os.environ:
        return Path(os.environ["GRADER_COURSE"])
    here = Path.cwd()
    above = [folder for folder in (here, *here.parents) if (folder / "solutions").is_dir()]
    return above[0] if above else here
