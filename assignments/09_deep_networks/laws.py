"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.data import digits8, drawing_table, toy, views
from grader.authoring.laws import close


def _layers(params, n_in, n_out):
    """The weights and biases in order; an AssertionError says what is wrong with them."""
    if not isinstance(params, dict):
        raise AssertionError(f"a dict of parameters is asked for, not a {type(params).__name__}")
    depth = sum(1 for key in params if str(key).startswith("W"))
    wanted = [f"{letter}{i + 1}" for i in range(max(depth, 1)) for letter in "Wb"]
    missing = [key for key in wanted if key not in params]
    if missing:
        raise AssertionError(f"there is no {missing[0]} in params")
    found, before = [], n_in
    for i in range(1, depth + 1):
        W, b = np.asarray(params[f"W{i}"], dtype=float), np.asarray(params[f"b{i}"], dtype=float)
        if W.ndim != 2 or W.shape[1] != before:
            raise AssertionError(f"W{i} has shape {W.shape}, and {before} numbers go into it")
        if b.size != W.shape[0]:
            raise AssertionError(f"b{i} has shape {b.shape}, and W{i} has {W.shape[0]} rows")
        found.append((W, b.reshape(-1)))
        before = W.shape[0]
    if before != n_out:
        raise AssertionError(f"{before} numbers come out of the network, {n_out} are asked for")
    if not all(np.all(np.isfinite(W)) and np.all(np.isfinite(b)) for W, b in found):
        raise AssertionError("parameters are not finite: the training ran away")
    return found


def _scores(layers, X):
    """What comes out of the network: ReLUs between the layers, none after the last."""
    A = X
    for i, (W, b) in enumerate(layers):
        A = A @ W.T + b
        if i < len(layers) - 1:
            A = np.maximum(A, 0.0)
    return A


def _cost(Z, y):
    """Cross-entropy of scores."""
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return float(-np.mean(log_p[np.arange(len(y)), y]))


def _why(layers, Z, seen):
    """What can be said of a network that is not good enough."""
    if len(layers) == 1:
        return "; there is no hidden layer, so the model is linear"
    if any(np.ptp(W, axis=0).max() < 1e-9 for W, _ in layers[:-1] if len(W) > 1):
        return "; all neurons of a hidden layer are the same, so they count as one"
    if len(set(np.argmax(Z, axis=1).tolist())) == 1:
        return "; all examples get the same class"
    if seen is not None and seen > 0.97:
        return "; the examples were learned by heart, and little else"
    return "; it has not learned enough yet"


def _silent(layers, X):
    """The share of hidden neurons of the first layer that no example switches on."""
    W, b = layers[0]
    return float(np.mean(np.max(X @ W.T + b, axis=0) <= 0)) if len(layers) > 1 else 0.0


def _share_right(layers, X, y):
    return float(np.mean(np.argmax(_scores(layers, X), axis=1) == y))


def _same_network(one, other):
    """Two answers to the same question; trained numbers agree but for rounding."""
    if not isinstance(one, dict) or not isinstance(other, dict) or set(one) != set(other):
        raise AssertionError("two runs with rngs of the same seed give different networks")
    for key, value in one.items():
        same = np.shape(value) == np.shape(other[key])
        if not same or not np.allclose(value, other[key], rtol=1e-4, atol=1e-6):
            raise AssertionError(f"{key} differs between two runs with rngs of the same seed")

_SIZES = (200, 100, 60, 10)


def shapes_of_params(student, seed):
    """W1 has a row per neuron of the first layer, and so on."""
    params = student.init_params((3, 5, 7, 2), {"rng": seed})
    layers = _layers(params, 3, 2)
    if [len(W) for W, _ in layers] != [5, 7, 2]:
        raise AssertionError(f"layers of {[len(W) for W, _ in layers]} neurons, not [5, 7, 2]")
    if len(params) != 6:
        raise AssertionError(f"{len(params)} entries for three layers, not 6")


def _spread(W):
    """What a wrong standard deviation looks like."""
    n_out, n_in = W.shape
    if not np.any(W):
        return "; all of them are 0"
    if np.ptp(W) == 0:
        return "; all of them are the same number"
    if 0.9 < np.std(W) * np.sqrt(n_out / 2.0) < 1.1:
        return "; that would fit the outputs of the layer"
    if 0.9 < np.std(W) * n_in / 2.0 < 1.1:
        return "; that is 2 / inputs, without the root"
    if 0.9 < np.std(W) < 1.1:
        return "; that is 1, however many numbers go in"
    return "; that is too wide" if np.std(W) > np.sqrt(2.0 / n_in) else "; that is too narrow"


