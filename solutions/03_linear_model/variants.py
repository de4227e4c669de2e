"""Right answers written differently: each of them must earn full marks."""

from typing import NamedTuple

import numpy as np
from checks import (
    compare_days,
    fit_linear,
    fit_scaler,
    grad_linear,
    make_lags,
    predict_linear,
    scale,
    split_by_date,
)

from grader.authoring import variant

# --- 3.1 make_lags -------------------------------------------------------------------------


@variant(make_lags)
def lags_loop_over_days(v, k):
    rows, labels = [], []
    for t in range(k, len(v)):
        rows.append([v[t - 1 - j] for j in range(k)])
        labels.append(v[t])
    return np.array(rows), np.array(labels)


@variant(make_lags)
def lags_lists(v, k):
    return [list(v[t - k : t])[::-1] for t in range(k, len(v))], list(v[k:])


@variant(make_lags)
def lags_windows(v, k):
    windows = np.lib.stride_tricks.sliding_window_view(v, k + 1)
    return windows[:, -2::-1], windows[:, -1]


@variant(make_lags)
def lags_into_zeros(v, k):
    X = np.zeros((len(v) - k, k))
    for j in range(k):
        X[:, j] = v[k - j - 1 : len(v) - j - 1]
    return X, v[k:].copy()


@variant(make_lags)
def lags_by_index(v, k):
    days = np.arange(k, len(v))
    return v[days[:, None] - 1 - np.arange(k)], v[days]


@variant(make_lags)
def lags_rolled_and_cut(v, k):
    return np.column_stack([np.roll(v, j + 1) for j in range(k)])[k:], v[k:]


class Table(NamedTuple):
    X: np.ndarray
    y: np.ndarray


@variant(make_lags)
def lags_named(v, k):
    return Table(np.vstack([v[k - 1 - j : -1 - j] for j in range(k)]).T, v[k:])


# --- 3.2 split_by_date ---------------------------------------------------------------------


@variant(split_by_date)
def split_by_place(dates, X, y, cut):
    n = int(np.searchsorted(dates, cut))
    return X[:n], y[:n], X[n:], y[n:]


@variant(split_by_date)
def split_by_two_masks(dates, X, y, cut):
    return X[dates < cut], y[dates < cut], X[dates >= cut], y[dates >= cut]


@variant(split_by_date)
def split_by_count(dates, X, y, cut):
    n = np.sum(dates < cut)
    return [X[:n], y[:n], X[n:], y[n:]]


@variant(split_by_date)
def split_loop(dates, X, y, cut):
    parts = [], [], [], []
    for day, row, label in zip(dates, X, y, strict=True):
        first = 0 if day < cut else 2
        parts[first].append(row)
        parts[first + 1].append(label)
    return tuple(np.array(part) for part in parts)


@variant(split_by_date)
def split_indices(dates, X, y, cut):
    early, late = np.flatnonzero(dates < np.datetime64(cut)), np.flatnonzero(~(dates < cut))
    return X[early, :], y[early], X[late, :], y[late]


@variant(split_by_date)
def split_numbers_of_days(dates, X, y, cut):
    early = (dates - cut).astype(int) < 0
    return X[early], y[early], X[np.logical_not(early)], y[np.logical_not(early)]


@variant(split_by_date)
def split_numpy_split(dates, X, y, cut):
    n = [int(np.argmax(dates >= cut))]
    (X_tr, X_te), (y_tr, y_te) = np.split(X, n), np.split(y, n)
    return X_tr, y_tr, X_te, y_te


# --- 3.3 fit_scaler, scale -----------------------------------------------------------------


@variant(fit_scaler)
def scaler_where_zero(X):
    sd = X.std(axis=0)
    return X.mean(axis=0), np.where(sd == 0, 1, sd)


@variant(fit_scaler)
def scaler_written_into(X):
    mu, sd = np.mean(X, axis=0), np.std(X, axis=0)
    sd[sd == 0] = 1
    return mu, sd


@variant(fit_scaler)
def scaler_loop(X):
    mu, sd = [], []
    for column in X.T:
        m = sum(column) / len(column)
        s = (sum((x - m) ** 2 for x in column) / len(column)) ** 0.5
        mu.append(m)
        sd.append(s if s > 0 else 1.0)
    return mu, sd


@variant(fit_scaler)
def scaler_by_hand(X):
    mu = X.sum(axis=0) / X.shape[0]
    sd = np.sqrt(((X - mu) ** 2).sum(axis=0) / X.shape[0])
    return [mu, sd + (sd == 0)]


@variant(fit_scaler)
def scaler_rows_kept(X):
    mu, sd = X.mean(axis=0, keepdims=True), X.std(axis=0, keepdims=True)
    return mu, np.where(sd > 0, sd, 1.0)


@variant(fit_scaler)
def scaler_near_zero(X):
    sd = np.std(X, axis=0)
    return np.average(X, axis=0), np.where(np.isclose(sd, 0, atol=1e-12), 1.0, sd)


