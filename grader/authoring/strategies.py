"""From a declaration to a Hypothesis strategy per stratum of the input space."""

from __future__ import annotations

import math
import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader import functions
from grader.authoring import kinds
from grader.errors import StaffError
from grader.judge.compare import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.authoring.declaration import Declaration, Term

STRATA = ("grid", "normal", "tiny", "large", "edge", "single", "whole")
"""Small halves; N(0,1); times 1e-3; times 30; zeros, ties and saturation; a batch of one;
integer arrays."""

_DISTINCT = (3, 5, 6, 7, 9, 10, 11)
_SCALES = {"normal": 1.0, "tiny": 1e-3, "large": 30.0, "single": 1.0}
_DECADES = 100
_EDGES = (0.0, 0.0, 1.0, 1.0, -1.0, 0.5, -2.0, 40.0, -40.0, 800.0, -800.0)


def cases(declaration: Declaration, stratum: str) -> st.SearchStrategy[dict[str, Any]]:
    """Arguments by name, with the lengths of the axes under the key "" (removed by harvest)."""
    sampler = declaration.sampler
    if sampler is not None:
        name = f"sample {sampler.__name__}"

        def made(number: int) -> dict[str, Any]:
            return complete(declaration, name, sampler(np.random.default_rng(number)))

        return _seeds().map(lambda s: {"": {}, **made(s)})

    @st.composite
    def draw_case(draw: st.DrawFn) -> dict[str, Any]:
        axes = _axes(declaration)
        sizes = draw(_sizes(axes, stratum))
        arguments: dict[str, Any] = {"": sizes}
        for term in declaration.drawn:
            if term.optional and draw(st.booleans()):
                continue
            arguments[term.name] = draw(_argument(declaration, term, stratum, sizes))
        return arguments

    return draw_case()


def complete(declaration: Declaration, maker: str, made: Any) -> dict[str, Any]:
    """All arguments by name, as an author's function made them.

    Raises:
        StaffError: it made something else.
    """
    needed = {term.name for term in declaration.drawn if not term.optional}
    known = [term.name for term in declaration.drawn]
    wanted = ", ".join(known) or "nothing"
    if not isinstance(made, dict):
        given = describe(made)
        raise StaffError(f"{maker} returns {given}; return a dict of all arguments: {wanted}")
    if not needed <= set(made) <= set(known):
        given = ", ".join(made) or "nothing"
        raise StaffError(f"{maker} gives {given}; the arguments are {wanted}")
    return dict(made)


def _axes(declaration: Declaration) -> tuple[str, ...]:
    named = dict.fromkeys(axis for t in declaration.drawn for axis in t.axes if axis.isidentifier())
    for term in declaration.drawn:
        kind = declaration.kind(term.name)
        if isinstance(kind, kinds.Labels):
            named[kind.axis] = None
        if isinstance(kind, kinds.Network):
            named[kind.inputs] = named[kind.outputs] = None
    return tuple(named)


def _sizes(axes: tuple[str, ...], stratum: str) -> st.SearchStrategy[dict[str, int]]:
    if stratum in {"grid", "edge", "whole"}:
        low = 1 if stratum == "grid" else 2
        return st.fixed_dictionaries({axis: st.integers(low, 4) for axis in axes})
    distinct = st.permutations(_DISTINCT).map(lambda p: dict(zip(axes, p, strict=False)))
    if stratum == "single" and axes:
        return distinct.map(lambda sizes: sizes | {axes[0]: 1})
    return distinct


def _argument(
    declaration: Declaration, term: Term, stratum: str, sizes: Mapping[str, int]
) -> st.SearchStrategy[Any]:
    kind = declaration.kind(term.name)
    shape = tuple(sizes[a] if a in sizes else int(a) for a in term.axes)
    if stratum == "whole" and term.name in declaration.whole:
        return hnp.arrays(np.int64, shape, elements=st.integers(-5, 5))
    return value(term.name, kind, shape, stratum, sizes)


