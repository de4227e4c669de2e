"""Properties with hypothesis alone."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
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


@settings(max_examples=12)
@given(st.integers(0, 1000), st.integers(1, 6))
def test_slope_along_a_random_direction(seed, n):
    params, X, y = network(n, seed)
    before = {k: v.copy() for k, v in params.items()}
    _, grads = loss_and_grads(params, X, y)
    for key in before:
        np.testing.assert_array_equal(before[key], params[key])
        v = np.random.default_rng(seed + 1).normal(size=before[key].shape)
        up = loss_and_grads({**before, key: before[key] + 1e-5 * v}, X, y)[0]
        down = loss_and_grads({**before, key: before[key] - 1e-5 * v}, X, y)[0]
        np.testing.assert_allclose(np.sum(grads[key] * v), (up - down) / 2e-5, rtol=1e-4, atol=1e-6)


@given(st.integers(1, 6))
def test_twice_the_data_is_the_same_loss(n):
    params, X, y = network(n)
    once, twice = (loss_and_grads(params, np.tile(X, (k, 1)), np.tile(y, k)) for k in (1, 2))
    np.testing.assert_allclose(once[0], twice[0])


def test_a_line_through_the_middle():
    params, X, y = network(3)
    params["W1"] = np.zeros((4, 3))
    params["b1"] = np.zeros(4)
    y_pred = params["W2"].sum() / 2 + params["b2"][0]
    assert abs(loss_and_grads(params, X, y)[0] - np.mean((y_pred - y) ** 2)) < 1e-9


@given(st.floats(-40, 40))
def test_sigmoid_symmetry_and_order(z):
    low, here, high = (float(sigmoid(np.array(v))) for v in (z - 0.5, z, z + 0.5))
    assert abs(here + float(sigmoid(np.array(-z))) - 1) < 1e-9
    assert low <= here + 1e-12
    assert here <= high + 1e-12


def test_sigmoid_ends():
    assert float(sigmoid(np.array(40.0))) > 0.999


@given(hnp.arrays(float, 4, elements=st.floats(-50, 50)))
def test_relu_is_z_or_zero(z):
    a = np.asarray(relu(z))
    assert np.all((a == z) | (a == 0))
    assert np.all(a >= z)
    assert np.all(a >= 0)


@given(hnp.arrays(float, (3, 4), elements=st.floats(-20, 20)), st.floats(-9, 9))
def test_softmax_rows_and_shift(Z, c):
    P = np.asarray(softmax(Z))
    assert np.allclose(P.sum(axis=1), 1)
    assert np.allclose(softmax(Z + c), P)
