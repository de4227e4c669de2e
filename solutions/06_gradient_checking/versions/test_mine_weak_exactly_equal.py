"""Equality to the last bit: right versions are rejected."""

import numpy as np
from under_test import loss_and_grads, relu, sigmoid, softmax


def network(n, seed=1):
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(4, 3)),
        "b1": rng.normal(size=4),
        "W2": rng.normal(size=(1, 4)),
        "b2": rng.normal(size=1),
    }
    return params, rng.normal(size=(n, 3)), 2.0 * rng.normal(size=n)


def test_exactly():
    params, X, y = network(5)
    loss, _ = loss_and_grads(params, X, y)
    a = 1 / (1 + np.exp(-(X @ params["W1"].T + params["b1"])))
    assert loss == np.mean(((a @ params["W2"].T + params["b2"])[:, 0] - y) ** 2)


def test_sigmoid():
    z = np.linspace(-3, 3, 50)
    assert np.array_equal(sigmoid(z), 1 / (1 + np.exp(-z)))


def test_relu():
    assert str(np.asarray(relu(np.array(-1.0)))) == "0.0"


def test_softmax():
    Z = np.random.default_rng(0).normal(size=(4, 5))
    assert np.array_equal(softmax(Z), np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))
