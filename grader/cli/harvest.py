"""`grader harvest`: freeze an assignment's cases, or check those that are frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import FOUND, OK
from grader.cli.options import assignments_argument, course_option, every, save

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Make or check an assignment's frozen cases.")
@assignments_argument
@course_option
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Gives a course its own cases."
)
@click.option("--check", is_flag=True, help="Check what is there; make nothing.")
def command(assignments: tuple[str, ...], course: Path | None, seed: int, *, check: bool) -> int:
    """Draw cases with Hypothesis into solutions/NN_name, for ASSIGNMENTS or for all."""
    from grader.authoring.bank import BANK  # noqa: PLC0415 -- numpy and hypothesis: lazily
    from grader.authoring.harvest import check as check_bank  # noqa: PLC0415
    from grader.authoring.harvest import harvest  # noqa: PLC0415

    root, slugs = every(course, assignments)
    if check:
        problems = [problem for slug in slugs for problem in check_bank(root, slug)]
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{', '.join(slugs)}: {len(problems) or 'no'} problems")
        return FOUND if problems else OK
    for slug in slugs:
        bank = harvest(root, slug, seed)
        target = root / "solutions" / slug / BANK
        save(target, bank)
        click.echo(f"{target}: {len(bank)} bytes, seed {seed}")
    return OK
