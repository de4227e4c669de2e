"""Bytes of a source file to text, as Python itself would read it, but without giving up early."""

from __future__ import annotations

import codecs
import re

from grader.errors import SubmissionError

TEXT_LIMIT = 1 << 20
"""Bytes of source: a hundred times the longest honest file."""

_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""Source: PEP 263."""

_BLANK = re.compile(rb"^[ \t\f]*(?:#|$)")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32's mark begins with UTF-16's, so it comes first."""

_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
"""Python's own codecs that are no encodings of source; decoding punycode is quadratic."""


def decode(data: bytes, shown: str) -> tuple[str, tuple[str, ...]]:
    """The text of a source file, with newlines alone at its line ends, and notes on what was odd.

    Args:
        data: The file's bytes.
        shown: The file's name, for messages.

    Raises:
        SubmissionError: the file is too long, or holds a NUL byte.
    """
    if len(data) > TEXT_LIMIT:
        message = f"{shown} is {len(data):,} bytes long; more than {TEXT_LIMIT:,} are not read"
        raise SubmissionError(message)
    text, notes = _decoded(data, shown)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SubmissionError(
            f"{shown}, line {line}: there is a NUL byte, so this is not a text file; save it anew"
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), notes


def _decoded(data: bytes, shown: str) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            if encoding == "utf-8":
                return _replacing(body, encoding, shown)
            text, notes = _replacing(body, encoding, shown)
            return text, (*notes, f"{shown} was read as {encoding[:6].upper()}; save it as UTF-8")
    declared = _declared(data)
    if declared is None:
        return _replacing(data, "utf-8", shown)
    try:
        return _text(data, declared), ()
    except LookupError:
        text, notes = _replacing(data, "utf-8", shown)
        return text, (*notes, f"{shown} declares the unknown encoding {declared!r}; read as UTF-8")
    except UnicodeError:
        return _replacing(data, "utf-8", shown)


def _declared(data: bytes) -> str | None:
    """What a line `# -*- coding: name -*-` among the first two says."""
    for line in re.split(rb"\r\n|\r|\n", data[:2000], maxsplit=2)[:2]:
        found = _COOKIE.match(line)
        if found:
            return found[1].decode("ascii", "replace")
        if not _BLANK.match(line):
            return None
    return None


def _text(data: bytes, encoding: str) -> str:
    name = codecs.lookup(encoding).name
    if name.replace("_", "-") in _REFUSED:
        raise LookupError(encoding)
    return data.decode(name)


def _replacing(data: bytes, encoding: str, shown: str) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        note = f"{shown}, line {line}: bytes that are not {encoding.upper()} were replaced"
        return data.decode(encoding, "replace"), (note,)
