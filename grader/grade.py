"""grade(assignment, submission) -> Report: the heart.

Each exercise is one message to a jailed child and one judgement of what came back. Only what
failed is asked again: with failing neighbours put right, for its smallest counterexample, and
for the name of its mistake.
"""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import replace
from functools import cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from grader.examination import Examination, unread
from grader.judge.laws import Student, result_by_laws
from grader.judge.prepare import prepare
from grader.judge.verdict import Judgement, died, judge, result_of, whole
from grader.model import Reason, Report, Verdict
from grader.neighbours import Staff
from grader.sandbox.codec import CodecError
from grader.sandbox.sealed import NONE
from grader.sandbox.session import Death, Loaded, open_sandbox
from grader.sitting import sit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from grader.authoring.suspects import Suspect
    from grader.judge.fresh import Explored
    from grader.model import Assignment, Exercise, Isolation, Result, Submission
    from grader.sandbox.opening import Sandbox
    from grader.sandbox.sealed import Foreseen
    from grader.sitting import Sitting

    Alone = Callable[[], AbstractContextManager[None]]


class Grader:
    """Grades submissions to one assignment, one at a time; owns one sandbox.

    Attributes:
        laws: Exercise name to law id to the law.
        suspects: Versions that students' own tests are to tell apart.
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
        self.suspects: tuple[Suspect, ...] = ()
        self.assignment = assignment
        self.sandbox = sandbox
        self.laws = laws
        self.staff = staff
        self.prepared = {e.name: prepare(e) for e in assignment.exercises}
        try:
            sandbox.know([(p.request.header, p.request.raw) for p in self.prepared.values()])
        except BaseException:
            sandbox.close()
            raise

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
                room = Examination(self, submission, sitting, desk, known, frozenset(stale))
                with room.neighbours.open:
                    results = room.results()
            else:
                results = [unread(e, sitting.loaded) for e in self.assignment.exercises]
            notes = (*submission.notes, *sitting.notes)
        return Report(
            submission.student, submission.digest, sitting.file, notes, sitting.message,
            self.isolation, tuple(results), time.perf_counter() - began,
        )  # fmt: skip

    def judged(
        self, exercise: Exercise, sitting: Sitting, foreseen: Foreseen = NONE
    ) -> tuple[Result, Judgement | None]:
        """An exercise as it stands in a sitting, neither carried nor explained.

        Args:
            exercise: What is judged.
            sitting: The submission.
            foreseen: Name of a function that stands in for its own to its answers.
        """
        if exercise.by_laws:
            checks = self.laws.get(exercise.name, {})
            return result_by_laws(exercise, checks, self.student(exercise, sitting)), None
        prepared = self.prepared[exercise.name]
        reply = sitting.reply(prepared.request, foreseen)
        if isinstance(reply, Death):
            return died(exercise, reply), None
        try:
            judgement = judge(prepared, *reply)
        except CodecError as error:
            sitting.discard()
            death = Death(Reason.PROTOCOL, f"its answer could not be read ({error})")
            return died(exercise, death), None
        if judgement.passed and not judgement.notes:
            return prepared.passed, judgement
        return result_of(exercise, judgement), judgement

    def student(self, exercise: Exercise, sitting: Sitting) -> Student:
        """The functions of a sitting, as laws call them."""
        loaded = sitting.loaded
        signatures = {e.name: e.calls[-1] for e in self.assignment.exercises}
        defined = loaded.defined if isinstance(loaded, Loaded) else frozenset()
        signatures |= {c.function: c for c in self.assignment.helpers if c.function in defined}
        return Student(signatures, sitting.ask_openly, once=exercise.judged_by == "training")

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


def staff_grader(course: Path, slug: str, *, require: str | None) -> Grader:
    """A grader for staff, where solutions/ is at hand: it shrinks, names and carries.

    Raises:
        AuthoringError, StaffError: the assignment or its bank is broken.
        IsolationError: the machine does not reach the level that is required.
    """
    from grader.authoring.foreseen import foreseen  # noqa: PLC0415 -- as the next line
    from grader.authoring.prepared import staff_parts  # noqa: PLC0415 -- reads YAML, loads late

    sandbox = open_sandbox(require=require)
    try:
        assignment, laws, reference, spaces, suspects = staff_parts(course, slug)
    except BaseException:
        sandbox.close()
        raise
    grader = Grader(assignment, sandbox, laws)
    prepared, names = grader.prepared, [e.name for e in assignment.exercises]
    ahead = cache(lambda name: foreseen(prepared[name], reference, names))
    grader.staff = Staff(reference, spaces, ahead)
    grader.suspects = suspects
    return grader


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
    from grader.authoring.suspects import read_suspects  # noqa: PLC0415

    opened = opened or partial(open_sandbox, require=None)
    try:
        assignment = read_public(folder)
        laws = read_laws(folder, assignment)
        suspects = read_suspects(folder)
    except BaseException:
        opened().close()
        raise
    grader = Grader(assignment, opened(), laws)
    grader.suspects = suspects
    return grader
