"""Open a sandbox: one per grader worker, with a zygote where the system can fork."""

from __future__ import annotations

import array
import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgpack

import grader
from grader.errors import SandboxError
from grader.model import Isolation
from grader.sandbox.link import ForkedLink
from grader.sandbox.session import Session

if TYPE_CHECKING:
    from types import TracebackType

    from grader.model import Limits

_ZYGOTE_SECONDS = 30.0
_PIPE_BYTES = 1 << 20
_BOOT = """
import sys
root, extra, fd, pid, without = sys.argv[1:]
sys.path[:0] = [root]
sys.path += [p for p in extra.split(":") if p not in sys.path]
import grader.sandbox.zygote
sys.path.remove(root)
grader.sandbox.zygote.main(int(fd), int(pid), frozenset(without.split()))
"""


@dataclass(slots=True)
class Sandbox:
    """Starts children; a context manager.

    Attributes:
        isolation: Under which protections they run.
    """

    isolation: Isolation
    _zygote: ZygoteProcess | None = None
    _folder: tempfile.TemporaryDirectory[str] | None = None
    _without: frozenset[str] = frozenset()
    _count: int = 0

    def session(self, limits: Limits) -> Session:
        """Make a session; its child is started when a file is loaded."""
        return Session(self._start, limits)

    def _start(self, limits: Limits) -> ForkedLink:
        if self._zygote is None or self._zygote.broken:
            self._restart()
        assert self._zygote is not None
        assert self._folder is not None
        self._count += 1
        scratch = Path(self._folder.name) / str(self._count)
        scratch.mkdir(mode=0o700)
        if self._zygote.uid is not None:
            os.chown(scratch, self._zygote.uid, self._zygote.uid)
        return _fork(self._zygote, limits, scratch)

    def _restart(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="gradus-")
            Path(self._folder.name).chmod(0o711)
        if self._zygote is not None:
            self._zygote.close()
        self._zygote = ZygoteProcess(self._without)

    def close(self) -> None:
        """End the zygote and with it every child."""
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_best(require: str | None) -> Sandbox:
    """Open a sandbox and look at what it keeps from happening; see `session.open_sandbox`."""
    return Sandbox(Isolation("reduced"))


def _fork(zygote: ZygoteProcess, limits: Limits, scratch: Path) -> ForkedLink:
    """Have a child made, with three pipes between it and the grader."""
    pipes = [os.pipe() for _ in range(3)]
    (child_questions, questions), (answers, child_answers), (prints, child_prints) = pipes
    theirs = [child_questions, child_answers, child_prints]
    try:
        _widen(questions)
        _widen(answers)
        settings = {
            "memory_mib": limits.memory_mib,
            "scratch": str(scratch),
        }
        pid = zygote.fork(settings, theirs)
        pidfd = os.pidfd_open(pid)
    except BaseException:
        for fd in (questions, answers, prints):
            os.close(fd)
        raise
    finally:
        for fd in theirs:
            os.close(fd)
    return ForkedLink(zygote, pid, pidfd, questions, answers, prints, limits.memory_mib, scratch)


def _widen(pipe: int) -> None:
    import fcntl  # noqa: PLC0415 - not on Windows, where this is never called

    with contextlib.suppress(OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class ZygoteProcess:
    """The zygote and the socket on which it takes orders; `broken` once it failed to answer."""

    def __init__(self, without: frozenset[str] = frozenset()) -> None:
        self.broken = False
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_ZYGOTE_SECONDS)
        with theirs:
            root, extra = _library_paths()
            control, pid = str(theirs.fileno()), str(os.getpid())
            arguments = [root, extra, control, pid, " ".join(without)]
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-P", "-s", "-c", _BOOT, *arguments],
                env=clean_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self.described: dict[str, Any] = self._answer()[1]
        self.uid: int | None = self.described["uid"]

    def fork(self, settings: dict[str, Any], fds: list[int]) -> int:
        """Have a child forked that gets the descriptors; its process id."""
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds).tobytes())
        self._order(["fork", settings], [rights])
        return int(self._answer())

    def reap(self, pid: int) -> int:
        """Wait for a child that was killed; its wait status."""
        self._order(["reap", pid], [])
        return int(self._answer())

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
        if self._process.stderr is not None:
            if select.select([self._process.stderr], [], [], 1)[0]:
                said = os.read(self._process.stderr.fileno(), 4000)
        text = said.decode("utf-8", "replace").strip()
        return SandboxError(f"the process that starts children does not answer ({why}) {text}")

    def close(self) -> None:
        """End the zygote; its children die with it."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()


def clean_environment() -> dict[str, str]:
    """Nothing of the grader's own environment, but for what Windows cannot start without."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATHEXT") if name in os.environ}
    threads = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return kept | {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
        **dict.fromkeys(threads, "1"),
    }


def _library_paths() -> tuple[str, str]:
    """Where `grader` is imported from, and folders of libraries that no isolated start finds."""
    import numpy as np  # noqa: PLC0415 - only where a sandbox is opened

    root = str(Path(grader.__path__[0]).resolve().parent)
    homes = {str(Path(m.__file__ or "").parent.parent) for m in (np, msgpack)}
    return root, ":".join(sorted(homes))
