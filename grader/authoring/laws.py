"""What a law says with: `close`, an assertion that carries its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np


class UnequalError(AssertionError):
    """Two answers that do not agree; `sides` are what was found and what was expected."""

    def __init__(self, text: str, found: Any, expected: Any) -> None:
        self.sides = (found, expected)
        super().__init__(text)


TOLERANCE = 1e-9
"""Times 1 + max|expected|: measured 6e4 above the worst right variant, 50 below a float32 cast."""


def close(found: Any, expected: Any, *, within: float = TOLERANCE) -> None:
    """Require two answers to agree: same shape, and each entry within the scaled tolerance.

    Args:
        found: A number, an array, or a list, tuple or dict of them.
        expected: The same.
        within: Largest difference allowed, times 1 + the largest expected entry.

    Raises:
        UnequalError: they differ; the message has both.
    """
    if isinstance(expected, dict):
        for key in expected:
            close(found[key], expected[key], within=within)
        return
    if isinstance(expected, (list, tuple)):
        if len(found) != len(expected):
            text = f"{len(found)} values where {len(expected)} were expected"
            raise UnequalError(text, found, expected)
        for one, other in zip(found, expected, strict=True):
            close(one, other, within=within)
        return
    got, want = np.asarray(found, float), np.asarray(expected, float)
    if (not want.shape and got.size == 1) or got.shape == (1, *want.shape):
        got = got.reshape(want.shape)  # forgiven in answers, too
    if got.shape != want.shape:
        raise UnequalError(f"shape {got.shape}, expected {want.shape}", got, want)
    scale = 1 + np.max(np.abs(want), initial=0)
    if not np.all(np.abs(got - want) <= within * scale):
        raise UnequalError(f"{_short(got)}, expected {_short(want)}", got, want)


def _short(value: np.ndarray) -> str:
    return np.array2string(value, precision=6, threshold=12, separator=", ")
