"""03 Linear models: features of several days, and a year that nobody has seen.

Rows are examples, columns are features, losses are means, views are counted in k (thousands).
No argument of any function is changed.
"""

import numpy as np

FIRST_UNSEEN_DAY = np.datetime64("2021-01-01")
"""What lies before it is for training; the model sees the rest only when it is tested."""


def mae(y_pred, y):
    """Mean absolute error, given: you wrote it in 01_loss."""
    return float(np.mean(np.abs(y_pred - y)))


def mse(y_pred, y):
    """Mean squared error, given: you wrote it in 01_loss."""
    return float(np.mean((y_pred - y) ** 2))


def make_lags(v, k):
    """Make a table of features from a series: the k days before each day.

    Args:
        v: The series, one number per day, shape (T,), float64, oldest first.
        k: How many days to look back, an int, 1 <= k < T.

    Returns:
        A tuple (X, y): X has shape (T - k, k), y has shape (T - k,). Row t belongs to the day
        y[t] = v[t + k]; X[t, 0] is the day before it, X[t, k - 1] is k days before it.

    Convention:
        Only days with k days before them have a row. Column 0 is yesterday.

    Example:
        >>> X, y = make_lags(np.array([1.0, 2.0, 3.0, 5.0, 8.0]), 2)
        >>> X
        array([[2., 1.],
               [3., 2.],
               [5., 3.]])
        >>> y
        array([3., 5., 8.])
    """
    columns = [v[k - 1 - j : len(v) - 1 - j] for j in range(k)]
    return np.stack(columns, axis=1), v[k:]


def split_by_date(dates, X, y, cut):
    """Split examples into those before a day, for training, and the rest, for testing.

    Args:
        dates: The day of each example, shape (N,), datetime64[D], sorted.
        X: The features, shape (N, k), float64.
        y: The labels, shape (N,), float64.
        cut: The first day that is not for training, a datetime64[D].

    Returns:
        A tuple (X_tr, y_tr, X_te, y_te): features and labels for training, then for testing.

    Convention:
        Rows with date < cut are for training. The order of the rows is kept.

    Example:
        >>> dates = np.array(["2020-12-31", "2021-01-01"], dtype="datetime64[D]")
        >>> X, y, cut = np.array([[1.0], [2.0]]), np.array([3.0, 4.0]), np.datetime64("2021-01-01")
        >>> split_by_date(dates, X, y, cut)
        (array([[1.]]), array([3.]), array([[2.]]), array([4.]))
    """
    early = dates < cut
    return X[early], y[early], X[~early], y[~early]


def fit_scaler(X):
    """Find mean and standard deviation of each feature.

    Args:
        X: The features, shape (N, k), float64.

    Returns:
        A tuple (mu, sd), each of shape (k,): the means and the standard deviations of the columns.

    Convention:
        The standard deviation is the root of the mean squared distance: divided by N, not N - 1.
        For a column whose entries are all the same, sd is 1.

    Example:
        >>> fit_scaler(np.array([[1.0, 5.0], [3.0, 5.0]]))
        (array([2., 5.]), array([1., 1.]))
    """
    is_constant = X.max(axis=0) == X.min(axis=0)
    return X.mean(axis=0), np.where(is_constant, 1.0, X.std(axis=0))


def scale(X, mu, sd):
    """Express each feature as its distance from mu, counted in sd.

    Args:
        X: The features, shape (N, k), float64.
        mu: What becomes 0, one number per column, shape (k,), float64.
        sd: What becomes 1, one number per column, shape (k,), float64, > 0.

    Returns:
        The scaled features, shape (N, k).

    Convention:
        mu and sd are used as they are given, whatever X is.

    Example:
        >>> scale(np.array([[1.0, 7.0]]), np.array([2.0, 5.0]), np.array([1.0, 4.0]))
        array([[-1. ,  0.5]])
    """
    return (X - mu) / sd


def predict_linear(X, w, b):
    """Predict with one weight per feature: y = b + sum over j of w_j x_j.

    Args:
        X: The features, shape (N, k), float64, one example per row.
        w: The weights, shape (k,), float64.
        b: The bias, a float.

    Returns:
        The predictions, shape (N,).

    Example:
        >>> predict_linear(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([10.0, 1.0]), 0.5)
        array([12.5, 34.5])
    """
    return X @ w + b


def grad_linear(X, y, w, b):
    """Compute the gradient of the mean squared error along all weights and the bias.

    Args:
        X: The features, shape (N, k), float64.
        y: The labels, shape (N,), float64.
        w: The weights, shape (k,), float64.
        b: The bias, a float.

    Returns:
        A tuple (dw, db): dw has shape (k,), db is a float.

    Convention:
        The loss is a mean over the examples, without a 1/2.

    Example:
        >>> X, y = np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([2.0, 4.0, 5.0, 9.0])
        >>> grad_linear(X, y, np.array([1.5]), 0.5)
        (array([-5.5]), -1.5)
    """
    e = predict_linear(X, w, b) - y
    return 2 * X.T @ e / len(y), float(2 * np.mean(e))


def fit_linear(X, y, eta, n_updates):
    """Learn weights and bias by gradient descent on the mean squared error.

    Args:
        X: The features, shape (N, k), float64.
        y: The labels, shape (N,), float64.
        eta: The learning rate, a float, > 0.
        n_updates: How many updates, an int, >= 0.

    Returns:
        A tuple (w, b, history): the weights after the last update, shape (k,); the bias, a
        float; the losses, shape (n_updates + 1,).

    Convention:
        All parameters start at 0. X is used as it is: scaling is the caller's business. The
        history holds the mean squared error before each update, and after the last.

    Example:
        >>> w, b, history = fit_linear(np.array([[1.0], [-1.0]]), np.array([3.0, 1.0]), 0.25, 1)
        >>> w, b, history
        (array([0.5]), 1.0, array([5.  , 1.25]))
    """
    w, b = np.zeros(X.shape[1]), 0.0
    history = [mse(predict_linear(X, w, b), y)]
    for _ in range(n_updates):
        dw, db = grad_linear(X, y, w, b)
        w, b = w - eta * dw, b - eta * db
        history.append(mse(predict_linear(X, w, b), y))
    return w, b, np.array(history)


def compare_days(v, dates, ks=(1, 7, 28, 56)):
    """Try models that look back k days: how large are their errors, on old days and on unseen ones?

    Args:
        v: The views in k, one number per day, shape (T,), float64, oldest first.
        dates: The days, shape (T,), datetime64[D], sorted.
        ks: How many days each model looks back, a tuple of ints.

    Returns:
        A dict with an entry for each k of ks, the key an int: a tuple (train_mae, test_mae) of
        the mean absolute errors in k, floats.

    Convention:
        An example is for training if the day that it predicts lies before FIRST_UNSEEN_DAY.
        Features are scaled with the statistics of the training rows; labels stay as they are.
        Learn with the mean squared error; any eta and number of updates that bring the errors
        near those of the best linear model (within about 2 %) will do, for example eta = 0.05
        and 400 updates.
    """
    table = {}
    for k in ks:
        X, y = make_lags(v, k)
        X_tr, y_tr, X_te, y_te = split_by_date(dates[k:], X, y, FIRST_UNSEEN_DAY)
        mu, sd = fit_scaler(X_tr)
        X_tr, X_te = scale(X_tr, mu, sd), scale(X_te, mu, sd)
        w, b, _ = fit_linear(X_tr, y_tr, 0.05, 400)
        seen = mae(predict_linear(X_tr, w, b), y_tr)
        table[k] = (seen, mae(predict_linear(X_te, w, b), y_te))
    return table
