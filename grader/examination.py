"""One submission while it is judged: each exercise first alone, then carried or explained."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from grader.errors import SandboxError
from grader.judge import explain
from grader.judge.claims import read_claims
from grader.judge.gradient import is_own_derivative
from grader.judge.laws import result_by_laws
from grader.judge.tests import court_of, result_by_tests
from grader.judge.verdict import died, whole
from grader.model import Reason, Result, Verdict
from grader.neighbours import Neighbours
from grader.sandbox.session import Death, Loaded
from grader.sitting import beside, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.grade import Grader
    from grader.judge.verdict import Judgement
    from grader.model import Exercise, Submission
    from grader.sitting import Sitting


_NAMES = 500
_NEAR = 0.8
"""How alike names are of which one may stand for the other; 1 is the same."""


def unread(exercise: Exercise, loaded: Loaded | Death) -> Result:
    """Nothing of the file could be read, or nothing survived loading it."""
    if isinstance(loaded, Loaded):
        return whole(exercise, Verdict.RAISED, Reason.INTAKE, loaded.problem or "")
    return died(exercise, loaded)


def _plainly(name: str) -> str:
    return name.replace("_", "").casefold()


@dataclass(slots=True)
class Examination:
    """One submission while it is judged."""

    grader: Grader
    submission: Submission
    sitting: Sitting
    desk: Callable[..., Any]
    known: Mapping[str, Result] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()
    judged: dict[str, tuple[Result, Judgement | None]] = field(default_factory=dict)
    neighbours: Neighbours = field(init=False)

    def __post_init__(self) -> None:
        self.neighbours = Neighbours(self.grader, self.submission, self.desk)

    def results(self) -> list[Result]:
        """All exercises in order: judged, then carried where a neighbour was at fault."""
        for exercise in self.grader.assignment.exercises:
            if exercise.name not in self.known or exercise.name in self.stale:
                self._at_first(exercise.name)
        results: dict[str, Result] = {}
        moved = self._moved()
        for exercise in self.grader.assignment.exercises:
            former = self.known.get(exercise.name)
            kept = former is not None and exercise.name not in self.stale
            if kept and former is not None and (_plain(former) or not moved):
                results[exercise.name] = former
                continue
            result = results[exercise.name] = self._settled(exercise, results)
            moved |= former is None or _outcome(former) != _outcome(result)
        return list(results.values())

    def _moved(self) -> bool:
        """Is a former result stale that was right in the student's own file, or is so now?"""
        return any(
            _plain(self.known[name]) != (self._at_first(name)[0].verdict is Verdict.PASSED)
            for name in self.stale & set(self.known)
        )

    def _settled(self, exercise: Exercise, before: Mapping[str, Result]) -> Result:
        result, judgement = self._at_first(exercise.name)
        if result.verdict is Verdict.PASSED or exercise.file or not _tried(result, judgement):
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
        if exercise.file:
            return self._by_file(exercise), None
        if isinstance(loaded, Death):
            return died(exercise, loaded), None
        if exercise.name not in loaded.defined:
            text = f"{exercise.name} is not defined in {self.sitting.file}"
            text += self._near(exercise.name, loaded)
            return whole(exercise, Verdict.NOT_ATTEMPTED, Reason.MISSING, text), None
        if exercise.name not in loaded.attempted:
            text = f"{exercise.name} is not written yet"
            return whole(exercise, Verdict.NOT_ATTEMPTED, Reason.STUB, text), None
        return self._past_what_hangs(exercise) or self.grader.judged(exercise, self.sitting)

    def _past_what_hangs(self, exercise: Exercise) -> tuple[Result, Judgement | None] | None:
        """Judged at once with what failed before put right, where some of that ran out of time.

        Whatever calls it would run out of time as well. Points are the same in either order; None
        where something else is wrong, for then the student's own file has to be judged.
        """
        before = self._before(exercise)
        if not any(r.verdict is Verdict.TIMED_OUT for r in before.values()):
            return None
        again = self.neighbours.put_right(exercise, before)
        if again is None:
            return None
        if again.result.verdict is Verdict.PASSED and again.called:
            # Where only the other half of a pair was called, the student's own would have done.
            failing = {n for n, r in before.items() if r.verdict is not Verdict.PASSED}
            return (again.result, again.judgement) if again.called & failing else None
        settled = again.result.verdict in (Verdict.PASSED, Verdict.TIMED_OUT)
        return (again.result, again.judgement) if settled else None

    def _before(self, exercise: Exercise) -> dict[str, Result]:
        """What is known of the exercises before this one, each in the student's own file."""
        found: dict[str, Result] = {}
        for other in takewhile(lambda e: e is not exercise, self.grader.assignment.exercises):
            if other.name in self.judged:
                found[other.name] = self.judged[other.name][0]
            elif other.name in self.known:
                found[other.name] = self.known[other.name]
        return found

    def _near(self, name: str, loaded: Loaded) -> str:
        """Point out a name in the file that is nearly the one that is asked for."""
        asked = {e.name for e in self.grader.assignment.exercises}
        # A file may define ten thousand names of any length; nobody pays for that.
        others = sorted(n for n in loaded.defined - asked if len(n) <= 2 * len(name))[:_NAMES]
        there = {_plainly(n): n for n in reversed(others)}
        near = difflib.get_close_matches(_plainly(name), there, 1, _NEAR)
        return f"; there is {there[near[0]]}: call it {name} if it is meant" if near else ""

    def _by_file(self, exercise: Exercise) -> Result:
        """An exercise that is handed in in a file of its own."""
        if exercise.file not in self.submission.beside:
            text = f"there is no {exercise.file} beside {self.sitting.file}"
            return whole(exercise, Verdict.NOT_ATTEMPTED, Reason.MISSING, text)
        if exercise.judged_by != "tests":
            return self._by_claims(exercise)
        assignment = self.grader.assignment
        modules = beside(assignment, self.submission)
        start = partial(self.grader.sandbox.test_session, assignment.limits, modules)
        run = partial(examine, start, self.sitting.source, assignment.module)
        text = self.submission.beside[exercise.file]
        court = court_of(assignment, exercise.file, text, self.grader.suspects, run)
        return result_by_tests(exercise, court)

    def _by_claims(self, exercise: Exercise) -> Result:
        try:
            claims = read_claims(self.submission.beside[exercise.file])
        except ValueError as error:
            return whole(exercise, Verdict.RAISED, Reason.ERROR, f"{exercise.file}: {error}")
        if not claims:
            text = f"nothing is claimed in {exercise.file} yet"
            return whole(exercise, Verdict.NOT_ATTEMPTED, Reason.STUB, text)
        if isinstance(self.sitting.loaded, Death):
            return died(exercise, self.sitting.loaded)
        student = self.grader.student(exercise, self.sitting)
        student.claims = claims
        return result_by_laws(exercise, self.grader.laws.get(exercise.name, {}), student)

    def _carried(
        self, exercise: Exercise, before: Mapping[str, Result], result: Result
    ) -> Result | None:
        """Full points where only a neighbour is wrong, or where this is its own derivative."""
        again = self.neighbours.put_right(exercise, before)
        if again:
            if again.result.verdict is Verdict.PASSED:
                return again.result
            if self._derives(exercise, again.judgement, again.sitting):
                return self._own(exercise, result)
        if self._derives(exercise, self._at_first(exercise.name)[1], self.sitting):
            return self._own(exercise, result)
        given = self.neighbours.with_given_modules(exercise)
        return given or self._with_later(exercise, before, result)

    def _with_later(
        self, exercise: Exercise, before: Mapping[str, Result], result: Result
    ) -> Result | None:
        """Full points where later neighbours are wrong, and are so whatever stands before them."""
        if result.verdict not in _WRONG:
            return None
        exercises = {e.name: e for e in self.grader.assignment.exercises}
        names = list(exercises)
        behind = names[names.index(exercise.name) + 1 :]
        later = {n: self._own_verdict(n) for n in behind if self.neighbours.mentioned(n)}
        wrong = {n: r for n, r in later.items() if r and r.verdict in _WRONG}
        again = self.neighbours.put_right(exercise, {**before, **wrong}) if wrong else None
        if again is None or again.result.verdict is not Verdict.PASSED:
            return None
        for name in set(wrong) & again.called:
            alone = self.neighbours.put_right(exercises[name], {exercise.name: result})
            if alone and alone.result.verdict is Verdict.PASSED:
                return None
        return again.result

    def _own_verdict(self, name: str) -> Result | None:
        """What came of an exercise in the student's own file, as far as that is known."""
        if name in self.judged or name not in self.known or name in self.stale:
            return self._at_first(name)[0]
        return None if self.known[name].carried else self.known[name]

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
        staff = self.grader.staff
        space = staff.spaces.get(exercise.name) if staff else None
        laws = self.grader.laws.get(exercise.name, {})
        try:
            if exercise.judged_by == "laws":
                student = partial(self.grader.student, exercise, self.sitting)
                return explain.explained_by_law(exercise, result, laws, space, student)
            if judgement is None or judgement.passed:
                return result
            return explain.explained(exercise, result, judgement, space, self.sitting.ask_cases)
        except SandboxError:
            raise
        # The verdict stands: whatever answers brought our explanation down, they cost no grade.
        except Exception as error:  # noqa: BLE001
            what = f"the grader could not explain this further ({type(error).__name__})"
            return replace(result, notes=(*result.notes, f"{what}; please report it"))


_WRONG = frozenset({Verdict.FAILED, Verdict.RAISED})
"""Wrong at no great cost: what hangs or dies is not asked once more for the sake of a later one."""


def _plain(result: Result) -> bool:
    """Whether this cannot depend on any neighbour: full points in the student's own file."""
    return result.verdict is Verdict.PASSED and not result.carried


def _outcome(result: Result) -> tuple[Verdict, bool]:
    return result.verdict, result.carried


def _tried(result: Result, judgement: Judgement | None) -> bool:
    """Was the student's own function called? A stub that it reached may be a neighbour's."""
    unwritten = result.verdict is Verdict.NOT_ATTEMPTED and judgement is None
    return not unwritten and result.verdict is not Verdict.UNGRADED
