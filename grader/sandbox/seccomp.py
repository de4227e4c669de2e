"""A seccomp filter for both architectures from one table; ctypes only, nothing to compile.

A denylist: what libraries need stays, what reaches other processes, the network or the system
is refused with EPERM, so that a student sees an ordinary traceback. Calls newer than the table
are refused with ENOSYS. The filter is a binary search, which the kernel installs in a tenth of
the time that a list of comparisons takes.

Numbers: https://github.com/torvalds/linux/blob/v6.12/arch/x86/entry/syscalls/syscall_64.tbl and
scripts/syscall.tbl (aarch64); format: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

_DENY, _UNKNOWN, _THREAD, _SELF, _LIMITS, _PRCTL, _FCNTL, _IOCTL = range(1, 9)
NONE = -1
NEWEST = 462
"""mseal of Linux 6.10; calls above it did not exist when the table was made."""

X86_64, AARCH64 = "x86_64", "aarch64"
_AUDIT_ARCH = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}

TABLE: tuple[tuple[str, int, int, int], ...] = (
    # new processes and programs
    ("fork", 57, NONE, _DENY), ("vfork", 58, NONE, _DENY), ("clone", 56, 220, _THREAD),
    ("clone3", 435, 435, _UNKNOWN), ("execve", 59, 221, _DENY), ("execveat", 322, 281, _DENY),
    # the network
    ("socket", 41, 198, _DENY), ("socketpair", 53, 199, _DENY), ("connect", 42, 203, _DENY),
    ("bind", 49, 200, _DENY), ("listen", 50, 201, _DENY), ("accept", 43, 202, _DENY),
    ("accept4", 288, 242, _DENY),
    # other processes
    ("ptrace", 101, 117, _DENY), ("process_vm_readv", 310, 270, _DENY),
    ("process_vm_writev", 311, 271, _DENY), ("process_madvise", 440, 440, _DENY),
    ("process_mrelease", 448, 448, _DENY), ("kcmp", 312, 272, _DENY),
    ("pidfd_open", 434, 434, _DENY), ("pidfd_send_signal", 424, 424, _DENY),
    ("pidfd_getfd", 438, 438, _DENY), ("kill", 62, 129, _SELF), ("tkill", 200, 130, _SELF),
    ("tgkill", 234, 131, _SELF), ("rt_sigqueueinfo", 129, 138, _DENY),
    ("rt_tgsigqueueinfo", 297, 240, _DENY), ("prlimit64", 302, 261, _LIMITS),
    ("setpriority", 141, 140, _DENY), ("ioprio_set", 251, 30, _DENY),
    ("sched_setparam", 142, 118, _DENY), ("sched_setscheduler", 144, 119, _DENY),
    ("sched_setaffinity", 203, 122, _DENY), ("sched_setattr", 314, 274, _DENY),
    ("setsid", 112, 157, _DENY), ("setpgid", 109, 154, _DENY), ("prctl", 157, 167, _PRCTL),
    ("fcntl", 72, 25, _FCNTL), ("ioctl", 16, 29, _IOCTL),
    ("migrate_pages", 256, 238, _DENY), ("move_pages", 279, 239, _DENY),
    # files: what Landlock does not cover
    ("chmod", 90, NONE, _DENY), ("fchmod", 91, 52, _DENY), ("fchmodat", 268, 53, _DENY),
    ("fchmodat2", 452, 452, _DENY), ("chown", 92, NONE, _DENY), ("fchown", 93, 55, _DENY),
    ("lchown", 94, NONE, _DENY), ("fchownat", 260, 54, _DENY), ("utime", 132, NONE, _DENY),
    ("utimes", 235, NONE, _DENY), ("futimesat", 261, NONE, _DENY), ("utimensat", 280, 88, _DENY),
    ("setxattr", 188, 5, _DENY), ("lsetxattr", 189, 6, _DENY), ("fsetxattr", 190, 7, _DENY),
    ("removexattr", 197, 14, _DENY), ("lremovexattr", 198, 15, _DENY),
    ("fremovexattr", 199, 16, _DENY), ("truncate", 76, 45, _DENY), ("mknod", 133, NONE, _DENY),
    ("mknodat", 259, 33, _DENY), ("openat2", 437, 437, _UNKNOWN),
    ("name_to_handle_at", 303, 264, _DENY), ("open_by_handle_at", 304, 265, _DENY),
    ("inotify_init", 253, NONE, _DENY), ("inotify_init1", 294, 26, _DENY),
    ("fanotify_init", 300, 262, _DENY), ("quotactl", 179, 60, _DENY),
    ("quotactl_fd", 443, 443, _DENY),
    # memory that is counted nowhere, and shared objects
    ("memfd_create", 319, 279, _DENY), ("memfd_secret", 447, 447, _DENY),
    ("userfaultfd", 323, 282, _DENY), ("shmget", 29, 194, _DENY), ("shmat", 30, 196, _DENY),
    ("shmctl", 31, 195, _DENY), ("semget", 64, 190, _DENY), ("semop", 65, 193, _DENY),
    ("semctl", 66, 191, _DENY), ("semtimedop", 220, 192, _DENY), ("msgget", 68, 186, _DENY),
    ("msgsnd", 69, 189, _DENY), ("msgrcv", 70, 188, _DENY), ("msgctl", 71, 187, _DENY),
    ("mq_open", 240, 180, _DENY), ("mq_unlink", 241, 181, _DENY), ("add_key", 248, 217, _DENY),
    ("request_key", 249, 218, _DENY), ("keyctl", 250, 219, _DENY),
    # namespaces, mounts, identity
    ("unshare", 272, 97, _DENY), ("setns", 308, 268, _DENY), ("mount", 165, 40, _DENY),
    ("umount2", 166, 39, _DENY), ("pivot_root", 155, 41, _DENY), ("chroot", 161, 51, _DENY),
    ("open_tree", 428, 428, _DENY), ("move_mount", 429, 429, _DENY), ("fsopen", 430, 430, _DENY),
    ("fsconfig", 431, 431, _DENY), ("fsmount", 432, 432, _DENY), ("fspick", 433, 433, _DENY),
    ("mount_setattr", 442, 442, _DENY), ("statmount", 457, 457, _DENY),
    ("listmount", 458, 458, _DENY), ("setuid", 105, 146, _DENY), ("setgid", 106, 144, _DENY),
    ("setreuid", 113, 145, _DENY), ("setregid", 114, 143, _DENY), ("setresuid", 117, 147, _DENY),
    ("setresgid", 119, 149, _DENY), ("setfsuid", 122, 151, _DENY), ("setfsgid", 123, 152, _DENY),
    ("setgroups", 116, 159, _DENY), ("capset", 126, 91, _DENY), ("personality", 135, 92, _DENY),
    # the kernel and the machine
    ("bpf", 321, 280, _DENY), ("perf_event_open", 298, 241, _DENY),
    ("io_uring_setup", 425, 425, _DENY), ("io_uring_enter", 426, 426, _DENY),
    ("io_uring_register", 427, 427, _DENY), ("reboot", 169, 142, _DENY),
    ("kexec_load", 246, 104, _DENY), ("kexec_file_load", 320, 294, _DENY),
    ("init_module", 175, 105, _DENY), ("finit_module", 313, 273, _DENY),
    ("delete_module", 176, 106, _DENY), ("swapon", 167, 224, _DENY), ("swapoff", 168, 225, _DENY),
    ("syslog", 103, 116, _DENY), ("sethostname", 170, 161, _DENY),
    ("setdomainname", 171, 162, _DENY), ("acct", 163, 89, _DENY),
    ("settimeofday", 164, 170, _DENY), ("clock_settime", 227, 112, _DENY),
    ("clock_adjtime", 305, 266, _DENY), ("adjtimex", 159, 171, _DENY), ("iopl", 172, NONE, _DENY),
    ("ioperm", 173, NONE, _DENY), ("vhangup", 153, 58, _DENY),
    ("modify_ldt", 154, NONE, _DENY), ("lookup_dcookie", 212, 18, _DENY),
)  # fmt: skip
"""Name, number on x86_64, number on aarch64 (the asm-generic ones), rule."""

_LOAD, _JUMP, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_ALLOW = 0x7FFF0000
_REFUSE, _ABSENT = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER_AT, _ARCH_AT, _FIRST, _SECOND = 0, 4, 16, 24
_CLONE_THREAD = 0x00010000
_PRCTL_DENIED = (1, 4, 0x59616D61)  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_PTRACER
_FCNTL_DENIED = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: SIGIO to someone else
_IOCTL_DENIED = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
_PID = 0x7FFFFFFF
"""Stands for the child's process id until `Filter.install`."""

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_LONGEST_JUMP = 255

