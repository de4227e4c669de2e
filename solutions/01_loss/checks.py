"""What 01_loss asks: one declaration per exercise, its edges, and the laws it obeys."""

import numpy as np

from grader.authoring import close, exercise, floats, functions

predict = exercise("x[N] w b -> y_pred[N]", whole=["x"])
mae = exercise("y_pred[N] y[N] -> L")
mse = exercise("y_pred[N] y[N] -> L")
loss_at = exercise("w b x[N] y[N] loss? -> L", loss=functions("loss"))
error_surface = exercise("ws[P] bs[Q] x[N] y[N] loss -> S[Q,P]", loss=functions("loss"))
best_on_grid = exercise("S[Q,P] ws[P] bs[Q] -> w b L")


@predict.edge("a flat line: w = 0")
def flat_line(rng):
    """Every prediction is the bias."""
    return {"x": rng.normal(size=5), "w": 0.0, "b": 1.25}


@predict.edge("a line through the origin: b = 0")
def through_the_origin(rng):
    """Every prediction is w times the feature."""
    return {"x": rng.normal(size=3), "w": -1.5, "b": 0.0}


@predict.edge("one day, in whole thousands")
def one_whole_number(rng):
    """A length-one integer array: an integer container would cut the halves off."""
    return {"x": rng.integers(1, 9, size=1), "w": 1.5, "b": 0.25}


@predict.law("The value at x = 0 is the bias", public=True, c=floats(-5, 5))
def value_at_zero_is_the_bias(student, w, c):
    """y = b + w 0."""
    close(student.predict(np.zeros(3), w, c), np.full(3, c))


@predict.law("One step to the right adds w", public=True)
def slope_is_the_weight(student, x, w, b):
    """w is the slope of the line."""
    x = np.asarray(x, dtype=float)
    rise = np.asarray(student.predict(x + 1.0, w, b)) - np.asarray(student.predict(x, w, b))
    close(rise, np.full(x.shape, w))


@mae.edge("errors that cancel: +1 and -1")
def cancelling_errors(rng):
    """The mean of the signed errors is 0, their mean size is not."""
    y = rng.normal(size=4)
    return {"y_pred": y + np.array([1.0, -1.0, 2.0, -2.0]), "y": y}


@mae.edge("a perfect prediction")
def nothing_wrong_mae(rng):
    """The loss is exactly 0."""
    y = rng.normal(size=5)
    return {"y_pred": y.copy(), "y": y}


@mae.law("A perfect prediction costs nothing", public=True)
def perfect_costs_nothing_mae(student, y):
    """All errors are 0."""
    close(student.mae(y.copy(), y), 0.0)


@mae.law("Too high or too low by the same amount costs the same", public=True)
def absolute_error_is_symmetric(student, y_pred, y):
    """|e| = |-e|."""
    close(student.mae(y_pred, y), student.mae(y, y_pred))


@mae.law("Twice the same data has the same loss", public=True)
def duplicating_keeps_mae(student, y_pred, y):
    """A mean does not grow with N."""
    close(student.mae(np.tile(y_pred, 2), np.tile(y, 2)), student.mae(y_pred, y))


@mae.law("Errors twice as large cost twice as much", public=True)
def absolute_error_is_linear(student, y_pred, y):
    """|2e| = 2|e|."""
    close(student.mae(y + 2.0 * (y_pred - y), y), 2.0 * student.mae(y_pred, y))


@mse.edge("errors that cancel: +1 and -1")
def cancelling_squares(rng):
    """The mean of the signed errors is 0, the mean of their squares is not."""
    y = rng.normal(size=4)
    return {"y_pred": y + np.array([1.0, -1.0, 3.0, -3.0]), "y": y}


@mse.edge("a perfect prediction")
def nothing_wrong_mse(rng):
    """The loss is exactly 0."""
    y = rng.normal(size=5)
    return {"y_pred": y.copy(), "y": y}


@mse.law("A perfect prediction costs nothing", public=True)
def perfect_costs_nothing_mse(student, y):
    """All errors are 0."""
    close(student.mse(y.copy(), y), 0.0)


