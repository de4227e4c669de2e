"""Right answers written differently: each of them must earn full marks."""

from itertools import pairwise

import numpy as np
from checks import (
    accuracy,
    confusion,
    depth_table,
    init_params,
    overfit_tiny,
    predict_class,
    train_classifier,
    train_drawer,
    train_spiral,
)
from layers import cross_entropy, net_backward, net_forward

from grader.authoring import variant

# --- 9.1 init_params -----------------------------------------------------------------------


@variant(init_params)
def he_normal(sizes, rng):
    params = {}
    for i, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        params[f"W{i}"] = rng.normal(0.0, (2 / n_in) ** 0.5, (n_out, n_in))
        params[f"b{i}"] = np.zeros(n_out)
    return params


@variant(init_params)
def he_uniform(sizes, rng):
    params = {}
    for i in range(len(sizes) - 1):
        limit = np.sqrt(6.0 / sizes[i])
        params[f"W{i + 1}"] = rng.uniform(-limit, limit, size=(sizes[i + 1], sizes[i]))
        params[f"b{i + 1}"] = np.zeros((sizes[i + 1],))
    return params


@variant(init_params)
def he_weights_first(sizes, rng):
    pairs = list(enumerate(pairwise(sizes), 1))
    weights = {f"W{i}": rng.standard_normal((o, n)) * np.sqrt(2 / n) for i, (n, o) in pairs}
    return weights | {f"b{i}": np.zeros(o) for i, (_, o) in pairs}


@variant(init_params)
def he_transposed_draw(sizes, rng):
    params = {}
    for i, n_in in enumerate(sizes[:-1], 1):
        params[f"W{i}"] = (rng.normal(size=(n_in, sizes[i])) / np.sqrt(n_in / 2)).T
        params[f"b{i}"] = np.array([0.0] * sizes[i])
    return params


@variant(init_params)
def he_last_layer_first(sizes, rng):
    params = {}
    for i in range(len(sizes) - 1, 0, -1):
        params[f"b{i}"] = 0.0 * np.arange(sizes[i])
        params[f"W{i}"] = rng.normal(scale=np.sqrt(2 / sizes[i - 1]), size=(sizes[i], sizes[i - 1]))
    return params


@variant(init_params)
def he_row_by_row(sizes, rng):
    params = {}
    for i in range(1, len(sizes)):
        rows = [rng.normal(size=sizes[i - 1]) for _ in range(sizes[i])]
        params[f"W{i}"] = np.array(rows) * np.sqrt(2.0 / sizes[i - 1])
        params[f"b{i}"] = np.zeros(sizes[i], dtype=np.float64)
    return params


# --- ways to train -------------------------------------------------------------------------


def _he(sizes, rng):
    return he_normal.function(sizes, rng)


def _gradients(params, X, y, loss):
    Z, caches = net_forward(params, X, "relu")
    return net_backward(params, caches, loss(Z, y)[1])


def _plain(params, X, y, loss, rng, eta, epochs, batch):
    """Plain mini-batches with a constant learning rate."""
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for rows in np.split(order, range(batch, len(X), batch)):
            grads = _gradients(params, X[rows], y[rows], loss)
            params = {key: params[key] - eta * grads[key] for key in params}
    return params


def _momentum(params, X, y, loss, rng, eta, epochs, batch):
    speed = dict.fromkeys(params, 0.0)
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            grads = _gradients(params, X[rows], y[rows], loss)
            speed = {k: 0.9 * speed[k] + grads[k] for k in params}
            params = {k: params[k] - eta * (1 - epoch / epochs) * speed[k] for k in params}
    return params


def _adam(params, X, y, loss, rng, eta, epochs, batch):
    m, v, t = dict.fromkeys(params, 0.0), dict.fromkeys(params, 0.0), 0
    for epoch in range(epochs):
        order = np.argsort(rng.random(len(X)))
        for first in range(0, len(X), batch):
            rows, t = order[first : first + batch], t + 1
            grads = _gradients(params, X[rows], y[rows], loss)
            for k in params:
                m[k] = 0.9 * m[k] + 0.1 * grads[k]
                v[k] = 0.99 * v[k] + 0.01 * grads[k] ** 2
            scale = eta * (1 - epoch / epochs) * np.sqrt(1 - 0.99**t) / (1 - 0.9**t)
            params = {k: params[k] - scale * m[k] / (np.sqrt(v[k]) + 1e-8) for k in params}
    return params


