"""What 03_linear_model asks: one declaration per exercise, its edges, and its laws."""

import numpy as np

from grader.authoring import close, exercise, floats, integers
from grader.data import views

make_lags = exercise("v[T] k -> X[M,k] y[M]", k=integers(1, 4))
split_by_date = exercise("dates[N] X[N,k] y[N] cut -> X_tr[A,k] y_tr[A] X_te[B,k] y_te[B]")
fit_scaler = exercise("X[N,k] -> mu[k] sd[k]")
scale = exercise("X[N,k] mu[k] sd[k] -> Z[N,k]", sd=floats(0.5, 4))
predict_linear = exercise("X[N,k] w[k] b -> y_pred[N]")
grad_linear = exercise("X[N,k] y[N] w[k] b -> dw[k] db")
fit_linear = exercise(
    "X[N,k] y[N] eta n_updates -> w[k] b history[n_updates+1]",
    eta=floats(0.01, 0.2),
    n_updates=integers(0, 12),
)
compare_days = exercise("v[T] dates[T] ks? -> table", judged_by="laws")


# --- 3.1 make_lags -------------------------------------------------------------------------


@make_lags.assume
def a_day_is_left(v, k):
    """Without a day to predict there is no row."""
    return k < len(v)


@make_lags.edge("a single day to look back")
def one_day_back(rng):
    """k = 1: still a table, with one column."""
    return {"v": rng.normal(size=6), "k": 1}


@make_lags.edge("a single day to predict", times=2)
def one_day_to_predict(rng):
    """T = k + 1."""
    k = int(rng.integers(2, 5))
    return {"v": rng.normal(size=k + 1), "k": k}


@make_lags.edge("as many rows as columns")
def square_table(rng):
    """A table lying on its side keeps its shape here."""
    return {"v": rng.normal(size=8), "k": 4}


@make_lags.edge("a month, looking back a week")
def a_week_back(rng):
    """The numbers of the lecture."""
    return {"v": np.round(rng.normal(size=30), 2), "k": 7}


@make_lags.law("There are T - k rows", public=True)
def rows_left(student, v, k):
    """The first k days have too little past."""
    X, y = (np.asarray(part) for part in student.make_lags(v, k))
    if X.shape != (len(v) - k, k) or y.shape != (len(v) - k,):
        raise AssertionError(f"shapes {X.shape} and {y.shape} from {len(v)} days and k = {k}")


@make_lags.law("Yesterday, in column 0, is the label of the row above", public=True)
def yesterday_was_a_label(student, v, k):
    """What was to be predicted yesterday is known today."""
    X, y = (np.asarray(part) for part in student.make_lags(v, k))
    close(X[1:, 0], y[:-1])


@make_lags.law("Tomorrow is in no feature", public=True)
def the_last_day_is_only_a_label(student, v, k):
    """Another last day changes the last label and nothing else."""
    X, y = (np.asarray(part) for part in student.make_lags(v, k))
    other = np.append(v[:-1], v[-1] + 100.0)
    X_other, y_other = (np.asarray(part) for part in student.make_lags(other, k))
    close(X_other, X)
    close(y_other, np.append(y[:-1], y[-1] + 100.0))


# --- 3.2 split_by_date ---------------------------------------------------------------------


@split_by_date.sample
def some_days(rng):
    """Days with gaps, and a cut among them that may itself be missing."""
    n, k = int(rng.integers(3, 12)), int(rng.integers(1, 5))
    return _examples(rng, n, k)


def _examples(rng, n, k):
    start = np.datetime64("2020-12-31") - int(rng.integers(0, 6))
    dates = start + np.cumsum(rng.integers(1, 4, size=n)).astype("timedelta64[D]")
    place = int(rng.integers(1, n))
    earlier, later = dates[place - 1], dates[place]
    cut = later - int(rng.integers(0, (later - earlier).astype(int)))
    return {"dates": dates, "X": rng.normal(size=(n, k)), "y": rng.normal(size=n), "cut": cut}


@split_by_date.assume
def both_parts_have_rows(dates, X, y, cut):
    """The shape of an empty table is nobody's lesson."""
    return bool(dates[0] < cut <= dates[-1])


@split_by_date.edge("the cut is one of the days: it belongs to the second part", times=2)
def cut_is_a_day(rng):
    """date < cut, not <=."""
    arguments = _examples(rng, 6, 3)
    return {**arguments, "cut": arguments["dates"][int(rng.integers(1, 6))]}