@variant(fit_scaler)
def scaler_covariance(X):
    variance = np.array([np.mean((c - c.mean()) * c) for c in X.T - X[0][:, None]])
    sd = np.sqrt(np.maximum(variance, 0))
    sd[np.ptp(X, axis=0) == 0] = 1.0
    return X.mean(axis=0), sd


@variant(scale)
def scaled_by_numpy(X, mu, sd):
    return np.divide(np.subtract(X, mu), sd)


@variant(scale)
def scaled_by_columns(X, mu, sd):
    return np.stack([(X[:, j] - mu[j]) / sd[j] for j in range(X.shape[1])], axis=1)


@variant(scale)
def scaled_by_rows(X, mu, sd):
    return [list((row - mu) / sd) for row in X]


@variant(scale)
def scaled_by_copies(X, mu, sd):
    Z = X.copy()
    Z -= mu
    Z /= sd
    return Z


@variant(scale)
def scaled_by_a_diagonal(X, mu, sd):
    return (X - mu.reshape(1, -1)) @ np.diag(1 / sd)


@variant(scale)
def scaled_by_tiles(X, mu, sd):
    return (X - np.tile(mu, (len(X), 1))) * (1 / np.asarray(sd))[None, :]


@variant(scale)
def scaled_lying(X, mu, sd):
    return ((X.T - mu[:, None]) / sd[:, None]).T


# --- 3.4 predict_linear, grad_linear -------------------------------------------------------


@variant(predict_linear)
def predicted_dot(X, w, b):
    return b + np.dot(X, w)


@variant(predict_linear)
def predicted_sum(X, w, b):
    return np.sum(X * w, axis=1) + b


@variant(predict_linear)
def predicted_einsum(X, w, b):
    return np.einsum("nj,j->n", X, w) + b


@variant(predict_linear)
def predicted_loops(X, w, b):
    return [b + sum(x * wj for x, wj in zip(row, w, strict=True)) for row in X]


@variant(predict_linear)
def predicted_by_features(X, w, b):
    y_pred = np.full(len(X), float(b))
    for j in range(len(w)):
        y_pred = y_pred + w[j] * X[:, j]
    return y_pred


@variant(predict_linear)
def predicted_with_ones(X, w, b):
    return np.column_stack([np.ones(len(X)), X]) @ np.concatenate([[b], w])


@variant(predict_linear)
def predicted_from_the_left(X, w, b):
    return w @ X.T + b


@variant(grad_linear)
def slopes_mean_of_products(X, y, w, b):
    e = X @ w + b - y
    return 2 * np.mean(e[:, None] * X, axis=0), 2 * np.mean(e)


@variant(grad_linear)
def slopes_dot(X, y, w, b):
    e = np.dot(X, w) + b - y
    return 2 / len(y) * np.dot(e, X), 2 / len(y) * e.sum()


@variant(grad_linear)
def slopes_label_first(X, y, w, b):
    e = y - X @ w - b
    return [-2 * (X.T @ e) / e.size, -2 * float(e.mean())]


