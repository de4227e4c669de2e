"""What 02_gradient_descent asks: one declaration per exercise, its edges, and its laws."""

import numpy as np

from grader.authoring import close, exercise, floats, functions, integers

numeric_slope = exercise(
    "f w h? -> slope", f=functions("scalar"), w=floats(-3, 3), h=floats(1e-6, 1e-2)
)
gd_1d = exercise(
    "dL w0 eta n_updates -> path[n_updates+1]",
    dL=functions("slope"),
    w0=floats(-3, 3),
    eta=floats(0.01, 0.2),
    n_updates=integers(0, 12),
)
two_starts = exercise("-> w0_global w0_local", judged_by="laws")
grad_mse = exercise("x[N] y[N] w b -> dw db")
grad_mae = exercise("x[N] y[N] w b -> dw db")
gd_2d = exercise(
    "grad w0 b0 eta n_updates -> path[n_updates+1,2]",
    grad=functions("plane_slope"),
    w0=floats(-3, 3),
    b0=floats(-3, 3),
    eta=floats(0.01, 0.2),
    n_updates=integers(0, 12),
)
max_stable_eta = exercise("x[N] -> eta")


# --- 2.1 numeric_slope ---------------------------------------------------------------------


@numeric_slope.interval
def at_least_as_accurate(f, w, h=1e-5):
    """Accept whatever is as close to the true slope as the central difference."""
    right, left = f(w + h), f(w - h)
    central = (right - left) / (2 * h)
    # What f and w + h lose in the last bit, seen through the division by 2 h.
    rounding = 8 * np.finfo(float).eps * (abs(right) + abs(left) + abs(w * f.slope(w))) / h
    reach = abs(central - f.slope(w)) + rounding
    return float(f.slope(w) - reach), float(f.slope(w) + reach)


@numeric_slope.edge("the bottom of a valley, where the slope is 0", times=2)
def bottom_of_a_valley(rng):
    """A slope of 0 from a function that is not constant."""
    return {"f": {"function": "polynomial", "coefficients": [1.0, 0.0, 1.5]}, "w": 0.0}


@numeric_slope.edge("a straight line")
def straight_line(rng):
    """One side is as good as both here."""
    return {"f": {"function": "polynomial", "coefficients": [2.0, -1.5]}, "w": 1.0, "h": 1e-3}


@numeric_slope.law("The slope of c f is c times the slope of f", public=True, c=floats(-3, 3))
def slope_of_a_multiple(student, f, w, c):
    """A difference quotient is linear in f."""
    found = student.numeric_slope(lambda v: c * f(v), w)
    close(found, c * student.numeric_slope(f, w), within=1e-7)


@numeric_slope.law("A parabola is measured exactly", public=True)
def exact_for_a_parabola(student, w):
    """Looking to both sides cancels the bend; looking to one side does not."""
    close(student.numeric_slope(_square, w, 0.5), 2.0 * w, within=1e-7)


def _square(w):
    return w**2


# --- 2.2 gd_1d -----------------------------------------------------------------------------


@gd_1d.assume
def path_stays_near(dL, w0, eta, n_updates):
    """A path that runs away multiplies rounding errors."""
    w = float(w0)
    for _ in range(n_updates):
        w = w - eta * dL(w)
        if not abs(w) < 10:
            return False
    return True


@gd_1d.edge("no update at all")
def no_update(rng):
    """The path is the start alone."""
    return {"dL": {"function": "squash_slope", "rate": 1.0}, "w0": 1.25, "eta": 0.1, "n_updates": 0}


@gd_1d.edge("a start that is a whole number", times=2)
def whole_start(rng):
    """A Python int: an array made from it alone would hold integers."""
    slope = {"function": "polynomial_slope", "coefficients": [1.0, -0.5, 1.5]}
    return {"dL": slope, "w0": int(rng.integers(1, 4)), "eta": 0.05, "n_updates": 5}


@gd_1d.edge("a start at the bottom, where the slope is 0")
def start_at_the_bottom(rng):
    """Nothing moves, and the path is as long as ever."""
    slope = {"function": "polynomial_slope", "coefficients": [0.0, 0.0, 2.0]}
    return {"dL": slope, "w0": 0.0, "eta": 0.1, "n_updates": 4}


@gd_1d.edge("a start close to the bottom: the steps are small, and still they are taken")
def start_close_to_the_bottom(rng):
    """Nothing says that a small slope is the end."""
    slope = {"function": "polynomial_slope", "coefficients": [0.0, 0.0, 2.0]}
    return {"dL": slope, "w0": 2e-5, "eta": 0.1, "n_updates": 4}