def spread_of_weights(student, seed):
    """He's rule, within ten percent; each layer has its own number of inputs."""
    for i, (W, _) in enumerate(_layers(student.init_params(_SIZES, {"rng": seed}), 200, 10), 1):
        wanted = np.sqrt(2.0 / W.shape[1])
        slack = 0.1 if W.size > 5000 else 0.2
        if not (1 - slack) * wanted < np.std(W) < (1 + slack) * wanted:
            text = f"W{i} has standard deviation {np.std(W):.3f}, not {wanted:.3f}"
            raise AssertionError(text + _spread(W))
        if not abs(np.mean(W)) < slack * wanted:
            raise AssertionError(f"W{i} has mean {np.mean(W):.3f}, not 0")


def biases_are_zero(student, seed):
    """Nothing breaks a symmetry here; the weights do that."""
    for i, (_, b) in enumerate(_layers(student.init_params(_SIZES, {"rng": seed}), 200, 10), 1):
        if np.any(b != 0):
            raise AssertionError(f"b{i} is not all 0")


def symmetry_is_broken(student, seed):
    """Equal neurons would stay equal for ever."""
    layers = _layers(student.init_params((40, 40, 40, 40), {"rng": seed}), 40, 40)
    for i, (W, _) in enumerate(layers, 1):
        if np.min(np.std(W, axis=0)) < 0.01 or np.min(np.std(W, axis=1)) < 0.01:
            raise AssertionError(f"rows or columns of W{i} are alike")
    if np.allclose(layers[0][0], layers[1][0]):
        raise AssertionError("W1 and W2 hold the same numbers")


def rng_decides(student, seed):
    """No other source of chance, and no seed of one's own."""
    one = student.init_params((6, 5, 4), {"rng": seed})
    again = student.afresh.init_params((6, 5, 4), {"rng": seed})
    other = student.init_params((6, 5, 4), {"rng": seed + 1})
    _layers(one, 6, 4)
    _same_network(one, again)
    if np.allclose(one["W1"], other["W1"]):
        raise AssertionError("another rng gives the same W1")


def tiny_is_a_network(student, seed):
    """Shapes that fit, finite numbers."""
    _layers(student.overfit_tiny(*digits8(20, seed)), 64, 10)


def tiny_is_learned_by_heart(student, seed):
    """Twenty examples can be learned by heart."""
    X, y = digits8(20, seed)
    layers = _layers(student.overfit_tiny(X, y), 64, 10)
    Z = _scores(layers, X)
    cost = _cost(Z, y)
    if not cost < 0.01:
        raise AssertionError(f"the cross-entropy is {cost:.4f}{_why(layers, Z, None)}")


def _directional(student, params, X, y, key, direction, h=1e-5):
    found = []
    for step in (h, -h):
        moved = {**params, key: params[key] + step * direction}
        Z, _ = student.net_forward(moved, X, "relu")
        found.append(float(np.asarray(student.cross_entropy(Z, y)[0]).item()))
    return (found[0] - found[1]) / (2 * h)


def gradients_come_first(student, seed):
    """Tried where net_forward, net_backward and cross_entropy of 08 are there to be asked."""
    if not student.defines("net_forward", "net_backward", "cross_entropy"):
        return
    rng = np.random.default_rng(seed)
    params = {"W1": rng.normal(size=(5, 4)), "b1": rng.normal(size=5),
              "W2": rng.normal(size=(3, 5)), "b2": rng.normal(size=3)}  # fmt: skip
    X, y = rng.normal(size=(7, 4)), rng.integers(0, 3, size=7)
    Z, caches = student.net_forward(params, X, "relu")
    grads = student.net_backward(params, caches, student.cross_entropy(Z, y)[1])
    for key, value in params.items():
        v = rng.normal(size=value.shape)
        slope = _directional(student, params, X, y, key, v)
        got = float(np.sum(np.asarray(grads[key], dtype=float).reshape(value.shape) * v))
        if not abs(got - slope) <= 1e-5 * (1 + abs(slope)):
            raise AssertionError(f"{key}: along a direction {got:.6f}, measured {slope:.6f}")


