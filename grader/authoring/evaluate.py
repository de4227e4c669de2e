"""Run staff's own code on a case, in this process: the reference, mistakes, variants."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from grader import functions
from grader.errors import StaffError
from grader.judge.compare import describe
from grader.sandbox import codec, runner

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
        if argument and all(isinstance(v, dict) and "function" in v for v in argument.values()):
            return {name: functions.build(value) for name, value in argument.items()}
    return _copy(argument)


def _copy(value: Any) -> Any:
    """As copy.deepcopy of data, which takes three times as long."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else copy.deepcopy(value)


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
    return _transparent(calls[-1], _play(calls, namespace, arguments, keywords)[0])


def _transparent(last: Call, returned: Any) -> tuple[Any, ...]:
    if len(last.outputs) == 1:
        return (plain(returned),)
    if not _has_parts(returned, len(last.outputs)):
        return (plain(returned),)  # a mistake's; the judge keeps such an answer whole, too
    return tuple(plain(v) for i, v in enumerate(returned) if i not in last.opaque)


def right_answer(
    calls: Sequence[Call],
    namespace: Mapping[str, Callable[..., Any]],
    arguments: Mapping[str, Any],
    keywords: frozenset[str] = frozenset(),
) -> tuple[Any, ...]:
    """As `answer`, of the reference, which must return what is declared.

    Raises:
        StaffError: it returns another number of values.
        Exception: whatever the code raises.
    """
    returned, _ = _play(calls, namespace, arguments, keywords)
    last = calls[-1]
    several = len(last.outputs)
    if several > 1 and not _has_parts(returned, several):
        wanted = f"{several} values ({', '.join(last.outputs)})"
        raise StaffError(f"the reference returns {describe(returned)}; {wanted} are declared")
    values = returned if several > 1 else [returned]
    return tuple(plain(v) for i, v in enumerate(values) if i not in last.opaque)


def _has_parts(returned: Any, several: int) -> bool:
    return isinstance(returned, (tuple, list, np.ndarray)) and len(returned) == several


def changes(
    calls: Sequence[Call],
    namespace: Mapping[str, Callable[..., Any]],
    arguments: Mapping[str, Any],
    keywords: frozenset[str] = frozenset(),
) -> bool:
    """Is any argument of the case another one after the calls?

    Raises:
        Exception: whatever the code raises.
    """
    return bool(_changed(arguments, _play(calls, namespace, arguments, keywords)[1]))


def answer_and_changes(
    calls: Sequence[Call],
    namespace: Mapping[str, Callable[..., Any]],
    arguments: Mapping[str, Any],
) -> tuple[tuple[Any, ...], list[str]]:
    """As `answer`, with the names of the arguments that are others afterwards.

    Raises:
        Exception: whatever the code raises.
    """
    returned, given = _play(calls, namespace, arguments, frozenset())
    return _transparent(calls[-1], returned), _changed(arguments, given)


def _changed(arguments: Mapping[str, Any], given: Sequence[tuple[str, Any]]) -> list[str]:
    return [
        name
        for name, value in given
        if not _beyond_data(value) and codec.dumps(arguments[name]) != codec.dumps(value)
    ]


def _beyond_data(value: Any) -> bool:
    """Is this a function, several of them by name, or a generator?"""
    if isinstance(value, dict):
        return any(callable(item) for item in value.values())
    return callable(value) or isinstance(value, np.random.Generator)


def _play(
    calls: Sequence[Call],
    namespace: Mapping[str, Callable[..., Any]],
    arguments: Mapping[str, Any],
    keywords: frozenset[str],
) -> tuple[Any, list[tuple[str, Any]]]:
    """What the last call returned, and all arguments as they are afterwards."""
    returned: list[Any] = []
    given: list[tuple[str, Any]] = []
    for call in calls:
        by_position: list[Any] = []
        by_name: dict[str, Any] = {}
        for argument in call.arguments:
            if not isinstance(argument, str):
                by_position.append(returned[argument[0]][argument[1]])
                continue
            name, spread = call.named(argument)
            if spread:
                by_position += arguments[name].tolist()
            elif name in arguments:
                value = realise(arguments[name])
                given.append((name, value))
                if name in keywords:
                    by_name[name] = value
                else:
                    by_position.append(value)
        function = namespace[call.function]
        if not callable(function):
            returned.append(function)  # a constant is read
            continue
        with np.errstate(all="ignore"):
            value = function(*by_position, **by_name)
            returned.append(runner.drained(value) if call.iterable else value)
    return returned[-1], given


def plain(value: Any) -> Any:
    """An output as the bank stores it: floats, float or int arrays, dicts and lists of them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return frozenset(value)
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return plain(value.item())
        return np.array(value, np.float64 if value.dtype.kind == "f" else value.dtype)
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(value) if isinstance(value, (float, np.floating)) else value
