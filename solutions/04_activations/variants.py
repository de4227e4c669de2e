"""Right answers written differently: each of them must earn full marks."""

import math

import numpy as np
from activations import sigmoid as safe_sigmoid
from checks import (
    d_relu,
    d_sigmoid,
    hard_sigmoid,
    hard_sigmoid_as_relus,
    one_hidden,
    one_hidden_batch,
    pl_to_hard_sigmoids,
    relu,
    sigmoid,
)

from grader.authoring import variant


@variant(hard_sigmoid)
def hard_sigmoid_first(x, start, end):
    return np.minimum(np.maximum((x - start) / (end - start), 0.0), 1.0)


@variant(hard_sigmoid)
def hard_sigmoid_second(x, start, end):
    return np.interp(x, [start, end], [0.0, 1.0])


@variant(hard_sigmoid)
def hard_sigmoid_third(x, start, end):
    return np.where(x <= start, 0.0, np.where(x >= end, 1.0, (x - start) / (end - start)))


@variant(hard_sigmoid)
def hard_sigmoid_fourth(x, start, end):
    return (np.clip(x, start, end) - start) / (end - start)


@variant(hard_sigmoid)
def hard_sigmoid_fifth(x, start, end):
    return (np.maximum(x - start, 0) - np.maximum(x - end, 0)) / (end - start)


@variant(hard_sigmoid)
def hard_sigmoid_sixth(x, start, end):
    return np.vectorize(lambda v: min(1.0, max(0.0, (v - start) / (end - start))))(x)


@variant(pl_to_hard_sigmoids)
def pl_to_hard_sigmoids_first(xk, yk):
    return yk[0], yk[1:] - yk[:-1], xk[:-1], xk[1:]


@variant(pl_to_hard_sigmoids)
def pl_to_hard_sigmoids_second(xk, yk):
    c = [yk[i + 1] - yk[i] for i in range(len(xk) - 1)]
    return yk[0], c, list(xk[:-1]), list(xk[1:])


@variant(pl_to_hard_sigmoids)
def pl_to_hard_sigmoids_third(xk, yk):
    return [float(yk[0]), np.diff(yk)[::-1], xk[:-1][::-1], xk[1:][::-1]]


@variant(pl_to_hard_sigmoids)
def pl_to_hard_sigmoids_fourth(xk, yk):
    return np.array([yk[0]]), np.diff(yk), xk[:-1], xk[1:]


@variant(pl_to_hard_sigmoids)
def pl_to_hard_sigmoids_fifth(xk, yk):
    # from the right: what the pieces climb is taken off the last knee
    c = np.ediff1d(yk)
    return yk[-1] - c.sum(), c, np.array(xk[:-1]), np.array(xk[1:])


@variant(pl_to_hard_sigmoids)
def pl_to_hard_sigmoids_sixth(xk, yk):
    order = np.argsort(-np.abs(np.diff(yk)))
    return float(yk[0]), np.diff(yk)[order], xk[:-1][order], xk[1:][order]


@variant(sigmoid)
def sigmoid_first(z):
    return 1 / (1 + np.exp(-z))


@variant(sigmoid)
def sigmoid_second(z):
    return 0.5 * (1 + np.tanh(z / 2))


@variant(sigmoid)
def sigmoid_third(z):
    return np.exp(-np.logaddexp(0, -z))


@variant(sigmoid)
def sigmoid_fourth(z):
    return 1 - 1 / (1 + np.exp(z))


@variant(sigmoid)
def sigmoid_fifth(z):
    out = np.empty_like(z)
    up = z >= 0
    out[up] = 1 / (1 + np.exp(-z[up]))
    out[~up] = np.exp(z[~up]) / (1 + np.exp(z[~up]))
    return out


@variant(sigmoid)
def sigmoid_sixth(z):
    return [1 / (1 + math.exp(-v)) if v > 0 else 1 - 1 / (1 + math.exp(v)) for v in z]


@variant(d_sigmoid)
def d_sigmoid_first(z):
    a = 1 / (1 + np.exp(-z))
    return a * (1 - a)


@variant(d_sigmoid)
def d_sigmoid_second(z):
    a = safe_sigmoid(z)
    return a - a**2


@variant(d_sigmoid)
def d_sigmoid_third(z):
    return safe_sigmoid(z) * safe_sigmoid(-z)


@variant(d_sigmoid)
def d_sigmoid_fourth(z):
    return (1 - np.tanh(z / 2) ** 2) / 4


@variant(d_sigmoid)
def d_sigmoid_fifth(z):
    small = np.exp(-np.abs(z))
    return small / (1 + small) ** 2


@variant(d_sigmoid)
def d_sigmoid_sixth(z):
    return 0.25 / np.cosh(np.clip(z, -600, 600) / 2) ** 2


