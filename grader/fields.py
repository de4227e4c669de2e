"""Functions of many numbers at once, their slopes, and claims about slopes, right and wrong.

`functions` builds them like all others; they are for 06_gradient_checking, where gradients are
put to the test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Array = Any
    Pair = tuple[Callable[[Array], Any], Callable[[Array], Array]]

FIELDS = ("ripple", "coupled", "log_sum_exp", "squashed_sum")
"""f(theta) -> float for theta of any shape."""


def numbers(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Numbers in easy ranges for a field of that name."""
    rate = float(rng.choice([0.5, 1.0, 1.5]))
    if name == "ripple":
        return {"height": float(rng.choice([-1.5, -0.5, 1.0, 2.0])), "rate": rate}
    return {"rate": rate}


def field(name: str, **given: float) -> Pair:
    """Value and slope of a field."""
    return _FIELDS[name](**given)


def code(name: str, **given: float) -> str:
    """A lambda that a student can paste."""
    return _CODE[name].format(**given)


def _number(value: Any) -> Any:
    """A Python number: complex for a complex theta, which complex steps need."""
    return value.item()


def _weights(theta: Array) -> Array:
    """1, -1.5, 2, -2.5, ... in the shape of theta: no entry is like another."""
    k = np.arange(np.size(theta), dtype=float).reshape(np.shape(theta))
    return (1.0 + k / 2) * np.where(k % 2 == 0, 1.0, -1.0)


def _ripple(height: float, rate: float) -> Pair:
    return (
        lambda t: _number(height * np.sum(np.sin(rate * t + 0.5))),
        lambda t: height * rate * np.cos(rate * t + 0.5),
    )


def _coupled(rate: float) -> Pair:
    def value(t: Array) -> Any:
        return _number(rate / 8 * np.sum(_weights(t) * t) ** 2 + np.sum(np.power(t, 3)) / 3)

    def slope(t: Array) -> Array:
        w = _weights(t)
        return rate / 4 * np.sum(w * t) * w + np.power(t, 2)

    return value, slope


def _log_sum_exp(rate: float) -> Pair:
    def slope(t: Array) -> Array:
        e = np.exp(rate * t - np.max(rate * t))
        return rate * e / np.sum(e)

    return lambda t: _number(np.log(np.sum(np.exp(rate * t)))), slope


def _squashed_sum(rate: float) -> Pair:
    def slope(t: Array) -> Array:
        w = _weights(t)
        return rate * (1.0 - np.tanh(rate * np.sum(w * t) / 4) ** 2) * w

    return lambda t: _number(4.0 * np.tanh(rate * np.sum(_weights(t) * t) / 4)), slope


_FIELDS: Mapping[str, Callable[..., Pair]] = {
    "ripple": _ripple,
    "coupled": _coupled,
    "log_sum_exp": _log_sum_exp,
    "squashed_sum": _squashed_sum,
}
_W = (
    "(1 + np.arange(t.size).reshape(t.shape) / 2) "
    "* np.where(np.arange(t.size).reshape(t.shape) % 2 == 0, 1, -1)"
)
_CODE = {
    "ripple": "lambda t: {height:g} * np.sum(np.sin({rate:g} * t + 0.5))",
    "coupled": "lambda t: {rate:g} / 8 * np.sum(" + _W + " * t) ** 2 + np.sum(np.power(t, 3)) / 3",
    "log_sum_exp": "lambda t: np.log(np.sum(np.exp({rate:g} * t)))",
    "squashed_sum": "lambda t: 4 * np.tanh({rate:g} / 4 * np.sum(" + _W + " * t))",
}

