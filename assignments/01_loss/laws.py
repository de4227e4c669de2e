"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.authoring.laws import close


def value_at_zero_is_the_bias(student, w, c):
    """y = b + w 0."""
    close(student.predict(np.zeros(3), w, c), np.full(3, c))


def slope_is_the_weight(student, x, w, b):
    """w is the slope of the line."""
    x = np.asarray(x, dtype=float)
    rise = np.asarray(student.predict(x + 1.0, w, b)) - np.asarray(student.predict(x, w, b))
    close(rise, np.full(x.shape, w))


def perfect_costs_nothing_mae(student, y):
    """All errors are 0."""
    close(student.mae(y.copy(), y), 0.0)


def absolute_error_is_symmetric(student, y_pred, y):
    """|e| = |-e|."""
    close(student.mae(y_pred, y), student.mae(y, y_pred))


def duplicating_keeps_mae(student, y_pred, y):
    """A mean does not grow with N."""
    close(student.mae(np.tile(y_pred, 2), np.tile(y, 2)), student.mae(y_pred, y))


def absolute_error_is_linear(student, y_pred, y):
    """|2e| = 2|e|."""
    close(student.mae(y + 2.0 * (y_pred - y), y), 2.0 * student.mae(y_pred, y))


def perfect_costs_nothing_mse(student, y):
    """All errors are 0."""
    close(student.mse(y.copy(), y), 0.0)


def duplicating_keeps_mse(student, y_pred, y):
    """A mean does not grow with N."""
    close(student.mse(np.tile(y_pred, 2), np.tile(y, 2)), student.mse(y_pred, y))


def squared_error_is_quadratic(student, y_pred, y):
    """(2e)^2 = 4 e^2."""
    close(student.mse(y + 2.0 * (y_pred - y), y), 4.0 * student.mse(y_pred, y))


def shifting_line_and_labels(student, w, b, x, y):
    """Only the errors count."""
    close(student.loss_at(w, b + 1.5, x, y + 1.5), student.loss_at(w, b, x, y))


def columns_belong_to_weights(student, ws, bs, x, y):
    """Each point of the grid stands for itself."""
    whole = np.asarray(student.error_surface(ws, bs, x, y, _mean_size))
    part = np.asarray(student.error_surface(ws[:1], bs, x, y, _mean_size))
    close(part, whole[:, :1])


def _mean_size(y_pred, y):
    return float(np.mean(np.abs(np.asarray(y_pred) - y)))


def raising_the_surface(student, S, ws, bs):
    """The place of the minimum does not depend on the height of the surface."""
    w, b, low = student.best_on_grid(S, ws, bs)
    close(student.best_on_grid(S + 2.0, ws, bs), (w, b, low + 2.0))
