"""The strict codec of the pipe, of the bank, and of every digest: plain data in, plain data out.

A frame is a msgpack header, in which every number array and float is only a placeholder, and a
block of raw little-endian bytes that holds their contents in the same order, each padded to
eight bytes. So two answers of the same structure have equal headers, and a judge compares
numbers without decoding anything.

What it knows: None, bool, int (64 bits), float, complex, str, list, tuple, dict, sets of texts or
ints, arrays of the listed dtypes, single days (datetime64[D]), and four markers: `Ref`,
`Callback`, `Rng`, `Unsupported`. Never pickle. The decoder checks every length before it
allocates, and nothing but these types comes out of it.

Formats: https://github.com/msgpack/msgpack/blob/master/spec.md, extension types 1 to 9.
"""

from __future__ import annotations

import hashlib
import struct
from typing import Any

from grader.sandbox.decoder import Arguments, decode, decode_arguments, decode_outline
from grader.sandbox.encoder import AnswerWriter, Part, encode, encode_answers, join
from grader.sandbox.plain import (
    DEPTH_LIMIT,
    FORTRAN,
    HEADER_LIMIT,
    ITEM_LIMIT,
    OWN,
    RAW_LIMIT,
    READ_ONLY,
    STRIDED,
    SUBCLASS,
    TEXT_LIMIT,
    Callback,
    CodecError,
    Later,
    Layout,
    Ref,
    Rng,
    Unsupported,
)

__all__ = [
    "DEPTH_LIMIT",
    "FORTRAN",
    "HEADER_LIMIT",
    "ITEM_LIMIT",
    "OWN",
    "RAW_LIMIT",
    "READ_ONLY",
    "STRIDED",
    "SUBCLASS",
    "TEXT_LIMIT",
    "AnswerWriter",
    "Arguments",
    "Callback",
    "CodecError",
    "Later",
    "Layout",
    "Part",
    "Ref",
    "Rng",
    "Unsupported",
    "decode",
    "decode_arguments",
    "decode_outline",
    "digest",
    "dumps",
    "encode",
    "encode_answers",
    "join",
    "loads",
]

_FIRST_LINE = struct.Struct("<4sIQ")


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
