"""Is a backward the true derivative of the student's own forward?

Ridders-extrapolated central differences of the forward along random directions, with an error
estimate; inconclusive is never "wrong" and never "right". Source: C. J. F. Ridders, Accurate
computation of F'(x) and F'(x)F''(x), Adv. Eng. Software 4(2), 1982; as measured in numerics A.4:
six levels from h = 0.1, ratio 2; |<g, d> - D| <= 20 estimate + 1e-9 scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge.compare import as_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.model import Call, Case, Exercise

    Ask = Callable[[Sequence[Call], Sequence[Mapping[str, Any]]], list[Any] | None]

LEVELS = 6
FIRST_STEP = 0.1
FINER = (1.0, 1 / 16, 1 / 256)
CASES = 12
FEWEST = 3
_SLACK = 20.0
_ROUNDING = 1e-9
_TRUSTED = 1e-6
_KINK = 3 / 8
"""Between 1/4, what is left of a bend at half the step, and 1/2, what is left of a kink."""


@dataclass(frozen=True, slots=True)
class _Slope:
    """A directional derivative with its error estimate and the size of the terms in it."""

    value: float
    error: float
    scale: float

    @property
    def conclusive(self) -> bool:
        return self.error <= _TRUSTED * self.scale

    def fits(self, claimed: float) -> bool:
        return abs(claimed - self.value) <= _SLACK * self.error + _ROUNDING * self.scale


def is_own_derivative(exercise: Exercise, ask: Ask) -> bool:
    """Does the backward give the derivative of the forward that stands in the same file?

    Args:
        exercise: A backward; all calls but its last make the forward's output and cache.
        ask: Makes calls for arguments and gives one answer each, as the child sends them; None
            if the child died.

    Returns:
        True if every conclusive direction agrees, there are at least `FEWEST`, and not all of
        the derivatives are zero. Inconclusive is False: it earns nothing, and says nothing.
    """
    cases = [c for c in exercise.cases if c.stratum in ("normal", "grid") and not c.keywords]
    cases = sorted(cases, key=lambda c: c.stratum != "normal")[:CASES]
    answers = ask(exercise.calls, [case.arguments for case in cases])
    if answers is None:
        return False
    agreed = nonzero = 0
    for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        gradients = _gradients(exercise, case, answer)
        if gradients is None:
            return False
        rng = np.random.default_rng(number)
        for _ in range(2):
            verdict = _agrees(exercise, case, gradients, rng, ask)
            if verdict is None:
                continue
            right, moved = verdict
            if not right:
                return False
            agreed += 1
            nonzero += moved
    return agreed >= FEWEST and nonzero >= FEWEST


def is_no_derivative(exercise: Exercise, case: Case, ask: Ask) -> bool:
    """Do two directions speak against a backward in one case, whatever the step?

    Inconclusive, an exception or a child that died is False: none of them proves anything. A kink
    that lies between two steps may look conclusive with one step, never with all of them.
    """
    answers = ask(exercise.calls, [case.arguments])
    gradients = _gradients(exercise, case, answers[0]) if answers else None
    if gradients is None:
        return False
    rng = np.random.default_rng(0)
    for _ in range(2):
        direction = {name: _direction(value, rng) for name, value in gradients.items()}
        claimed = sum(_inner(gradients[name], direction[name]) for name in gradients)
        for finer in FINER:
            slope = _directional(exercise, case, direction, finer * FIRST_STEP, ask)
            if slope is None or not slope.conclusive or slope.fits(claimed):
                return False
    return True


def _gradients(exercise: Exercise, case: Case, answer: Any) -> dict[str, Any] | None:
    """Forward argument to its gradient, of the argument's shape; None if that cannot be."""
    kind, value = answer
    if kind != 0:
        return None
    outputs = exercise.calls[-1].outputs
    values = [value] if len(outputs) == 1 else value
    if not isinstance(values, (list, tuple, np.ndarray)) or len(values) != len(outputs):
        return None
    found: dict[str, Any] = {}
    for name, got in zip(outputs, values, strict=True):
        target = name[1:] if name[:1] == "d" else _dict_argument(case)
        if target not in case.arguments:
            return None
        matched = _matched(case.arguments[target], got)
        if matched is None:
            return None
        found[target] = matched
    return found


def _dict_argument(case: Case) -> str:
    """`grads` has the keys of the one argument that is a dict of arrays."""
    names = [
        name
        for name, value in case.arguments.items()
        if isinstance(value, dict) and "function" not in value and "rng" not in value
    ]
    return names[0] if len(names) == 1 else ""


def _matched(argument: Any, gradient: Any) -> Any:
    if isinstance(argument, dict):
        if not isinstance(gradient, dict) or any(key not in gradient for key in argument):
            return None
        parts = {key: _matched(argument[key], gradient[key]) for key in argument}
        return None if any(part is None for part in parts.values()) else parts
    got = as_numbers(gradient)
    shape = np.shape(argument)
    if not isinstance(got, np.ndarray) or not np.isfinite(got).all():
        return None
    if got.shape == (1, *shape):
        got = got.reshape(shape)
    return got.astype(float) if got.shape == shape else None


