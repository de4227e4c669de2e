"""grade(assignment, submission) -> Report: the heart.

Each exercise is one message to a jailed child and one judgement of what came back. Only what
failed is asked again: with failing neighbours put right, for its smallest counterexample, and
for the name of its mistake.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from grader.judge import explain
from grader.judge.gradient import is_own_derivative
from grader.judge.laws import Student, result_by_laws
from grader.judge.prepare import prepare
from grader.judge.verdict import Judgement, judge, result_of, whole
from grader.model import Reason, Report, Result, Verdict
from grader.sandbox.codec import CodecError
from grader.sandbox.session import Death, Loaded, open_sandbox
from grader.sitting import Sitting, sit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from grader.judge.fresh import Explored
    from grader.judge.shrink import Space
    from grader.model import Assignment, Exercise, Isolation, Submission
    from grader.sandbox.opening import Sandbox

    Alone = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Staff:
    """What is known where `solutions/` is at hand, per exercise.

    Attributes:
        reference: Function name to the reference.
        spaces: Exercise name to its input space, for shrinking.
    """

    reference: Mapping[str, Callable[..., Any]]
    spaces: Mapping[str, Space]


class Grader:
    """Grades submissions to one assignment, one at a time; owns one sandbox.

    Attributes:
        laws: Exercise name to law id to the law.
        staff: What only staff have, or None.
        prepared: Exercise name to its one message.
    """

    def __init__(
        self,
        assignment: Assignment,
        sandbox: Sandbox,
        laws: Mapping[str, Mapping[str, Callable[..., None]]],
        staff: Staff | None = None,
    ) -> None:
        self.assignment = assignment
        self.sandbox = sandbox
        self.laws = laws
        self.staff = staff
        self.prepared = {e.name: prepare(e) for e in assignment.exercises}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.sandbox.close()

    @property
    def isolation(self) -> Isolation:
        """Under which protections student code runs."""
        return self.sandbox.isolation

    def grade(
        self,
        submission: Submission,
        *,
        known: Mapping[str, Result] = MappingProxyType({}),
        stale: Collection[str] = (),
        alone: Alone = nullcontext,
    ) -> Report:
        """The report on one submission; nothing that a submission does raises.

        Args:
            submission: What was handed in.
            known: Results of an earlier report on the same files.
            stale: Of those, the exercises whose key has changed since: only they are graded, and
                what depended on an outcome that is another now.
            alone: Entered around a repetition that must have the machine for itself.

        Raises:
            SandboxError: the machine failed; the submission is to be tried again.
        """
        if not submission.candidates:
            return self._nothing(submission)
        began = time.perf_counter()
        desk = partial(sit, self.sandbox, self.assignment, alone=alone)
        with desk(submission) as sitting:
            if isinstance(sitting.loaded, Loaded) and sitting.loaded.problem is None:
                room = _Room(self, submission, sitting, desk, known, frozenset(stale))
                with room.open:
                    results = room.results()
            else:
                results = [_unread(e, sitting.loaded) for e in self.assignment.exercises]
            notes = (*submission.notes, *sitting.notes)
        return Report(
            submission.student, submission.digest, sitting.file, notes, sitting.message,
            self.isolation, tuple(results), time.perf_counter() - began,
        )  # fmt: skip

    def explore(
        self, submission: Submission, exercises: Collection[str], *, seconds: float
    ) -> Explored:
        """Try fresh inputs on some exercises where no reference is at hand.

        Raises:
            SandboxError: the machine failed.
        """
        from grader.judge import fresh  # noqa: PLC0415 -- Hypothesis takes its time

        kept = tuple(e for e in self.assignment.exercises if e.name in exercises)
        signatures = {e.name: e.calls[-1] for e in self.assignment.exercises}
        with sit(self.sandbox, self.assignment, submission) as sitting:
            return fresh.explore(
                replace(self.assignment, exercises=kept),
                self.laws,
                lambda: Student(signatures, sitting.ask_openly),
                sitting.ask,
                seconds=seconds,
            )

    def _nothing(self, submission: Submission) -> Report:
        """No file could be read: every exercise is raised, and one message says why."""
        why = submission.message or "nothing was handed in that can be read"
        results = [whole(e, Verdict.RAISED, Reason.INTAKE, why) for e in self.assignment.exercises]
        return Report(
            submission.student, submission.digest, "", submission.notes, why,
            self.isolation, tuple(results), 0.0,
        )  # fmt: skip


def _unread(exercise: Exercise, loaded: Loaded | Death) -> Result:
    """Nothing of the file could be read, or nothing survived loading it."""
    if isinstance(loaded, Loaded):
        return whole(exercise, Verdict.RAISED, Reason.INTAKE, loaded.problem or "")
    return _died(exercise, loaded)


def _died(exercise: Exercise, death: Death) -> Result:
    verdict = Verdict.TIMED_OUT if death.reason is Reason.TIMEOUT else Verdict.CRASHED
    return whole(exercise, verdict, death.reason, death.message)


@dataclass(frozen=True, slots=True)
class _Room:
    """One submission while it is judged."""

    grader: Grader
    submission: Submission
    sitting: Sitting
    desk: Callable[..., Any]
    known: Mapping[str, Result] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    judged: dict[str, tuple[Result, Judgement | None]] = field(default_factory=dict)
    open: ExitStack = field(default_factory=ExitStack)
    others: dict[frozenset[str], Sitting] = field(default_factory=dict)

    def results(self) -> list[Result]:
        """All exercises in order: judged, then carried where a neighbour was at fault."""
        for exercise in self.grader.assignment.exercises:
            if exercise.name not in self.known or exercise.name in self.stale:
                self._at_first(exercise.name)
        results: dict[str, Result] = {}
        moved = False
        for exercise in self.grader.assignment.exercises:
            former = self.known.get(exercise.name)
            kept = former is not None and exercise.name not in self.stale
            if kept and former is not None and (_plain(former) or not moved):
                results[exercise.name] = former
                continue
            result = results[exercise.name] = self._settled(exercise, results)
            moved |= former is None or _outcome(former) != _outcome(result)
        return list(results.values())

    def _settled(self, exercise: Exercise, before: Mapping[str, Result]) -> Result:
        result, judgement = self._at_first(exercise.name)
        if result.verdict is Verdict.PASSED or not _tried(result, judgement):
            return result
        carried = self._carried(exercise, before, result)
        return carried or self._explained(exercise, result, judgement)

    def _at_first(self, name: str) -> tuple[Result, Judgement | None]:
        """An exercise judged in the student's own file, once."""
        if name not in self.judged:
            exercise = next(e for e in self.grader.assignment.exercises if e.name == name)
            self.judged[name] = self._first(exercise)
        return self.judged[name]

    def _first(self, exercise: Exercise) -> tuple[Result, Judgement | None]:
        loaded = self.sitting.loaded
        if isinstance(loaded, Death):
            return _died(exercise, loaded), None
        if exercise.name not in loaded.defined:
            text = f"{exercise.name} is not defined in {self.sitting.file}"
            return whole(exercise, Verdict.NOT_ATTEMPTED, Reason.MISSING, text), None
        if exercise.name not in loaded.attempted:
            text = f"{exercise.name} is not written yet"
            return whole(exercise, Verdict.NOT_ATTEMPTED, Reason.STUB, text), None
        return self._judged(exercise, self.sitting)

    def _judged(self, exercise: Exercise, sitting: Sitting) -> tuple[Result, Judgement | None]:
        if exercise.judged_by == "laws":
            student = Student(self._signatures(), sitting.ask_openly)
            checks = self.grader.laws.get(exercise.name, {})
            return result_by_laws(exercise, checks, student), None
        prepared = self.grader.prepared[exercise.name]
        reply = sitting.reply(prepared.request)
        if isinstance(reply, Death):
            return _died(exercise, reply), None
        try:
            judgement = judge(prepared, *reply)
        except CodecError as error:
            sitting.discard()
            death = Death(Reason.PROTOCOL, f"its answer could not be read ({error})")
            return _died(exercise, death), None
        return result_of(exercise, judgement), judgement

    def _signatures(self) -> dict[str, Any]:
        return {e.name: e.calls[-1] for e in self.grader.assignment.exercises}

    def _carried(
        self, exercise: Exercise, before: Mapping[str, Result], result: Result
    ) -> Result | None:
        """Full points where only a neighbour is wrong, or where this is its own derivative.

        What was carried itself is put right, too: in this file it stands on what is wrong.
        """
        own = {exercise.name, exercise.forward}
        failing = [n for n, r in before.items() if r.verdict is not Verdict.PASSED]
        standing = [n for n, r in before.items() if r.carried]
        rebound = self._pairs([n for n in (*failing, *standing) if n not in own], own)
        staff = self.grader.staff
        if staff:  # a constant is read, and nothing can stand in for it
            rebound = [name for name in rebound if callable(staff.reference[name])]
        if rebound and staff:
            other = self._put_right(staff, rebound)
            again, judgement = self._judged(exercise, other)
            if again.verdict is Verdict.PASSED:
                names = ", ".join(dict.fromkeys(n for n in failing if n not in own))
                note = f"judged with a right {names} in its place"
                return replace(again, carried=True, notes=(*again.notes, note))
            if self._derives(exercise, judgement, other):
                return self._own(exercise, result)
        if self._derives(exercise, self._at_first(exercise.name)[1], self.sitting):
            return self._own(exercise, result)
        return None

    def _put_right(self, staff: Staff, names: list[str]) -> Sitting:
        """A sitting in which the reference stands in for some functions; one for each set."""
        key = frozenset(names)
        if key not in self.others:
            functions = {name: staff.reference[name] for name in names}
            self.others[key] = self.open.enter_context(self.desk(self.submission, rebind=functions))
        return self.others[key]

    def _pairs(self, failing: list[str], own: set[str | None]) -> list[str]:
        """A forward and its backward share a cache: both are put right, or neither."""
        found = dict.fromkeys(failing)
        for exercise in self.grader.assignment.exercises:
            if exercise.forward and {exercise.name, exercise.forward} & set(failing):
                found |= dict.fromkeys((exercise.forward, exercise.name))
        return [name for name in found if name not in own]

    def _derives(self, exercise: Exercise, judgement: Judgement | None, sitting: Sitting) -> bool:
        if exercise.forward is None or len(exercise.calls) == 1 or judgement is None:
            return False
        wrong_forward = self._at_first(exercise.forward)[0].verdict is Verdict.FAILED
        answered = judgement.failures.get("value")
        tried = answered is not None and answered.verdict is Verdict.FAILED
        return wrong_forward and tried and is_own_derivative(exercise, sitting.ask)

    def _own(self, exercise: Exercise, result: Result) -> Result:
        note = f"it is the true derivative of your own {exercise.forward}"
        passed = whole(exercise, Verdict.PASSED, None, "", (*result.notes, note))
        return replace(passed, carried=True)

    def _explained(self, exercise: Exercise, result: Result, judgement: Judgement | None) -> Result:
        if judgement is None or judgement.passed:
            return result
        staff = self.grader.staff
        space = staff.spaces.get(exercise.name) if staff else None
        return explain.explained(exercise, result, judgement, space, self.sitting.ask_cases)


