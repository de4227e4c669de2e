"""The input space of an exercise, for the shrinker: axes, legal values, right answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring import kinds
from grader.authoring.bounds import assumed, bounds
from grader.authoring.lint import finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.authoring.course import Authored
    from grader.authoring.declaration import Declaration
    from grader.model import Case, Exercise


@dataclass(frozen=True, slots=True)
class DeclaredSpace:
    """What a declaration and its reference say of new inputs."""

    authored: Authored
    declaration: Declaration
    exercise: Exercise

    def lengths(self, arguments: Mapping[str, Any]) -> dict[str, int]:
        """Named axes of the arguments with their lengths, in the order of the declaration."""
        found: dict[str, int] = {}
        for name, value in arguments.items():
            kind = self.declaration.kind(name)
            if isinstance(kind, kinds.Network):
                found[kind.inputs] = value["W1"].shape[1]
                found[kind.outputs] = len(value[f"b{_depth(value)}"])
            axes = self._axes(name)
            if axes:  # a list of arrays of different shapes has none
                found |= dict(zip(axes, np.shape(value), strict=False))
        return {axis: length for axis, length in found.items() if axis.isidentifier()}

    def without(self, arguments: Mapping[str, Any], axis: str, index: int) -> dict[str, Any]:
        """The arguments with one index of one axis deleted wherever the axis stands."""
        return {name: self._shorter(name, v, axis, index) for name, v in arguments.items()}

    def _shorter(self, name: str, value: Any, axis: str, index: int) -> Any:
        kind = self.declaration.kind(name)
        if isinstance(kind, kinds.Network):
            last = _depth(value)
            value = dict(value)
            if axis == kind.inputs:
                value["W1"] = np.delete(value["W1"], index, 1)
            if axis == kind.outputs:
                value[f"W{last}"] = np.delete(value[f"W{last}"], index, 0)
                value[f"b{last}"] = np.delete(value[f"b{last}"], index, 0)
            return value
        for position, named in enumerate(self._axes(name)):
            if named == axis:
                value = np.delete(value, index, position)
        if isinstance(kind, kinds.Labels) and kind.axis == axis:
            value = value - (value > index)
        return value

    def _axes(self, name: str) -> tuple[str, ...]:
        return next((term.axes for term in self.declaration.drawn if term.name == name), ())

    def frozen(self, case: Case, arguments: Mapping[str, Any]) -> Case | None:
        """The case with other arguments and its right answers; None if they are not legal."""
        try:
            sizes = self.lengths(arguments)
            if not all(self._legal(name, v, sizes) for name, v in arguments.items()):
                return None
            if not assumed(self.declaration, arguments):
                return None
            lower, upper = bounds(
                self.authored, self.declaration, self.exercise, arguments, case.keywords
            )
        except Exception:  # noqa: BLE001 -- staff's code may raise anything on inputs it never saw
            return None
        if not finite(lower) or not finite(upper):
            return None
        return replace(
            case, arguments=arguments, lower=lower, upper=upper, sizes=sizes, layout={}
        )  # fmt: skip

    def _legal(self, name: str, value: Any, sizes: Mapping[str, int]) -> bool:
        match self.declaration.kind(name):
            case kinds.Floats(low, high):
                above = low is None or bool(np.all(np.asarray(value) >= low))
                return above and (high is None or bool(np.all(np.asarray(value) <= high)))
            case kinds.Integers(low, high):
                return bool(low <= value <= high)
            case kinds.Labels(axis):
                return bool(np.all((value >= 0) & (value < sizes[axis])))
            case kinds.Increasing():
                return bool(np.all(np.diff(value) > 0))
            case _:
                return True


def _depth(params: Mapping[str, Any]) -> int:
    return sum(key.startswith("W") for key in params)
