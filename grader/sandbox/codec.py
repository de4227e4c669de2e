"""The strict codec of the pipe, of the bank, and of every digest: plain data in, plain data out.

A frame is a msgpack header, in which every number array and float is only a placeholder, and a
block of raw little-endian bytes that holds their contents in the same order, each padded to
eight bytes. So two answers of the same structure have equal headers, and a judge compares
numbers without decoding anything.

What it knows: None, bool, int (64 bits), float, complex, str, list, tuple, dict, arrays of the
listed dtypes, and four markers: `Ref`, `Callback`, `Rng`, `Unsupported`. Never pickle. The
decoder checks every length before it allocates, and nothing but these types comes out of it.

Formats: https://github.com/msgpack/msgpack/blob/master/spec.md, extension types 1 to 9.
"""

from __future__ import annotations

import hashlib
import math
import struct
import types
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgpack  # type: ignore[import-untyped]
import numpy as np

HEADER_LIMIT = 1 << 20
RAW_LIMIT = 64 << 20
ITEM_LIMIT = 100_000
DEPTH_LIMIT = 32
TEXT_LIMIT = 1 << 16

READ_ONLY, FORTRAN, STRIDED, SUBCLASS = 1, 2, 4, 8
"""Flag bits of an array: how an argument lies in memory, or that an answer was a subclass."""

_DTYPES = ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")
_NUMPY = tuple(np.dtype("?" if d == "?" else "<" + d) for d in (*_DTYPES, "M8[D]"))
_CODES = {dtype: code for code, dtype in enumerate(_NUMPY)}

_ARRAY, _FLOAT, _COMPLEX, _TUPLE, _REF, _CALLBACK, _RNG, _UNSUPPORTED, _BIG = range(1, 10)
_MAX_DIMENSIONS = 16
_UNIT = 8
_FIRST_LINE = struct.Struct("<4sIQ")


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


