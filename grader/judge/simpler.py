"""Which of two inputs is simpler, and the inputs that are simpler than one: numbers, not shapes.

Fewer numbers first, then those that are shorter to read, then smaller ones.
"""

from __future__ import annotations

import math
import re
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from grader import functions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_NUMBERED = re.compile(r"(?P<letters>\D*)(?P<number>\d{1,9})", re.ASCII)
_SIMPLE = (0.0, 1.0, 2.0, -1.0)


def cost(arguments: Mapping[str, Any]) -> tuple[int, int, float]:
    """How many numbers, how long they and the functions are to read, how large they are."""
    found = numbers(arguments)
    written, size = _weight(found)
    written += sum(_code_length(v) + _disorder(v) for v in arguments.values())
    return len(found), written, size


def is_below(arguments: Mapping[str, Any], most: tuple[int, int, float]) -> bool:
    """Is this simpler? Mostly their number alone says so."""
    many = count(arguments)
    return many < most[0] or (many == most[0] and cost(arguments) < most)


def _weight(found: Sequence[float]) -> tuple[int, float]:
    """How long numbers are to read, how large they are."""
    return sum(map(_length, found)), sum(map(abs, found))


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


def count(value: Any) -> int:
    """How many numbers there are in an argument, or in all of them."""
    if isinstance(value, (dict, list)):
        return sum(map(count, value.values() if isinstance(value, dict) else value))
    if isinstance(value, np.ndarray):
        return value.size if value.dtype.kind in "iufb" else 0
    return int(isinstance(value, (int, float)))


def simpler_values(arguments: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments with simpler numbers in them: all at once, then in each of them in turn."""
    for plainly in (np.zeros_like, np.ones_like, _to_whole, _to_tenths):
        yield {name: _each(value, plainly) for name, value in arguments.items()}
    waiting = [
        map(partial(_with, arguments, name), ways)
        for name, value in arguments.items()
        for ways in _simpler_parts(value)
    ]
    while waiting:
        going = [(ways, next(ways, None)) for ways in waiting]
        yield from (found for _, found in going if found is not None)
        waiting = [ways for ways, found in going if found is not None]


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


def _each(value: Any, plainly: Callable[[np.ndarray], np.ndarray]) -> Any:
    """Every array of floats made plainer."""
    if isinstance(value, list):
        return [_each(item, plainly) for item in value]
    if isinstance(value, dict) and not _is_described(value):
        return {key: _each(item, plainly) for key, item in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return plainly(value)
    return value


def _to_whole(value: np.ndarray) -> np.ndarray:
    """Rounded; a negative zero is a zero."""
    return np.asarray(np.round(value) + 0.0)  # of a 0-d array it is none


def _to_tenths(value: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(value, 1) + 0.0)


def _is_described(value: dict[str, Any]) -> bool:
    """Is this the description of a function or of a generator?"""
    return "function" in value or "rng" in value


def _simpler_parts(value: Any) -> Iterator[Iterator[Any]]:
    """For each part of an argument: the argument with that part simpler, of the same shape.

    Descriptions of functions stay as they are.
    """
    if not isinstance(value, (dict, list)):
        yield simpler(value)
    elif isinstance(value, dict) and _is_described(value):
        yield iter([{"rng": seed} for seed in range(3) if seed < value.get("rng", 0)])
    else:
        if _disorder(value):
            yield iter([{key: value[key] for key in sorted(value, key=_place)}])
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            for ways in _simpler_parts(item):
                yield map(partial(_with, value, key), ways)


def simpler(value: Any) -> Iterator[Any]:
    """Simpler values of what holds no others, of the same shape."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        most = _weight(value.ravel().tolist())
        yield from (v for v in _plainer(value) if _weight(v.ravel().tolist()) < most)
        yield from _one_changed(value)
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


def _plainer(value: np.ndarray) -> Iterator[np.ndarray]:
    """All of its numbers changed at once."""
    yield np.zeros_like(value)
    yield np.ones_like(value)
    yield _each(value, _to_whole)
    yield _each(value, _to_tenths)
    if value.size > 2:  # noqa: PLR2004 -- few are tried one by one below
        alone = np.zeros_like(value)
        largest = np.unravel_index(np.argmax(np.abs(value)), value.shape)
        alone[largest] = value[largest]
        yield alone


def _one_changed(value: np.ndarray) -> Iterator[np.ndarray]:
    """One number after the other made simpler."""
    for at in np.ndindex(value.shape):
        old = value[at]
        most = _weight([float(old)])
        for new in (*_SIMPLE, *_whole(float(old))):
            if _weight([new]) < most:
                changed = value.copy()
                changed[at] = new
                yield changed
