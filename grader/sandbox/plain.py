"""What the codec knows: dtypes, extension types, markers, and how much of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

HEADER_LIMIT = 1 << 20
RAW_LIMIT = 64 << 20
ITEM_LIMIT = 100_000
DEPTH_LIMIT = 32
TEXT_LIMIT = 1 << 16

READ_ONLY, FORTRAN, STRIDED, SUBCLASS = 1, 2, 4, 8
"""Flag bits of an array: how an argument lies in memory, or that an answer was a subclass."""

DTYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
NUMPY = tuple(np.dtype("?" if d == "?" else "<" + d) for d in (*DTYPES, "M8[D]"))
CODES = {dtype: code for code, dtype in enumerate(NUMPY)}

ARRAY, FLOAT, COMPLEX, TUPLE, REF, CALLBACK, RNG, UNSUPPORTED, BIG = range(1, 10)
MAX_DIMENSIONS = 16
UNIT = 8
LAYOUTS = READ_ONLY | FORTRAN | STRIDED


class CodecError(ValueError):
    """Bytes that are not a frame of this codec, or data that it does not carry."""


@dataclass(frozen=True, slots=True)
class Ref:
    """What an earlier call of the same case returned: it never leaves the child."""

    step: int
    output: int


@dataclass(frozen=True, slots=True)
class Callback:
    """A function of the grader that the child may call through the pipe."""

    number: int


OWN = 1 << 30
"""Callbacks from here to 2^31 are functions of the child's own, which the grader may call."""


@dataclass(frozen=True, slots=True)
class Rng:
    """A fresh `np.random.Generator`, made in the child from a seed."""

    seed: int


@dataclass(frozen=True, slots=True)
class Later:
    """A float of which only the place among the contents is known, in bytes."""

    at: int


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An answer of a kind that no exercise asks for, in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """An array argument that lies in memory as `flags` say; encoded only, never decoded."""

    array: np.ndarray
    flags: int
