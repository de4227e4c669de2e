"""Plain unittest."""

import unittest

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


class Gradients(unittest.TestCase):
    def setUp(self):
        self.params, self.X, self.y = network(4, seed=3)

    def formulas(self):
        p, n = self.params, len(self.y)
        a = 1 / (1 + np.exp(-(self.X @ p["W1"].T + p["b1"])))
        e = a @ p["W2"][0] + p["b2"][0] - self.y
        d = 2 / n * e[:, None] * p["W2"] * a * (1 - a)
        grads = {"W1": d.T @ self.X, "b1": d.sum(0), "W2": 2 / n * e[None] @ a, "b2": 2 * e.mean()}
        return np.mean(e**2), grads

    def test_against_the_formulas(self):
        loss, expected = self.formulas()
        found, grads = loss_and_grads(self.params, self.X, self.y)
        self.assertAlmostEqual(found, loss, places=9)
        for key, value in expected.items():
            np.testing.assert_allclose(grads[key], np.reshape(value, grads[key].shape), rtol=1e-8)

    def test_nothing_is_changed(self):
        before = self.params["W1"].copy()
        loss_and_grads(self.params, self.X, self.y)
        self.assertTrue(np.array_equal(before, self.params["W1"]))


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
