"""Options that several commands share, and how their files are written."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.errors import StaffError
from grader.lang import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.model import Results

STDOUT = Path("-")
"""What `Document` gives for a dash; told by identity, for `./-` is a file that is called so."""


class Document(click.Path):
    """A file that is written as one text: a dash is standard output."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the path."""
        return STDOUT if value == "-" else super().convert(value, param, ctx)


class Named(click.Path):
    """A place that needs a name; `what` says what it is."""

    def __init__(self, what: str, **options: Any) -> None:
        super().__init__(path_type=Path, **options)
        self.what = what

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Give the path."""
        if value == "-":
            self.fail(f"'-' is standard output, and this is {self.what}; give its name", param, ctx)
        return super().convert(value, param, ctx)


FILE = Document(path_type=Path, dir_okay=False)
STORE = Named("a results file", dir_okay=False)
FOLDER = Named("a folder", file_okay=False)


class Shard(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on only
    """The i-th of n parts of a class, "1/8" to "8/8"."""

    name = "i/n"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Give both numbers."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", value)
        number, parts = map(int, found.groups()) if found else (0, 0)
        if not 1 <= number <= parts:
            self.fail(f"{value!r} is not a part: give 1/8, 2/8, ... or 8/8", param, ctx)
        return number, parts


def in_shard(student: str, number: int, parts: int) -> bool:
    """Whether a student is in a part: by the name alone, whoever else is in the class."""
    digest = hashlib.sha256(student.encode("utf-8", "backslashreplace")).digest()
    return int.from_bytes(digest[:8], "big") % parts == number - 1


def part_name(shard: tuple[int, int] | None) -> str:
    """Give what a part's results file is called by, so that no two parts share one."""
    return "" if shard is None else f".part-{shard[0]}-of-{shard[1]}"


def course_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--course DIR`."""
    return click.option(
        "--course",
        type=FOLDER,
        help="Folder that holds solutions/. Default: GRADER_COURSE, or the nearest one above.",
    )(command)


def assignment_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--assignment A`."""
    return click.option(
        "--assignment",
        "-a",
        required=True,
        metavar="A",
        help="The assignment's folder name, its number, or an unambiguous part: 08, layers.",
    )(command)


def lang_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--lang L`."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        default=LANGUAGES[0],
        show_default=True,
        envvar="GRADER_LANG",
        help="The language of what students read.",
    )(command)


def assignments_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `[ASSIGNMENT]...`."""
    return click.argument("assignments", nargs=-1, metavar="[ASSIGNMENT]...")(command)


def every(course: Path | None, assignments: Sequence[str]) -> tuple[Path, list[str]]:
    """Give the course's root and the slugs of the assignments, all of them if none is named."""
    from grader.authoring.course import find_course, resolve, slugs  # noqa: PLC0415 -- lazily

    root = find_course(course)
    return root, [resolve(root, text) for text in assignments] or slugs(root)


def chosen(course: Path | None, assignment: str) -> tuple[Path, str]:
    """Give the course's root and the assignment's slug."""
    from grader.authoring.course import find_course, resolve  # noqa: PLC0415 -- lazily

    root = find_course(course)
    return root, resolve(root, assignment)


def not_there(path: Path, wanted: str) -> str:
    """Say of a path that it is not there, where that was looked up, and what to give."""
    folder = path.parent
    there = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(path.name, there, n=1)
    hint = f"did you mean {str(path.with_name(near[0]))!r}? Else give" if near else "give"
    return f"{path}: there is no such file or folder; {Path.cwd()} is searched; {hint} {wanted}"


def save_document(name: str, results: Results, target: Path) -> None:
    """Write a report of a format that is one document."""
    from grader import reports  # noqa: PLC0415 -- lazily

    save(target, reports.document(name)(results).encode())


@contextlib.contextmanager
def talking(**targets: Path | None) -> Iterator[None]:
    """Print for people in here: on standard error where a document has standard output.

    Raises:
        StaffError: several documents would have it.
    """
    there = [f"--{option}" for option, target in targets.items() if target is STDOUT]
    if len(there) > 1:
        message = f"only one of {', '.join(there)} can go to standard output"
        raise StaffError(f"{message}; name a file for the others")
    with contextlib.redirect_stdout(sys.stderr) if there else contextlib.nullcontext():
        yield


def require_place(target: Path) -> None:
    """Make the folder of a file that is to be written later.

    Raises:
        StaffError: It cannot be made, or nothing can be written there.
    """
    if target is STDOUT:
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=target.parent).close()
    except OSError as error:
        message = f"{target}: cannot write it: {error.strerror}; give another place"
        raise StaffError(message) from error


def save(target: Path, data: bytes) -> None:
    """Write a file whole or not at all, or to standard output.

    Raises:
        StaffError: It cannot be written.
    """
    if target is STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:40]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o666 & ~_umask())  # noqa: PTH101 -- mkstemp gives a name
            os.replace(temporary, target)  # noqa: PTH105
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)  # noqa: PTH108
            raise
    except OSError as error:
        message = f"{target}: cannot write it: {error.strerror}; give another place"
        raise StaffError(message) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
