"""Simple transforms of the right answer: the other sign, a factor, an axis that is not summed.

Said only where it holds in every case, of each output apart: "db is divided by N". The order
matters: what is only imprecise, or of another shape, is not a factor (numerics section C).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from grader.judge.compare import as_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.model import Case

AGREEMENT = 1e-7
"""Relative to the largest output."""

FEWEST = 3
"""Cases with a right answer other than 0 that must show it."""

_IMPRECISE = 2e-3
_LARGEST = 12


@dataclass(frozen=True)
class Pair:
    """Two arrays that should be equal, in one case."""

    sizes: Mapping[str, int]
    right: np.ndarray
    yours: np.ndarray

    @cached_property
    def is_telling(self) -> bool:
        """Is there anything but zeros, in which a factor shows?"""
        return bool(self.right.any())

    @cached_property
    def ratio(self) -> float:
        """Yours to the right one, where that is largest."""
        at = np.abs(self.right).argmax()
        with np.errstate(over="ignore"):  # infinite is no factor
            return float(self.yours.flat[at] / self.right.flat[at])

    @cached_property
    def is_multiple(self) -> bool:
        """Is yours the right answer times some number? Most are not, which ends the search."""
        if self.right.shape != self.yours.shape:
            return False
        if not self.is_telling:
            return True
        ratio = self.ratio
        return bool(np.isfinite(ratio)) and ratio != 0 and _equal(self.right * ratio, self.yours)


class Label(NamedTuple):
    """How answers differ from the right ones: `key` names it for ever, `text` says it."""

    key: str
    text: str


EQUAL = Label("", "")


def said(cases: Sequence[Case], names: Sequence[str], answers: Sequence[Any]) -> Label:
    """How answers differ from the right ones; `EQUAL` if there is nothing to be sure of.

    Args:
        cases: Ordinary cases without kinks.
        names: Of the transparent outputs.
        answers: One per case: the transparent outputs as a list.
    """
    if any(not isinstance(a, list) or len(a) != len(names) for a in answers):
        return EQUAL
    with np.errstate(all="ignore"):  # whatever a submission answers may overflow
        return _said(cases, names, answers)


def _said(cases: Sequence[Case], names: Sequence[str], answers: Sequence[Any]) -> Label:
    right = [list(case.lower) for case in cases]
    labels: dict[str, Label] = {}
    for index, name in enumerate(names):
        pairs = _pairs(cases, [r[index] for r in right], [a[index] for a in answers])
        label = label_of(pairs) if pairs is not None else None
        if label is None:
            return _reordered(cases, right, answers)
        if label != EQUAL:
            labels[name] = label
    if len(labels) == len(names) > 1 and len(set(labels.values())) == 1:
        label = labels[names[0]]
        return Label(f"{label.key}:*", f"every output {label.text}")
    return Label(
        "+".join(f"{label.key}:{name}" for name, label in labels.items()),
        "; ".join(f"{name} {label.text}" for name, label in labels.items()),
    )


def factor(cases: Sequence[Case], known: Sequence[Any], answers: Sequence[Any]) -> Label:
    """A factor between a known mistake's answers and these, one for all outputs; else `EQUAL`."""
    pairs: list[Pair] = []
    for case, theirs, yours in zip(cases, known, answers, strict=True):
        if not isinstance(theirs, list) or not isinstance(yours, list) or len(theirs) != len(yours):
            return EQUAL
        found = [_pairs([case], [a], [b]) for a, b in zip(theirs, yours, strict=True)]
        rows = [pair for rows in found for pair in rows or ()]
        if None in found or not all(pair.is_multiple for pair in rows) or not _constant(rows):
            return EQUAL
        pairs += rows
    if sum(pair.is_telling for pair in pairs) < FEWEST:
        return EQUAL
    with np.errstate(all="ignore"):
        return next((label for label, holds in _factors(pairs) if holds), EQUAL)