@gd_1d.edge("a step too large: the path swings over the valley")
def step_too_large(rng):
    """Every step jumps to the other side."""
    slope = {"function": "polynomial_slope", "coefficients": [1.0, 0.0, 1.5]}
    return {"dL": slope, "w0": 0.5, "eta": 0.6, "n_updates": 6}


@gd_1d.law("The path begins at w0 and has n_updates + 1 points", public=True)
def path_begins_at_the_start(student, dL, w0, eta, n_updates):
    """The start is part of the path."""
    path = np.asarray(student.gd_1d(dL, w0, eta, n_updates))
    close(path[0], w0)
    if path.shape != (n_updates + 1,):
        raise AssertionError(f"shape {path.shape} after {n_updates} updates")


@gd_1d.law("Each step is w - eta dL(w)", public=True)
def each_step_goes_downhill(student, dL, w0, eta):
    """The update rule, one step at a time."""
    path = np.asarray(student.gd_1d(dL, w0, eta, 3))
    close(path[1:], np.array([v - eta * float(dL(v)) for v in path[:-1]]))


@gd_1d.law("Going on from where you stopped is the same path", public=True)
def steps_compose(student, dL, w0, eta):
    """Two updates and then one more are three updates."""
    first = np.asarray(student.gd_1d(dL, w0, eta, 2))
    then = np.asarray(student.gd_1d(dL, float(first[-1]), eta, 1))
    close(student.gd_1d(dL, w0, eta, 3), np.append(first, then[1:]))


# --- 2.3 two_starts ------------------------------------------------------------------------


@two_starts.law("From the first start, descent ends in the deeper valley", public=True)
def first_ends_in_the_deeper_valley(student):
    """eta = 0.1, 1,000 updates, within 0.05 of -2.115."""
    first, _ = student.two_starts()
    _must_end_at(first, -2.115)


@two_starts.law("From the second start, descent ends in the other valley", public=True)
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


# --- 2.4 grad_mse --------------------------------------------------------------------------


@grad_mse.edge("a perfect line")
def perfect_line_mse(rng):
    """All errors are 0, and so is the gradient."""
    x = rng.normal(size=5)
    return {"x": x, "y": 0.5 + 1.5 * x, "w": 1.5, "b": 0.5}


@grad_mse.edge("errors that cancel: the slope along b is 0")
def cancelling_errors(rng):
    """+1 and -1 at different places still turn the line."""
    x = np.array([1.0, 2.0, 3.0, 5.0])
    return {"x": x, "y": 2.0 * x + np.array([1.0, -1.0, 1.0, -1.0]), "w": 2.0, "b": 0.0}


@grad_mse.edge("one example")
def single_example_mse(rng):
    """N = 1."""
    return {"x": rng.normal(size=1), "y": rng.normal(size=1), "w": 0.5, "b": -1.0}


@grad_mse.law("It is the slope of the mean squared error", public=True)
def is_the_slope_of_the_mse(student, x, y, w, b):
    """A parabola's central difference is exact for any step."""
    across = _mean_square(x, y, w + 0.5, b) - _mean_square(x, y, w - 0.5, b)
    along = _mean_square(x, y, w, b + 0.5) - _mean_square(x, y, w, b - 0.5)
    close(student.grad_mse(x, y, w, b), (across, along))


@grad_mse.law("Twice the same data has the same gradient", public=True)
def duplicating_keeps_the_gradient(student, x, y, w, b):
    """A mean does not grow with N."""
    close(student.grad_mse(np.tile(x, 2), np.tile(y, 2), w, b), student.grad_mse(x, y, w, b))


def _mean_square(x, y, w, b):
    return float(np.mean((b + w * np.asarray(x) - y) ** 2))


# --- 2.5 grad_mae --------------------------------------------------------------------------


@grad_mae.interval
def subgradients(x, y, w, b):
    """At an error of exactly 0 the slope of its size may be anything from -1 to 1."""
    e = b + w * x - y
    # A computed 0 and a computed 1e-17 are the same kink.
    tie = np.abs(e) <= 1e-12 * (np.abs(b) + np.abs(w * x) + np.abs(y))
    side = np.where(tie, 0.0, np.sign(e))
    dw, db = np.mean(side * x), np.mean(side)
    dw_slack, db_slack = np.mean(tie * np.abs(x)), np.mean(tie)
    return (dw - dw_slack, db - db_slack), (dw + dw_slack, db + db_slack)


