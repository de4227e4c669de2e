"""Tests in classes, with a fixture."""

import numpy as np
import pytest
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


@pytest.fixture(params=[1, 2, 7])
def case(request):
    return network(request.param)


class TestGradients:
    def test_along_a_direction(self, case):
        params, X, y = case
        start = {k: v.copy() for k, v in params.items()}
        loss, grads = loss_and_grads(params, X, y)
        assert all(np.array_equal(params[k], start[k]) for k in start)
        a = 1 / (1 + np.exp(-(X @ start["W1"].T + start["b1"])))
        assert loss == pytest.approx(np.mean((a @ start["W2"][0] + start["b2"] - y) ** 2))
        rng = np.random.default_rng(5)
        for key in start:
            for _ in range(5):
                v = rng.normal(size=start[key].shape)
                ends = [
                    loss_and_grads({**start, key: start[key] + h * v}, X, y)[0]
                    for h in (1e-5, -1e-5)
                ]
                expected = (ends[0] - ends[1]) / 2e-5
                assert np.sum(grads[key] * v) == pytest.approx(expected, rel=1e-5, abs=1e-7)


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
