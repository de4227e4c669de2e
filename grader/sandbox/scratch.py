"""Working folders for children: made, watched, deleted, also after a grader that was killed.

Whatever lies in them was put there by a stranger: it may be nested a thousand deep, and a link
is never followed.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PREFIX = "gradus-"
TOTAL_LIMIT = 256 << 20
ENTRY_LIMIT = 10_000
_LOCK = ".lock"
_LOCKLESS_SECONDS = 3600.0
_TRIES = 3


@dataclass(slots=True)
class Scratches:
    """A folder of the grader with one working folder per child in it.

    It holds a lock as long as the grader lives, so that others see whose grader is gone.
    """

    folder: Path | None = None
    _lock: int = -1
    _count: int = 0

    def next(self, uid: int | None) -> Path:
        """Make a folder for a child that runs as `uid`, or as the grader does."""
        if self.folder is None:
            sweep(Path(tempfile.gettempdir()))
            self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = _lock(self.folder / _LOCK)
            self.folder.chmod(0o711)
        self._count += 1
        scratch = self.folder / str(self._count)
        scratch.mkdir(mode=0o700)
        if uid is not None and sys.platform != "win32":
            os.chown(scratch, uid, uid)
        return scratch

    def close(self) -> None:
        """Delete all of them."""
        if self.folder is not None:
            if self._lock >= 0:
                os.close(self._lock)
            remove(self.folder)
            self.folder = None


def sweep(place: Path) -> None:
    """Delete the folders of graders that were killed; those of others and the living stay."""
    if sys.platform == "win32":
        return
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            status = folder.lstat()
            mine = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
            if mine and _is_abandoned(folder, status.st_mtime):
                remove(folder)


def _is_abandoned(folder: Path, since: float) -> bool:
    """Nobody holds its lock; one without a lock was made by a grader that got no further."""
    if not (folder / _LOCK).exists():
        return time.time() - since > _LOCKLESS_SECONDS
    fd = _lock(folder / _LOCK)
    if fd < 0:
        return False
    os.close(fd)
    return True


def _lock(path: Path) -> int:
    """Open and lock a file until it is closed or this process ends; -1 if another has it."""
    if sys.platform == "win32":
        return -1
    try:
        import fcntl  # noqa: PLC0415 - not everywhere
    except ImportError:
        return -1
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        return -1
    return fd


def is_too_full(folder: Path) -> bool:
    """Tell whether the files in a folder take more than their share of the disk."""
    total = entries = 0
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                for entry in found:
                    status = entry.stat(follow_symlinks=False)
                    total += getattr(status, "st_blocks", status.st_size // 512) * 512
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if total > TOTAL_LIMIT or entries > ENTRY_LIMIT:
                        return True
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue  # gone meanwhile, or closed to its maker as well
        except OSError:
            return True  # nested beyond what a path can name
    return False


def remove(folder: Path) -> None:
    """Delete a folder and all in it; what cannot be deleted stays, and nothing is raised."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        return
    if sys.platform == "win32" or os.scandir not in os.supports_fd:
        with contextlib.suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        return
    for _ in range(_TRIES):
        with contextlib.suppress(OSError):
            _empty(folder)
            folder.rmdir()
            return


def _empty(folder: Path) -> None:
    """Empty a folder level by level: each folder in it is first moved to the top."""
    if sys.platform == "win32":
        return
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        count = _flatten(top, top, 0)
        done = 0
        while done < count:
            name = f".{done}"
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
            try:
                count = _flatten(top, inner, count)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)
            done += 1
    finally:
        os.close(top)


def _flatten(top: int, fd: int, count: int) -> int:
    """Delete the files of a folder and move its folders to the top, as `.0`, `.1`, ..."""
    with os.scandir(fd) as found:
        entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
    for name, is_folder in entries:
        if is_folder:
            os.rename(name, f".{count}", src_dir_fd=fd, dst_dir_fd=top)
            count += 1
        else:
            os.unlink(name, dir_fd=fd)
    return count
