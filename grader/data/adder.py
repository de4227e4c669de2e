"""Sums of two numbers of four bits: a structured task small enough to see whole."""

from __future__ import annotations

import numpy as np

BITS = 4


def add_bits() -> tuple[np.ndarray, np.ndarray]:
    """Give all sums of two numbers from 0 to 15, as bits.

    Returns:
        A tuple (X, Y): the numbers a and b, shape (256, 8), four bits each, the lowest first;
        and a + b, shape (256, 5), the lowest bit first; float64, 0.0 and 1.0. Row 16 a + b.
    """
    a, b = (v.ravel() for v in np.indices((1 << BITS, 1 << BITS)))
    return np.concatenate([_bits(a, BITS), _bits(b, BITS)], axis=1), _bits(a + b, BITS + 1)


def _bits(numbers: np.ndarray, count: int) -> np.ndarray:
    return (numbers[:, None] >> np.arange(count) & 1).astype(float)
