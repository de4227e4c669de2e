"""Lock a fresh child in, before it reads the first byte of a submission.

Order: descriptors, folder, identity, limits, no_new_privs, Landlock, seccomp; what could be gained
later the zygote has given up before. A layer that this machine has must work: a step that fails is
an error of ours, never an unprotected run.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import struct
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grader
from grader.sandbox import landlock, seccomp

assert sys.platform == "linux"

SPARE_UID = 61_000
"""With the grader's process id below: an identity that owns nothing on any usual machine."""

FILE_BYTES = 32 << 20
DESCRIPTORS = 128
THREADS = 128
"""Of an identity of its own; four times that beyond what a shared one already has running."""
CPU_SECONDS = 3600
"""Only a backstop: the grader's clock is the limit."""

LAYERS = ("uid", "capabilities", "limits", "landlock", "descriptors", "seccomp")

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_CAPBSET_DROP = 1, 4, 38, 24
_CAPSET = {"x86_64": 126, "aarch64": 91}
_LAST_CAPABILITY = 63
_SHARED = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_FONTS = ("/usr/share/fonts", "/etc/fonts", "/usr/share/zoneinfo", "/etc/localtime")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the zygote prepares once, so that each child locks itself in quickly.

    Attributes:
        libc: For the calls that Python has not.
        zygote: Process id of the parent, whose death is the child's.
        uid: Identity for the children; None if they keep the grader's.
        rules: Landlock's; None if the kernel has none or it is left out.
        filter: seccomp's; None likewise.
        memory: Address space and data that the zygote itself uses, bytes.
        layers: Those of `LAYERS` that are put on.
        tasks: Processes and threads that the identity may have.
    """

    libc: ctypes.CDLL
    zygote: int
    uid: int | None
    rules: landlock.Rules | None
    filter: seccomp.Filter | None
    memory: tuple[int, int]
    layers: frozenset[str]
    tasks: int = 0

    def described(self) -> dict[str, Any]:
        """Say what the grader wants to know and to write down."""
        return {
            "uid": self.uid,
            "landlock": self.rules.version if self.rules else 0,
            "layers": sorted(self.layers),
        }


def prepare(without: frozenset[str], grader_pid: int) -> Workshop:
    """Find out which layers there are; those in `without` are left out, for tests."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    readable = readable_paths()
    layers = set(LAYERS) - without
    uid = None
    if "uid" in layers and os.geteuid() == 0 and _works_as(spare := _spare(grader_pid), readable):
        uid = spare
    rules = None
    if "landlock" in layers:
        rules = landlock.prepare(libc, readable, [Path(d) for d in _DEVICES])
    arch = seccomp.machine()
    program = seccomp.build(arch) if arch and "seccomp" in layers else None
    layers -= {"uid"} if uid is None else set()
    layers -= {"landlock"} if rules is None else set()
    layers -= {"seccomp"} if program is None else set()
    tasks = THREADS if uid is not None else 4 * THREADS + _tasks()
    return Workshop(libc, os.getpid(), uid, rules, program, memory(), frozenset(layers), tasks)


