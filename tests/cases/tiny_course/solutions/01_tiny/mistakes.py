"""Wrong versions, each of which must fail and be named."""

import numpy as np

from checks import (
    affine_backward,
    affine_forward,
    cross_entropy,
    pick,
    relu_forward,
    softmax,
    walk,
)
from grader.authoring import mistake
from tiny import softmax as right_softmax

HINTS = ("Look at the result.", "Think of the definition.", "Compare it term by term.")


@mistake(affine_backward, title="db is a mean over the batch", hints=HINTS)
def db_is_a_mean(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.mean(axis=0)


@mistake(affine_backward, title="dW is transposed", hints=HINTS)
def transposed(dZ, cache):
    X, W = cache
    return dZ @ W, X.T @ dZ, dZ.sum(axis=0)


@mistake(affine_forward, title="X is changed in place", hints=HINTS)
def shifts_x(X, W, b):
    Z = X @ W.T + b
    X -= X.mean()
    return Z, (X, W)


@mistake(affine_forward, title="b is forgotten", hints=HINTS)
def no_bias(X, W, b):
    return X @ W.T, (X, W)


def _keeping_nothing(Z):
    return Z, None


@mistake(relu_forward, title="negative numbers come through", hints=HINTS)
def nothing_is_cut(Z):
    return _keeping_nothing(Z)


@mistake(softmax, title="the sum runs over the batch", hints=HINTS)
def axis_zero(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@mistake(softmax, title="nothing is subtracted before exp", hints=HINTS)
def overflows(Z):
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


@mistake(cross_entropy, title="a sum instead of a mean", hints=HINTS)
def summed(Z, y):
    P = right_softmax(Z)
    dZ = P.copy()
    dZ[np.arange(len(y)), y] -= 1
    return -float(np.log(P[np.arange(len(y)), y]).sum()), dZ


@mistake(walk, title="the start is left out", hints=HINTS)
def without_start(dL, w0, eta, n_updates):
    path = []
    for _ in range(n_updates):
        w0 = w0 - eta * dL(w0)
        path.append(w0)
    return np.array(path)


@mistake(pick, title="the first is the greater", hints=HINTS)
def turned_around():
    return 2.0, -1.0
