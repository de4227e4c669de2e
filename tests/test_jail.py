"""The filter allows and refuses the right calls on both architectures; no step may fail."""

from __future__ import annotations

import ctypes
import dataclasses
import errno
import os
import pkgutil
import struct
from typing import TYPE_CHECKING

import pytest

from grader.errors import SandboxError
from grader.model import Cell, Limits, Source
from grader.sandbox import codec, seccomp
from grader.sandbox.opening import can_fork, open_best
from grader.sandbox.scratch import Scratches
from grader.sandbox.seccomp import AARCH64, NEWEST, NONE, TABLE, X86_64

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.opening import Sandbox

ALLOW, EPERM, ENOSYS = 0x7FFF0000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
PID = 4711
ARCHES = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}
linux = pytest.mark.skipif(not can_fork(), reason="only Linux has jails")


def interpret(code: bytes, number: int, arch: int, *args: int) -> int:
    """Run a classic BPF program over `struct seccomp_data`, as the kernel does."""
    padded = [a & (2**64 - 1) for a in (*args, *[0] * (6 - len(args)))]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *padded)
    lines = list(struct.iter_unpack("<HBBI", code))
    at, accumulator = 0, 0
    while True:
        operation, yes, no, value = lines[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif operation == 0x06:
            return value
        elif operation == 0x05:
            at += value
        else:
            tests = {0x15: accumulator == value, 0x35: accumulator >= value,
                     0x45: accumulator & value != 0}  # fmt: skip
            at += yes if tests[operation] else no


def call(arch: str, name: str, *args: int) -> int:
    number = next(row[1 if arch == X86_64 else 2] for row in TABLE if row[0] == name)
    return interpret(seccomp.build(arch).for_process(PID), number, ARCHES[arch], *args)


@pytest.mark.parametrize("arch", ARCHES)
def test_every_number_gets_what_the_table_says(arch: str) -> None:
    column = 1 if arch == X86_64 else 2
    code = seccomp.build(arch).for_process(PID)
    rules = {row[column]: row for row in TABLE if row[column] != NONE}
    for number in range(NEWEST + 50):
        outcome = interpret(code, number, ARCHES[arch], 1 << 40, 1 << 40)
        if number > NEWEST:
            assert outcome == ENOSYS
        elif number not in rules:
            assert outcome == ALLOW
        elif rules[number][0] in ("clone3", "openat2"):
            assert outcome == ENOSYS
        elif rules[number][0] in ("prlimit64", "prctl", "fcntl", "ioctl"):
            assert outcome == ALLOW, rules[number]
        else:
            assert outcome == EPERM, rules[number]


@pytest.mark.parametrize("arch", ARCHES)
def test_conditions_look_at_the_arguments(arch: str) -> None:
    assert call(arch, "clone", 0x003D0F00) == ALLOW
    assert call(arch, "clone", 17) == EPERM
    for name in ("kill", "tgkill", "tkill"):
        assert call(arch, name, PID) == ALLOW
        assert call(arch, name, PID + 1) == call(arch, name, -1) == call(arch, name, 0) == EPERM
    assert call(arch, "prlimit64", 0) == call(arch, "prlimit64", PID) == ALLOW
    assert call(arch, "prlimit64", 1) == EPERM
    assert call(arch, "prctl", 4) == call(arch, "prctl", 1) == EPERM
    assert call(arch, "prctl", 15) == ALLOW
    assert call(arch, "fcntl", 3, 8) == EPERM
    assert call(arch, "fcntl", 3, 4) == ALLOW
    assert call(arch, "ioctl", 0, 0x5412) == EPERM
    assert call(arch, "ioctl", 0, 0x5413) == ALLOW


@pytest.mark.parametrize("arch", ARCHES)
def test_another_architecture_is_refused_altogether(arch: str) -> None:
    code = seccomp.build(arch).code
    assert all(interpret(code, n, 0x40000003) == EPERM for n in range(500))
    assert interpret(code, 0x40000000 + 57, ARCHES[arch]) == ENOSYS


def test_the_table_names_each_call_once() -> None:
    for column in range(3):
        values = [row[column] for row in TABLE if row[column] != NONE]
        assert len(values) == len(set(values))
    assert max(row[1] for row in TABLE) <= NEWEST


@linux
def test_this_machine_has_a_filter_unless_its_processor_is_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert seccomp.machine() in (X86_64, AARCH64)
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert seccomp.machine() is None


@linux
def test_a_filter_that_the_kernel_refuses_is_an_error() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with pytest.raises(OSError, match="seccomp: Invalid argument"):
        seccomp.Filter(b"", ()).install(libc)


def status(sandbox: Sandbox, text: str) -> object:
    session = sandbox.session(Limits())
    session.load(Source("a.py", (Cell("a.py", text),)))
    answer = session.run(*codec.encode([[[["f", [], {}, [], 1]]], []]))
    session.close()
    assert isinstance(answer, tuple), answer
    return codec.decode(*answer)[0][0][1]


@linux
def test_a_child_has_no_rights_left() -> None:
    text = "def f():\n    return open('/proc/self/status').read()"
    with open_best(None, without=frozenset({"landlock", "seccomp"})) as sandbox:
        lines = dict(line.split(":\t") for line in str(status(sandbox, text)).splitlines())
    assert {lines[f"Cap{name}"] for name in ("Inh", "Prm", "Eff", "Amb")} == {"0" * 16}
    assert lines["NoNewPrivs"] == "1"
    if os.geteuid() == 0:
        assert lines["CapBnd"] == "0" * 16


@linux
def test_a_child_has_only_its_pipes_and_an_empty_folder() -> None:
    text = """
import os
import pkgutil
def f():
    fds = []
    for fd in range(300):
        try: os.fstat(fd); fds.append(fd)
        except OSError: pass
    open("mine", "w").close()
    return [len(fds), os.listdir("."), oct(os.stat(".").st_mode & 0o777)]
"""
    with open_best(None) as sandbox:
        assert status(sandbox, text) == [5, ["mine"], "0o700"]
        assert status(sandbox, text) == [5, ["mine"], "0o700"]
        folder = sandbox._starter._scratches.folder
        assert folder is not None
        assert [path.name for path in folder.iterdir()] == [".lock"]
    assert not folder.exists()


@linux
def test_a_step_that_fails_is_never_an_unprotected_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with open_best(None) as sandbox:
        monkeypatch.setattr(Scratches, "next", lambda *_: tmp_path / "gone")
        session = sandbox.session(Limits())
        with pytest.raises(SandboxError, match="could not lock itself in: FileNotFoundError"):
            session.load(Source("a.py", (Cell("a.py", "x = 1"),)))


STEPS = ("os.dup2", "os.chdir", "os.setgroups", "os.setresgid", "os.setresuid", "os.getppid",
         "resource.setrlimit", "os.closerange", "grader.sandbox.landlock._create",
         "grader.sandbox.landlock._add", "grader.sandbox.landlock.restrict",
         "grader.sandbox.seccomp.Filter.install", "grader.sandbox.jail._drop_capabilities",
         "grader.sandbox.jail._bind_to", "grader.sandbox.jail._surroundings")  # fmt: skip


class Failing:
    """The C library, whose n-th call fails."""

    def __init__(self, libc: ctypes.CDLL, doomed: int) -> None:
        self.libc, self.left = libc, doomed

    def _count(self, function: object, *args: object) -> int:
        self.left -= 1
        if self.left == 0:
            ctypes.set_errno(errno.EINVAL)
            return -1
        return function(*args)

    def prctl(self, *args: object) -> int:
        return self._count(self.libc.prctl, *args)

    def syscall(self, *args: object) -> int:
        return self._count(self.libc.syscall, *args)


def set_up(tmp_path: Path, patch: str | None, doomed: int = 0) -> int:
    """Have a child of this process lock itself in with one fault; what it says first."""
    from grader.sandbox import child, jail, wire, zygote

    workshop = jail.prepare(frozenset({"uid"}), os.getpid())
    if doomed:
        workshop = dataclasses.replace(workshop, libc=Failing(workshop.libc, doomed))
    if patch in ("os.setgroups", "os.setresgid", "os.setresuid"):
        workshop = dataclasses.replace(workshop, uid=os.geteuid())
    questions, to_child = os.pipe()
    answers, from_child = os.pipe()
    pid = os.fork()
    if pid == 0:
        if patch:
            owner, _, name = patch.rpartition(".")
            owner = pkgutil.resolve_name(owner)

            def fail(*_: object) -> None:
                raise OSError(errno.EIO, "a fault")

            setattr(owner, name, fail)
        nothing = os.open(os.devnull, os.O_WRONLY)
        settings = {"scratch": str(tmp_path), "memory_mib": 256}
        descriptors = [questions, from_child, nothing]
        zygote._become_child(workshop, settings, descriptors, child.Channel(-1, -1), child.Known())
    os.close(from_child)
    os.close(questions)
    frame = wire.read(answers)
    os.close(to_child)
    os.close(answers)
    for fd, _ in workshop.rules.allowed if workshop.rules else ():
        os.close(fd)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    assert status == (0 if frame.kind == wire.READY else 70)
    return frame.kind


@linux
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_in_any_step_is_reported_and_nothing_is_loaded(step: str, tmp_path: Path) -> None:
    from grader.sandbox import wire

    assert set_up(tmp_path, None) == wire.READY
    assert set_up(tmp_path, step) == wire.FAILED


@linux
def test_a_fault_in_any_call_of_the_kernel_is_reported(tmp_path: Path) -> None:
    """One after the other, until there is none left to fail."""
    from grader.sandbox import wire

    kinds = [set_up(tmp_path, None, doomed) for doomed in range(1, 120)]
    failed = [n for n, kind in enumerate(kinds) if kind == wire.FAILED]
    assert failed == list(range(len(failed)))
    assert len(failed) > 3
