"""A counterexample as code that can be pasted; long arrays summarised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader import functions
from grader.judge.compare import ANYTHING, decimals, describe
from grader.judge.diagnose import Raised
from grader.model import Counterexample
from grader.sandbox.codec import FORTRAN, READ_ONLY, STRIDED, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.judge.verdict import Failure
    from grader.model import Case, Exercise

_LONG = 60
_WIDE = 80
_DIGITS = 12
_SHOWN_ALIKE = 1e-8


def counterexample(exercise: Exercise, case: Case, failure: Failure) -> Counterexample:
    """What a student sees of a failing case."""
    call = exercise.calls[-1]
    told = [decimals(_width(low, high)) for low, high in zip(case.lower, case.upper, strict=True)]
    text = code(exercise, case)
    expected = _expected(exercise, case, told)
    if failure.changed in case.arguments:
        name = failure.changed
        text += f"\nprint({name})"
        yours = f"{name} is no longer the same after the call"
        expected = f"{name} = {literal(case.arguments[name])}"
    elif isinstance(failure.answer, Raised):
        yours = failure.message
    else:
        yours = outputs(call.outputs, call.opaque, failure.answer, told)
    shapes = {n: v.shape for n, v in case.arguments.items() if isinstance(v, np.ndarray)}
    return Counterexample(text, shapes, yours, expected, failure.message)


def _width(low: Any, high: Any) -> float:
    """By how much right answers may differ, at most."""
    if low is high or low is None or isinstance(low, (str, bool, frozenset)):
        return 0.0
    if isinstance(low, dict):
        return max((_width(low[key], high[key]) for key in low), default=0.0)
    if isinstance(low, (list, tuple)):
        return max(map(_width, low, high), default=0.0)
    if isinstance(low, np.ndarray) and low.dtype.kind not in "iuf":
        return 0.0
    return float(np.max(np.abs(np.subtract(high, low)), initial=0.0))


def _expected(exercise: Exercise, case: Case, told: Sequence[int | None]) -> str:
    call = exercise.calls[-1]
    names = [n for i, n in enumerate(call.outputs) if i not in call.opaque]
    lines = []
    for name, low, high, places in zip(names, case.lower, case.upper, told, strict=True):
        least, most = outcome(low, places), outcome(high, places)
        narrow = least == most or _alike(low, high)
        lines.append(f"{name} = {least}" if narrow else f"{name} between {least} and {most}")
    return "\n".join(lines)


def _alike(low: Any, high: Any) -> bool:
    if isinstance(low, dict):
        return all(_alike(low[k], high[k]) for k in low)
    if isinstance(low, (list, tuple)):
        return all(map(_alike, low, high))
    return bool(np.allclose(low, high, rtol=_SHOWN_ALIKE, atol=_SHOWN_ALIKE))


def outputs(
    names: Sequence[str], opaque: frozenset[int], answer: Any, told: Sequence[int | None] = ()
) -> str:
    """What a call gave, one output per line, without what is opaque.

    Args:
        names: Of all outputs.
        opaque: Indices of those that are not shown.
        answer: What came back.
        told: How many decimals are told of each that is shown; None or nothing: all.
    """
    if len(names) == 1:
        return f"{names[0]} = {outcome(answer, *told)}"
    if not isinstance(answer, (list, tuple)) or len(answer) != len(names):
        return outcome(answer)
    shown = [(n, v) for i, (n, v) in enumerate(zip(names, answer, strict=True)) if i not in opaque]
    places = told or [None] * len(shown)
    lines = zip(shown, places, strict=True)
    return "\n".join(f"{name} = {outcome(value, n)}" for (name, value), n in lines)


def outcome(value: Any, places: int | None = None) -> str:
    """What came out of a function, without the last bits: they depend on numpy's version."""
    return literal(_rounded(value, places))


def _rounded(value: Any, places: int | None) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item, places) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_rounded(item, places) for item in value)
    if isinstance(value, float):
        short = value if places is None else round(value, places)
        return float(f"{short:.{_DIGITS}g}") + 0.0  # a zero has no sign
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        flat = [_rounded(number, places) for number in value.ravel().tolist()]
        return np.array(flat, value.dtype).reshape(value.shape)
    return value


