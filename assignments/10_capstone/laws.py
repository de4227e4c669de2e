"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.data import add_bits, views
from grader.authoring.laws import close


def _channel(seed):
    dates, v = views(seed % 100_000)
    return dates, v, int(np.sum(dates < np.datetime64("2021-01-01")))


def _forecasts(student, dates, v, cut, seed):
    found = np.asarray(student.forecast_views(dates, v, cut, {"rng": seed}), dtype=float)
    if found.shape != (len(v) - cut,):
        raise AssertionError(f"shape {found.shape} where {len(v) - cut} days are to be forecast")
    if not np.all(np.isfinite(found)):
        raise AssertionError("some forecasts are not finite")
    return found


def _error(student, seed):
    dates, v, cut = _channel(seed)
    return float(np.mean(np.abs(_forecasts(student, dates, v, cut, seed) - v[cut:])))


def _linear_error(seed, lags):
    """The error of the best linear model of so many days."""
    _, v, cut = _channel(seed)
    days = np.arange(lags, len(v))
    X = np.stack([*(v[days - lag] for lag in range(1, lags + 1)), np.ones(len(days))], axis=1)
    weights = np.linalg.lstsq(X[days < cut], v[days][days < cut], rcond=None)[0]
    return float(np.mean(np.abs(X[days >= cut] @ weights - v[cut:])))


def _limits(seed):
    """What the three upper tiers allow; on a rare channel more days make a worse model.

    Who reaches a tier has reached those below it: a limit is never under the next one's.
    """
    shares = ((1.03, 7), (1.03, 28), (1.01, 56))
    return [share * _linear_error(seed, lags) for share, lags in shares]


def _at_most(seed, error, limit):
    if not error <= limit:
        why = _like(seed, error)
        raise AssertionError(f"the error is {error:.3g} k; this tier asks for {limit:.3f} k{why}")


def _like(seed, error):
    """Whose error it is, if it is that of a simple rule."""
    _, v, cut = _channel(seed)
    rules = {
        "taking tomorrow to be like today": float(np.mean(np.abs(v[cut - 1 : -1] - v[cut:]))),
        "taking the same weekday of last week": float(np.mean(np.abs(v[cut - 7 : -7] - v[cut:]))),
        "a linear model of seven days": _linear_error(seed, 7),
    }
    alike = [rule for rule, other in rules.items() if abs(error - other) <= 0.005 * other]
    return f"; {alike[0]} has the same" if alike else ""


def every_day_is_forecast(student, seed):
    """As many as days, all finite."""
    _error(student, seed)


def no_look_ahead(student, seed):
    """Three hundred days; what is changed from day 250 on must not change what came before."""
    dates, v, _ = _channel(seed)
    dates, v, cut, day = dates[:300], v[:300], 200, 250
    other = np.concatenate([v[:day], v[day:][::-1] + 5.0])
    one = _forecasts(student, dates, v, cut, seed)
    two = _forecasts(student, dates, other, cut, seed)
    same = np.abs(two - one)[: day - cut + 1] <= 1e-6
    if not np.all(same[:-1]):
        raise AssertionError("forecasts change with views of days that come later")
    if not same[-1]:
        raise AssertionError("the forecast of a day changes with the views of that day itself")
    later = _forecasts(student, dates, np.concatenate([v[:cut], v[cut:] + 5.0]), cut, seed)
    if not abs(later[0] - one[0]) <= 1e-6:
        raise AssertionError("the first forecast changes with views from the cut on")
    if np.allclose(one[day - cut + 1 :], two[day - cut + 1 :], atol=1e-6):
        why = "; it is the same for all days" if np.ptp(one) <= 1e-9 else ""
        raise AssertionError(f"the days before a day do not count in its forecast{why}")


def simple_tier(student, seed):
    """A week ago is a good guess; learn something beyond it."""
    _, v, cut = _channel(seed)
    last_week = float(np.mean(np.abs(v[cut - 7 : -7] - v[cut:])))
    _at_most(seed, _error(student, seed), max(last_week, *_limits(seed)))