def _plain(result: Result) -> bool:
    """Whether this cannot depend on any neighbour: full points in the student's own file."""
    return result.verdict is Verdict.PASSED and not result.carried


def _outcome(result: Result) -> tuple[Verdict, bool]:
    return result.verdict, result.carried


def _tried(result: Result, judgement: Judgement | None) -> bool:
    """Was the student's own function called? A stub that it reached may be a neighbour's."""
    unwritten = result.verdict is Verdict.NOT_ATTEMPTED and judgement is None
    return not unwritten and result.verdict is not Verdict.UNGRADED


def staff_grader(course: Path, slug: str, *, require: str | None) -> Grader:
    """A grader for staff, where solutions/ is at hand: it shrinks, names and carries.

    Raises:
        AuthoringError, StaffError: the assignment or its bank is broken.
        IsolationError: the machine does not reach the level that is required.
    """
    from grader.authoring.prepared import staff_parts  # noqa: PLC0415 -- reads YAML, loads late

    sandbox = open_sandbox(require=require)
    try:
        assignment, laws, reference, spaces = staff_parts(course, slug)
    except BaseException:
        sandbox.close()
        raise
    return Grader(assignment, sandbox, laws, Staff(reference, spaces))


def student_grader(folder: Path, *, opened: Callable[[], Sandbox] | None = None) -> Grader:
    """A grader for a folder that students received: public cases, whatever isolation there is.

    Args:
        folder: With its public.bank.
        opened: Gives a sandbox that was begun to be opened before.

    Raises:
        StaffError: the folder holds no public.bank that can be read.
    """
    from grader.authoring.bank import read_public  # noqa: PLC0415
    from grader.authoring.public_laws import read_laws  # noqa: PLC0415

    opened = opened or partial(open_sandbox, require=None)
    try:
        assignment = read_public(folder)
        laws = read_laws(folder, assignment)
    except BaseException:
        opened().close()
        raise
    return Grader(assignment, opened(), laws)
