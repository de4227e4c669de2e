"""Right answers written differently: each of them must earn full marks."""

import math
from functools import reduce
from itertools import product
from typing import NamedTuple

import numpy as np
from checks import best_on_grid, error_surface, loss_at, mae, mse, predict

from grader.authoring import variant

# --- 1.1 predict ---------------------------------------------------------------------------


@variant(predict)
def predict_loop(x, w, b):
    y_pred = []
    for value in x:
        y_pred.append(b + w * value)
    return y_pred


@variant(predict)
def predict_into_zeros(x, w, b):
    y_pred = np.zeros(len(x))
    for i in range(len(x)):
        y_pred[i] = w * x[i] + b
    return y_pred


@variant(predict)
def predict_with_matrix(x, w, b):
    return np.column_stack([np.ones(x.size), x]) @ np.array([b, w])


@variant(predict)
def predict_polyval(x, w, b):
    return np.polyval([w, b], x)


@variant(predict)
def predict_numpy_words(x, w, b):
    return np.add(np.multiply(w, x), b)


@variant(predict)
def predict_tuple(x, w, b):
    return tuple(float(w * v + b) for v in x)


@variant(predict)
def predict_einsum(x, w, b):
    return np.einsum("n,->n", np.asarray(x, dtype=float), w) + b


# --- 1.2 mae -------------------------------------------------------------------------------


@variant(mae)
def mae_loop(y_pred, y):
    total = 0.0
    for p, t in zip(y_pred, y, strict=True):
        total += abs(p - t)
    return total / len(y)


@variant(mae)
def mae_method(y_pred, y):
    return np.abs(y - y_pred).mean()


@variant(mae)
def mae_zero_dimensional(y_pred, y):
    return np.array(np.mean(np.absolute(y_pred - y)))


@variant(mae)
def mae_one_entry(y_pred, y):
    return np.mean(np.abs(y_pred - y), keepdims=True)


@variant(mae)
def mae_root_of_square(y_pred, y):
    return np.sqrt((y_pred - y) ** 2).sum() / y.shape[0]


@variant(mae)
def mae_norm(y_pred, y):
    return np.linalg.norm(y_pred - y, ord=1) / y.size


@variant(mae)
def mae_larger_minus_smaller(y_pred, y):
    return float(np.average(np.maximum(y_pred, y) - np.minimum(y_pred, y)))


@variant(mae)
def mae_exact_sum(y_pred, y):
    return math.fsum(abs(e) for e in y_pred - y) / len(y)


# --- 1.3 mse -------------------------------------------------------------------------------


@variant(mse)
def mse_loop(y_pred, y):
    total = 0
    for i in range(len(y)):
        total = total + (y[i] - y_pred[i]) ** 2
    return total / len(y)


@variant(mse)
def mse_dot(y_pred, y):
    e = y_pred - y
    return e @ e / e.size


@variant(mse)
def mse_einsum(y_pred, y):
    return np.einsum("n,n->", y_pred - y, y_pred - y) / len(y)


@variant(mse)
def mse_square(y_pred, y):
    return np.square(np.subtract(y_pred, y)).mean()


@variant(mse)
def mse_norm(y_pred, y):
    return np.linalg.norm(y_pred - y) ** 2 / len(y)


@variant(mse)
def mse_var_plus_mean(y_pred, y):
    e = y_pred - y
    return np.var(e) + np.mean(e) ** 2


@variant(mse)
def mse_one_by_one(y_pred, y):
    e = (y_pred - y).reshape(-1, 1)
    return e.T @ e / len(e)


@variant(mse)
def mse_reduce(y_pred, y):
    return reduce(lambda total, e: total + e * e, y_pred - y, 0.0) / len(y)


# --- 1.4 loss_at ---------------------------------------------------------------------------


def _mean_size(y_pred, y):
    return np.mean(np.abs(y_pred - y))


@variant(loss_at)
def loss_at_inline(w, b, x, y, loss=_mean_size):
    return loss(w * x + b, y)


@variant(loss_at)
def loss_at_none(w, b, x, y, loss=None):
    if loss is None:
        loss = _mean_size
    return loss(b + x * w, y)


@variant(loss_at)
def loss_at_float(w, b, x, y, loss=_mean_size):
    y_pred = np.array([b + w * v for v in x])
    return float(loss(y_pred, y))


