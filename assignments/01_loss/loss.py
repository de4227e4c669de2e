"""01 A function with unknown parameters, and how wrong it is.

Rows are examples. Views are counted in k (thousands). In code `y_pred` is what the function
says and `y` is what really happened: the label, which the lecture writes with a hat.
"""

import numpy as np


def predict(x, w, b):
    """Predict with a straight line, y = b + w x.

    Args:
        x: The feature (views of one day), shape (N,), float64 or whole numbers, in k.
        w: The weight, a float.
        b: The bias, a float, in k.

    Returns:
        The predictions, shape (N,), floats, in k.

    Convention:
        One prediction per example, in the same order; `x` is not changed.

    Example:
        >>> predict(np.array([4.8]), 1.0, 0.5)
        array([5.3])
    """
    # ★ one line
    raise NotImplementedError("1.1 predict")


def mae(y_pred, y):
    """Mean absolute error: how far off the predictions are on average.

    Args:
        y_pred: The predictions, shape (N,), float64, in k.
        y: The labels, shape (N,), float64, in k.

    Returns:
        The mean over the N examples, a float, in k.

    Convention:
        A mean, not a sum.

    Example:
        >>> round(mae(np.array([5.3]), np.array([4.9])), 9)
        0.4
    """
    # ★ one line
    raise NotImplementedError("1.2 mae")


def mse(y_pred, y):
    """Mean squared error: like `mae`, but large errors count for more.

    Args:
        y_pred: The predictions, shape (N,), float64, in k.
        y: The labels, shape (N,), float64, in k.

    Returns:
        The mean over the N examples, a float, in k squared.

    Convention:
        A mean, not a sum; there is no 1/2 in front and no root at the end.

    Example:
        >>> mse(np.array([2.0, 3.5, 5.0, 6.5]), np.array([2.0, 4.0, 5.0, 9.0]))
        1.625
    """
    # ★ one line
    raise NotImplementedError("1.3 mse")


def loss_at(w, b, x, y, loss=mae):
    """Loss of the line with these parameters: L is a function of w and b.

    Args:
        w: The weight, a float.
        b: The bias, a float, in k.
        x: The feature, shape (N,), float64, in k.
        y: The labels, shape (N,), float64, in k.
        loss: A function `loss(y_pred, y) -> float`; the predictions come first.

    Returns:
        The loss of the whole data set, a float.

    Convention:
        Without `loss` it is the mean absolute error.

    Example:
        >>> x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 5.0, 9.0])
        >>> loss_at(1.5, 0.5, x, y)
        0.75
        >>> loss_at(1.5, 0.5, x, y, loss=mse)
        1.625
    """
    # ★ one line
    raise NotImplementedError("1.4 loss_at")


def error_surface(ws, bs, x, y, loss):
    """Loss at every point of a grid of parameters: the lecture's error surface.

    Args:
        ws: Weights to try, shape (P,), float64.
        bs: Biases to try, shape (Q,), float64, in k.
        x: The feature, shape (N,), float64, in k.
        y: The labels, shape (N,), float64, in k.
        loss: A function `loss(y_pred, y) -> float`; the predictions come first.

    Returns:
        The losses, shape (Q, P), floats.

    Convention:
        Row i belongs to `bs[i]`, column j to `ws[j]`; P and Q may differ.

    Example:
        >>> x, y = np.array([1.0, 3.0]), np.array([1.0, 3.0])
        >>> error_surface(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0]), x, y, mae)
        array([[2., 0., 2.],
               [1., 1., 3.]])
    """
    # ★★ about 5 lines
    raise NotImplementedError("1.5 error_surface")


def best_on_grid(S, ws, bs):
    """Find the lowest point of an error surface.

    Args:
        S: Losses as `error_surface` gives them, shape (Q, P), float64.
        ws: The weights of the columns, shape (P,), float64.
        bs: The biases of the rows, shape (Q,), float64, in k.

    Returns:
        A tuple (w, b, L) of floats: the weight and the bias of the lowest loss, and that loss.

    Convention:
        The parameters themselves, not their indices; w first. One lowest entry exists.

    Example:
        >>> S = np.array([[2.0, 0.0, 2.0], [1.0, 1.0, 3.0]])
        >>> best_on_grid(S, np.array([0.0, 1.0, 2.0]), np.array([0.5, 1.5]))
        (1.0, 0.5, 0.0)
    """
    # ★★ about 2 lines
    raise NotImplementedError("1.6 best_on_grid")
