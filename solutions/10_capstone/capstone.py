"""10 Capstone: everything together, with fewer instructions than ever.

Four parts: a forecaster for a channel that you have never seen (10.1), a network that adds
numbers (10.2), what you claim about it in `claims.yaml` (10.3), and tests of your own in
`test_capstone.py` (10.4).

`layers.py` beside this file holds all of 08_layers, complete. `rng`, an np.random.Generator, is
the only source of chance. No argument is changed.
"""

import numpy as np
from layers import net_backward, net_forward


def forecast_views(dates, v, cut, rng):
    """Forecast each day after a cut from the days before it.

    Args:
        dates: The days, shape (T,), datetime64[D], one after the other without a gap.
        v: Views of a channel, in k, shape (T,), float64.
        cut: How many days are known at the start, an int of at least 120.
        rng: The source of chance, an np.random.Generator.

    Returns:
        Forecasts for the days cut, cut + 1, ..., T - 1, shape (T - cut,), float64.

    Convention:
        Learn from the days before the cut. Then forecast day by day: for day t every day before
        t may be used, and nothing of day t or later. The judge changes the future and looks
        whether a forecast changes with it.

        It is judged by the mean absolute error on a year that nobody has seen, in four tiers:
        simple, better than the same weekday of the week before; medium, no more than 3 % worse
        than the best linear model of 7 days; strong, the same with 28 days; boss, no worse than
        the best linear model of 56 days by more than 1 %.

    Example:
        >>> days = np.arange(np.datetime64("2021-01-01"), np.datetime64("2021-07-20"))
        >>> forecast_views(days, np.full(200, 3.0), 190, np.random.default_rng(0)).shape
        (10,)
    """
    days, X = _features(dates, v)
    known = days < cut
    return X[days >= cut] @ _fit(X[known], v[days[known]])


def train_adder(X, Y, rng):
    """Train a network that adds two numbers of four bits: structured learning.

    Args:
        X: Pairs of numbers, shape (N, 8), float64, 0.0 and 1.0: four bits each, lowest first.
        Y: Their sums, shape (N, 5), float64: five bits, lowest first. N is 192 when it is graded.
        rng: The source of chance, an np.random.Generator.

    Returns:
        A tuple (params, history): the parameters of a network with 8 inputs and 5 outputs, ReLUs
        between its layers; and the loss of each batch before its update, a list of floats, one
        for each update.

    Convention:
        A bit is read as 1 where the sigmoid of its output is above 1/2; the loss is the
        cross-entropy of bits, a mean over all N times 5 of them. Of the given sums at least 97 of
        100 must come out right in every bit, of the 64 others at least half. The same rng
        gives the same network.
    """
    return _descend(_start(_SIZES, rng), X, Y, rng)


# --- how the reference does it -------------------------------------------------------------

_LAGS, _PULL = 56, 5.0
_SIZES, _EPOCHS, _BATCH, _ETA = (8, 48, 5), 400, 16, 0.5


def _weekday(dates):
    """0 for Monday to 6 for Sunday; day 0 of datetime64 was a Thursday."""
    return (dates.astype("datetime64[D]").astype(int) + 3) % 7


def _features(dates, v):
    """For each day that has enough days before it: those days, and which weekday it is."""
    days = np.arange(_LAGS, len(v))
    lags = np.stack([v[days - lag] for lag in range(1, _LAGS + 1)], axis=1)
    return days, np.concatenate([lags, np.eye(7)[_weekday(dates[days])]], axis=1)


def _fit(X, y):
    """Least squares with a pull towards zero, so that 63 weights are not fitted to the noise."""
    return np.linalg.solve(X.T @ X + _PULL * np.eye(X.shape[1]), X.T @ y)


def _descend(params, X, Y, rng):
    """Mini-batches with momentum; the learning rate falls in a straight line to zero."""
    speed = {key: np.zeros(value.shape) for key, value in params.items()}
    history = []
    for epoch in range(_EPOCHS):
        order = rng.permutation(len(X))
        for first in range(0, len(X), _BATCH):
            rows = order[first : first + _BATCH]
            Z, caches = net_forward(params, X[rows], "relu")
            L, dZ = _bit_loss(Z, Y[rows])
            history.append(L)
            grads = net_backward(params, caches, dZ)
            for key in params:
                speed[key] = 0.9 * speed[key] - _ETA * (1 - epoch / _EPOCHS) * grads[key]
                params[key] = params[key] + speed[key]
    return params, history


def _start(sizes, rng):
    params = {}
    for layer in range(1, len(sizes)):
        n_in, n_out = sizes[layer - 1], sizes[layer]
        params[f"W{layer}"] = np.sqrt(2.0 / n_in) * rng.normal(size=(n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


def _bit_loss(Z, Y):
    surprise = np.logaddexp(0.0, Z) - Y * Z
    P = np.exp(-np.logaddexp(0.0, -Z))
    return float(surprise.mean()), (P - Y) / Z.size
