"""Right answers written differently: each of them must earn full marks."""

import math
from typing import NamedTuple

import numpy as np
from checks import (
    affine_backward,
    affine_forward,
    cross_entropy,
    mse_loss,
    net_backward,
    net_forward,
    relu_backward,
    relu_forward,
    sigmoid_backward,
    sigmoid_forward,
    softmax,
)

from grader.authoring import variant

# --- 8.1 affine_forward --------------------------------------------------------------------


@variant(affine_forward)
def affine_loops(X, W, b):
    Z = np.zeros((len(X), len(W)))
    for n in range(len(X)):
        for i in range(len(W)):
            Z[n, i] = b[i]
            for j in range(W.shape[1]):
                Z[n, i] += W[i, j] * X[n, j]
    return Z, (X, W, b)


@variant(affine_forward)
def affine_einsum(X, W, b):
    return np.einsum("ni,oi->no", X, W) + b, (X, W)


@variant(affine_forward)
def affine_columns(X, W, b):
    return (W @ X.T + b[:, np.newaxis]).T, {"X": X, "W": W}


@variant(affine_forward)
def affine_stacked_ones(X, W, b):
    ones = np.ones((X.shape[0], 1))
    return np.hstack([X, ones]) @ np.hstack([W, b[:, None]]).T, [X, W]


@variant(affine_forward)
def affine_rows_as_lists(X, W, b):
    return [[float(np.dot(w, x) + bias) for w, bias in zip(W, b, strict=True)] for x in X], (X, W)


@variant(affine_forward)
def affine_returns_list(X, W, b):
    Z = np.matmul(X, np.transpose(W))
    Z += b.reshape(1, -1)
    return [Z, (X.copy(), W.copy())]


@variant(affine_forward)
def affine_tensordot(X, W, b):
    return np.tensordot(X, W, axes=(1, 1)) + np.broadcast_to(b, (len(X), len(b))), None


# --- 8.1 affine_backward -------------------------------------------------------------------


@variant(affine_backward)
def affine_back_einsum(dZ, cache):
    X, W = cache
    return (
        np.einsum("no,oi->ni", dZ, W),
        np.einsum("no,ni->oi", dZ, X),
        np.einsum("no->o", dZ),
    )


@variant(affine_backward)
def affine_back_outer_products(dZ, cache):
    X, W = cache
    dW = np.zeros(W.shape)
    for dz, x in zip(dZ, X, strict=True):
        dW += np.outer(dz, x)
    return dZ.dot(W), dW, np.ones(len(dZ)) @ dZ


@variant(affine_backward)
def affine_back_loops(dZ, cache):
    X, W = cache
    (n_rows, n_out), n_in = dZ.shape, X.shape[1]
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(n_out)
    for n in range(n_rows):
        for i in range(n_out):
            db[i] += dZ[n, i]
            for j in range(n_in):
                dX[n, j] += dZ[n, i] * W[i, j]
                dW[i, j] += dZ[n, i] * X[n, j]
    return dX, dW, db


@variant(affine_backward)
def affine_back_row_of_biases(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0, keepdims=True)


class Slopes(NamedTuple):
    dX: np.ndarray
    dW: np.ndarray
    db: np.ndarray


@variant(affine_backward)
def affine_back_named_tuple(dZ, cache):
    X, W = cache
    return Slopes(np.dot(dZ, W), np.dot(X.T, dZ).T, np.add.reduce(dZ))


def _affine_in_a_dict(X, W, b):
    return X @ W.T + b, {"input": X.copy(), "weights": W.copy(), "bias": b}


@variant(affine_backward, affine_forward=_affine_in_a_dict)
def affine_back_dict_cache(dZ, cache):
    dX = dZ @ cache["weights"]
    dW = (cache["input"].T @ dZ).T
    return [dX, dW, np.sum(dZ, 0)]


def _affine_with_closure(X, W, b):
    def send_back(dZ):
        return dZ @ W, dZ.T @ X, dZ.sum(axis=0)

    return X @ W.T + b, send_back


@variant(affine_backward, affine_forward=_affine_with_closure)
def affine_back_closure(dZ, cache):
    return cache(dZ)


# --- 8.2 sigmoid_forward -------------------------------------------------------------------


