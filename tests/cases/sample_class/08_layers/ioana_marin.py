# Ioana Marin, grupa 2
import numpy as np


def affine_forward(X, W, b):
    Z = X @ W.T + b
    cache = (X, W, b)
    return Z, cache


def affine_backward(dZ, cache):
    X, W, b = cache
    dX = dZ @ W
    dW = dZ.T @ X
    db = np.sum(dZ, axis=0)
    return dX, dW, db


def sigmoid_forward(Z):
    A = 1 / (1 + np.exp(-Z))
    return A, A


def sigmoid_backward(dA, cache):
    A = cache
    return dA * A * (1 - A)


def relu_forward(Z):
    A = np.maximum(0, Z)
    return A, Z


def relu_backward(dA, cache):
    Z = cache
    return dA * (Z > 0)


def mse_loss(Y_pred, Y):
    diff = Y_pred - Y
    L = np.mean(diff ** 2)
    dY = 2 * diff / diff.size
    return L, dY


def softmax(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / np.sum(E, axis=1, keepdims=True)


def cross_entropy(Z, y):
    N = Z.shape[0]
    shifted = Z - np.max(Z, axis=1, keepdims=True)
    logp = shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
    L = -np.mean(logp[np.arange(N), y])
    dZ = np.exp(logp)
    dZ[np.arange(N), y] -= 1
    return L, dZ


def net_forward(params, X, act):
    n_layers = len(params) // 2
    A = X
    caches = []
    for l in range(1, n_layers + 1):
        Z, affine_cache = affine_forward(A, params[f"W{l}"], params[f"b{l}"])
        if l == n_layers:
            caches.append((affine_cache, None))
        else:
            if act == "sigmoid":
                A, act_cache = sigmoid_forward(Z)
            else:
                A, act_cache = relu_forward(Z)
            caches.append((affine_cache, act_cache))
    return Z, (act, caches)


def net_backward(params, caches, dZ):
    act, layers = caches
    grads = {}
    for l in range(len(layers), 0, -1):
        affine_cache, act_cache = layers[l - 1]
        if act_cache is not None:
            if act == "sigmoid":
                dZ = sigmoid_backward(dA, act_cache)
            else:
                dZ = relu_backward(dA, act_cache)
        dA, dW, db = affine_backward(dZ, affine_cache)
        grads[f"W{l}"] = dW
        grads[f"b{l}"] = db
    return grads