def _pairs(cases: Sequence[Case], right: Sequence[Any], yours: Sequence[Any]) -> list[Pair] | None:
    found: list[Pair] = []
    for case, expected, got in zip(cases, right, yours, strict=True):
        for one, other in _leaves(expected, got):
            if isinstance(one, (str, bool)) and type(other) is type(one) and other == one:
                continue
            if isinstance(one, (str, frozenset)):
                return None
            array = as_numbers(other)
            if one is None or not isinstance(array, np.ndarray) or not np.isfinite(array).all():
                return None
            found.append(Pair(case.sizes, np.asarray(one, float), array.astype(float)))
    return found


def _leaves(right: Any, yours: Any) -> Iterator[tuple[Any, Any]]:
    """Numbers that stand in the same place; None on the left where there is no such place."""
    if isinstance(right, dict):
        same = isinstance(yours, dict) and set(yours) >= set(right)
        for key in right if same else ():
            yield from _leaves(right[key], yours[key])
        if not same:
            yield None, yours
    elif isinstance(right, list):
        same = isinstance(yours, list) and len(yours) == len(right)
        for one, other in zip(right, yours, strict=True) if same else ():
            yield from _leaves(one, other)
        if not same:
            yield None, yours
    else:
        yield right, yours


def label_of(pairs: Sequence[Pair]) -> Label | None:
    """What holds for all pairs: `EQUAL` if they are, None if nothing is known to hold."""
    if all(_equal(pair.right, pair.yours) for pair in pairs):
        return EQUAL
    if sum(pair.is_telling for pair in pairs) < FEWEST:
        return None
    for label, holds in _shapes(pairs):
        if holds:
            return label
    if any(pair.right.shape != pair.yours.shape for pair in pairs):
        return None
    if all(_close(pair) for pair in pairs):
        return Label("imprecise", "is close to the right answer, but not exact")
    return next((label for label, holds in (*_factors(pairs), *_powers(pairs)) if holds), None)


def _constant(pairs: Sequence[Pair]) -> bool:
    """Have all of them one ratio? In one case, in which the axes are what they are, they must."""
    return _is_constant([pair.ratio for pair in pairs if pair.is_telling])


def _is_constant(ratios: Sequence[float]) -> bool:
    if not ratios:
        return True
    return max(ratios) - min(ratios) <= 2 * AGREEMENT * abs(ratios[0])


def _equal(expected: np.ndarray, yours: np.ndarray) -> bool:
    if expected.shape != yours.shape:
        return False
    scale = np.max(np.abs(expected), initial=0)
    return bool(np.all(np.abs(expected - yours) <= AGREEMENT * scale + 1e-300))


def _close(pair: Pair) -> bool:
    scale = np.max(np.abs(pair.right), initial=0)
    return bool(np.all(np.abs(pair.right - pair.yours) <= _IMPRECISE * scale))


def _shapes(pairs: Sequence[Pair]) -> Iterator[tuple[Label, bool]]:
    """The right numbers in another arrangement."""
    flat = [p for p in pairs if p.right.ndim > 1]
    turned = bool(flat) and all(_equal(p.right.T, p.yours) for p in pairs)
    yield Label("transposed", "is transposed"), turned
    ravelled = all(_equal(p.right.ravel(), p.yours.ravel()) for p in pairs)
    yield Label("shape", "has the right numbers in another shape"), ravelled
    for axis in range(3):
        ranks = all(p.yours.ndim == p.right.ndim + 1 > axis and p.yours.size for p in pairs)
        added = ranks and all(_equal(p.right, p.yours.sum(axis=axis)) for p in pairs)
        yield Label(f"not-summed:{axis}", f"is not summed over axis {axis}"), added
        averaged = ranks and all(_equal(p.right, p.yours.mean(axis=axis)) for p in pairs)
        yield Label(f"not-averaged:{axis}", f"is not averaged over axis {axis}"), averaged
    single = all(p.yours.size == 1 for p in pairs) and any(p.right.size > 1 for p in pairs)
    one = single and all(_equal(p.right.sum().reshape(()), p.yours.reshape(())) for p in pairs)
    yield Label("summed", "is summed to one number"), one