@variant(loss_at)
def loss_at_one_entry(w, b, x, y, loss=_mean_size):
    return np.array([loss(np.polyval([w, b], x), y)])


@variant(loss_at)
def loss_at_zero_dimensional(w, b, x, y, loss=_mean_size):
    return np.asarray(loss(np.vstack([x, np.ones_like(x)]).T.dot([w, b]), y))


@variant(loss_at)
def loss_at_annotated(w: float, b: float, x: np.ndarray, y: np.ndarray, loss=_mean_size) -> float:
    y_pred: np.ndarray = np.add(b, np.multiply(w, x))
    value = loss(y_pred, y)
    return np.float64(value)


# --- 1.5 error_surface ---------------------------------------------------------------------


@variant(error_surface)
def surface_list_of_lists(ws, bs, x, y, loss):
    return [[loss(b + w * x, y) for w in ws] for b in bs]


@variant(error_surface)
def surface_transposed_loops(ws, bs, x, y, loss):
    S = np.zeros((len(ws), len(bs)))
    for j in range(len(ws)):
        for i in range(len(bs)):
            S[j, i] = loss(ws[j] * x + bs[i], y)
    return S.T


@variant(error_surface)
def surface_meshgrid(ws, bs, x, y, loss):
    W, B = np.meshgrid(ws, bs)
    S = [loss(b + w * x, y) for w, b in zip(W.ravel(), B.ravel(), strict=True)]
    return np.array(S).reshape(W.shape)


@variant(error_surface)
def surface_broadcast_predictions(ws, bs, x, y, loss):
    predictions = bs[:, None, None] + ws[None, :, None] * x
    return np.apply_along_axis(loss, 2, predictions, y)


@variant(error_surface)
def surface_product(ws, bs, x, y, loss):
    flat = [loss(b + w * x, y) for b, w in product(bs, ws)]
    return np.reshape(flat, (bs.size, ws.size))


@variant(error_surface)
def surface_vectorize(ws, bs, x, y, loss):
    point = np.vectorize(lambda b, w: float(loss(b + w * x, y)), otypes=[float])
    return point(np.asarray(bs)[:, None], np.asarray(ws)[None, :])


@variant(error_surface)
def surface_rows_appended(ws, bs, x, y, loss):
    rows = []
    for b in bs:
        row = []
        for w in ws:
            row.append(float(loss(b + w * x, y)))
        rows.append(row)
    return np.array(rows)


# --- 1.6 best_on_grid ----------------------------------------------------------------------


class Best(NamedTuple):
    w: float
    b: float
    L: float


@variant(best_on_grid)
def best_named_tuple(S, ws, bs):
    i, j = divmod(int(np.argmin(S)), S.shape[1])
    return Best(ws[j], bs[i], S[i, j])


@variant(best_on_grid)
def best_loop(S, ws, bs):
    best = (None, None, float("inf"))
    for i, b in enumerate(bs):
        for j, w in enumerate(ws):
            if S[i, j] < best[2]:
                best = (w, b, S[i, j])
    return best


@variant(best_on_grid)
def best_where(S, ws, bs):
    rows, columns = np.where(S == S.min())
    return ws[columns[0]], bs[rows[0]], S.min()


@variant(best_on_grid)
def best_where_arrays(S, ws, bs):
    rows, columns = np.where(np.min(S) == S)
    return ws[columns], bs[rows], S[rows, columns]


@variant(best_on_grid)
def best_list(S, ws, bs):
    index = np.argmin(S.flatten())
    return [ws[index % len(ws)], bs[index // len(ws)], S.flatten()[index]]


@variant(best_on_grid)
def best_array(S, ws, bs):
    row = int(np.argmin(S.min(axis=1)))
    column = int(np.argmin(S[row]))
    return np.array([ws[column], bs[row], S[row, column]])


@variant(best_on_grid)
def best_sorted(S, ws, bs):
    points = [(S[i, j], ws[j], bs[i]) for i in range(len(bs)) for j in range(len(ws))]
    low, w, b = min(points, key=lambda point: point[0])
    return w, b, low


@variant(best_on_grid)
def best_last_of_equals(S, ws, bs):
    best = (ws[0], bs[0], S[0, 0])
    for i in range(len(bs)):
        for j in range(len(ws)):
            if S[i, j] <= best[2]:
                best = (ws[j], bs[i], S[i, j])
    return best
