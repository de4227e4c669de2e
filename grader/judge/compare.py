"""Is an answer right? Structure, shape, kind of number, then the interval with its tolerance.

No broadcasting ever makes an answer right, and NaN never equals a number.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.model import Reason
from grader.sandbox.codec import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

TOLERANCE = 1e-9
"""Of double precision, times 1 + max|expected|: 4.5e6 eps, which is 6e4 above the worst right
variant measured and 50 below a float32 cast."""

SINGLE_TOLERANCE = 1e-5
"""The same for answers in float32, on ordinary strata."""

_ROUNDING = 1e-6
"""Right answers that differ by less differ by rounding; at a kink they differ by more."""

ANYTHING = {"anything": True}
"""In the place of an expected value: this part of an answer is not judged."""

_COLUMN = 2

EDGE_STRATA = frozenset({"edge", "single", "whole"})
"""Strata of the edges check: ties, zeros and saturation; a batch of one; integers."""

STRICT_STRATA = frozenset({"edge"})
"""Strata where float32 gets no allowance."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Why an answer is not right.

    Attributes:
        reason: WRONG for numbers and shapes, BAD_TYPE for what is not numbers.
        output: Name of the output, empty for the whole answer.
        text: A plain sentence.
        where: First differing place, as a student would index it: "[0, 2]".
    """

    reason: Reason
    output: str
    text: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """What one call must answer.

    Attributes:
        outputs: Names of all outputs; the opaque ones are None in an answer.
        opaque: Indices of those.
        lower: Least right value of each transparent output.
        upper: Greatest right value.
        ordinary: float32 answers get their wider tolerance.
    """

    outputs: Sequence[str]
    opaque: frozenset[int]
    lower: Sequence[Any]
    upper: Sequence[Any]
    ordinary: bool = True


def mismatch(expected: Expected, answer: Any) -> tuple[Mismatch | None, tuple[str, ...]]:
    """The first thing wrong with an answer, or None, and notes on its style."""
    notes: list[str] = []
    names = [n for i, n in enumerate(expected.outputs) if i not in expected.opaque]
    if len(expected.outputs) == 1:
        values = [answer]
    else:
        if isinstance(answer, np.ndarray) and answer.ndim:
            answer = list(answer)
        if not isinstance(answer, (list, tuple)):
            wanted = ", ".join(expected.outputs)
            asked = f"{len(expected.outputs)} values ({wanted}) are asked for"
            return Mismatch(_kind_of(answer), "", f"{describe(answer)} came back where {asked}"), ()
        if len(answer) != len(expected.outputs):
            wanted = ", ".join(expected.outputs)
            asked = f"{len(expected.outputs)} ({wanted}) are asked for"
            return Mismatch(Reason.WRONG, "", f"{len(answer)} values came back where {asked}"), ()
        values = [v for i, v in enumerate(answer) if i not in expected.opaque]
    for name, low, high, value in zip(names, expected.lower, expected.upper, values, strict=True):
        found = _walk(_Place(name, "", notes, expected.ordinary), low, high, value)
        if found:
            return found, tuple(notes)
    return None, tuple(dict.fromkeys(notes))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in an answer the walk is, and where notes go."""

    output: str
    path: str
    notes: list[str]
    ordinary: bool

    def inside(self, key: object) -> _Place:
        return _Place(self.output, f"{self.path}[{key!r}]", self.notes, self.ordinary)

    @property
    def name(self) -> str:
        return f"{self.output}{self.path}"

    def wrong(self, text: str, where: str = "") -> Mismatch:
        return Mismatch(Reason.WRONG, self.output, f"{self.name}: {text}", f"{self.path}{where}")

    def bad_type(self, text: str) -> Mismatch:
        return Mismatch(Reason.BAD_TYPE, self.output, f"{self.name}: {text}", self.path)


