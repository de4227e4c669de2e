"""`grader check`: a student's own work against the public cases."""

from __future__ import annotations

import dataclasses
import difflib
import io
import os
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader import __version__
from grader.cli import FOUND, OK, UNGRADED
from grader.cli.options import FILE, lang_option, not_there, save_document, talking
from grader.errors import StaffError
from grader.lang import current, said, speaking
from grader.model import Results, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.grade import Grader
    from grader.model import Assignment, Report, Submission

BANK = "public.bank"
_NUMBER = re.compile(r"[0-9]+\.[0-9]+")


@click.command(short_help="Check your own work in an assignment's folder.")
@click.argument("where", metavar="[PATH] [EXERCISE]...", nargs=-1)
@click.option("--json", "json_", type=FILE, help="Write the results as JSON to this file.")
@click.option(
    "--hints",
    type=click.IntRange(1, 3),
    default=1,
    show_default=True,
    help="How many hints to show: where to look, the concept, nearly the step.",
)
@click.option(
    "--explore",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Then try fresh inputs for so long: public laws, and each backward against its forward.",
)
@lang_option
@click.option("--github", is_flag=True, help="Write GitHub's step summary and annotations.")
def command(where: tuple[str, ...], json_: Path | None, **options: Any) -> int:
    """Check PATH, a folder with a public.bank or a file beside one. Default: this folder.

    With names or numbers of exercises only these are shown. Exit status 0: all passed; 1: not yet.
    """
    path, names = _split(where)
    results, folder, assignment = _checked(path, names)
    report = results.reports[0]
    if json_ is not None:
        save_document("json", results, json_)
    from grader.lang.catalogue import tongue_for  # noqa: PLC0415 -- reads YAML where needed

    with speaking(tongue_for(options["lang"], assignment, folder)), talking(json=json_):
        _show(results, report, options["hints"], github=options["github"], folder=folder)
        if any(r.verdict is Verdict.UNGRADED for r in report.exercises):
            return UNGRADED
        good = report.passed == len(report.exercises)
        if options["explore"] is not None:
            good &= _explored(path, report, options["explore"])
    return OK if good else FOUND


def _explored(path: Path, report: Report, seconds: float) -> bool:
    """Try fresh inputs on what passed, and print what they show; is all well?"""
    from grader.grade import student_grader  # noqa: PLC0415 -- lazily
    from grader.reports.text import visible  # noqa: PLC0415

    passed = {r.name for r in report.exercises if r.verdict is Verdict.PASSED}
    with student_grader(path if path.is_dir() else path.parent) as grader:
        found = grader.explore(_submission(grader, path), passed, seconds=seconds)
    english = "Explored: {tried} fresh inputs for {passed} exercises that passed."
    click.echo(said("explored", english, tried=found.tried, passed=len(passed)))
    for unlike in found.found:
        message = current().text(unlike.message)
        click.echo(f"\n{unlike.exercise}: {visible(message)}\n{visible(unlike.code)}")
    return not found.found


def _split(where: Sequence[str]) -> tuple[Path, Sequence[str]]:
    """Tell the path from the exercises: a first word that is no file but a name or a number."""
    exercise = where and (where[0].isidentifier() or _NUMBER.fullmatch(where[0]))
    if exercise and not Path(where[0]).exists() and Path(BANK).is_file():
        return Path(), where
    return Path(where[0] if where else "."), where[1:]


def _checked(path: Path, names: Sequence[str]) -> tuple[Results, Path, Assignment]:
    if not path.exists():
        raise StaffError(not_there(path, "the assignment's folder or a file in it"))
    folder = path if path.is_dir() else path.parent
    if not (folder / BANK).is_file():
        message = (
            f"{folder.resolve()}: no {BANK} here; run `grader check` in the assignment's folder "
            "that you were given, or give its path"
        )
        raise StaffError(message)
    from grader.sandbox.session import open_sandbox  # noqa: PLC0415 -- all of these: lazily

    with ThreadPoolExecutor(1) as pool:
        # A sandbox is a process that starts while this one goes on importing.
        opening = pool.submit(open_sandbox, require=None)
        from grader.grade import student_grader  # noqa: PLC0415
        from grader.reports import terminal  # noqa: F401, PLC0415

        grader = student_grader(folder, opened=opening.result)
        return _report(grader, path, names), folder, grader.assignment


def _report(grader: Grader, path: Path, names: Sequence[str]) -> Results:
    with grader:
        assignment = grader.assignment
        wanted = _known(assignment, names)
        report = _only(grader.grade(_submission(grader, path)), wanted)
    return Results(
        __version__,
        assignment.slug,
        assignment.title,
        assignment.digest,
        (report,),
        public_only=True,
    )


def _submission(grader: Grader, path: Path) -> Submission:
    from grader.intake import read_student, sought  # noqa: PLC0415 -- lazily

    return read_student(path, **sought(grader.assignment))


def _known(assignment: Assignment, names: Sequence[str]) -> frozenset[str]:
    there = [exercise.name for exercise in assignment.exercises]
    numbered = [e.name for e in assignment.exercises if e.number in names]
    names = [name for name in names if name not in {e.number for e in assignment.exercises}]
    unknown = [name for name in names if name not in there]
    if unknown:
        near = [n for name in unknown for n in difflib.get_close_matches(name, there, n=1)]
        hint = f"did you mean {', '.join(near)}? " if near else ""
        message = (
            f"no exercise {', '.join(unknown)} in {assignment.slug}; {hint}"
            f"there are: {', '.join(there)}; and no file or folder {unknown[0]} in {Path.cwd()}"
        )
        raise StaffError(message)
    return frozenset([*names, *numbered] or there)


def _only(report: Report, wanted: frozenset[str]) -> Report:
    shown = tuple(result for result in report.exercises if result.name in wanted)
    return dataclasses.replace(report, exercises=shown)


def _show(results: Results, report: Report, hints: int, *, github: bool, folder: Path) -> None:
    from grader.reports import terminal  # noqa: PLC0415 -- rich is not paid for before

    if "GITHUB_ACTIONS" not in os.environ and not github:
        terminal.show_first(results, report, terminal.open_console(), hints=hints)
        return
    from grader.reports import github as workflow  # noqa: PLC0415

    printed = io.StringIO()
    terminal.show_first(results, report, terminal.open_console(printed), hints=hints)
    # A line that a student's code printed must not be read as a command by the runner.
    click.echo(workflow.guarded(printed.getvalue(), token=secrets.token_hex(16)), nl=False)
    if github:
        click.echo(workflow.annotate(results, folder=_from_root(folder)), nl=False)
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary:
            _append(Path(summary), workflow.write(results))


def _append(file: Path, text: str) -> None:
    try:
        with file.open("a", encoding="utf-8") as summary:
            summary.write(text)
    except OSError as error:
        message = f"{file}: cannot write the step summary: {error.strerror}"
        raise StaffError(message) from error


def _from_root(folder: Path) -> str:
    """Give the folder as a path from the repository's root, as annotations need it."""
    root = Path(os.environ.get("GITHUB_WORKSPACE", ".")).resolve()
    inside = folder.resolve()
    return inside.relative_to(root).as_posix() if inside.is_relative_to(root) else ""