def classifier_is_a_network(student, seed):
    """Shapes that fit, finite numbers."""
    _layers(student.train_classifier(*digits8(2000, seed), {"rng": seed}), 64, 10)


def classifier_knows_new_images(student, seed):
    """The images are made by the judge; nobody has trained on them."""
    X, y = digits8(2000, seed)
    X_new, y_new = digits8(2000, seed + 1)
    layers = _layers(student.train_classifier(X, y, {"rng": seed}), 64, 10)
    new, seen = _share_right(layers, X_new, y_new), _share_right(layers, X, y)
    if not new >= 0.9:
        why = _why(layers, _scores(layers, X_new), seen)
        if _share_right(layers, X[:100], y[:100]) > _share_right(layers, X[100:], y[100:]) + 0.15:
            why = "; the first images are known, those behind them are not"
        if new < 0.13 and len(layers) > 1 and "learned enough" in why:
            why = "; that is what guessing gives"
        if max(np.max(np.abs(b)) for _, b in layers) < 0.01 and "guessing" in why:
            why = "; its biases have hardly moved from where they began"
        if _silent(layers, X_new) > 0.5 and "are the same" not in why:
            why = "; most of its hidden neurons are 0 for every image"
        raise AssertionError(f"{100 * new:.1f} of 100 new images are right{why}")


def classifier_is_repeatable(student, seed):
    """Tried on as many images as were promised."""
    X, y = digits8(2000, seed)
    one = student.train_classifier(X, y, {"rng": seed})
    _same_network(one, student.afresh.train_classifier(X, y, {"rng": seed}))


def prediction_is_shift_invariant(student, Z):
    """Only differences count."""
    close(student.predict_class(np.asarray(Z) + 7.0), student.predict_class(Z))


def order_of_examples(student, y_pred, y):
    """A mean has no order."""
    close(student.accuracy(y_pred[::-1].copy(), y[::-1].copy()), student.accuracy(y_pred, y))


def rows_are_truths(student, y_pred, y, n_classes):
    """Every example stands in the row of its truth."""
    table = np.asarray(student.confusion(y_pred, y, n_classes))
    close(table.sum(axis=1), np.bincount(y, minlength=n_classes))


def spiral_is_a_network(student, seed):
    """Shapes that fit, finite numbers."""
    _layers(student.train_spiral(*toy("spiral", 300, seed), {"rng": seed}), 2, 2)


def spiral_is_learned(student, seed):
    """No straight line does better than 60."""
    X, y = toy("spiral", 300, seed)
    layers = _layers(student.train_spiral(X, y, {"rng": seed}), 2, 2)
    share = _share_right(layers, X, y)
    if not share >= 0.97:
        why = _why(layers, _scores(layers, X), None)
        raise AssertionError(f"{100 * share:.1f} of 100 points are right{why}")


def spiral_is_understood(student, seed):
    """Points between the known ones."""
    layers = _layers(student.train_spiral(*toy("spiral", 300, seed), {"rng": seed}), 2, 2)
    X, y = toy("spiral", 1000, seed + 1)
    share = _share_right(layers, X, y)
    if not share >= 0.93:
        raise AssertionError(f"{100 * share:.1f} of 100 new points are right")


def spiral_is_repeatable(student, seed):
    """Tried on as many points as were promised."""
    X, y = toy("spiral", 300, seed)
    one = student.train_spiral(X, y, {"rng": seed})
    _same_network(one, student.afresh.train_spiral(X, y, {"rng": seed}))


def drawer_is_a_network(student, seed):
    """Shapes that fit, finite numbers."""
    T, Y = _orders(seed)
    _layers(student.train_drawer(T, Y), 16, 64)


