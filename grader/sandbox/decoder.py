"""Frames to plain data, whoever wrote them: see `codec`, where others import this from."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np

from grader.sandbox.plain import (
    ARRAY,
    CALLBACK,
    COMPLEX,
    DEPTH_LIMIT,
    FLOAT,
    FORTRAN,
    HEADER_LIMIT,
    ITEM_LIMIT,
    LAYOUTS,
    MAX_DIMENSIONS,
    NUMPY,
    RAW_LIMIT,
    READ_ONLY,
    REF,
    RNG,
    STRIDED,
    TEXT_LIMIT,
    UNIT,
    UNSUPPORTED,
    Callback,
    CodecError,
    Later,
    Ref,
    Rng,
    Unsupported,
)

_CONTAINERS = frozenset({list, tuple, dict})
_TYPES = _CONTAINERS | {type(None), bool, int, float, complex, str, np.ndarray, frozenset}
_TYPES |= {np.datetime64, Ref, Callback, Rng, Unsupported, Later}
_WRAPPING = 4
"""Levels that `join` puts around an answer."""

_unpack_float = struct.Struct("<d").unpack


class _Decoder:
    """Takes the contents from `raw` in the order in which placeholders come."""

    def __init__(self, raw: Any, *, writable: bool) -> None:
        self.raw = memoryview(raw)
        self.at = 0
        self.end = len(raw)
        self.writable = writable
        self.arrays: list[np.ndarray] = []
        self.copies: list[tuple[np.ndarray, np.ndarray]] = []

    def take(self, size: int) -> memoryview:
        end = self.at + size
        if end > self.end:
            raise CodecError("the contents are shorter than the header says")
        block = self.raw[self.at : end]
        self.at = end + (-size % 8)
        return block

    def extension(self, code: int, data: bytes) -> Any:
        if code == ARRAY:
            return self.array(data)
        if code == FLOAT and not data:
            return _unpack_float(self.take(8))[0]
        if code == COMPLEX and not data:
            return complex(*struct.unpack("<dd", self.take(16)))
        if code == UNSUPPORTED:
            return Unsupported(data.decode("utf-8", "replace"))
        if code == REF and len(data) == UNIT:
            return Ref(*struct.unpack("<II", data))
        if code == CALLBACK and len(data) == UNIT // 2:
            return Callback(*struct.unpack("<I", data))
        if code == RNG and len(data) == UNIT:
            return Rng(*struct.unpack("<Q", data))
        raise CodecError(f"unknown extension type {code} of {len(data)} bytes")

    def array(self, data: bytes) -> Any:
        dtype, shape, size, flags = _parse_array(data)
        at = self.at
        end = at + size
        if end > self.end:
            raise CodecError("the contents are shorter than the header says")
        self.at = end + (-size % 8)
        array = np.ndarray(shape, dtype, self.raw, at)
        if dtype.kind == "M" and not shape:
            return array.copy()[()]  # a day is a number, as a float is
        if not self.writable:
            return array.copy()
        if flags & LAYOUTS:
            pristine, array = array, _lay_out(array, flags)
            self.copies.append((array, pristine))
        self.arrays.append(array)
        return array


class _Outliner(_Decoder):
    """Decodes where the contents are still to come."""

    def extension(self, code: int, data: bytes) -> Any:
        if code == FLOAT and not data:
            at = self.at
            self.take(8)
            return Later(at)
        value = super().extension(code, data)
        if type(value) in _TOLD:
            raise CodecError("a number that is not among the arrays and floats")
        return value


_TOLD = frozenset({complex, np.datetime64, Rng})


@lru_cache(maxsize=4096)
def _parse_array(data: bytes) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    """What an array's placeholder says: dtype, shape, size in bytes, flags."""
    dimensions, rest = divmod(len(data) - 2, 8)
    if rest or not 0 <= dimensions <= MAX_DIMENSIONS or data[0] >= len(NUMPY):
        raise CodecError("a malformed array header")
    code, flags, *shape = struct.unpack(f"<BB{dimensions}Q", data)
    dtype = NUMPY[code]
    size = math.prod(shape) * dtype.itemsize
    if size > RAW_LIMIT:
        raise CodecError("the contents are shorter than the header says")
    if 0 in shape and max(shape) > RAW_LIMIT:
        raise CodecError("an empty array with a huge axis")
    return dtype, tuple(shape), size, flags