Code = list[tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True)
class Filter:
    """A finished program, but for the process id."""

    code: bytes
    pid_offsets: tuple[int, ...]

    def for_process(self, pid: int) -> bytes:
        """Put in the process id that signals may be sent to."""
        code = bytearray(self.code)
        for offset in self.pid_offsets:
            struct.pack_into("<I", code, offset, pid)
        return bytes(code)

    def install(self, libc: ctypes.CDLL) -> None:
        """Put the filter on the calling process; needs no_new_privs.

        Raises:
            OSError: the kernel did not take it.
        """
        code = self.for_process(os.getpid())
        block = ctypes.create_string_buffer(code, len(code))
        program = struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(block))
        if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, program, 0, 0):
            number = ctypes.get_errno()
            raise OSError(number, f"seccomp: {os.strerror(number)}")


def machine() -> str | None:
    """Name this machine's architecture if the table has it and it runs 64-bit programs."""
    name = {"arm64": AARCH64, "amd64": X86_64}.get(platform.machine().lower(), platform.machine())
    return name if name in _AUDIT_ARCH and ctypes.sizeof(ctypes.c_void_p) == 8 else None  # noqa: PLR2004


def build(arch: str) -> Filter:
    """Build the program for an architecture."""
    numbers = [(x86 if arch == X86_64 else arm, rule) for _, x86, arm, rule in TABLE]
    rules = {number: rule for number, rule in numbers if number != NONE}
    search = _search(_leaves(rules))
    code: Code = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, _AUDIT_ARCH[arch]),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER_AT),
        *search,
    ]
    packed = b"".join(struct.pack("<HBBI", *line) for line in code)
    pids = [i * 8 + 4 for i, line in enumerate(code) if line[0] == _EQUAL and line[3] == _PID]
    return Filter(packed, tuple(pids))


