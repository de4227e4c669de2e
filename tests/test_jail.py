"""The filter allows and refuses the right calls on both architectures; no step may fail."""

from __future__ import annotations

import ctypes
import errno
import os
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
        left = [path for path in folder.iterdir() if path.name != ".lock"]
        assert len(left) == 1  # that of the child which waits for the next session
        assert list(left[0].iterdir()) == []
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
