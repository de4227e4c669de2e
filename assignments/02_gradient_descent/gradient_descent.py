"""02 Gradient descent: from a start, step by step downhill, with one parameter and with two.

Rows are examples, losses are means, views are counted in k (thousands). `eta` is the learning
rate. A path holds every point that was visited, the start included.
"""

import numpy as np


def L(w):
    """Loss curve with two valleys, given: try gradient descent on it."""
    return 0.05 * w**4 - 0.4 * w**2 + 0.2 * w + 1.5


def dL(w):
    """Slope of `L` at w, given."""
    return 0.2 * w**3 - 0.8 * w + 0.2


def numeric_slope(f, w, h=1e-5):
    """Measure the slope of f at w by looking a little to both sides.

    Args:
        f: A function `f(w) -> float`; call it as often as you like.
        w: Where the slope is wanted, a float.
        h: How far to look to each side, a float, > 0.

    Returns:
        The central difference quotient, a float.

    Convention:
        Any answer that is at least as accurate is right, too.

    Example:
        >>> round(numeric_slope(lambda w: w**2, 3.0), 6)
        6.0
    """
    # ★ one line
    raise NotImplementedError("2.1 numeric_slope")


def gd_1d(dL, w0, eta, n_updates):
    """Descend along a slope: w <- w - eta dL(w), n_updates times.

    Args:
        dL: The slope, a function `dL(w) -> float`.
        w0: The start, a float or an int.
        eta: The learning rate, a float, > 0.
        n_updates: How many steps to take, an int, >= 0.

    Returns:
        The path, shape (n_updates + 1,), floats: w0 first, where you end last.

    Convention:
        Exactly n_updates steps, even if the slope becomes 0 on the way.

    Example:
        >>> gd_1d(lambda w: 2 * w, 1.0, 0.25, 3)
        array([1.   , 0.5  , 0.25 , 0.125])
    """
    # ★ about 4 lines
    raise NotImplementedError("2.2 gd_1d")


def two_starts():
    """Choose two starts from which gradient descent on `L` ends in different valleys.

    Returns:
        A tuple (w0_global, w0_local) of floats: from the first, descent ends in the deeper
        valley, at w = -2.115; from the second in the other one, at w = 1.861.

    Convention:
        Judged by a descent from each start with eta = 0.1 and 1,000 updates, which must end
        within 0.05 of its valley. Many answers are right.
    """
    # ★ one line
    raise NotImplementedError("2.3 two_starts")


def grad_mse(x, y, w, b):
    """Gradient of the mean squared error of the line b + w x.

    Args:
        x: The feature, shape (N,), float64, in k.
        y: The labels, shape (N,), float64, in k.
        w: The weight, a float.
        b: The bias, a float, in k.

    Returns:
        A tuple (dw, db) of floats: dL/dw and dL/db.

    Convention:
        L is the mean over the N examples of (b + w x - y)^2, without a 1/2.

    Example:
        >>> x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 5.0, 9.0])
        >>> grad_mse(x, y, 1.5, 0.5)
        (-5.5, -1.5)
    """
    # ★★ about 2 lines
    raise NotImplementedError("2.4 grad_mse")


def grad_mae(x, y, w, b):
    """Gradient of the mean absolute error of the line b + w x.

    Args:
        x: The feature, shape (N,), float64, in k.
        y: The labels, shape (N,), float64, in k.
        w: The weight, a float.
        b: The bias, a float, in k.

    Returns:
        A tuple (dw, db) of floats: dL/dw and dL/db.

    Convention:
        L is the mean over the N examples. Where an error is exactly 0 the slope of its size is
        taken as 0; any number from -1 to 1 is as right.

    Example:
        >>> x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 5.0, 9.0])
        >>> grad_mae(x, y, 1.5, 0.5)
        (-1.5, -0.5)
    """
    # ★★ about 2 lines
    raise NotImplementedError("2.5 grad_mae")


def gd_2d(grad, w0, b0, eta, n_updates):
    """Descend in two parameters at once.

    Args:
        grad: The gradient, a function `grad(w, b) -> (dw, db)`.
        w0: The start in w, a float or an int.
        b0: The start in b, a float.
        eta: The learning rate, a float, > 0; the same for both.
        n_updates: How many steps to take, an int, >= 0.

    Returns:
        The path, shape (n_updates + 1, 2), floats: column 0 is w, column 1 is b, the start is
        the first row.

    Convention:
        Both parameters step at the same time, from the same point.

    Example:
        >>> gd_2d(lambda w, b: (w, 2 * b), 1.0, 1.0, 0.5, 2)
        array([[1.  , 1.  ],
               [0.5 , 0.  ],
               [0.25, 0.  ]])
    """
    # ★★ about 5 lines
    raise NotImplementedError("2.6 gd_2d")


def max_stable_eta(x):
    """Find the learning rate at which gradient descent on the MSE of a line stops converging.

    Args:
        x: The feature, shape (N,), float64, in k.

    Returns:
        2 / lambda_max, a float, where lambda_max is the largest eigenvalue of the matrix of
        second derivatives of the MSE of b + w x by w and b.

    Convention:
        The labels do not matter: the second derivatives do not contain them. No 1/2 in the MSE.

    Example:
        >>> round(max_stable_eta(np.array([1.0, -1.0])), 9)
        1.0
    """
    # ★★★ about 2 lines
    raise NotImplementedError("2.7 max_stable_eta")
