"""What 10_capstone looks like, drawn from your own functions: `grader show` in this folder.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture
from grader.data import add_bits, views

SEED = 2021


def _forecast(student):
    dates, v = views(SEED)
    cut = int(np.sum(dates < np.datetime64("2021-01-01")))
    found = student.forecast_views(dates, v, cut, np.random.default_rng(0))
    return dates, v, cut, np.asarray(found, dtype=float)


@picture("Sixty days of the unseen year: views and forecasts")
def sixty_days(student, figure):
    """Are the forecasts late, and do they know the week?"""
    axes = figure.subplots()
    _, v, cut, found = _forecast(student)
    days = np.arange(60)
    axes.plot(days, v[cut : cut + 60], label="views")
    axes.plot(days, found[:60], label="forecast")
    axes.set_xlabel("days after the cut")
    axes.set_ylabel("k")
    axes.legend()


@picture("Your error beside the four tiers")
def tiers(student, figure):
    """Last week's day, and the best linear models of 7, 28 and 56 days."""
    axes = figure.subplots()
    _, v, cut, found = _forecast(student)
    bars = {"last week": np.mean(np.abs(v[cut - 7 : -7] - v[cut:]))}
    for lags in (7, 28, 56):
        days = np.arange(lags, len(v))
        X = np.stack([*(v[days - lag] for lag in range(1, lags + 1)), np.ones(len(days))], axis=1)
        weights = np.linalg.lstsq(X[days < cut], v[days][days < cut], rcond=None)[0]
        bars[f"{lags} days"] = np.mean(np.abs(X[days >= cut] @ weights - v[cut:]))
    bars["yours"] = np.mean(np.abs(found - v[cut:]))
    colours = ["tab:gray"] * 4 + ["tab:orange"]
    axes.bar(list(bars), list(bars.values()), color=colours)
    axes.set_ylabel("mean absolute error (k)")


@picture("The adder learns: the loss of each batch before its update")
def loss_of_the_adder(student, figure):
    """On a scale of powers of ten."""
    axes = figure.subplots()
    X, Y = add_bits()
    order = np.random.default_rng(10).permutation(len(X))[:192]
    _, history = student.train_adder(X[order], Y[order], np.random.default_rng(10))
    axes.semilogy(np.asarray(history, dtype=float)[::4], linewidth=0.6)
    axes.set_xlabel("a quarter of the updates")
    axes.set_ylabel("cross-entropy of bits")
