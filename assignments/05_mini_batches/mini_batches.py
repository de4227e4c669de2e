"""05 Mini-batches: all parameters at once, a few examples at a time.

Rows are examples, losses are means. Parameters are a dict from names to float64 arrays, such as
{"W1": ..., "b1": ...}; gradients have the same keys and shapes. No argument of any function is
changed. `rng` is a numpy Generator and the only source of randomness.
"""

import numpy as np


def linear_loss_grad(params, X, y):
    """Mean squared error of a linear model and its gradient, given: try `fit` on it.

    Args:
        params: {"W1": (1, I), "b1": (1,)}.
        X: The examples, shape (N, I).
        y: The labels, shape (N,).

    Returns:
        A tuple (loss, grads).
    """
    e = X @ params["W1"][0] + params["b1"][0] - y
    grads = {"W1": 2 * (e @ X)[None, :] / len(y), "b1": np.array([2 * np.mean(e)])}
    return float(np.mean(e**2)), grads


def pack(params):
    """Stack all parameters into one long array theta.

    Args:
        params: Names to arrays of any shape, float64.

    Returns:
        theta, shape (P,): the entries of all arrays, one array after the other.

    Convention:
        The arrays follow one another by their names, sorted as texts: W1, W10, W2, b1.
        Each is read row by row (C order).

    Example:
        >>> pack({"b1": np.array([5.0]), "W1": np.array([[1.0, 2.0], [3.0, 4.0]])})
        array([1., 2., 3., 4., 5.])
    """
    # ★★ about 4 lines
    raise NotImplementedError("5.1 pack")


def unpack(theta, shapes):
    """Take theta apart again: the inverse of `pack`.

    Args:
        theta: All entries, shape (P,), float64.
        shapes: Names to shapes, each a tuple of ints, in any order.

    Returns:
        A dict with the same names: arrays of these shapes.

    Convention:
        Names sorted as texts, each array filled row by row, as in `pack`. Views of theta are
        as right as copies.

    Example:
        >>> unpack(np.array([1.0, 2.0, 3.0, 4.0, 5.0]), {"b1": (1,), "W1": (2, 2)})
        {'W1': array([[1., 2.],
               [3., 4.]]), 'b1': array([5.])}
    """
    # ★★ about 4 lines
    raise NotImplementedError("5.1 unpack")


def n_updates(N, B, n_epochs, drop_last=False):
    """Count the updates of a training run.

    Args:
        N: How many examples there are, an int, > 0.
        B: How many go into a batch, an int, > 0.
        n_epochs: How often every example is seen, an int, >= 0.
        drop_last: Is a last, shorter batch left out?

    Returns:
        The number of updates, an int.

    Convention:
        One update for each batch. A batch does not run over the end of an epoch.

    Example:
        >>> n_updates(1003, 100, 1), n_updates(1003, 100, 1, drop_last=True)
        (11, 10)
    """
    # ★ about 2 lines
    raise NotImplementedError("5.2 n_updates")


def minibatches(X, y, B, rng):
    """Deal the examples of one epoch into batches, in a random order.

    Args:
        X: The features, shape (N, I), float64.
        y: The labels, shape (N,).
        B: How many examples go into a batch, an int, > 0.
        rng: A numpy Generator.

    Returns:
        The batches, as anything that can be looped over: a generator, a list, ... Each is a pair
        (Xb, yb) of shapes (B, I) and (B,).

    Convention:
        Every example comes exactly once, with its own label. The order is one permutation, drawn
        from rng alone. If N is no multiple of B, the last batch holds what is left.

    Example:
        >>> X, y = np.arange(6.0).reshape(3, 2), np.array([0.0, 1.0, 2.0])
        >>> [len(yb) for _, yb in minibatches(X, y, 2, np.random.default_rng(0))]
        [2, 1]
    """
    # ★★ about 4 lines
    raise NotImplementedError("5.3 minibatches")


def sgd_step(params, grads, eta):
    """Make one update: every parameter takes a step against its gradient.

    Args:
        params: Names to arrays, float64.
        grads: The gradients, with the same names and shapes.
        eta: The learning rate, a float, > 0.

    Returns:
        A new dict with the parameters after the update.

    Convention:
        The old parameters stay as they are: whoever called may still need them.

    Example:
        >>> sgd_step({"b1": np.array([1.0])}, {"b1": np.array([4.0])}, 0.25)
        {'b1': array([0.])}
    """
    # ★ one line
    raise NotImplementedError("5.4 sgd_step")


def fit(loss_grad, params, X, y, eta, B, n_epochs, rng):
    """Train: for each batch of each epoch, one update.

    Args:
        loss_grad: A function `loss_grad(params, Xb, yb) -> (loss, grads)`: the loss of a batch, a
            float, and its gradient, a dict like params.
        params: The parameters at the start: names to arrays, float64.
        X: The features, shape (N, I), float64.
        y: The labels, shape (N,).
        eta: The learning rate, a float, > 0.
        B: How many examples go into a batch, an int, > 0.
        n_epochs: How often every example is seen, an int, >= 0.
        rng: A numpy Generator.

    Returns:
        A tuple (params, history): the parameters after the last update, and one loss per update,
        in order: the loss of its batch before the update.

    Convention:
        Batches are dealt as `minibatches` does, anew for each epoch. Without an epoch the
        history is empty and the parameters are equal to those that came in.

    Example:
        >>> params = {"W1": np.array([[0.0]]), "b1": np.array([0.0])}
        >>> X, y = np.array([[1.0], [1.0]]), np.array([1.0, 1.0])
        >>> found, history = fit(
        ...     linear_loss_grad, params, X, y, 0.25, 1, 1, np.random.default_rng(0)
        ... )
        >>> found, history
        ({'W1': array([[0.5]]), 'b1': array([0.5])}, array([1., 0.]))
    """
    # ★★★ about 7 lines
    raise NotImplementedError("5.5 fit")


def explain_run(log):
    """Read the log of a training run: what was set, and what happened.

    Args:
        log: One entry per update, in order, at least one: dicts with the keys "epoch" (an int,
            the first is 1), "rows" (how many examples the batch had, an int), "eta" (the learning
            rate of this update, a float) and "loss" (a float).

    Returns:
        A dict with the keys "N" (how many examples there are), "B" (the batch size, which only a
        last, shorter batch of an epoch falls below), "n_epochs", "n_updates" (ints) and
        "eta_changed_at" (a list of the numbers of those updates, counted from 1, whose eta is
        not that of the update before).

    Convention:
        Every epoch shows every example once. Where no epoch has a second batch, B is taken to be
        as large as the batch.

    Example:
        >>> log = [
        ...     {"epoch": 1, "rows": 4, "eta": 0.1, "loss": 2.5},
        ...     {"epoch": 1, "rows": 3, "eta": 0.1, "loss": 2.25},
        ...     {"epoch": 2, "rows": 4, "eta": 0.05, "loss": 2.0},
        ...     {"epoch": 2, "rows": 3, "eta": 0.05, "loss": 2.0},
        ... ]
        >>> explain_run(log)
        {'N': 7, 'B': 4, 'n_epochs': 2, 'n_updates': 4, 'eta_changed_at': [3]}
    """
    # ★★ about 8 lines
    raise NotImplementedError("5.6 explain_run")
