"""`grader merge`: results files of parts of a class become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grader.cli import OK
from grader.cli.options import STORE
from grader.errors import StaffError

if TYPE_CHECKING:
    from pathlib import Path


@click.command(short_help="Put results files of parts of a class together.")
@click.argument("into", type=STORE)
@click.argument("parts", type=STORE, nargs=-1, required=True)
def command(into: Path, parts: tuple[Path, ...]) -> int:
    """Add all that PARTS hold to INTO, which is made if it does not exist.

    Runs that graded by the same key become one. What INTO has already is not added again, so a
    merge that was interrupted can be repeated; PARTS are only read.
    """
    from grader.batch.merge import merge  # noqa: PLC0415 -- lazily
    from grader.batch.store import Store  # noqa: PLC0415

    for part in parts:
        if not part.exists():
            message = f"{part}: there is no such results file"
            raise StaffError(message)
        if part.resolve() == into.resolve():
            message = f"{part}: is the file that the others are merged into; leave it out"
            raise StaffError(message)
    with Store(into) as target:
        for part in parts:
            with Store(part) as source:
                added = merge(source, target)
            click.echo(f"{part}: {added} reports added to {into}")
    return OK
