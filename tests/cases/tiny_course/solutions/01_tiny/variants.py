"""Right versions written differently."""

import numpy as np

from checks import affine_backward, numeric_slope, relu_backward, softmax, walk
from grader.authoring import variant


@variant(affine_backward)
def sums_of_outer_products(dZ, cache):
    X, W = cache
    return np.einsum("no,oi->ni", dZ, W), sum(map(np.outer, dZ, X)), np.ones(len(dZ)) @ dZ


def _keeping_a_mask(Z):
    return Z * (Z > 0), {"mask": Z >= 0}


@variant(relu_backward, relu_forward=_keeping_a_mask)
def mask_in_a_dict(dA, cache):
    return np.where(cache["mask"], dA, 0.0)


@variant(softmax)
def row_by_row(Z):
    return [list(np.exp(row - max(row)) / np.exp(row - max(row)).sum()) for row in Z]


@variant(numeric_slope)
def richardson(f, w, h=1e-5):
    def difference(step):
        return (f(w + step) - f(w - step)) / (2 * step)

    return (4 * difference(h / 2) - difference(h)) / 3


@variant(walk)
def as_a_list(dL, w0, eta, n_updates):
    path = [w0]
    while len(path) <= n_updates:
        path.append(path[-1] - eta * dL(path[-1]))
    return path