def _walk(place: _Place, low: Any, high: Any, value: Any) -> Mismatch | None:
    if isinstance(low, dict) and low == ANYTHING:
        return None
    if isinstance(low, dict):
        return _walk_dict(place, low, high, value)
    if isinstance(low, (list, tuple)):
        return _walk_list(place, low, high, value)
    if isinstance(low, frozenset):
        return _walk_set(place, low, value)
    if isinstance(low, (bool, str)) or low is None:
        if isinstance(value, np.ndarray) and value.size == 1:
            value = value.item()
        same = type(value) is type(low) and value == low
        return None if same else place.wrong(f"{describe(value)} instead of {low!r}")
    return _numbers(place, low, high, value)


def _walk_dict(place: _Place, low: Any, high: Any, value: Any) -> Mismatch | None:
    if not isinstance(value, dict):
        return place.bad_type(f"{describe(value)} instead of a dict with keys {_keys(low)}")
    missing = [key for key in low if key not in value]
    if missing:
        return place.wrong(f"keys {_keys(missing)} are missing; there are {_keys(value) or 'none'}")
    for key in low:
        found = _walk(place.inside(key), low[key], high[key], value[key])
        if found:
            return found
    return None


def _keys(keys: Any) -> str:
    return ", ".join(str(key) for key in list(keys)[:12])


def _walk_list(place: _Place, low: Any, high: Any, value: Any) -> Mismatch | None:
    if isinstance(value, np.ndarray) and value.ndim:
        value = list(value)
    if not isinstance(value, (list, tuple)):
        return place.bad_type(f"{describe(value)} instead of a sequence of {len(low)}")
    if len(value) != len(low):
        return place.wrong(f"{len(value)} entries instead of {len(low)}")
    for i, (one, other, got) in enumerate(zip(low, high, value, strict=True)):
        found = _walk(place.inside(i), one, other, got)
        if found:
            return found
    return None


def _walk_set(place: _Place, wanted: frozenset[Any], value: Any) -> Mismatch | None:
    if isinstance(value, (list, tuple)) and all(isinstance(item, (str, int)) for item in value):
        value = frozenset(value)
    if not isinstance(value, frozenset):
        return place.bad_type(f"{describe(value)} instead of a set")
    missing, more = sorted(wanted - value), sorted(map(str, value - wanted))
    if missing:
        return place.wrong(f"{_keys(missing)} is not in it")
    return place.wrong(f"{_keys(more)} does not belong in it") if more else None


def _numbers(place: _Place, low: Any, high: Any, value: Any) -> Mismatch | None:
    got = as_numbers(value)
    if not isinstance(got, np.ndarray):
        return place.bad_type(got)
    least = np.asarray(low)
    most = least if high is low else np.asarray(high)
    if got.shape != least.shape:
        fitted = _forgiven(got, least.shape)
        if fitted is None:
            return place.wrong(f"{_shape(got.shape)} instead of {_shape(least.shape)}")
        place.notes.append(_style(place.name, got.shape, least.shape))
        got = fitted
    tolerance = TOLERANCE
    if got.dtype in (np.float32, np.float16) and place.ordinary:
        tolerance = SINGLE_TOLERANCE
        place.notes.append(f"{place.name} is {got.dtype}; float64 keeps more digits")
    got = got.astype(np.float64, copy=False)
    size = np.abs(least).max(initial=0)
    if most is not least:
        size = max(size, np.abs(most).max(initial=0))
    scale = tolerance * (1 + size)
    with np.errstate(invalid="ignore"):
        right = (got >= least - scale) & (got <= most + scale)
    if right.all():
        return None
    at = tuple(map(int, np.unravel_index(right.argmin(), right.shape)))
    where = f"[{', '.join(map(str, at))}]" if at else ""
    text = _differing(got[at], least[at], most[at])
    text = f"{text}{' at ' + where if at else ''}"
    if _lost_digits(got, at, least, most, SINGLE_TOLERANCE * (1 + size)):
        text += "; float32 keeps about 7 digits, and here those of float64 are asked for"
    return place.wrong(text, where)


