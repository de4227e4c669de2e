"""Central differences of its own loss, entry by entry."""

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


def test_the_loss_is_a_mean():
    params, X, y = network(6)
    a = 1 / (1 + np.exp(-(X @ params["W1"].T + params["b1"])))
    e = a @ params["W2"][0] + params["b2"][0] - y
    assert abs(loss_and_grads(params, X, y)[0] - np.mean(e * e)) < 1e-9


def test_every_slope():
    params, X, y = network(6)
    kept = {k: v.copy() for k, v in params.items()}
    _, grads = loss_and_grads(params, X, y)
    for key in kept:
        assert (params[key] == kept[key]).all()
    for key, value in kept.items():
        for at in np.ndindex(value.shape):
            losses = []
            for h in (1e-5, -1e-5):
                moved = {k: v.copy() for k, v in kept.items()}
                moved[key][at] += h
                losses.append(loss_and_grads(moved, X, y)[0])
            slope = (losses[0] - losses[1]) / 2e-5
            assert abs(slope - grads[key][at]) < 1e-6 * (1 + abs(slope))


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