_SLOPE = {
    "ripple": "lambda t: {height:g} * {rate:g} * np.cos({rate:g} * t + 0.5)",
    "coupled": f"lambda t: (lambda w: {{rate:g}} / 4 * np.sum(w * t) * w + np.power(t, 2))({_W})",
    "log_sum_exp": "lambda t: {rate:g} * np.exp({rate:g} * t) / np.sum(np.exp({rate:g} * t))",
    "squashed_sum": "lambda t: (lambda w: "
    "{rate:g} * (1 - np.tanh({rate:g} / 4 * np.sum(w * t)) ** 2) * w)("
    f"{_W})",
}

# --- slopes with a bug ---------------------------------------------------------------------

WRONG: Mapping[str, Callable[[Callable[[Array], Array], Array], Array]] = {
    "half": lambda g, t: g(t) / 2,
    "sign": lambda g, t: -g(t),
    "mean": lambda g, t: g(t) / np.size(t),
    "one_missing": lambda g, t: _but_last(g(t), 0.0),
    "one_off": lambda g, t: _but_last(g(t), 1.02),
    "other_order": lambda g, t: np.asarray(g(t)).ravel()[::-1].reshape(np.shape(t)),
    "shifted": lambda g, t: np.roll(g(t), 1),
    "sizes_only": lambda g, t: g(np.abs(t)),
    "slightly": lambda g, t: 1.002 * np.asarray(g(t)),
    "elsewhere": lambda g, t: g(np.asarray(t) + 0.05 * _weights(t)),
}
"""What is wrong with a slope, by name: each is wrong at nearly every point that is drawn from a
standard normal, and most of them are right at some special points."""

_LAST = "np.where(np.arange(t.size).reshape(t.shape) == t.size - 1, {factor}, 1)"
_BUG = {
    "half": "g(t) / 2",
    "sign": "-g(t)",
    "mean": "g(t) / t.size",
    "one_missing": "g(t) * " + _LAST.format(factor=0),
    "one_off": "g(t) * " + _LAST.format(factor=1.02),
    "other_order": "np.asarray(g(t)).ravel()[::-1].reshape(t.shape)",
    "shifted": "np.roll(g(t), 1)",
    "sizes_only": "g(np.abs(t))",
    "slightly": "1.002 * g(t)",
    "elsewhere": f"g(t + 0.05 * {_W})",
}
"""The same as code that can be pasted."""

ODD: Mapping[str, tuple[float, float]] = {
    "plain": (1.0, 0.0),
    "far_above": (1.0, 20.0),
    "tiny": (1e-4, 0.0),
    "steep": (1e3, -5.0),
}
"""Right all the same: the loss is scaled, and has a number added to it."""


def _but_last(g: Array, factor: float) -> Array:
    """All entries but the last as they are."""
    last = np.arange(np.size(g)).reshape(np.shape(g)) == np.size(g) - 1
    return g * np.where(last, factor, 1.0)


def slope(of: Mapping[str, Any], bug: str) -> tuple[str, Callable[[Array], Array]]:
    """The slope of a field, with a bug ("" for none, "nan" for one number that is none)."""
    given = {key: value for key, value in of.items() if key != "function"}
    _, right = field(of["function"], **given)
    if bug == "nan":
        return "lambda t: np.full(t.shape, np.nan)", lambda t: np.full(np.shape(t), np.nan)
    text = _SLOPE[of["function"]].format(**given)
    if not bug:
        return text, right
    return f"lambda t: (lambda g: {_BUG[bug]})({text})", lambda t: WRONG[bug](right, t)


def claim(of: Mapping[str, Any], bug: str) -> Callable[[Array], tuple[float, Array]]:
    """Theta to (L, g): the value of a field, and what is claimed to be its slope."""
    given = {key: value for key, value in of.items() if key != "function"}
    value, right = field(of["function"], **given)
    scale, lift = ODD.get(bug, (1.0, 0.0))
    wrong = WRONG.get(bug)

    def candidate(theta: Array) -> tuple[float, Array]:
        g = wrong(right, theta) if wrong else right(theta)
        return scale * value(theta) + lift, scale * np.asarray(g, dtype=float)

    return candidate
