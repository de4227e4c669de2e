"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.data import views
from grader.authoring.laws import close


def rows_left(student, v, k):
    """The first k days have too little past."""
    X, y = (np.asarray(part) for part in student.make_lags(v, k))
    if X.shape != (len(v) - k, k) or y.shape != (len(v) - k,):
        raise AssertionError(f"shapes {X.shape} and {y.shape} from {len(v)} days and k = {k}")


def yesterday_was_a_label(student, v, k):
    """What was to be predicted yesterday is known today."""
    X, y = (np.asarray(part) for part in student.make_lags(v, k))
    close(X[1:, 0], y[:-1])


def the_last_day_is_only_a_label(student, v, k):
    """Another last day changes the last label and nothing else."""
    X, y = (np.asarray(part) for part in student.make_lags(v, k))
    other = np.append(v[:-1], v[-1] + 100.0)
    X_other, y_other = (np.asarray(part) for part in student.make_lags(other, k))
    close(X_other, X)
    close(y_other, np.append(y[:-1], y[-1] + 100.0))


def nothing_is_lost(student, dates, X, y, cut):
    """Every example is in exactly one part."""
    X_tr, y_tr, X_te, y_te = (np.asarray(p) for p in student.split_by_date(dates, X, y, cut))
    close(np.concatenate([X_tr, X_te]), X)
    close(np.concatenate([y_tr, y_te]), y)


def shifts_move_the_mean(student, X, c):
    """A standard deviation is a distance."""
    mu, sd = (np.asarray(part) for part in student.fit_scaler(X))
    close(list(student.fit_scaler(X + c)), [mu + c, sd])


def order_of_rows(student, X):
    """Statistics of a set."""
    mu, sd = student.fit_scaler(X)
    close(list(student.fit_scaler(X[::-1].copy())), [mu, sd])


def the_same_twice(student, X):
    """Divided by N, not by N - 1."""
    mu, sd = student.fit_scaler(X)
    close(list(student.fit_scaler(np.tile(X, (2, 1)))), [mu, sd])


def there_and_back(student, X, mu, sd):
    """times sd, plus mu."""
    close(np.asarray(student.scale(X, mu, sd)) * sd + mu, X)


def alone_or_among_others(student, X, mu, sd):
    """mu and sd are given; the other rows do not matter."""
    whole = np.asarray(student.scale(X, mu, sd))
    close(student.scale(X[:1], mu, sd), whole[:1])


def at_zero(student, w, b):
    """The bias is what is left."""
    close(student.predict_linear(np.zeros((3, len(w))), w, b), np.full(3, float(b)))


def rows_stand_alone(student, X, w, b):
    """The first row alone gives the first prediction."""
    whole = np.asarray(student.predict_linear(X, w, b))
    close(student.predict_linear(X[:1], w, b), whole[:1])


def is_the_slope_of_the_mse(student, X, y, w, b):
    """A parabola's central difference is exact for any step."""
    along_w = [
        _mean_square(X, y, w + 0.5 * step, b) - _mean_square(X, y, w - 0.5 * step, b)
        for step in np.eye(len(w))
    ]
    along_b = _mean_square(X, y, w, b + 0.5) - _mean_square(X, y, w, b - 0.5)
    close(list(student.grad_linear(X, y, w, b)), [np.array(along_w), along_b])


def duplicating_keeps_the_gradient(student, X, y, w, b):
    """A mean does not grow with N."""
    once = list(student.grad_linear(X, y, w, b))
    close(list(student.grad_linear(np.tile(X, (2, 1)), np.tile(y, 2), w, b)), once)


def _mean_square(X, y, w, b):
    return float(np.mean((np.sum(X * w, axis=1) + b - y) ** 2))


def begins_at_zero(student, X, y, eta, n_updates):
    """All parameters start at 0."""
    _, _, history = student.fit_linear(X, y, eta, n_updates)
    close(np.asarray(history)[0], np.mean(np.asarray(y) ** 2))


