"""`grader show`: an assignment's pictures, drawn from your own functions."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import FOUND, OK
from grader.cli.options import FOLDER, chosen, course_option, lang_option, not_there, save
from grader.errors import StaffError
from grader.lang import current, said, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BANK = "public.bank"


@click.command(short_help="Draw an assignment's pictures from your own functions.")
@click.argument("where", metavar="[PATH]", default=".")
@click.option("--out", type=FOLDER, default="pictures", help="Where to. Default: pictures/ here.")
@click.option("--reference", is_flag=True, help="From the reference instead, in a course.")
@course_option
@lang_option
def command(where: str, out: Path, course: Path | None, lang: str, *, reference: bool) -> int:
    """Draw the pictures of PATH, an assignment's folder or name, as SVG. Default: this folder.

    Nothing of it is graded. Where a function is missing or raises, that picture is left out.
    Needs matplotlib, the extra `plots`. Exit status 1: some could not be drawn.
    """
    from grader.authoring.pictures import read_pictures  # noqa: PLC0415 -- these two: lazily
    from grader.drawing import NoPictureError, draw  # noqa: PLC0415

    missing = 0
    opened = _reference(where, course) if reference else _learner(where, course, lang)
    with opened as (folder, student):
        for picture in read_pictures(folder):
            try:
                svg = draw(picture, student())
            except NoPictureError as error:
                why = current().text(str(error))
                english = "{name}: no picture: {error}"
                click.echo(said("no_picture", english, name=picture.name, error=why))
                missing += 1
                continue
            save(out / f"{picture.name}.svg", svg)
            click.echo(f"{picture.name}: {out / picture.name}.svg")
    return FOUND if missing else OK


@contextmanager
def _reference(where: str, course: Path | None) -> Iterator[tuple[Path, Callable[[], Any]]]:
    from grader.authoring.course import load  # noqa: PLC0415 -- these two: lazily
    from grader.drawing import Own  # noqa: PLC0415

    authored = load(*chosen(course, Path(where).resolve().name))
    yield authored.folder, lambda: Own(authored.reference)


@contextmanager
def _learner(
    where: str, course: Path | None, lang: str
) -> Iterator[tuple[Path, Callable[[], Any]]]:
    from grader.drawing import learner  # noqa: PLC0415 -- all of these: lazily
    from grader.grade import student_grader  # noqa: PLC0415
    from grader.intake import read_student, sought  # noqa: PLC0415
    from grader.lang.catalogue import tongue_for  # noqa: PLC0415

    path = _own_work(where, course)
    folder = path if path.is_dir() else path.parent
    with student_grader(folder) as grader:
        assignment = grader.assignment
        submission = read_student(path, **sought(assignment))
        with speaking(tongue_for(lang, assignment, folder)):
            if not submission.candidates:
                why = submission.message or "nothing was handed in that can be read"
                raise StaffError(f"{path}: {current().text(why)}")
            with learner(grader.sandbox, assignment, submission) as (student, message):
                if message:
                    click.echo(current().text(message))
                yield folder, student


def _in_course(path: Path, course: Path | None) -> Path:
    """What students receive of an assignment of the course that is named."""
    from grader.authoring.course import find_course  # noqa: PLC0415 -- lazily

    try:
        find_course(course)
    except StaffError:
        if course is not None:
            raise
        wanted = "the assignment's folder or a file in it, or its name in a course"
        raise StaffError(not_there(path, wanted)) from None
    root, slug = chosen(course, str(path))
    return root / "assignments" / slug


def _own_work(where: str, course: Path | None) -> Path:
    """Find the folder or file: a path, this folder by its own name, or one of a course's."""
    path = Path(where)
    here = Path()
    if not path.exists() and (here / BANK).is_file() and here.resolve().name == where:
        path = here
    if not path.exists():
        path = _in_course(path, course)
    if not ((path if path.is_dir() else path.parent) / BANK).is_file():
        message = (
            f"{path.resolve()}: no {BANK} here; run `grader show` in the assignment's folder that "
            "you were given, or give its path; in a course, --reference shows the reference's"
        )
        raise StaffError(message)
    return path