@dataclass(frozen=True, slots=True)
class Rng:
    """A fresh `np.random.Generator`, made in the child from a seed."""

    seed: int


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An answer of a kind that no exercise asks for, in words."""

    text: str


@dataclass(frozen=True, slots=True)
class Layout:
    """An array argument that lies in memory as `flags` say; encoded only, never decoded."""

    array: np.ndarray
    flags: int


@lru_cache(maxsize=4096)
def _array_placeholder(code: int, flags: int, shape: tuple[int, ...]) -> msgpack.ExtType:
    return msgpack.ExtType(_ARRAY, struct.pack(f"<BB{len(shape)}Q", code, flags, *shape))


_FLOAT_PLACEHOLDER = msgpack.ExtType(_FLOAT, b"")
_COMPLEX_PLACEHOLDER = msgpack.ExtType(_COMPLEX, b"")
_FLOAT64 = np.dtype("<f8")
_FLOAT64_CODE = _CODES[_FLOAT64]
_pack_float = struct.Struct("<d").pack
_unpack_float = struct.Struct("<d").unpack
_LAYOUTS = READ_ONLY | FORTRAN | STRIDED


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
        return msgpack.ExtType(_UNSUPPORTED, text[:500].encode("utf-8", "replace"))

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
        if not all(type(key) in (str, int) and key != "\0tuple" for key in value):
            return self.refuse("a dict whose keys are not all str or int")
        return {key: self.plain(item, depth + 1) for key, item in value.items()}

    def array(self, value: np.ndarray, flags: int) -> Any:
        dtype = value.dtype
        if dtype is not _FLOAT64:
            value, dtype = _native(value)
        code = _CODES.get(dtype)
        if code is None:
            return self.refuse(_describe_dtype(dtype))
        if value.ndim == 0 and code == _FLOAT64_CODE and not flags:
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
        bases: tuple[Any, ...] = (int, float, str, list, tuple, dict)
        for base in bases:
            if isinstance(value, base):
                return self.plain(base(value), depth)
        return self.refuse(_describe(value))


def _native(value: np.ndarray) -> tuple[np.ndarray, np.dtype[Any]]:
    """Little-endian, and days for dates; a long double loses its extra bits."""
    dtype = value.dtype
    if dtype.kind in "iufc" and dtype.itemsize > _UNIT and dtype.newbyteorder("<") not in _CODES:
        value = value.astype(np.complex128 if dtype.kind == "c" else np.float64)
    elif dtype.kind in "biufc":
        value = value.astype(dtype.newbyteorder("<"), copy=False)
    return value, _NUMPY[_CODES[value.dtype]] if value.dtype in _CODES else value.dtype


def _describe_dtype(dtype: np.dtype[Any]) -> str:
    if dtype.kind == "O":
        return "an array of objects (dtype object), usually from rows of different lengths"
    return f"an array of dtype {dtype}"


def _describe(value: Any) -> str:
    if isinstance(value, types.GeneratorType):
        return "a generator; wrap it in list(...)"
    name = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
    return f"an object of type {name[:200]}"


def _marker(value: Ref | Callback | Rng | Unsupported) -> msgpack.ExtType:
    if isinstance(value, Ref):
        return msgpack.ExtType(_REF, struct.pack("<II", value.step, value.output))
    if isinstance(value, Callback):
        return msgpack.ExtType(_CALLBACK, struct.pack("<I", value.number))
    if isinstance(value, Rng):
        return msgpack.ExtType(_RNG, struct.pack("<Q", value.seed))
    return msgpack.ExtType(_UNSUPPORTED, value.text.encode("utf-8", "replace"))


def encode(value: Any) -> tuple[bytes, bytes]:
    """Header and raw bytes of plain data.

    Raises:
        CodecError: the value, or something in it, is not plain data, or it is over a cap.
    """
    encoder = _Encoder(generous=False)
    return msgpack.packb(encoder.plain(value)), b"".join(encoder.raw)


def encode_answers(value: Any) -> tuple[bytes, bytes]:
    """As `encode`, for what students return.

    Tuples become lists, the plain data of a subclass is taken, and what cannot be carried becomes
    `Unsupported` in its place.

    Raises:
        CodecError: the whole is over a cap.
    """
    encoder = _Encoder(generous=True)
    return msgpack.packb(encoder.plain(value)), b"".join(encoder.raw)


Part = tuple[bytes, list[bytes]]
"""One encoded value that can be joined with others: its header and its contents."""

_HEADER_ROOM = 1 << 16
_TOO_MUCH_TEXT = f"more than {HEADER_LIMIT >> 20} MiB of texts and containers"


class AnswerWriter:
    """Encodes what students return, value by value, within the caps of one frame.

    A value that does not fit any more becomes `Unsupported`: it costs itself, not the frame.
    """

    def __init__(self) -> None:
        self._encoder = _Encoder(generous=True)
        self._pack = msgpack.Packer().pack
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
    packer = msgpack.Packer(autoreset=False)
    packer.pack_array_header(len(lists) + len(rest))
    headers, contents = [packer.bytes()], []
    for parts in lists:
        packer.reset()
        packer.pack_array_header(len(parts))
        headers.append(packer.bytes())
        for header, raw in parts:
            headers.append(header)
            contents += raw
    for value in rest:
        header, data = encode(value)
        headers.append(header)
        contents.append(data)
    return b"".join(headers), b"".join(contents)


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
        if code == _ARRAY:
            return self.array(data)
        if code == _FLOAT and not data:
            return _unpack_float(self.take(8))[0]
        if code == _COMPLEX and not data:
            return complex(*struct.unpack("<dd", self.take(16)))
        if code == _UNSUPPORTED:
            return Unsupported(data.decode("utf-8", "replace"))
        if code == _REF and len(data) == _UNIT:
            return Ref(*struct.unpack("<II", data))
        if code == _CALLBACK and len(data) == _UNIT // 2:
            return Callback(*struct.unpack("<I", data))
        if code == _RNG and len(data) == _UNIT:
            return Rng(*struct.unpack("<Q", data))
        raise CodecError(f"unknown extension type {code} of {len(data)} bytes")

    def array(self, data: bytes) -> np.ndarray:
        dtype, shape, size, flags = _parse_array(data)
        at = self.at
        end = at + size
        if end > self.end:
            raise CodecError("the contents are shorter than the header says")
        self.at = end + (-size % 8)
        array = np.ndarray(shape, dtype, self.raw, at)
        if not self.writable:
            return array.copy()
        if flags & _LAYOUTS:
            pristine, array = array, _lay_out(array, flags)
            self.copies.append((array, pristine))
        self.arrays.append(array)
        return array


@lru_cache(maxsize=4096)
def _parse_array(data: bytes) -> tuple[np.dtype[Any], tuple[int, ...], int, int]:
    """What an array's placeholder says: dtype, shape, size in bytes, flags."""
    dimensions, rest = divmod(len(data) - 2, 8)
    if rest or not 0 <= dimensions <= _MAX_DIMENSIONS or data[0] >= len(_NUMPY):
        raise CodecError("a malformed array header")
    code, flags, *shape = struct.unpack(f"<BB{dimensions}Q", data)
    dtype = _NUMPY[code]
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
        array = np.asfortranarray(array)
    else:
        array = array.copy()
    array.flags.writeable = not flags & READ_ONLY
    return array


def _pairs(pairs: list[tuple[Any, Any]]) -> Any:
    if len(pairs) == 1 and pairs[0][0] == "\0tuple" and type(pairs[0][1]) is list:
        return tuple(pairs[0][1])
    if not all(type(key) in (str, int) for key, _ in pairs):
        raise CodecError("a dict whose keys are not all str or int")
    return dict(pairs)


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
    return value


def dumps(value: Any) -> bytes:
    """Plain data as one string of bytes; dicts keep their order."""
    header, raw = encode(value)
    return _FIRST_LINE.pack(b"grd1", len(header), len(raw)) + header + raw


def loads(data: bytes) -> Any:
    """The inverse of `dumps`.

    Raises:
        CodecError: the bytes are not what `dumps` writes.
    """
    if len(data) < _FIRST_LINE.size:
        raise CodecError("shorter than a frame's first line")
    start = _FIRST_LINE.size
    magic, header, raw = _FIRST_LINE.unpack(data[:start])
    if magic != b"grd1" or len(data) != start + header + raw:
        raise CodecError("not written by this codec, or cut short")
    return decode(data[start : start + header], data[start + header :])


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return type(value)(_sorted(item) for item in value)
    return value


def digest(value: Any) -> str:
    """sha256 of the canonical encoding: sorted keys, little-endian, C order."""
    return hashlib.sha256(dumps(_sorted(value))).hexdigest()
