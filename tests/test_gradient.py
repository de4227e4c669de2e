"""Tests of `grader.judge.gradient`: is a backward the derivative of the forward beside it?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judge.gradient import LEVELS, is_own_derivative, ridders
from tests.test_judge_laws import asking

STEPS = 0.1 / 2.0 ** np.arange(LEVELS)


def differences(f, x):
    return np.array([(f(x + h) - f(x - h)) / (2 * h) for h in STEPS])


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=9), st.floats(-2, 2))
def test_polynomials_are_differentiated_to_rounding(coefficients, x):
    polynomial = np.polynomial.Polynomial(coefficients)
    value, error = ridders(differences(polynomial, x))
    size = np.polynomial.Polynomial(np.abs(coefficients))(abs(x) + 1)
    right = polynomial.deriv()(x)
    assert abs(value - right) <= 1e-10 * (1 + size)
    assert abs(value - right) <= 20 * error + 1e-11 * (1 + size)


@given(st.floats(-10, 10))
def test_the_sine_is_differentiated_to_rounding(x):
    value, error = ridders(differences(np.sin, x))
    assert abs(value - np.cos(x)) <= 1e-12
    assert error <= 1e-9


def test_a_kink_has_a_large_error():
    value, error = ridders(differences(lambda x: np.maximum(x, 0.0), 0.01))
    assert error > 1e-3 or abs(value - 1.0) < 1e-9


def answering(namespace):
    """Ask functions in this process; what they change is not looked at."""
    ask = asking(namespace)
    return lambda calls, arguments: ask(calls, arguments)[0]


def own(tiny, name="affine_backward", **functions) -> bool:
    return is_own_derivative(tiny.exercises[name], answering(tiny.namespace(**functions)))


def halved(X, W, b):
    return X @ W.T + 0.5 * b, (X, W)


def halved_backward(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, 0.5 * dZ.sum(axis=0)


@pytest.mark.parametrize("name", ["affine_backward", "net_backward", "relu_backward"])
def test_the_reference_is_its_own_derivative(tiny, name):
    assert own(tiny, name)


def test_the_true_derivative_of_a_wrong_forward_is_one(tiny):
    assert own(tiny, affine_forward=halved, affine_backward=halved_backward)


def test_the_right_backward_of_a_wrong_forward_is_none(tiny):
    assert not own(tiny, affine_forward=halved)


def test_a_wrong_backward_of_a_right_forward_is_none(tiny):
    assert not own(tiny, affine_backward=halved_backward)


@pytest.mark.parametrize("shift", [0.21, 0.69])
def test_a_kink_of_the_forward_speaks_against_no_derivative(tiny, shift):
    """With 0.21 one lies between two steps and looks smooth; with 0.69 one lies on an input."""

    def forward(Z):
        return np.maximum(Z - shift, 0.0), Z

    def backward(dA, Z):
        return np.where(Z - shift > 0, dA, 0.0)

    assert own(tiny, "relu_backward", relu_forward=forward, relu_backward=backward)


def leaky(Z):
    return np.where(Z > 0, Z, 0.1 * Z), Z


def test_a_derivative_of_another_slope_than_the_leak_is_none(tiny):
    def backward(dA, Z):
        return np.where(Z > 0, dA, 0.2 * dA)

    assert not own(tiny, "relu_backward", relu_forward=leaky, relu_backward=backward)


def test_a_gradient_off_by_a_millionth_is_none(tiny):
    def nearly(dZ, cache):
        dX, dW, db = tiny.authored.reference["affine_backward"](dZ, cache)
        return dX, dW * (1 + 1e-6), db

    assert not own(tiny, affine_backward=nearly)


def test_a_gradient_in_a_row_of_one_counts(tiny):
    def rows(dZ, cache):
        dX, dW, db = tiny.authored.reference["affine_backward"](dZ, cache)
        return [dX, dW, db[None]]

    assert own(tiny, affine_backward=rows)


def test_zeros_of_a_constant_forward_earn_nothing(tiny):
    def constant(X, W, b):
        return np.zeros((len(X), len(b))), (X, W)

    def zeros(dZ, cache):
        X, W = cache
        return np.zeros(X.shape), np.zeros(W.shape), np.zeros(len(W))

    assert not own(tiny, affine_forward=constant, affine_backward=zeros)


@pytest.mark.parametrize(
    "backward",
    [
        lambda dZ, cache: 1 / 0,
        lambda dZ, cache: None,
        lambda dZ, cache: (1.0, 2.0),
        lambda dZ, cache: (1.0, 2.0, 3.0),
        lambda dZ, cache: (np.full(cache[0].shape, np.nan), cache[1], dZ.sum(axis=0)),
        lambda dZ, cache: (None, cache[1], dZ.sum(axis=0)),
    ],
)
def test_what_cannot_be_a_gradient_is_none(tiny, backward):
    assert not own(tiny, affine_backward=backward)


@pytest.mark.parametrize(
    "backward",
    [
        lambda params, caches, dZ: 1.0,
        lambda params, caches, dZ: {},
        lambda params, caches, dZ: dict.fromkeys(params),
    ],
)
def test_what_cannot_be_a_dict_of_gradients_is_none(tiny, backward):
    assert not own(tiny, "net_backward", net_backward=backward)


@pytest.mark.parametrize(
    "forward",
    [
        lambda X, W, b: 1 / 0,
        lambda X, W, b: X @ W.T,
        lambda X, W, b: ("word", (X, W)),
        lambda X, W, b: (np.float64(np.nan) + X @ W.T, (X, W)),
        lambda X, W, b: (X.sum(), (X, W)),
    ],
)
def test_a_forward_that_cannot_be_moved_is_none(tiny, forward):
    assert not own(tiny, affine_forward=forward)


def test_a_forward_that_fails_only_where_it_is_moved_is_none(tiny):
    cases = tiny.exercises["affine_backward"].cases
    known = [c.arguments["X"] for c in cases]

    def picky(X, W, b):
        if not any(np.array_equal(X, other) for other in known):
            raise ValueError
        return X @ W.T + b, (X, W)

    assert not own(tiny, affine_forward=picky)


def test_a_child_that_died_is_no_proof(tiny):
    exercise = tiny.exercises["affine_backward"]
    assert not is_own_derivative(exercise, lambda *_: None)
    ask = answering(tiny.namespace())
    replies = iter([ask])

    def dies(calls, arguments):
        return next(replies, lambda *_: None)(calls, arguments)

    assert not is_own_derivative(exercise, dies)


def test_a_forward_that_jumps_everywhere_is_inconclusive(tiny):
    def rough(X, W, b):
        Z = X @ W.T + b
        return Z + 1e-3 * np.sign(np.sin(1e7 * Z)), (X, W)

    assert not own(tiny, affine_forward=rough)
