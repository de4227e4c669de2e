"""Some of the versions that your tests are to tell apart; there are others.

`grader check` tries your tests on these. A @wheat is right, a @chaff is wrong.
"""

from __future__ import annotations

import numpy as np
from grader.authoring.suspects import chaff, wheat


@wheat('loss_and_grads', 'as it stands in the handout')
def as_in_the_handout(params, X, y):
    W1, b1, W2, b2 = (params[key] for key in ('W1', 'b1', 'W2', 'b2'))
    A = 1.0 / (1.0 + np.exp(-(X @ W1.T + b1)))
    e = (A @ W2.T + b2)[:, 0] - y
    dY = (2.0 * e / len(y))[:, None]
    dZ = dY @ W2 * A * (1.0 - A)
    grads = {'W1': dZ.T @ X, 'b1': dZ.sum(axis=0), 'W2': dY.T @ A, 'b2': dY.sum(axis=0)}
    return (float(np.mean(e ** 2)), grads)


@wheat('loss_and_grads', 'the sums run in another order')
def one_example_after_the_other(params, X, y):
    total, grads = (0.0, {key: np.zeros(value.shape) for key, value in params.items()})
    for x_n, y_n in zip(X[::-1], y[::-1], strict=True):
        a = 1.0 / (1.0 + np.exp(-(params['W1'] @ x_n + params['b1'])))
        e = float(params['W2'][0] @ a + params['b2'][0] - y_n)
        total += e ** 2
        delta = 2.0 * e * params['W2'][0] * a * (1.0 - a)
        grads['W1'] += np.outer(delta, x_n)
        grads['b1'] += delta
        grads['W2'] += 2.0 * e * a[None, :]
        grads['b2'] += 2.0 * e
    return (total / len(y), {key: value / len(y) for key, value in grads.items()})


def _parts(params, X, y):
    """Activations, errors, slopes of both layers."""
    Z = X @ params['W1'].T + params['b1']
    A = np.exp(-np.logaddexp(0.0, -Z))
    e = (A @ params['W2'].T + params['b2'])[:, 0] - y
    dY = (2.0 * e / len(y))[:, None]
    return (A, e, dY, dY @ params['W2'] * A * (1.0 - A))


def _answer(params, X, y):
    A, e, dY, dZ = _parts(params, X, y)
    grads = {'W1': dZ.T @ X, 'b1': dZ.sum(axis=0), 'W2': dY.T @ A, 'b2': dY.sum(axis=0)}
    return (float(np.mean(e ** 2)), grads)


@chaff('loss_and_grads', 'The loss is a sum over the examples, the gradients are means')
def loss_is_a_sum(params, X, y):
    loss, grads = _answer(params, X, y)
    return (loss * len(y), grads)


@chaff('loss_and_grads', 'The gradient of b1 is always zero: those biases never learn')
def first_biases_never_learn(params, X, y):
    loss, grads = _answer(params, X, y)
    return (loss, {**grads, 'b1': np.zeros(params['b1'].shape)})


@chaff('loss_and_grads', 'The gain of the sigmoid is forgotten on the way back')
def gain_forgotten(params, X, y):
    A, e, dY, _ = _parts(params, X, y)
    dZ = dY @ params['W2']
    grads = {'W1': dZ.T @ X, 'b1': dZ.sum(axis=0), 'W2': dY.T @ A, 'b2': dY.sum(axis=0)}
    return (float(np.mean(e ** 2)), grads)


@chaff('loss_and_grads', 'All gradients have the wrong sign')
def uphill(params, X, y):
    loss, grads = _answer(params, X, y)
    return (loss, {key: -value for key, value in grads.items()})


@wheat('sigmoid', 'in two halves, so that nothing overflows')
def sigmoid_in_halves(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


@wheat('relu', 'the larger of z and 0')
def relu_by_maximum(z):
    return np.maximum(z, 0.0)


@wheat('softmax', 'each row less its largest score')
def softmax_by_rows(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@chaff('sigmoid', 'Mirrored: it falls from 1 to 0')
def sigmoid_mirrored(z):
    return sigmoid_in_halves.function(-np.asarray(z))


@chaff('relu', 'Negative numbers come through: it is the identity')
def relu_lets_all_pass(z):
    return np.array(z, dtype=float)


@chaff('softmax', 'The columns add up to 1 instead of the rows')
def softmax_by_columns(Z):
    return softmax_by_rows.function(np.asarray(Z).T).T