@mse.law("Twice the same data has the same loss", public=True)
def duplicating_keeps_mse(student, y_pred, y):
    """A mean does not grow with N."""
    close(student.mse(np.tile(y_pred, 2), np.tile(y, 2)), student.mse(y_pred, y))


@mse.law("Errors twice as large cost four times as much", public=True)
def squared_error_is_quadratic(student, y_pred, y):
    """(2e)^2 = 4 e^2."""
    close(student.mse(y + 2.0 * (y_pred - y), y), 4.0 * student.mse(y_pred, y))


@loss_at.edge("the line passes through every point")
def line_through_every_point(rng):
    """Whatever the loss, nothing is wrong."""
    x = rng.normal(size=5)
    return {"w": 2.0, "b": -0.5, "x": x, "y": -0.5 + 2.0 * x, "loss": {"function": "log_cosh"}}


@loss_at.law("Moving the line and the labels up together changes nothing", public=True)
def shifting_line_and_labels(student, w, b, x, y):
    """Only the errors count."""
    close(student.loss_at(w, b + 1.5, x, y + 1.5), student.loss_at(w, b, x, y))


@error_surface.edge("a single weight, several biases")
def one_weight(rng):
    """P = 1: a column."""
    x = rng.normal(size=4)
    return _grid(rng, x, n_weights=1, n_biases=3)


@error_surface.edge("a single bias, several weights")
def one_bias(rng):
    """Q = 1: a row."""
    x = rng.normal(size=4)
    return _grid(rng, x, n_weights=4, n_biases=1)


@error_surface.edge("as many weights as biases")
def square_grid(rng):
    """P = Q: exchanged axes keep the shape."""
    x = rng.normal(size=5)
    return _grid(rng, x, n_weights=3, n_biases=3)


def _grid(rng, x, *, n_weights, n_biases):
    return {
        "ws": rng.normal(size=n_weights),
        "bs": rng.normal(size=n_biases),
        "x": x,
        "y": 0.5 + 1.5 * x + rng.normal(size=x.size),
        "loss": {"function": "huber", "width": 1.0},
    }


@error_surface.law("Fewer weights, fewer columns: the others stay as they are", public=True)
def columns_belong_to_weights(student, ws, bs, x, y):
    """Each point of the grid stands for itself."""
    whole = np.asarray(student.error_surface(ws, bs, x, y, _mean_size))
    part = np.asarray(student.error_surface(ws[:1], bs, x, y, _mean_size))
    close(part, whole[:, :1])


def _mean_size(y_pred, y):
    return float(np.mean(np.abs(np.asarray(y_pred) - y)))


@best_on_grid.assume
def one_lowest_entry(S):
    """With two equally low points either answer would be right."""
    ordered = np.sort(np.asarray(S), axis=None)
    return ordered.size == 1 or bool(ordered[1] - ordered[0] > 1e-3)


@best_on_grid.edge("a single weight", times=2)
def one_column(rng):
    """P = 1."""
    return {
        "S": rng.permutation(5)[:, None] + 0.5,
        "ws": rng.normal(size=1),
        "bs": rng.normal(size=5),
    }


@best_on_grid.edge("a single bias", times=2)
def one_row(rng):
    """Q = 1."""
    return {
        "S": rng.permutation(4)[None, :] - 1.5,
        "ws": rng.normal(size=4),
        "bs": rng.normal(size=1),
    }


@best_on_grid.edge("the lowest point in a corner")
def lowest_in_a_corner(rng):
    """The last row and the last column count, too."""
    S = rng.uniform(1.0, 2.0, size=(3, 5))
    S[-1, -1] = 0.25
    return {"S": S, "ws": rng.normal(size=5), "bs": rng.normal(size=3)}


@best_on_grid.law("Raising the whole surface raises L and moves nothing", public=True)
def raising_the_surface(student, S, ws, bs):
    """The place of the minimum does not depend on the height of the surface."""
    w, b, low = student.best_on_grid(S, ws, bs)
    close(student.best_on_grid(S + 2.0, ws, bs), (w, b, low + 2.0))
