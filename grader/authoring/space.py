"""The input space of an exercise, for the shrinker: smaller inputs, legal values, right answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from grader.authoring import kinds, trial
from grader.authoring.bounds import assumed, bounds
from grader.authoring.lint import finite
from grader.authoring.shapes import Place, Ties, kept, layers, lengths, parts
from grader.judge.laws import breach
from grader.judge.simpler import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.course import Authored
    from grader.authoring.declaration import Declaration, Law
    from grader.judge.shrink import Step
    from grader.model import Case, Exercise

    Range = tuple[float, ...]
    """Least and greatest number; nothing if there is none."""


_FEW = (1, 2, 3, 4, 5, 6)
"""Lengths that are tried at once."""

_FUNCTIONS = "functions"
"""In a step: the arguments' functions are those of another case."""


class Layers(NamedTuple):
    """Layers of arguments that have them in common.

    Attributes:
        more: Name of each argument, and how many more layers it has than the least.
    """

    more: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class DeclaredSpace:
    """What a declaration, its bank and its reference say of new inputs: of cases, or of a law's.

    Attributes:
        law: The law whose inputs are meant; None for the exercise's own.
    """

    authored: Authored
    declaration: Declaration
    exercise: Exercise
    law: Law | None = None

    def of_law(self, law: str) -> DeclaredSpace:
        """What is known of the inputs of one of its laws."""
        found = next(one for one in self.declaration.laws if one.id == law)
        return replace(self, law=found)

    def steps(self, arguments: Mapping[str, Any]) -> Iterator[Step]:
        """What can be left out of the arguments, the largest steps first."""
        length = lengths(arguments)
        groups = self._ties.groups(arguments, self._named(arguments).values())
        axes = [(tuple(g), length[g[0]]) for g in groups if not any(map(self._is_fixed, g))]
        longer = [(group, n) for group, n in axes if n > 1]
        if longer:
            yield tuple((group, (0,)) for group, _ in longer)
        yield from self._layers_left(arguments)
        yield from _along(longer)
        for number, functions in enumerate(self._functions):
            if functions.keys() <= arguments.keys():
                yield ((_FUNCTIONS, (number,)),)

    def after(self, arguments: Mapping[str, Any], step: Step) -> Mapping[str, Any]:
        """The arguments with what a step leaves of them; a layer goes after its axes."""
        found = arguments
        axes = {place: left for group, left in step if type(group) is tuple for place in group}
        if axes:
            found = self._with_axes(found, axes)
        for what, left in step:
            if type(what) is Layers:
                found = self._with_layers(found, what, left)
            elif what == _FUNCTIONS:
                found = {**found, **self._functions[left[0]]}
        return found

    def _is_fixed(self, place: Place) -> bool:
        """Is this length a number in the declaration, or decided by another argument's?"""
        axes = self._axes(place.family)
        fixed = place.axis < len(axes) and not axes[place.axis].isidentifier()
        return fixed or self._ties.is_flat(place.family)

    @cached_property
    def _bank(self) -> list[Mapping[str, Any]]:
        """All inputs that the bank has of this kind."""
        if self.law is None:
            return [case.arguments for case in self.exercise.cases]
        return [inputs for law in self.exercise.laws for inputs in law.inputs]

    @cached_property
    def _kinds(self) -> dict[str, kinds.Kind]:
        """Of every argument that is declared, or that the bank has."""
        drawn = self.law.kinds if self.law else {}
        own = {*drawn, *(term.name for term in self.declaration.drawn)}
        names = own.union(*self._bank)
        return {n: drawn[n] if n in drawn else self.declaration.kind(n) for n in names}

    @cached_property
    def _drawn_axes(self) -> dict[str, tuple[str, ...]]:
        return {term.name: term.axes for term in self.declaration.drawn}

    @cached_property
    def _ties(self) -> Ties:
        return Ties(self._bank)

    @cached_property
    def _functions(self) -> list[dict[str, Any]]:
        """Functions that the bank's cases have as arguments; some belong together."""
        found = []
        for arguments in self._bank:
            given = {n: v for n, v in arguments.items() if _is_function(v)}
            if given and given not in found:
                found.append(given)
        return found

    @cached_property
    def _ranges(self) -> dict[str, Range]:
        """The numbers of arguments of which only the author's `sample` knows what is legal."""
        seen: dict[str, Range] = {}
        if self.declaration.sampler is None:
            return seen
        for arguments in self._bank:
            for name, value in arguments.items():
                if self._kinds[name] in (kinds.Floats(), kinds.Sampled()):
                    seen[name] = _widened(seen.get(name, ()), value)
        return seen

    def _named(self, arguments: Mapping[str, Any]) -> dict[str, list[Place]]:
        """Axes that have a name in the declaration, with their places."""
        found: dict[str, list[Place]] = {}
        for name, value in arguments.items():
            kind = self._kinds[name]
            if isinstance(kind, kinds.Network):
                last = (layers(value) or 1) - 1
                found.setdefault(kind.inputs, []).append(Place(f"{name}.W", 0, 1))
                found.setdefault(kind.outputs, []).append(Place(f"{name}.b", last, 0))
            elif isinstance(value, np.ndarray):
                for axis, word in zip(range(value.ndim), self._axes(name), strict=False):
                    if word.isidentifier():
                        found.setdefault(word, []).append(Place(name, 0, axis))
        return found

    def _layers_left(self, arguments: Mapping[str, Any]) -> Iterator[Step]:
        """The first layers alone, then one left out, in all arguments that have the same ones."""
        for more in self._ties.together(arguments):
            depth = min(layers(arguments[name]) or 0 for name in more)
            least = max(1, *(self._ties.least.get(n, depth) - m for n, m in more.items()))
            wanted = [tuple(range(n)) for n in range(least, depth)]
            for chosen in (*wanted, *_one_left_out(depth if depth > least else 0)):
                yield ((Layers(tuple(more.items())), chosen),)

    def _with_layers(
        self, arguments: Mapping[str, Any], which: Layers, chosen: Sequence[int]
    ) -> Mapping[str, Any]:
        """The arguments with some layers alone; axes that belong together become as short."""
        found = dict(arguments)
        for name, m in which.more:
            # What has a layer more has it before the others, as acts has its x.
            found[name] = kept(arguments[name], (*range(m), *(layer + m for layer in chosen)))
        length = lengths(found)
        axes: dict[Place, range] = {}
        for group in self._ties.groups(found, self._named(found).values()):
            least = min(length[place] for place in group)
            axes |= {place: range(least) for place in group if length[place] > least}
        return self._with_axes(found, axes)

    def _with_axes(
        self, arguments: Mapping[str, Any], axes: Mapping[Place, Sequence[int]]
    ) -> Mapping[str, Any]:
        """The arguments with some indices of some axes alone, wherever these stand."""
        found = dict(arguments)
        for part in parts(arguments):
            left = {place.axis: axes[place] for place, _ in part.places if place in axes}
            if left:
                found[part.argument] = _with_left(found[part.argument], part.member, left)
        for name, value in found.items():
            kind = self._kinds[name]
            if isinstance(kind, kinds.Labels):
                for place in self._named(arguments).get(kind.axis, [])[:1]:
                    if place in axes:
                        found[name] = np.searchsorted(axes[place], value)
        return self._ties.flattened(found)

    def _axes(self, name: str) -> tuple[str, ...]:
        return self._drawn_axes.get(name, ())

    def frozen(self, case: Case, arguments: Mapping[str, Any]) -> Case | None:
        """The case with other arguments and its right answers; None if they are not legal."""
        sizes = self._legal_sizes(arguments)
        if sizes is None:
            return None
        try:
            lower, upper = bounds(
                self.authored, self.declaration, self.exercise, arguments, case.keywords
            )
        except Exception:  # noqa: BLE001 -- staff's code may raise anything on inputs it never saw
            return None
        if not finite(lower) or not (upper is lower or finite(upper)):
            return None
        return replace(case, arguments=arguments, lower=lower, upper=upper, sizes=sizes)

    def possible(self, inputs: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The inputs; None if they are not legal."""
        return inputs if self._legal_sizes(inputs) is not None else None

    def lawful(self, inputs: Mapping[str, Any]) -> bool:
        """Does the law hold for the reference?"""
        law = next((one for one in self.exercise.laws if self.law and one.id == self.law.id), None)
        if self.law is None or law is None:
            return False
        student = trial.student(self.authored, self.exercise, self.authored.reference)
        return breach(law, self.law.check, student, inputs) is None

    def _legal_sizes(self, arguments: Mapping[str, Any]) -> dict[str, int] | None:
        """Named axes with their lengths; None if the arguments are not legal."""
        try:
            length = lengths(arguments)
            sizes = {word: length[at[-1]] for word, at in self._named(arguments).items()}
            legal = all(self._legal(name, v, sizes) for name, v in arguments.items())
            return sizes if legal and assumed(self.declaration, arguments) else None
        except Exception:  # noqa: BLE001 -- staff's code may raise anything on inputs it never saw
            return None

    def _legal(self, name: str, value: Any, sizes: Mapping[str, int]) -> bool:
        if not _within(self._ranges.get(name, ()), value):
            return False
        match self._kinds[name]:
            case kinds.Floats(low, high):
                above = low is None or bool(np.all(np.asarray(value) >= low))
                return above and (high is None or bool(np.all(np.asarray(value) <= high)))
            case kinds.Integers(low, high):
                return bool(low <= value <= high)
            case kinds.Labels(axis):
                most = sizes.get(axis, np.inf)  # a law may ask for the labels alone
                return bool(np.all((value >= 0) & (value < most)))
            case kinds.Increasing():
                return bool(np.all(np.diff(value) > 0))
            case _:
                return True


def _along(axes: Sequence[tuple[tuple[Place, ...], int]]) -> Iterator[Step]:
    """Many indices of one axis, then a single one, then those of all axes of one length."""
    for group, n in axes:
        for left in sorted({*_FEW, n // 2}):
            if left < n - 1:  # a single index goes below
                yield ((group, tuple(range(left))),)
    for group, n in axes:
        for index in reversed(range(n)):
            yield ((group, (*range(index), *range(index + 1, n))),)
    for n in sorted({n for _, n in axes}):
        # What is wrong only where two axes are as long as each other stays so.
        alike = [group for group, m in axes if m == n]
        if len(alike) > 1:
            for left in (1, n - 1):
                yield tuple((group, tuple(range(left))) for group in alike)


def _is_function(value: Any) -> bool:
    return isinstance(value, dict) and "function" in value


def _widened(seen: Range, value: Any) -> Range:
    found = (*seen, *numbers(value))
    return (min(found), max(found)) if found else ()


def _within(seen: Range, value: Any) -> bool:
    """Is this like the numbers that were seen: no others for whole ones, no other sign for any?"""
    found = numbers(value)
    if not seen or not found:
        return True
    low, high = seen
    exact = isinstance(value, (int, float)) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "iu"
    )
    if exact:
        return low <= min(found) and max(found) <= high
    return (low < 0 or min(found) >= 0) and (low <= 0 or min(found) > 0)


def _one_left_out(depth: int) -> Iterator[tuple[int, ...]]:
    for gone in reversed(range(depth)):
        yield tuple(layer for layer in range(depth) if layer != gone)


def _with_left(value: Any, member: Any, left: Mapping[int, Sequence[int]]) -> Any:
    """An argument of which, or of a member of which, some indices are left of some axes."""
    if member is None:
        return _left(value, left)
    changed = value.copy()
    changed[member] = _left(value[member], left)
    return changed


def _left(value: Any, left: Mapping[int, Sequence[int]]) -> Any:
    """An array or a list of numbers with these indices; a shape of as many."""
    if isinstance(value, tuple):
        return tuple(len(left[axis]) if axis in left else n for axis, n in enumerate(value))
    if isinstance(value, list):
        return [value[index] for index in left[0]]
    for axis, indices in left.items():
        value = value.take(indices, axis)
    return value
