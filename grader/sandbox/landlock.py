"""Landlock by ctypes: which folders a child may read, and the one that it may write to.

A kernel's version number is not trusted: where it refuses the newest set of rights (EINVAL),
the next older one is tried, and a probe child finds out what really holds.

Format: https://docs.kernel.org/userspace-api/landlock.html; the three calls have the same
numbers on all architectures.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
assert sys.platform == "linux"

_ABI_QUERY = 1
_PATH_BENEATH = 1

_READ = 1 << 2 | 1 << 3  # READ_FILE, READ_DIR
_READ_FILE, _WRITE_FILE, _TRUNCATE = 1 << 2, 1 << 1, 1 << 14
_ALL = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_DEVICES = 1 << 6 | 1 << 11  # MAKE_CHAR, MAKE_BLOCK: never
_SOCKETS = 1 << 9 | 1 << 10  # MAKE_SOCK, MAKE_FIFO: never
_EXECUTE = 1
_NETWORK = 3  # BIND_TCP, CONNECT_TCP
_SCOPES = 3  # ABSTRACT_UNIX_SOCKET, SIGNAL
_STEPS = ((6, 24), (5, 16), (4, 16), (3, 8), (2, 8), (1, 8))
"""Version and size of the attributes, newest first."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a ruleset is made of, with open descriptors so that a child needs no path."""

    version: int
    allowed: tuple[tuple[int, int], ...]


def rights(version: int) -> int:
    """Give all rights over files that a version knows."""
    return _ALL[max(v for v in _ALL if v <= version)]


def attributes(version: int, size: int) -> bytes:
    """Give `struct landlock_ruleset_attr`: everything that the version knows is handled."""
    network = _NETWORK if version >= 4 else 0  # noqa: PLR2004 - the version that brought it
    scopes = _SCOPES if version >= 6 else 0  # noqa: PLR2004 - the same
    return struct.pack("<QQQ", rights(version), network, scopes)[:size]


def prepare(libc: ctypes.CDLL, readable: Sequence[Path], devices: Sequence[Path]) -> Rules | None:
    """Open the folders and find the newest version that works; None if there is no Landlock."""
    if libc.syscall(_CREATE, None, 0, _ABI_QUERY) < 1:
        return None
    for version, size in _STEPS:
        fd = _create(libc, version, size)
        if fd >= 0:
            os.close(fd)
            return Rules(version, (*_reading(readable), *_writing(devices, version)))
        if ctypes.get_errno() not in (errno.EINVAL, errno.E2BIG):
            break
    return None


def restrict(libc: ctypes.CDLL, rules: Rules, writable: Path) -> None:
    """Lock the calling process in; needs no_new_privs.

    Raises:
        OSError: any step failed.
    """
    size = dict(_STEPS)[rules.version]
    ruleset = _check("landlock_create_ruleset", _create(libc, rules.version, size))
    everything = rights(rules.version)
    for fd, allowed in rules.allowed:
        _add(libc, ruleset, fd, allowed)
    scratch = os.open(writable, os.O_PATH | os.O_CLOEXEC)
    _add(libc, ruleset, scratch, everything & ~_EXECUTE & ~_DEVICES & ~_SOCKETS)
    _check("landlock_restrict_self", libc.syscall(_RESTRICT, ruleset, 0))
    os.close(scratch)
    os.close(ruleset)


def _create(libc: ctypes.CDLL, version: int, size: int) -> int:
    return int(libc.syscall(_CREATE, attributes(version, size), size, 0))


def _add(libc: ctypes.CDLL, ruleset: int, fd: int, allowed: int) -> None:
    rule = struct.pack("<Qi", allowed, fd)
    _check("landlock_add_rule", libc.syscall(_ADD, ruleset, _PATH_BENEATH, rule, 0))


def _check(call: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
    return result


def _reading(paths: Sequence[Path]) -> list[tuple[int, int]]:
    """Folders may be listed; the kernel refuses that right for a file."""
    return [(_open(p), _READ if p.is_dir() else _READ_FILE) for p in paths if p.exists()]


def _writing(paths: Sequence[Path], version: int) -> list[tuple[int, int]]:
    allowed = (_READ_FILE | _WRITE_FILE | _TRUNCATE) & rights(version)
    return [(_open(path), allowed) for path in paths if path.exists()]


def _open(path: Path) -> int:
    return os.open(path, os.O_PATH | os.O_CLOEXEC)