def _lost_digits(
    got: np.ndarray, at: tuple[int, ...], least: np.ndarray, most: np.ndarray, slack: float
) -> bool:
    """Is all that is wrong what float32 cannot hold, in whatever type it came back?

    Args:
        got: What came back.
        at: Where it is wrong first: mostly, what stands there says that it is not.
        least: Least right numbers.
        most: Greatest right numbers.
        slack: How far beyond them float32 may be.
    """
    with np.errstate(all="ignore"):
        if np.float32(got[at]) != got[at] or not np.array_equal(got, got.astype(np.float32)):
            return False
        return bool(np.all((got >= least - slack) & (got <= most + slack)))


def _style(name: str, shape: tuple[int, ...], asked: tuple[int, ...]) -> str:
    if not asked:
        return f"{name} has shape {shape}; a single number is asked for"
    return f"{name} has shape {shape}; {asked} is asked for"


def _shape(shape: tuple[int, ...]) -> str:
    return f"shape {shape}" if shape else "a single number"


def _forgiven(got: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    """`(1,)` and `(1,1)` for a single number, `(1,O)` for `(O,)`: right, with a note on style."""
    if (not shape and got.size == 1 and got.ndim <= _COLUMN) or got.shape == (1, *shape):
        return got.reshape(shape)
    return None


def _differing(got: Any, low: Any, high: Any) -> str:
    """What came and what is right, without digits that rounding decides."""
    told = decimals(high - low)
    if told is not None:
        mine, right = (number(round(float(v), told) + 0.0) for v in (got, low))
        if mine != right:
            return f"{mine} instead of {right}"
    return f"{number(got)} instead of {_between(low, high)}"


def decimals(width: float) -> int | None:
    """How many decimals are told where right answers may differ by so little; None: all."""
    return math.floor(-math.log10(width)) if 0 < width < _ROUNDING else None


def _between(low: Any, high: Any) -> str:
    if number(low) == number(high):
        return number(low)
    return f"anything from {number(low)} to {number(high)}"


def number(value: Any) -> str:
    """A number as short as it can be told apart: 3, 0.25, 1e-12."""
    return f"{float(value):.10g}"


def as_numbers(value: Any) -> np.ndarray | str:
    """The array that an answer stands for, or what is wrong with it as a sentence."""
    if value is None:
        return "nothing came back (None); is a `return` missing?"
    if isinstance(value, Unsupported):
        return f"{value.text} came back where numbers are asked for"
    if isinstance(value, (str, dict, bool, frozenset)):
        return f"{describe(value)} came back where numbers are asked for"
    for odd in _odd(value) if isinstance(value, (list, tuple)) else ():
        return f"a list that holds {describe(odd)} came back where numbers are asked for"
    try:
        array = np.asarray(value)
    except ValueError:
        return "rows of different lengths came back where an array is asked for"
    if array.dtype.kind == "c":
        if not np.all(array.imag == 0):
            return "complex numbers came back where real ones are asked for"
        return array.real
    if array.dtype.kind not in "biuf":
        return f"{describe(value)} came back where numbers are asked for"
    return array


def _odd(value: Any) -> Iterator[Any]:
    """What in a list can never be a number."""
    for item in value:
        if isinstance(item, (list, tuple)):
            yield from _odd(item)
        elif item is None or isinstance(item, (str, dict, Unsupported)):
            yield item


def describe(value: Any) -> str:
    """What kind of thing an answer is, in a few words."""
    if value is None:
        return "nothing (None)"
    if isinstance(value, Unsupported):
        return value.text
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple)):
        return f"a sequence of {len(value)}"
    if isinstance(value, dict):
        return f"a dict with keys {_keys(value) or 'none'}"
    if isinstance(value, frozenset):
        return f"a set of {len(value)}"
    if isinstance(value, str):
        return f"the text {value[:40]!r}"
    return f"the {type(value).__name__} {value!r}"[:80]


def _kind_of(value: Any) -> Reason:
    return Reason.WRONG if isinstance(value, (int, float, np.ndarray)) else Reason.BAD_TYPE
