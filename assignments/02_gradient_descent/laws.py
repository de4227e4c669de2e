"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.authoring.laws import close


def slope_of_a_multiple(student, f, w, c):
    """A difference quotient is linear in f."""
    found = student.numeric_slope(lambda v: c * f(v), w)
    close(found, c * student.numeric_slope(f, w), within=1e-7)


def exact_for_a_parabola(student, w):
    """Looking to both sides cancels the bend; looking to one side does not."""
    close(student.numeric_slope(_square, w, 0.5), 2.0 * w, within=1e-7)


def _square(w):
    return w**2


def path_begins_at_the_start(student, dL, w0, eta, n_updates):
    """The start is part of the path."""
    path = np.asarray(student.gd_1d(dL, w0, eta, n_updates))
    close(path[0], w0)
    if path.shape != (n_updates + 1,):
        raise AssertionError(f"shape {path.shape} after {n_updates} updates")


def each_step_goes_downhill(student, dL, w0, eta):
    """The update rule, one step at a time."""
    path = np.asarray(student.gd_1d(dL, w0, eta, 3))
    close(path[1:], np.array([v - eta * float(dL(v)) for v in path[:-1]]))


def steps_compose(student, dL, w0, eta):
    """Two updates and then one more are three updates."""
    first = np.asarray(student.gd_1d(dL, w0, eta, 2))
    then = np.asarray(student.gd_1d(dL, float(first[-1]), eta, 1))
    close(student.gd_1d(dL, w0, eta, 3), np.append(first, then[1:]))


def first_ends_in_the_deeper_valley(student):
    """eta = 0.1, 1,000 updates, within 0.05 of -2.115."""
    first, _ = student.two_starts()
    _must_end_at(first, -2.115)


def second_ends_in_the_other_valley(student):
    """eta = 0.1, 1,000 updates, within 0.05 of 1.861."""
    _, second = student.two_starts()
    _must_end_at(second, 1.861)


def _must_end_at(start, valley):
    w = float(np.asarray(start).item())
    for _ in range(1000):
        if not abs(w) < 1e6:
            break
        w = w - 0.1 * (0.2 * w**3 - 0.8 * w + 0.2)
    if not abs(w - valley) <= 0.05:
        raise AssertionError(f"descent ends at {w:.3f}, not near {valley}")


def is_the_slope_of_the_mse(student, x, y, w, b):
    """A parabola's central difference is exact for any step."""
    across = _mean_square(x, y, w + 0.5, b) - _mean_square(x, y, w - 0.5, b)
    along = _mean_square(x, y, w, b + 0.5) - _mean_square(x, y, w, b - 0.5)
    close(student.grad_mse(x, y, w, b), (across, along))


def duplicating_keeps_the_gradient(student, x, y, w, b):
    """A mean does not grow with N."""
    close(student.grad_mse(np.tile(x, 2), np.tile(y, 2), w, b), student.grad_mse(x, y, w, b))


def _mean_square(x, y, w, b):
    return float(np.mean((b + w * np.asarray(x) - y) ** 2))


def only_the_side_counts(student, x, y, w, b):
    """The slope of |e| is 1 or -1, however large e is."""
    y_pred = b + w * np.asarray(x)
    further = y_pred + 2.0 * (y - y_pred)
    close(student.grad_mae(x, further, w, b), student.grad_mae(x, y, w, b))


def duplicating_keeps_the_subgradient(student, x, y, w, b):
    """A mean does not grow with N."""
    close(student.grad_mae(np.tile(x, 2), np.tile(y, 2), w, b), student.grad_mae(x, y, w, b))


def path_begins_at_the_start_2d(student, grad, w0, b0, eta, n_updates):
    """Column 0 is w, column 1 is b."""
    path = np.asarray(student.gd_2d(grad, w0, b0, eta, n_updates))
    close(path[0], np.array([w0, b0]))
    if path.shape != (n_updates + 1, 2):
        raise AssertionError(f"shape {path.shape} after {n_updates} updates")


def both_step_together(student, grad, w0, b0, eta):
    """The gradient of each row explains the next one."""
    path = np.asarray(student.gd_2d(grad, w0, b0, eta, 3))
    steps = np.array([grad(w, b) for w, b in path[:-1]])
    close(path[1:], path[:-1] - eta * steps)


def order_of_days(student, x):
    """Means do not depend on the order."""
    close(student.max_stable_eta(x[::-1].copy()), student.max_stable_eta(x))


def divides_settling_from_running_away(student, x):
    """Below, no direction grows; above, the steepest one grows by 2 % with each update."""
    eta = float(np.asarray(student.max_stable_eta(x)).item())
    start = np.array([1.0, 1.0])
    steep = np.linalg.norm(_measured(x, start))
    below, above = start, start
    for _ in range(400):
        below = below - 0.99 * eta * _measured(x, below)
        above = above - 1.01 * eta * _measured(x, above)
    if not np.linalg.norm(_measured(x, below)) <= steep:
        raise AssertionError(f"descent runs away already at 0.99 times your {eta:g}")
    if not np.linalg.norm(_measured(x, above)) > steep:
        raise AssertionError(f"descent still settles at 1.01 times your {eta:g}")


def _measured(x, theta):
    """Slopes of the MSE for labels of 0; a parabola's central difference is exact."""
    w, b = theta
    across = _mean_square(x, 0.0, w + 0.5, b) - _mean_square(x, 0.0, w - 0.5, b)
    along = _mean_square(x, 0.0, w, b + 0.5) - _mean_square(x, 0.0, w, b - 0.5)
    return np.array([across, along])
