"""`grader grade`: one submission in full, or a class into a store and reports."""

from __future__ import annotations

import functools
import os
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import OK, UNGRADED
from grader.cli.options import (
    FILE,
    FOLDER,
    STDOUT,
    STORE,
    Shard,
    assignment_option,
    chosen,
    course_option,
    in_shard,
    lang_option,
    not_there,
    part_name,
    require_place,
    save,
    save_document,
    talking,
)
from grader.errors import StaffError
from grader.lang import speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.batch.executor import Executor
    from grader.grade import Grader
    from grader.model import Assignment, Results

_DOCUMENTS = ("json", "csv", "junit", "gradescope")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which reports are to be written where."""

    documents: Mapping[str, Path | None]
    html: Path | None
    audience: str
    explore: float | None

    def require_possible(self, students: int) -> None:
        """Refuse before the class is graded what could not be done afterwards."""
        for option in ("gradescope", "explore"):
            given = self.explore if option == "explore" else self.documents[option]
            if given is not None and students != 1:
                message = (
                    f"--{option} is for one submission, not {students}; give one file or one "
                    "student's folder"
                )
                raise StaffError(message)
        for target in (*self.documents.values(), self.html and self.html / "index.html"):
            if target is not None:
                require_place(target)


def _documents(command: Callable[..., Any]) -> Callable[..., Any]:
    for name in reversed(_DOCUMENTS):
        help_line = f"Write the results as {name} to this file."
        command = click.option(f"--{name}", type=FILE, help=help_line)(command)
    return command


@click.command(short_help="Grade one submission or a whole class.")
@click.argument("submissions", type=click.Path(path_type=Path))
@assignment_option
@course_option
@click.option("--workers", type=click.IntRange(1), help="Processes. Default: one per processor.")
@click.option("--executor", metavar="URL", help="Grade elsewhere: dask://HOST:PORT, dask://local.")
@click.option("--shard", type=Shard(), help="Only the i-th of n parts of the class: 1/8 to 8/8.")
@click.option("--store", type=STORE, help="Results file. Default: ./NN_name.gradus.db.")
@click.option(
    "--require",
    metavar="LEVEL",
    default="full",
    show_default=True,
    envvar="GRADER_REQUIRE",
    help="Refuse to run under less isolation: full, reduced, limits-only, timeouts-only.",
)
@click.option("--regrade", is_flag=True, help="Grade all anew, as a new run beside the old.")
@_documents
@click.option("--html", type=FOLDER, help="Write a page for the class and one per student.")
@click.option(
    "--audience",
    type=click.Choice(["student", "staff"]),
    default="student",
    show_default=True,
    help="Who reads the students' pages; staff also get exception texts.",
)
@click.option(
    "--explore",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Then search fresh cases for so long, for one submission; no grade comes of it.",
)
@lang_option
def command(submissions: Path, assignment: str, course: Path | None, **options: Any) -> int:
    """Grade SUBMISSIONS: a file, a folder with a file or folder per student, or an archive.

    What is in the store already is not graded again; after an interruption the same command goes
    on where it was. Exit status 3: something could not be graded, through no student's fault.
    """
    if not submissions.exists():
        asked = "a submission, a folder with one for each student, or an archive of it"
        raise StaffError(not_there(submissions, asked))
    root, slug = chosen(course, assignment)
    documents = {name: options.pop(name) for name in _DOCUMENTS}
    seconds = options.pop("explore")
    wanted = _Wanted(documents, options.pop("html"), options.pop("audience"), seconds)
    lang = options.pop("lang")
    with ExitStack() as room:
        with talking(**documents):
            results, prepared = _graded(submissions, root, slug, wanted, room, **options)
        from grader.lang.catalogue import tongue_for  # noqa: PLC0415 -- reads YAML where needed

        with speaking(tongue_for(lang, prepared, root / "solutions" / slug)):
            with talking(**documents):
                all_graded = _show(results)
            _write(results, wanted)
    if seconds is not None:
        with talking(**documents):
            _explore(submissions, root, slug, options["require"], seconds)
    return OK if all_graded else UNGRADED


def _graded(
    path: Path, course: Path, slug: str, wanted: _Wanted, room: ExitStack, **options: Any
) -> tuple[Results, Assignment]:
    """Grade them; the store stays open in `room`, since results are read from it."""
    from grader.batch.progress import suitable  # noqa: PLC0415 -- all of these: lazily
    from grader.batch.run import Plan, run  # noqa: PLC0415
    from grader.batch.store import Store  # noqa: PLC0415
    from grader.grade import staff_grader  # noqa: PLC0415
    from grader.intake import list_submissions, sought  # noqa: PLC0415

    open_grader = functools.partial(staff_grader, course, slug, require=options["require"])
    workers = options["workers"] or _processors()
    shard: tuple[int, int] | None = options["shard"]
    with open_grader() as grader:
        elsewhere = _elsewhere(options["executor"], course, grader, workers)
        plan = Plan(open_grader, workers, options["require"], options["regrade"], elsewhere)
        found = list_submissions(path, **sought(grader.assignment))
        if not found:
            message = f"{path}: holds no submission; give a folder with a file per student"
            raise StaffError(message)
        if shard is not None:
            found = found.only(lambda student: in_shard(student, *shard))
        wanted.require_possible(len(found))
        file = options["store"] or Path(f"{slug}{part_name(shard)}.gradus.db")
        store = room.enter_context(Store(file))
        try:
            results = run(grader, found, plan, store=store, progress=suitable())
        except KeyboardInterrupt:
            same = "the same command without --regrade" if plan.regrade else "the same command"
            click.echo(f"what was graded is kept in {file}; {same} goes on", err=True)
            raise
        return results, grader.assignment


def _explore(path: Path, course: Path, slug: str, require: str, seconds: float) -> None:
    """Search fresh cases, and offer what is found as an edge of checks.py."""
    from grader.authoring.explore import explore  # noqa: PLC0415 -- Hypothesis takes its time
    from grader.grade import staff_grader  # noqa: PLC0415
    from grader.intake import list_submissions, sought  # noqa: PLC0415
    from grader.reports.text import visible  # noqa: PLC0415

    with staff_grader(course, slug, require=require) as grader:
        (submission,) = list_submissions(path, **sought(grader.assignment))
        for found in explore(grader, course, submission, seconds=seconds):
            if found.arguments is None:
                said = f"{found.tried} fresh cases, the largest error {found.error:.1e}"
                click.echo(f"explored {found.exercise}: {said}")
                continue
            said = f"fails fresh case {found.tried}: {visible(found.message)}"
            click.echo(f"explored {found.exercise}: {said}\n  As a new case for checks.py:\n")
            click.echo(found.edge)


def _elsewhere(
    url: str | None, course: Path, grader: Grader, workers: int
) -> Callable[[], Executor] | None:
    if url is None:
        return None
    if not url.startswith("dask://"):
        message = f"--executor {url}: no such executor; there are dask://HOST:PORT and dask://local"
        raise StaffError(message)
    from grader.batch.cluster import DaskExecutor, Order  # noqa: PLC0415 -- the extra `cluster`

    return functools.partial(DaskExecutor, url, Order(course, grader), workers=workers)


def _show(results: Results) -> bool:
    """Show them, and tell whether everything could be graded."""
    from grader.reports import terminal  # noqa: PLC0415 -- rich is not paid for before

    console = terminal.open_console()
    if len(results.reports) == 1:
        report = results.reports[0]
        terminal.show_full(results, report, console)
        return report.score is not None
    return not terminal.show_class(results, console).ungraded


def _write(results: Results, wanted: _Wanted) -> None:
    for name, target in wanted.documents.items():
        if target is not None:
            save_document(name, results, target)
            if target is not STDOUT:
                click.echo(f"wrote {target}", err=True)
    if wanted.html is not None:
        from grader.reports import html  # noqa: PLC0415 -- jinja2 is not paid for before

        write = html.write if wanted.audience == "student" else html.write_for_staff
        for name, text in write(results).items():
            save(wanted.html / name, text.encode())
        click.echo(f"wrote {wanted.html / 'index.html'}", err=True)


def _processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
