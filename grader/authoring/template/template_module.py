"""99 Template title.

Rows are examples. This docstring goes to students, as all docstrings do.
"""

import numpy as np


def pinball(y_pred, y, q):
    """Mean pinball loss: errors on one side cost more than on the other.

    Args:
        y_pred: The predictions, shape (N,), float64.
        y: The labels, shape (N,), float64.
        q: Weight of predictions that are too low, a float between 0 and 1.

    Returns:
        The mean over the N examples, a float.

    Example:
        >>> pinball(np.array([1.0, 5.0]), np.array([3.0, 4.0]), 0.75)
        0.875
    """
    e = y - y_pred
    return float(np.mean(np.maximum(q * e, (q - 1) * e)))


def grad_pinball(y_pred, y, q):
    """Derivative of the mean pinball loss by each prediction.

    Args:
        y_pred: The predictions, shape (N,), float64.
        y: The labels, shape (N,), float64.
        q: Weight of predictions that are too low, a float between 0 and 1.

    Returns:
        The derivative, shape (N,), floats.

    Convention:
        Where a prediction is exact, any slope between those on both sides is right.

    Example:
        >>> grad_pinball(np.array([1.0, 5.0]), np.array([3.0, 4.0]), 0.75)
        array([-0.375,  0.125])
    """
    return _slopes(y - y_pred, q) / y.size


def _slopes(e, q):
    """A name with an underscore is the solution's own: students do not receive it."""
    return np.where(e > 0, -q, 1.0 - q)


def worst_error(y_pred, y):
    """Find the error that is largest in size.

    Args:
        y_pred: The predictions, shape (N,), float64.
        y: The labels, shape (N,), float64.

    Returns:
        y - y_pred where its absolute value is largest, a float with its sign.

    Example:
        >>> worst_error(np.array([1.0, 5.0]), np.array([3.0, 4.0]))
        2.0
    """
    e = errors(y_pred, y)
    return float(e[np.argmax(np.abs(e))])


def errors(y_pred, y):
    """Give y - y_pred: neither an exercise nor private, so students receive it as it stands."""
    return y - y_pred
