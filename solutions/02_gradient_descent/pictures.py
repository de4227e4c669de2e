"""What 02_gradient_descent looks like, drawn from your own functions: `grader show` here.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture
from grader.data import views

WS, BS = np.linspace(-0.6, 1.6, 45), np.linspace(-1.0, 4.5, 45)


def L(w):
    """The curve with two valleys."""
    return 0.05 * w**4 - 0.4 * w**2 + 0.2 * w + 1.5


def dL(w):
    """Its slope."""
    return 0.2 * w**3 - 0.8 * w + 0.2


def _known_years():
    """Views of a day and of the day after, 2017 to 2020."""
    dates, v = views(2021)
    known = dates[1:] < np.datetime64("2021-01-01")
    return v[:-1][known], v[1:][known]


@picture("Where descent ends depends on where it begins")
def two_valleys(student, figure):
    """Twenty updates with eta = 0.3 from four starts, as dots on the curve."""
    axes = figure.subplots()
    w = np.linspace(-3.5, 3.5, 141)
    axes.plot(w, L(w), color="gray")
    for start in (-3.0, 0.2, 0.5, 3.0):
        path = np.asarray(student.gd_1d(dL, start, 0.3, 20))
        (line,) = axes.plot(path, L(path), ".-", linewidth=0.7, label=f"from {start:g}")
        axes.plot(path[0], L(path[0]), "o", color=line.get_color())
    axes.set_xlabel("w")
    axes.set_ylabel("L(w)")
    axes.legend()


@picture("A step that is too large hops over the hill: eta = 1.2 from 3")
def over_the_hill(student, figure):
    """Luck, not method."""
    axes = figure.subplots()
    w = np.linspace(-3.5, 3.5, 141)
    path = np.asarray(student.gd_1d(dL, 3.0, 1.2, 12))
    axes.plot(w, L(w), color="gray")
    axes.plot(path, L(path), ".-", linewidth=0.7)
    for update, place in enumerate(path[:4]):
        axes.annotate(f" {update}", (place, L(place)))
    axes.set_xlabel("w")
    axes.set_ylabel("L(w)")
    axes.set_xlim(-3.5, 3.5)
    axes.set_ylim(0.0, 3.0)


@picture("25 updates on the error surface: eta small, right, too large")
def three_rates(student, figure):
    """Shares of your largest stable rate."""
    x, y = _known_years()
    limit = float(student.max_stable_eta(x))
    errors = BS[:, None, None] + WS[:, None] * x - y
    S = np.mean(errors**2, axis=2)
    panels = figure.subplots(1, 3, sharey=True)
    for axes, share in zip(panels, (0.01, 0.7, 1.02), strict=True):
        path = np.asarray(
            student.gd_2d(lambda w, b: student.grad_mse(x, y, w, b), 0.0, 0.0, share * limit, 25)
        )
        axes.contour(WS, BS, S, np.quantile(S, np.linspace(0.0, 0.9, 10)), linewidths=0.6)
        axes.plot(path[:, 0], path[:, 1], ".-", color="tab:red", linewidth=0.7, markersize=4)
        axes.set_title(f"eta = {share * limit:.4f}")
        axes.set_xlabel("w")
        axes.set_xlim(WS[0], WS[-1])
        axes.set_ylim(BS[0], BS[-1])
    panels[0].set_ylabel("b")