def _agrees(
    exercise: Exercise, case: Case, gradients: Mapping[str, Any], rng: Any, ask: Ask
) -> tuple[bool, bool] | None:
    """(agrees, is not zero) along one random direction; None where it is inconclusive.

    A kink that lies between two steps may look conclusive with one step, never with all of them.
    """
    direction = {name: _direction(value, rng) for name, value in gradients.items()}
    claimed = sum(_inner(gradients[name], direction[name]) for name in gradients)
    against = 0
    for finer in FINER:
        slope = _directional(exercise, case, direction, finer * FIRST_STEP, ask)
        if slope is None:
            return False, False
        if slope.conclusive and slope.fits(claimed):
            return True, abs(slope.value) > _TRUSTED
        against += slope.conclusive
    return (False, False) if against == len(FINER) else None


def _direction(value: Any, rng: Any) -> Any:
    """Entries of size 0.5 to 1 and either sign, so that none hides."""
    if isinstance(value, dict):
        return {key: _direction(item, rng) for key, item in value.items()}
    return rng.uniform(0.5, 1.0, np.shape(value)) * rng.choice([-1.0, 1.0], np.shape(value))


def _inner(one: Any, other: Any) -> float:
    if isinstance(one, dict):
        return sum(_inner(one[key], other[key]) for key in one)
    return float(np.sum(one * other))


def _moved(value: Any, direction: Any, step: float) -> Any:
    if isinstance(value, dict):
        return {key: _moved(item, direction[key], step) for key, item in value.items()}
    return value + step * direction


def _directional(
    exercise: Exercise, case: Case, direction: Mapping[str, Any], step: float, ask: Ask
) -> _Slope | None:
    calls = exercise.calls[:-1]
    forward = calls[-1]
    steps = [step / 2**level for level in range(LEVELS)]
    moved = [
        {
            name: _moved(value, direction[name], sign * h) if name in direction else value
            for name, value in case.arguments.items()
        }
        for h in steps
        for sign in (1, -1)
    ]
    answers = ask(calls, [*moved, case.arguments])
    if answers is None:
        return None
    output = next(i for i in range(len(forward.outputs)) if i not in forward.opaque)
    upstream = case.arguments["d" + _upstream(exercise, forward.outputs[output])]
    values = [_projected(answer, output, len(forward.outputs), upstream) for answer in answers]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    *apart, here = known
    numbers = np.array(apart, float)
    differences = (numbers[::2] - numbers[1::2]) / (2 * np.array(steps))
    value, error = ridders(differences)
    scale = 1.0 + abs(value) + float(np.max(np.abs(numbers)))
    if _has_kink(numbers[::2] + numbers[1::2] - 2 * here, steps, scale):
        error = np.inf
    return _Slope(value, error, scale)


def _has_kink(bends: np.ndarray, steps: Sequence[float], scale: float) -> bool:
    """Does the slope jump right here? A bend fades like h^2, a kink like h.

    To both sides of a kink central differences are the same for every h, and look conclusive.
    """
    coarse, fine = np.abs(bends[-2:])
    return bool(fine > _TRUSTED * scale * steps[-1] and fine > _KINK * coarse)


def _upstream(exercise: Exercise, output: str) -> str:
    """The upstream is d + the forward's output; where that name is longer, what fits."""
    names = [a[1:] for a in exercise.calls[-1].arguments if isinstance(a, str) and a[:1] == "d"]
    return output if output in names else names[0]


def _projected(answer: Any, output: int, outputs: int, upstream: Any) -> float | None:
    kind, value = answer
    if kind != 0:
        return None
    if outputs > 1:
        if not isinstance(value, (list, tuple)) or len(value) != outputs:
            return None
        value = value[output]
    got = as_numbers(value)
    if not isinstance(got, np.ndarray) or got.shape != np.shape(upstream):
        return None
    total = float(np.sum(got.astype(float) * upstream))
    return total if np.isfinite(total) else None


def ridders(differences: np.ndarray) -> tuple[float, float]:
    """Extrapolate central differences whose steps halve.

    Args:
        differences: One per level, coarsest first, shape (levels,).

    Returns:
        The derivative and an estimate of its error.
    """
    table = list(map(float, differences))
    best, error = table[0], float("inf")
    for order in range(1, len(table)):
        factor = 4.0**order
        following = []
        for coarse, fine in pairwise(table):
            better = fine + (fine - coarse) / (factor - 1)
            estimate = max(abs(better - fine), abs(better - coarse))
            if estimate <= error:
                best, error = better, estimate
            following.append(better)
        table = following
    return best, error
