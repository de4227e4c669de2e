"""One exercise of each kind that an author can declare."""

import numpy as np

from grader.authoring import (
    choices,
    close,
    exercise,
    floats,
    functions,
    increasing,
    integers,
    labels,
    network,
)

affine_forward = exercise("X[N,I] W[O,I] b[O] -> Z[N,O] cache", opaque=["cache"])
affine_backward = exercise("dZ[N,O] cache -> dX[N,I] dW[O,I] db[O]", gradient_of=affine_forward)
relu_forward = exercise("Z[N,O] -> A[N,O] cache", opaque=["cache"])
relu_backward = exercise("dA[N,O] cache -> dZ[N,O]", gradient_of=relu_forward)
softmax = exercise("Z[N,C] -> P[N,C]", whole=["Z"])
cross_entropy = exercise("Z[N,C] y[N] -> L dZ[N,C]", y=labels("C"))
numeric_slope = exercise(
    "f w h? -> slope", f=functions("scalar"), w=floats(-3, 3), h=floats(1e-6, 1e-2)
)
walk = exercise(
    "dL w0 eta n_updates -> path[n_updates+1]",
    dL=functions("slope"),
    eta=floats(0.01, 0.2),
    n_updates=integers(0, 12),
)
gaps = exercise("at[K] -> found widest names", at=increasing(-4, 4))
net_forward = exercise(
    "params X[N,I] act -> Z[N,O] caches",
    opaque=["caches"],
    params=network("I", "O"),
    act=choices("sigmoid", "relu"),
)
net_backward = exercise("params caches dZ[N,O] -> grads", gradient_of=net_forward)
pick = exercise("-> low high", judged_by="laws")

_SMALL = 1e-6


@relu_backward.interval
def subgradients(Z, dA):
    """At the kink, any slope between the two sides."""
    right, kink = dA * (Z > 0), dA * (Z == 0)
    return np.minimum(right, right + kink), np.maximum(right, right + kink)


@net_backward.assume
def away_from_kinks(params, X, act):
    """A ReLU at its kink has several slopes."""
    A = X
    for layer in range(1, len(params) // 2):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        if act == "relu" and np.any(np.abs(Z) <= _SMALL):
            return False
        A = np.maximum(Z, 0.0) if act == "relu" else 1 / (1 + np.exp(-Z))
    return True


@numeric_slope.interval
def as_accurate_as_a_difference(f, w, h=1e-5):
    """The method's own error is allowed."""
    slope, slack = f.slope(w), 1e-9 / h + 40 * h**2
    return slope - slack, slope + slack


@softmax.edge("logits up to 1e4", times=2)
def huge(rng):
    """The exponential overflows."""
    return {"Z": rng.uniform(-1e4, 1e4, (3, 4))}


@walk.edge("no update at all")
def stays():
    """The path is the start."""
    dL = {"function": "polynomial_slope", "coefficients": [0.0, 1.0, 1.0]}
    return {"dL": dL, "w0": 1.5, "eta": 0.1, "n_updates": 0}


@softmax.law("Adding the same number to a whole row changes nothing", public=True, c=floats(-5, 5))
def shift_invariant(student, Z, c):
    """Only differences count."""
    close(student.softmax(Z + c), student.softmax(Z))


@softmax.law("Rows add up to 1")
def adds_up(student, Z):
    """They are probabilities."""
    close(np.sum(student.softmax(Z), axis=1), np.ones(len(Z)))


def _twice(x):
    return 2.0 * x


@affine_backward.law("Twice the upstream, twice the slopes", public=True)
def linear(student, X, W, b, dZ):
    """The chain rule multiplies."""
    _, cache = student.affine_forward(X, W, b)
    once = student.affine_backward(dZ, cache)
    close(student.affine_backward(_twice(dZ), cache), [_twice(np.asarray(g)) for g in once])


@pick.law("The first lies below the second")
def in_order(student):
    """Low, high."""
    low, high = student.pick()
    if not low < high:
        raise AssertionError(f"{low} is not below {high}")


@pick.law("Both lie between -3 and 3", public=True)
def inside(student):
    """A pair of legal numbers."""
    for value in student.pick():
        if not -3 <= value <= 3:
            raise AssertionError(f"{value} is outside")
