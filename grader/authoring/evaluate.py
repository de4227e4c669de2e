"""Run staff's own code on a case, in this process: the reference, mistakes, variants."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from grader import functions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.model import Call


def realise(argument: Any) -> Any:
    """A fresh argument as a function receives it: functions and generators made from data."""
    if isinstance(argument, dict):
        if "function" in argument:
            return functions.build(argument)
        if "rng" in argument:
            return np.random.default_rng(argument["rng"])
    return copy.deepcopy(argument)


def answer(
    calls: Sequence[Call],
    namespace: Mapping[str, Callable[..., Any]],
    arguments: Mapping[str, Any],
    keywords: frozenset[str] = frozenset(),
) -> tuple[Any, ...]:
    """Transparent outputs of the last call.

    Args:
        calls: What is called in turn; see `grader.model.Call`.
        namespace: Function name to callable.
        arguments: Of the case, by name; one that is absent is left out (it is optional).
        keywords: Names that are passed by name.

    Raises:
        Exception: whatever the code raises.
    """
    returned: list[Any] = []
    for call in calls:
        given = [a for a in call.arguments if not isinstance(a, str) or a in arguments]
        by_position = [
            realise(arguments[a]) if isinstance(a, str) else returned[a[0]][a[1]]
            for a in given
            if a not in keywords
        ]
        by_name = {a: realise(arguments[a]) for a in given if isinstance(a, str) and a in keywords}
        with np.errstate(all="ignore"):
            value = namespace[call.function](*by_position, **by_name)
        returned.append(value)
    last = calls[-1]
    outputs = [returned[-1]] if len(last.outputs) == 1 else list(returned[-1])
    return tuple(plain(v) for i, v in enumerate(outputs) if i not in last.opaque)


def plain(value: Any) -> Any:
    """An output as the bank stores it: floats, float or int arrays, dicts and lists of them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return plain(value.item())
        return np.array(value, np.float64 if value.dtype.kind == "f" else value.dtype)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(value) if isinstance(value, (float, np.floating)) else value
