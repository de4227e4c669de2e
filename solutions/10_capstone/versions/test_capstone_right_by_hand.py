"""Numbers worked out by hand."""

import numpy as np
from under_test import bit_loss


def test_guessing():
    L, dZ = bit_loss(np.zeros((2, 5)), np.ones((2, 5)))
    assert abs(float(L) - np.log(2)) < 1e-12
    assert np.allclose(dZ, -0.05)


def test_mixed():
    Z = np.array([[100.0, -100.0, 30.0, -30.0, 2.0], [1.0, -1.0, 0.5, 0.0, -2.0]])
    Y = np.array([[0.0, 1.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0, 1.0]])
    before = Z.copy()
    L, dZ = bit_loss(Z, Y)
    assert np.array_equal(before, Z)
    S = (2 * Y - 1) * Z
    assert np.isclose(L, np.log1p(np.exp(-S[S > -50])).sum() / 10 + 200 / 10)
    assert np.allclose(dZ, -(2 * Y - 1) / (1 + np.exp(np.minimum(S, 700))) / 10)