@split_by_date.edge("a single example for training")
def one_for_training(rng):
    """The first part has one row."""
    arguments = _examples(rng, 5, 2)
    return {**arguments, "cut": arguments["dates"][1]}


@split_by_date.edge("a single example for testing")
def one_for_testing(rng):
    """The second part has one row."""
    arguments = _examples(rng, 5, 2)
    return {**arguments, "cut": arguments["dates"][-1]}


@split_by_date.edge("all days in one year")
def within_a_year(rng):
    """The day counts, not the year alone."""
    days = np.datetime64("2019-06-28") + np.arange(6)
    return {**_examples(rng, 6, 2), "dates": days, "cut": np.datetime64("2019-07-01")}


@split_by_date.law("Put together again, the parts are all examples in their order", public=True)
def nothing_is_lost(student, dates, X, y, cut):
    """Every example is in exactly one part."""
    X_tr, y_tr, X_te, y_te = (np.asarray(p) for p in student.split_by_date(dates, X, y, cut))
    close(np.concatenate([X_tr, X_te]), X)
    close(np.concatenate([y_tr, y_te]), y)


# --- 3.3 fit_scaler, scale -----------------------------------------------------------------


@fit_scaler.edge("a constant column", times=2)
def constant_column(rng):
    """Its standard deviation would be 0, and dividing by it nonsense."""
    X = rng.normal(size=(5, 3))
    X[:, int(rng.integers(0, 3))] = float(rng.integers(1, 9)) / 2
    return {"X": X}


@fit_scaler.edge("a column of zeros")
def zero_column(rng):
    """Mean 0, and 1 in place of the standard deviation."""
    return {"X": np.column_stack([rng.normal(size=4), np.zeros(4)])}


@fit_scaler.edge("one feature")
def one_feature(rng):
    """k = 1: still arrays."""
    return {"X": rng.normal(size=(6, 1))}


@fit_scaler.edge("as many examples as features")
def square_features(rng):
    """Statistics of rows have the same shape here."""
    return {"X": rng.normal(size=(4, 4))}


@fit_scaler.law("Shifting a column shifts its mean and nothing else", public=True, c=floats(-5, 5))
def shifts_move_the_mean(student, X, c):
    """A standard deviation is a distance."""
    mu, sd = (np.asarray(part) for part in student.fit_scaler(X))
    close(list(student.fit_scaler(X + c)), [mu + c, sd])


@fit_scaler.law("The order of the examples does not matter", public=True)
def order_of_rows(student, X):
    """Statistics of a set."""
    mu, sd = student.fit_scaler(X)
    close(list(student.fit_scaler(X[::-1].copy())), [mu, sd])


@fit_scaler.law("The same examples twice have the same statistics", public=True)
def the_same_twice(student, X):
    """Divided by N, not by N - 1."""
    mu, sd = student.fit_scaler(X)
    close(list(student.fit_scaler(np.tile(X, (2, 1)))), [mu, sd])


@scale.edge("one example")
def one_example_scaled(rng):
    """One new day: it has no statistics of its own."""
    return {
        "X": rng.normal(size=(1, 3)),
        "mu": rng.normal(size=3),
        "sd": rng.uniform(0.5, 2.0, size=3),
    }


@scale.edge("as many examples as features")
def square_scaled(rng):
    """Statistics put along the wrong axis keep the shape."""
    return {
        "X": rng.normal(size=(3, 3)),
        "mu": rng.normal(size=3),
        "sd": rng.uniform(0.5, 2.0, size=3),
    }


@scale.edge("an example at the means")
def at_the_means(rng):
    """It becomes 0."""
    mu = rng.normal(size=4)
    return {"X": np.stack([mu, mu + 1.0]), "mu": mu, "sd": rng.uniform(0.5, 2.0, size=4)}


@scale.law("Scaled back it is the same", public=True)
def there_and_back(student, X, mu, sd):
    """times sd, plus mu."""
    close(np.asarray(student.scale(X, mu, sd)) * sd + mu, X)


@scale.law("A day is scaled alike, alone or among others", public=True)
def alone_or_among_others(student, X, mu, sd):
    """mu and sd are given; the other rows do not matter."""
    whole = np.asarray(student.scale(X, mu, sd))
    close(student.scale(X[:1], mu, sd), whole[:1])


# --- 3.4 predict_linear, grad_linear -------------------------------------------------------


@predict_linear.edge("as many examples as features")
def square_predict(rng):
    """A missing transpose keeps the shape."""
    return {"X": rng.normal(size=(3, 3)), "w": rng.normal(size=3), "b": 0.5}


