"""Find out what a child is really kept from, by having one try it.

Not what the kernel claims counts, only what was refused. The probe is an ordinary session with
a file of ours in it, which is why its answers can be believed.
"""

from __future__ import annotations

import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.errors import IsolationError, SandboxError
from grader.model import Cell, Isolation, Limits, Source
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.session import Session

FULL, REDUCED, LIMITS_ONLY, TIMEOUTS_ONLY = "full", "reduced", "limits-only", "timeouts-only"
LEVELS = (FULL, REDUCED, LIMITS_ONLY, TIMEOUTS_ONLY)
"""From the best to the least."""

_MEMORY_MIB = 256
_LANDLOCK = "a Linux kernel from 5.13 with Landlock (CONFIG_SECURITY_LANDLOCK, lsm=landlock)"
_SECCOMP = "Linux on x86_64 or aarch64 with seccomp filters (CONFIG_SECCOMP_FILTER)"
_LIMITS = "Linux; resource limits that may be lowered"
_REFUSALS = frozenset({"PermissionError", "MemoryError", "OSError"})
_LIMIT, _WALL = "limit", "wall"

ATTEMPTS: tuple[tuple[str, str, str, str], ...] = (
    ("memory", _LIMIT, "memory beyond the limit", _LIMITS),
    ("shared_memory", _LIMIT, "shared memory beyond the limit", _LIMITS),
    ("file_size", _LIMIT, "a file beyond the limit", _LIMITS),
    ("descriptors", _LIMIT, "files opened without end", _LIMITS),
    ("fork", _WALL, "starting processes", _SECCOMP),
    ("execute", _WALL, "running programs", _SECCOMP),
    ("signal", _WALL, "signals to other processes", _SECCOMP),
    ("trace", _WALL, "tracing other processes", _SECCOMP),
    ("network", _WALL, "the network", _SECCOMP),
    ("local_socket", _WALL, "sockets to other processes", _SECCOMP),
    ("change_mode", _WALL, "changing modes of files", _SECCOMP),
    ("read_private", _WALL, "reading the grader's files", f"root, or {_LANDLOCK}"),
    ("read", _WALL, "reading files of others", _LANDLOCK),
    ("list_folder", _WALL, "listing folders of others", _LANDLOCK),
    ("write", _WALL, "writing to shared folders", _LANDLOCK),
)
"""Function of the probe, group, what it tries in words, what a machine needs to refuse it."""

_SOURCE = """
import ctypes, mmap, os, socket

def memory(limit, folder):
    bytearray(limit)

def shared_memory(limit, folder):
    mmap.mmap(-1, limit)

def file_size(limit, folder):
    with open("probe", "wb") as file:
        os.ftruncate(file.fileno(), limit)

def descriptors(limit, folder):
    opened = []
    try:
        for _ in range(2000):
            opened.append(os.dup(0))
    finally:
        for fd in opened:
            os.close(fd)

def fork(limit, folder):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)

def execute(limit, folder):
    try:
        os.execv(folder + "/no-such-program", ["x"])
    except FileNotFoundError:
        pass

def signal(limit, folder):
    os.kill(os.getppid(), 0)

def trace(limit, folder):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace(2, os.getppid(), None, None)  # PTRACE_PEEKDATA without being attached: ESRCH
    if ctypes.get_errno() == 1:
        raise PermissionError

def network(limit, folder):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()

def local_socket(limit, folder):
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close()

def change_mode(limit, folder):
    os.chmod(folder + "/shared/file", 0o666)

def read_private(limit, folder):
    open(folder + "/private/file").close()

def read(limit, folder):
    open(folder + "/shared/file").close()

def list_folder(limit, folder):
    os.listdir(folder + "/shared")

def write(limit, folder):
    open(folder + "/shared/new", "w").close()
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One protection.

    Attributes:
        name: What student code is kept from, in words.
        held: It was tried and refused.
        remedy: What a machine needs for it.
    """

    name: str
    held: bool
    remedy: str


def try_everything(session: Session) -> tuple[Finding, ...]:
    """Have a child of this sandbox try all that it must not be able to do.

    Raises:
        SandboxError: the probe itself did not come back.
    """
    with tempfile.TemporaryDirectory(prefix="gradus-probe-") as name:
        folder = _lay_out(Path(name))
        limit = (_MEMORY_MIB + 64) << 20
        programs = [[[a[0], [limit, str(folder)], {}, [], 1]] for a in ATTEMPTS]
        loaded = session.load(Source("probe.py", (Cell("probe.py", _SOURCE),)))
        answer = session.run(*codec.encode([programs, []]))
        session.close()
    if not isinstance(answer, tuple):
        raise SandboxError(f"the probe of the sandbox failed: {answer.message} ({loaded})")
    outcomes = codec.decode(*answer)[0]
    return tuple(
        Finding(words, outcome[0] == 1 and outcome[1]["type"] in _REFUSALS, remedy)
        for (_, _, words, remedy), outcome in zip(ATTEMPTS, outcomes, strict=True)
    )


def probe_limits() -> Limits:
    """Give the limits under which the probe's attempts are meant."""
    return Limits(cpu_seconds=10.0, memory_mib=_MEMORY_MIB)


def nothing_held() -> tuple[Finding, ...]:
    """Give what is known without trying where a child is only a plain process."""
    return tuple(Finding(words, False, remedy) for _, _, words, remedy in ATTEMPTS)


def judge(findings: tuple[Finding, ...], system: Mapping[str, Any]) -> Isolation:
    """Name the level that the findings amount to."""
    groups: dict[str, list[bool]] = {_LIMIT: [], _WALL: []}
    for (_, group, _, _), finding in zip(ATTEMPTS, findings, strict=True):
        groups[group].append(finding.held)
    if not all(groups[_LIMIT]):
        level = TIMEOUTS_ONLY
    elif all(groups[_WALL]):
        level = FULL
    else:
        level = REDUCED if any(groups[_WALL]) else LIMITS_ONLY
    facts = {
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "numpy": np.__version__,
    }
    missing = tuple(f.name for f in findings if not f.held)
    return Isolation(level, missing, facts | {k: str(v) for k, v in system.items()})


def check_level(isolation: Isolation, findings: tuple[Finding, ...], require: str | None) -> None:
    """Refuse a machine that gives less than what is required.

    Raises:
        IsolationError: what is missing, and what it needs; or a level that does not exist.
    """
    if require is None:
        return
    if require not in LEVELS:
        raise IsolationError(f"there is no isolation level {require!r}; use {', '.join(LEVELS)}")
    if LEVELS.index(isolation.level) <= LEVELS.index(require):
        return
    lines = [f"  {f.name}: needs {f.remedy}" for f in findings if not f.held]
    raise IsolationError(
        f"isolation {require!r} is required, this machine gives {isolation.level!r}."
        " Nothing keeps student code from:\n" + "\n".join(lines)
    )


def _lay_out(folder: Path) -> Path:
    """Put there what a child could reach if it were not locked in."""
    folder.chmod(0o755)
    shared, private = folder / "shared", folder / "private"
    shared.mkdir()
    private.mkdir(mode=0o700)
    for path in (shared / "file", private / "file"):
        path.write_text("canary", "ascii")
    (private / "file").chmod(0o600)
    (shared / "file").chmod(0o666)
    shared.chmod(0o777)
    return folder
