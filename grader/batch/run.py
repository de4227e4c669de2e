"""Grade many submissions into a store: each once, in any order, reported by student."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.batch.crew import Crew, Trouble, attempt
from grader.batch.key import grader_version, key_of
from grader.batch.progress import silent
from grader.batch.store import Run
from grader.errors import StaffError
from grader.model import CheckResult, Reason, Report, Result, Results, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from grader.batch.crew import Grading, OpenGrader
    from grader.batch.progress import Progress
    from grader.batch.store import Store
    from grader.model import Exercise, Isolation, Submission

    Answers = Iterator[tuple[Submission, Report | Trouble]]

LEVELS = ("timeouts-only", "limits-only", "reduced", "full")
"""Isolation, from the weakest to the strongest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is to be done.

    Attributes:
        open_grader: Opens a grader in each worker; must survive pickling (spawned processes).
        workers: 1 grades in this process.
        require: What was stored under a weaker isolation than this level is graded again.
        regrade: Begin a new run beside the old.
    """

    open_grader: OpenGrader
    workers: int = 1
    require: str | None = None
    regrade: bool = False


def run(
    grader: Grading,
    submissions: Iterable[Submission],
    plan: Plan,
    *,
    store: Store,
    progress: Progress = silent,
) -> Results:
    """Grade what the store does not hold yet and give all reports, by student.

    Args:
        grader: An open grader; with one worker it does the work.
        submissions: With different students. Equal ones are graded once.

    Raises:
        StaffError: Two submissions are of the same student.
        StoreError: The store cannot be written; what was graded before is in it.
        KeyboardInterrupt: SIGINT or SIGTERM; what was graded before is in the store.
    """
    ordered = sorted(submissions, key=lambda s: s.student)
    _refuse_doubles(ordered)
    assignment = grader.assignment
    this = Run(
        assignment.slug, assignment.title, assignment.digest, grader_version(), key_of(assignment)
    )
    number = store.begin(this) if plan.regrade else store.resume(this)
    reports = _reusable(store.reports(number), ordered, plan.require)
    groups = _groups(ordered)
    pending = [group for group in groups if any(s.student not in reports for s in group)]
    missing = sum(s.student not in reports for s in ordered)
    with _terminable(), progress(len(ordered), len(ordered) - missing) as graded:
        for report in _all_reports(grader, plan, pending, reports):
            if report.student not in reports:
                store.put(number, report)
                reports[report.student] = report
                graded(report)
    shown = tuple(reports[s.student] for s in ordered)
    return Results(this.grader, assignment.slug, assignment.title, assignment.digest, shown)


def ungraded(grader: Grading, submission: Submission, message: str) -> Report:
    """Report that staff's side failed: no exercise has a score."""
    results = tuple(_ungraded_result(e, message) for e in grader.assignment.exercises)
    file = submission.candidates[0].file if submission.candidates else ""
    return Report(
        student=submission.student,
        digest=submission.digest,
        file=file,
        notes=submission.notes,
        message=None,
        isolation=grader.isolation,
        exercises=results,
        seconds=0.0,
    )


def _all_reports(
    grader: Grading,
    plan: Plan,
    groups: Sequence[Sequence[Submission]],
    known: dict[str, Report],
) -> Iterator[Report]:
    """Give a report for every member of every group: copied where one is known, else graded."""
    members = {}
    for group in groups:
        twin = next((known[s.student] for s in group if s.student in known), None)
        if twin is None:
            members[group[0].student] = group
        else:
            yield from _copies(twin, group)
    firsts = [group[0] for group in members.values()]
    for submission, answer in _twice(grader, plan, firsts):
        if isinstance(answer, Trouble):
            answer = ungraded(grader, submission, answer.message)  # noqa: PLW2901 -- settled now
        yield from _copies(answer, members[submission.student])


def _copies(report: Report, group: Sequence[Submission]) -> Iterator[Report]:
    for submission in group:
        yield dataclasses.replace(report, student=submission.student)


def _twice(grader: Grading, plan: Plan, submissions: Sequence[Submission]) -> Answers:
    """Grade all; what our side failed at is tried again at the end, alone and from fresh."""
    again = []
    workers = min(plan.workers, len(submissions))
    once = _here(grader, submissions) if workers <= 1 else _beside(plan, workers, submissions)
    for submission, answer in once:
        if isinstance(answer, Trouble):
            again.append(submission)
        else:
            yield submission, answer
    for submission in again:
        if workers <= 1:
            with plan.open_grader() as fresh:
                yield submission, attempt(fresh, submission)
        else:
            yield from _beside(plan, 1, [submission])


def _here(grader: Grading, submissions: Iterable[Submission]) -> Answers:
    for submission in submissions:
        yield submission, attempt(grader, submission)


def _beside(plan: Plan, workers: int, submissions: Iterable[Submission]) -> Answers:
    with Crew(plan.open_grader, workers) as crew:
        yield from crew.grade(submissions)


def _reusable(
    stored: dict[str, Report], submissions: Sequence[Submission], require: str | None
) -> dict[str, Report]:
    """Keep what was stored for the same files, was graded, and safely enough."""
    found = ((s, stored.get(s.student)) for s in submissions)
    return {
        s.student: report
        for s, report in found
        if report
        and report.digest == s.digest
        and report.message == (s.message or report.message)
        and all(r.verdict is not Verdict.UNGRADED for r in report.exercises)
        and _reaches(report.isolation, require)
    }


def _reaches(isolation: Isolation, require: str | None) -> bool:
    if require not in LEVELS or isolation.level not in LEVELS:
        return require is None or require == isolation.level
    return LEVELS.index(isolation.level) >= LEVELS.index(require)


def _groups(submissions: Iterable[Submission]) -> list[list[Submission]]:
    """Put submissions together that must get the same report; the unreadable stay apart."""
    groups: dict[tuple[object, ...], list[Submission]] = {}
    for s in submissions:
        apart = s.student if s.message is not None or not s.digest else None
        content = (s.digest, s.notes, tuple(c.file for c in s.candidates), apart)
        groups.setdefault(content, []).append(s)
    return list(groups.values())


def _refuse_doubles(ordered: Sequence[Submission]) -> None:
    doubles = sorted({a.student for a, b in itertools.pairwise(ordered) if a.student == b.student})
    if doubles:
        message = (
            f"two submissions of the same student: {', '.join(map(repr, doubles))}; "
            "put both files into one folder with the student's name"
        )
        raise StaffError(message)


def _ungraded_result(exercise: Exercise, message: str) -> Result:
    checks = tuple(
        CheckResult(key, key, Verdict.UNGRADED, None, exercise.points * share)
        for key, share in exercise.weights.items()
    )
    return Result(
        name=exercise.name,
        number=exercise.number,
        points=None,
        max_points=exercise.points,
        verdict=Verdict.UNGRADED,
        reason=Reason.GRADER_ERROR,
        message=message,
        checks=checks,
    )


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """End on SIGTERM as on Ctrl-C: workers dismissed, the store closed, nothing half written."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Callable[..., object] | int | None = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