@predict_linear.edge("one feature")
def one_feature_predict(rng):
    """k = 1: the line of 01_loss."""
    return {"X": rng.normal(size=(5, 1)), "w": rng.normal(size=1), "b": -1.0}


@predict_linear.edge("all features are 0")
def zero_features(rng):
    """Only the bias is left."""
    return {"X": np.zeros((4, 3)), "w": rng.normal(size=3), "b": 2.5}


@predict_linear.law("Where all features are 0 the prediction is b", public=True)
def at_zero(student, w, b):
    """The bias is what is left."""
    close(student.predict_linear(np.zeros((3, len(w))), w, b), np.full(3, float(b)))


@predict_linear.law("Examples do not see each other", public=True)
def rows_stand_alone(student, X, w, b):
    """The first row alone gives the first prediction."""
    whole = np.asarray(student.predict_linear(X, w, b))
    close(student.predict_linear(X[:1], w, b), whole[:1])


@grad_linear.edge("a perfect fit")
def perfect_fit(rng):
    """All errors are 0, and so is the gradient."""
    X, w = np.round(rng.normal(size=(5, 3)), 2), np.array([1.0, -0.5, 2.0])
    return {"X": X, "y": X @ w + 0.5, "w": w, "b": 0.5}


@grad_linear.edge("one example")
def one_example_gradient(rng):
    """N = 1: a sum and a mean are the same."""
    return {
        "X": rng.normal(size=(1, 3)),
        "y": rng.normal(size=1),
        "w": rng.normal(size=3),
        "b": 0.5,
    }


@grad_linear.edge("as many examples as features")
def square_gradient(rng):
    """A missing transpose keeps the shape."""
    return {
        "X": rng.normal(size=(3, 3)),
        "y": rng.normal(size=3),
        "w": rng.normal(size=3),
        "b": 1.0,
    }


@grad_linear.edge("one feature: grad_mse of 02_gradient_descent")
def one_feature_gradient(rng):
    """k = 1."""
    return {"X": rng.normal(size=(5, 1)), "y": rng.normal(size=5), "w": np.array([0.5]), "b": 1.0}


@grad_linear.law("It is the slope of the mean squared error in each direction", public=True)
def is_the_slope_of_the_mse(student, X, y, w, b):
    """A parabola's central difference is exact for any step."""
    along_w = [
        _mean_square(X, y, w + 0.5 * step, b) - _mean_square(X, y, w - 0.5 * step, b)
        for step in np.eye(len(w))
    ]
    along_b = _mean_square(X, y, w, b + 0.5) - _mean_square(X, y, w, b - 0.5)
    close(list(student.grad_linear(X, y, w, b)), [np.array(along_w), along_b])


@grad_linear.law("Twice the same data has the same gradient", public=True)
def duplicating_keeps_the_gradient(student, X, y, w, b):
    """A mean does not grow with N."""
    once = list(student.grad_linear(X, y, w, b))
    close(list(student.grad_linear(np.tile(X, (2, 1)), np.tile(y, 2), w, b)), once)


def _mean_square(X, y, w, b):
    return float(np.mean((np.sum(X * w, axis=1) + b - y) ** 2))


# --- 3.5 fit_linear ------------------------------------------------------------------------


@fit_linear.assume
def descent_settles(X, y, eta, n_updates):
    """A path that runs away multiplies rounding errors."""
    A = np.column_stack([X, np.ones(len(X))])
    return bool(eta * 2 * np.linalg.norm(A, 2) ** 2 / len(X) < 1.9)


@fit_linear.edge("no update at all")
def no_update(rng):
    """The history is the first loss alone, and all parameters are 0."""
    return {"X": rng.normal(size=(5, 3)), "y": rng.normal(size=5), "eta": 0.1, "n_updates": 0}


@fit_linear.edge("a single update")
def single_update(rng):
    """Before and after."""
    return {"X": rng.normal(size=(6, 2)), "y": rng.normal(size=6), "eta": 0.1, "n_updates": 1}


@fit_linear.edge("features far from scaled", times=2)
def not_scaled(rng):
    """They are used as they are."""
    X = rng.normal(size=(7, 3)) * np.array([3.0, 0.5, 1.0]) + np.array([1.0, 2.0, 0.0])
    return {"X": X, "y": rng.normal(size=7), "eta": 0.02, "n_updates": 6}


@fit_linear.edge("one example, one feature")
def one_example_one_feature(rng):
    """N = k = 1."""
    return {"X": np.array([[1.5]]), "y": np.array([2.0]), "eta": 0.1, "n_updates": 3}


