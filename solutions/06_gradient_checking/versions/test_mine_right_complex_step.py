"""Complex steps through a loss of its own."""

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


def the_loss(params, X, y):
    a = 1 / (1 + np.exp(-(X @ params["W1"].T + params["b1"])))
    e = a @ params["W2"][0] + params["b2"][0] - y
    return np.mean(e * e)


def test_complex_steps():
    params, X, y = network(5)
    frozen = {k: v.copy() for k, v in params.items()}
    loss, grads = loss_and_grads(params, X, y)
    assert np.isclose(loss, the_loss(frozen, X, y))
    for key, value in frozen.items():
        assert np.array_equal(value, params[key])
        for at in np.ndindex(value.shape):
            moved = {k: v.astype(complex) for k, v in frozen.items()}
            moved[key][at] += 1e-30j
            assert np.isclose(grads[key][at], the_loss(moved, X, y).imag / 1e-30)


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
