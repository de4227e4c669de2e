"""What 04_activations asks: one declaration per exercise, its edges, and its laws."""

import numpy as np

from grader.authoring import close, exercise, floats, functions

hard_sigmoid = exercise("x[N] start end -> h[N]", start=floats(-3, 0), end=floats(0.5, 4))
pl_to_hard_sigmoids = exercise("xk[P] yk[P] -> b c[K] start[K] end[K]", judged_by="laws")
sigmoid = exercise("z[N] -> a[N]")
d_sigmoid = exercise("z[N] -> slope[N]")
relu = exercise("z[N] -> a[N]")
d_relu = exercise("z[N] -> slope[N]")
hard_sigmoid_as_relus = exercise("start end height -> relus", judged_by="laws")
one_hidden = exercise("x[I] W[H,I] bh[H] c[H] b act -> y", act=functions("activation"))
one_hidden_batch = exercise("X[N,I] W[H,I] bh[H] c[H] b act -> y[N]", act=functions("activation"))


# --- 4.1 hard_sigmoid ----------------------------------------------------------------------


@hard_sigmoid.edge("a single number", times=2)
def single_number(rng):
    """A float comes, a float goes."""
    return {"x": float(rng.uniform(1.2, 2.8)), "start": 1.0, "end": 3.0}


@hard_sigmoid.edge("exactly at both knees, and far away")
def at_the_knees(rng):
    """The knees belong to the flat parts."""
    return {"x": np.array([-1e6, -2.0, 0.0, 6.0, 1e6]), "start": -2.0, "end": 6.0}


@hard_sigmoid.law("Halfway between start and end it is 1/2", public=True)
def half_in_the_middle(student, start, end):
    """A straight line in between."""
    close(student.hard_sigmoid(np.array([(start + end) / 2]), start, end), np.array([0.5]))


@hard_sigmoid.law("Outside it is flat: 0 on the left, 1 on the right", public=True)
def flat_outside(student, start, end):
    """Clipped on both sides."""
    x = np.array([start - 5.0, start, end, end + 5.0])
    close(student.hard_sigmoid(x, start, end), np.array([0.0, 0.0, 1.0, 1.0]))


# --- 4.2 pl_to_hard_sigmoids ---------------------------------------------------------------


@pl_to_hard_sigmoids.sample
def easy_knees(rng):
    """One to six pieces, some of them flat, with knees at halves or anywhere."""
    pieces = int(rng.integers(1, 7))
    xk = np.sort(rng.choice(np.arange(-12, 13), size=pieces + 1, replace=False)) / 2
    yk = rng.integers(-6, 7, size=pieces + 1) / 2
    if rng.random() < 0.5:
        xk = xk + rng.uniform(0.0, 0.4, size=pieces + 1)
        yk = yk + rng.normal(size=pieces + 1)
    return {"xk": xk, "yk": yk}


@pl_to_hard_sigmoids.assume
def knees_in_order(xk):
    """At least one piece, from left to right."""
    return len(xk) > 1 and np.all(np.diff(xk) > 0)


@pl_to_hard_sigmoids.law("There is one hard sigmoid per piece", public=True)
def one_per_piece(student, xk, yk):
    """K knees after the first, K entries each."""
    _, c, start, end = student.pl_to_hard_sigmoids(xk, yk)
    for entries in (c, start, end):
        if np.shape(entries) != (len(xk) - 1,):
            raise AssertionError(f"shape {np.shape(entries)} for {len(xk) - 1} pieces")


@pl_to_hard_sigmoids.law("The curve passes through the knees", public=True)
def passes_through_the_knees(student, xk, yk):
    """The sum of the pieces, at every knee."""
    close(_curve(student.pl_to_hard_sigmoids(xk, yk), xk), yk)


@pl_to_hard_sigmoids.law("It is straight in between and constant outside", public=True)
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


# --- 4.3 sigmoid ---------------------------------------------------------------------------


@sigmoid.edge("saturated: z up to 10,000 on both sides", times=2)
def saturated(rng):
    """e^800 overflows; the answer is 0 or 1 all the same."""
    return {"z": np.array([800.0, -800.0, 0.0, 1e4, -1e4, -40.0]) + rng.normal(size=6)}


@sigmoid.law("sigmoid(-z) = 1 - sigmoid(z)", public=True)
def symmetric(student, z):
    """The curve looks the same turned around its middle."""
    close(student.sigmoid(-z), 1.0 - np.asarray(student.sigmoid(z)))


@sigmoid.law("It rises from 0 to 1", public=True)
def rises(student, z):
    """Never falls, never leaves the strip."""
    a = np.asarray(student.sigmoid(np.sort(z)))
    if np.any(np.diff(a) < 0) or np.any(a < 0) or np.any(a > 1):
        raise AssertionError(f"{a} for rising z")


@d_sigmoid.edge("saturated: the slope is 0 there")
def saturated_slope(rng):
    """Neither e^800 nor 0 times infinity may come out."""
    return {"z": np.array([800.0, -800.0, 0.0, 1e4, -1e4, -40.0])}


@d_sigmoid.law("It is steepest at 0, with slope 1/4", public=True)
def steepest_at_zero(student, z):
    """Nowhere more than 1/4, and never negative."""
    slopes = np.asarray(student.d_sigmoid(z))
    if np.any(slopes < 0) or np.any(slopes > 0.25 + 1e-12):
        raise AssertionError(f"slopes from {slopes.min():g} to {slopes.max():g}")
    close(student.d_sigmoid(np.zeros(2)), np.full(2, 0.25))


