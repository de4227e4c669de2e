"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

from itertools import pairwise
import numpy as np
from grader.authoring.laws import close


def zero_input_gives_biases(student, W, b):
    """Z = b."""
    Z, _ = student.affine_forward(np.zeros((4, W.shape[1])), W, b)
    close(Z, np.tile(b, (4, 1)))


def rows_stand_alone(student, X, W, b):
    """The first row alone gives the first row."""
    whole, _ = student.affine_forward(X, W, b)
    alone, _ = student.affine_forward(X[:1], W, b)
    close(alone, np.asarray(whole)[:1])


def affine_is_linear_in_the_upstream(student, X, W, b, dZ):
    """The chain rule multiplies."""
    _, cache = student.affine_forward(X, W, b)
    once = [np.asarray(g) for g in student.affine_backward(dZ, cache)]
    twice = student.affine_backward(2.0 * dZ, cache)
    close(list(twice), [2.0 * g for g in once])


def batch_twice_back(student, X, W, b, dZ):
    """W and b serve every example, so every example adds its part."""
    _, cache = student.affine_forward(X, W, b)
    dX, dW, db = (np.asarray(g) for g in student.affine_backward(dZ, cache))
    _, cache = student.affine_forward(np.tile(X, (2, 1)), W, b)
    twice = student.affine_backward(np.tile(dZ, (2, 1)), cache)
    close(list(twice), [np.tile(dX, (2, 1)), 2.0 * dW, 2.0 * db])


def sigmoid_is_symmetric(student, Z):
    """The curve looks the same turned around its middle."""
    right, _ = student.sigmoid_forward(Z)
    left, _ = student.sigmoid_forward(-Z)
    close(left, 1.0 - np.asarray(right))


def sigmoid_stays_between(student, Z):
    """A probability, whatever goes in."""
    A = np.asarray(student.sigmoid_forward(Z)[0])
    if not np.all((A >= 0) & (A <= 1)):
        raise AssertionError(f"values from {A.min():g} to {A.max():g}")
    close(student.sigmoid_forward(np.zeros((1, 2)))[0], np.full((1, 2), 0.5))


def gain_at_zero(student, dA):
    """The steepest place of the curve."""
    _, cache = student.sigmoid_forward(np.zeros(dA.shape))
    close(student.sigmoid_backward(dA, cache), 0.25 * np.asarray(dA))


def relu_parts_add_up(student, Z):
    """The positive part and the negative part make the whole."""
    right = np.asarray(student.relu_forward(Z)[0])
    left = np.asarray(student.relu_forward(-Z)[0])
    close(right - left, Z)


def relu_is_linear_in_the_upstream(student, Z, dA):
    """The chain rule multiplies; also by a negative number."""
    _, cache = student.relu_forward(Z)
    once = np.asarray(student.relu_backward(dA, cache))
    close(student.relu_backward(-2.0 * dA, cache), -2.0 * once)


def loss_is_quadratic(student, Y_pred, Y):
    """(2e)^2 = 4 e^2, and its derivative doubles."""
    L, dY = student.mse_loss(Y_pred, Y)
    further = student.mse_loss(Y + 2.0 * (Y_pred - Y), Y)
    close(list(further), [4.0 * float(np.asarray(L).item()), 2.0 * np.asarray(dY)])


def batch_twice(student, Y_pred, Y):
    """The mean stays; each entry counts for half."""
    L, dY = student.mse_loss(Y_pred, Y)
    L_twice, dY_twice = student.mse_loss(np.tile(Y_pred, (2, 1)), np.tile(Y, (2, 1)))
    close([L_twice, dY_twice], [L, np.tile(np.asarray(dY) / 2.0, (2, 1))])


def rows_add_up(student, Z):
    """A probability for each class, one distribution for each example."""
    P = np.asarray(student.softmax(Z))
    close(P.sum(axis=1), np.ones(len(Z)))


def shift_invariant(student, Z, c):
    """Only differences of scores count."""
    close(student.softmax(np.asarray(Z) + c), student.softmax(Z))


def slopes_cancel(student, Z, y):
    """Shifting a whole row changes nothing."""
    _, dZ = student.cross_entropy(Z, y)
    close(np.asarray(dZ).sum(axis=1), np.zeros(len(y)))


def guessing_costs_ln_c(student, y):
    """-ln(1 / C), whatever the labels are."""
    n_classes = int(np.max(y)) + 3
    L, _ = student.cross_entropy(np.zeros((len(y), n_classes)), y)
    close(L, np.log(n_classes))


def loss_is_shift_invariant(student, Z, y, c):
    """Only differences of scores count."""
    L, dZ = student.cross_entropy(Z, y)
    close(list(student.cross_entropy(Z + c, y)), [L, dZ])


def net_rows_stand_alone(student, params, X, act):
    """The first row alone gives the first row."""
    whole, _ = student.net_forward(params, X, act)
    alone, _ = student.net_forward(params, X[:1], act)
    close(alone, np.asarray(whole)[:1])


def last_bias_shifts(student, params, X, act):
    """No activation after the last layer."""
    last = f"b{len(params) // 2}"
    before, _ = student.net_forward(params, X, act)
    after, _ = student.net_forward({**params, last: params[last] + 2.0}, X, act)
    close(after, np.asarray(before) + 2.0)


def gradients_fit_parameters(student, params, X, act, dZ):
    """One slope for each parameter."""
    _, caches = student.net_forward(params, X, act)
    grads = student.net_backward(params, caches, dZ)
    for key in params:
        if key not in grads or np.size(grads[key]) != np.size(params[key]):
            raise AssertionError(f"{key} is missing or has another shape than its parameter")


def net_is_linear_in_the_upstream(student, params, X, act, dZ):
    """The chain rule multiplies."""
    _, caches = student.net_forward(params, X, act)
    once = student.net_backward(params, caches, dZ)
    twice = student.net_backward(params, caches, 2.0 * dZ)
    close(twice, {key: 2.0 * np.asarray(once[key]) for key in params})
