"""Named functions that exercises receive as arguments; none of them is an exercise of the course.

A case holds only a description, `{"function": "polynomial", "coefficients": [...]}`; `build`
makes the callable from it, with the derivative where there is one and with code to paste.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Numbers = Any

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "scalar": ("polynomial", "wave", "softplus", "squash", "logistic"),
    "slope": ("polynomial_slope", "wave_slope", "softplus_slope", "squash_slope"),
    "plane_slope": ("bowl_slope", "rounded_bowl_slope", "logistic_regression_slope"),
    "loss": ("huber", "log_cosh", "pinball", "weighted_square"),
    "activation": ("squash", "softplus", "wave", "soft_sign"),
    "loss_grad": ("log_cosh_line",),
    "field": fields.FIELDS,
}
"""Family to its members: scalar `f(w) -> float`; slope `dL(w) -> float`; plane_slope
`grad(w, b) -> (dw, db)`; loss `loss(y_pred, y) -> float`; activation `act(z) -> like z`;
loss_grad `loss_grad(params, X, y) -> (loss, grads)` for params "W1" (1, I) and "b1" (1,); field
`f(theta) -> float` for theta of any shape."""


@dataclass(frozen=True, slots=True)
class Named:
    """A function with a name: called like any other.

    Attributes:
        code: A Python expression or lambda that a student can paste.
        slope: Its derivative, where there is one.
    """

    name: str
    code: str
    call: Callable[..., Any]
    slope: Callable[..., Any] | None = None

    def __call__(self, *arguments: Numbers) -> Numbers:
        """Call it."""
        return self.call(*arguments)


def describe(name: str, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Plain data from which `build` makes the function again."""
    return {"function": name, **numbers}


def build(description: Mapping[str, Any]) -> Named:
    """The function of a description.

    Raises:
        KeyError: no function has that name.
    """
    numbers = {key: value for key, value in description.items() if key != "function"}
    return _MAKERS[description["function"]](**numbers)


def draw(family: str, rng: np.random.Generator) -> dict[str, Any]:
    """Describe a member of the family with numbers in easy ranges (halves and tenths)."""
    name = str(rng.choice(FAMILIES[family]))
    if name in fields.FIELDS:
        return describe(name, fields.numbers(name, rng))
    return describe(name, _NUMBERS[name.removesuffix("_slope")](rng))


def _halves(rng: np.random.Generator, low: float, high: float, size: int = 1) -> list[float]:
    return [float(v) / 2 for v in rng.integers(int(2 * low), int(2 * high) + 1, size=size)]


def _nonzero(rng: np.random.Generator) -> float:
    return float(rng.choice([-2.0, -1.5, -1.0, -0.5, 0.5, 1.0, 1.5, 2.0]))


_NUMBERS: Mapping[str, Callable[[np.random.Generator], dict[str, Any]]] = {
    "polynomial": lambda rng: {
        "coefficients": [*_halves(rng, -2, 2, int(rng.integers(1, 4))), abs(_nonzero(rng))]
    },
    "wave": lambda rng: {"height": _nonzero(rng), "rate": abs(_nonzero(rng))},
    "softplus": lambda rng: {"rate": _nonzero(rng)},
    "squash": lambda rng: {"rate": _nonzero(rng)},
    "logistic": lambda rng: {"rate": _nonzero(rng)},
    "bowl": lambda rng: {
        "w": _halves(rng, -2, 2)[0],
        "b": _halves(rng, -2, 2)[0],
        "steep": [1.0 + abs(_nonzero(rng)), 1.0 + abs(_nonzero(rng)), 0.5],
    },
    "rounded_bowl": lambda rng: {"w": _halves(rng, -2, 2)[0], "b": _halves(rng, -2, 2)[0]},
    "logistic_regression": lambda rng: {
        "x": _halves(rng, -2, 2, 3),
        "t": [float(v) for v in rng.integers(0, 2, size=3)],
    },
    "soft_sign": lambda rng: {"rate": _nonzero(rng)},
    "huber": lambda rng: {"width": abs(_nonzero(rng))},
    "log_cosh": lambda _: {},
    "log_cosh_line": lambda rng: {"rate": abs(_nonzero(rng))},
    "pinball": lambda rng: {"share": float(rng.choice([0.25, 0.75]))},
    "weighted_square": lambda rng: {"weight": abs(_nonzero(rng)) + 0.5},
}


