"""Central differences, small and large scores."""

import numpy as np
from under_test import bit_loss


def the_loss(Z, Y):
    return np.mean(np.logaddexp(0, Z) - Y * Z)


def test_all():
    rng = np.random.default_rng(3)
    for n, scale in ((1, 1.0), (5, 3.0)):
        Z, Y = scale * rng.normal(size=(n, 5)), rng.integers(0, 2, size=(n, 5)).astype(float)
        kept = Z.copy()
        L, dZ = bit_loss(Z, Y)
        assert np.array_equal(Z, kept)
        assert np.isclose(L, the_loss(Z, Y))
        for at in np.ndindex(Z.shape):
            step = np.zeros(Z.shape)
            step[at] = 1e-5
            slope = (the_loss(Z + step, Y) - the_loss(Z - step, Y)) / 2e-5
            assert np.isclose(dZ[at], slope, atol=1e-7)


def test_hopeless_scores():
    L, _ = bit_loss(np.full((2, 5), 200.0), np.zeros((2, 5)))
    assert np.isclose(L, 200.0)