def value(
    name: str, kind: kinds.Kind, shape: tuple[int, ...], stratum: str, sizes: Mapping[str, int]
) -> st.SearchStrategy[Any]:
    """One argument of a kind; a shape of () gives a Python number."""
    match kind:
        case kinds.Floats():
            found = _floats(name, kind, shape, stratum)
        case kinds.Integers(low, high):
            if stratum not in _SCALES:
                return st.integers(low, high)
            return _generators(name).map(lambda rng: int(rng.integers(low, high + 1)))
        case kinds.Labels(axis):
            return hnp.arrays(np.int64, shape, elements=st.integers(0, sizes[axis] - 1))
        case kinds.Choices(options):
            return st.sampled_from(options)
        case kinds.Functions(family):
            return _generators(name).map(lambda rng: functions.draw(family, rng))
        case kinds.Increasing():
            bounded = kinds.Floats(kind.low, kind.high)
            return _floats(name, bounded, shape, stratum, unique=True).map(np.sort)
        case kinds.Network(inputs, outputs):
            return _network(sizes[inputs], sizes[outputs], stratum, frozenset(sizes.values()))
        case _:
            raise TypeError(kind)
    return found if shape else found.map(float)


def _seeds() -> st.SearchStrategy[int]:
    return st.integers(0, 2**32 - 1)


def _generators(name: str) -> st.SearchStrategy[np.random.Generator]:
    """Hypothesis likes to draw one seed twice; two arguments differ even so."""
    salt = zlib.crc32(name.encode())
    return _seeds().map(lambda seed: np.random.default_rng([seed, salt]))


def _floats(
    name: str, kind: kinds.Floats, shape: tuple[int, ...], stratum: str, *, unique: bool = False
) -> st.SearchStrategy[Any]:
    if kind.low is not None and kind.high is not None:
        low, high = kind.low, kind.high
        # Distinct numbers need more than the few that an edge has.
        if (stratum in _SCALES or unique) and not _spans_decades(low, high):
            return _generators(name).map(lambda rng: _between(rng, low, high, shape, unique=unique))
        elements = _simple(low, high, "normal" if unique else stratum)
    elif stratum in {"grid", "whole"}:
        elements = st.integers(-6, 6).map(lambda n: n / 2)
    elif stratum == "edge":
        elements = st.sampled_from(_EDGES) if not unique else st.integers(-80, 80).map(float)
    else:
        return _generators(name).map(lambda rng: _normal(rng, shape, _SCALES[stratum]))
    return hnp.arrays(np.float64, shape, elements=elements, unique=unique)


def _normal(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Any:
    drawn = rng.standard_normal(shape)
    return np.round(drawn, 4) * scale if scale != _SCALES["tiny"] else np.round(drawn, 4) / 1000


def _between(
    rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...], *, unique: bool
) -> Any:
    """Thousandths of the way from low to high."""
    way = rng.permutation(1001)[: math.prod(shape)].reshape(shape) if unique else (
        rng.integers(0, 1001, size=shape)
    )  # fmt: skip
    return np.round(low + (high - low) * way / 1000, 6)


def _spans_decades(low: float, high: float) -> bool:
    return low > 0 and high / low >= _DECADES


def _simple(low: float, high: float, stratum: str) -> st.SearchStrategy[float]:
    if stratum == "edge":
        inside = [v for v in (low, high, 0.0) if low <= v <= high]
        return st.sampled_from(inside)
    if _spans_decades(low, high):
        first, last = math.log10(low), math.log10(high)
        decades = st.integers(math.ceil(first), math.floor(last))
        return st.tuples(st.sampled_from([1.0, 2.0, 5.0]), decades).map(
            lambda pair: min(high, float(f"{pair[0]:.0f}e{pair[1]}"))
        )
    if high - low >= 1:
        return st.integers(math.ceil(2 * low), math.floor(2 * high)).map(lambda n: n / 2)
    return st.integers(0, 1000).map(lambda n: round(low + (high - low) * n / 1000, 6))


@st.composite
def _network(
    draw: st.DrawFn, inputs: int, outputs: int, stratum: str, taken: frozenset[int]
) -> dict[str, Any]:
    """Hidden widths differ from one another, and outside the grid from all axes, too."""
    depth = draw(st.integers(1, 4))
    free = (2, 3, 4, 5) if stratum == "grid" else [n for n in _DISTINCT if n not in taken]
    hidden = draw(_generators("widths")).permutation(free).tolist()
    widths = [inputs, *hidden[: depth - 1], outputs]
    params = {}
    for layer, (before, after) in enumerate(pairwise(widths), start=1):
        numbers = kinds.Floats()
        kept = "normal" if stratum in {"edge", "large"} else stratum
        for name, shape in ((f"W{layer}", (after, before)), (f"b{layer}", (after,))):
            params[name] = draw(value(name, numbers, shape, kept, {}))
    return params