@variant(relu)
def relu_first(z):
    return z * (z > 0)


@variant(relu)
def relu_second(z):
    return (np.abs(z) + z) / 2


@variant(relu)
def relu_third(z):
    return np.where(z > 0, z, 0)


@variant(relu)
def relu_fourth(z):
    return np.clip(z, 0, None)


@variant(relu)
def relu_fifth(z):
    out = z.copy()
    out[out < 0] = 0
    return out


@variant(relu)
def relu_sixth(z):
    return [max(0.0, v) for v in z]


@variant(d_relu)
def d_relu_first(z):
    return z > 0


@variant(d_relu)
def d_relu_second(z):
    return (z > 0).astype(float)


@variant(d_relu)
def d_relu_third(z):
    return np.heaviside(z, 0.0)


@variant(d_relu)
def d_relu_fourth(z):
    return np.maximum(np.sign(z), 0)


@variant(d_relu)
def d_relu_fifth(z):
    out = np.zeros_like(z)
    out[z > 0] = 1
    return out


@variant(d_relu)
def d_relu_sixth(z):
    return [1 if v > 0 else 0 for v in z]


@variant(hard_sigmoid_as_relus)
def hard_sigmoid_as_relus_first(start, end, height):
    s = height / (end - start)
    return (-s, 1.0, -end), (s, 1.0, -start)


@variant(hard_sigmoid_as_relus)
def hard_sigmoid_as_relus_second(start, end, height):
    width = end - start
    return [(height, 1 / width, -start / width), (-height, 1 / width, -end / width)]


@variant(hard_sigmoid_as_relus)
def hard_sigmoid_as_relus_third(start, end, height):
    s = height / (end - start)
    return np.array([[s, 1, -start], [-s, 1, -end]])


@variant(hard_sigmoid_as_relus)
def hard_sigmoid_as_relus_fourth(start, end, height):
    s = height / (end - start)
    return [[2 * s, 0.5, -start / 2], [-2 * s, 0.5, -end / 2]]


@variant(hard_sigmoid_as_relus)
def hard_sigmoid_as_relus_fifth(start, end, height):
    s = height / (end - start)
    return ((s, 1, -start), (-s / 3, 3, -3 * end))


@variant(hard_sigmoid_as_relus)
def hard_sigmoid_as_relus_sixth(start, end, height):
    first = (height / (end - start), 1, -start)
    return [first, (-first[0], first[1], -end)]


@variant(one_hidden)
def one_hidden_first(x, W, bh, c, b, act):
    y = b
    for i in range(len(c)):
        y += c[i] * act(bh[i] + sum(W[i, j] * x[j] for j in range(len(x))))
    return y


@variant(one_hidden)
def one_hidden_second(x, W, bh, c, b, act):
    return b + np.sum(c * act(W @ x + bh))


@variant(one_hidden)
def one_hidden_third(x, W, bh, c, b, act):
    return np.dot(c, act(np.dot(W, x) + bh)) + b


@variant(one_hidden)
def one_hidden_fourth(x, W, bh, c, b, act):
    return b + np.einsum("h,h->", c, act(np.einsum("hi,i->h", W, x) + bh))


@variant(one_hidden)
def one_hidden_fifth(x, W, bh, c, b, act):
    return np.array([b + c @ act(bh + x @ W.T)])


@variant(one_hidden)
def one_hidden_sixth(x, W, bh, c, b, act):
    return b + sum(ci * act(float(bi + w @ x)) for ci, bi, w in zip(c, bh, W, strict=True))


@variant(one_hidden_batch)
def one_hidden_batch_first(X, W, bh, c, b, act):
    return np.array([b + c @ act(bh + W @ x) for x in X])


@variant(one_hidden_batch)
def one_hidden_batch_second(X, W, bh, c, b, act):
    return b + (act(X @ W.T + bh) * c).sum(axis=1)


@variant(one_hidden_batch)
def one_hidden_batch_third(X, W, bh, c, b, act):
    return (b + c @ act(W @ X.T + bh[:, None])).ravel()


@variant(one_hidden_batch)
def one_hidden_batch_fourth(X, W, bh, c, b, act):
    return np.einsum("nh,h->n", act(np.einsum("ni,hi->nh", X, W) + bh), c) + b


@variant(one_hidden_batch)
def one_hidden_batch_fifth(X, W, bh, c, b, act):
    return [float(b + c @ act(bh + W @ x)) for x in X]


@variant(one_hidden_batch)
def one_hidden_batch_sixth(X, W, bh, c, b, act):
    return (act(np.dot(X, W.T) + bh) @ c.reshape(-1, 1))[:, 0] + b
