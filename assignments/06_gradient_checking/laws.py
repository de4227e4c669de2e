"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

import numpy as np
from grader.authoring.laws import close


def slope_of_squares(student, theta):
    """A parabola is measured exactly, whatever h is."""
    found = student.numeric_grad(lambda t: float(np.sum(np.asarray(t) ** 2)), theta)
    close(found, 2.0 * np.asarray(theta), within=1e-8)


def slope_of_a_multiple(student, f, theta):
    """A difference quotient is linear in f."""
    once = np.asarray(student.numeric_grad(f, theta))
    close(student.numeric_grad(lambda t: -3.0 * f(t), theta), -3.0 * once, within=1e-7)


def units_do_not_matter(student, a, b):
    """The error is relative."""
    close(student.rel_error(1000.0 * a, 1000.0 * b), student.rel_error(a, b))


def order_does_not_matter(student, a, b):
    """|a - b| = |b - a|."""
    close(student.rel_error(b, a), student.rel_error(a, b))


def from_zero_to_one(student, a):
    """The two ends of the scale."""
    close(student.rel_error(a, a), 0.0)
    close(student.rel_error(a, -a), 1.0)


def squares(student, theta):
    """2 theta passes, theta does not."""
    theta = np.asarray(theta, dtype=float) + 2.0

    def loss(t):
        return float(np.sum(np.asarray(t) ** 2))

    right, _, _ = student.gradcheck(loss, lambda t: 2.0 * np.asarray(t), theta)
    wrong, _, err = student.gradcheck(loss, lambda t: 1.0 * np.asarray(t), theta)
    if not right or wrong:
        raise AssertionError(f"ok is {right} for 2 theta and {wrong} for theta")
    close(err, 1 / 3, within=1e-6)


def _accused(student, candidates):
    found = student.find_bugs(candidates)
    if not isinstance(found, (set, frozenset, list, tuple)):
        raise AssertionError(f"a set of names is asked for, not {type(found).__name__}")
    strange = sorted(str(name) for name in found if name not in candidates)
    if strange:
        raise AssertionError(f"{', '.join(strange)[:80]} is no candidate's name")
    return set(found)


def wrong_ones_are_found(student, candidates):
    """None slips through."""
    accused = _accused(student, candidates)
    missed = sorted(n for n, c in candidates.items() if c.name != "right" and n not in accused)
    if missed:
        raise AssertionError(f"{len(missed)} of 9 are missed: {', '.join(missed)}")


def right_ones_are_left_alone(student, candidates):
    """Odd is not wrong."""
    accused = _accused(student, candidates)
    blamed = sorted(n for n, c in candidates.items() if c.name == "right" and n in accused)
    if blamed:
        raise AssertionError(f"{', '.join(blamed)}: right, but accused")
