"""Everything about an exercise that does not depend on a submission, prepared once.

A right submission then costs one comparison of bytes and one of numbers per exercise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader import functions
from grader.judge.compare import TOLERANCE
from grader.judge.verdict import whole
from grader.model import Verdict
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.model import Call, Case, Exercise, Result

AGAIN = 6
"""Cases that are asked a second time, spread over the bank."""


@dataclass(frozen=True, slots=True)
class Request:
    """A message to the child, as bytes, with the functions it may call back.

    Attributes:
        again: Indices of the cases that are asked twice.
    """

    header: bytes
    raw: bytes
    callbacks: tuple[Callable[..., object], ...]
    again: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Right:
    """The reply of a right submission: the header's very bytes, and bounds for its numbers."""

    header: bytes
    lower: np.ndarray
    upper: np.ndarray

    def fits(self, header: bytes, raw: bytes) -> bool:
        """Is this reply right in every case, in shape, number and conduct?"""
        if header != self.header or len(raw) != self.lower.nbytes:
            return False
        got = np.frombuffer(raw, "<f8")
        return bool(((got >= self.lower) & (got <= self.upper)).all())


@dataclass(frozen=True, slots=True)
class Prepared:
    """An exercise ready to be asked.

    Attributes:
        right: None where answers are not all float64.
        passed: The result with full points, for those who earn it.
    """

    exercise: Exercise
    request: Request
    right: Right | None
    passed: Result


def prepare(exercise: Exercise) -> Prepared:
    """Make the one message that asks all cases of an exercise."""
    again = _spread(exercise.cases)
    cases = [(case.arguments, case.keywords, case.layout) for case in exercise.cases]
    asked = request(exercise.calls, cases, again)
    passed = whole(exercise, Verdict.PASSED, None, "")
    return Prepared(exercise, asked, _right(exercise, again), passed)


def _spread(cases: Sequence[Case]) -> tuple[int, ...]:
    value = [i for i, case in enumerate(cases) if case.check == "value"]
    step = max(1, len(value) // AGAIN)
    return tuple(value[::-1][::step][:AGAIN][::-1])


def request(
    calls: Sequence[Call],
    cases: Sequence[tuple[Mapping[str, Any], frozenset[str], Mapping[str, int]]],
    again: Sequence[int] = (),
) -> Request:
    """The message that makes the calls once for each case (arguments, keywords, layout)."""
    callbacks: list[Callable[..., object]] = []
    programs = [
        [_step(call, *case, callbacks) for call in calls]
        for case in cases
    ]  # fmt: skip
    header, raw = codec.encode([programs, [programs[i] for i in again]])
    return Request(header, raw, tuple(callbacks), tuple(again))


def _step(
    call: Call,
    arguments: Mapping[str, Any],
    keywords: frozenset[str],
    layout: Mapping[str, int],
    callbacks: list[Callable[..., object]],
) -> list[Any]:
    by_position, by_name = [], {}
    for argument in call.arguments:
        if not isinstance(argument, str):
            by_position.append(codec.Ref(*argument))
            continue
        name, spread = call.named(argument)
        if spread:
            by_position += arguments[name].tolist()
        elif name in arguments:
            value = _sent(arguments[name], layout.get(name, 0), callbacks)
            if name in keywords:
                by_name[name] = value
            else:
                by_position.append(value)
    outputs = 0 if call.iterable else len(call.outputs)
    return [call.function, by_position, by_name or None, sorted(call.opaque), outputs]


def _sent(value: Any, flags: int, callbacks: list[Callable[..., object]]) -> Any:
    if isinstance(value, dict) and "function" in value:
        callbacks.append(functions.build(value))
        return codec.Callback(len(callbacks) - 1)
    if isinstance(value, dict) and "rng" in value:
        return codec.Rng(value["rng"])
    if isinstance(value, dict) and value and all(map(_is_function, value.values())):
        return {name: _sent(item, 0, callbacks) for name, item in value.items()}
    if callable(value):
        callbacks.append(value)
        return codec.Callback(len(callbacks) - 1)
    return _laid_out(value, flags) if flags else value


def arrays_of(value: Any) -> Iterator[np.ndarray]:
    """An argument that is an array, or the arrays in its lists and dicts."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from arrays_of(item)


def _laid_out(value: Any, flags: int) -> Any:
    """All arrays of an argument so that the child has them lie as the flags say."""
    if isinstance(value, dict):
        return {key: _laid_out(item, flags) for key, item in value.items()}
    if isinstance(value, list):
        return [_laid_out(item, flags) for item in value]
    return codec.Layout(value, flags) if isinstance(value, np.ndarray) else value


def _is_function(value: Any) -> bool:
    return callable(value) or (isinstance(value, dict) and "function" in value)


def _right(exercise: Exercise, again: Sequence[int]) -> Right | None:
    if exercise.judged_by != "reference" or not exercise.cases:
        return None
    call = exercise.calls[-1]
    low = [_answer(call, case.lower) for case in exercise.cases]
    high = [_answer(call, case.upper) for case in exercise.cases]
    header, lower = codec.encode_answers([low, [low[i] for i in again], [], []])
    same, upper = codec.encode_answers([high, [high[i] for i in again], [], []])
    leaves = [leaf for answer in (*low, *(low[i] for i in again)) for leaf in _leaves(answer[1])]
    others = [leaf for answer in (*high, *(high[i] for i in again)) for leaf in _leaves(answer[1])]
    if header != same or any(leaf.dtype != np.float64 for leaf in leaves):
        return None
    slack = [_slack(one, other) for one, other in zip(leaves, others, strict=True)]
    margin = np.concatenate([np.full(n, s) for n, s in slack]) if slack else np.zeros(0)
    return Right(header, np.frombuffer(lower, "<f8") - margin, np.frombuffer(upper, "<f8") + margin)


def _answer(call: Call, outputs: Sequence[Any]) -> list[Any]:
    if len(call.outputs) == 1:
        return [0, outputs[0]]
    transparent = iter(outputs)
    return [0, [None if i in call.opaque else next(transparent) for i in range(len(call.outputs))]]


def _leaves(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (float, np.ndarray)):
        yield np.asarray(value)


def _slack(low: np.ndarray, high: np.ndarray) -> tuple[int, float]:
    largest = float(np.max(np.maximum(abs(low), abs(high)), initial=0))
    return low.size, TOLERANCE * (1 + largest)