def _polynomial(coefficients: list[float]) -> Named:
    slopes = [power * c for power, c in enumerate(coefficients)][1:]
    return Named(
        "polynomial", _polynomial_code(coefficients), _horner(coefficients), _horner(slopes)
    )


def _polynomial_slope(coefficients: list[float]) -> Named:
    slopes = [power * c for power, c in enumerate(coefficients)][1:]
    return Named("polynomial_slope", _polynomial_code(slopes), _horner(slopes))


def _polynomial_code(coefficients: list[float]) -> str:
    terms = [
        f"{c:g}" if power == 0 else f"{c:g} * w" + (f"**{power}" if power > 1 else "")
        for power, c in enumerate(coefficients)
    ]
    return "lambda w: " + (" + ".join(terms) or "0.0")


def _horner(coefficients: list[float]) -> Callable[[Numbers], Numbers]:
    def value(w: Numbers) -> Numbers:
        total = 0.0 * w
        for c in reversed(coefficients):
            total = total * w + c
        return total

    return value


def _wave(height: float, rate: float) -> Named:
    return Named(
        "wave",
        f"lambda w: {height:g} * np.sin({rate:g} * w)",
        lambda w: height * np.sin(rate * w),
        lambda w: height * rate * np.cos(rate * w),
    )


def _wave_slope(height: float, rate: float) -> Named:
    return Named(
        "wave_slope",
        f"lambda w: {height * rate:g} * np.cos({rate:g} * w)",
        lambda w: height * rate * np.cos(rate * w),
    )


def _sigma(z: Numbers) -> Numbers:
    return 0.5 * (1.0 + np.tanh(0.5 * z))


def _softplus(rate: float) -> Named:
    return Named(
        "softplus",
        f"lambda w: np.logaddexp(0.0, {rate:g} * w)",
        lambda w: np.logaddexp(0.0, rate * w),
        lambda w: rate * _sigma(rate * w),
    )


def _softplus_slope(rate: float) -> Named:
    return Named(
        "softplus_slope",
        f"lambda w: {rate:g} / (1 + np.exp({-rate:g} * w))",
        lambda w: rate * _sigma(rate * w),
    )


def _squash(rate: float) -> Named:
    return Named(
        "squash",
        f"lambda w: np.tanh({rate:g} * w)",
        lambda w: np.tanh(rate * w),
        lambda w: rate * (1.0 - np.tanh(rate * w) ** 2),
    )


def _squash_slope(rate: float) -> Named:
    return Named(
        "squash_slope",
        f"lambda w: {rate:g} * (1 - np.tanh({rate:g} * w) ** 2)",
        lambda w: rate * (1.0 - np.tanh(rate * w) ** 2),
    )


def _soft_sign(rate: float) -> Named:
    return Named(
        "soft_sign",
        f"lambda z: {rate:g} * z / (1 + abs({rate:g} * z))",
        lambda z: rate * z / (1.0 + np.abs(rate * z)),
    )


def _logistic(rate: float) -> Named:
    return Named(
        "logistic",
        f"lambda w: 1 / (1 + np.exp({-rate:g} * w))",
        lambda w: _sigma(rate * w),
        lambda w: rate * _sigma(rate * w) * _sigma(-rate * w),
    )


def _bowl_slope(w: float, b: float, steep: list[float]) -> Named:
    along_w, along_b, across = steep

    def slope(w_now: Numbers, b_now: Numbers) -> tuple[Numbers, Numbers]:
        dw, db = w_now - w, b_now - b
        return along_w * dw + across * db, across * dw + along_b * db

    code = (
        f"lambda w, b: ({along_w:g} * (w - {w:g}) + {across:g} * (b - {b:g}), "
        f"{across:g} * (w - {w:g}) + {along_b:g} * (b - {b:g}))"
    )
    return Named("bowl_slope", code, slope)


def _rounded_bowl_slope(w: float, b: float) -> Named:
    return Named(
        "rounded_bowl_slope",
        f"lambda w, b: (np.tanh(w - {w:g} + 0.5 * b), np.tanh(b - {b:g}))",
        lambda w_now, b_now: (np.tanh(w_now - w + 0.5 * b_now), np.tanh(b_now - b)),
    )


