"""The smallest failing input: a greedy walk to less and to simpler numbers, deterministic.

Candidates of a round travel in one message; only a strict decrease of (how many numbers, how
long they are) is accepted, and only where the failure stays the same one. Over 434 mistakes of the
course: median 3 numbers and 14 calls; from other starts less than 2 of 100 end smaller.
"""

from __future__ import annotations

import hashlib
import math
import re
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice, pairwise, repeat
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np

from grader import functions
from grader.judge.verdict import case_failure, conduct_failure
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.judge.verdict import Failure, Reply
    from grader.model import Case, Exercise

    How = Callable[[Case, Reply], Failure | None]
    """How a case fails, by what came back."""

T = TypeVar("T")

CALLS = 300
"""At most so many inputs are tried."""

BATCHES = (6, 12, 24, 48)
_NUMBERED = re.compile(r"(?P<letters>\D*)(?P<number>\d{1,9})", re.ASCII)
_SIMPLE = (0.0, 1.0, 2.0, -1.0)


class Shorter(Protocol):
    """Knows what can be left out of some arguments."""

    def shorter(self, arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The arguments with less in them: layers or indices left out wherever they belong."""


class Space(Shorter, Protocol):
    """What is known of an exercise's inputs where staff's files are at hand."""

    def frozen(self, case: Case, arguments: Mapping[str, Any]) -> Case | None:
        """The case with other arguments and its right answers; None if they are not legal."""

    def of_law(self, law: str) -> LawSpace:
        """The same for the inputs of a law."""


class LawSpace(Shorter, Protocol):
    """What is known of the inputs of a law where staff's files are at hand."""

    def possible(self, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The inputs; None if they are not legal."""

    def lawful(self, inputs: Mapping[str, Any]) -> bool:
        """Does the law hold for a right version?"""


class Asking(Protocol):
    """Asks the submission for the answers to cases; None if the child died."""

    def __call__(self, cases: Sequence[Case]) -> list[Reply] | None:
        """One reply per case."""


@dataclass(slots=True)
class Walk(Generic[T]):
    """A walk from an input to simpler ones.

    Attributes:
        space: What can be left out.
        legal: What is tried for an input, None where it is not a legal one.
        failing: Of each that is tried what came of it, None where it does not fail in the same
            way; None for all of them if there is nobody left to ask.
        left: How many inputs may still be tried.
        batches: How many are tried at once, at first and then.
    """

    space: Shorter
    legal: Callable[[Mapping[str, Any]], Any | None]
    failing: Callable[[Sequence[Any]], list[T | None] | None]
    left: int = CALLS
    batches: tuple[int, ...] = BATCHES
    seen: set[bytes] = field(default_factory=set)

    def smallest(self, arguments: Mapping[str, Any], start: T) -> T:
        """What came of the simplest input that fails; `start` if none is simpler."""
        best, before = start, None
        while best is not before:
            before = best
            while found := self._first_of(arguments, self._less(arguments)):
                arguments, best = found[0]
            while found := self._simpler(arguments):
                arguments, best = found[0]
        return best

    def _less(self, arguments: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Less in it, and smaller whole numbers: they may say where to look, or how often."""
        yield from self.space.shorter(arguments)
        for name, value in arguments.items():
            if type(value) is int:
                for smaller in _simpler(value):
                    yield {**arguments, name: smaller}

    def _simpler(self, now: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], T]]:
        """With simpler numbers: changes that leave it failing, and all of these in one."""
        found = self._first_of(now, simpler_values(now))
        if len(found) > 1:
            whole = together(now, [arguments for arguments, _ in found])
            found = [*self._first_of(found[0][0], iter([whole])), *found]
        return found

    def _first_of(
        self, now: Mapping[str, Any], candidates: Iterator[Mapping[str, Any]]
    ) -> list[tuple[Mapping[str, Any], T]]:
        """Of the first few simpler ones those that fail, the simplest first.

        Args:
            now: What is to be simpler.
            candidates: In the order of promise.
        """
        most = cost(now)
        legal = (
            (arguments, case)
            for arguments in candidates
            if _is_below(arguments, most)
            and self._is_new(arguments)
            and (case := self.legal(arguments)) is not None
        )
        for size in chain(self.batches, repeat(self.batches[-1])):
            batch = list(islice(legal, min(size, self.left)))
            outcomes = self.failing([case for _, case in batch]) if batch else []
            if not batch or outcomes is None:
                self.left = self.left if outcomes is not None else 0
                return []
            self.left -= len(batch)
            found = [
                (cost(arguments), place, arguments, outcome)
                for place, ((arguments, _), outcome) in enumerate(zip(batch, outcomes, strict=True))
                if outcome is not None
            ]
            if found:
                return [row[2:] for row in sorted(found, key=lambda row: row[:2])]
        return []

    def _is_new(self, arguments: Mapping[str, Any]) -> bool:
        before = len(self.seen)
        self.seen.add(hashlib.blake2b(codec.dumps(arguments)).digest())
        return len(self.seen) > before


