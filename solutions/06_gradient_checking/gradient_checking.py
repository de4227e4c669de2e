"""06 Gradient checking: is this really the slope of that loss?

theta stands for all parameters at once, as one array of any shape. A gradient has the shape of
theta: one slope for each number in it.
"""

import numpy as np


def numeric_grad(f, theta, h=1e-5):
    """Measure the slope of f along every number in theta, by central differences.

    Args:
        f: A function of an array that gives a float: f(theta). Call it as often as needed.
        theta: Where to measure: an array of any shape, of floats or whole numbers; it may be
            0-dimensional.
        h: How far to go to each side, a float.

    Returns:
        The slopes, a float array with the shape of theta.

    Convention:
        Afterwards theta is bit for bit as before. You may move one entry and put it back, or
        work on a copy. Anything at least as accurate as central differences is right.

    Example:
        >>> numeric_grad(lambda theta: np.sum(theta**2), np.array([1.0, -2.0])).round(6)
        array([ 2., -4.])
    """
    moved = np.array(theta, dtype=float)
    slopes = np.zeros(moved.shape)
    for index in np.ndindex(moved.shape):
        here = moved[index]
        moved[index] = here + h
        right = f(moved)
        moved[index] = here - h
        left = f(moved)
        moved[index] = here
        slopes[index] = (right - left) / (2 * h)
    return slopes


def rel_error(a, b):
    """Measure how far apart two arrays are, compared with how large they are.

    Args:
        a: An array of any shape, float64.
        b: An array of the same shape, float64.

    Returns:
        |a - b| / (|a| + |b|), a float from 0 to 1.

    Convention:
        |a| is the norm over all entries: the root of the sum of their squares. 0 if all entries
        of both are 0. No argument is changed, here and in all functions below.

    Example:
        >>> rel_error(np.array([3.0, 4.0]), np.array([3.0, 4.0]))
        0.0
        >>> rel_error(np.array([3.0, 4.0]), np.array([0.0, 0.0]))
        1.0
    """
    size = np.sqrt(np.sum(a**2)) + np.sqrt(np.sum(b**2))
    return float(np.sqrt(np.sum((a - b) ** 2)) / size) if size else 0.0


def gradcheck(f, grad, theta, tol=1e-6):
    """Compare a gradient with the measured one.

    Args:
        f: The loss: f(theta) gives a float.
        grad: What is claimed to be its gradient: grad(theta) gives an array shaped like theta.
        theta: Where to compare: a float64 array of any shape; it may be 0-dimensional.
        tol: The largest relative error that still counts as right, a float.

    Returns:
        A tuple (ok, worst_index, err): is the error at most tol, a bool; the index of the entry
        with the largest absolute difference, a tuple of ints; and the relative error, a float.

    Convention:
        err is rel_error of grad(theta) and numeric_grad(f, theta). Of several worst entries any
        one is right; for a 0-dimensional theta the index is (). A gradient with nan in it is
        never ok.

    Example:
        >>> ok, worst, err = gradcheck(
        ...     lambda theta: np.sum(theta**2), lambda theta: theta, np.array([1.0, -2.0])
        ... )
        >>> ok, worst, round(err, 6)
        (False, (1,), 0.333333)
    """
    claimed, measured = grad(theta), numeric_grad(f, theta)
    err = rel_error(claimed, measured)
    apart = np.abs(claimed - measured)
    worst = np.unravel_index(np.argmax(apart), np.shape(apart))
    return bool(err <= tol), tuple(int(i) for i in worst), err


def find_bugs(candidates):
    """Find the candidates whose gradient is not the gradient of their loss.

    Args:
        candidates: Name to candidate, a dict of twelve. Each candidate is a function:
            candidate(theta) gives (L, g), its loss, a float, and what it claims to be the
            gradient of that loss, shape (6,). theta is a float64 array of shape (6,).

    Returns:
        The names of those whose g is wrong, a set of strings.

    Convention:
        The candidates that are graded are others than those of `grader check`. Three of the
        twelve are right, though some of them look odd: a loss may be large, or tiny, or have a
        number added to it. A wrong gradient is wrong at nearly every point, but may be right at
        a special one, like all zeros or all ones. All candidates together may be called 10,000
        times.
    """
    wrong = set()
    for name, candidate in candidates.items():
        errors = [_claim_error(candidate, theta) for theta in _POINTS]
        if not max(errors) < 1e-6:
            wrong.add(name)
    return wrong


_POINTS = np.random.default_rng(0).normal(size=(4, 6))


def _claim_error(candidate, theta):
    """How far a candidate's gradient is from the measured slope of its own loss."""
    return rel_error(candidate(theta)[1], numeric_grad(lambda t: candidate(t)[0], theta))