def drawer_draws(student, seed):
    """The judge puts the sigmoid behind the network: ink where it is above 1/2."""
    T, Y = _orders(seed)
    layers = _layers(student.train_drawer(T, Y), 16, 64)
    ink = _scores(layers, T) > 0
    right = int(np.sum(np.all(ink == (Y > 0.5), axis=1)))
    if right < 80:
        why = "; there is no hidden layer, so the model is linear" if len(layers) == 1 else ""
        inked = np.mean(ink[Y < 0.5])
        if not why and not np.any(ink):
            why = "; nothing is drawn at all"
        elif not why and inked > 0.8 and np.mean(ink[Y > 0.5]) < 0.2:
            why = "; ink and paper are exchanged"
        elif not why and inked > 2 * np.mean(~ink[Y > 0.5]) + 0.02:
            why = "; paper is inked here and there: its outputs have to be well below 0"
        raise AssertionError(f"{right} of 80 images are right in every pixel{why}")


def drawer_is_certain(student, seed):
    """The cross-entropy of a pixel is below 0.05 on average: the loss, too, is a good one."""
    T, Y = _orders(seed)
    Z = _scores(_layers(student.train_drawer(T, Y), 16, 64), T)
    cost = float(np.mean(np.logaddexp(0.0, Z) - Y * Z))
    if not cost < 0.05:
        raise AssertionError(f"the cross-entropy of a pixel is {cost:.3f} on average")


def _orders(seed):
    """The table in an order that nobody can count on."""
    T, Y = drawing_table()
    order = np.random.default_rng(seed).permutation(len(T))
    return T[order], Y[order]

_DEPTHS = (0, 1, 3)


def _days(seed):
    """Views of seven days before, scaled by the days to learn from; 2021 is not seen."""
    dates, v = views(seed % 1000)
    X = np.stack([v[6 - lag : len(v) - 1 - lag] for lag in range(7)], axis=1)
    y, seen = v[7:], dates[7:] < np.datetime64("2021-01-01")
    X = (X - X[seen].mean(axis=0)) / X[seen].std(axis=0)
    return X[seen], y[seen], X[~seen], y[~seen]


def _table(student, seed):
    days = _days(seed)
    found = student.depth_table(*days, _DEPTHS, {"rng": seed})
    if not isinstance(found, dict) or set(found) != set(_DEPTHS):
        raise AssertionError(f"a dict with the keys {_DEPTHS} is asked for")
    for depth, pair in found.items():
        if np.shape(pair) != (2,) or not np.all(np.isfinite(np.asarray(pair, dtype=float))):
            raise AssertionError(f"two finite numbers are asked for at depth {depth}")
    return days, {depth: (float(pair[0]), float(pair[1])) for depth, pair in found.items()}


def table_has_two_errors(student, seed):
    """One on seen days, one on unseen ones."""
    _table(student, seed)


def linear_row(student, seed):
    """The judge solves least squares; 0.06 k more is allowed, and no less than 0.03 k fewer."""
    (X, y, X_new, y_new), table = _table(student, seed)
    best = np.linalg.lstsq(np.c_[X, np.ones(len(X))], y, rcond=None)[0]
    for name, got, A, truth in (
        ("seen", table[0][0], X, y),
        ("unseen", table[0][1], X_new, y_new),
    ):
        errors = np.abs(np.c_[A, np.ones(len(A))] @ best - truth)
        error = float(np.mean(errors))
        if not error - 0.03 <= got <= error + 0.06:
            squares = (error**2, float(np.mean(errors**2)))
            why = "; that would fit its square" if np.any(np.isclose(got, squares, 0.1)) else ""
            raise AssertionError(f"{got:.3g} on {name} days; the best line has {error:.3f}{why}")


def depth_fits_the_seen_days(student, seed):
    """One is better by 5 percent, three are by 15, however wide: a right network is by far more."""
    _, table = _table(student, seed)
    if table[3] == table[0]:
        raise AssertionError("depth 0 and depth 3 have the same errors to the last digit")
    if not table[3][0] <= 0.85 * table[0][0]:
        raise AssertionError(f"{table[3][0]:.3f} at depth 3, {table[0][0]:.3f} at depth 0")
    if not table[1][0] <= 0.95 * table[0][0]:
        raise AssertionError(f"{table[1][0]:.3f} at depth 1, {table[0][0]:.3f} at depth 0")


def table_is_repeatable(student, seed):
    """Tried on three hundred days."""
    X, y, X_new, y_new = (a[:300] for a in _days(seed))
    arguments = (X, y, X_new, y_new, (0, 1), {"rng": seed})
    one, other = student.depth_table(*arguments), student.afresh.depth_table(*arguments)
    for depth in (0, 1):
        close(one[depth], other[depth], within=1e-4)
