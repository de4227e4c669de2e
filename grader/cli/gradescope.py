"""`grader gradescope`: the archive that Gradescope calls autograder.zip."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli import OK
from grader.cli.options import FILE, FOLDER, chosen, course_option, save, talking


@click.command(short_help="Build autograder.zip for Gradescope.")
@click.argument("assignment")
@course_option
@click.option("--out", type=FILE, default=Path("autograder.zip"), show_default=True)
@click.option(
    "--require",
    metavar="LEVEL",
    default="limits-only",
    show_default=True,
    help="Refuse to grade there under less isolation than this.",
)
@click.option(
    "--wheels",
    type=FOLDER,
    help="Bring the packages in this folder along; pip fills it if it is empty.",
)
def command(
    assignment: str, course: Path | None, out: Path, require: str, wheels: Path | None
) -> int:
    """Put the grader and one assignment's solutions into an archive to be uploaded.

    It holds the solutions and hidden cases: never give it to students.
    """
    from grader.authoring import gradescope  # noqa: PLC0415 -- numpy: lazily

    root, slug = chosen(course, assignment)
    if wheels is not None and not (wheels.is_dir() and any(wheels.iterdir())):
        gradescope.collect_wheels(wheels)
    bundle = gradescope.build(root, slug, require=require, wheels=wheels)
    kind = "with its packages" if bundle.offline else "its set-up downloads packages"
    save(out, bundle.data)
    with talking(out=out):
        click.echo(f"{out}: {len(bundle.data)} bytes, needs Python {bundle.python}, {kind}")
    return OK
