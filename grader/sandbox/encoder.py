"""Plain data to frames: see `codec`, which is where others import this from."""

from __future__ import annotations

import struct
import types
from functools import lru_cache
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np

from grader.sandbox.plain import (
    ARRAY,
    CALLBACK,
    CODES,
    COMPLEX,
    DEPTH_LIMIT,
    FLOAT,
    HEADER_LIMIT,
    ITEM_LIMIT,
    NUMPY,
    RAW_LIMIT,
    REF,
    RNG,
    SUBCLASS,
    TEXT_LIMIT,
    UNIT,
    UNSUPPORTED,
    Callback,
    CodecError,
    Layout,
    Ref,
    Rng,
    Unsupported,
)


@lru_cache(maxsize=4096)
def _array_placeholder(code: int, flags: int, shape: tuple[int, ...]) -> msgpack.ExtType:
    return msgpack.ExtType(ARRAY, struct.pack(f"<BB{len(shape)}Q", code, flags, *shape))


_FLOAT_PLACEHOLDER = msgpack.ExtType(FLOAT, b"")
_COMPLEX_PLACEHOLDER = msgpack.ExtType(COMPLEX, b"")
_MARKS = frozenset({"\0tuple", "\0members"})
_FLOAT64 = np.dtype("<f8")
_FLOAT64_CODE = CODES[_FLOAT64]
_pack_float = struct.Struct("<d").pack
_BUFFER = 1 << 13
"""To begin with: a packer that is not told takes 256 KiB, which over and over tears up the heap."""


def _pack(value: Any) -> bytes:
    return msgpack.packb(value, buf_size=_BUFFER)  # type: ignore[no-any-return]


def _array_header(length: int) -> bytes:
    return msgpack.Packer(buf_size=UNIT).pack_array_header(length)  # type: ignore[no-any-return]