def ends_where_it_says(student, X, y, eta, n_updates):
    """After the last update the loss is taken once more."""
    w, b, history = student.fit_linear(X, y, eta, n_updates)
    history = np.asarray(history)
    if history.shape != (n_updates + 1,):
        raise AssertionError(f"{history.shape} losses after {n_updates} updates")
    close(history[-1], _mean_square(X, y, np.asarray(w), float(np.asarray(b).item())))


def one_step(student, X, y, eta):
    """From 0 the errors are -y."""
    w, b, _ = student.fit_linear(X, y, eta, 1)
    close([w, b], [eta * 2 * (y @ X) / len(y), eta * 2 * np.mean(y)])

_FIRST_UNSEEN_DAY = np.datetime64("2021-01-01")

_BELOW, _ABOVE = 0.015, 0.03

_FIGURES = {1: (0.524, 0.602), 7: (0.339, 0.350), 28: (0.257, 0.258), 56: (0.238, 0.249)}


def errors_of_the_handout(student):
    """Least squares reaches them; gradient descent comes near."""
    dates, v = views(2021)
    table = student.compare_days(v, dates)
    for k, figures in _FIGURES.items():
        _near(table, k, figures)


def _near(table, k, figures):
    for name, error, best in zip(("training", "test"), _pair(table, k), figures, strict=True):
        if not (1 - _BELOW) * best - 5e-4 <= error <= (1 + _ABOVE) * best + 5e-4:
            raise AssertionError(f"k = {k}: a {name} error of {error:.3g}, not near {best:.3f}")


def _pair(table, k):
    if not isinstance(table, dict) or k not in table:
        raise AssertionError(f"there is no entry for k = {k}")
    pair = np.asarray(table[k], float)
    if pair.shape != (2,):
        raise AssertionError(f"k = {k}: {pair.size} numbers instead of (train_mae, test_mae)")
    return float(pair[0]), float(pair[1])


def _some_days(seed, n_before, n_after):
    dates, v = views(seed)
    first = int(np.searchsorted(dates, _FIRST_UNSEEN_DAY))
    kept = slice(first - n_before, first + n_after)
    return dates[kept], v[kept]


def errors_have_a_unit(student):
    """A mean absolute error is counted like the labels."""
    dates, v = _some_days(3, 120, 60)
    table, other = student.compare_days(v, dates, (2,)), student.compare_days(10.0 * v, dates, (2,))
    for one, ten in zip(_pair(table, 2), _pair(other, 2), strict=True):
        if not abs(ten - 10.0 * one) <= 0.2 * one:
            raise AssertionError(f"{one:.4f} became {ten:.4f}")


def a_week_repeats(student):
    """One day in seven is high: only who looks back a week knows when."""
    dates = np.arange(_FIRST_UNSEEN_DAY - 100, _FIRST_UNSEEN_DAY + 40)
    v = np.where(np.arange(140) % 7 == 0, 5.0, 3.0)
    table = student.compare_days(v, dates, (7, 3))
    for name, seven, three in zip(
        ("training", "test"), _pair(table, 7), _pair(table, 3), strict=True
    ):
        if not seven <= 0.1:
            raise AssertionError(f"with seven days the {name} error is {seven:.3f}, not near 0")
        if not three >= 0.2:
            raise AssertionError(f"with three days the {name} error is only {three:.3f}")


def the_unseen_year_is_unseen(student):
    """Neither the parameters nor the scale may know of it."""
    dates, v = _some_days(5, 90, 40)
    other = np.where(dates < _FIRST_UNSEEN_DAY, v, 2.0 * v + 1.0)
    before, after = student.compare_days(v, dates, (3,)), student.compare_days(other, dates, (3,))
    one, two = _pair(before, 3)[0], _pair(after, 3)[0]
    if not abs(one - two) <= 1e-9:
        raise AssertionError(f"the training error went from {one:.4f} to {two:.4f}")


def an_entry_for_each_k(student):
    """The table does not depend on its order."""
    dates, v = _some_days(2, 60, 30)
    table, other = student.compare_days(v, dates, (3, 1)), student.compare_days(v, dates, (1, 3))
    for k in (1, 3):
        close(list(_pair(table, k)), list(_pair(other, k)))