def _full(params, X, y, loss, rng, eta, epochs, batch):
    """All examples in every update."""
    return _momentum(params, X, y, loss, rng, eta, epochs, len(X))


def _single(params, X, y, loss, rng, eta, epochs, batch):
    """Momentum in single precision."""
    params = {k: v.astype(np.float32) for k, v in params.items()}
    X = X.astype(np.float32)
    found = _momentum(params, X, y, loss, rng, np.float32(eta), epochs, batch)
    return {k: v.astype(np.float32) for k, v in found.items()}


def _by_hand(params, X, y, slope, rng, eta, epochs, batch):
    """No function of 08: forward and backward of any depth in one loop, with momentum."""
    depth = len(params) // 2
    speed = dict.fromkeys(params, 0.0)
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            acts = [X[rows]]
            for i in range(1, depth + 1):
                Z = acts[-1] @ params[f"W{i}"].T + params[f"b{i}"]
                acts.append(np.maximum(Z, 0) if i < depth else Z)
            d = slope(acts[-1], y[rows])
            for i in range(depth, 0, -1):
                grads = {f"W{i}": d.T @ acts[i - 1], f"b{i}": d.sum(axis=0)}
                d = d @ params[f"W{i}"] * (acts[i - 1] > 0)
                for k, g in grads.items():
                    speed[k] = 0.9 * speed[k] - eta * (1 - epoch / epochs) * g
                    params[k] = params[k] + speed[k]
    return params


def _softmax_slope(Z, y):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    return (P - np.eye(Z.shape[1])[y]) / len(y)


def _pixels(Z, Y):
    return 0.0, (0.5 * (1 + np.tanh(Z / 2)) - Y) / len(Z)


def _squares(Z, y):
    return 0.0, 2.0 * (Z - y) / Z.size


# --- 9.2 overfit_tiny ----------------------------------------------------------------------


@variant(overfit_tiny)
def tiny_as_measured(X, y):
    rng = np.random.default_rng(1)
    params = _he((64, 64, 10), rng)
    for _ in range(400):
        grads = _gradients(params, X, y, cross_entropy)
        params = {k: params[k] - 0.5 * grads[k] for k in params}
    return params


@variant(overfit_tiny)
def tiny_momentum(X, y):
    rng = np.random.default_rng(2)
    return _momentum(_he((64, 32, 10), rng), X, y, cross_entropy, rng, 0.1, 300, 20)


@variant(overfit_tiny)
def tiny_adam(X, y):
    rng = np.random.default_rng(3)
    return _adam(_he((64, 50, 10), rng), X, y, cross_entropy, rng, 0.01, 200, 20)


@variant(overfit_tiny)
def tiny_deep(X, y):
    rng = np.random.default_rng(4)
    return _momentum(_he((64, 40, 40, 10), rng), X, y, cross_entropy, rng, 0.05, 300, 10)


@variant(overfit_tiny)
def tiny_until_it_fits(X, y):
    params = _he((64, 64, 10), np.random.default_rng(5))
    for _ in range(5000):
        Z, caches = net_forward(params, X, "relu")
        loss, dZ = cross_entropy(Z, y)
        if loss < 0.005:
            break
        grads = net_backward(params, caches, dZ)
        params = {k: params[k] - 0.3 * grads[k] for k in params}
    return params


@variant(overfit_tiny)
def tiny_by_hand(X, y):
    rng = np.random.default_rng(6)
    return _by_hand(_he((64, 64, 10), rng), X, y, _softmax_slope, rng, 0.1, 300, 20)


# --- 9.3 train_classifier ------------------------------------------------------------------


@variant(train_classifier)
def classifier_plain(X, y, rng):
    return _plain(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 0.3, 40, 20)


@variant(train_classifier)
def classifier_adam(X, y, rng):
    return _adam(_he((64, 100, 10), rng), X, y, cross_entropy, rng, 0.003, 20, 50)


