"""What 99_template asks: one declaration per exercise, its edges, and the laws it obeys."""

import numpy as np

from grader.authoring import close, exercise, floats

# A declaration names arguments and outputs with their axes; no brackets: a number.
pinball = exercise("y_pred[N] y[N] q -> L", q=floats(0.1, 0.9))
grad_pinball = exercise("y_pred[N] y[N] q -> g[N]", q=floats(0.1, 0.9))
worst_error = exercise("y_pred[N] y[N] -> e")


# An edge adds cases that are special; it returns all arguments by name.
@pinball.edge("every prediction is exact")
def all_exact(rng):
    """The loss is 0."""
    y = rng.normal(size=4)
    return {"y_pred": y.copy(), "y": y, "q": 0.25}


@grad_pinball.edge("one prediction is exact: a kink")
def one_exact(rng):
    """Any slope between the two sides is right."""
    y = rng.normal(size=3)
    return {"y_pred": y + np.array([0.0, 1.0, -1.0]), "y": y, "q": 0.75}


# An interval says between which answers all are right; without it the reference decides.
@grad_pinball.interval
def either_side(y_pred, y, q):
    """The slopes left and right of each error."""
    e = y - y_pred
    return np.where(e >= 0, -q, 1 - q) / y.size, np.where(e > 0, -q, 1 - q) / y.size


# An assumption drops drawn cases in which there is no one right answer.
@worst_error.assume
def one_is_worst(y_pred, y):
    """No two errors are equally large."""
    sizes = np.sort(np.abs(y - y_pred))
    return sizes.size == 1 or sizes[-1] - sizes[-2] > 1e-3


# A law needs no reference; a public one is tried in students' hands, too.
@pinball.law("Errors c times as large cost c times as much", public=True, c=floats(0.5, 4))
def grows_with_the_errors(student, y_pred, y, q, c):
    """The loss of c e is c times the loss of e."""
    close(student.pinball(y + c * (y_pred - y), y, q), c * student.pinball(y_pred, y, q))
