"""All parameters are zero: many wrong gradients look right there."""

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


def test_at_zero():
    params, X, y = network(5)
    params = {k: np.zeros(v.shape) for k, v in params.items()}
    _, grads = loss_and_grads(params, X, y)
    for key, value in params.items():
        for at in np.ndindex(value.shape):
            ends = []
            for h in (1e-5, -1e-5):
                moved = {k: v.copy() for k, v in params.items()}
                moved[key][at] += h
                ends.append(loss_and_grads(moved, X, y)[0])
            assert np.isclose(grads[key][at], (ends[0] - ends[1]) / 2e-5, atol=1e-7)


def test_sigmoid():
    assert 0 < float(sigmoid(np.array(0.3))) < 1


def test_relu():
    assert float(relu(np.array(2.0))) == 2.0


def test_softmax():
    assert np.all(np.asarray(softmax(np.ones((2, 3)))) > 0)