@variant(train_classifier)
def classifier_deep(X, y, rng):
    return _momentum(_he((64, 100, 60, 10), rng), X, y, cross_entropy, rng, 0.05, 20, 32)


@variant(train_classifier)
def classifier_single_precision(X, y, rng):
    return _single(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 0.05, 20, 32)


@variant(train_classifier)
def classifier_full_batch(X, y, rng):
    return _full(_he((64, 64, 10), rng), X, y, cross_entropy, rng, 0.5, 400, 0)


@variant(train_classifier)
def classifier_by_hand(X, y, rng):
    return _by_hand(_he((64, 80, 10), rng), X, y, _softmax_slope, rng, 0.05, 20, 32)


# --- 9.4 predict_class, accuracy, confusion ------------------------------------------------


@variant(predict_class)
def class_method(Z):
    return Z.argmax(axis=-1)


@variant(predict_class)
def class_loop(Z):
    return [int(np.argmax(row)) for row in Z]


@variant(predict_class)
def class_sorted(Z):
    return np.argsort(Z, axis=1)[:, -1]


@variant(predict_class)
def class_of_probabilities(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return np.argmax(E / E.sum(axis=1, keepdims=True), axis=1) if np.ptp(Z) < 100 else Z.argmax(1)


@variant(predict_class)
def class_compared(Z):
    return np.nonzero(Z == Z.max(axis=1, keepdims=True))[1]


@variant(predict_class)
def class_floats(Z):
    return np.argmax(Z, axis=1).astype(float)


@variant(accuracy)
def share_counted(y_pred, y):
    return np.count_nonzero(y_pred == y) / len(y)


@variant(accuracy)
def share_loop(y_pred, y):
    return sum(int(p == t) for p, t in zip(y_pred, y, strict=True)) / len(y)


@variant(accuracy)
def share_from_wrong(y_pred, y):
    return 1.0 - np.mean(y_pred != y)


@variant(accuracy)
def share_sum(y_pred, y):
    return np.sum(np.equal(y_pred, y)) / y.size


@variant(accuracy)
def share_numpy(y_pred, y):
    return np.mean((np.asarray(y_pred) - np.asarray(y)) == 0)


@variant(accuracy)
def share_zero_dimensional(y_pred, y):
    return np.array((y_pred == y).astype(float).mean())


@variant(confusion)
def table_loop(y_pred, y, n_classes):
    table = np.zeros((n_classes, n_classes))
    for p, t in zip(y_pred, y, strict=True):
        table[t, p] += 1
    return table


@variant(confusion)
def table_bincount(y_pred, y, n_classes):
    flat = np.bincount(y * n_classes + y_pred, minlength=n_classes**2)
    return flat.reshape(n_classes, n_classes)


@variant(confusion)
def table_one_hot(y_pred, y, n_classes):
    return np.eye(n_classes)[y].T @ np.eye(n_classes)[y_pred]


@variant(confusion)
def table_lists(y_pred, y, n_classes):
    return [[int(np.sum((y == t) & (y_pred == p))) for p in range(n_classes)]
            for t in range(n_classes)]  # fmt: skip


@variant(confusion)
def table_histogram(y_pred, y, n_classes):
    edges = np.arange(n_classes + 1) - 0.5
    return np.histogram2d(y, y_pred, bins=(edges, edges))[0]


@variant(confusion)
def table_unique(y_pred, y, n_classes):
    table = np.zeros((n_classes, n_classes), dtype=int)
    if len(y):
        pairs, counts = np.unique(np.stack([y, y_pred], axis=1), axis=0, return_counts=True)
        table[pairs[:, 0], pairs[:, 1]] = counts
    return table


# --- 9.5 train_spiral ----------------------------------------------------------------------


@variant(train_spiral)
def spiral_adam(X, y, rng):
    return _adam(_he((2, 40, 40, 2), rng), X, y, cross_entropy, rng, 0.01, 250, 30)


@variant(train_spiral)
def spiral_wide(X, y, rng):
    return _momentum(_he((2, 64, 64, 2), rng), X, y, cross_entropy, rng, 0.1, 250, 32)


@variant(train_spiral)
def spiral_three_layers(X, y, rng):
    return _momentum(_he((2, 32, 32, 32, 2), rng), X, y, cross_entropy, rng, 0.05, 300, 32)


@variant(train_spiral)
def spiral_plain(X, y, rng):
    return _plain(_he((2, 64, 64, 2), rng), X, y, cross_entropy, rng, 0.5, 400, 30)


@variant(train_spiral)
def spiral_single_precision(X, y, rng):
    return _single(_he((2, 64, 48, 2), rng), X, y, cross_entropy, rng, 0.1, 300, 32)


@variant(train_spiral)
def spiral_by_hand(X, y, rng):
    return _by_hand(_he((2, 64, 64, 2), rng), X, y, _softmax_slope, rng, 0.1, 300, 32)


# --- 9.6 train_drawer ----------------------------------------------------------------------


@variant(train_drawer)
def drawer_adam(T, Y):
    rng = np.random.default_rng(1)
    return _adam(_he((16, 64, 64), rng), T, Y, _pixels, rng, 0.01, 300, 16)


@variant(train_drawer)
def drawer_wide(T, Y):
    rng = np.random.default_rng(2)
    return _momentum(_he((16, 128, 64), rng), T, Y, _pixels, rng, 0.1, 250, 16)


@variant(train_drawer)
def drawer_deep(T, Y):
    rng = np.random.default_rng(3)
    return _momentum(_he((16, 64, 64, 64), rng), T, Y, _pixels, rng, 0.05, 400, 16)


@variant(train_drawer)
def drawer_full_batch(T, Y):
    rng = np.random.default_rng(4)
    return _full(_he((16, 96, 64), rng), T, Y, _pixels, rng, 0.2, 1200, 0)


@variant(train_drawer)
def drawer_plain(T, Y):
    rng = np.random.default_rng(5)
    return _plain(_he((16, 96, 64), rng), T, Y, _pixels, rng, 0.5, 500, 10)


@variant(train_drawer)
def drawer_by_hand(T, Y):
    rng = np.random.default_rng(6)
    slope = lambda Z, Y: _pixels(Z, Y)[1]
    return _by_hand(_he((16, 80, 64), rng), T, Y, slope, rng, 0.1, 300, 16)


# --- 9.7 depth_table -----------------------------------------------------------------------


def _filled(train, width, eta, epochs, batch):
    def fill(X_tr, y_tr, X_te, y_te, depths, rng):
        table = {}
        for depth in depths:
            start = _he((X_tr.shape[1], *[width] * depth, 1), rng)
            params = train(start, X_tr, y_tr[:, None], _squares, rng, eta, epochs, batch)
            table[depth] = tuple(
                np.mean(np.abs(net_forward(params, X, "relu")[0][:, 0] - y))
                for X, y in ((X_tr, y_tr), (X_te, y_te))
            )
        return table

    return fill


@variant(depth_table)
def table_adam(X_tr, y_tr, X_te, y_te, depths, rng):
    return _filled(_adam, 64, 0.01, 40, 32)(X_tr, y_tr, X_te, y_te, depths, rng)


@variant(depth_table)
def table_wide(X_tr, y_tr, X_te, y_te, depths, rng):
    return _filled(_momentum, 100, 0.01, 40, 32)(X_tr, y_tr, X_te, y_te, depths, rng)


@variant(depth_table)
def table_plain(X_tr, y_tr, X_te, y_te, depths, rng):
    return _filled(_plain, 64, 0.01, 90, 20)(X_tr, y_tr, X_te, y_te, depths, rng)


@variant(depth_table)
def table_of_lists(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _filled(_momentum, 64, 0.01, 40, 32)(X_tr, y_tr, X_te, y_te, depths, rng)
    return {depth: list(pair) for depth, pair in table.items()}


@variant(depth_table)
def table_of_arrays(X_tr, y_tr, X_te, y_te, depths, rng):
    table = _filled(_momentum, 48, 0.02, 50, 50)(X_tr, y_tr, X_te, y_te, depths[::-1], rng)
    return {int(depth): np.array(table[depth]) for depth in depths}


@variant(depth_table)
def table_small_batches(X_tr, y_tr, X_te, y_te, depths, rng):
    return _filled(_momentum, 40, 0.005, 40, 16)(X_tr, y_tr, X_te, y_te, depths, rng)
