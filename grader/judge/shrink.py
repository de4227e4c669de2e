"""The smallest failing input: a greedy walk to less and to simpler numbers, deterministic.

Candidates of a round travel in one message; only a strict decrease of (how many numbers, how
long they are) is accepted, and only where the failure stays the same one. Over 434 mistakes of the
course: median 3 numbers; with laws and conduct 480, median 4 and 14 calls.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from grader.judge.simpler import cost, is_below, simpler, simpler_values, together
from grader.judge.verdict import case_failure, conduct_failure, fails_alike
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.judge.verdict import Failure, Reply
    from grader.model import Case, Exercise

    How = Callable[[Case, Reply], Failure | None]
    """How a case fails, by what came back."""

T = TypeVar("T")

CALLS = 300
"""At most so many inputs are tried."""

BATCHES = (6, 12, 24, 48)


Cuts = Mapping[tuple[Any, ...], Sequence[int]]
"""Axes that belong together, to the indices that are left out of all of them."""


class Less(NamedTuple):
    """Arguments that are simpler than others.

    Attributes:
        cuts: What was left out; empty where something else was done.
    """

    arguments: Mapping[str, Any]
    cuts: Cuts = MappingProxyType({})


class Shorter(Protocol):
    """Knows what can be left out of some arguments."""

    def shorter(self, arguments: Mapping[str, Any]) -> Iterator[Less]:
        """The arguments with less in them: layers or indices left out wherever they belong."""

    def without(self, arguments: Mapping[str, Any], cuts: Cuts) -> Less:
        """The arguments with some indices of some axes left out."""


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
            while found := self._shorter(arguments):
                arguments, best = found
            while found := self._simpler(arguments):
                arguments, best = found
        return best

    def _shorter(self, now: Mapping[str, Any]) -> tuple[Mapping[str, Any], T] | None:
        """With less in it."""

        def whole(found: Sequence[Less]) -> Less:
            return self.space.without(now, _in_one(less.cuts for less in found))

        return self._step(now, self._less(now), whole)

    def _simpler(self, now: Mapping[str, Any]) -> tuple[Mapping[str, Any], T] | None:
        """With simpler numbers."""

        def whole(found: Sequence[Less]) -> Less:
            return Less(together(now, [less.arguments for less in found]))

        return self._step(now, map(Less, simpler_values(now)), whole)

    def _step(
        self,
        now: Mapping[str, Any],
        candidates: Iterator[Less],
        whole: Callable[[Sequence[Less]], Less],
    ) -> tuple[Mapping[str, Any], T] | None:
        """The first that fails, or all that fail in one."""
        found = self._first_of(now, candidates)
        if len(found) > 1:
            all_of_them = iter([whole([less for less, _ in found])])
            found = [*self._first_of(found[0][0].arguments, all_of_them), *found]
        return (found[0][0].arguments, found[0][1]) if found else None

    def _less(self, arguments: Mapping[str, Any]) -> Iterator[Less]:
        """Less in it, and smaller whole numbers: they may say where to look, or how often."""
        yield from self.space.shorter(arguments)
        for name, value in arguments.items():
            if type(value) is int:
                for smaller in simpler(value):
                    yield Less({**arguments, name: smaller})

    def _first_of(self, now: Mapping[str, Any], candidates: Iterator[Less]) -> list[tuple[Less, T]]:
        """Of the first few simpler ones those that fail, the simplest first.

        Args:
            now: What is to be simpler.
            candidates: In the order of promise.
        """
        most = cost(now)
        legal = (
            (less, case)
            for less in candidates
            if is_below(less.arguments, most)
            and self._is_new(less.arguments)
            and (case := self.legal(less.arguments)) is not None
        )
        for size in chain(self.batches, repeat(self.batches[-1])):
            batch = list(islice(legal, min(size, self.left)))
            outcomes = self.failing([case for _, case in batch]) if batch else []
            if not batch or outcomes is None:
                self.left = self.left if outcomes is not None else 0
                return []
            self.left -= len(batch)
            found = [
                (cost(less.arguments), place, less, outcome)
                for place, ((less, _), outcome) in enumerate(zip(batch, outcomes, strict=True))
                if outcome is not None
            ]
            if found:
                return [row[2:] for row in sorted(found, key=lambda row: row[:2])]
        return []

    def _is_new(self, arguments: Mapping[str, Any]) -> bool:
        before = len(self.seen)
        self.seen.add(hashlib.blake2b(codec.dumps(arguments)).digest())
        return len(self.seen) > before


def _in_one(found: Iterable[Cuts]) -> Cuts:
    """The longest cut of each axis."""
    cuts: dict[tuple[Any, ...], Sequence[int]] = {}
    for one in found:
        for axes, indices in one.items():
            cuts[axes] = max(cuts.get(axes, ()), indices, key=len)
    return cuts


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
    return [
        (case, again) if again and fails_alike(again, failure) else None for case, again in found
    ]


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