@variant(sigmoid_forward)
def sigmoid_plain(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, A


@variant(sigmoid_forward)
def sigmoid_from_tanh(Z):
    A = 0.5 * (1 + np.tanh(Z / 2))
    return A, (Z, A)


@variant(sigmoid_forward)
def sigmoid_from_logaddexp(Z):
    return np.exp(-np.logaddexp(0, -Z)), Z


@variant(sigmoid_forward)
def sigmoid_masks(Z):
    A = np.empty(Z.shape)
    right = Z >= 0
    A[right] = 1 / (1 + np.exp(-Z[right]))
    e = np.exp(Z[~right])
    A[~right] = e / (1 + e)
    return A, A


@variant(sigmoid_forward)
def sigmoid_loop(Z):
    def one(z):
        return 1 / (1 + math.exp(-z)) if z > -700 else 0.0

    A = [[one(z) for z in row] for row in Z]
    return A, np.array(A)


@variant(sigmoid_forward)
def sigmoid_clipped_far_out(Z):
    A = 1.0 / (1.0 + np.exp(-np.clip(Z, -500, 500)))
    return A, {"A": A}


@variant(sigmoid_forward)
def sigmoid_one_minus(Z):
    return 1 - 1 / (1 + np.exp(Z)), None


# --- 8.2 sigmoid_backward ------------------------------------------------------------------


@variant(sigmoid_backward)
def sigmoid_back_product(dA, cache):
    return np.multiply(dA, np.multiply(cache, 1 - cache))


@variant(sigmoid_backward)
def sigmoid_back_square(dA, cache):
    return dA * (cache - cache**2)


@variant(sigmoid_backward)
def sigmoid_back_loop(dA, cache):
    rows = zip(dA, cache, strict=True)
    return [[d * a * (1 - a) for d, a in zip(slopes, row, strict=True)] for slopes, row in rows]


def _sigmoid_keeping_z(Z):
    return 1 / (1 + np.exp(-Z)), Z


@variant(sigmoid_backward, sigmoid_forward=_sigmoid_keeping_z)
def sigmoid_back_from_z(dA, cache):
    s = 1 / (1 + np.exp(-cache))
    return dA * s * (1 - s)


@variant(sigmoid_backward, sigmoid_forward=_sigmoid_keeping_z)
def sigmoid_back_from_tanh(dA, cache):
    return dA * 0.25 * (1 - np.tanh(cache / 2) ** 2)


@variant(sigmoid_backward, sigmoid_forward=_sigmoid_keeping_z)
def sigmoid_back_from_exponentials(dA, cache):
    e = np.exp(-np.abs(cache))
    return dA * (e / (1 + e) ** 2)


def _sigmoid_keeping_the_gain(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, [A * (1 - A)]


@variant(sigmoid_backward, sigmoid_forward=_sigmoid_keeping_the_gain)
def sigmoid_back_amplifier(dA, cache):
    (gain,) = cache
    return gain * dA


# --- 8.2 relu_forward ----------------------------------------------------------------------


@variant(relu_forward)
def relu_where(Z):
    return np.where(Z > 0, Z, 0), Z


@variant(relu_forward)
def relu_product(Z):
    return Z * (Z > 0), Z


@variant(relu_forward)
def relu_half_of_sum(Z):
    return (np.abs(Z) + Z) / 2, {"Z": Z}


@variant(relu_forward)
def relu_clip(Z):
    return np.clip(Z, 0, None), Z.copy()


@variant(relu_forward)
def relu_copy_and_mask(Z):
    A = Z.copy()
    A[A < 0] = 0
    return A, A


@variant(relu_forward)
def relu_loop(Z):
    return [[z if z > 0 else 0.0 for z in row] for row in Z.tolist()], None


@variant(relu_forward)
def relu_fmax(Z):
    return np.fmax(0.0, Z), np.sign(Z)


# --- 8.2 relu_backward ---------------------------------------------------------------------


@variant(relu_backward)
def relu_back_where(dA, cache):
    return np.where(cache, dA, 0.0)


@variant(relu_backward)
def relu_back_copy_and_mask(dA, cache):
    dZ = dA.copy()
    dZ[~cache] = 0
    return dZ


def _relu_keeping_z(Z):
    return np.maximum(0, Z), Z


@variant(relu_backward, relu_forward=_relu_keeping_z)
def relu_back_open_at_zero(dA, cache):
    return dA * (cache >= 0)


@variant(relu_backward, relu_forward=_relu_keeping_z)
def relu_back_heaviside(dA, cache):
    return dA * np.heaviside(cache, 0.5)


@variant(relu_backward, relu_forward=_relu_keeping_z)
def relu_back_loop(dA, cache):
    dZ = np.zeros(dA.shape)
    for n, row in enumerate(cache):
        for i, z in enumerate(row):
            if z > 0:
                dZ[n, i] = dA[n, i]
    return dZ


def _relu_keeping_a(Z):
    A = np.maximum(0, Z)
    return A, (A,)


@variant(relu_backward, relu_forward=_relu_keeping_a)
def relu_back_from_the_output(dA, cache):
    (A,) = cache
    return np.sign(A) * dA


def _relu_keeping_indices(Z):
    closed = np.nonzero(Z <= 0)
    return np.maximum(0, Z), {"closed": closed, "shape": Z.shape}


@variant(relu_backward, relu_forward=_relu_keeping_indices)
def relu_back_from_indices(dA, cache):
    gate = np.ones(cache["shape"])
    gate[cache["closed"]] = 0
    return gate * dA


# --- 8.3 mse_loss --------------------------------------------------------------------------


@variant(mse_loss)
def loss_size(Y_pred, Y):
    E = Y_pred - Y
    return np.mean(np.square(E)), 2 * E / Y.size


@variant(mse_loss)
def loss_loops(Y_pred, Y):
    n_rows, n_out = Y.shape
    total, dY = 0.0, np.zeros(Y.shape)
    for n in range(n_rows):
        for o in range(n_out):
            e = Y_pred[n, o] - Y[n, o]
            total += e**2
            dY[n, o] = 2 * e / (n_rows * n_out)
    return total / (n_rows * n_out), dY


@variant(mse_loss)
def loss_label_first(Y_pred, Y):
    E = Y - Y_pred
    return float((E**2).sum() / np.prod(E.shape)), -2 / np.prod(E.shape) * E


@variant(mse_loss)
def loss_norm(Y_pred, Y):
    E = Y_pred - Y
    return np.linalg.norm(E) ** 2 / E.size, [[2 * e / E.size for e in row] for row in E]


@variant(mse_loss)
def loss_einsum(Y_pred, Y):
    E = np.subtract(Y_pred, Y)
    n, o = E.shape
    return np.asarray(np.einsum("no,no->", E, E) / n / o), E * (2 / n / o)


@variant(mse_loss)
def loss_one_by_one(Y_pred, Y):
    E = (Y_pred - Y).reshape(1, -1)
    return [E @ E.T / E.size, (2 * E / E.size).reshape(Y.shape)]


@variant(mse_loss)
def loss_mean_of_row_means(Y_pred, Y):
    E = Y_pred - Y
    return (E**2).mean(axis=1).mean(), 2 * E / len(E) / len(E[0])


# --- 8.4 softmax ---------------------------------------------------------------------------


@variant(softmax)
def softmax_rows(Z):
    rows = []
    for row in Z:
        e = np.exp(row - np.max(row))
        rows.append(e / np.sum(e))
    return np.array(rows)


@variant(softmax)
def softmax_through_logarithms(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


@variant(softmax)
def softmax_transposed(Z):
    E = np.exp(Z.T - Z.max(axis=1))
    return (E / E.sum(axis=0)).T


@variant(softmax)
def softmax_differences(Z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)


@variant(softmax)
def softmax_lists(Z):
    table = []
    for row in Z.tolist():
        top = max(row)
        e = [math.exp(z - top) for z in row]
        table.append([v / sum(e) for v in e])
    return table


@variant(softmax)
def softmax_apply_along_axis(Z):
    def one(row):
        e = np.exp(row - row.max())
        return e / e.sum()

    return np.apply_along_axis(one, -1, np.asarray(Z, dtype=float))


@variant(softmax)
def softmax_einsum(Z):
    E = np.exp(Z - np.amax(Z, axis=-1)[:, np.newaxis])
    return np.einsum("nc,n->nc", E, 1 / E.sum(axis=-1))


# --- 8.5 cross_entropy ---------------------------------------------------------------------


@variant(cross_entropy)
def cross_entropy_rows(Z, y):
    total, dZ = 0.0, np.zeros(Z.shape)
    for n in range(len(y)):
        top = Z[n].max()
        e = np.exp(Z[n] - top)
        total += top + np.log(e.sum()) - Z[n, y[n]]
        dZ[n] = e / e.sum()
        dZ[n, y[n]] -= 1
    return total / len(y), dZ / len(y)


@variant(cross_entropy)
def cross_entropy_one_hot(Z, y):
    T = np.eye(Z.shape[1])[y]
    S = Z - Z.max(axis=1, keepdims=True)
    log_p = S - np.log(np.sum(np.exp(S), axis=1, keepdims=True))
    return -np.sum(T * log_p) / len(T), (np.exp(log_p) - T) / len(T)


@variant(cross_entropy)
def cross_entropy_logaddexp(Z, y):
    log_sum = np.logaddexp.reduce(Z, axis=1)
    rows = np.arange(len(Z))
    P = np.exp(Z - log_sum[:, None])
    P[rows, y] -= 1
    return np.mean(log_sum - Z[rows, y]), P / len(Z)


@variant(cross_entropy)
def cross_entropy_take_along_axis(Z, y):
    S = Z - np.max(Z, axis=1)[:, None]
    log_sum = np.log(np.exp(S).sum(1))
    picked = np.take_along_axis(S, y[:, None], axis=1)[:, 0]
    dZ = np.exp(S - log_sum[:, None])
    np.put_along_axis(dZ, y[:, None], np.take_along_axis(dZ, y[:, None], 1) - 1, 1)
    return float(np.mean(log_sum - picked)), dZ / y.size


@variant(cross_entropy)
def cross_entropy_boolean_mask(Z, y):
    right = np.arange(Z.shape[1]) == y[:, None]
    S = Z - Z.max(1, keepdims=True)
    log_p = S - np.log(np.exp(S).sum(1, keepdims=True))
    return np.asarray(-log_p[right].mean()), (np.exp(log_p) - right) / len(y)


@variant(cross_entropy)
def cross_entropy_lists(Z, y):
    losses, slopes = [], []
    for row, label in zip(Z.tolist(), y.tolist(), strict=True):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(z - top) for z in row))
        losses.append(log_sum - row[label])
        slopes.append([(math.exp(z - log_sum) - (c == label)) / len(y) for c, z in enumerate(row)])
    return [sum(losses) / len(losses), slopes]


@variant(cross_entropy)
def cross_entropy_shifted_by_the_right_score(Z, y):
    right = Z[np.arange(len(y)), y][:, None]
    D = Z - right
    top = D.max(axis=1, keepdims=True)
    log_sum = top + np.log(np.exp(D - top).sum(axis=1, keepdims=True))
    P = np.exp(D - log_sum)
    return log_sum.mean(keepdims=True)[0], (P - np.eye(Z.shape[1])[y]) / len(y)


# --- 8.6 net_forward -----------------------------------------------------------------------


def _sigmoid(Z):
    return 0.5 * (1 + np.tanh(0.5 * Z))


def _relu(Z):
    return np.maximum(Z, 0)


@variant(net_forward)
def net_all_but_last(params, X, act):
    squash = _sigmoid if act == "sigmoid" else _relu
    last = len(params) // 2
    A = X
    for n in range(1, last):
        A = squash(A @ params["W" + str(n)].T + params["b" + str(n)])
    return A @ params[f"W{last}"].T + params[f"b{last}"], None


@variant(net_forward)
def net_while_key_in_params(params, X, act):
    layer, A, caches = 1, X, []
    while f"W{layer}" in params:
        Z = np.einsum("ni,oi->no", A, params[f"W{layer}"]) + params[f"b{layer}"]
        caches.append((A, Z))
        A = {"relu": _relu, "sigmoid": _sigmoid}[act](Z)
        layer += 1
    return Z, caches


@variant(net_forward)
def net_keys_sorted_by_number(params, X, act):
    numbers = sorted(int(key[1:]) for key in params if key[0] == "W")
    A = X
    for n in numbers:
        Z = A @ params[f"W{n}"].T + params[f"b{n}"]
        if n != numbers[-1]:
            A = 1 / (1 + np.exp(-Z)) if act == "sigmoid" else Z * (Z > 0)
    return [Z, {"act": act}]


@variant(net_forward)
def net_columns(params, X, act):
    A, n_layers = X.T, len(params) // 2
    for n in range(n_layers):
        Z = params[f"W{n + 1}"] @ A + params[f"b{n + 1}"][:, None]
        A = _relu(Z) if act == "relu" else _sigmoid(Z)
    return Z.T, (A,)


@variant(net_forward)
def net_row_by_row(params, X, act):
    rows = []
    for x in X:
        a = x
        for n in range(1, len(params) // 2 + 1):
            z = params[f"W{n}"] @ a + params[f"b{n}"]
            a = _relu(z) if act == "relu" else _sigmoid(z)
        rows.append(z)
    return np.array(rows), ()


@variant(net_forward)
def net_recursive(params, X, act):
    def up_to(layer):
        if layer == 0:
            return X
        below = up_to(layer - 1)
        if layer > 1:
            below = _relu(below) if act == "relu" else _sigmoid(below)
        return below @ params[f"W{layer}"].T + params[f"b{layer}"]

    return up_to(len(params) // 2), act


# --- 8.7 net_backward ----------------------------------------------------------------------


def _forward_keeping_a_and_z(params, X, act):
    n_layers = len(params) // 2
    As, Zs = [X], []
    for n in range(1, n_layers + 1):
        Zs.append(As[-1] @ params[f"W{n}"].T + params[f"b{n}"])
        As.append(_relu(Zs[-1]) if act == "relu" else _sigmoid(Zs[-1]))
    return Zs[-1], {"As": As, "Zs": Zs, "act": act}


@variant(net_backward, net_forward=_forward_keeping_a_and_z)
def net_back_from_params(params, caches, dZ):
    grads, n_layers = {}, len(params) // 2
    for n in range(n_layers, 0, -1):
        grads[f"W{n}"] = dZ.T @ caches["As"][n - 1]
        grads[f"b{n}"] = dZ.sum(axis=0)
        if n > 1:
            A, Z = caches["As"][n - 1], caches["Zs"][n - 2]
            gain = (Z > 0) if caches["act"] == "relu" else A * (1 - A)
            dZ = (dZ @ params[f"W{n}"]) * gain
    return grads


@variant(net_backward, net_forward=_forward_keeping_a_and_z)
def net_back_einsum(params, caches, dZ):
    grads = {}
    for n in reversed(range(1, len(params) // 2 + 1)):
        A = caches["As"][n - 1]
        grads["W" + str(n)] = np.einsum("no,ni->oi", dZ, A)
        grads["b" + str(n)] = np.einsum("no->o", dZ)
        dA = np.einsum("no,oi->ni", dZ, params["W" + str(n)])
        dZ = dA * np.sign(A) if caches["act"] == "relu" else dA * (A - A * A)
    return grads


@variant(net_backward, net_forward=_forward_keeping_a_and_z)
def net_back_row_by_row(params, caches, dZ):
    grads = {key: np.zeros(value.shape) for key, value in params.items()}
    for row, slope in enumerate(dZ):
        delta = slope
        for n in range(len(params) // 2, 0, -1):
            a = caches["As"][n - 1][row]
            grads[f"W{n}"] += np.outer(delta, a)
            grads[f"b{n}"] += delta
            gain = (a > 0) if caches["act"] == "relu" else a * (1 - a)
            delta = params[f"W{n}"].T @ delta * gain
    return grads


def _forward_keeping_weights(params, X, act):
    A, kept = X, []
    for n in range(1, len(params) // 2 + 1):
        W = params[f"W{n}"]
        Z = A @ W.T + params[f"b{n}"]
        kept.append((n, A, W.copy()))
        A = _relu(Z) if act == "relu" else _sigmoid(Z)
    return Z, (kept, act == "relu")


@variant(net_backward, net_forward=_forward_keeping_weights)
def net_back_stack(params, caches, dZ):
    kept, is_relu = caches
    pairs = []
    for n, A, W in kept[::-1]:
        pairs += [(f"b{n}", list(dZ.sum(0))), (f"W{n}", dZ.T @ A)]
        dZ = (dZ @ W) * ((A > 0) if is_relu else A * (1 - A))
    return dict(pairs)


def _forward_with_closures(params, X, act):
    A, steps = X, []
    for n in range(1, len(params) // 2 + 1):
        W = params[f"W{n}"]
        Z = A @ W.T + params[f"b{n}"]
        B = _relu(Z) if act == "relu" else _sigmoid(Z)
        gain = (B > 0) * 1.0 if act == "relu" else B * (1 - B)

        def step(dZ, n=n, A=A, W=W):
            return {f"W{n}": dZ.T @ A, f"b{n}": dZ.sum(axis=0)}, dZ @ W

        steps.append((step, gain))
        A = B
    return Z, steps


@variant(net_backward, net_forward=_forward_with_closures)
def net_back_closures(params, caches, dZ):
    grads = {}
    slope = dZ
    for step, gain in reversed(caches):
        here, slope = step(slope if not grads else slope * gain)
        grads.update(here)
    return grads


class Gradients(dict):
    """A dict of one's own."""


@variant(net_backward, net_forward=_forward_keeping_a_and_z)
def net_back_rows_of_biases(params, caches, dZ):
    grads = Gradients()
    for n in range(len(params) // 2, 0, -1):
        A = caches["As"][n - 1]
        grads[f"b{n}"] = dZ.sum(axis=0, keepdims=True)
        grads[f"W{n}"] = (A.T @ dZ).T
        if n > 1:
            Z = caches["Zs"][n - 2]
            gain = np.where(Z > 0, 1, 0) if caches["act"] == "relu" else A * (1 - A)
            dZ = dZ @ params[f"W{n}"] * gain
    return grads


@variant(net_backward, net_forward=_forward_keeping_a_and_z)
def net_back_with_more_keys(params, caches, dZ):
    grads = net_back_from_params.function(params, caches, dZ)
    grads["X"] = dZ
    return grads