def medium_tier(student, seed):
    """Within 3 %."""
    _at_most(seed, _error(student, seed), max(_limits(seed)))


def strong_tier(student, seed):
    """Within 3 %."""
    _at_most(seed, _error(student, seed), max(_limits(seed)[1:]))


def boss_tier(student, seed):
    """Within 1 %."""
    _at_most(seed, _error(student, seed), _limits(seed)[2])

_NARROW = 8


def _sums(seed):
    X, Y = add_bits()
    order = np.random.default_rng(seed).permutation(len(X))
    return X[order[:192]], Y[order[:192]], X[order[192:]], Y[order[192:]]


def _layers(params):
    """The weights and biases in order; an AssertionError says what is wrong with them."""
    if not isinstance(params, dict):
        raise AssertionError(f"a dict of parameters is asked for, not a {type(params).__name__}")
    depth = sum(1 for key in params if str(key).startswith("W"))
    found, before = [], 8
    for i in range(1, max(depth, 1) + 1):
        if f"W{i}" not in params or f"b{i}" not in params:
            raise AssertionError(f"there is no W{i} or no b{i} in params")
        W, b = np.asarray(params[f"W{i}"], dtype=float), np.asarray(params[f"b{i}"], dtype=float)
        if W.ndim != 2 or W.shape[1] != before or b.size != len(W):
            raise AssertionError(f"W{i} {W.shape} and b{i} {b.shape} do not fit {before} inputs")
        found.append((W, b.reshape(-1)))
        before = len(W)
    if before != 5:
        raise AssertionError(f"{before} numbers come out of the network, 5 are asked for")
    if not all(np.all(np.isfinite(W)) and np.all(np.isfinite(b)) for W, b in found):
        raise AssertionError("parameters are not finite: the training ran away")
    return found


def _scores(layers, X):
    A = X
    for i, (W, b) in enumerate(layers):
        A = A @ W.T + b
        if i < len(layers) - 1:
            A = np.maximum(A, 0.0)
    return A


def _exact(layers, X, Y):
    """The share of sums that are right in every bit."""
    return float(np.mean(np.all((_scores(layers, X) > 0) == (Y > 0.5), axis=1)))


def _bit_cost(Z, Y):
    return float(np.mean(np.logaddexp(0.0, Z) - Y * Z))


def adder_is_a_network(student, seed):
    """Shapes that fit, finite numbers."""
    X, Y, _, _ = _sums(seed)
    _layers(student.train_adder(X, Y, {"rng": seed})[0])


