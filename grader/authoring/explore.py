"""Search fresh cases beyond the bank against a live session; a failure becomes a new edge."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings, target

from grader.authoring import lint, strategies
from grader.authoring.course import load
from grader.authoring.space import DeclaredSpace
from grader.judge.compare import as_numbers
from grader.judge.verdict import case_failure
from grader.model import Case
from grader.sitting import sit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from grader.grade import Grader
    from grader.model import Submission
    from grader.sitting import Sitting

_EXAMPLES = 100_000


class _EnoughError(Exception):
    """The time is up, or a failure was found."""


@dataclass(frozen=True, slots=True)
class Found:
    """A case outside the bank that a submission fails, and how; `error` is the largest seen."""

    exercise: str
    tried: int
    error: float
    message: str = ""
    arguments: Mapping[str, Any] | None = None

    @property
    def edge(self) -> str:
        """The case as it can be put into checks.py; empty where nothing was found."""
        if self.arguments is None:
            return ""
        with np.printoptions(threshold=10_000, floatmode="unique"):
            lines = [f"        {name!r}: {_code(v)}," for name, v in self.arguments.items()]
        head = f'@{self.exercise}.edge("found by exploring")\ndef found_by_exploring():\n'
        return "\n".join([f"{head}    return {{", *lines, "    }"])


def _code(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {_code(item)}" for key, item in value.items()) + "}"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r}, dtype=np.{value.dtype.name}).reshape({value.shape})"
    return repr(value)


def explore(
    grader: Grader, course: Path, submission: Submission, *, seconds: float
) -> Iterator[Found]:
    """What a search finds for each exercise that a reference judges, in equal shares of the time.

    Raises:
        SandboxError: the machine failed.
    """
    authored = load(course, grader.assignment.slug)
    exercises = [e for e in grader.assignment.exercises if e.judged_by == "reference"]
    with sit(grader.sandbox, grader.assignment, submission) as sitting:
        for exercise in exercises:
            space = DeclaredSpace(authored, authored.declarations[exercise.name], exercise)
            yield _explored(space, sitting, seconds / len(exercises))


def _explored(space: DeclaredSpace, sitting: Sitting, seconds: float) -> Found:
    exercise, end = space.exercise, time.monotonic() + seconds
    tried, largest = [0], [0.0]
    found: list[Found] = []

    def attempt(stratum: str, arguments: dict[str, Any]) -> None:
        if time.monotonic() > end:
            raise _EnoughError
        arguments = {name: value for name, value in arguments.items() if name}
        if not lint.well_conditioned(space.authored, space.declaration, exercise, arguments):
            return
        drawn = Case("found", stratum, "value", public=False, arguments=arguments, sizes={},
                     lower=(), upper=())  # fmt: skip
        case = space.frozen(drawn, arguments)
        replies = sitting.ask_cases(exercise.calls, [case]) if case else None
        if case is None or replies is None:
            return
        tried[0] += 1
        failure, _ = case_failure(exercise, case, 0, replies[0].answer)
        if failure:
            found.append(
                Found(exercise.name, tried[0], largest[0], failure.message, case.arguments)
            )
            raise _EnoughError
        error = _error(case, replies[0].answer[1])
        largest[0] = max(largest[0], error)
        target(error)

    for number, stratum in enumerate(s for s in strategies.STRATA if s != "whole"):
        share = time.monotonic() + (end - time.monotonic()) / (len(strategies.STRATA) - 1 - number)
        _search(space, stratum, number, share, attempt)
        if found:
            return found[0]
    return Found(exercise.name, tried[0], largest[0])


def _search(space: DeclaredSpace, stratum: str, number: int, until: float, attempt: Any) -> None:
    @seed(number)
    @settings(
        max_examples=_EXAMPLES, database=None, deadline=None,
        phases=[Phase.generate, Phase.target], suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )  # fmt: skip
    @given(strategies.cases(space.declaration, stratum))
    def run(arguments: dict[str, Any]) -> None:
        if time.monotonic() > until:
            raise _EnoughError
        attempt(stratum, arguments)

    with contextlib.suppress(_EnoughError):
        run()


def _error(case: Case, value: Any) -> float:
    """The largest distance from the right answer, relative to 1 + its largest number."""
    values = [value] if len(case.lower) == 1 and not isinstance(value, list) else value
    errors = [0.0]
    for right, got in zip(case.lower, values if isinstance(values, list) else [], strict=False):
        one, other = as_numbers(right), as_numbers(got)
        if isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and one.size == other.size:
            gap = np.max(np.abs(one.ravel() - other.ravel()), initial=0)
            errors.append(float(gap / (1 + np.max(np.abs(one), initial=0))))
    return max(errors)
