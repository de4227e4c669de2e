# Tan Mei Ling 陳美玲
import numpy as np
from typing import Any


def affine_forward(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, Any]:
    """Z = X W^T + b"""
    return np.einsum("ni,oi->no", X, W) + b, (X, W)


def affine_backward(dZ: np.ndarray, cache: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns dX, dW, db."""
    X, W = cache
    return (
        np.einsum("no,oi->ni", dZ, W),
        np.einsum("no,ni->oi", dZ, X),
        np.einsum("no->o", dZ),
    )


def _sigma(Z: np.ndarray) -> np.ndarray:
    out = np.empty_like(Z)
    pos = Z >= 0
    out[pos] = 1.0 / (1.0 + np.exp(-Z[pos]))
    ez = np.exp(Z[~pos])
    out[~pos] = ez / (1.0 + ez)
    return out


def sigmoid_forward(Z: np.ndarray) -> tuple[np.ndarray, Any]:
    """Numerically stable on both sides."""
    return _sigma(Z), Z


def sigmoid_backward(dA: np.ndarray, cache: Any) -> np.ndarray:
    """sigma' = sigma (1 - sigma), from Z again."""
    s = _sigma(cache)
    return dA * s * (1.0 - s)


def relu_forward(Z: np.ndarray) -> tuple[np.ndarray, Any]:
    """max(z, 0)"""
    A = np.clip(Z, 0.0, None)
    return A, A


def relu_backward(dA: np.ndarray, cache: Any) -> np.ndarray:
    """Open where the output is positive."""
    return np.where(cache > 0.0, dA, 0.0)


def mse_loss(Y_pred: np.ndarray, Y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean over all entries."""
    E = Y_pred - Y
    return float(np.mean(np.square(E))), (2.0 / E.size) * E


def _log_softmax(Z: np.ndarray) -> np.ndarray:
    Z = Z - Z.max(axis=-1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=-1, keepdims=True))


def softmax(Z: np.ndarray) -> np.ndarray:
    """exp of the log-softmax"""
    return np.exp(_log_softmax(Z))


def cross_entropy(Z: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
    """Mean of -log p[y]."""
    rows = np.arange(len(y))
    log_p = _log_softmax(Z)
    onehot = np.zeros(Z.shape)
    onehot[rows, y] = 1.0
    return float(-log_p[rows, y].mean()), (np.exp(log_p) - onehot) / len(y)


def net_forward(params: dict, X: np.ndarray, act: str) -> tuple[np.ndarray, Any]:
    """affine, act, affine, act, ..., affine"""
    steps = []
    out = X
    layer = 1
    while f"W{layer}" in params:
        if layer > 1:
            function = sigmoid_forward if act == "sigmoid" else relu_forward
            out, cache = function(out)
            steps.append((act, layer - 1, cache))
        out, cache = affine_forward(out, params[f"W{layer}"], params[f"b{layer}"])
        steps.append(("affine", layer, cache))
        layer += 1
    return out, steps


def net_backward(params: dict, caches: Any, dZ: np.ndarray) -> dict:
    """The same steps, last one first."""
    grads = {}
    slope = dZ
    for kind, layer, cache in reversed(caches):
        if kind == "affine":
            slope, grads[f"W{layer}"], grads[f"b{layer}"] = affine_backward(slope, cache)
        elif kind == "sigmoid":
            slope = sigmoid_backward(slope, cache)
        else:
            slope = relu_backward(slope, cache)
    return grads
