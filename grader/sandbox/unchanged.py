"""Which arguments are no longer what was sent: compared bit by bit, no student's code is asked.

Runs in the child, like `runner`.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.asked import Program

SIMPLE = frozenset({np.ndarray, float, int, bool, str, complex, type(None)})
CONTAINERS = frozenset({list, tuple, dict})


def same_bits(copy: np.ndarray, sent: np.ndarray) -> bool:
    """Does an array hold what was sent, NaN and -0 included?"""
    return copy.tobytes() == sent.tobytes()


def items_of(container: Any) -> list[Any]:
    """The keys and items of a container and of those in it, in order."""
    found: list[Any] = []
    values = container.values() if type(container) is dict else container
    if type(container) is dict:
        found += container
    for value in values:
        found.append(value)
        if type(value) in CONTAINERS:
            found += items_of(value)
    return found


def untouched(container: Any, items: list[Any]) -> bool:
    """Does a container hold the very objects that were sent? Their contents are in the buffer."""
    try:
        now = items_of(container)
    except RecursionError:  # a student put it into itself
        return False
    return len(now) == len(items) and all(map(operator.is_, now, items))


def changes(
    namespace: Mapping[str, object], programs: list[Program], fresh: list[Program]
) -> list[list[Any]]:
    """List `[program, argument]` for every argument that is not what was sent."""
    changed: list[list[Any]] = []
    for index, (program, pristine) in enumerate(zip(programs, fresh, strict=True)):
        for step, sent in zip(program, pristine, strict=True):
            names = _parameters(namespace.get(step[0]))
            for position, (now, before) in enumerate(zip(step[1], sent[1], strict=True)):
                if not _same(now, before):
                    name = names[position] if position < len(names) else f"argument {position + 1}"
                    changed.append([index, name])
            changed += [[index, k] for k, v in (step[2] or {}).items() if not _same(v, sent[2][k])]
    return changed


def _parameters(function: object) -> tuple[str, ...]:
    code = getattr(function, "__code__", None)
    return () if code is None else code.co_varnames[: code.co_argcount]


def _same(now: Any, before: Any) -> bool:
    """Compare bit by bit; looks at the types first, so no student's `__eq__` is asked."""
    kind = type(before)
    if type(now) is not kind:
        return False
    if kind is np.ndarray:
        alike = now.shape == before.shape and now.dtype == before.dtype
        return bool(alike and now.tobytes() == before.tobytes())
    if kind in (list, tuple):
        return len(now) == len(before) and all(map(_same, now, before))
    if kind is dict:
        return list(now) == list(before) and all(_same(now[k], before[k]) for k in before)
    if kind in SIMPLE:
        return bool(now == before or (now != now and before != before))  # noqa: PLR0124 - NaN
    return True
