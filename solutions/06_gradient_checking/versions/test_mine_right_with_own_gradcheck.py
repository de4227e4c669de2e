"""The student's own gradcheck, key by key."""

import numpy as np
import pytest
from gradient_checking import gradcheck
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


@pytest.mark.parametrize("key", ["W1", "b1", "W2", "b2"])
def test_gradcheck(key):
    params, X, y = network(5)

    def with_theta(theta):
        return {**{k: v.copy() for k, v in params.items()}, key: theta.copy()}

    def loss(theta):
        return loss_and_grads(with_theta(theta), X, y)[0]

    def grad(theta):
        return loss_and_grads(with_theta(theta), X, y)[1][key]

    ok, worst, err = gradcheck(loss, grad, params[key].copy())
    assert ok, (worst, err)


def test_perfect_and_constant_prediction():
    params, X, y = network(5)
    params["W2"] = np.zeros((1, 4))
    params["b2"] = np.array([3.0])
    loss, _ = loss_and_grads(params, X, y)
    assert loss == pytest.approx(np.mean((3.0 - y) ** 2))
    assert params["b2"][0] == 3.0


def test_sigmoid():
    z = np.linspace(-12, 12, 97)
    s = np.asarray(sigmoid(z))
    assert np.allclose(s, 1 / (1 + np.exp(-z)), atol=1e-9)


def test_relu():
    z = np.array([-7.0, -1.5, 0.0, 2.5, 9.0])
    assert np.allclose(relu(z), [0, 0, 0, 2.5, 9.0])


def test_softmax():
    Z = np.array([[1.0, 2.0, 3.0], [0.5, -0.5, 0.0]])
    P = np.asarray(softmax(Z))
    assert np.allclose(P, np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))