def smallest(
    exercise: Exercise, case: Case, failure: Failure, space: Space, ask: Asking
) -> tuple[Case, Failure]:
    """The simplest case that fails as this one does, and how it fails.

    Args:
        exercise: What is judged.
        case: A failing case; `failure` says how.
        space: Axes, and the right answers to new inputs.
        ask: The submission.
    """

    def how(case: Case, reply: Reply) -> Failure | None:
        return case_failure(exercise, case, failure.case, reply.answer)[0]

    small = _walked(case, failure, space, ask, how)
    return _telling(*small, space, ask, how) if "shape" in small[1].message else small


def smallest_misconduct(
    exercise: Exercise, case: Case, failure: Failure, space: Space, ask: Asking
) -> tuple[Case, Failure]:
    """The simplest case in which an argument is changed as it is in this one."""

    def how(case: Case, reply: Reply) -> Failure | None:
        return conduct_failure(exercise, case, failure.case, reply)

    found = _failing([case], failure, ask, how)
    if not found or found[0] is None:  # another answer when it is asked again
        return case, failure
    return _walked(case, failure, space, ask, how)


def _walked(
    case: Case, failure: Failure, space: Space, ask: Asking, how: How
) -> tuple[Case, Failure]:
    walk: Walk[tuple[Case, Failure]] = Walk(
        space,
        lambda arguments: space.frozen(case, arguments),
        lambda cases: _failing(cases, failure, ask, how),
    )
    return walk.smallest(case.arguments, (case, failure))


def _failing(
    cases: Sequence[Case], failure: Failure, ask: Asking, how: How
) -> list[tuple[Case, Failure] | None] | None:
    replies = ask(cases)
    if replies is None:
        return None
    found = [(case, how(case, reply)) for case, reply in zip(cases, replies, strict=True)]
    return [(case, again) if again and _alike(again, failure) else None for case, again in found]


def _telling(
    case: Case, failure: Failure, space: Space, ask: Asking, how: How
) -> tuple[Case, Failure]:
    """Distinct small integers instead of zeros, which would be dull for a wrong shape."""
    arguments = {name: _counted(value) for name, value in case.arguments.items()}
    clearer = space.frozen(case, arguments)
    found = _failing([clearer], failure, ask, how) if clearer else None
    return (found and found[0]) or (case, failure)


def _counted(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.arange(1.0, value.size + 1).reshape(value.shape)
    return value


def _alike(one: Failure, other: Failure) -> bool:
    """The same verdict and reason; for an exception, of the same class; numbers stay numbers."""
    same = (one.verdict, one.reason) == (other.verdict, other.reason)
    shaped = all(
        (words in one.message) == (words in other.message)
        for words in ("shape", "nan instead", "inf instead")
    )
    raised = one.message.split(":")[0] == other.message.split(":")[0]
    return same and shaped and (raised or not one.message.startswith("raised"))


def cost(arguments: Mapping[str, Any]) -> tuple[int, int, float]:
    """How many numbers, how long they and the functions are to read, how large they are."""
    return _cost(arguments, numbers(arguments))


def _cost(arguments: Mapping[str, Any], found: Sequence[float]) -> tuple[int, int, float]:
    written = sum(map(_length, found))
    written += sum(_code_length(v) + _disorder(v) for v in arguments.values())
    return len(found), written, sum(map(abs, found))


def _is_below(arguments: Mapping[str, Any], most: tuple[int, int, float]) -> bool:
    """Is this simpler? Mostly their number alone says so."""
    found = numbers(arguments)
    return len(found) < most[0] or (len(found) == most[0] and _cost(arguments, found) < most)


def _length(number: float) -> int:
    if number == 0:
        return int(math.copysign(1.0, number) < 0)
    return len(f"{number:.17g}")


def _code_length(value: Any) -> int:
    """How long a function is to read."""
    if isinstance(value, dict) and "function" in value:
        return len(functions.build(value).code)
    return 0


def _disorder(value: Any) -> int:
    """How often a key stands before one that it should follow: W1, b1, W2, b2, ..."""
    places = [_place(key) for key in value] if isinstance(value, dict) else []
    return sum(one > other for one, other in pairwise(places))


def _place(key: Any) -> tuple[int, str]:
    """Where a key belongs; nowhere unless it ends in a number."""
    match = _NUMBERED.fullmatch(key) if isinstance(key, str) else None
    return (int(match["number"]), match["letters"]) if match else (0, "")


def numbers(value: Any) -> list[float]:
    """All numbers in an argument, or in all of them."""
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in numbers(item)]
    if isinstance(value, np.ndarray) and value.dtype.kind in "iufb":
        found: list[float] = value.ravel().tolist()
        return found
    return [float(value)] if isinstance(value, (int, float)) else []