def literal(value: Any) -> str:
    """Python that makes the value again, or a summary where it would be long."""
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, dict) and value == ANYTHING:
        return "anything"
    if isinstance(value, frozenset):
        inside = ", ".join(sorted(map(repr, value)))
        return "{" + inside + "}" if value else "set()"
    if isinstance(value, dict):
        parts = [f"{key!r}: {literal(item)}" for key, item in value.items()]
        if sum(map(len, parts)) > _WIDE:
            return "{\n" + "".join(f"    {part},\n" for part in parts) + "}"
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, (list, tuple)):
        inside = ", ".join(literal(item) for item in value)
        comma = "," * (len(value) == 1)
        return f"[{inside}]" if isinstance(value, list) else f"({inside}{comma})"
    if isinstance(value, Unsupported) or value is None:
        return describe(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, np.datetime64):
        return f"np.datetime64('{value}')"
    return repr(value)


def is_long(value: Any) -> bool:
    """Would `literal` only summarise some of it?"""
    if isinstance(value, dict):
        return any(map(is_long, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(is_long, value))
    return isinstance(value, np.ndarray) and value.size > _LONG


def _float(value: float) -> str:
    if value != value:  # noqa: PLR0124 -- NaN
        return "nan"
    return repr(value) if abs(value) != float("inf") else f"{'-' * (value < 0)}inf"


def _array(value: np.ndarray) -> str:
    if value.size > _LONG:
        text = np.array2string(value, threshold=_LONG, edgeitems=2, separator=", ", precision=6)
        return f"array of shape {value.shape}: " + " ".join(text.split())
    text = " ".join(np.array2string(
        value, separator=", ", max_line_width=10_000, threshold=_LONG + 1,
        formatter={"float_kind": lambda x: _short(float(x))},
    ).split())  # fmt: skip
    if not value.size:
        return f"np.zeros({value.shape}{_dtype(value, inferred='f')})"
    return f"np.array({text}{_dtype(value, inferred='fiub')})"


def _dtype(value: np.ndarray, *, inferred: str) -> str:
    return "" if value.dtype.kind in inferred else f", dtype={str(value.dtype)!r}"


def _short(value: float) -> str:
    text = _float(value)
    return text.removesuffix("0") if text.endswith(".0") else text


def code(exercise: Exercise, case: Case) -> str:
    """Lines that rebuild the arguments and make the calls."""
    lines = []
    spread = {name[1:] for name in exercise.calls[-1].arguments if name[0] == "*"}
    for name, value in case.arguments.items():
        if name in spread:
            continue  # stands in the call itself
        if isinstance(value, dict) and "function" in value:
            lines.append(f"{name} = {functions.build(value).code}")
        elif isinstance(value, dict) and "rng" in value:
            lines.append(f"{name} = np.random.default_rng({value['rng']})")
        else:
            lines.append(f"{name} = {literal(value)}")
            lines += _lying(name, value, case.layout.get(name, 0))
    last = len(exercise.calls) - 1
    for index, call in enumerate(exercise.calls):
        arguments = [_argument(exercise, case, a) for a in call.arguments]
        text = f"{call.function}({', '.join(a for a in arguments if a)})"
        if index < last:
            hidden = (name if i in call.opaque else "_" for i, name in enumerate(call.outputs))
            text = f"{', '.join(hidden)} = {text}"
        lines.append(text)
    if any("np." in line for line in lines):
        lines.insert(0, "import numpy as np")
    return "\n".join(lines)


def _lying(name: str, value: Any, flags: int) -> Iterator[str]:
    """Lines after which all arrays of an argument lie in memory as they do in the case."""
    for array, axes in _arrays(name, value) if flags else ():
        if flags & FORTRAN and axes > 1:
            yield f"{array} = np.asfortranarray({array})"
        if flags & STRIDED and axes:
            yield f"{array} = np.repeat({array}, 2, axis=-1)[..., ::2]"
        if flags & READ_ONLY:
            yield f"{array}.flags.writeable = False"


def _arrays(name: str, value: Any) -> Iterator[tuple[str, int]]:
    """Of each array in an argument what stands for it in code, `params['W1']`, and its axes."""
    if isinstance(value, np.ndarray):
        yield name, value.ndim
    elif isinstance(value, (list, dict)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _arrays(f"{name}[{key!r}]", item)


def _argument(exercise: Exercise, case: Case, name: str | tuple[int, int]) -> str:
    if not isinstance(name, str):
        step, output = name
        return exercise.calls[step].outputs[output]
    name, spread = exercise.calls[-1].named(name)
    if spread:
        return ", ".join(map(literal, case.arguments[name].tolist()))
    if name not in case.arguments:
        return ""
    return f"{name}={name}" if name in case.keywords else name