def _factors(pairs: Sequence[Pair]) -> Iterator[tuple[Label, bool]]:
    """One factor: -1, a small fraction, an axis, one axis over another, a fraction with an axis."""
    if not all(pair.is_multiple for pair in pairs):
        return
    opposite = all(_equal(-p.right, p.yours) for p in pairs)
    yield Label("sign", "has the other sign"), opposite
    telling = [p for p in pairs if p.is_telling]
    for text, powers in _axis_powers([p.sizes for p in telling]):
        rests = [p.ratio / power for p, power in zip(telling, powers, strict=True)]
        rest = _small(rests[0]) if _is_constant(rests) else None
        if rest is not None:
            exact = all(
                _equal(p.right * float(rest) * _power(p.sizes, text), p.yours) for p in pairs
            )
            yield _factor_label(rest, text), exact and (rest != 1 or bool(text))


def _axis_powers(
    sizes: Sequence[Mapping[str, int]],
) -> Iterator[tuple[tuple[tuple[str, int], ...], list[float]]]:
    """Products of at most two axes with exponents +-1, and their value in each case."""
    yield (), [1.0] * len(sizes)
    axes = [a for a in dict.fromkeys(a for s in sizes for a in s) if all(a in s for s in sizes)]
    single = [((axis, power),) for axis in axes for power in (1, -1)]
    double = [((a, 1), (b, -1)) for a in axes for b in axes if a != b]
    joint = [((a, p), (b, p)) for i, a in enumerate(axes) for b in axes[i + 1 :] for p in (1, -1)]
    for text in (*single, *double, *joint):
        yield text, [_power(s, text) for s in sizes]


def _power(sizes: Mapping[str, int], text: tuple[tuple[str, int], ...]) -> float:
    value = 1.0
    for axis, power in text:
        value *= float(sizes.get(axis, 1)) ** power
    return value


def _factor_label(rest: Fraction, text: tuple[tuple[str, int], ...]) -> Label:
    above = [str(rest)] * (rest != 1) + [axis for axis, power in text if power > 0]
    below = [axis for axis, power in text if power < 0]
    key = "/".join(["*".join(above) or "1", *below])
    parts = [f"is multiplied by {' * '.join(above)}"] * bool(above)
    over = " and by ".join(below)
    parts += [f"divided by {over}" if above else f"is divided by {over}"] * bool(below)
    return Label(f"factor:{key}", " and ".join(parts))


def _small(ratio: float) -> Fraction | None:
    near = Fraction(ratio).limit_denominator(_LARGEST)
    exact = near != 0 and abs(float(near) - ratio) <= AGREEMENT * abs(ratio)
    return near if exact and abs(near) <= _LARGEST else None


def _powers(pairs: Sequence[Pair]) -> Iterator[tuple[Label, bool]]:
    absolute = all(_equal(np.abs(p.right), p.yours) for p in pairs)
    yield Label("absolute", "has lost its sign"), absolute
    yield Label("squared", "is squared"), all(_equal(p.right**2, p.yours) for p in pairs)
    roots = all((p.right >= 0).all() for p in pairs) and all(
        _equal(np.sqrt(np.abs(p.right)), p.yours) for p in pairs
    )
    yield Label("root", "is the square root of the right answer"), roots


def _reordered(
    cases: Sequence[Case], right: Sequence[list[Any]], answers: Sequence[list[Any]]
) -> Label:
    """Are all outputs right, but in another order?"""
    count = len(right[0]) if right else 0
    for order in permutations(range(count)):
        if order == tuple(range(count)):
            continue
        told = 0
        for i, j in enumerate(order):
            pairs = _pairs(cases, [r[i] for r in right], [a[j] for a in answers])
            if pairs is None or not all(_equal(p.right, p.yours) for p in pairs):
                break
            told += sum(p.is_telling for p in pairs)
        else:
            if told >= FEWEST:
                return Label("order", "the outputs are right, but in another order")
    return EQUAL
