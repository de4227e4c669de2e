"""The smallest failing input: a greedy walk over named axes, deterministic.

Candidates of a round travel in one message; only a strict decrease of (how many numbers, how
long they are) is accepted, and only where the failure stays the same one (measured in numerics
section B: median 4 numbers and 9 calls, and never larger than what a search finds).
"""

from __future__ import annotations

from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from grader.judge.verdict import Failure, case_failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.model import Case, Exercise

ROUNDS = 60
BATCHES = (6, 12, 24, 48)
_SIMPLE = (0.0, 1.0, 2.0, -1.0)


class Space(Protocol):
    """What is known of an exercise's inputs where staff's files are at hand."""

    def lengths(self, arguments: Mapping[str, Any]) -> Mapping[str, int]:
        """Named axes of the arguments with their lengths."""

    def without(self, arguments: Mapping[str, Any], axis: str, index: int) -> dict[str, Any]:
        """The arguments with one index of one axis deleted wherever the axis stands."""

    def frozen(self, case: Case, arguments: Mapping[str, Any]) -> Case | None:
        """The case with other arguments and its right answers; None if they are not legal."""


class Asking(Protocol):
    """Asks the submission for the answers to cases; None if the child died."""

    def __call__(self, cases: Sequence[Case]) -> list[Any] | None:
        """One answer per case."""


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
    for _ in range(ROUNDS):
        better = _round(exercise, case, failure, space, ask)
        if better is None:
            break
        case, failure = better
    if "shape" in failure.message:
        return _telling(exercise, case, failure, space, ask)
    return case, failure


def _telling(
    exercise: Exercise, case: Case, failure: Failure, space: Space, ask: Asking
) -> tuple[Case, Failure]:
    """Distinct small integers instead of zeros, which would be dull for a wrong shape."""
    arguments = {name: _counted(value) for name, value in case.arguments.items()}
    clearer = space.frozen(case, arguments)
    found = _failing(exercise, [clearer], failure, ask) if clearer else None
    return found or (case, failure)


