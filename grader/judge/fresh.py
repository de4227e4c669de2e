"""Fresh inputs where there is no reference: a student's own laws, and forward against backward.

Hypothesis draws them from the public cases: new numbers wherever any number is a legal one. What
it finds is no grade; it is shown with the input that shows it.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from grader.judge.gradient import is_no_derivative
from grader.judge.laws import broken
from grader.judge.show import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.judge.gradient import Ask
    from grader.judge.laws import Student
    from grader.model import Assignment, Case, Exercise, LawInputs

    Attempt = Callable[[int, float], "Unlike | None"]

_EXAMPLES = 100_000
_SCALES = (1.0, 0.5, 4.0)


class _EnoughError(Exception):
    """The time is up, or something was found."""


@dataclass(frozen=True, slots=True)
class Unlike:
    """An input for which a law or the derivative fails.

    Attributes:
        code: The input as it can be pasted.
    """

    exercise: str
    message: str
    code: str


@dataclass(frozen=True, slots=True)
class Explored:
    """How many fresh inputs were tried, and what each exercise failed on, if anything."""

    tried: int
    found: tuple[Unlike, ...]


def explore(
    assignment: Assignment,
    laws: Mapping[str, Mapping[str, Callable[..., None]]],
    student: Callable[[], Student],
    ask: Ask,
    *,
    seconds: float,
) -> Explored:
    """Try fresh inputs, the time divided among laws and derivatives alike.

    Args:
        assignment: With public cases and laws.
        laws: Exercise name to law id to the law.
        student: Makes what laws call.
        ask: Makes calls, as in `gradient`.
        seconds: For all of them together.
    """
    attempts = [*_lawful(assignment, laws, student), *_derived(assignment, ask)]
    tried, found = 0, []
    end = time.monotonic() + seconds
    for number, attempt in enumerate(attempts):
        until = time.monotonic() + (end - time.monotonic()) / (len(attempts) - number)
        count, unlike = _search(attempt, until)
        tried += count
        found += [unlike] if unlike else []
    return Explored(tried, tuple(found))


def _search(attempt: Attempt, until: float) -> tuple[int, Unlike | None]:
    tried: list[Unlike | None] = []

    @seed(0)
    @settings(
        max_examples=_EXAMPLES, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(st.integers(0, 2**32 - 1), st.sampled_from(_SCALES))
    def run(number: int, scale: float) -> None:
        if time.monotonic() > until:
            raise _EnoughError
        tried.append(attempt(number, scale))
        if tried[-1]:
            raise _EnoughError

    with contextlib.suppress(_EnoughError):
        run()
    return len(tried), tried[-1] if tried else None


def _lawful(
    assignment: Assignment,
    laws: Mapping[str, Mapping[str, Callable[..., None]]],
    student: Callable[[], Student],
) -> Iterator[Attempt]:
    for exercise in assignment.exercises:
        for law in exercise.laws:
            check = laws.get(exercise.name, {}).get(law.id)
            if check and law.free and law.inputs:
                yield _law(exercise, law, check, student)


def _law(
    exercise: Exercise,
    law: LawInputs,
    check: Callable[..., None],
    student: Callable[[], Student],
) -> Attempt:
    def attempt(number: int, scale: float) -> Unlike | None:
        given_ = dict(law.inputs[number % len(law.inputs)])
        rng = np.random.default_rng(number)
        given_ |= {name: _renewed(given_[name], rng, scale) for name in law.free}
        outcome = broken(replace(law, inputs=(given_,)), check, student())
        return Unlike(exercise.name, outcome[2], _code(given_)) if outcome else None

    return attempt


def _derived(assignment: Assignment, ask: Ask) -> Iterator[Attempt]:
    for exercise in assignment.exercises:
        ordinary = [c for c in exercise.cases if c.stratum == "normal" and not c.keywords]
        if exercise.forward and len(exercise.calls) > 1 and ordinary:
            yield _derivative(exercise, ordinary, ask)


def _derivative(exercise: Exercise, cases: list[Case], ask: Ask) -> Attempt:
    def attempt(number: int, scale: float) -> Unlike | None:
        rng = np.random.default_rng(number)
        case = cases[number % len(cases)]
        arguments = {name: _renewed(v, rng, scale) for name, v in case.arguments.items()}
        if not is_no_derivative(exercise, replace(case, arguments=arguments, layout={}), ask):
            return None
        message = f"{exercise.name} is not the derivative of your own {exercise.forward} here"
        return Unlike(exercise.name, message, _code(arguments))

    return attempt


def _renewed(value: Any, rng: np.random.Generator, scale: float) -> Any:
    """Other numbers in arrays of floats; everything else stays."""
    if isinstance(value, dict) and "function" not in value and "rng" not in value:
        return {key: _renewed(item, rng, scale) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return rng.normal(size=value.shape) * scale  # not rounded: no kink is hit
    return value


def _code(arguments: Mapping[str, Any]) -> str:
    return "\n".join(f"{name} = {literal(value)}" for name, value in arguments.items())
