"""Points in the plane in two colours: six small worlds, from one that a line splits to a spiral.

The worlds are the usual ones of teaching libraries (minitorch has the same six); points and
program are our own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_TURNS = 2.0
_SPIRAL_NOISE = 0.02
_RING = 0.1


def toy(name: str, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw points of a small world.

    Args:
        name: One of TOYS: simple, diag, split, xor, circle, spiral.
        n: How many points.
        seed: Any int >= 0: which points.

    Returns:
        A tuple (X, y): points, shape (n, 2), float64, from 0 to 1, for the spiral from -1 to 1;
        and their classes, shape (n,), ints 0 and 1.
    """
    return TOYS[name](n, np.random.default_rng(seed))


def _square(
    rule: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]:
    def make(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        points = rng.random((n, 2))
        return points, rule(points[:, 0], points[:, 1]).astype(int)

    return make


def _spiral(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two arms that wind around each other, one per class."""
    y = np.arange(n) % 2
    along = rng.uniform(0.08, 1.0, size=n)
    angle = 2 * np.pi * _TURNS * along + np.pi * y
    points = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return points + rng.normal(0.0, _SPIRAL_NOISE, size=points.shape), y


TOYS: Mapping[str, Callable[[int, np.random.Generator], tuple[np.ndarray, np.ndarray]]] = {
    "simple": _square(lambda x, _: x < 1 / 2),
    "diag": _square(lambda x, y: x + y < 1 / 2),
    "split": _square(lambda x, _: (x < 1 / 5) | (x > 4 / 5)),
    "xor": _square(lambda x, y: (x < 1 / 2) != (y < 1 / 2)),
    "circle": _square(lambda x, y: (x - 1 / 2) ** 2 + (y - 1 / 2) ** 2 > _RING),
    "spiral": _spiral,
}
"""Name to what makes its points."""
