"""The frames on the pipe between grader and child: a fixed head, then header and raw bytes.

Each length is checked against its cap before anything is allocated.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from grader.sandbox.codec import HEADER_LIMIT, RAW_LIMIT

HEAD = struct.Struct("<4sBxxxIIQ")
"""Magic, kind, sequence number, length of the header, length of the raw bytes."""

MAGIC = b"grdp"
READY, FAILED, LOAD, LOADED, ANNOUNCE, RUN, ANSWER, CALL, RESULT, TEST, TESTED = range(1, 12)
BACK, BACKED = 12, 13
"""While it serves a call, the grader may call a function of the child's among the arguments."""
KNOWN = 14
"""As RUN, with a number for a header that the zygote has read before it forked the child."""
SEALED = 15
"""Before the result of a call: more answers of the same function; see `sealed`."""


class WireError(ValueError):
    """Bytes that are not a frame, or one that is over a cap."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; `number` is that of the question it belongs to."""

    kind: int
    number: int
    header: bytes
    raw: bytes


def head(frame: Frame) -> bytes:
    """Give the fixed first bytes of a frame."""
    return HEAD.pack(MAGIC, frame.kind, frame.number, len(frame.header), len(frame.raw))


def lengths(data: bytes) -> tuple[int, int, int, int]:
    """Kind, number, length of header and of raw bytes from the first bytes of a frame.

    Raises:
        WireError: not a frame's head, or a length over its cap.
    """
    magic, kind, number, header, raw = HEAD.unpack(data)
    if magic != MAGIC:
        raise WireError("not the head of a frame")
    if header > HEADER_LIMIT or raw > RAW_LIMIT:
        raise WireError(f"a frame of {header} and {raw} bytes")
    return kind, number, header, raw


def write(fd: int, frame: Frame) -> None:
    """Write a frame to a descriptor that blocks; the child's side of the pipe."""
    pieces = [head(frame), frame.header, frame.raw]
    if len(frame.header) + len(frame.raw) < 1 << 16:
        pieces = [b"".join(pieces)]
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(fd, view) :]


def read(fd: int) -> Frame:
    """Read a frame from a descriptor that blocks; the child's side of the pipe.

    Raises:
        EOFError: the grader has closed the pipe.
        WireError: the bytes are not a frame.
    """
    kind, number, header, raw = lengths(_exactly(fd, HEAD.size))
    return Frame(kind, number, _exactly(fd, header), _exactly(fd, raw))


def _exactly(fd: int, size: int) -> bytes:
    if size == 0:
        return b""
    first = os.read(fd, size)
    if len(first) == size:
        return first
    data = bytearray(first)
    while len(data) < size:
        block = os.read(fd, min(size - len(data), 1 << 20))
        if not block:
            raise EOFError
        data += block
    return bytes(data)
