"""Answers that nobody can read but who has the whole question.

Where a right version stands in for a function of a submission, most of what it will be asked is
known beforehand. Its answers travel with the first result, so that not each call has to go to the
grader and back; nothing of them may be told to student code that has not asked. So an answer is
encrypted with the digest of its question, and found by another part of that digest: whoever can
read it could as well have called the function. Whether a question is among those that the
reference asks can be found out; by the public cases, too.

BLAKE2b: RFC 7693; SHAKE256, whose output serves as a one-time pad: FIPS 202.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME, _KEY = 16, 32
_LENGTH = struct.Struct("<I")

Sealed = tuple[bytes, bytes]
"""The name under which an answer is found, and the answer, encrypted."""

Foreseen = Mapping[str, Sequence[Sealed]]
"""Name of a function to its answers."""

NONE: Foreseen = MappingProxyType({})


def asked(function: str, args: list[Any], kwargs: Mapping[str, Any]) -> bytes:
    """A question in bytes: the same for the same arguments to the bit, given in the same way.

    Raises:
        CodecError: an argument does not travel.
    """
    header, raw = codec.encode([args, dict(kwargs)])
    return b"\0".join((function.encode(), header, raw))


def seal(question: bytes, header: bytes, raw: bytes) -> Sealed:
    """Close the frame that answers a question."""
    name, key = _digests(question)
    return name, _masked(_LENGTH.pack(len(header)) + header + raw, key)


@dataclass(frozen=True, slots=True)
class Answers:
    """Sealed answers, side by side.

    Attributes:
        places: The name of each to its begin and its end in `data`.
    """

    places: Mapping[bytes, tuple[int, int]]
    data: bytes

    def open(self, question: bytes) -> tuple[bytes, bytes] | None:
        """The frame that answers a question; None if it is not here."""
        name, key = _digests(question)
        place = self.places.get(name)
        if place is None:
            return None
        frame = _masked(self.data[slice(*place)], key)
        (length,) = _LENGTH.unpack_from(frame)
        at = _LENGTH.size + length
        return frame[_LENGTH.size : at], frame[at:]


def pack(sealed: Iterable[Sealed]) -> tuple[bytes, bytes]:
    """One frame of many."""
    rows = list(sealed)
    names, data = (b"".join(row[part] for row in rows) for part in (0, 1))
    ends = np.cumsum([len(closed) for _, closed in rows], dtype=np.int64)
    return codec.encode([_bytes(names), ends, _bytes(data)])


def unpack(header: bytes, raw: bytes) -> Answers:
    """Read such a frame."""
    names, ends, data = codec.decode(header, raw)
    found = names.tobytes()
    until = ends.tolist()
    places = {
        found[at * _NAME : (at + 1) * _NAME]: place
        for at, place in enumerate(zip([0, *until], until, strict=False))
    }
    return Answers(places, data.tobytes())


def _bytes(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)


def _digests(question: bytes) -> tuple[bytes, bytes]:
    digest = hashlib.blake2b(question, digest_size=_NAME + _KEY).digest()
    return digest[:_NAME], digest[_NAME:]


def _masked(data: bytes, key: bytes) -> bytes:
    """Encrypt, or decrypt: every key serves for one answer."""
    pad = hashlib.shake_256(key).digest(len(data))
    both = int.from_bytes(data, "little") ^ int.from_bytes(pad, "little")
    return both.to_bytes(len(data), "little")
