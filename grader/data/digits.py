"""Images of digits in a font of our own, 8 pixels wide and high: noisy ones, and clean ones."""

from __future__ import annotations

import numpy as np

SIDE = 8
DX, DY = 4, 2
"""Places for a glyph of 5 x 7 pixels in an image of 8 x 8."""

_WEAKEST_STROKE = 0.6
_DROPOUT = 0.05
_NOISE = 0.25

_FONT = (
    ".###. #...# #..## #.#.# ##..# #...# .###.",
    "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
    ".###. #...# ....# ..##. .#... #.... #####",
    "####. ....# ....# .###. ....# ....# ####.",
    "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
    "##### #.... ####. ....# ....# #...# .###.",
    "..##. .#... #.... ####. #...# #...# .###.",
    "##### ....# ...#. ...#. ..#.. ..#.. ..#..",
    ".###. #...# #...# .###. #...# #...# .###.",
    ".###. #...# #...# .#### ....# ...#. .##..",
)


def _glyphs() -> np.ndarray:
    """Ten digits, 1 where there is ink, shape (10, 7, 5)."""
    return np.array([[[c == "#" for c in row] for row in g.split()] for g in _FONT], dtype=float)


def digits8(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw noisy images of digits.

    A glyph stands in one of 4 x 2 places; its strokes are weak or strong, some of its pixels are
    lost, and noise lies over everything: hard enough for a deeper network to be worth its depth.

    Args:
        n: How many images.
        seed: Any int >= 0: which images.

    Returns:
        A tuple (X, y): images, shape (n, 64), float64 from 0 to 1, row after row of pixels; and
        the digits that they show, shape (n,), ints from 0 to 9.
    """
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 10, size=n)
    left, top = rng.integers(0, DX, size=n), rng.integers(0, DY, size=n)
    ink = _placed(y, left, top)
    ink *= rng.uniform(_WEAKEST_STROKE, 1.0, size=(n, 1, 1))
    ink *= rng.random(ink.shape) >= _DROPOUT
    images = ink + rng.normal(0.0, _NOISE, size=ink.shape)
    return np.clip(images, 0.0, 1.0).reshape(n, SIDE * SIDE), y


def drawing_table() -> tuple[np.ndarray, np.ndarray]:
    """Give every digit in every place, with the order that asks for it.

    Returns:
        A tuple (T, Y): orders, shape (80, 16), float64: a 1 among the first ten for the digit,
        one among the next four for how far right, one among the last two for how far down; and
        the images, shape (80, 64), 1.0 for ink and 0.0 for paper.
    """
    digit, left, top = (a.ravel() for a in np.indices((10, DX, DY)))
    orders = np.concatenate([np.eye(10)[digit], np.eye(DX)[left], np.eye(DY)[top]], axis=1)
    return orders, _placed(digit, left, top).reshape(len(digit), SIDE * SIDE)


def _placed(digit: np.ndarray, left: np.ndarray, top: np.ndarray) -> np.ndarray:
    """Clean images, shape (n, 8, 8)."""
    glyphs = _glyphs()
    _, height, width = glyphs.shape
    images = np.zeros((len(digit), SIDE, SIDE))
    for n, (d, x, y) in enumerate(zip(digit, left, top, strict=True)):
        images[n, y : y + height, x : x + width] = glyphs[d]
    return images
