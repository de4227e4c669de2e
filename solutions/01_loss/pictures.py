"""What 01_loss looks like, drawn from your own functions: `grader show` in this folder.

Change the numbers and look again; nothing of this is graded.
"""

import numpy as np

from grader.authoring import picture
from grader.data import views

WS, BS = np.linspace(-0.5, 1.5, 21), np.linspace(-1.0, 5.0, 31)


def _known_years():
    """Views of a day and of the day after, 2017 to 2020."""
    dates, v = views(2021)
    known = dates[1:] < np.datetime64("2021-01-01")
    return v[:-1][known], v[1:][known]


@picture("Views today and tomorrow, with guessed lines")
def guessed_lines(student, figure):
    """Every fourth day as a dot; the loss of each guess beside it."""
    axes = figure.subplots()
    x, y = _known_years()
    axes.plot(x[::4], y[::4], ".", color="gray", alpha=0.5, markersize=4)
    ends = np.array([1.0, 8.0])
    for w, b in ((1.0, 0.5), (0.6, 1.5), (0.0, 3.7)):
        loss = student.mae(student.predict(x, w, b), y)
        label = f"w = {w:g}, b = {b:g}: MAE {float(loss):.3f} k"
        axes.plot(ends, student.predict(ends, w, b), label=label)
    axes.set_xlabel("views today (k)")
    axes.set_ylabel("views tomorrow (k)")
    axes.legend()


@picture("The error surface of the MAE, with the lowest point of the grid")
def error_surface(student, figure):
    """A landscape over the plane of parameters."""
    axes = figure.subplots()
    _contours(student, axes, student.mae, "MAE")
    figure.colorbar(axes.collections[0], ax=axes, label="loss (k)", format="%.2f")


@picture("The same surface for both losses, cut along b at w = 0.5")
def creases_and_bowl(student, figure):
    """Few examples, so that the creases of the MAE can be seen."""
    left, right = figure.subplots(1, 2)
    x, y = _known_years()
    x, y = x[::365], y[::365]
    bs = np.linspace(-1.0, 5.0, 121)
    for axes, loss, name in ((left, student.mae, "MAE"), (right, student.mse, "MSE")):
        S = np.asarray(student.error_surface(np.array([0.5]), bs, x, y, loss))
        axes.plot(bs, S[:, 0])
        axes.set_title(f"{name}, four examples")
        axes.set_xlabel("b")
        axes.set_ylabel("loss")


@picture("Two losses, two surfaces, two best lines")
def two_surfaces(student, figure):
    """The MAE and the MSE over the same grid."""
    left, right = figure.subplots(1, 2, sharey=True)
    _contours(student, left, student.mae, "MAE")
    _contours(student, right, student.mse, "MSE")


def _contours(student, axes, loss, name):
    x, y = _known_years()
    S = np.asarray(student.error_surface(WS, BS, x[::3], y[::3], loss))
    w, b, low = (float(number) for number in student.best_on_grid(S, WS, BS))
    levels = np.quantile(S, np.linspace(0.0, 1.0, 13))
    axes.contourf(WS, BS, S, np.unique(levels), cmap="viridis")
    axes.grid(visible=False)
    axes.plot(w, b, "w*", markersize=9)
    axes.set_title(f"{name}: w = {w:.2f}, b = {b:.2f}, L = {low:.3f}")
    axes.set_xlabel("w")
    axes.set_ylabel("b")
