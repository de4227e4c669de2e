"""Students' own tests: right versions must pass them, and each wrong one must fail one of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge.verdict import whole
from grader.model import CheckResult, Reason, Result, Verdict
from grader.sandbox import codec
from grader.sandbox.session import Death

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.authoring.suspects import Suspect
    from grader.model import Assignment, Exercise

    Rows = list[list[str]]
    Run = Callable[[Mapping[str, Any], Sequence[Callable[..., object]]], "Rows | Death"]

MODULE = "under_test"
"""From which tests import the functions that they try."""

_SHOWN = 6
_TITLE = "Every wrong version is caught, and no right one"


@dataclass(frozen=True, slots=True)
class Court:
    """What is needed to try the versions for one file of tests.

    Attributes:
        file: The file's name.
        text: What the student wrote into it.
        suspects: All versions of all functions under test.
        about: Functions after whose names tests are told apart; all other tests belong together.
        run: Has the tests run in a fresh child.
    """

    file: str
    text: str
    suspects: Sequence[Suspect]
    about: tuple[str, ...]
    run: Run

    def tried(self, suspect: Suspect) -> Rows | Death:
        """What the tests say with a version in its function's place, up to the first failure."""
        functions = {s.of: s.function for s in reversed(self.suspects) if s.right}
        functions[suspect.of] = suspect.function
        request = {
            "file": self.file,
            "text": np.frombuffer(self.text.encode("utf-8", "replace"), np.uint8),
            "module": MODULE,
            "functions": list(functions),
            "about": list(self.about),
            "wanted": [suspect.of if suspect.of in self.about else ""],
            "first": True,
            "explain": suspect.right,
        }
        return self.run(request, [partial(_visibly, f) for f in functions.values()])


def court_of(
    assignment: Assignment, file: str, text: str, suspects: Sequence[Suspect], run: Run
) -> Court:
    """Everything that a file's exercises share; tests are told apart by all but the first's."""
    sharing = [e for e in assignment.exercises if e.file == file]
    about = tuple(name for e in sharing[1:] for name in e.under_test)
    return Court(file, text, suspects, about, run)


def _visibly(function: Callable[..., object], *args: Any, **kwargs: Any) -> list[Any]:
    """What a function returns, and its arguments if it has changed them."""
    before = codec.dumps([list(args), kwargs])
    value = function(*args, **kwargs)
    left = [list(args), kwargs]
    return [value, left if codec.dumps(left) != before else None]


def result_by_tests(exercise: Exercise, court: Court) -> Result:
    """Points are the share of wrong versions caught; none if a right version is rejected."""
    suspects = [s for s in court.suspects if s.of in exercise.under_test]
    for wheat in (s for s in suspects if s.right):
        failed = _rejected(exercise, court, wheat)
        if failed is not None:
            return failed
    survived = []
    chaffs = [s for s in suspects if not s.right]
    for chaff in chaffs:
        rows = court.tried(chaff)
        if isinstance(rows, Death):
            return _died(exercise, rows)
        if not any(row[1] == "failed" for row in rows):
            survived.append(chaff.title)
    return _counted(exercise, len(chaffs), survived)


def _counted(exercise: Exercise, total: int, survived: list[str]) -> Result:
    caught = total - len(survived)
    if not survived:
        return _whole(exercise, Verdict.PASSED, None, "")
    points = exercise.points * Fraction(caught, total)
    shown = [f"- {title}" for title in survived[:_SHOWN]]
    more = [f"- and {len(survived) - _SHOWN} more"] if len(survived) > _SHOWN else []
    head = f"{caught} of {total} wrong versions are caught. Your tests do not notice:"
    check = CheckResult("value", _TITLE, Verdict.FAILED, points, exercise.points)
    return Result(
        exercise.name, exercise.number, points, exercise.points, Verdict.FAILED, Reason.WRONG,
        message="\n".join([head, *shown, *more]), checks=(check,),
    )  # fmt: skip


def _rejected(exercise: Exercise, court: Court, wheat: Suspect) -> Result | None:
    """What is wrong with tests for which a right version is tried; None if they all pass."""
    rows = court.tried(wheat)
    if isinstance(rows, Death):
        return _died(exercise, rows)
    failed = next((row for row in rows if row[1] == "failed"), None)
    if failed is None:
        if any(row[1] == "passed" for row in rows):
            return None
        text = f"no test in {court.file} is about {' or '.join(exercise.under_test)}"
        return _whole(exercise, Verdict.NOT_ATTEMPTED, Reason.STUB, text)
    name, _, kind, text = failed
    if kind == "stub":
        return _whole(exercise, Verdict.NOT_ATTEMPTED, Reason.STUB, f"{name} is not written yet")
    if kind == "unreadable":
        return _whole(exercise, Verdict.RAISED, Reason.ERROR, f"{court.file}: {text}")
    what = f"{name or court.file} rejects a right version of {wheat.of} ({wheat.title}): {text}"
    return _whole(exercise, Verdict.FAILED, Reason.WRONG, what)


def _whole(exercise: Exercise, verdict: Verdict, reason: Reason | None, message: str) -> Result:
    """A result with one check, for all points or for none."""
    result = whole(exercise, verdict, reason, message)
    points = result.points
    check = CheckResult("value", _TITLE, verdict, points, exercise.points)
    return replace(result, checks=(check,))


def _died(exercise: Exercise, death: Death) -> Result:
    verdict = Verdict.TIMED_OUT if death.reason is Reason.TIMEOUT else Verdict.CRASHED
    return _whole(exercise, verdict, death.reason, death.message)
