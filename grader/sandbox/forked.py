"""The grader's end of a forked child's pipes: every wait has a deadline, every byte is counted."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import signal
import sys
import termios
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.model import Reason
from grader.sandbox import scratch, wire
from grader.sandbox.link import (
    OUTPUT_KEPT,
    OUTPUT_LIMIT,
    STACK_BYTES,
    STACK_SECONDS,
    WATCH_SECONDS,
    Clock,
    Death,
    DiedError,
    autopsy_of_status,
    is_whole,
    parted,
    printed,
    watch,
)
from grader.sandbox.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

assert sys.platform == "linux"

_SETTLE_SECONDS = 1.0


def _readable(fd: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _read(pipe: int) -> bytes:
    """What there is in a pipe; as much memory is taken, for more would tear up the heap."""
    waiting = int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder)
    return os.read(pipe, max(1, waiting))


class Zygote(Protocol):
    """What a link needs to know of the process that forked the child."""

    def reap(self, pid: int) -> int:
        """Wait for a child that is dead or dying; its wait status."""

    def reap_later(self, pid: int) -> None:
        """The same, without waiting for it."""


@dataclass(slots=True)
class ForkedLink:
    """A forked child behind three pipes and a pidfd.

    Attributes:
        memory_mib: Its limit, for messages.
        scratch: Its working folder, deleted in the end.
        known: Headers of which it knows the outline, and their numbers.
    """

    zygote: Zygote
    pid: int
    pidfd: int
    questions: int
    answers: int
    prints: int
    memory_mib: int
    scratch: Path
    known: Mapping[bytes, int]
    _pending: bytearray = field(default_factory=bytearray)
    _printed: bytearray = field(default_factory=bytearray)
    _print_count: int = 0
    _watch_at: float = field(default_factory=lambda: time.monotonic() + WATCH_SECONDS)
    _poll: select.poll = field(default_factory=lambda: select.poll())  # noqa: PLW0108 - not on Windows
    _closed: bool = False

    def __post_init__(self) -> None:
        for fd in (self.questions, self.answers, self.prints):
            os.set_blocking(fd, False)
        self._poll.register(self.answers, select.POLLIN)
        self._poll.register(self.prints, select.POLLIN)

    def send(self, frame: Frame, clock: Clock) -> None:
        """Write a question; a child that does not read runs into its deadline here."""
        view = memoryview(b"".join((wire.head(frame), frame.header, frame.raw)))
        try:
            view = view[self._write(view) :]
            if not view:
                return
            self._poll.register(self.questions, select.POLLOUT)
            while view:
                self._wait(clock)
                view = view[self._write(view) :]
            self._poll.unregister(self.questions)
        except (BrokenPipeError, ConnectionResetError):
            raise DiedError(self._autopsy()) from None

    def _write(self, view: memoryview) -> int:
        try:
            return os.write(self.questions, view)
        except BlockingIOError:
            return 0

    def receive(self, clock: Clock) -> Frame:
        """Read one frame, and whatever is printed meanwhile."""
        self._fill(wire.HEAD.size, clock)
        try:
            head = bytes(self._pending[: wire.HEAD.size])
            kind, number, header, raw = wire.lengths(head)
        except wire.WireError:
            text = "wrote something of its own where answers are read"
            raise DiedError(Death(Reason.PROTOCOL, text)) from None
        start = wire.HEAD.size
        end = start + header + raw
        self._fill(end, clock)
        frame = Frame(
            kind,
            number,
            bytes(self._pending[start : start + header]),
            bytes(self._pending[start + header : end]),
        )
        del self._pending[:end]
        return frame

    def _fill(self, size: int, clock: Clock) -> None:
        while len(self._pending) < size:
            if not self._wait(clock):
                continue
            block = _read(self.answers)
            if not block:
                raise DiedError(self._autopsy())
            self._pending += block

    def _wait(self, clock: Clock) -> bool:
        """Wait for anything to happen; True if there may be something of an answer."""
        pause = min(clock.pause(), WATCH_SECONDS)
        answered = False
        for fd, _ in self._poll.poll(pause * 1000):
            if fd == self.prints:
                self._drain()
            elif fd == self.answers:
                answered = True
        if self._print_count > OUTPUT_LIMIT:
            text = f"printed more than {OUTPUT_LIMIT >> 20} MiB, so the process was stopped"
            raise DiedError(Death(Reason.OUTPUT_LIMIT, text))
        if time.monotonic() > self._watch_at:
            watch(self.scratch)
            self._watch_at = time.monotonic() + WATCH_SECONDS
        return answered

    def _drain(self) -> None:
        try:
            block = _read(self.prints)
        except BlockingIOError:
            return
        if not block:
            with contextlib.suppress(KeyError):  # read to its end before
                self._poll.unregister(self.prints)
        self._keep(block)

    def _keep(self, block: bytes) -> None:
        self._print_count += len(block)
        self._printed += block[: OUTPUT_KEPT - len(self._printed)]

    def stack(self) -> bytes:
        """Have faulthandler write the Python stack among the prints, and take it from there."""
        if self._closed:
            return b""
        self._drain()
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGUSR1)
        said = b""
        end = time.monotonic() + STACK_SECONDS
        while (left := end - time.monotonic()) > 0 and not is_whole(said):
            if not _readable(self.prints, left):
                break
            block = _read(self.prints)
            if not block:
                break
            said = (said + block)[-STACK_BYTES:]
        before, found = parted(said)
        self._keep(before)
        return found

    def silent(self) -> bool:
        """Tell whether nothing unread is there."""
        return not self._pending and not _readable(self.answers, 0)

    def cpu_seconds(self) -> float | None:
        """Read the child's own clock: CPUCLOCK_PID(pid) | CPUCLOCK_SCHED of the kernel."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)
        except OSError:
            return 0.0  # it is dead: the pipe will say so

    def output(self) -> bytes:
        """Give the first 64 KiB that it printed, and say if there was more."""
        return printed(self._printed, self._print_count)

    def _autopsy(self) -> Death:
        """Say what the end of the answer pipe means; kills a child that only closed it."""
        alive = not _readable(self.pidfd, _SETTLE_SECONDS)
        self._kill()
        status = 0 if self._closed else self.zygote.reap(self.pid)
        self._tidy()
        if alive:
            return Death(Reason.PROTOCOL, "closed the pipe on which answers are read")
        return autopsy_of_status(os.waitstatus_to_exitcode(status), self.memory_mib)

    def close(self) -> None:
        """Kill by pidfd, read the rest of the output, delete the scratch folder, have it reaped."""
        if not self._closed:
            self._kill()
            self.zygote.reap_later(self.pid)
            self._tidy()

    def _kill(self) -> None:
        if not self._closed:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def _tidy(self) -> None:
        """Keep what was printed, close everything, delete the scratch folder."""
        if self._closed:
            return
        self._closed = True
        while self._print_count <= OUTPUT_LIMIT and _readable(self.prints, 0):
            before = self._print_count
            self._drain()
            if self._print_count == before:
                break
        for fd in (self.pidfd, self.questions, self.answers, self.prints):
            os.close(fd)
        scratch.remove(self.scratch)
