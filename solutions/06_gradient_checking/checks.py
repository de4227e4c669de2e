"""What 06_gradient_checking asks: one declaration per exercise, its edges, and its laws."""

import numpy as np

from grader.authoring import ANYTHING, close, exercise, sampled, tests

numeric_grad = exercise(
    "f theta h? -> slopes", f=sampled(), theta=sampled(writable=True), h=sampled()
)
rel_error = exercise("a[N] b[N] -> err")
gradcheck = exercise(
    "f grad theta tol? -> ok worst_index err",
    f=sampled(),
    grad=sampled(),
    theta=sampled(writable=True),
    tol=sampled(),
)
find_bugs = exercise("candidates -> wrong", judged_by="laws", candidates=sampled())

test_mine = tests("loss_and_grads")
test_properties = tests("sigmoid", "relu", "softmax")

_SHAPES = ((5,), (3,), (2, 3), (3, 2), (2, 1, 3), (7,), (), (1,), (4, 1))
_FIELDS = ("ripple", "coupled", "log_sum_exp", "squashed_sum")
_WRONG = ("half", "sign", "mean", "one_missing", "one_off", "other_order", "shifted",
          "sizes_only", "slightly", "elsewhere")  # fmt: skip
_ODD = ("far_above", "tiny", "steep")


def _field(rng):
    name = str(rng.choice(_FIELDS))
    height = {"height": float(rng.choice([-1.5, 1.0, 2.0]))} if name == "ripple" else {}
    return {"function": name, "rate": float(rng.choice([0.5, 1.0])), **height}


def _theta(rng):
    shape = _SHAPES[rng.integers(len(_SHAPES))]
    return np.array(np.round(rng.normal(size=shape), 3))


# --- 6.1 numeric_grad ----------------------------------------------------------------------


@numeric_grad.sample
def somewhere(rng):
    """A function of many numbers, and a point of any shape."""
    found = {"f": _field(rng), "theta": _theta(rng)}
    return found | ({"h": float(rng.choice([1e-4, 1e-5]))} if rng.integers(2) else {})


@numeric_grad.interval
def at_least_as_accurate(f, theta, h=1e-5):
    """Accept whatever is as close to the true slopes as central differences are."""
    theta = np.array(theta, dtype=float)
    true = np.asarray(f.slope(theta), dtype=float)
    reach = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[index] = h
        right, left = f(theta + step), f(theta - step)
        # What f and theta + h lose in the last bit, seen through the division by 2 h.
        lost = 8 * np.finfo(float).eps * (abs(right) + abs(left) + abs(theta[index] * true[index]))
        reach[index] = abs((right - left) / (2 * h) - true[index]) + lost / h + 1e-11
    return true - reach, true + reach


@numeric_grad.edge("theta holds whole numbers", times=2)
def whole_numbers(rng):
    """1 + 0.00001 does not fit into an array of ints."""
    return {"f": _field(rng), "theta": rng.integers(-2, 3, size=(2, 3))}


@numeric_grad.edge("theta is a single number without a shape")
def no_shape(rng):
    """A 0-dimensional array: its only index is ()."""
    return {"f": {"function": "coupled", "rate": 1.0}, "theta": np.array(0.75)}


@numeric_grad.edge("theta is one row of one number")
def one_entry(rng):
    """Shape (1, 1)."""
    return {"f": {"function": "coupled", "rate": 1.0}, "theta": np.array([[-1.25]])}


@numeric_grad.law("A sum of squares has the slope 2 theta", public=True, times=2)
def slope_of_squares(student, theta):
    """A parabola is measured exactly, whatever h is."""
    found = student.numeric_grad(lambda t: float(np.sum(np.asarray(t) ** 2)), theta)
    close(found, 2.0 * np.asarray(theta), within=1e-8)


@numeric_grad.law("The slope of c f is c times the slope of f", public=True, times=2)
def slope_of_a_multiple(student, f, theta):
    """A difference quotient is linear in f."""
    once = np.asarray(student.numeric_grad(f, theta))
    close(student.numeric_grad(lambda t: -3.0 * f(t), theta), -3.0 * once, within=1e-7)


