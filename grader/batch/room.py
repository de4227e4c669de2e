"""The machine, shared by workers: many grade at once, a repetition has it for itself."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Self

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Room:
    """Two lock files: whoever grades is in the room, and enters it by the gate.

    Record locks (`lockf`), because a process that a worker forks does not inherit them, and the
    kernel drops them when a worker dies. On Windows, which has none, everyone shares at all
    times.
    """

    def __init__(self, folder: Path) -> None:
        """Open the lock files in a folder that all workers are given."""
        self._gate = (folder / "gate").open("a+b")
        self._room = (folder / "room").open("a+b")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._gate.close()
        self._room.close()

    if sys.platform == "win32":

        @contextlib.contextmanager
        def shared(self) -> Iterator[None]:
            """Be in the room with others."""
            yield

        @contextlib.contextmanager
        def alone(self) -> Iterator[None]:
            """Be in the room with others, too: there is no lock to be had."""
            yield

    else:

        @contextlib.contextmanager
        def shared(self) -> Iterator[None]:
            """Be in the room with others."""
            self._enter(fcntl.LOCK_SH)
            try:
                yield
            finally:
                fcntl.lockf(self._room, fcntl.LOCK_UN)

        @contextlib.contextmanager
        def alone(self) -> Iterator[None]:
            """Leave a shared room, have it alone, and share it again."""
            # Left first: who waits at the gate must not keep the one inside it waiting.
            fcntl.lockf(self._room, fcntl.LOCK_UN)
            self._enter(fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._room, fcntl.LOCK_SH)

        def _enter(self, how: int) -> None:
            fcntl.lockf(self._gate, fcntl.LOCK_EX)
            try:
                fcntl.lockf(self._room, how)
            finally:
                fcntl.lockf(self._gate, fcntl.LOCK_UN)
