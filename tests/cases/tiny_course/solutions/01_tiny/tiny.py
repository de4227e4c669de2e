"""The reference of the course that the tests grade."""

import numpy as np

HILL = "a constant that students are given"


def affine_forward(X, W, b):
    """Z = X W^T + b."""
    return X @ W.T + b, (X, W)


def affine_backward(dZ, cache):
    """The three slopes."""
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.sum(axis=0)


def relu_forward(Z):
    """The positive part."""
    return np.maximum(Z, 0.0), Z


def relu_backward(dA, cache):
    """Nothing comes through where Z was negative."""
    return dA * (cache > 0)


def softmax(Z):
    """Probabilities by row."""
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(Z, y):
    """The mean of -ln P[y], and its slope."""
    rows = np.arange(len(y))
    shifted = Z - Z.max(axis=1, keepdims=True)
    dZ = softmax(Z)
    dZ[rows, y] -= 1.0
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y])), dZ / len(y)


def numeric_slope(f, w, h=1e-5):
    """A central difference."""
    return (f(w + h) - f(w - h)) / (2 * h)


def walk(dL, w0, eta, n_updates):
    """The path of gradient descent, start included."""
    path = [w0]
    for _ in range(n_updates):
        path.append(path[-1] - eta * dL(path[-1]))
    return np.array(path)


def gaps(at):
    """The distances, and whether the first is the widest."""
    found = np.diff(at)
    return found, bool(found[0] == found.max()), ["first", "last"]


def net_forward(params, X, act):
    """Layers, with an activation after each but the last."""
    A, caches = X, []
    depth = len(params) // 2
    for layer in range(1, depth + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        Z = A @ W.T + b
        caches.append((A, Z, act))
        A = Z if layer == depth else _activate(Z, act)
    return A, caches


def net_backward(params, caches, dZ):
    """Backwards through the same layers."""
    grads = {}
    for layer in range(len(caches), 0, -1):
        A, _, act = caches[layer - 1]
        grads[f"W{layer}"], grads[f"b{layer}"] = dZ.T @ A, dZ.sum(axis=0)
        if layer > 1:
            Z = caches[layer - 2][1]
            s = _activate(Z, act)
            dZ = (dZ @ params[f"W{layer}"]) * (s * (1 - s) if act == "sigmoid" else Z > 0)
    return grads


def _activate(Z, act):
    return 0.5 * (1 + np.tanh(Z / 2)) if act == "sigmoid" else np.maximum(Z, 0.0)


def pick():
    """Two numbers, the first below the second."""
    return -1.0, 2.0
