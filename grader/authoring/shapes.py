"""Which lengths belong together where a declaration names no axes: lists and dicts of arrays.

What is equal in every case of the bank is one axis: rows of W2 and entries of b2, outputs of a
layer and inputs of the next, the entries of theta and all numbers of a dict. Where few cases tell,
lengths may be tied that need not be: then fewer can be left out, but none that another needs.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_NUMBERED = re.compile(r"(?P<letters>\D+)(?P<number>[1-9]\d*)", re.ASCII)
_NEIGHBOURS = (-1, 0, 1)


class Axis(NamedTuple):
    """An axis of an array, or of all arrays that follow one another: of "Ws", of "params.W"."""

    family: str
    axis: int


class Place(NamedTuple):
    """An axis in one layer; what stands alone is in layer 0."""

    family: str
    layer: int
    axis: int


class Chained(NamedTuple):
    """In every layer, `one` is as long as `other` so many layers further on."""

    one: Axis
    other: Axis
    step: int


class Joined(NamedTuple):
    """In its first (0) or last (-1) layer, `one` is as long as `other` in its first or last."""

    one: Axis
    at: int
    other: Axis
    on: int


@dataclass(frozen=True, slots=True)
class Part:
    """An array, or what stands for one: an argument, or a member of one, and its shape."""

    argument: str
    member: Any
    family: str
    layer: int
    shape: tuple[int, ...]

    @property
    def places(self) -> tuple[tuple[Place, int], ...]:
        """Its axes with their lengths."""
        return _places(self.family, self.layer, self.shape)


@lru_cache(maxsize=4096)
def _places(family: str, layer: int, shape: tuple[int, ...]) -> tuple[tuple[Place, int], ...]:
    return tuple((Place(family, layer, i), n) for i, n in enumerate(shape))


def parts(arguments: Mapping[str, Any]) -> Iterator[Part]:
    """Arrays, lists of numbers and shapes: alone, or as members of one list or dict."""
    for name, value in arguments.items():
        shape = _shape(value)
        if shape is not None and not isinstance(value, tuple):
            yield Part(name, None, name, 0, shape)
        elif isinstance(value, list):
            for layer, item in enumerate(value):
                if (shape := _shape(item)) is not None:
                    yield Part(name, layer, name, layer, shape)
        elif _is_data(value):
            layered = layers(value)
            for key, item in value.items():
                if (shape := _shape(item)) is not None:
                    letters, number = _split(key) if layered else (key, 1)
                    yield Part(name, key, f"{name}.{letters}", number - 1, shape)


def _shape(value: Any) -> tuple[int, ...] | None:
    """Lengths of an array, of a list of numbers, or those that a tuple speaks of."""
    if isinstance(value, np.ndarray):
        shape: tuple[int, ...] = value.shape
        return shape
    if isinstance(value, tuple) and all(type(n) is int for n in value):
        return value
    if isinstance(value, list) and value and all(type(n) in {int, float} for n in value):
        return (len(value),)
    return None


def _is_data(value: Any) -> bool:
    return isinstance(value, dict) and "function" not in value and "rng" not in value


@lru_cache(maxsize=4096)
def _split(key: str) -> tuple[str, int]:
    match = _NUMBERED.fullmatch(key)
    return (match["letters"], int(match["number"])) if match else (key, 0)


def layers(value: Any) -> int | None:
    """How many members follow one another in a list, or in a dict {"W1": ..., "b1": ...}."""
    if isinstance(value, list):
        return len(value) if _shape(value) is None else None
    if not _is_data(value) or not value or not all(isinstance(key, str) for key in value):
        return None
    return _depth(tuple(value))


@lru_cache(maxsize=4096)
def _depth(keys: tuple[str, ...]) -> int | None:
    """The largest number of keys that each begin at 1 and leave none out."""
    numbers = defaultdict(set)
    for key in keys:
        letters, number = _split(key)
        numbers[letters].add(number)
    deepest = max(map(max, numbers.values()))
    wanted = set(range(1, deepest + 1))
    return deepest if all(found == wanted for found in numbers.values()) else None


def kept(value: Any, chosen: Sequence[int]) -> Any:
    """A list or dict with some of its layers alone, numbered anew; a dict keeps its order."""
    if isinstance(value, list):
        return [value[layer] for layer in chosen]
    number = {old + 1: new for new, old in enumerate(chosen, start=1)}
    split = {key: _split(key) for key in value}
    return {
        f"{letters}{number[old]}": value[key]
        for key, (letters, old) in split.items()
        if old in number
    }


def lengths(arguments: Mapping[str, Any]) -> dict[Place, int]:
    """All axes with their lengths."""
    return {place: length for part in parts(arguments) for place, length in part.places}


def total(value: Any) -> int:
    """How many numbers the arrays and shapes of a list or dict have together."""
    return sum(math.prod(part.shape) for part in parts({"": value}))


class Ties:
    """What holds for the lengths in every one of these cases.

    Attributes:
        least: Argument to the fewest layers that it has in any case.
    """

    def __init__(self, cases: Sequence[Mapping[str, Any]]) -> None:
        tables = [_table(case) for case in cases]
        found = {tie for table in tables for tie in _seen(table)}
        self._ties = [tie for tie in found if all(_holds(tie, table) for table in tables)]
        self._flat = list(_flat(cases))
        self._steps, self.least = _depths(cases)

    def groups(
        self, arguments: Mapping[str, Any], named: Iterable[Sequence[Place]] = ()
    ) -> list[list[Place]]:
        """Places that are as long as each other, in the order of the arguments.

        Args:
            arguments: By name.
            named: Places that have one name in the declaration.
        """
        table = _table(arguments)
        leader = {place: place for place in lengths(arguments)}

        def of(place: Place) -> Place:
            while leader[place] != place:
                place = leader[place]
            return place

        for tie in self._ties:
            for one, other in _pairs(tie, table):
                leader[of(other)] = of(one)
        for first, *others in named:
            for other in others:
                leader[of(other)] = of(first)
        groups: dict[Place, list[Place]] = {}
        for place in leader:
            groups.setdefault(of(place), []).append(place)
        return list(groups.values())

    def flattened(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments; what holds all numbers of another one is cut to as many."""
        cut = {
            flat: arguments[flat][: total(arguments[whole])]
            for flat, whole in self._flat
            if flat in arguments and whole in arguments
        }
        return {**arguments, **cut}

    def is_flat(self, name: str) -> bool:
        """Does this argument hold all numbers of another one?"""
        return any(name == flat for flat, _ in self._flat)

    def together(self, arguments: Mapping[str, Any]) -> list[dict[str, int]]:
        """Arguments that have layers in common, each with how many more it has than the least."""
        depths = {name: d for name, v in arguments.items() if (d := layers(v)) is not None}
        found: list[dict[str, int]] = []
        for name in depths:
            for group in found:
                first = next(iter(group))
                if (first, name) in self._steps:
                    group[name] = group[first] + self._steps[first, name]
                    break
            else:
                found.append({name: 0})
        return [{n: more - min(g.values()) for n, more in g.items()} for g in found]