# --- 6.2 rel_error -------------------------------------------------------------------------


@rel_error.edge("both are all zeros")
def both_zero(rng):
    """0 by convention: 0 / 0 is no number."""
    return {"a": np.zeros(4), "b": np.zeros(4)}


@rel_error.edge("one of them is all zeros", times=2)
def one_zero(rng):
    """As different as can be: 1."""
    return {"a": rng.normal(size=3), "b": np.zeros(3)}


@rel_error.edge("tables", times=2)
def tables(rng):
    """The norm runs over all entries of any shape."""
    a = rng.normal(size=(3, 4))
    return {"a": a, "b": a + 0.3 * rng.normal(size=(3, 4))}


@rel_error.edge("tiny numbers")
def tiny(rng):
    """Small differences of small numbers are large errors."""
    return {"a": 1e-9 * rng.normal(size=5), "b": 1e-9 * rng.normal(size=5)}


@rel_error.law("Both in other units: the same error", public=True)
def units_do_not_matter(student, a, b):
    """The error is relative."""
    close(student.rel_error(1000.0 * a, 1000.0 * b), student.rel_error(a, b))


@rel_error.law("It does not matter which comes first", public=True)
def order_does_not_matter(student, a, b):
    """|a - b| = |b - a|."""
    close(student.rel_error(b, a), student.rel_error(a, b))


@rel_error.law("An array and itself: 0; an array and its opposite: 1", public=True)
def from_zero_to_one(student, a):
    """The two ends of the scale."""
    close(student.rel_error(a, a), 0.0)
    close(student.rel_error(a, -a), 1.0)


# --- 6.3 gradcheck -------------------------------------------------------------------------


@gradcheck.sample
def a_claim(rng):
    """A loss and a claimed gradient, right in one case of three."""
    f = _field(rng)
    bug = "" if rng.integers(3) == 0 else str(rng.choice(_WRONG))
    found = {"f": f, "grad": {"function": "slope_of", "of": f, "bug": bug}, "theta": _theta(rng)}
    return found | ({"tol": float(rng.choice([1e-6, 1e-4, 0.1]))} if rng.integers(2) else {})


def _compared(f, grad, theta):
    """Relative errors against the true slope and the measured one, and the differences."""
    theta = np.array(theta, dtype=float)
    claimed, true = np.asarray(grad(theta), dtype=float), np.asarray(f.slope(theta), dtype=float)
    measured = np.zeros(theta.shape)
    for index in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[index] = 1e-5
        measured[index] = (f(theta + step) - f(theta - step)) / 2e-5
    size = np.sqrt(np.sum(claimed**2))
    errors = [
        float(np.sqrt(np.sum((claimed - g) ** 2)) / (size + np.sqrt(np.sum(g**2))))
        for g in (true, measured)
    ]
    return errors, np.abs(claimed - true)


@gradcheck.assume
def not_at_the_limit(f, grad, theta, tol=1e-6):
    """Whether an error of about tol is too large would depend on rounding."""
    errors, _ = _compared(f, grad, theta)
    slope = np.abs(f.slope(np.array(theta, dtype=float)))
    return all(e < tol / 20 or e > 1.5 * tol for e in errors) and float(np.max(slope)) > 0.05


@gradcheck.interval
def verdict(f, grad, theta, tol=1e-6):
    """The worst entry counts only where one is clearly worse than all others."""
    errors, apart = _compared(f, grad, theta)
    if not np.all(np.isfinite(errors)):
        return (False, ANYTHING, ANYTHING), (False, ANYTHING, ANYTHING)
    ok = bool(max(errors) <= tol)
    order = np.sort(apart.ravel())[::-1]
    clear = order[0] > 1e-4 and (order.size == 1 or order[1] < 0.999 * order[0])
    at = np.unravel_index(int(np.argmax(apart)), apart.shape)
    worst = tuple(int(i) for i in at) if clear or apart.size == 1 else ANYTHING
    slack = 1e-8
    return (ok, worst, min(errors) - slack), (ok, worst, max(errors) + slack)


