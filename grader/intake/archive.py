"""Zip and tar, member by member into memory; nothing is ever extracted to disk.

Only sources and archives are unpacked at all. What is dangerous or ambiguous (a path that leads
out, a link, a device, a name twice, a bomb) is named and never used.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from grader.errors import SubmissionError
from grader.intake.files import Pile, ignored, oversized, size_limit, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.intake.files import Place

    _Stream = IO[bytes] | gzip.GzipFile | bz2.BZ2File | lzma.LZMAFile

_RATIO = 200
_RATIO_FROM = 1 << 20
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError,
    OSError, ValueError, OverflowError, NotImplementedError, RecursionError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Caps:
    """What an archive may hold.

    Attributes:
        members: Files, folders and all else.
        total: Bytes that are unpacked in all.
        apart: Leading parts of a path that may differ by case alone: names of students.
    """

    members: int
    total: int
    apart: int = 0


STUDENT = Caps(members=10_000, total=128 << 20)
CLASS = Caps(members=100_000, total=1 << 30, apart=2)


@dataclass(frozen=True, slots=True)
class _Member:
    """One member; `trouble` says why it may not be used whatever it holds."""

    name: str
    folder: bool
    size: int
    read: Callable[[int], bytes]
    trouble: str | None = None


def read_archive(file: IO[bytes], name: str, caps: Caps) -> Pile:
    """The sources and archives in an archive, with what is wrong in it.

    Args:
        file: Open for reading, seekable.
        name: The archive's name, for messages.
        caps: How much is accepted.

    Raises:
        SubmissionError: it is damaged, not an archive that is read here, or too large as a whole.
    """
    try:
        return _Collection(name, caps).collect(_members(file, name, caps))
    except _DAMAGED as error:
        reason = str(error)[:120] or type(error).__name__
        raise SubmissionError(f"{name} is damaged: {reason}; make it anew") from error


def _members(file: IO[bytes], name: str, caps: Caps) -> Iterator[_Member]:
    head = file.read(6)
    file.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_members(file, name, caps)
    if head.startswith((b"7z\xbc\xaf", b"Rar!")):
        raise SubmissionError(f"{name} is a 7z or RAR archive; hand in a zip instead")
    return _tar_members(_unpacking(file, head), name, caps)


def _unpacking(file: IO[bytes], head: bytes) -> _Stream:
    """The tar within a compressed tar; it is closed with the file beneath."""
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if head.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(file)
    return file


@dataclass(slots=True)
class _Collection:
    """What was found so far; lives while one archive is read."""

    name: str
    caps: Caps
    files: dict[Place, bytes] = field(default_factory=dict)
    unread: dict[Place, str] = field(default_factory=dict)
    problems: list[tuple[Place, str]] = field(default_factory=list)
    others: list[Place] = field(default_factory=list)
    taken: dict[Place, Place] = field(default_factory=dict)
    total: int = 0

    def collect(self, members: Iterator[_Member]) -> Pile:
        for count, member in enumerate(members):
            if count >= self.caps.members:
                raise SubmissionError(_too_many(self.name, self.caps))
            self._add(member)
        return Pile(self.files, self.unread, tuple(self.problems), tuple(self.others))

    def _add(self, member: _Member) -> None:
        place, leaves = _place(member.name)
        if not place or ignored(place):
            return
        if leaves:
            reason = f"{self.name} holds the path {member.name[:200]!r}, which leads out of it"
            self.problems.append((place, f"{reason}; make the archive anew"))
        elif member.trouble:
            self.problems.append((place, f"{self.name}: {member.trouble}"))
        elif member.folder or not wanted(place[-1]):
            self.others.append(place)
        elif not self._twice(place):
            self._read(member, place)

    def _twice(self, place: Place) -> bool:
        """Two members of one name, or names that one computer in two takes for the same."""
        apart = self.caps.apart
        key = (*place[:apart], *(part.casefold() for part in place[apart:]))
        other = self.taken.setdefault(key, place)
        if other is place:
            return False
        both = "/".join(place) if other == place else f"{'/'.join(other)} and {'/'.join(place)}"
        said = f"{self.name} holds {both}" + (" twice" if other == place else "")
        self.problems.append((place, f"{said}; which one counts cannot be told"))
        return True

    def _read(self, member: _Member, place: Place) -> None:
        limit = size_limit(place[-1])
        if member.size > limit:
            self.unread[place] = oversized(place, member.size)
            return
        try:
            data = member.read(limit + 1)
        except _Bomb as error:
            self.problems.append((place, str(error)))
            return
        except (*_DAMAGED, RuntimeError) as error:
            reason = str(error)[:120] or type(error).__name__
            self.problems.append((place, f"{self.name} is damaged at {'/'.join(place)}: {reason}"))
            return
        self.total += len(data)
        if self.total > self.caps.total:
            raise SubmissionError(_too_much(self.name, self.caps))
        if len(data) > limit:
            self.unread[place] = oversized(place, len(data))
        else:
            self.files[place] = data


class _Bomb(Exception):  # noqa: N818 -- what it is
    """A member is packed so tightly that it cannot be honest."""


def _too_many(name: str, caps: Caps) -> str:
    return f"{name} holds more than {caps.members:,} files; hand in your own files alone"


def _too_much(name: str, caps: Caps) -> str:
    return f"{name} unpacks to more than {caps.total >> 20:,} MB; hand in your own files alone"


def _place(name: str) -> tuple[Place, bool]:
    """The parts of a member's path that name something, and whether it leads out."""
    leaves = name.startswith("/") or re.match(r"^[A-Za-z]:/", name) is not None
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return tuple(part for part in parts if part != ".."), leaves or ".." in parts


