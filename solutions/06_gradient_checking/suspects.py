"""What students' tests are to tell apart: right versions and wrong ones of four functions."""

import numpy as np

from grader.authoring.suspects import chaff, wheat

# --- 6.5 loss_and_grads: a network of one hidden layer of sigmoids -------------------------


@wheat("loss_and_grads", "as it stands in the handout", public=True)
def as_in_the_handout(params, X, y):
    W1, b1, W2, b2 = (params[key] for key in ("W1", "b1", "W2", "b2"))
    A = 1.0 / (1.0 + np.exp(-(X @ W1.T + b1)))
    e = (A @ W2.T + b2)[:, 0] - y
    dY = (2.0 * e / len(y))[:, None]
    dZ = dY @ W2 * A * (1.0 - A)
    grads = {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": dY.T @ A, "b2": dY.sum(axis=0)}
    return float(np.mean(e**2)), grads


@wheat("loss_and_grads", "the sums run in another order", public=True)
def one_example_after_the_other(params, X, y):
    total, grads = 0.0, {key: np.zeros(value.shape) for key, value in params.items()}
    for x_n, y_n in zip(X[::-1], y[::-1], strict=True):
        a = 1.0 / (1.0 + np.exp(-(params["W1"] @ x_n + params["b1"])))
        e = float(params["W2"][0] @ a + params["b2"][0] - y_n)
        total += e**2
        delta = 2.0 * e * params["W2"][0] * a * (1.0 - a)
        grads["W1"] += np.outer(delta, x_n)
        grads["b1"] += delta
        grads["W2"] += 2.0 * e * a[None, :]
        grads["b2"] += 2.0 * e
    return total / len(y), {key: value / len(y) for key, value in grads.items()}


def _parts(params, X, y):
    """Activations, errors, slopes of both layers."""
    Z = X @ params["W1"].T + params["b1"]
    A = np.exp(-np.logaddexp(0.0, -Z))
    e = (A @ params["W2"].T + params["b2"])[:, 0] - y
    dY = (2.0 * e / len(y))[:, None]
    return A, e, dY, dY @ params["W2"] * A * (1.0 - A)


def _answer(params, X, y):
    A, e, dY, dZ = _parts(params, X, y)
    grads = {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": dY.T @ A, "b2": dY.sum(axis=0)}
    return float(np.mean(e**2)), grads


@wheat("loss_and_grads", "written with einsum")
def with_einsum(params, X, y):
    A, e, dY, dZ = _parts(params, X, y)
    grads = {
        "W1": np.einsum("nh,ni->hi", dZ, X),
        "b1": np.einsum("nh->h", dZ),
        "W2": np.einsum("no,nh->oh", dY, A),
        "b2": np.einsum("no->o", dY),
    }
    return float(np.einsum("n,n->", e, e)) / len(y), grads


@wheat("loss_and_grads", "the loss is a numpy number, the keys come in another order")
def other_order_of_keys(params, X, y):
    loss, grads = _answer(params, X, y)
    return np.float64(loss), {key: grads[key] for key in ("b2", "W2", "b1", "W1")}


@wheat("loss_and_grads", "the sigmoid is written with tanh")
def with_tanh(params, X, y):
    A = 0.5 * (1.0 + np.tanh(0.5 * (X @ params["W1"].T + params["b1"])))
    y_pred = np.sum(A * params["W2"][0], axis=1) + params["b2"][0]
    g = 2.0 * (y_pred - y) / y.size
    dZ = np.outer(g, params["W2"][0]) * (A - A**2)
    grads = {
        "W1": np.tensordot(dZ, X, axes=(0, 0)),
        "b1": np.ones(len(y)) @ dZ,
        "W2": (g @ A).reshape(1, -1),
        "b2": np.array([g.sum()]),
    }
    return float((y_pred - y) @ (y_pred - y) / y.size), grads


@wheat("loss_and_grads", "the 1/N comes at the very end")
def mean_at_the_end(params, X, y):
    loss, grads = _answer(params, X, y)
    n = float(len(y))
    return loss * n / n, {key: (value * n) / n for key, value in grads.items()}


@wheat("loss_and_grads", "gradients that rounding moves in the last digits")
def last_digits_moved(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss * (1 + 2e-16), {key: value * (1.0 + 3e-15) for key, value in grads.items()}


@wheat("loss_and_grads", "it returns the parameters' own names beside a note of its own")
def one_key_more(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss, {**grads, "n": np.array(float(len(y)))}


@chaff(
    "loss_and_grads", "The loss is a sum over the examples, the gradients are means", public=True
)
def loss_is_a_sum(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss * len(y), grads


@chaff("loss_and_grads", "The gradient of b1 is always zero: those biases never learn", public=True)
def first_biases_never_learn(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss, {**grads, "b1": np.zeros(params["b1"].shape)}


@chaff("loss_and_grads", "The gain of the sigmoid is forgotten on the way back", public=True)
def gain_forgotten(params, X, y):
    A, e, dY, _ = _parts(params, X, y)
    dZ = dY @ params["W2"]
    grads = {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": dY.T @ A, "b2": dY.sum(axis=0)}
    return float(np.mean(e**2)), grads


@chaff("loss_and_grads", "All gradients have the wrong sign", public=True)
def uphill(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss, {key: -value for key, value in grads.items()}


@chaff("loss_and_grads", "The factor 2 of the square is missing in all gradients")
def two_missing(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss, {key: value / 2.0 for key, value in grads.items()}


@chaff("loss_and_grads", "The gradients are sums over the examples: right for a single one")
def gradients_are_sums(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss, {key: value * len(y) for key, value in grads.items()}


@chaff("loss_and_grads", "The gain is taken at a instead of at z")
def gain_at_a(params, X, y):
    A, e, dY, _ = _parts(params, X, y)
    S = 1.0 / (1.0 + np.exp(-A))
    dZ = dY @ params["W2"] * S * (1.0 - S)
    grads = {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": dY.T @ A, "b2": dY.sum(axis=0)}
    return float(np.mean(e**2)), grads


@chaff("loss_and_grads", "W2 is updated before it sends the slopes back: slightly wrong")
def moved_before_use(params, X, y):
    A, e, dY, _ = _parts(params, X, y)
    moved = params["W2"] - 0.02 * dY.T @ A
    dZ = dY @ moved * A * (1.0 - A)
    grads = {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": dY.T @ A, "b2": dY.sum(axis=0)}
    return float(np.mean(e**2)), grads


@chaff("loss_and_grads", "The gradient of b2 counts the first example only")
def first_example_only(params, X, y):
    _, e, _, _ = _parts(params, X, y)
    loss, grads = _answer(params, X, y)
    return loss, {**grads, "b2": np.array([2.0 * e[0]])}


@chaff("loss_and_grads", "Errors below zero are taken as positive on the way back")
def sizes_of_errors(params, X, y):
    A, e, _, _ = _parts(params, X, y)
    dY = (2.0 * np.abs(e) / len(y))[:, None]
    dZ = dY @ params["W2"] * A * (1.0 - A)
    grads = {"W1": dZ.T @ X, "b1": dZ.sum(axis=0), "W2": dY.T @ A, "b2": dY.sum(axis=0)}
    return float(np.mean(e**2)), grads


@chaff("loss_and_grads", "The gradient of W1 uses the sizes of the inputs")
def sizes_of_inputs(params, X, y):
    _, _, _, dZ = _parts(params, X, y)
    loss, grads = _answer(params, X, y)
    return loss, {**grads, "W1": dZ.T @ np.abs(X)}


@chaff("loss_and_grads", "The gradient of W1 comes out with two neurons exchanged")
def neurons_exchanged(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss, {**grads, "W1": grads["W1"][::-1]}


@chaff("loss_and_grads", "The parameters are changed by the call: a step is made")
def makes_a_step(params, X, y):
    loss, grads = _answer(params, X, y)
    for key in grads:
        if params[key].flags.writeable:
            params[key] -= 0.1 * grads[key]
    return loss, grads


@chaff("loss_and_grads", "The gradient of W2 pairs each error with another example's activations")
def pairs_mixed_up(params, X, y):
    A, _, dY, _ = _parts(params, X, y)
    loss, grads = _answer(params, X, y)
    return loss, {**grads, "W2": dY.T @ A[::-1]}


@chaff("loss_and_grads", "The loss has a 1/2 that its gradients do not know of")
def half_a_loss(params, X, y):
    loss, grads = _answer(params, X, y)
    return loss / 2.0, grads


# --- 6.6 sigmoid, relu, softmax ------------------------------------------------------------


@wheat("sigmoid", "in two halves, so that nothing overflows", public=True)
def sigmoid_in_halves(z):
    small = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, small) / (1.0 + small)


@wheat("sigmoid", "through logarithms")
def sigmoid_by_logarithms(z):
    return np.exp(-np.logaddexp(0.0, -np.asarray(z)))


@wheat("relu", "the larger of z and 0", public=True)
def relu_by_maximum(z):
    return np.maximum(z, 0.0)


@wheat("relu", "z times whether it is positive: minus zero for negative numbers")
def relu_by_mask(z):
    return np.asarray(z) * (np.asarray(z) > 0)


@wheat("softmax", "each row less its largest score", public=True)
def softmax_by_rows(Z):
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@wheat("softmax", "through logarithms")
def softmax_by_logarithms(Z):
    Z = np.asarray(Z, dtype=float)
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


@chaff("sigmoid", "Mirrored: it falls from 1 to 0", public=True)
def sigmoid_mirrored(z):
    return sigmoid_in_halves.function(-np.asarray(z))


@chaff("sigmoid", "Steeper to the right than to the left: the two sides do not add up to 1")
def sigmoid_lopsided(z):
    z = np.asarray(z)
    return sigmoid_in_halves.function(np.where(z > 0, 1.5 * z, z))


@chaff("sigmoid", "A hard sigmoid whose middle is not 1/2: it is clipped too early")
def sigmoid_off_centre(z):
    return np.clip(0.25 * np.asarray(z) + 0.6, 0.0, 1.0)


@chaff("sigmoid", "It bends back a little far to the right: it is not rising everywhere")
def sigmoid_bends_back(z):
    z = np.asarray(z, dtype=float)
    s = sigmoid_in_halves.function(z)
    bump = 0.01 * np.exp(-((np.abs(z) - 4.0) ** 2)) * np.sign(z)
    return s + bump


@chaff("relu", "Negative numbers come through: it is the identity", public=True)
def relu_lets_all_pass(z):
    return np.array(z, dtype=float)


@chaff("relu", "The size of z: negative numbers come out positive")
def relu_by_size(z):
    return np.abs(z)


@chaff("relu", "Leaky: a hundredth of negative numbers comes through")
def relu_leaks(z):
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, z, 0.01 * z)


@chaff("relu", "Cut off at 6")
def relu_cut_off(z):
    return np.clip(z, 0.0, 6.0)


@chaff("softmax", "The columns add up to 1 instead of the rows", public=True)
def softmax_by_columns(Z):
    return softmax_by_rows.function(np.asarray(Z).T).T


@chaff("softmax", "All numbers of the table together add up to 1")
def softmax_of_all(Z):
    E = np.exp(Z - np.max(Z))
    return E / E.sum()


@chaff("softmax", "Sizes of scores are divided by their sum: adding a number changes the shares")
def softmax_without_exp(Z):
    E = np.abs(Z) + 1e-9
    return E / E.sum(axis=1, keepdims=True)


@chaff("softmax", "Shares are squared and not divided again: rows add up to less than 1")
def softmax_squared(Z):
    return softmax_by_rows.function(Z) ** 2