def hide_memory() -> None:
    """Keep other processes of the same user from reading and tracing this one."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def renounce(workshop: Workshop) -> None:
    """Give up what this process and its children could gain by a program that they start.

    Without the right to, the set stays: `no_new_privs` alone makes it worth nothing to a child.

    Raises:
        OSError: it cannot be given up although the right is there.
    """
    for capability in range(_LAST_CAPABILITY + 1) if "capabilities" in workshop.layers else ():
        if workshop.libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            number = ctypes.get_errno()
            if number == errno.EINVAL or (number == errno.EPERM and capability == 0):
                return  # the kernel has no more of them, or we have no right to
            raise OSError(number, f"prctl({_PR_CAPBSET_DROP}): {os.strerror(number)}")


def readable_paths() -> list[Path]:
    """List what a child may read: the interpreter, its libraries, this package; nothing else."""
    prefixes = {Path(sys.prefix).resolve(), Path(sys.base_prefix).resolve()}
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [Path(path) for name in names if (path := sysconfig.get_path(name))]
    found += [Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    found += [p / "lib" for p in prefixes if p != Path("/")]
    found += [p / "pyvenv.cfg" for p in prefixes]
    found += [Path(p) for p in (*_SHARED, *_FONTS)]
    found.append(Path(grader.__path__[0]))
    paths = {p.resolve() for p in found if p.exists()}
    return sorted(p for p in paths if paths.isdisjoint(p.parents))


def enter(workshop: Workshop, settings: dict[str, Any], *, keep: frozenset[int]) -> None:
    """Lock the calling process in for good.

    Args:
        workshop: What the zygote has prepared.
        settings: `scratch`: the working folder; `memory_mib`: beyond what the zygote uses.
        keep: The only descriptors that stay open.

    Raises:
        OSError: a step failed; nothing of a submission may be read then.
    """
    _surroundings(settings["scratch"])
    if workshop.uid is not None:
        _drop_identity(workshop.uid)
    if "capabilities" in workshop.layers:
        _drop_capabilities(workshop.libc)
    if "limits" in workshop.layers:
        _set_limits(workshop, settings["memory_mib"] << 20)
    _bind_to(workshop)
    if workshop.rules is not None:
        landlock.restrict(workshop.libc, workshop.rules, Path(settings["scratch"]))
    if "descriptors" in workshop.layers:
        _close_all_but(keep)
    if workshop.filter is not None:
        workshop.filter.install(workshop.libc)


def _surroundings(scratch: str) -> None:
    os.chdir(scratch)
    os.umask(0o077)
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR", "XDG_CACHE_HOME"):
        os.environ[name] = scratch


def _drop_identity(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _drop_capabilities(libc: ctypes.CDLL) -> None:
    header = struct.pack("<Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    call = _CAPSET.get(seccomp.machine() or "")
    if call is not None and libc.syscall(call, header, bytes(24)):
        number = ctypes.get_errno()
        raise OSError(number, f"capset: {os.strerror(number)}")


def _set_limits(workshop: Workshop, memory: int) -> None:
    address_space, data = workshop.memory
    for limit, value in (
        (resource.RLIMIT_AS, address_space + memory),
        (resource.RLIMIT_DATA, data + memory),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_NPROC, workshop.tasks),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _, hard = resource.getrlimit(limit)
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (least, least))


def _bind_to(workshop: Workshop) -> None:
    """Die with the zygote, be closed to tracing, and gain nothing by any program."""
    for option, value in (
        (_PR_SET_PDEATHSIG, signal.SIGKILL),
        (_PR_SET_DUMPABLE, 0),
        (_PR_SET_NO_NEW_PRIVS, 1),
    ):
        if workshop.libc.prctl(option, value, 0, 0, 0):
            number = ctypes.get_errno()
            raise OSError(number, f"prctl({option}): {os.strerror(number)}")
    if os.getppid() != workshop.zygote:
        raise OSError("the zygote is gone")


def _close_all_but(keep: frozenset[int]) -> None:
    below = 0
    for fd in sorted(keep):
        if below < fd:
            os.closerange(below, fd)
        below = fd + 1
    os.closerange(below, 1 << 16)


def _spare(grader_pid: int) -> int:
    return SPARE_UID + grader_pid % 1000


def _works_as(uid: int, readable: list[Path]) -> bool:
    """Try in a forked process whether that user can read what children must be able to read."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            _drop_identity(uid)
            for path in readable:
                if path.is_dir():
                    next(path.iterdir(), None)
            __import__("wave")  # anything that is not imported yet
            __import__("numpy.polynomial.laguerre")
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def memory() -> tuple[int, int]:
    """Give address space and data of this process in bytes: proc_pid_statm(5)."""
    fields = Path("/proc/self/statm").read_text("ascii").split()
    page = os.sysconf("SC_PAGESIZE")
    return int(fields[0]) * page, int(fields[5]) * page


def _tasks() -> int:
    """Count the processes and threads of this user."""
    count = 0
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if path.stat().st_uid == os.geteuid():
                count += len(list((path / "task").iterdir()))
        except OSError:  # it ended meanwhile, or is not to be looked at
            count += 1
    return count
