"""A running child as the session sees it: its clock, its death, what it printed.

`forked.py` and `spawn.py` are the two kinds of link.
"""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.model import Reason
from grader.sandbox import scratch
from grader.sandbox.whereabouts import END, HEAD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.sandbox.wire import Frame

OUTPUT_KEPT = 64 << 10
OUTPUT_LIMIT = 64 << 20
WATCH_SECONDS = 0.25
STACK_SECONDS = 1.0
"""Reached only by a child that does not answer the signal: others take under a millisecond."""
STACK_BYTES = 1 << 16
_BROKEN_STATUS, _MEMORY_STATUS = 71, 72
_SIGKILL, _SIGXCPU = 9, 24
_WINDOWS_CRASH = 0x80000000


@dataclass(frozen=True, slots=True)
class Death:
    """What came instead of an answer; the session is finished.

    Attributes:
        reason: timeout, exited, crashed, memory, protocol or output-limit.
        message: A plain sentence for the student.
        by_wall_clock: The processor's limit was not reached: to be repeated once alone.
    """

    reason: Reason
    message: str
    by_wall_clock: bool = False


class DiedError(Exception):
    """Carries a death up to the session."""

    def __init__(self, death: Death) -> None:
        super().__init__(death.message)
        self.death = death


class Link(Protocol):
    """A running child as the session sees it.

    Attributes:
        known: Headers of requests of which it knows the outline, and their numbers.
    """

    @property
    def known(self) -> Mapping[bytes, int]:
        """Headers of requests of which it knows the outline, and their numbers."""

    def send(self, frame: Frame, clock: Clock) -> None:
        """Write a question; DiedError if the child does not take it."""

    def receive(self, clock: Clock) -> Frame:
        """Wait for the next frame; DiedError if none comes."""

    def silent(self) -> bool:
        """Tell whether nothing unread has come from the child."""

    def cpu_seconds(self) -> float | None:
        """Tell how much of the processor the child has used; None if it cannot be told."""

    def output(self) -> bytes:
        """Give the first bytes that it printed."""

    def stack(self) -> bytes:
        """Ask the child where it is; untrusted, and empty if it does not say."""

    def close(self) -> None:
        """End the child, whatever it does, and forget it; may be called twice."""


@dataclass(slots=True)
class Clock:
    """The two limits of one question, measured by the grader.

    Attributes:
        cpu_seconds: Processor time from now on.
        wall_seconds: Time from now on.
        doing: What did not end, for the message.
    """

    link: Link
    cpu_seconds: float
    wall_seconds: float
    doing: str = "no answer"
    _cpu_end: float = field(init=False, default=0.0)
    _wall_end: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        used = self.link.cpu_seconds()
        self._cpu_end = (used or 0.0) + self.cpu_seconds
        self._wall_end = time.monotonic() + self.wall_seconds

    def pause(self) -> float:
        """Seconds after which it is worth to look again.

        Raises:
            DiedError: a limit is reached.
        """
        left = self._wall_end - time.monotonic()
        if left <= 0:
            raise DiedError(self._timeout("", self.wall_seconds, by_wall_clock=True))
        used = self.link.cpu_seconds()
        if used is None:
            return left
        if used >= self._cpu_end:
            raise DiedError(self._timeout(" of processor time", self.cpu_seconds))
        return max(0.002, min(left, self._cpu_end - used))

    def _timeout(self, kind: str, limit: float, *, by_wall_clock: bool = False) -> Death:
        text = f"{self.doing} within {limit:g} s{kind}, so the process was stopped"
        return Death(Reason.TIMEOUT, text, by_wall_clock)


def printed(kept: bytes | bytearray, count: int) -> bytes:
    """Give what was kept of a child's output, and say if there was more."""
    cut = count - len(kept)
    return bytes(kept) + (f"\n[{cut:,} more bytes were printed]\n".encode() if cut else b"")


def is_whole(said: bytes) -> bool:
    """Tell whether a child has written all of its stack."""
    _, found = parted(said)
    return any(end in found for end in END)


def parted(said: bytes) -> tuple[bytes, bytes]:
    """Part what a child printed from the stack that it wrote behind it."""
    at = said.rfind(HEAD)
    if at < 0:
        return said, b""
    begins = said.rfind(b"\n", 0, at) + 1
    return said[:begins], said[begins:]


def watch(folder: Path) -> None:
    """Look at the files that a child has written.

    Raises:
        DiedError: they are too many, or too large together.
    """
    if scratch.is_too_full(folder):
        text = (
            f"wrote more than {scratch.TOTAL_LIMIT >> 20} MiB or"
            f" {scratch.ENTRY_LIMIT:,} files, so the process was stopped"
        )
        raise DiedError(Death(Reason.OUTPUT_LIMIT, text))


def autopsy_of_status(status: int, memory_mib: int) -> Death:
    """Say what an exit status means, as subprocess gives it: negative for a signal."""
    if status < 0:
        return _killed(-status)
    if status == _MEMORY_STATUS:
        return Death(Reason.MEMORY, f"needed more than {memory_mib} MiB of memory")
    if status == _BROKEN_STATUS:
        return Death(Reason.CRASHED, "broke the process from within, so it cannot go on")
    if status >= _WINDOWS_CRASH:
        return Death(Reason.CRASHED, f"crashed the Python process (status {status:#x})")
    return Death(Reason.EXITED, f"ended the process (status {status}) instead of returning")


def _killed(number: int) -> Death:
    if number == _SIGKILL:
        return Death(Reason.MEMORY, "was stopped by the system, usually for lack of memory")
    if number == _SIGXCPU:
        return Death(Reason.TIMEOUT, "used up its processor time, so the process was stopped")
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return Death(Reason.CRASHED, f"crashed the Python process ({name})")