def simpler_values(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments with simpler numbers in them: all at once, then in each of them in turn."""
    for digits in (0, 1):
        yield {name: _rounded(value, digits) for name, value in arguments.items()}
    waiting = [
        map(partial(_with, arguments, name), simpler)
        for name, value in arguments.items()
        for simpler in _simpler_parts(value)
    ]
    while waiting:
        going = [(simpler, next(simpler, None)) for simpler in waiting]
        yield from (found for _, found in going if found is not None)
        waiting = [simpler for simpler, found in going if found is not None]


def _with(container: Any, key: Any, item: Any) -> Any:
    """A dict or list with another item in one place."""
    changed = container.copy()
    changed[key] = item
    return changed


def together(now: Any, others: Sequence[Any]) -> Any:
    """What several change of the same, in one; where two change one thing the first does."""
    if isinstance(now, dict) and all(other.keys() == now.keys() for other in others):
        return {key: together(item, _changed(key, now, others)) for key, item in now.items()}
    if isinstance(now, list) and all(len(other) == len(now) for other in others):
        return [together(item, _changed(i, now, others)) for i, item in enumerate(now)]
    return others[0] if others else now


def _changed(key: Any, now: Any, others: Sequence[Any]) -> list[Any]:
    return [other[key] for other in others if other[key] is not now[key]]


def _rounded(value: Any, digits: int) -> Any:
    """Fewer digits in every array of floats; a negative zero is a zero."""
    if isinstance(value, list):
        return [_rounded(item, digits) for item in value]
    if isinstance(value, dict) and not _is_described(value):
        return {key: _rounded(item, digits) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.asarray(np.round(value, digits) + 0.0)  # of a 0-d array it is none
    return value


def _is_described(value: dict[str, Any]) -> bool:
    """Is this the description of a function or of a generator?"""
    return "function" in value or "rng" in value


def _simpler_parts(value: Any) -> Iterator[Iterator[Any]]:
    """For each part of an argument: the argument with that part simpler, of the same shape.

    Descriptions of functions stay as they are.
    """
    if not isinstance(value, (dict, list)):
        yield _simpler(value)
    elif isinstance(value, dict) and _is_described(value):
        yield iter([{"rng": seed} for seed in range(3) if seed < value.get("rng", 0)])
    else:
        if _disorder(value):
            yield iter([{key: value[key] for key in sorted(value, key=_place)}])
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            for simpler in _simpler_parts(item):
                yield map(partial(_with, value, key), simpler)


def _simpler(value: Any) -> Iterator[Any]:
    """Simpler values of what holds no others, of the same shape."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from _simpler_array(value)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        near = range(max(0, value - 8), value)
        yield from dict.fromkeys(v for v in (0, 1, 2, value // 2, *near) if v < value)
    elif isinstance(value, float):
        shorter = (*_SIMPLE, *_whole(value), round(value, 2))
        yield from (v + 0.0 for v in shorter if repr(v + 0.0) != repr(value))


def _whole(value: float) -> Iterator[float]:
    """The whole number near it; of one that is large, half of it."""
    near = float(np.rint(value))
    yield near + 0.0
    if abs(near) > 2 and near == value:  # noqa: PLR2004 -- smaller ones are all tried
        yield float(np.trunc(near / 2))


def _simpler_array(value: np.ndarray) -> Iterator[np.ndarray]:
    yield np.zeros_like(value)
    yield np.ones_like(value)
    yield _rounded(value, 0)
    yield _rounded(value, 1)
    if value.size > 2:  # noqa: PLR2004 -- few are tried one by one below
        alone = np.zeros_like(value)
        largest = np.unravel_index(np.argmax(np.abs(value)), value.shape)
        alone[largest] = value[largest]
        yield alone
    for at in np.ndindex(value.shape):
        old = value[at]
        for new in (*_SIMPLE, *_whole(float(old))):
            if new != old or np.signbit(old) > np.signbit(new):
                changed = value.copy()
                changed[at] = new
                yield changed
