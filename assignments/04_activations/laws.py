"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.authoring.laws import close


def half_in_the_middle(student, start, end):
    """A straight line in between."""
    close(student.hard_sigmoid(np.array([(start + end) / 2]), start, end), np.array([0.5]))


def flat_outside(student, start, end):
    """Clipped on both sides."""
    x = np.array([start - 5.0, start, end, end + 5.0])
    close(student.hard_sigmoid(x, start, end), np.array([0.0, 0.0, 1.0, 1.0]))


def one_per_piece(student, xk, yk):
    """K knees after the first, K entries each."""
    _, c, start, end = student.pl_to_hard_sigmoids(xk, yk)
    for entries in (c, start, end):
        if np.shape(entries) != (len(xk) - 1,):
            raise AssertionError(f"shape {np.shape(entries)} for {len(xk) - 1} pieces")


def passes_through_the_knees(student, xk, yk):
    """The sum of the pieces, at every knee."""
    close(_curve(student.pl_to_hard_sigmoids(xk, yk), xk), yk)


def straight_and_constant(student, xk, yk):
    """Within every piece, and a step beyond the ends."""
    x = np.concatenate([[xk[0] - 2.0], 0.75 * xk[:-1] + 0.25 * xk[1:], [xk[-1] + 2.0]])
    close(_curve(student.pl_to_hard_sigmoids(xk, yk), x), np.interp(x, xk, yk))


def _curve(parts, x):
    b, c, start, end = (np.asarray(part, float) for part in parts)
    if np.any(end <= start):
        raise AssertionError("a piece ends where it starts, or before")
    rise = (np.asarray(x)[:, None] - start) / (end - start)
    return b + np.minimum(np.maximum(rise, 0.0), 1.0) @ c


def symmetric(student, z):
    """The curve looks the same turned around its middle."""
    close(student.sigmoid(-z), 1.0 - np.asarray(student.sigmoid(z)))


def rises(student, z):
    """Never falls, never leaves the strip."""
    a = np.asarray(student.sigmoid(np.sort(z)))
    if np.any(np.diff(a) < 0) or np.any(a < 0) or np.any(a > 1):
        raise AssertionError(f"{a} for rising z")


def steepest_at_zero(student, z):
    """Nowhere more than 1/4, and never negative."""
    slopes = np.asarray(student.d_sigmoid(z))
    if np.any(slopes < 0) or np.any(slopes > 0.25 + 1e-12):
        raise AssertionError(f"slopes from {slopes.min():g} to {slopes.max():g}")
    close(student.d_sigmoid(np.zeros(2)), np.full(2, 0.25))


def is_the_slope(student, z):
    """Looked at from both sides of z."""
    h = 1e-4
    across = 1 / (1 + np.exp(-z - h)) - 1 / (1 + np.exp(-z + h))
    close(student.d_sigmoid(z), across / (2 * h), within=1e-7)


def parts_add_up(student, z):
    """The positive part and the negative part make the whole."""
    close(np.asarray(student.relu(z)) - np.asarray(student.relu(-z)), z)


def scales(student, z):
    """Two straight halves through 0."""
    close(student.relu(2.0 * z), 2.0 * np.asarray(student.relu(z)))


def only_the_side_counts(student, z):
    """Two straight halves."""
    close(student.d_relu(3.0 * z), student.d_relu(z))


def zero_at_the_knee(student):
    """A convention."""
    close(student.d_relu(np.zeros(3)), np.zeros(3))


def nothing_on_the_left(student, start, end, height):
    """Both ReLUs are silent, or cancel."""
    x = np.array([start - 7.0, start - 1.0, start])
    close(_sum_of_relus(student.hard_sigmoid_as_relus(start, end, height), x), np.zeros(3))


def height_on_the_right(student, start, end, height):
    """The second ReLU stops the rise of the first."""
    x = np.array([end, end + 1.0, end + 7.0])
    found = _sum_of_relus(student.hard_sigmoid_as_relus(start, end, height), x)
    close(found, np.full(3, height))


def half_as_high(student, start, end, height):
    """A straight line in between."""
    x = np.array([(start + end) / 2, 0.75 * start + 0.25 * end])
    found = _sum_of_relus(student.hard_sigmoid_as_relus(start, end, height), x)
    close(found, np.array([0.5 * height, 0.25 * height]))


def _sum_of_relus(triples, x):
    rows = np.asarray(triples, float)
    if rows.shape != (2, 3):
        raise AssertionError(f"shape {rows.shape}; two triples of three numbers are asked for")
    return sum(c * np.maximum(w * x + b, 0.0) for c, w, b in rows)


def only_the_bias(student, x, W, bh, b, act):
    """The pieces are gone."""
    close(student.one_hidden(x, W, bh, np.zeros(len(bh)), b, act), b)


def neurons_in_any_order(student, x, W, bh, c, b, act):
    """A sum over neurons."""
    turned = student.one_hidden(x, W[::-1].copy(), bh[::-1].copy(), c[::-1].copy(), b, act)
    close(turned, student.one_hidden(x, W, bh, c, b, act))


def rows_stand_alone(student, X, W, bh, c, b, act):
    """The first row alone gives the first prediction."""
    whole = np.asarray(student.one_hidden_batch(X, W, bh, c, b, act))
    close(student.one_hidden_batch(X[:1], W, bh, c, b, act), whole[:1])


def only_the_bias_everywhere(student, X, W, bh, b, act):
    """The pieces are gone."""
    found = student.one_hidden_batch(X, W, bh, np.zeros(len(bh)), b, act)
    close(found, np.full(len(X), b))
