"""Have children forked by a warm process; Linux only, `spawn.py` is for every other system."""

from __future__ import annotations

import array
import contextlib
import os
import select
import socket
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgpack  # type: ignore[import-untyped]

from grader.errors import SandboxError
from grader.sandbox.environment import boot_arguments, clean_environment
from grader.sandbox.scratch import Scratches

assert sys.platform == "linux"

from grader.sandbox.forked import ForkedLink  # noqa: E402 -- for a type checker: Linux alone has it

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grader.model import Limits

_ZYGOTE_SECONDS = 30.0
_PIPE_BYTES = 1 << 20


@dataclass(slots=True)
class ForkingStarter:
    """Has children forked by a zygote, which is replaced when it does not answer.

    While one child works, the next is being forked and locks itself in.

    Attributes:
        without: Layers of `jail.LAYERS` that are left out, for tests.
        kind: Of the children: "plain", or "tests" for those with pytest and hypothesis in them.
    """

    without: frozenset[str] = frozenset()
    kind: str = "plain"
    _zygote: ZygoteProcess | None = None
    _tried: dict[str, Any] | None = None
    _scratches: Scratches = field(default_factory=Scratches)
    _next: _Ordered | None = None

    @property
    def described(self) -> Mapping[str, Any]:
        """Say what the zygote found out about the machine."""
        return self._living().described

    def expect(self, described: Mapping[str, Any]) -> None:
        """Refuse a zygote with other layers than these, which were tried out."""
        self._tried = dict(described)

    def start(self, limits: Limits) -> ForkedLink:
        """Start a child."""
        zygote = self._living()
        ordered, self._next = self._next, None
        if ordered is not None and (
            ordered.zygote is not zygote or ordered.memory_mib != limits.memory_mib
        ):
            ordered.cancel()
            ordered = None
        if ordered is None:
            ordered = self._order(zygote, limits)
        link = ordered.link()
        self._next = self._order(zygote, limits)
        return link

    def _order(self, zygote: ZygoteProcess, limits: Limits) -> _Ordered:
        scratch = self._scratches.next(zygote.described["uid"])
        return _order(zygote, limits.memory_mib, scratch)

    def _living(self) -> ZygoteProcess:
        if self._zygote is not None and self._zygote.broken:
            self._zygote.close()
            self._zygote = None
        if self._zygote is None:
            self._zygote = self._alike(ZygoteProcess(self.without, self.kind))
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
        if self._next is not None:
            self._next.forget()
            self._next = None
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None
        self._scratches.close()


@dataclass(slots=True)
class _Ordered:
    """A child that the zygote was told to fork, with the grader's ends of its pipes."""

    zygote: ZygoteProcess
    memory_mib: int
    scratch: Path
    questions: int
    answers: int
    prints: int

    def link(self) -> ForkedLink:
        """Wait until it is forked, and take hold of it before anybody can reap it.

        Raises:
            SandboxError: the zygote does not answer.
        """
        try:
            pid = self.zygote.forked()
            pidfd = os.pidfd_open(pid)
        except BaseException:
            self.forget()
            raise
        ends = (self.questions, self.answers, self.prints)
        return ForkedLink(self.zygote, pid, pidfd, *ends, self.memory_mib, self.scratch)

    def cancel(self) -> None:
        """End a child that is not wanted after all."""
        with contextlib.suppress(SandboxError):
            self.link().close()

    def forget(self) -> None:
        """Close the pipes; the child ends with its zygote."""
        for fd in (self.questions, self.answers, self.prints):
            os.close(fd)


def _order(zygote: ZygoteProcess, memory_mib: int, scratch: Path) -> _Ordered:
    """Have a child forked, with three pipes between it and the grader; do not wait for it."""
    pipes = [os.pipe() for _ in range(3)]
    (child_questions, questions), (answers, child_answers), (prints, child_prints) = pipes
    theirs = [child_questions, child_answers, child_prints]
    ordered = _Ordered(zygote, memory_mib, scratch, questions, answers, prints)
    try:
        _widen(questions)
        _widen(answers)
        zygote.fork({"memory_mib": memory_mib, "scratch": str(scratch)}, theirs)
    except BaseException:
        ordered.forget()
        raise
    finally:
        for fd in theirs:
            os.close(fd)
    return ordered


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
        self._awaited: deque[str] = deque()
        self._forked: int | None = None
        self.described: dict[str, Any] = self._answer()[1]

    def fork(self, settings: dict[str, Any], fds: list[int]) -> None:
        """Order a child that gets the descriptors; `forked` waits for it."""
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds).tobytes())
        self._order(["fork", settings], [rights])
        self._awaited.append("fork")

    def forked(self) -> int:
        """Wait for the child that was ordered; its process id.

        Not for those that are still to be reaped: a process takes a millisecond to be gone.
        """
        while self._forked is None and self._awaited:
            self._settle_one()
        if self._forked is None:
            raise self._failure("no child was ordered")
        pid, self._forked = self._forked, None
        return pid

    def reap(self, pid: int) -> int:
        """Wait for a child that was killed; its wait status."""
        self._settle()
        self._order(["reap", pid], [])
        return int(self._answer())

    def reap_later(self, pid: int) -> None:
        """Have a child that was killed reaped, without waiting until it is gone."""
        self._order(["reap", pid], [])
        self._awaited.append("reap")

    def _settle(self) -> None:
        """Read the answers to orders that were not waited for."""
        while self._awaited:
            self._settle_one()

    def _settle_one(self) -> None:
        answer = self._answer()
        if self._awaited.popleft() == "fork":
            self._forked = int(answer)

    def _order(self, order: list[Any], ancillary: list[Any]) -> None:
        try:
            self._control.sendmsg([msgpack.packb(order)], ancillary)
        except OSError as error:
            raise self._failure(str(error)) from error

    def _answer(self) -> Any:
        try:
            message = self._control.recv(1 << 16)
        except OSError as error:
            raise self._failure(str(error)) from error
        if not message:
            raise self._failure("it ended")
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