@gradcheck.edge("a gradient that is not a number", times=2)
def not_a_number(rng):
    """nan is neither above nor below any tolerance; it is not right."""
    f = _field(rng)
    return {"f": f, "grad": {"function": "slope_of", "of": f, "bug": "nan"},
            "theta": rng.normal(size=3)}  # fmt: skip


@gradcheck.edge("a single number without a shape")
def claim_without_shape(rng):
    """The index of the only entry of a 0-dimensional array is ()."""
    f = {"function": "coupled", "rate": 1.0}
    return {"f": f, "grad": {"function": "slope_of", "of": f, "bug": "half"},
            "theta": np.array(0.75)}  # fmt: skip


@gradcheck.edge("a wrong entry that hides among large right ones", times=2)
def one_wrong_entry(rng):
    """The index has one number for each axis."""
    f = {"function": "coupled", "rate": 1.0}
    return {"f": f, "grad": {"function": "slope_of", "of": f, "bug": "one_missing"},
            "theta": np.round(1.0 + rng.uniform(size=(2, 3)), 3)}  # fmt: skip


@gradcheck.edge("a loose tolerance lets a small error pass")
def loose(rng):
    """The error is 0.001, and 0.01 is allowed."""
    f = {"function": "coupled", "rate": 1.0}
    return {"f": f, "grad": {"function": "slope_of", "of": f, "bug": "slightly"},
            "theta": np.round(rng.normal(size=4), 3), "tol": 0.01}  # fmt: skip


@gradcheck.law("The gradient of a sum of squares is right, half of it is not", public=True, times=2)
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


# --- 6.4 find_bugs -------------------------------------------------------------------------


@find_bugs.sample
def a_dozen(rng):
    """Three right ones and nine different bugs, under names that tell nothing."""
    bugs = [*_ODD, *rng.permutation(_WRONG)[:9].tolist()]
    letters = rng.permutation(list("abcdefghijkl")).tolist()
    made = {
        name: {"function": "claim", "of": _field(rng), "bug": bug}
        for name, bug in zip(letters, bugs, strict=True)
    }
    return {"candidates": {name: made[name] for name in sorted(made)}}


def _accused(student, candidates):
    found = student.find_bugs(candidates)
    if not isinstance(found, (set, frozenset, list, tuple)):
        raise AssertionError(f"a set of names is asked for, not {type(found).__name__}")
    strange = sorted(str(name) for name in found if name not in candidates)
    if strange:
        raise AssertionError(f"{', '.join(strange)[:80]} is no candidate's name")
    return set(found)


@find_bugs.law("Every wrong gradient is found", public=True, times=1)
def wrong_ones_are_found(student, candidates):
    """None slips through."""
    accused = _accused(student, candidates)
    missed = sorted(n for n, c in candidates.items() if c.name != "right" and n not in accused)
    if missed:
        raise AssertionError(f"{len(missed)} of 9 are missed: {', '.join(missed)}")


@find_bugs.law("No right gradient is accused", public=True, times=1)
def right_ones_are_left_alone(student, candidates):
    """Odd is not wrong."""
    accused = _accused(student, candidates)
    blamed = sorted(n for n, c in candidates.items() if c.name == "right" and n in accused)
    if blamed:
        raise AssertionError(f"{', '.join(blamed)}: right, but accused")


@find_bugs.law("It finds as much among candidates that nobody has seen", times=2)
def hidden_ones_are_told_apart(student, candidates):
    """Names, losses and bugs are others."""
    accused = _accused(student, candidates)
    wrong = {n for n, c in candidates.items() if c.name != "right"}
    if accused != wrong:
        missed, blamed = len(wrong - accused), len(accused - wrong)
        raise AssertionError(f"{missed} wrong ones are missed, {blamed} right ones accused")