def _table(arguments: Mapping[str, Any]) -> dict[Axis, dict[int, int]]:
    """Axis to its length in each layer."""
    found: dict[Axis, dict[int, int]] = defaultdict(dict)
    for part in parts(arguments):
        for place, length in part.places:
            found[Axis(place.family, place.axis)][place.layer] = length
    return found


def _pairs(
    tie: Chained | Joined, table: Mapping[Axis, Mapping[int, int]]
) -> Iterator[tuple[Place, Place]]:
    """The places that a tie says are as long as each other, of those that are there."""
    one, other = table.get(tie.one), table.get(tie.other)
    if not one or not other:
        return
    if isinstance(tie, Joined):
        at, on = ((min, max)[tie.at](one), (min, max)[tie.on](other))
        yield Place(tie.one.family, at, tie.one.axis), Place(tie.other.family, on, tie.other.axis)
        return
    for layer in one:
        if layer + tie.step in other:
            yield (
                Place(tie.one.family, layer, tie.one.axis),
                Place(tie.other.family, layer + tie.step, tie.other.axis),
            )


def _holds(tie: Chained | Joined, table: Mapping[Axis, Mapping[int, int]]) -> bool:
    return all(
        table[tie.one][one.layer] == table[tie.other][other.layer]
        for one, other in _pairs(tie, table)
    )


def _seen(table: Mapping[Axis, Mapping[int, int]]) -> Iterator[Chained | Joined]:
    """Ties that one case shows; another one may break them."""
    for one, other in combinations(table, 2):
        for step in _NEIGHBOURS:
            yield Chained(one, other, step)
        for at, on in product((0, -1), repeat=2):
            yield Joined(one, at, other, on)
    for one in table:
        yield Chained(one, one, 1)
        yield Joined(one, 0, one, -1)


def _flat(cases: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Which arrays hold as many numbers as another argument's arrays, in every case."""
    names = dict.fromkeys(name for case in cases for name in case)
    for flat, whole in product(names, repeat=2):
        both = [(case[flat], case[whole]) for case in cases if flat in case and whole in case]
        if flat != whole and both and all(_holds_all(*pair) for pair in both):
            yield flat, whole


def _holds_all(flat: Any, whole: Any) -> bool:
    """Is this a row of as many numbers as all arrays of a list or dict have together?"""
    row = isinstance(flat, np.ndarray) and flat.ndim == 1
    return row and isinstance(whole, (list, dict)) and len(flat) == total(whole)


def _depths(
    cases: Sequence[Mapping[str, Any]],
) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """By how many layers arguments differ in every case, and the fewest of each."""
    steps: dict[tuple[str, str], set[int]] = defaultdict(set)
    least: dict[str, int] = {}
    for case in cases:
        depths = {name: d for name, v in case.items() if (d := layers(v)) is not None}
        for name, depth in depths.items():
            least[name] = min(depth, least.get(name, depth))
        for (one, n), (other, m) in product(depths.items(), repeat=2):
            steps[one, other].add(m - n)
    return {pair: found.pop() for pair, found in steps.items() if len(found) == 1}, least