def _counted(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.arange(1.0, value.size + 1).reshape(value.shape)
    return value


def _round(
    exercise: Exercise, case: Case, failure: Failure, space: Space, ask: Asking
) -> tuple[Case, Failure] | None:
    """The first simpler case that still fails, candidates in the order of promise."""
    now = cost(case.arguments)
    simpler = (a for a in _candidates(case, space) if cost(a) < now)
    legal = (c for c in (space.frozen(case, a) for a in simpler) if c is not None)
    for size in chain(BATCHES, repeat(BATCHES[-1])):
        batch = list(islice(legal, size))
        found = _failing(exercise, batch, failure, ask) if batch else None
        if found or not batch:
            return found
    return None


def _failing(
    exercise: Exercise, batch: Sequence[Case], failure: Failure, ask: Asking
) -> tuple[Case, Failure] | None:
    answers = ask(batch)
    if answers is None:
        return None
    found: list[tuple[Any, int, Case, Failure]] = []
    for case, answer in zip(batch, answers, strict=True):
        again, _ = case_failure(exercise, case, failure.case, answer)
        if again and _alike(again, failure):
            found.append((cost(case.arguments), len(found), case, again))
    return min(found, key=lambda row: row[:2])[2:] if found else None


def _alike(one: Failure, other: Failure) -> bool:
    """The same verdict and reason; for an exception, of the same class."""
    same = (one.verdict, one.reason) == (other.verdict, other.reason)
    shaped = ("shape" in one.message) == ("shape" in other.message)
    raised = one.message.split(":")[0] == other.message.split(":")[0]
    return same and shaped and (raised or not one.message.startswith("raised"))


def cost(arguments: Mapping[str, Any]) -> tuple[int, int, float]:
    """How many numbers, how long they are to read, how large they are."""
    numbers = [n for value in arguments.values() for n in _numbers(value)]
    return len(numbers), sum(_length(n) for n in numbers), sum(map(abs, numbers))


def _length(number: float) -> int:
    return 0 if number == 0 else len(f"{abs(number):.17g}") + (number < 0)


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _numbers(item)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iufb":
        yield from value.ravel().tolist()
    elif isinstance(value, (int, float)):
        yield float(value)


def _candidates(case: Case, space: Space) -> Iterator[dict[str, Any]]:
    yield from _shorter(case, space)
    arguments = dict(case.arguments)
    for name, value in arguments.items():
        for simpler in _simpler(value):
            yield {**arguments, name: simpler}


def _shorter(case: Case, space: Space) -> Iterator[dict[str, Any]]:
    """One index of one axis deleted in every argument that has it; last index first."""
    arguments = dict(case.arguments)
    lengths = space.lengths(arguments)
    for axis, length in lengths.items():
        if length > 2:  # noqa: PLR2004 -- one at once where only one is left to go
            yield _first_of(arguments, axis, length, space)
    for axis, length in lengths.items():
        for index in reversed(range(length if length > 1 else 0)):
            yield space.without(arguments, axis, index)
    for name, value in arguments.items():
        if _is_network(value):
            for network in _smaller_networks(value):
                yield {**arguments, name: network}


def _first_of(arguments: Mapping[str, Any], axis: str, length: int, space: Space) -> dict[str, Any]:
    """All indices of an axis deleted but for the first."""
    found = dict(arguments)
    for index in reversed(range(1, length)):
        found = space.without(found, axis, index)
    return found


def _is_network(value: Any) -> bool:
    """Weights and biases of layers 1, 2, ...; not their shapes, nor with other names besides."""
    if not isinstance(value, dict) or not all(isinstance(v, np.ndarray) for v in value.values()):
        return False
    depth = len(value) // 2
    keys = {f"{letter}{layer}" for letter in "Wb" for layer in range(1, depth + 1)}
    return (
        depth > 0 and set(value) == keys and all(value[k].ndim == 1 + (k[0] == "W") for k in keys)
    )


def _smaller_networks(params: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A hidden layer, or one of its neurons, left out."""
    depth = sum(key.startswith("W") for key in params)
    for layer in range(1, depth):
        width = len(params[f"b{layer}"])
        for neuron in reversed(range(width if width > 1 else 0)):
            yield {
                **params,
                f"W{layer}": np.delete(params[f"W{layer}"], neuron, 0),
                f"b{layer}": np.delete(params[f"b{layer}"], neuron, 0),
                f"W{layer + 1}": np.delete(params[f"W{layer + 1}"], neuron, 1),
            }
        if params[f"W{layer}"].shape[1] <= width:
            yield _merged(params, layer)


def _merged(params: Mapping[str, Any], layer: int) -> dict[str, Any]:
    """One layer less: the next one takes the inputs of this one; the keys keep their order."""
    before = params[f"W{layer}"].shape[1]
    kept = {}
    for key, value in params.items():
        old = int(key[1:])
        if old != layer:
            cut = value[:, :before] if key == f"W{layer + 1}" else value
            kept[f"{key[0]}{old - (old > layer)}"] = cut
    return kept


def _simpler(value: Any) -> Iterator[Any]:
    """Simpler values of one argument, of the same shape."""
    if isinstance(value, (dict, list)):
        yield from _simpler_container(value)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from _simpler_array(value)
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield from range(max(0, value - 8), value)
        yield from (v for v in (0, 1, 2) if v < value)
    elif isinstance(value, float):
        yield from (v for v in (*_SIMPLE, float(np.rint(value)), round(value, 2)) if v != value)


def _simpler_container(value: dict[str, Any] | list[Any]) -> Iterator[Any]:
    """One item after the other made simpler; descriptions of functions stay as they are."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            for simpler in _simpler(item):
                yield [*value[:index], simpler, *value[index + 1 :]]
    elif "function" not in value and "rng" not in value:
        for key, item in value.items():
            for simpler in _simpler(item):
                yield {**value, key: simpler}


def _simpler_array(value: np.ndarray) -> Iterator[np.ndarray]:
    yield np.zeros_like(value)
    yield np.ones_like(value)
    yield np.rint(value).astype(value.dtype)
    yield np.round(value, 1).astype(value.dtype)
    if value.size > 2:  # noqa: PLR2004 -- few are tried one by one below
        alone = np.zeros_like(value)
        largest = np.unravel_index(np.argmax(np.abs(value)), value.shape)
        alone[largest] = value[largest]
        yield alone
    for at in np.ndindex(value.shape):
        old = value[at]
        for new in (*_SIMPLE, float(np.rint(old))):
            if new != old:
                changed = value.copy()
                changed[at] = new
                yield changed
