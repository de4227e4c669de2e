"""00 Warm-up: the way from a stub to a green line, and three kinds of functions to look for.

Nothing here counts for points.
"""

import numpy as np


def add(x, y):
    """Add two numbers.

    Args:
        x: A float.
        y: A float.

    Returns:
        Their sum, a float.

    Example:
        >>> add(2.0, 0.5)
        2.5
    """
    return x + y


# Which kind of function is looked for? Write "regression", "classification" or "structured" for
# each: a number comes out, one of the given classes, or something with a structure of its own,
# such as a picture, a sentence or a plan.
TASKS = {
    "tomorrow's PM2.5 from the measurements of this week": "regression",
    "whether an e-mail is spam": "classification",
    "the next move on a Go board of 19 x 19 points": "classification",
    "a picture from a sentence that describes it": "structured",
    "the price of a flat from its size and its street": "regression",
    "the text that is spoken in a recording": "structured",
    "which of ten digits is in a picture": "classification",
    "how many views a video will have tomorrow": "regression",
    "a translation of a whole document": "structured",
    "the blood group, A, B, AB or 0, from a photograph of a test card": "classification",
    "in how many minutes the next bus arrives": "regression",
    "the shape of a protein from the sequence of its parts": "structured",
}


def outer_sum(a, b):
    """Add every number of one array to every number of another.

    Args:
        a: Numbers, shape (I,), float64.
        b: Numbers, shape (J,), float64.

    Returns:
        A table, shape (I, J): row i, column j holds a_i + b_j.

    Convention:
        One line is enough, without a loop: broadcasting does it. No argument is changed.

    Example:
        >>> outer_sum(np.array([10.0, 20.0]), np.array([1.0, 2.0, 3.0]))
        array([[11., 12., 13.],
               [21., 22., 23.]])
    """
    return a[:, np.newaxis] + b