def _zip_members(file: IO[bytes], name: str, caps: Caps) -> Iterator[_Member]:
    _check_directory(file, name, caps)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            yield _Member(
                info.filename.replace("\\", "/"),
                info.filename.endswith("/"),  # is_dir() needs a name to look at
                info.file_size,
                _zip_reader(archive, info, name),
                _zip_trouble(info),
            )


def _check_directory(file: IO[bytes], name: str, caps: Caps) -> None:
    """Refuse a huge table of contents before zipfile reads it whole.

    Source: PKWARE APPNOTE 6.3.10, sections 4.3.14 to 4.3.16.
    """
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - (1 << 16) - 42))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:  # noqa: PLR2004 -- the record's length
        raise SubmissionError(f"{name} is damaged: its end is missing; make it anew")
    count, size = struct.unpack_from("<HI", tail, at + 10)
    if tail[max(0, at - 20) :].startswith(b"PK\x06\x07"):
        start = tail.rfind(b"PK\x06\x06", 0, at)
        if start < 0 or at - start < 56:  # noqa: PLR2004 -- the record's length
            raise SubmissionError(f"{name} is damaged: its end is missing; make it anew")
        count, size = struct.unpack_from("<QQ", tail, start + 32)
    if count > caps.members or size > caps.members * 400:
        raise SubmissionError(_too_many(name, caps))


def _zip_trouble(info: zipfile.ZipInfo) -> str | None:
    shown = repr(info.filename[:200])
    if info.flag_bits & 0x1:
        return f"{shown} is encrypted; hand it in without a password"
    kind = (info.external_attr >> 28) & 0xF
    if info.create_system == _UNIX and kind not in (0, _FOLDER, _REGULAR):
        what = "a link" if kind == _LINK else "not an ordinary file"
        return f"{shown} is {what}; hand in the file itself"
    return None


_UNIX = 3
_FOLDER, _REGULAR, _LINK = 0x4, 0x8, 0xA


def _zip_reader(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str
) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        if info.file_size > max(_RATIO_FROM, _RATIO * info.compress_size):
            raise _Bomb(
                f"{name}: {info.filename[:200]!r} unpacks to {info.file_size:,} bytes from "
                f"{info.compress_size:,}; hand in the file itself"
            )
        with archive.open(info) as stream:
            return stream.read(limit)

    return read


class _Counted(io.RawIOBase):
    """A stream that ends in a SubmissionError after so many bytes: skipping unpacks, too."""

    def __init__(self, stream: _Stream, message: str, limit: int) -> None:
        self.stream = stream
        self.message = message
        self.left = limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise SubmissionError(self.message)
        return data


def _tar_members(stream: _Stream, name: str, caps: Caps) -> Iterator[_Member]:
    counted = _Counted(stream, _too_much(name, caps), caps.total)
    with tarfile.open(
        fileobj=counted, mode="r|", encoding="utf-8", errors="backslashreplace"
    ) as archive:
        for info in archive:
            yield _Member(
                info.name,
                info.isdir(),
                info.size,
                _tar_reader(archive, info),
                _tar_trouble(info),
            )


def _tar_trouble(info: tarfile.TarInfo) -> str | None:
    if info.isreg() or info.isdir():
        return None
    what = "a link" if info.issym() or info.islnk() else "not an ordinary file"
    return f"{info.name[:200]!r} is {what}; hand in the file itself"


def _tar_reader(archive: tarfile.TarFile, info: tarfile.TarInfo) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        stream = archive.extractfile(info)
        return stream.read(limit) if stream else b""

    return read
