"""Grade many submissions into a store: each once, in any order, reported by student."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import signal
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader import __version__
from grader.batch.crew import Crew
from grader.batch.executor import Here, Task, Trouble, as_answered, attempt, closing
from grader.batch.key import key_of, keys_of
from grader.batch.progress import silent
from grader.batch.store import Run, storable
from grader.errors import StaffError
from grader.model import CheckResult, Reason, Report, Result, Results, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.batch.executor import Executor, Grading, OpenGrader
    from grader.batch.progress import Progress
    from grader.batch.store import Entry, Store
    from grader.model import Exercise, Isolation, Submission

LEVELS = ("timeouts-only", "limits-only", "reduced", "full")
"""Isolation, from the weakest to the strongest."""


class Handed(Protocol):
    """What was handed in: a list, or what reads it one at a time."""

    def __len__(self) -> int:
        """How many."""

    def __iter__(self) -> Iterator[Submission]:
        """Give them all."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run is to be done.

    Attributes:
        open_grader: Opens a grader in each worker; must survive pickling (spawned processes).
        workers: 1 grades in this process.
        require: What was stored under a weaker isolation than this level is graded again.
        regrade: Begin a new run beside the old.
        executor: Makes what grades instead of workers on this machine.
    """

    open_grader: OpenGrader
    workers: int = 1
    require: str | None = None
    regrade: bool = False
    executor: Callable[[], Executor] | None = None


def run(
    grader: Grading,
    submissions: Handed,
    plan: Plan,
    *,
    store: Store,
    progress: Progress = silent,
) -> Results:
    """Grade what the store does not hold yet and give all reports, by student.

    They are read from the store whenever they are looked at: it must be open then.

    Args:
        grader: An open grader; with one worker it does the work.
        submissions: With different students. Equal ones are graded once. Iterated over once: what
            reads them one at a time is never in memory as a whole.

    Raises:
        StaffError: Two submissions are of the same student.
        StoreError: The store cannot be written; what was graded before is in it.
        KeyboardInterrupt: SIGINT or SIGTERM; what was graded before is in the store.
    """
    assignment = grader.assignment
    keys = keys_of(grader)
    this = Run(
        assignment.slug, assignment.title, assignment.digest, __version__,
        key_of(assignment, keys), keys,
    )  # fmt: skip
    number = store.begin(this) if plan.regrade else store.resume(this)
    desk = _Desk(store, number, plan, {} if plan.regrade else _former(store, this, number))
    done = sum(storable(student) in desk.entries for student in _names(submissions))
    with _terminable(), progress(len(submissions), done) as graded:
        for reports in _graded(grader, plan, desk, _ordered(submissions)):
            store.put(number, *reports)
            for report in reports:
                graded(report)
    students = sorted(desk.students)
    del desk  # which is as large as the list of a large class
    kept = store.latest(number, students)
    return Results(this.grader, assignment.slug, assignment.title, assignment.digest, kept)


def _ordered(submissions: Handed) -> Handed:
    """By student; a listing is sorted already, and only it is not a plain list."""
    plain = isinstance(submissions, (list, tuple))
    return sorted(submissions, key=lambda s: s.student) if plain else submissions


def _names(submissions: Handed) -> Sequence[str]:
    known: Sequence[str] | None = getattr(submissions, "students", None)
    return known or [s.student for s in submissions]


def _former(store: Store, this: Run, number: int) -> dict[tuple[str, str], tuple[Entry, Run]]:
    """Student and digest to the newest graded entry of earlier runs that share an exercise."""
    found: dict[tuple[str, str], tuple[Entry, Run]] = {}
    for other, run in reversed(store.runs(this.assignment).items()):
        shared = run.exercises.items() & this.exercises.items()
        if other != number and shared and run.exercises.keys() == this.exercises.keys():
            for entry in store.entries(other).values():
                if entry.graded:
                    found.setdefault((entry.student, entry.digest), (entry, run))
    return found


@dataclass(slots=True)
class _Desk:
    """What becomes of each submission: known, copied from a twin, or a task.

    Attributes:
        former: What earlier runs say, by student and digest.
        entries: What this run has stored.
        students: All that came by.
        twins: Content to the entry or the student of one with that content; None: being graded.
        waiting: Content to the others with the same content as one that is being graded.
        copies: Reports that need no grading, to be stored.
    """

    store: Store
    number: int
    plan: Plan
    former: dict[tuple[str, str], tuple[Entry, Run]]
    entries: dict[str, Entry] = field(init=False)
    keys: dict[str, str] = field(init=False)
    students: set[str] = field(default_factory=set)
    twins: dict[bytes, Entry | str | None] = field(default_factory=dict)
    waiting: dict[bytes, list[str]] = field(default_factory=dict)
    copies: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.entries = self.store.entries(self.number)
        self.keys = dict(self.store.runs()[self.number].exercises)

    def tasks(self, submissions: Handed) -> Iterator[Task]:
        """Give what has to be graded; put the rest where it belongs."""
        for submission in submissions:
            self._admit(submission)
            content = _content(submission)
            entry = self.entries.get(storable(submission.student))
            if entry and self._good(entry, submission):
                self.twins[content] = entry
            elif content not in self.twins:
                task = self._task(submission)
                if task is not None:
                    self.twins[content] = None
                    yield task
            elif (twin := self.twins[content]) is None:
                self.waiting.setdefault(content, []).append(submission.student)
            else:
                report = self._stored(twin)
                self.copies.append(dataclasses.replace(report, student=submission.student))

    def _stored(self, twin: Entry | str) -> Report:
        """The report of an entry, or of a student who was graded in this run."""
        if isinstance(twin, str):
            return self.store.history(self.number, twin)[-1]
        return self.store.report(twin.id)

    def settle(self, submission: Submission, report: Report) -> list[Report]:
        """Give the report for everyone who handed in the same; what comes later is copied.

        Only the student's name is kept: the report is stored before another task is asked for.
        """
        content = _content(submission)
        self.twins[content] = submission.student
        others = self.waiting.pop(content, [])
        return [report, *(dataclasses.replace(report, student=other) for other in others)]

    def copied(self) -> list[Report]:
        """Take the copies made so far."""
        copies, self.copies = self.copies, []
        return copies

    def _admit(self, submission: Submission) -> None:
        if submission.student in self.students:
            message = (
                f"two submissions of the same student: {submission.student!r}; "
                "put both files into one folder with the student's name"
            )
            raise StaffError(message)
        self.students.add(submission.student)

    def _good(self, entry: Entry, submission: Submission) -> bool:
        """Whether an entry is of the same files, graded, and safely enough."""
        if not entry.graded or entry.digest != storable(submission.digest):
            return False
        if not _reaches(entry.isolation, self.plan.require):
            return False
        return (
            submission.message is None or self.store.report(entry.id).message == submission.message
        )

    def _task(self, submission: Submission) -> Task | None:
        """Make a task; where an earlier run knows all, copy its report instead."""
        place = (storable(submission.student), storable(submission.digest))
        entry, run = self.former.get(place, (None, None))
        if entry is None or run is None or not self._good(entry, submission):
            return Task(submission)
        stale = frozenset(n for n, key in self.keys.items() if run.exercises.get(n) != key)
        report = self.store.report(entry.id)
        if not stale:
            self.copies.append(report)
            return None
        return Task(submission, {r.name: r for r in report.exercises}, stale)


def _graded(
    grader: Grading, plan: Plan, desk: _Desk, submissions: Handed
) -> Iterator[list[Report]]:
    """Give reports in batches; what our side failed at is tried again at the end, from fresh."""
    again = []
    with closing(_executor(grader, plan, len(submissions))) as executor:
        for answers in as_answered(executor, desk.tasks(submissions)):
            reports = desk.copied()
            for task, answer in answers:
                if isinstance(answer, Trouble):
                    again.append(task)
                else:
                    reports += desk.settle(task.submission, answer)
            yield reports
        yield desk.copied()
    for task in again:
        answer = _once_more(plan, task)
        if isinstance(answer, Trouble):
            answer = ungraded(grader, task.submission, answer.message)
        yield desk.settle(task.submission, answer)


def _executor(grader: Grading, plan: Plan, count: int) -> Executor:
    if plan.executor is not None:
        return plan.executor()
    workers = min(plan.workers, count)
    return Here(grader) if workers <= 1 else Crew(plan.open_grader, workers)


def _once_more(plan: Plan, task: Task) -> Report | Trouble:
    """Alone, and from fresh."""
    if plan.executor is None and plan.workers <= 1:
        with plan.open_grader() as fresh:
            return attempt(fresh, task)
    executor = plan.executor() if plan.executor is not None else Crew(plan.open_grader, 1)
    with closing(executor):
        ((_, answer),) = next(as_answered(executor, [task]))
    return answer


def _content(submission: Submission) -> bytes:
    """What two submissions share that must get the same report; the unreadable stay apart."""
    s = submission
    apart = s.student if s.message is not None or not s.digest else None
    shared = repr((s.digest, s.notes, tuple(c.file for c in s.candidates), apart))
    return hashlib.blake2b(shared.encode(), digest_size=16).digest()


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


def _reaches(isolation: Isolation, require: str | None) -> bool:
    if require not in LEVELS or isolation.level not in LEVELS:
        return require is None or require == isolation.level
    return LEVELS.index(isolation.level) >= LEVELS.index(require)


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
