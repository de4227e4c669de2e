"""04 Activations: curves made of pieces, sigmoids, ReLUs, and one hidden layer.

A hidden neuron i computes z_i = bh_i + sum_j W_ij x_j and squashes it. W is (out, in): a row holds
the weights of one neuron. No argument is changed.
"""

import numpy as np


def hard_sigmoid(x, start, end):
    """Rise from 0 to 1 along a straight line between start and end.

    Args:
        x: Where, shape (N,), float64; a single float is as good.
        start: Up to here the answer is 0, a float.
        end: From here on it is 1, a float; start < end.

    Returns:
        The heights, shaped like x.

    Example:
        >>> hard_sigmoid(np.array([0.0, 1.5, 4.0]), 1.0, 3.0)
        array([0.  , 0.25, 1.  ])
    """
    return np.clip((x - start) / (end - start), 0.0, 1.0)


def pl_to_hard_sigmoids(xk, yk):
    """Write a piecewise linear curve as a constant plus hard sigmoids.

    Args:
        xk: Where the knees are, shape (K + 1,), float64, strictly increasing.
        yk: How high they are, shape (K + 1,), float64.

    Returns:
        A tuple (b, c, start, end): the constant b, a float; heights c, starts and ends, each of
        shape (K,), so that the curve is b + sum_i c_i hard_sigmoid(x, start_i, end_i).

    Convention:
        Exactly K pieces, in any order. Left of the first knee and right of the last one the curve
        is constant. Judged by the curve that comes out.

    Example:
        >>> xk, yk = np.array([0.0, 1.0, 3.0]), np.array([1.0, 3.0, 2.0])
        >>> b, c, start, end = pl_to_hard_sigmoids(xk, yk)
        >>> float(b), c.tolist(), start.tolist(), end.tolist()
        (1.0, [2.0, -1.0], [0.0, 1.0], [1.0, 3.0])
    """
    return float(yk[0]), np.diff(yk), xk[:-1], xk[1:]


def sigmoid(z):
    """Squash every number between 0 and 1: 1 / (1 + e^-z).

    Args:
        z: Any numbers, shape (N,), float64, from -10,000 to 10,000.

    Returns:
        The squashed numbers, shaped like z.

    Convention:
        Finite in the whole range; a warning from numpy is no mistake.

    Example:
        >>> sigmoid(np.array([0.0]))
        array([0.5])
    """
    # e^-|z| never overflows; one of the two forms is right on each side of 0.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def d_sigmoid(z):
    """Slope of the sigmoid at z.

    Args:
        z: What goes into the sigmoid, shape (N,), float64, from -10,000 to 10,000.

    Returns:
        The slopes, shaped like z.

    Example:
        >>> d_sigmoid(np.array([0.0]))
        array([0.25])
    """
    a = sigmoid(z)
    return a * (1.0 - a)


def relu(z):
    """Let positive numbers pass and replace the others by 0.

    Args:
        z: Any numbers, shape (N,), float64.

    Returns:
        An array shaped like z.

    Example:
        >>> relu(np.array([2.0, -3.0]))
        array([2., 0.])
    """
    return np.maximum(z, 0.0)


def d_relu(z):
    """Slope of the ReLU at z.

    Args:
        z: What goes into the ReLU, shape (N,), float64.

    Returns:
        The slopes, shaped like z.

    Convention:
        At exactly 0, where the curve has a knee, the slope is taken as 0.

    Example:
        >>> d_relu(np.array([2.0, 0.0, -3.0]))
        array([1., 0., 0.])
    """
    return np.where(z > 0, 1.0, 0.0)


def hard_sigmoid_as_relus(start, end, height):
    """Write one hard sigmoid of a height as the sum of two ReLUs.

    Args:
        start: Up to here the sum is 0, a float.
        end: From here on it is `height`, a float; start < end.
        height: How high the step is, a float of either sign.

    Returns:
        Two triples [(c, w, b), (c, w, b)] of floats: the sum of c relu(w x + b) is the step.

    Convention:
        Many answers are right; the curve that comes out is judged.
    """
    slope = height / (end - start)
    return [(slope, 1.0, -start), (-slope, 1.0, -end)]


def one_hidden(x, W, bh, c, b, act):
    """Predict with one hidden layer: y = b + sum_i c_i act(bh_i + sum_j W_ij x_j).

    Args:
        x: One example, shape (I,), float64.
        W: Weights of the hidden neurons, shape (H, I), float64, one neuron per row.
        bh: Their biases, shape (H,), float64.
        c: Weights of the output, shape (H,), float64.
        b: Bias of the output, a float.
        act: The activation, a function `act(z) -> like z` of a number or an array.

    Returns:
        The prediction, a float.

    Example:
        >>> W, bh = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0.0, -1.0])
        >>> c = np.array([1.0, 3.0])
        >>> one_hidden(np.array([2.0, 1.0]), W, bh, c, 0.5, np.abs)
        5.5
    """
    return float(b + c @ act(bh + W @ x))


def one_hidden_batch(X, W, bh, c, b, act):
    """Predict a whole batch with one hidden layer, without a loop over the examples.

    Args:
        X: The examples, shape (N, I), float64, one per row.
        W: Weights of the hidden neurons, shape (H, I), float64, one neuron per row.
        bh: Their biases, shape (H,), float64.
        c: Weights of the output, shape (H,), float64.
        b: Bias of the output, a float.
        act: The activation, a function `act(z) -> like z` of a number or an array.

    Returns:
        The predictions, shape (N,).

    Example:
        >>> W, bh = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([0.0, -1.0])
        >>> c = np.array([1.0, 3.0])
        >>> one_hidden_batch(np.array([[2.0, 1.0], [0.0, 0.0]]), W, bh, c, 0.5, np.abs)
        array([5.5, 3.5])
    """
    return b + act(X @ W.T + bh) @ c