@fit_linear.law("The first loss is that of predicting 0 everywhere", public=True)
def begins_at_zero(student, X, y, eta, n_updates):
    """All parameters start at 0."""
    _, _, history = student.fit_linear(X, y, eta, n_updates)
    close(np.asarray(history)[0], np.mean(np.asarray(y) ** 2))


@fit_linear.law("The last loss is that of the parameters that come back", public=True)
def ends_where_it_says(student, X, y, eta, n_updates):
    """After the last update the loss is taken once more."""
    w, b, history = student.fit_linear(X, y, eta, n_updates)
    history = np.asarray(history)
    if history.shape != (n_updates + 1,):
        raise AssertionError(f"{history.shape} losses after {n_updates} updates")
    close(history[-1], _mean_square(X, y, np.asarray(w), float(np.asarray(b).item())))


@fit_linear.law("One update is a step against the gradient", public=True)
def one_step(student, X, y, eta):
    """From 0 the errors are -y."""
    w, b, _ = student.fit_linear(X, y, eta, 1)
    close([w, b], [eta * 2 * (y @ X) / len(y), eta * 2 * np.mean(y)])


# --- 3.6 compare_days ----------------------------------------------------------------------

_FIRST_UNSEEN_DAY = np.datetime64("2021-01-01")
_BELOW, _ABOVE = 0.015, 0.03
_FIGURES = {1: (0.524, 0.602), 7: (0.339, 0.350), 28: (0.257, 0.258), 56: (0.238, 0.249)}


@compare_days.law("On the channel of seed 2021 the errors are those of the handout", public=True)
def errors_of_the_handout(student):
    """Least squares reaches them; gradient descent comes near."""
    dates, v = views(2021)
    table = student.compare_days(v, dates)
    for k, figures in _FIGURES.items():
        _near(table, k, figures)


@compare_days.law("On another channel they are those of the best linear model")
def errors_of_another_channel(student):
    """By least squares, which needs no updates."""
    dates, v = views(7)
    table = student.compare_days(v, dates, (7, 28, 1))
    for k in (1, 7, 28):
        _near(table, k, _least_squares(v, dates, k))


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


def _least_squares(v, dates, k):
    A = np.column_stack([*(v[k - 1 - j : len(v) - 1 - j] for j in range(k)), np.ones(len(v) - k)])
    early = dates[k:] < _FIRST_UNSEEN_DAY
    found = np.linalg.lstsq(A[early], v[k:][early], rcond=None)[0]
    size = np.abs(A @ found - v[k:])
    return float(size[early].mean()), float(size[~early].mean())


def _some_days(seed, n_before, n_after):
    dates, v = views(seed)
    first = int(np.searchsorted(dates, _FIRST_UNSEEN_DAY))
    kept = slice(first - n_before, first + n_after)
    return dates[kept], v[kept]


@compare_days.law("Views counted in tenths of k have errors ten times as large", public=True)
def errors_have_a_unit(student):
    """A mean absolute error is counted like the labels."""
    dates, v = _some_days(3, 120, 60)
    table, other = student.compare_days(v, dates, (2,)), student.compare_days(10.0 * v, dates, (2,))
    for one, ten in zip(_pair(table, 2), _pair(other, 2), strict=True):
        if not abs(ten - 10.0 * one) <= 0.2 * one:
            raise AssertionError(f"{one:.4f} became {ten:.4f}")


@compare_days.law("A week that repeats is predicted by seven days, not by three", public=True)
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


@compare_days.law("What happens in the unseen year changes no training error", public=True)
def the_unseen_year_is_unseen(student):
    """Neither the parameters nor the scale may know of it."""
    dates, v = _some_days(5, 90, 40)
    other = np.where(dates < _FIRST_UNSEEN_DAY, v, 2.0 * v + 1.0)
    before, after = student.compare_days(v, dates, (3,)), student.compare_days(other, dates, (3,))
    one, two = _pair(before, 3)[0], _pair(after, 3)[0]
    if not abs(one - two) <= 1e-9:
        raise AssertionError(f"the training error went from {one:.4f} to {two:.4f}")


@compare_days.law("Each k has its entry, in whatever order they are asked for", public=True)
def an_entry_for_each_k(student):
    """The table does not depend on its order."""
    dates, v = _some_days(2, 60, 30)
    table, other = student.compare_days(v, dates, (3, 1)), student.compare_days(v, dates, (1, 3))
    for k in (1, 3):
        close(list(_pair(table, k)), list(_pair(other, k)))