@grad_mae.edge("the line passes through some of the points", times=2)
def some_exact(rng):
    """Two errors are exactly 0; the others have both signs."""
    x = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    return {"x": x, "y": x + np.array([0.0, 1.5, -1.0, 0.0, 2.0]), "w": 1.0, "b": 0.0}


@grad_mae.edge("the same error sizes, opposite signs")
def cancelling_signs(rng):
    """The slope along b is 0, the one along w is not."""
    x = np.array([1.0, 2.0, 4.0, 5.0])
    return {"x": x, "y": 0.5 * x + np.array([1.0, -1.0, -1.0, 1.0]), "w": 0.5, "b": 0.0}


@grad_mae.edge("one example")
def single_example_mae(rng):
    """N = 1."""
    return {"x": rng.normal(size=1), "y": rng.normal(size=1), "w": 0.5, "b": -1.0}


@grad_mae.law("Errors twice as large have the same slope", public=True)
def only_the_side_counts(student, x, y, w, b):
    """The slope of |e| is 1 or -1, however large e is."""
    y_pred = b + w * np.asarray(x)
    further = y_pred + 2.0 * (y - y_pred)
    close(student.grad_mae(x, further, w, b), student.grad_mae(x, y, w, b))


@grad_mae.law("Twice the same data has the same gradient", public=True)
def duplicating_keeps_the_subgradient(student, x, y, w, b):
    """A mean does not grow with N."""
    close(student.grad_mae(np.tile(x, 2), np.tile(y, 2), w, b), student.grad_mae(x, y, w, b))


# --- 2.6 gd_2d -----------------------------------------------------------------------------


@gd_2d.edge("no update at all")
def no_update_2d(rng):
    """The path is the start alone, and still has two columns."""
    return _on_the_plane(w0=0.5, b0=-1.25, n_updates=0)


@gd_2d.edge("a start that is a whole number", times=2)
def whole_start_2d(rng):
    """A Python int: an array made from it would hold integers."""
    return _on_the_plane(w0=int(rng.integers(1, 4)), b0=1.0, n_updates=5)


@gd_2d.edge("a start at the bottom")
def start_at_the_bottom_2d(rng):
    """Nothing moves, and the path is as long as ever."""
    return _on_the_plane(w0=1.0, b0=-0.5, n_updates=4)


@gd_2d.edge("a start close to the bottom: the steps are small, and still they are taken")
def start_close_to_the_bottom_2d(rng):
    """Nothing says that a small slope is the end."""
    return _on_the_plane(w0=1.0 + 2e-5, b0=-0.5 - 1e-5, n_updates=4)


def _on_the_plane(*, w0, b0, n_updates):
    grad = {"function": "bowl_slope", "w": 1.0, "b": -0.5, "steep": [2.5, 2.0, 0.5]}
    return {"grad": grad, "w0": w0, "b0": b0, "eta": 0.15, "n_updates": n_updates}


@gd_2d.law("The path begins at (w0, b0) and has n_updates + 1 rows", public=True)
def path_begins_at_the_start_2d(student, grad, w0, b0, eta, n_updates):
    """Column 0 is w, column 1 is b."""
    path = np.asarray(student.gd_2d(grad, w0, b0, eta, n_updates))
    close(path[0], np.array([w0, b0]))
    if path.shape != (n_updates + 1, 2):
        raise AssertionError(f"shape {path.shape} after {n_updates} updates")


@gd_2d.law("Both parameters step from the same point", public=True)
def both_step_together(student, grad, w0, b0, eta):
    """The gradient of each row explains the next one."""
    path = np.asarray(student.gd_2d(grad, w0, b0, eta, 3))
    steps = np.array([grad(w, b) for w, b in path[:-1]])
    close(path[1:], path[:-1] - eta * steps)


# --- 2.7 max_stable_eta --------------------------------------------------------------------


@max_stable_eta.edge("one example")
def single_example_eta(rng):
    """N = 1: the other eigenvalue is 0."""
    return {"x": rng.normal(size=1)}


@max_stable_eta.edge("centred data: the two parameters do not interfere")
def centred(rng):
    """The mean of x is 0, and the matrix is diagonal."""
    x = rng.normal(size=6)
    return {"x": 2.0 * (x - x.mean())}


@max_stable_eta.edge("days that are all alike")
def all_alike(rng):
    """x is constant."""
    return {"x": np.full(4, 3.0)}


@max_stable_eta.law("The order of the days does not matter", public=True)
def order_of_days(student, x):
    """Means do not depend on the order."""
    close(student.max_stable_eta(x[::-1].copy()), student.max_stable_eta(x))


@max_stable_eta.law("Descent just below it settles, just above it runs away", public=True)
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