@variant(grad_linear)
def slopes_loop(X, y, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for row, label in zip(X, y, strict=True):
        e = row @ w + b - label
        dw += 2 * e * row
        db += 2 * e
    return dw / len(y), db / len(y)


@variant(grad_linear)
def slopes_einsum(X, y, w, b):
    e = np.einsum("nj,j->n", X, w) + b - y
    return np.einsum("n,nj->j", e, X) * 2 / len(y), np.array([2 * e.mean()])


@variant(grad_linear)
def slopes_with_ones(X, y, w, b):
    A = np.column_stack([X, np.ones(len(X))])
    slopes = 2 * A.T @ (A @ np.append(w, b) - y) / len(y)
    return slopes[:-1], slopes[-1]


@variant(grad_linear)
def slopes_columns(X, y, w, b):
    e = (X @ w.reshape(-1, 1) + b) - y.reshape(-1, 1)
    return (2 / len(y) * X.T @ e).ravel(), 2 * np.mean(e, axis=0)


# --- 3.5 fit_linear ------------------------------------------------------------------------


@variant(fit_linear)
def fit_into_zeros(X, y, eta, n_updates):
    w, b = np.zeros(X.shape[1]), 0.0
    history = np.zeros(n_updates + 1)
    for i in range(n_updates + 1):
        e = X @ w + b - y
        history[i] = np.mean(e**2)
        if i < n_updates:
            w = w - eta * 2 * X.T @ e / len(y)
            b = b - eta * 2 * np.mean(e)
    return w, b, history


@variant(fit_linear)
def fit_in_place(X, y, eta, n_updates):
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(n_updates):
        e = X @ w + b - y
        history.append(float(np.mean(e**2)))
        w -= eta * 2 * (e @ X) / len(y)
        b -= eta * 2 * float(np.mean(e))
    history.append(float(np.mean((X @ w + b - y) ** 2)))
    return w, b, history


@variant(fit_linear)
def fit_with_ones(X, y, eta, n_updates):
    A, theta = np.column_stack([X, np.ones(len(X))]), np.zeros(X.shape[1] + 1)
    history = [np.mean(y**2)]
    for _ in range(n_updates):
        theta = theta - eta * 2 * A.T @ (A @ theta - y) / len(y)
        history.append(np.mean((A @ theta - y) ** 2))
    return theta[:-1], theta[-1], np.array(history)


@variant(fit_linear)
def fit_while(X, y, eta, n_updates):
    w, b, losses, left = np.zeros(X.shape[1]), 0.0, [], n_updates
    while True:
        e = X.dot(w) + b - y
        losses.append(e.dot(e) / len(e))
        if left == 0:
            return [w, b, losses]
        w, b, left = w - 2 * eta * e.dot(X) / len(e), b - 2 * eta * e.sum() / len(e), left - 1


@variant(fit_linear)
def fit_precomputed(X, y, eta, n_updates):
    n, (A, c) = len(y), (X.T @ X, X.T @ y)
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for i in range(n_updates + 1):
        history.append(np.mean((X @ w + b - y) ** 2))
        if i < n_updates:
            dw = 2 * (A @ w + b * X.sum(axis=0) - c) / n
            db = 2 * (X.sum(axis=0) @ w + n * b - y.sum()) / n
            w, b = w - eta * dw, b - eta * db
    return w, np.array([b]), np.array(history)


@variant(fit_linear)
def fit_recursive(X, y, eta, n_updates):
    def go_on(w, b, left):
        e = X @ w + b - y
        loss = [np.mean(e * e)]
        if not left:
            return w, b, loss
        w, b, rest = go_on(w - eta * 2 * X.T @ e / len(y), b - eta * 2 * e.mean(), left - 1)
        return w, b, loss + rest

    return go_on(np.zeros(X.shape[1]), 0.0, n_updates)


# --- 3.6 compare_days ----------------------------------------------------------------------

_CUT = np.datetime64("2021-01-01")


def _table(v, k):
    return np.array([v[t - k : t][::-1] for t in range(k, len(v))]), v[k:]


def _mean_size(e):
    return np.mean(np.abs(e))


@variant(compare_days)
def days_least_squares(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _table(v, k)
        A, early = np.column_stack([X, np.ones(len(X))]), dates[k:] < _CUT
        theta = np.linalg.lstsq(A[early], y[early], rcond=None)[0]
        e = A @ theta - y
        table[k] = float(_mean_size(e[early])), float(_mean_size(e[~early]))
    return table


@variant(compare_days)
def days_other_rate(v, dates, ks=(1, 7, 28, 56)):
    return {k: _descended(v, dates, k, eta=0.02, n_updates=900) for k in ks}


@variant(compare_days)
def days_fewer_larger_steps(v, dates, ks=(1, 7, 28, 56)):
    return {k: list(_descended(v, dates, k, eta=0.08, n_updates=250)) for k in reversed(ks)}


def _descended(v, dates, k, *, eta, n_updates):
    X, y = _table(v, k)
    n = int(np.sum(dates[k:] < _CUT))
    mu, sd = X[:n].mean(axis=0), X[:n].std(axis=0)
    Z = (X - mu) / np.where(sd == 0, 1, sd)
    w, b = np.zeros(k), 0.0
    for _ in range(n_updates):
        e = Z[:n] @ w + b - y[:n]
        w, b = w - eta * 2 * e @ Z[:n] / n, b - eta * 2 * e.mean()
    e = Z @ w + b - y
    return _mean_size(e[:n]), _mean_size(e[n:])


@variant(compare_days)
def days_labels_scaled_and_back(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _table(v, k)
        early = dates[k:] < _CUT
        mean, unit = y[early].mean(), y[early].std()
        mu, sd = X[early].mean(axis=0), X[early].std(axis=0)
        A = (X - mu) / np.where(sd == 0, 1, sd)
        t = (y - mean) / unit
        H = A[early].T @ A[early] + 1e-9 * np.eye(k)
        e = (A @ np.linalg.solve(H, A[early].T @ t[early]) - t) * unit
        table[int(k)] = (_mean_size(e[early]), _mean_size(e[~early]))
    return table


@variant(compare_days)
def days_pseudo_inverse(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _table(v, k)
        old, new = dates[k:] < _CUT, dates[k:] >= _CUT
        A = np.c_[np.ones(len(X)), X]
        theta = np.linalg.pinv(A[old]) @ y[old]
        table[k] = np.array([_mean_size(A[part] @ theta - y[part]) for part in (old, new)])
    return table


@variant(compare_days)
def days_bias_first(v, dates, ks=(1, 7, 28, 56)):
    table = {}
    for k in ks:
        X, y = _table(v, k)
        early = dates[k:] < _CUT
        mu, sd = X[early].mean(axis=0), X[early].std(axis=0)
        Z, w, b = (X - mu) / np.where(sd == 0, 1, sd), np.zeros(k), y[early].mean()
        for _ in range(500):
            e = Z[early] @ w + b - y[early]
            w = w - 0.04 * 2 * e @ Z[early] / early.sum()
        e = Z @ w + b - y
        table[k] = (float(_mean_size(e[early])), float(_mean_size(e[~early])))
    return table


@variant(compare_days)
def days_numpy_keys(v, dates, ks=(1, 7, 28, 56)):
    return {k: _descended(v, dates, int(k), eta=0.05, n_updates=400) for k in np.asarray(ks)}
