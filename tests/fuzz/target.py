"""What is fuzzed: any bytes are decoded within the caps, or refused; nothing else happens.

The caps are made small here, so that short inputs reach them. The oracle does not use the
decoder's own checks: it measures what came out.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgpack
import numpy as np

from grader.sandbox import codec, decoder, wire
from grader.sandbox.codec import Callback, CodecError, Ref, Rng, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = Path(__file__).parent / "seeds"
SMALL = {
    "HEADER_LIMIT": 300,
    "RAW_LIMIT": 400,
    "ITEM_LIMIT": 24,
    "DEPTH_LIMIT": 3,
    "MAX_DIMENSIONS": 3,
    "TEXT_LIMIT": 8,
}
"""Cap to its size while fuzzing."""

CAPS = (*SMALL, "contents", "leftover", "keys", "types")
"""What can be taken out, to see that it is found: a number, or a check of its own."""

_NONE = 1 << 40
_SCALARS = (type(None), bool, int, float, complex, Ref, Callback, Rng)
_EXTENSION = 2048


class FoundError(AssertionError):
    """The decoder let something through."""


@contextmanager
def small_caps(without: str | None = None) -> Iterator[None]:
    """Make the decoder's caps small, and one of them void."""
    if without is not None and without not in CAPS:
        raise ValueError(f"no cap {without!r}; there are {', '.join(CAPS)}")
    kept = {name: getattr(decoder, name) for name in SMALL}
    checks = decoder._Decoder.take, decoder._Decoder.array, decoder._pairs
    checks += (decoder._TYPES, decoder._decode)
    for name, size in SMALL.items():
        setattr(decoder, name, _NONE if name == without else size)
    _void(without)
    decoder._parse_array.cache_clear()
    try:
        yield
    finally:
        for name, size in kept.items():
            setattr(decoder, name, size)
        decoder._Decoder.take, decoder._Decoder.array, decoder._pairs = checks[:3]
        decoder._TYPES, decoder._decode = checks[3:]
        decoder._parse_array.cache_clear()


def _void(check: str | None) -> None:
    """Replace one check of the decoder by none."""
    if check == "keys":
        decoder._pairs = dict
    elif check == "contents":
        take = decoder._Decoder.take

        def forgiving(self: Any, size: int) -> Any:
            try:
                return take(self, size)
            except CodecError:
                return bytes(size)

        decoder._Decoder.take = forgiving
    elif check == "leftover":
        decode = decoder._decode

        def lenient(header: bytes, made: Any) -> Any:
            made.end, end = len(made.raw), made.end
            try:
                return decode(header, made)
            except CodecError as error:
                if "left over" not in str(error):
                    raise
                made.at, made.end = 0, 0
                return msgpack.unpackb(header, ext_hook=lambda *_: None, strict_map_key=False)
            finally:
                made.end = end

        decoder._decode = lenient
    elif check == "types":
        decoder._TYPES = _Everything()


class _Everything:
    """A set that any other is part of."""

    def __ge__(self, other: object) -> bool:
        return True


def check(data: bytes) -> None:
    """Decode in both ways what may have come from a child.

    Raises:
        FoundError: something came out that must not, or another exception than promised.
    """
    _head(data)
    size = int.from_bytes(data[:2], "little")
    header, raw = data[2 : 2 + size], data[2 + size :]
    outcomes = []
    for way in (_plainly, _as_arguments):
        try:
            value = way(header, raw)
        except CodecError:
            outcomes.append(None)
        except Exception as error:
            raise FoundError(f"{type(error).__name__} instead of CodecError") from error
        else:
            _measure(value, header, raw)
            outcomes.append(value)
    if (outcomes[0] is None) != (outcomes[1] is None) and not _is_none(header):
        raise FoundError("decoded in one way only")


def _is_none(header: bytes) -> bool:
    return header == b"\xc0"


def _plainly(header: bytes, raw: bytes) -> Any:
    return codec.decode(header, raw)


def _as_arguments(header: bytes, raw: bytes) -> Any:
    return codec.decode_arguments(header, bytearray(raw)).value


def _head(data: bytes) -> None:
    if len(data) >= wire.HEAD.size:
        try:
            lengths = wire.lengths(data[: wire.HEAD.size])
        except wire.WireError:
            return
        if lengths[2] > wire.HEADER_LIMIT or lengths[3] > wire.RAW_LIMIT:
            raise FoundError("a frame beyond the caps would be read")


def _measure(  # noqa: C901, PLR0912 - one branch per type
    value: Any, header: bytes, raw: bytes
) -> None:
    """Walk over what came out, with a stack of our own."""
    if len(header) > SMALL["HEADER_LIMIT"] or len(raw) > SMALL["RAW_LIMIT"]:
        raise FoundError("a frame beyond its cap")
    items = taken = loose = 0
    waiting = [(value, 0)]
    while waiting:
        found, depth = waiting.pop()
        kind = type(found)
        if depth > SMALL["DEPTH_LIMIT"] + decoder._WRAPPING:
            raise FoundError("nested too deeply")
        if kind in (list, tuple, dict):
            items += len(found)
            if kind is dict and not all(type(k) in (str, int) for k in found):
                raise FoundError("a key that is neither str nor int")
            if items > SMALL["ITEM_LIMIT"]:
                raise FoundError("too many items")
            inner = found.values() if kind is dict else found
            texts = [k for k in found if type(k) is str] if kind is dict else []
            waiting += [(item, depth + 1) for item in (*inner, *texts)]
        elif kind is np.ndarray:
            taken += _array(found)
        elif kind is np.datetime64:
            taken += _array(np.asarray(found))
        elif kind in (float, complex):
            taken += 16 if kind is complex else 0
            loose += 8  # a float may also stand in the header, where msgpack has a place for it
        elif kind is str:
            if len(found.encode("utf-8", "surrogatepass")) > 4 * SMALL["TEXT_LIMIT"]:
                raise FoundError("a long text")
        elif kind is Unsupported:
            if len(found.text) > _EXTENSION:
                raise FoundError("a long reason")
        elif kind not in _SCALARS:
            raise FoundError(f"a {kind.__name__}")
    if taken > len(raw) or taken + loose + 8 * items + 8 < len(raw):
        raise FoundError(f"{taken} bytes of numbers from {len(raw)} bytes")


def _array(array: np.ndarray) -> int:
    if array.ndim > SMALL["MAX_DIMENSIONS"] or array.dtype not in codec_dtypes():
        raise FoundError(f"an array of {array.ndim} dimensions, dtype {array.dtype}")
    if max(array.shape, default=0) > SMALL["RAW_LIMIT"]:
        raise FoundError(f"an array of shape {array.shape}")
    return array.nbytes


def codec_dtypes() -> tuple[np.dtype[Any], ...]:
    """The dtypes that may come out."""
    return decoder.NUMPY


def seeds() -> list[bytes]:
    """Inputs from which to start, and all that was ever a finding."""
    return [path.read_bytes() for path in sorted(SEEDS.iterdir())]
