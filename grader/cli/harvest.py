"""`grader harvest`: freeze an assignment's cases, or check those that are frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import FOUND, OK
from grader.cli.options import assignment_option, chosen, course_option

if TYPE_CHECKING:
    from pathlib import Path

BANK = "bank.msgpack"


@click.command(short_help="Make or check an assignment's frozen cases.")
@assignment_option
@course_option
@click.option("--seed", type=int, default=0, show_default=True, help="A course's own cases.")
@click.option("--check", is_flag=True, help="Check what is there; make nothing.")
def command(assignment: str, course: Path | None, seed: int, *, check: bool) -> int:
    """Draw the cases with Hypothesis and write solutions/NN_name/bank.msgpack."""
    from grader.authoring import harvest  # noqa: PLC0415 -- numpy and hypothesis: lazily

    root, slug = chosen(course, assignment)
    if check:
        problems = harvest.check(root, slug)
        for problem in problems:
            click.echo(str(problem))
        click.echo(f"{slug}: {len(problems) or 'no'} problems")
        return FOUND if problems else OK
    bank = harvest.harvest(root, slug, seed)
    target = root / "solutions" / slug / BANK
    temporary = target.with_suffix(".new")
    temporary.write_bytes(bank)
    temporary.replace(target)
    click.echo(f"{target}: {len(bank)} bytes, seed {seed}")
    return OK
