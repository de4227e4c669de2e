"""`grader stub`: make what students receive, or check that it is what would be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import FOUND, OK
from grader.cli.options import FOLDER, assignments_argument, course_option, every
from grader.errors import StaffError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Make what students receive from solutions/.")
@assignments_argument
@course_option
@click.option("--check", is_flag=True, help="Make nothing; fail if something else lies there.")
@click.option("--out", type=FOLDER, help="Write one assignment here, to be handed out as it is.")
def command(
    assignments: tuple[str, ...], course: Path | None, out: Path | None, *, check: bool
) -> int:
    """Make assignments/NN_name from solutions/NN_name, for ASSIGNMENTS or for all."""
    from grader.authoring.stub import check_stub, write_stub  # noqa: PLC0415 -- libcst: lazily

    root, slugs = every(course, assignments)
    if out is not None and (check or len(slugs) != 1):
        message = f"--out {out} is for one assignment and without --check; name the assignment"
        raise StaffError(message)
    if check:
        problems = [problem for slug in slugs for problem in check_stub(root, slug)]
        for problem in problems:
            click.echo(problem)
        click.echo(f"{', '.join(slugs)}: {len(problems) or 'no'} differences")
        return FOUND if problems else OK
    for slug in slugs:
        for path in write_stub(root, slug, out=out):
            click.echo(str(path))
    return OK
