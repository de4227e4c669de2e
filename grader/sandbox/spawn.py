"""A child where the system cannot fork and lock in: a fresh interpreter and the wall clock.

For students' own code on macOS and Windows. Both ends are here; nothing is imported that any
of the three systems lacks.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from grader.errors import SandboxError
from grader.model import Reason
from grader.sandbox import wire
from grader.sandbox.environment import boot_arguments, clean_environment
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
from grader.sandbox.scratch import remove
from grader.sandbox.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHUNK = 1 << 16
_QUEUED_CHUNKS = 64
_SETTLE_SECONDS = 2.0


def main(scratch: str) -> None:
    """Serve as the child: standard input asks, standard output answers, errors are prints."""
    questions, answers = os.dup(0), os.dup(1)
    _binary(questions)
    _binary(answers)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.chdir(scratch)
    for name in ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"):
        os.environ[name] = scratch
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    from grader.sandbox.child import Channel, Known, serve  # noqa: PLC0415 - the parent needs it not

    if sys.platform != "win32":
        faulthandler.register(signal.SIGUSR1, file=2, all_threads=False)
    channel = Channel(questions, answers)
    channel.send(wire.READY, b"")
    serve(channel, Known())


def _binary(fd: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        msvcrt.setmode(fd, os.O_BINARY)


def spawn(scratch: Path, memory_mib: int) -> SpawnedLink:
    """Start a child in a fresh interpreter.

    Raises:
        SandboxError: the interpreter could not be started.
    """
    command = [sys.executable, *boot_arguments("grader.sandbox.spawn"), str(scratch)]
    try:
        process = subprocess.Popen(
            command,
            env=clean_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # so that whatever it starts can be killed with it
        )
    except OSError as error:
        raise SandboxError(f"the interpreter {sys.executable} does not start: {error}") from error
    return SpawnedLink(process, scratch, memory_mib)


@dataclass(slots=True)
class SpawnedLink:
    """A child behind three pipes, each served by a thread of the grader."""

    process: subprocess.Popen[bytes]
    scratch: Path
    memory_mib: int
    _asked: queue.Queue[bytes | None] = field(default_factory=queue.Queue)
    _answered: queue.Queue[bytes] = field(default_factory=lambda: queue.Queue(_QUEUED_CHUNKS))
    _pending: bytearray = field(default_factory=bytearray)
    _printed: bytearray = field(default_factory=bytearray)
    _print_count: int = 0
    _last: bytes = b""
    _watch_at: float = field(default_factory=lambda: time.monotonic() + WATCH_SECONDS)
    _threads: list[threading.Thread] = field(default_factory=list)
    _closing: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        for work in (self._write, self._read, self._listen):
            thread = threading.Thread(target=work, daemon=True)
            thread.start()
            self._threads.append(thread)

    @property
    def known(self) -> Mapping[bytes, int]:
        """None: a fresh interpreter knows what it is sent."""
        return {}

    def send(self, frame: Frame, clock: Clock) -> None:
        """Have a question written; a child that does not read never answers either."""
        clock.pause()
        self._asked.put(b"".join((wire.head(frame), frame.header, frame.raw)))

    def receive(self, clock: Clock) -> Frame:
        """Read one frame."""
        self._fill(wire.HEAD.size, clock)
        try:
            kind, number, header, raw = wire.lengths(bytes(self._pending[: wire.HEAD.size]))
        except wire.WireError:
            text = "wrote something of its own where answers are read"
            raise DiedError(Death(Reason.PROTOCOL, text)) from None
        start = wire.HEAD.size
        end = start + header + raw
        self._fill(end, clock)
        data = bytes(self._pending[start:end])
        del self._pending[:end]
        return Frame(kind, number, data[:header], data[header:])

    def _fill(self, size: int, clock: Clock) -> None:
        while len(self._pending) < size:
            if self._print_count > OUTPUT_LIMIT:
                text = f"printed more than {OUTPUT_LIMIT >> 20} MiB, so the process was stopped"
                raise DiedError(Death(Reason.OUTPUT_LIMIT, text))
            with contextlib.suppress(queue.Empty):
                block = self._answered.get(timeout=min(clock.pause(), WATCH_SECONDS))
                if not block:
                    raise DiedError(self._autopsy())
                self._pending += block
            if time.monotonic() > self._watch_at:
                watch(self.scratch)
                self._watch_at = time.monotonic() + WATCH_SECONDS

    def silent(self) -> bool:
        """Tell whether nothing unread has come."""
        return not self._pending and self._answered.empty()

    def cpu_seconds(self) -> float | None:
        """Tell nothing: no clock of another process is the same on all systems."""
        return None

    def output(self) -> bytes:
        """Give the first 64 KiB that it printed, and say if there was more."""
        return printed(self._printed, self._print_count)

    def stack(self) -> bytes:
        """Have faulthandler write the Python stack among the prints; nothing on Windows."""
        if sys.platform == "win32" or self.process.poll() is not None:
            return b""
        self._last = b""
        self.process.send_signal(signal.SIGUSR1)
        end = time.monotonic() + STACK_SECONDS
        while time.monotonic() < end and not is_whole(self._last):
            self._closing.wait(0.002)
        return parted(self._last)[1]

    def _autopsy(self) -> Death:
        try:
            status = self.process.wait(_SETTLE_SECONDS)
        except subprocess.TimeoutExpired:
            return Death(Reason.PROTOCOL, "closed the pipe on which answers are read")
        return autopsy_of_status(status, self.memory_mib)

    def close(self) -> None:
        """Kill, wait, delete the scratch folder."""
        self._closing.set()
        self._asked.put(None)
        _kill_tree(self.process)
        self.process.wait()
        while any(thread.is_alive() for thread in self._threads):
            with contextlib.suppress(queue.Empty):
                self._answered.get(timeout=0.01)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        remove(self.scratch)

    def _write(self) -> None:
        pipe = _opened(self.process.stdin)
        with contextlib.suppress(OSError):
            while (data := self._asked.get()) is not None:
                view = memoryview(data)
                while view:
                    view = view[pipe.write(view) or 0 :]

    def _read(self) -> None:
        pipe = _opened(self.process.stdout)
        block = b"."
        while block and not self._closing.is_set():
            block = pipe.read(_CHUNK)
            self._answered.put(block)

    def _listen(self) -> None:
        pipe = _opened(self.process.stderr)
        while block := pipe.read(_CHUNK):
            self._print_count += len(block)
            self._printed += block[: OUTPUT_KEPT - len(self._printed)]
            self._last = (self._last + block)[-STACK_BYTES:]


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and what it has started: its group, or on Windows its tree."""
    if sys.platform == "win32":
        with contextlib.suppress(OSError):
            number = str(process.pid)
            subprocess.run(
                ["taskkill", "/F", "/T", "/PID", number], capture_output=True, check=False
            )
    else:
        # It leads its own group, which exists until the last of it is gone.
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _opened(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise SandboxError("a child without pipes")
    return pipe
