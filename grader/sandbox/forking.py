"""Have children forked by a warm process; Linux only, `spawn.py` is for every other system."""

from __future__ import annotations

import array
import contextlib
import os
import select
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgpack  # type: ignore[import-untyped]

from grader.errors import SandboxError
from grader.sandbox import asked, codec
from grader.sandbox.environment import boot_arguments, clean_environment
from grader.sandbox.scratch import Scratches

assert sys.platform == "linux"

from grader.sandbox.forked import ForkedLink  # noqa: E402 -- for a type checker: Linux alone has it

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.model import Limits

_ZYGOTE_SECONDS = 30.0
_PIPE_BYTES = 1 << 20
_ORDER_BYTES = 1 << 10


@dataclass(slots=True)
class ForkingStarter:
    """Has children forked by a zygote, which is replaced when it does not answer.

    Attributes:
        without: Layers of `jail.LAYERS` that are left out, for tests.
        kind: Of the children: "plain", or "tests" for those with pytest and hypothesis in them.
    """

    without: frozenset[str] = frozenset()
    kind: str = "plain"
    _zygote: ZygoteProcess | None = None
    _tried: dict[str, Any] | None = None
    _scratches: Scratches = field(default_factory=Scratches)
    _outlines: tuple[tuple[bytes, int], ...] = ()

    @property
    def described(self) -> Mapping[str, Any]:
        """Say what the zygote found out about the machine."""
        return self._living().described

    def expect(self, described: Mapping[str, Any]) -> None:
        """Refuse a zygote with other layers than these, which were tried out."""
        self._tried = dict(described)

    def know(self, requests: Sequence[tuple[bytes, bytes]]) -> None:
        """Have children know what requests (header and contents) look like, but for the numbers."""
        drawn = {header: len(raw) for header, raw in requests if _has_outline(header, len(raw))}
        zygote = self._living()
        self._outlines = tuple(drawn.items())
        zygote.know(self._outlines)

    def start(self, limits: Limits) -> ForkedLink:
        """Start a child."""
        zygote = self._living()
        scratch = self._scratches.next(zygote.described["uid"])
        return _forked(zygote, limits.memory_mib, scratch)

    def _living(self) -> ZygoteProcess:
        if self._zygote is not None and self._zygote.broken:
            self._zygote.close()
            self._zygote = None
        if self._zygote is None:
            self._zygote = self._alike(ZygoteProcess(self.without, self.kind))
            if self._outlines:
                self._zygote.know(self._outlines)
        return self._zygote

    def _alike(self, zygote: ZygoteProcess) -> ZygoteProcess:
        """Refuse one with other layers than the first had: only that one was tried out."""
        if self._tried is None:
            self._tried = zygote.described
        if zygote.described != self._tried:
            zygote.close()
            raise SandboxError(
                f"a restarted sandbox has other protections than the one before:"
                f" {zygote.described} instead of {self._tried}"
            )
        return zygote

    def close(self) -> None:
        """End the zygote and with it every child."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None
        self._scratches.close()


def _forked(zygote: ZygoteProcess, memory_mib: int, scratch: Path) -> ForkedLink:
    """Have a child forked, with three pipes between it and the grader, and take hold of it.

    Raises:
        SandboxError: the zygote does not answer.
    """
    pipes = [os.pipe() for _ in range(3)]
    (child_questions, questions), (answers, child_answers), (prints, child_prints) = pipes
    ours, theirs = (questions, answers, prints), (child_questions, child_answers, child_prints)
    try:
        _widen(questions)
        _widen(answers)
        pid = zygote.fork({"memory_mib": memory_mib, "scratch": str(scratch)}, theirs)
        pidfd = os.pidfd_open(pid)  # before anybody can reap it
    except BaseException:
        for fd in ours:
            os.close(fd)
        raise
    finally:
        for fd in theirs:
            os.close(fd)
    return ForkedLink(zygote, pid, pidfd, *ours, memory_mib, scratch, zygote.known)


def _has_outline(header: bytes, size: int) -> bool:
    """Does a request tell no number before its contents come?"""
    try:
        asked.outline(header, size, _no_call)
    except codec.CodecError:
        return False
    return True


def _no_call(*_: object) -> None:
    """Perform no callback: nothing is run here."""


def _widen(pipe: int) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows, where this is never called

    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class ZygoteProcess:
    """The zygote and the socket on which it takes orders; `broken` once it failed to answer."""

    def __init__(self, without: frozenset[str] = frozenset(), kind: str = "plain") -> None:
        self.broken = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_ZYGOTE_SECONDS)
        with theirs:
            arguments = [str(theirs.fileno()), str(os.getpid()), " ".join(without), kind]
            self._process = subprocess.Popen(
                [sys.executable, *boot_arguments("grader.sandbox.zygote"), *arguments],
                env=clean_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.known: Mapping[bytes, int] = {}
        self._owed = 1  # what it finds out about the machine
        self.described: dict[str, Any] = self._answer()[1]

    def know(self, outlines: Sequence[tuple[bytes, int]]) -> None:
        """Have outlines (header, size of the contents) read; do not wait for it.

        Children that are forked from now on know them, by the numbers in `known`.
        """
        data = msgpack.packb(outlines)
        fd = os.memfd_create("outlines")
        try:
            with os.fdopen(os.dup(fd), "wb") as file:
                file.write(data)
            self._order(["know", len(data)], [fd])
        finally:
            os.close(fd)
        self.known = {header: number for number, (header, _) in enumerate(outlines)}

    def fork(self, settings: dict[str, Any], fds: Sequence[int]) -> int:
        """Have a child forked that gets the descriptors; its process id."""
        self._order(["fork", settings], fds)
        return int(self._last())

    def reap(self, pid: int) -> int:
        """Wait for a child that was killed; its wait status."""
        self._order(["reap", pid])
        return int(self._last())

    def reap_later(self, pid: int) -> None:
        """Have a child that was killed reaped, without waiting until it is gone."""
        self._order(["reap", pid])

    def _last(self) -> Any:
        """The answer to the last order, after those to orders that were not waited for."""
        while self._owed > 1:
            self._answer()
        return self._answer()

    def _order(self, order: list[Any], fds: Sequence[int] = ()) -> None:
        rights = array.array("i", fds).tobytes()
        handed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)] if fds else []
        try:
            self._control.sendmsg([msgpack.packb(order, buf_size=_ORDER_BYTES)], handed)
        except OSError as error:
            raise self._failure(str(error)) from error
        self._owed += 1

    def _answer(self) -> Any:
        try:
            message = self._control.recv(1 << 16)
        except OSError as error:
            raise self._failure(str(error)) from error
        if not message:
            raise self._failure("it ended")
        self._owed -= 1
        return msgpack.unpackb(message)

    def _failure(self, why: str) -> SandboxError:
        self.broken = True
        said = b""
        self._process.kill()
        stderr = self._process.stderr
        if stderr is not None and select.select([stderr], [], [], 1)[0]:
            said = os.read(stderr.fileno(), 4000)
        text = said.decode("utf-8", "replace").strip()
        return SandboxError(f"the process that starts children does not answer ({why}) {text}")

    def close(self) -> None:
        """End the zygote; its children die with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