def history_of_losses(student, seed):
    """The mean of the last tenth is below 0.1, and below a third of the first loss."""
    X, Y, _, _ = _sums(seed)
    history = np.asarray(student.train_adder(X, Y, {"rng": seed})[1], dtype=float)
    if history.ndim != 1 or len(history) < 10 or not np.all(np.isfinite(history)):
        why = "; there is a single one" if history.size == 1 else ""
        raise AssertionError(f"shape {history.shape}; a list of finite losses is asked for{why}")
    last = float(np.mean(history[-(len(history) // 10) :]))
    if not last < min(0.1, history[0] / 3):
        raise AssertionError(f"from {history[0]:.3f} to {last:.3f}")


def given_sums_are_right(student, seed):
    """A linear model gets 8."""
    X, Y, _, _ = _sums(seed)
    layers = _layers(student.train_adder(X, Y, {"rng": seed})[0])
    share = _exact(layers, X, Y)
    if not share >= 0.97:
        why = "; there is no hidden layer, so the model is linear" if len(layers) == 1 else ""
        width = min((len(W) for W, _ in layers[:-1]), default=_NARROW)
        if width < _NARROW:
            why = f"; a hidden layer of {width} neurons is narrow"
        raise AssertionError(f"{100 * share:.0f} of 100 given sums are right{why}")


def other_sums_are_right(student, seed):
    """Who adds can add what was never shown."""
    X, Y, X_new, Y_new = _sums(seed)
    share = _exact(_layers(student.train_adder(X, Y, {"rng": seed})[0]), X_new, Y_new)
    if not share >= 0.5:
        raise AssertionError(f"{100 * share:.0f} of 100 other sums are right")


def adder_is_repeatable(student, seed):
    """Tried on as many sums as were promised."""
    X, Y, _, _ = _sums(seed)
    one, _ = student.train_adder(X, Y, {"rng": seed})
    two, _ = student.afresh.train_adder(X, Y, {"rng": seed})
    _layers(one)
    if set(one) != set(two) or not all(np.allclose(one[k], two[k], atol=1e-4) for k in one):
        raise AssertionError("two runs with rngs of the same seed give different networks")

_CLAIMED_SEED = 10


def _run(student):
    """The run that claims.yaml is about, made again."""
    X, Y, X_new, Y_new = _sums(_CLAIMED_SEED)
    params, history = student.train_adder(X, Y, {"rng": _CLAIMED_SEED})
    return _layers(params), history, (X, Y), (X_new, Y_new)


def _claimed(student, name):
    if name not in student.claims:
        there = ", ".join(sorted(student.claims)) or "nothing"
        raise AssertionError(f"claims.yaml does not say `{name}`; there is {there}"[:200])
    return student.claims[name]


def _must_hold(name, said, measured, slack):
    if not abs(said - measured) <= slack:
        raise AssertionError(f"{name}: {said:g} is claimed, {measured:.6g} was measured")


def parameters_are_counted(student, seed):
    """All weights and all biases."""
    del seed
    said = _claimed(student, "parameters")
    layers, *_ = _run(student)
    _must_hold("parameters", said, sum(W.size + b.size for W, b in layers), 0.5)


def updates_are_counted(student, seed):
    """One loss of the history for each."""
    del seed
    said = _claimed(student, "updates")
    _must_hold("updates", said, len(_run(student)[1]), 0.5)


def final_loss_is_measured(student, seed):
    """After the last update, on all 192; within a tenth."""
    del seed
    said = _claimed(student, "loss")
    layers, _, (X, Y), _ = _run(student)
    measured = _bit_cost(_scores(layers, X), Y)
    _must_hold("loss", said, measured, 0.1 * measured + 1e-5)


def share_is_measured(student, seed):
    """Within one sum."""
    del seed
    said = _claimed(student, "exact")
    layers, _, _, (X_new, Y_new) = _run(student)
    _must_hold("exact", said, _exact(layers, X_new, Y_new), 1.01 / 64)


def gradients_are_checked(student, seed):
    """At most 1e-6; it is measured again where net_forward and net_backward are there."""
    said = _claimed(student, "gradcheck")
    if not 0 <= said <= 1e-6:
        text = f"{said:g} is claimed; where no ReLU bends, right gradients agree to 1e-6 and better"
        raise AssertionError(text)
    if not student.defines("net_forward", "net_backward"):
        return
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(6, 8)), "b1": rng.normal(size=6),
              "W2": rng.normal(size=(5, 6)), "b2": rng.normal(size=5)}  # fmt: skip
    X, Y = rng.normal(size=(4, 8)), rng.integers(0, 2, size=(4, 5)).astype(float)
    Z, caches = student.net_forward(params, X, "relu")
    Z = np.asarray(Z, dtype=float)
    grads = student.net_backward(params, caches, (0.5 + 0.5 * np.tanh(Z / 2) - Y) / Z.size)
    for key, value in params.items():
        v = rng.normal(size=value.shape)
        ends = [_bit_cost(student.net_forward({**params, key: value + h * v}, X, "relu")[0], Y)
                for h in (1e-5, -1e-5)]  # fmt: skip
        slope = (ends[0] - ends[1]) / 2e-5
        got = float(np.sum(np.asarray(grads[key], dtype=float).reshape(value.shape) * v))
        if not abs(got - slope) <= 1e-5 * (1 + abs(slope)):
            raise AssertionError(f"{key}: along a direction {got:.6f}, measured {slope:.6f}")