class _Encoder:
    """One walk over a value; `raw` collects the contents in the order of the placeholders."""

    def __init__(self, *, generous: bool) -> None:
        self.raw: list[bytes] = []
        self.size = 0
        self.items = 0
        self.generous = generous

    def refuse(self, text: str) -> Any:
        if not self.generous:
            raise CodecError(text)
        return msgpack.ExtType(UNSUPPORTED, text[:500].encode("utf-8", "replace"))

    def block(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > RAW_LIMIT:
            raise CodecError(f"more than {RAW_LIMIT >> 20} MiB of numbers")
        self.raw.append(data)

    def plain(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if kind is np.ndarray:
            return self.array(value, 0)
        if kind is float:
            self.block(_pack_float(value))
            return _FLOAT_PLACEHOLDER
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if -(2**63) <= value < 2**64 else self.refuse("an int beyond 64 bits")
        if kind is str:
            return self.text(value)
        if kind is list or kind is tuple or kind is dict:
            return self.container(value, kind, depth)
        return self.other(value, depth)

    def text(self, value: str) -> str:
        if len(value) > TEXT_LIMIT:
            return self.refuse(f"a text of {len(value)} characters")  # type: ignore[no-any-return]
        return value.encode("utf-8", "replace").decode()

    def container(self, value: Any, kind: type, depth: int) -> Any:
        self.items += len(value)
        if self.items > ITEM_LIMIT:
            raise CodecError(f"more than {ITEM_LIMIT:,} items")
        if depth >= DEPTH_LIMIT:
            return self.refuse(f"nested deeper than {DEPTH_LIMIT}")
        if kind is list or (kind is tuple and self.generous):
            return [self.plain(item, depth + 1) for item in value]
        if kind is tuple:
            return {"\0tuple": [self.plain(item, depth + 1) for item in value]}
        if self.generous:
            value = {_plain_key(key): item for key, item in value.items()}
        if not all(type(key) in (str, int) and key not in _MARKS for key in value):
            return self.refuse("a dict whose keys are not all str or int")
        return {key: self.plain(item, depth + 1) for key, item in value.items()}

    def set(self, value: set[Any] | frozenset[Any]) -> Any:
        """Texts, or whole numbers, in order: a set has none of its own."""
        items = list(frozenset.__iter__(frozenset(value)))
        if not (all(type(i) is str for i in items) or all(type(i) is int for i in items)):
            return self.refuse("a set of other things than texts or ints")
        self.items += len(items)
        if self.items > ITEM_LIMIT:
            raise CodecError(f"more than {ITEM_LIMIT:,} items")
        return {"\0members": [self.plain(item) for item in sorted(items)]}

    def array(self, value: np.ndarray, flags: int) -> Any:
        dtype = value.dtype
        if dtype is not _FLOAT64:
            value, dtype = _native(value)
        code = CODES.get(dtype)
        if code is None:
            return self.refuse(_describe_dtype(dtype))
        if value.ndim == 0 and code == _FLOAT64_CODE and not flags and self.generous:
            self.block(_pack_float(value.item()))
            return _FLOAT_PLACEHOLDER
        if self.size + value.nbytes > RAW_LIMIT:
            raise CodecError(f"more than {RAW_LIMIT >> 20} MiB of numbers")
        data = value.tobytes()
        self.block(data if len(data) % 8 == 0 else data + bytes(-len(data) % 8))
        return _array_placeholder(code, flags, value.shape)

    def other(self, value: Any, depth: int) -> Any:
        if isinstance(value, np.generic):
            return self.scalar(value)
        if isinstance(value, Layout):
            return self.array(value.array, value.flags)
        if isinstance(value, complex):
            self.block(struct.pack("<dd", value.real, value.imag))
            return _COMPLEX_PLACEHOLDER
        if isinstance(value, (Ref, Callback, Rng, Unsupported)):
            return _marker(value)
        if isinstance(value, (set, frozenset)):
            return self.set(value)
        return self.subclass(value, depth) if self.generous else self.refuse(_describe(value))

    def scalar(self, value: np.generic) -> Any:
        if isinstance(value, (np.bool_, np.integer)):
            return value.item()
        if isinstance(value, (np.float64, np.longdouble)):
            return self.plain(float(value))
        if isinstance(value, np.complex128):
            return self.plain(complex(value))
        return self.array(np.asarray(value), 0)

    def subclass(self, value: Any, depth: int) -> Any:
        """Take the plain data of a well-known subclass; everything else is named, not sent."""
        if isinstance(value, np.ndarray):
            if isinstance(value, np.ma.MaskedArray):
                return self.refuse("a masked array")
            return self.array(np.ndarray.view(value, np.ndarray), SUBCLASS)
        for base, take in _BASES:
            if isinstance(value, base):
                return self.plain(take(value), depth)
        return self.refuse(_describe(value))


_BASES: tuple[tuple[type, Any], ...] = (
    # What an enumeration of texts prints, for one, is another text than the one that it is.
    (int, int.__int__),
    (float, float.__float__),
    (str, str.__str__),
    (list, list),
    (tuple, tuple),
    (dict, dict),
)


def _plain_key(key: Any) -> Any:
    """A text or a whole number of a subclass's as Python's own; anything else as it is."""
    if isinstance(key, np.integer):
        return key.item()
    return str.__str__(key) if isinstance(key, str) else key


def _native(value: np.ndarray) -> tuple[np.ndarray, np.dtype[Any]]:
    """Little-endian, and days for dates; a long double loses its extra bits."""
    dtype = value.dtype
    if dtype.kind in "iufc" and dtype.itemsize > UNIT and dtype.newbyteorder("<") not in CODES:
        value = value.astype(np.complex128 if dtype.kind == "c" else np.float64)
    elif dtype.kind in "biufc":
        value = value.astype(dtype.newbyteorder("<"), copy=False)
    return value, NUMPY[CODES[value.dtype]] if value.dtype in CODES else value.dtype


def _describe_dtype(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "O":
        return "an array of objects (dtype object), usually from rows of different lengths"
    return f"an array of dtype {dtype}"


def _describe(value: Any) -> str:
    if isinstance(value, types.GeneratorType):
        return "a generator; wrap it in list(...)"
    name = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    if hasattr(type(value), "__next__"):
        return f"a {name[:200]}; wrap it in list(...)"
    return f"an object of type {name[:200]}"


def _marker(value: Ref | Callback | Rng | Unsupported) -> msgpack.ExtType:
    if isinstance(value, Ref):
        return msgpack.ExtType(REF, struct.pack("<II", value.step, value.output))
    if isinstance(value, Callback):
        return msgpack.ExtType(CALLBACK, struct.pack("<I", value.number))
    if isinstance(value, Rng):
        return msgpack.ExtType(RNG, struct.pack("<Q", value.seed))
    return msgpack.ExtType(UNSUPPORTED, value.text.encode("utf-8", "replace"))


def encode(value: Any) -> tuple[bytes, bytes]:
    """Header and raw bytes of plain data.

    Raises:
        CodecError: the value, or something in it, is not plain data, or it is over a cap.
    """
    encoder = _Encoder(generous=False)
    return _pack(encoder.plain(value)), b"".join(encoder.raw)


def encode_answers(value: Any) -> tuple[bytes, bytes]:
    """As `encode`, for what students return.

    Tuples become lists, the plain data of a subclass is taken, and what cannot be carried becomes
    `Unsupported` in its place.

    Raises:
        CodecError: the whole is over a cap.
    """
    encoder = _Encoder(generous=True)
    return _pack(encoder.plain(value)), b"".join(encoder.raw)


Part = tuple[bytes, list[bytes]]
"""One encoded value that can be joined with others: its header and its contents."""

_HEADER_ROOM = 1 << 16
_ITEM_ROOM = 10_000
"""Left for what `join` puts around the answers, and for the rest."""
_TOO_MUCH_TEXT = f"more than {HEADER_LIMIT >> 20} MiB of texts and containers"


class AnswerWriter:
    """Encodes what students return, value by value, within the caps of one frame.

    A value that does not fit any more becomes `Unsupported`: it costs itself, not the frame.
    """

    def __init__(self) -> None:
        self._encoder = _Encoder(generous=True)
        self._encoder.items = _ITEM_ROOM
        self._pack = msgpack.Packer(buf_size=_BUFFER).pack
        self._header_left = HEADER_LIMIT - _HEADER_ROOM

    def part(self, value: Any) -> Part:
        """Encode a value as it is now; whatever happens to it later does not matter."""
        encoder = self._encoder
        contents: list[bytes] = []
        encoder.raw = contents
        size, items = encoder.size, encoder.items
        try:
            header = self._pack(encoder.plain(value))
            if len(header) > self._header_left:
                raise CodecError(_TOO_MUCH_TEXT)  # noqa: TRY301 - one way out for all caps
        except CodecError as error:
            encoder.size, encoder.items = size, items
            return self._pack(encoder.refuse(str(error))), []
        self._header_left -= len(header)
        return header, contents


def join(lists: list[list[Part]], rest: list[Any]) -> tuple[bytes, bytes]:
    """Make one frame of lists of parts and, behind them, further plain data.

    Raises:
        CodecError: as `encode`, for `rest`.
    """
    headers, contents = [_array_header(len(lists) + len(rest))], []
    for parts in lists:
        headers.append(_array_header(len(parts)))
        for header, raw in parts:
            headers.append(header)
            contents += raw
    for value in rest:
        header, data = encode(value)
        headers.append(header)
        contents.append(data)
    return b"".join(headers), b"".join(contents)
