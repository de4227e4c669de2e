"""The reference's tests of the loss of bits."""

import numpy as np
import pytest
from under_test import bit_loss


def a_batch(n, scale=2.0):
    rng = np.random.default_rng(n)
    return scale * rng.normal(size=(n, 5)), rng.integers(0, 2, size=(n, 5)).astype(float)


@pytest.mark.parametrize(("n", "scale"), [(1, 1.0), (6, 2.0), (4, 300.0)])
def test_loss_and_slope(n, scale):
    Z, Y = a_batch(n, scale)
    before = Z.copy()
    L, dZ = bit_loss(Z, Y)
    np.testing.assert_array_equal(Z, before)
    assert float(L) == pytest.approx(np.mean(np.maximum(Z, 0) - Y * Z + np.log1p(np.exp(-abs(Z)))))
    P = 1 / (1 + np.exp(-np.clip(Z, -700, 700)))
    np.testing.assert_allclose(dZ, (P - Y) / Z.size, atol=1e-9)