@d_sigmoid.law("It is the slope of the curve", public=True)
def is_the_slope(student, z):
    """Looked at from both sides of z."""
    h = 1e-4
    across = 1 / (1 + np.exp(-z - h)) - 1 / (1 + np.exp(-z + h))
    close(student.d_sigmoid(z), across / (2 * h), within=1e-7)


# --- 4.4 relu ------------------------------------------------------------------------------


@relu.edge("exact zeros")
def zeros(rng):
    """The knee itself."""
    return {"z": np.array([0.0, 1.5, -2.0, 0.0])}


@relu.law("relu(z) - relu(-z) = z", public=True)
def parts_add_up(student, z):
    """The positive part and the negative part make the whole."""
    close(np.asarray(student.relu(z)) - np.asarray(student.relu(-z)), z)


@relu.law("Twice the input gives twice the output", public=True)
def scales(student, z):
    """Two straight halves through 0."""
    close(student.relu(2.0 * z), 2.0 * np.asarray(student.relu(z)))


@d_relu.edge("exact zeros")
def zeros_slope(rng):
    """At the knee the slope is taken as 0."""
    return {"z": np.array([0.0, 1.5, -2.0, 0.0])}


@d_relu.law("Either side of 0 the slope does not depend on the distance", public=True)
def only_the_side_counts(student, z):
    """Two straight halves."""
    close(student.d_relu(3.0 * z), student.d_relu(z))


@d_relu.law("At 0 it is 0", public=True)
def zero_at_the_knee(student):
    """A convention."""
    close(student.d_relu(np.zeros(3)), np.zeros(3))


# --- 4.5 hard_sigmoid_as_relus -------------------------------------------------------------


@hard_sigmoid_as_relus.sample
def easy_step(rng):
    """Halves; widths other than 1, heights of both signs, slopes of many digits."""
    start = float(rng.integers(-6, 7)) / 2
    width = float(rng.choice([0.5, 1.5, 2.0, 3.0, 6.0]))
    height = float(rng.choice([-3.5, -2.5, 0.5, 2.0, 3.5]))
    return {"start": start, "end": start + width, "height": height}


@hard_sigmoid_as_relus.assume
def start_before_end(start, end):
    """The step has a width."""
    return start < end


@hard_sigmoid_as_relus.law("Left of start the sum is 0", public=True)
def nothing_on_the_left(student, start, end, height):
    """Both ReLUs are silent, or cancel."""
    x = np.array([start - 7.0, start - 1.0, start])
    close(_sum_of_relus(student.hard_sigmoid_as_relus(start, end, height), x), np.zeros(3))


@hard_sigmoid_as_relus.law("Right of end the sum stays at the height", public=True)
def height_on_the_right(student, start, end, height):
    """The second ReLU stops the rise of the first."""
    x = np.array([end, end + 1.0, end + 7.0])
    found = _sum_of_relus(student.hard_sigmoid_as_relus(start, end, height), x)
    close(found, np.full(3, height))


@hard_sigmoid_as_relus.law("Halfway it is half as high", public=True)
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


# --- 4.6, 4.7 one hidden layer -------------------------------------------------------------


def _layer(rng, inputs, hidden):
    return {
        "W": rng.normal(size=(hidden, inputs)),
        "bh": rng.normal(size=hidden),
        "c": rng.normal(size=hidden),
        "b": float(rng.normal()),
        "act": {"function": "squash", "rate": 1.5},
    }


@one_hidden.edge("as many neurons as features", times=2)
def square_weights(rng):
    """A square W hides a missing transpose behind the right shape."""
    return {"x": rng.normal(size=3), **_layer(rng, 3, 3)}


@one_hidden.edge("one feature, one neuron")
def one_neuron(rng):
    """The smallest model."""
    return {"x": rng.normal(size=1), **_layer(rng, 1, 1)}


@one_hidden.law("With c = 0 only b is left", public=True)
def only_the_bias(student, x, W, bh, b, act):
    """The pieces are gone."""
    close(student.one_hidden(x, W, bh, np.zeros(len(bh)), b, act), b)


@one_hidden.law("The order of the neurons does not matter", public=True)
def neurons_in_any_order(student, x, W, bh, c, b, act):
    """A sum over neurons."""
    turned = student.one_hidden(x, W[::-1].copy(), bh[::-1].copy(), c[::-1].copy(), b, act)
    close(turned, student.one_hidden(x, W, bh, c, b, act))


@one_hidden_batch.edge("examples, features and neurons: three of each", times=2)
def all_square(rng):
    """Sums along a wrong axis keep the shape."""
    return {"X": rng.normal(size=(3, 3)), **_layer(rng, 3, 3)}


@one_hidden_batch.edge("one example")
def one_example(rng):
    """N = 1: still an array."""
    return {"X": rng.normal(size=(1, 3)), **_layer(rng, 3, 5)}


@one_hidden_batch.law("Examples do not see each other", public=True)
def rows_stand_alone(student, X, W, bh, c, b, act):
    """The first row alone gives the first prediction."""
    whole = np.asarray(student.one_hidden_batch(X, W, bh, c, b, act))
    close(student.one_hidden_batch(X[:1], W, bh, c, b, act), whole[:1])


@one_hidden_batch.law("With c = 0 only b is left, once per example", public=True)
def only_the_bias_everywhere(student, X, W, bh, b, act):
    """The pieces are gone."""
    found = student.one_hidden_batch(X, W, bh, np.zeros(len(bh)), b, act)
    close(found, np.full(len(X), b))