def _lay_out(array: np.ndarray, flags: int) -> np.ndarray:
    """A copy that lies in memory as the flags say."""
    if flags & STRIDED and array.ndim:
        wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
        wide[..., ::2] = array
        array = wide[..., ::2]
    elif flags & FORTRAN:
        array = array.copy(order="F")  # of a single axis, too: asfortranarray is none then
    else:
        array = array.copy()
    array.flags.writeable = not flags & READ_ONLY
    return array


def _pairs(pairs: list[tuple[Any, Any]]) -> Any:
    if len(pairs) == 1 and pairs[0][0] == "\0tuple" and type(pairs[0][1]) is list:
        return tuple(pairs[0][1])
    if len(pairs) == 1 and pairs[0][0] == "\0members" and type(pairs[0][1]) is list:
        return _set(pairs[0][1])
    if not all(type(key) in (str, int) for key, _ in pairs):
        raise CodecError("a dict whose keys are not all str or int")
    return dict(pairs)


def _set(items: list[Any]) -> frozenset[Any]:
    kinds = set(map(type, items))
    if not (kinds <= {str} or kinds <= {int}) or len(set(items)) != len(items):
        raise CodecError("a set of other things than different texts or ints")
    return frozenset(items)


def decode(header: bytes, raw: Any, *, writable: bool = False) -> Any:
    """The value of a frame; arrays are fresh copies, or views of `raw` if `writable`.

    Args:
        header: At most `HEADER_LIMIT` bytes.
        raw: Bytes, or a bytearray where the caller wants arguments that can be written to.
        writable: Arrays may share `raw`, and the layout flags are obeyed.

    Raises:
        CodecError: anything that `encode` would not have written, leftover bytes included.
    """
    return _decode(header, _Decoder(raw, writable=writable))


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a request holds, and what is needed to see later whether it was changed.

    Attributes:
        arrays: All arrays of the value; they share the request's buffer, but for copies.
        copies: (array, what was sent) for each that lies in memory in a way of its own.
    """

    value: Any
    arrays: list[np.ndarray]
    copies: list[tuple[np.ndarray, np.ndarray]]


def decode_arguments(header: bytes, buffer: bytearray) -> Arguments:
    """As `decode` with `writable`, with all arrays of the value beside it.

    Raises:
        CodecError: as `decode`.
    """
    decoder = _Decoder(buffer, writable=True)
    return Arguments(_decode(header, decoder), decoder.arrays, decoder.copies)


def decode_outline(header: bytes, buffer: bytearray) -> Arguments:
    """As `decode_arguments` where only the size of the contents is known yet.

    Floats are `Later`; arrays lie on the buffer, copies of them hold nothing.

    Raises:
        CodecError: as `decode`, or a number stands where it cannot be filled in later.
    """
    decoder = _Outliner(buffer, writable=True)
    return Arguments(_decode(header, decoder), decoder.arrays, decoder.copies)


def _decode(header: bytes, decoder: _Decoder) -> Any:
    if len(header) > HEADER_LIMIT or decoder.end > RAW_LIMIT:
        raise CodecError("a frame over its cap")
    try:
        value = msgpack.unpackb(
            header,
            ext_hook=decoder.extension,
            object_pairs_hook=_pairs,
            strict_map_key=False,
            max_str_len=4 * TEXT_LIMIT,
            max_bin_len=0,
            max_array_len=ITEM_LIMIT,
            max_map_len=ITEM_LIMIT,
            max_ext_len=2048,
        )
    except CodecError:
        raise
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise CodecError(f"not a frame: {type(error).__name__}") from error
    if decoder.at != decoder.end:
        raise CodecError("bytes are left over")
    _measure(value)
    return value


def _measure(value: Any) -> None:
    """Refuse what is nested too deeply, holds too much altogether, or is of a foreign type.

    Level by level. The only foreign type that msgpack can make is its Timestamp, of which it
    asks nobody.
    """
    count = 0
    level = [value]
    for _ in range(DEPTH_LIMIT + _WRAPPING):
        kinds = set(map(type, level))
        if not kinds <= _TYPES:
            raise CodecError("a value of a foreign type")
        if kinds.isdisjoint(_CONTAINERS):
            return
        level = [
            item
            for container in level
            if type(container) in _CONTAINERS
            for item in (container.values() if type(container) is dict else container)
        ]
        count += len(level)
        if count > ITEM_LIMIT:
            raise CodecError(f"more than {ITEM_LIMIT:,} items")
    raise CodecError(f"nested deeper than {DEPTH_LIMIT}")