def _leaves(rules: dict[int, int]) -> list[tuple[int, Code]]:
    """Give what to do from each number on, where it changes; x32 numbers are above all others."""
    leaves: list[tuple[int, Code]] = []
    for number in range(NEWEST + 2):
        rule = _UNKNOWN if number > NEWEST else rules.get(number, 0)
        code = _CODE[rule]
        if not leaves or leaves[-1][1] is not code:
            leaves.append((number, code))
    return leaves


def _any_of(offset: int, values: tuple[int, ...], found: int, other: int) -> Code:
    code: Code = [(_LOAD, 0, 0, offset)]
    for index, value in enumerate(values):
        code.append((_EQUAL, len(values) - index, 0, value))
    return [*code, (_RETURN, 0, 0, other), (_RETURN, 0, 0, found)]


_CODE: dict[int, Code] = {
    0: [(_RETURN, 0, 0, _ALLOW)],
    _DENY: [(_RETURN, 0, 0, _REFUSE)],
    _UNKNOWN: [(_RETURN, 0, 0, _ABSENT)],
    _THREAD: [
        (_LOAD, 0, 0, _FIRST),
        (_ANY_BIT, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ],
    _SELF: _any_of(_FIRST, (_PID,), _ALLOW, _REFUSE),
    _LIMITS: _any_of(_FIRST, (0, _PID), _ALLOW, _REFUSE),
    _PRCTL: _any_of(_FIRST, _PRCTL_DENIED, _REFUSE, _ALLOW),
    _FCNTL: _any_of(_SECOND, _FCNTL_DENIED, _REFUSE, _ALLOW),
    _IOCTL: _any_of(_SECOND, _IOCTL_DENIED, _REFUSE, _ALLOW),
}


def _search(leaves: list[tuple[int, Code]]) -> Code:
    if len(leaves) == 1:
        return leaves[0][1]
    middle = len(leaves) // 2
    low, high = _search(leaves[:middle]), _search(leaves[middle:])
    boundary = leaves[middle][0]
    if len(low) <= _LONGEST_JUMP:
        return [(_AT_LEAST, len(low), 0, boundary), *low, *high]
    return [(_AT_LEAST, 0, 1, boundary), (_JUMP, 0, 0, len(low)), *low, *high]
