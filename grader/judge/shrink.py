"""The smallest failing input: a greedy walk to less and to simpler numbers, deterministic.

Candidates of a round travel in one message; only a strict decrease of (how many numbers, how
long they are) is accepted, and only where the failure stays the same one. Over 434 mistakes of the
course: median 3 numbers; with laws and conduct 480, median 4 and 11 calls.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from grader.judge.simpler import cost, is_below, simpler, simpler_values, together
from grader.judge.verdict import case_failure, conduct_failure, fails_alike
from grader.model import Verdict
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from grader.judge.verdict import Failure, Reply
    from grader.model import Case, Exercise

    How = Callable[[Case, Reply], Failure | None]
    """How a case fails, by what came back."""

T = TypeVar("T")

CALLS = 300
"""At most so many inputs are tried."""

BATCHES = (4, 8, 16, 32)


Step = tuple[tuple[Any, tuple[int, ...]], ...]
"""What is left of some things that belong together: axes, layers; and which indices of each."""


class Less(NamedTuple):
    """Arguments that are simpler than others.

    Attributes:
        step: What was left out; empty where something else was done.
    """

    arguments: Mapping[str, Any]
    step: Step = ()


class Shorter(Protocol):
    """Knows what can be left out of some arguments."""

    def steps(self, arguments: Mapping[str, Any]) -> Iterator[Step]:
        """What can be left out: layers, or indices wherever they belong; the most first."""

    def after(self, arguments: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
        """The arguments with what a step leaves of them."""


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
        retried: Are steps that did not help tried again with simpler numbers?
        seen: Digests of all inputs that were thought of.
        vain: Steps after which it does not fail: where there is less, they are not tried again.
    """

    space: Shorter
    legal: Callable[[Mapping[str, Any]], Any | None]
    failing: Callable[[Sequence[Any]], list[T | None] | None]
    left: int = CALLS
    batches: tuple[int, ...] = BATCHES
    retried: bool = True
    seen: set[bytes] = field(default_factory=set)
    vain: set[Step] = field(default_factory=set)

    def smallest(self, arguments: Mapping[str, Any], start: T) -> T:
        """What came of the simplest input that fails; `start` if none is simpler."""
        best, before = start, None
        while best is not before:
            before = best
            while found := self._shorter(arguments):
                arguments, best = found
            while found := self._simpler(arguments):
                arguments, best = found
                if self.retried:
                    self.vain.clear()
        return best

    def _shorter(self, now: Mapping[str, Any]) -> tuple[Mapping[str, Any], T] | None:
        """With less in it."""

        def whole(found: Sequence[Less]) -> Less:
            return self._taken(now, _least(less.step for less in found))

        return self._first_or_all(now, self._less(now), whole)

    def _taken(self, now: Mapping[str, Any], step: Step) -> Less:
        return Less(self.space.after(now, step), step)

    def _simpler(self, now: Mapping[str, Any]) -> tuple[Mapping[str, Any], T] | None:
        """With simpler numbers."""

        def whole(found: Sequence[Less]) -> Less:
            return Less(together(now, [less.arguments for less in found]))

        return self._first_or_all(now, map(Less, simpler_values(now)), whole)

    def _first_or_all(
        self,
        now: Mapping[str, Any],
        candidates: Iterator[Less],
        whole: Callable[[Sequence[Less]], Less],
    ) -> tuple[Mapping[str, Any], T] | None:
        """The first that fails, or all that fail in one."""
        found = self._first_of(now, candidates)
        if len(found) > 1 and self.left:
            found = [*self._failing_of(self._in_one([less for less, _ in found], whole)), *found]
        return (found[0][0].arguments, found[0][1]) if found else None

    def _in_one(
        self, found: Sequence[Less], whole: Callable[[Sequence[Less]], Less]
    ) -> list[tuple[Less, Any]]:
        """All of them together; where that is not legal, as many as go with the first."""
        most = cost(found[0].arguments)
        if ready := self._ready(whole(found), most):
            return [ready]
        kept = [found[0]]
        for less in found[1:]:
            if one := self._ready(whole([*kept, less]), most):
                ready, kept = one, [*kept, less]
        return [ready] if ready else []

    def _less(self, arguments: Mapping[str, Any]) -> Iterator[Less]:
        """Less in it, and smaller whole numbers: they may say where to look, or how often."""
        for step in self.space.steps(arguments):
            if step not in self.vain:
                yield self._taken(arguments, step)
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
        ready = filter(None, (self._ready(less, most) for less in candidates))
        for size in chain(self.batches, repeat(self.batches[-1])):
            batch = list(islice(ready, min(size, self.left)))
            found = self._failing_of(batch)
            if found or not batch:
                return found
        return []

    def _ready(self, less: Less, most: tuple[int, int, float]) -> tuple[Less, Any] | None:
        """What is below a cost, new and legal, with what is tried for it."""
        if not is_below(less.arguments, most) or not self._is_new(less.arguments):
            return None
        case = self.legal(less.arguments)
        return None if case is None else (less, case)

    def _failing_of(self, batch: Sequence[tuple[Less, Any]]) -> list[tuple[Less, T]]:
        """Those of a batch that fail, the simplest first."""
        outcomes = self.failing([case for _, case in batch]) if batch else []
        if outcomes is None:
            self.left = 0
            return []
        self.left -= len(batch)
        rows = list(zip((less for less, _ in batch), outcomes, strict=True))
        self.vain |= {less.step for less, outcome in rows if outcome is None}
        found = [(less, outcome) for less, outcome in rows if outcome is not None]
        return sorted(found, key=lambda row: cost(row[0].arguments))

    def _is_new(self, arguments: Mapping[str, Any]) -> bool:
        before = len(self.seen)
        self.seen.add(hashlib.blake2b(codec.dumps(arguments)).digest())
        return len(self.seen) > before


def _least(steps: Iterable[Step]) -> Step:
    """What all of them leave: of each thing the fewest indices."""
    left: dict[Any, tuple[int, ...]] = {}
    for step in steps:
        for what, indices in step:
            left[what] = min(left.get(what, indices), indices, key=len)
    return tuple(left.items())


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
    # Read-only stays read-only: it may be why the case fails. So may how its arrays lie.
    plain = replace(case, layout={n: f & codec.READ_ONLY for n, f in case.layout.items()})
    if plain.layout != case.layout and (found := _failing([plain], failure, ask, how)) and found[0]:
        case, failure = found[0]
    walk: Walk[tuple[Case, Failure]] = Walk(
        space,
        lambda arguments: space.frozen(case, arguments),
        lambda cases: _failing(cases, failure, ask, how),
        retried=failure.verdict is not Verdict.RAISED,  # an exception mostly comes of shapes
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