def _logistic_regression_slope(x: list[float], t: list[float]) -> Named:
    xs, ts = np.array(x), np.array(t)

    def slope(w: Numbers, b: Numbers) -> tuple[float, float]:
        error = _sigma(w * xs + b) - ts
        return float(np.mean(error * xs)), float(np.mean(error))

    code = (
        f"lambda w, b: (np.mean((1 / (1 + np.exp(-w * np.array({x}) - b)) - np.array({t})) "
        f"* np.array({x})), np.mean(1 / (1 + np.exp(-w * np.array({x}) - b)) - np.array({t})))"
    )
    return Named("logistic_regression_slope", code, slope)


def _huber(width: float) -> Named:
    def loss(y_pred: Numbers, y: Numbers) -> float:
        size = np.abs(np.asarray(y_pred) - y)
        bent = np.where(size <= width, 0.5 * size**2, width * (size - 0.5 * width))
        return float(np.mean(bent))

    code = (
        f"lambda p, y: np.mean(np.where(abs(p - y) <= {width:g}, (p - y) ** 2 / 2, "
        f"{width:g} * (abs(p - y) - {width / 2:g})))"
    )
    return Named("huber", code, loss)


def _log_cosh() -> Named:
    def loss(y_pred: Numbers, y: Numbers) -> float:
        error = np.asarray(y_pred) - y
        return float(np.mean(np.logaddexp(error, -error) - np.log(2.0)))

    return Named("log_cosh", "lambda p, y: np.mean(np.log(np.cosh(p - y)))", loss)


def _log_cosh_line(rate: float) -> Named:
    def loss_grad(params: Mapping[str, Numbers], x: Numbers, y: Numbers) -> Any:
        error = rate * (np.asarray(x) @ params["W1"][0] + params["b1"][0] - y)
        slope = rate * np.tanh(error) / len(error)
        loss = np.mean(np.logaddexp(error, -error) - np.log(2.0))
        return float(loss), {"W1": (slope @ x)[None, :], "b1": np.array([np.sum(slope)])}

    error = f"{rate:g} * (X @ params['W1'][0] + params['b1'][0] - y)"
    code = (
        f"lambda params, X, y: (lambda e: (np.mean(np.log(np.cosh(e))), "
        f"{{'W1': {rate:g} * np.tanh(e)[None, :] @ X / len(e), "
        f"'b1': np.array([{rate:g} * np.mean(np.tanh(e))])}}))({error})"
    )
    return Named("log_cosh_line", code, loss_grad)


def _pinball(share: float) -> Named:
    def loss(y_pred: Numbers, y: Numbers) -> float:
        error = y - np.asarray(y_pred)
        return float(np.mean(np.maximum(share * error, (share - 1.0) * error)))

    code = f"lambda p, y: np.mean(np.maximum({share:g} * (y - p), {share - 1:g} * (y - p)))"
    return Named("pinball", code, loss)


def _weighted_square(weight: float) -> Named:
    def loss(y_pred: Numbers, y: Numbers) -> float:
        error = np.asarray(y_pred) - y
        return float(np.mean(np.where(error > 0, weight, 1.0) * error**2))

    code = f"lambda p, y: np.mean(np.where(p > y, {weight:g}, 1.0) * (p - y) ** 2)"
    return Named("weighted_square", code, loss)


def _field(name: str) -> Callable[..., Named]:
    def make(**given: float) -> Named:
        return Named(name, fields.code(name, **given), *fields.field(name, **given))

    return make


def _slope_of(of: dict[str, Any], bug: str = "") -> Named:
    return Named(bug or "right", *fields.slope(of, bug))


def _claim(of: dict[str, Any], bug: str = "") -> Named:
    name = bug if bug in fields.WRONG else "right"
    return Named(name, f"# loss and slope, {name}", fields.claim(of, bug))


_MAKERS: Mapping[str, Callable[..., Named]] = {
    **{name: _field(name) for name in fields.FIELDS},
    "slope_of": _slope_of,
    "claim": _claim,
    "polynomial": _polynomial,
    "polynomial_slope": _polynomial_slope,
    "soft_sign": _soft_sign,
    "wave": _wave,
    "wave_slope": _wave_slope,
    "softplus": _softplus,
    "softplus_slope": _softplus_slope,
    "squash": _squash,
    "squash_slope": _squash_slope,
    "logistic": _logistic,
    "bowl_slope": _bowl_slope,
    "rounded_bowl_slope": _rounded_bowl_slope,
    "logistic_regression_slope": _logistic_regression_slope,
    "huber": _huber,
    "log_cosh": _log_cosh,
    "log_cosh_line": _log_cosh_line,
    "pinball": _pinball,
    "weighted_square": _weighted_square,
}
