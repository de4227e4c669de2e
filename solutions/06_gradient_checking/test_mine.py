"""The reference's tests: they accept every right version and catch every wrong one."""

import numpy as np
import pytest
from gradient_checking import numeric_grad, rel_error
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from under_test import loss_and_grads, relu, sigmoid, softmax


def a_network(n, seed=0):
    rng = np.random.default_rng(seed)
    params = {
        "W1": rng.normal(size=(3, 2)),
        "b1": rng.normal(size=3),
        "W2": rng.normal(size=(1, 3)),
        "b2": rng.normal(size=1),
    }
    return params, rng.normal(size=(n, 2)), rng.normal(size=n)


def the_loss(params, X, y):
    A = 1 / (1 + np.exp(-(X @ params["W1"].T + params["b1"])))
    return np.mean(((A @ params["W2"].T + params["b2"])[:, 0] - y) ** 2)


@pytest.mark.parametrize("n", [1, 5])
def test_loss(n):
    loss, _ = loss_and_grads(*a_network(n))
    assert loss == pytest.approx(the_loss(*a_network(n)))


@pytest.mark.parametrize("key", ["W1", "b1", "W2", "b2"])
def test_gradients(key):
    params, X, y = a_network(5)
    _, grads = loss_and_grads(params, X, y)
    assert grads[key].shape == params[key].shape

    def loss_of(theta):
        return the_loss({**params, key: theta}, X, y)

    assert rel_error(grads[key], numeric_grad(loss_of, params[key])) < 1e-6


def test_arguments_stay():
    params, X, y = a_network(4)
    before = {key: value.copy() for key, value in params.items()}
    loss_and_grads(params, X, y)
    for key, value in before.items():
        np.testing.assert_array_equal(params[key], value)


numbers = st.floats(-30, 30)


@given(numbers)
def test_sigmoid_of_both_signs_adds_up_to_1(z):
    assert sigmoid(np.array(z)) + sigmoid(np.array(-z)) == pytest.approx(1)


def test_sigmoid_rises():
    z = np.linspace(-20, 20, 400)
    assert np.all(np.diff(sigmoid(z)) >= -1e-12)
    assert sigmoid(np.array(20.0)) > 0.9


@given(hnp.arrays(float, (3,), elements=numbers))
def test_relu_parts_make_the_whole(z):
    np.testing.assert_allclose(relu(z) - relu(-z), z, atol=1e-12)
    assert np.all(relu(z) >= 0)
    np.testing.assert_allclose(relu(z) * relu(-z), 0, atol=1e-12)


@given(hnp.arrays(float, (2, 3), elements=st.floats(-5, 5)), st.floats(-5, 5))
def test_softmax_rows(Z, c):
    P = softmax(Z)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    np.testing.assert_allclose(softmax(Z + c), P, atol=1e-9)
