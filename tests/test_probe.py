"""A level is what was refused when it was tried, and no more."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.errors import IsolationError, SandboxError
from grader.model import Cell, Limits, Reason, Source
from grader.sandbox import codec, probe
from grader.sandbox.opening import can_fork, open_best
from grader.sandbox.probe import Finding
from grader.sandbox.session import Death, Session, open_sandbox

linux = pytest.mark.skipif(not can_fork(), reason="only Linux has layers")


def level(*without: str) -> tuple[str, set[str]]:
    with open_best(None, without=frozenset(without)) as sandbox:
        return sandbox.isolation.level, set(sandbox.isolation.missing)


@linux
def test_all_layers_together_hold_everything() -> None:
    if level()[0] != "full":
        pytest.skip("this machine does not offer all layers")
    assert level() == ("full", set())


@linux
def test_without_landlock_files_are_open() -> None:
    reached, missing = level("landlock", "uid")
    assert reached == "reduced"
    assert missing == {
        "reading the grader's files",
        "reading files of others",
        "listing folders of others",
        "writing to shared folders",
    }


@linux
def test_without_seccomp_processes_and_the_network_are_open() -> None:
    reached, missing = level("seccomp")
    assert reached == "reduced"
    assert {"starting processes", "running programs", "the network"} <= missing


@linux
def test_without_both_there_are_only_limits() -> None:
    assert level("landlock", "seccomp", "uid")[0] == "limits-only"


@linux
def test_without_limits_there_is_only_the_clock() -> None:
    reached, missing = level("landlock", "seccomp", "uid", "limits")
    assert reached == "timeouts-only"
    assert "memory beyond the limit" in missing


@linux
def test_what_is_required_and_missing_is_listed_with_its_remedy() -> None:
    with pytest.raises(IsolationError, match="'full' is required, this machine gives 'reduced'"):
        open_best("full", without=frozenset({"landlock"}))
    with pytest.raises(IsolationError, match="reading files of others: needs a Linux kernel"):
        open_best("full", without=frozenset({"landlock"}))
    open_best("reduced", without=frozenset({"landlock"})).close()


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IsolationError, match="no isolation level 'best'; use full, reduced,"):
        open_sandbox(require="best")


@linux
def test_a_probe_that_dies_is_an_error_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object) -> Death:
        return Death(Reason.CRASHED, "crashed")

    monkeypatch.setattr(Session, "run", run)
    with pytest.raises(SandboxError, match="the probe of the sandbox failed: crashed"):
        open_best(None)


def test_findings_and_attempts_agree() -> None:
    findings = probe.nothing_held()
    assert len(findings) == len(probe.ATTEMPTS)
    isolation = probe.judge(findings, {"uid": None})
    assert isolation.level == "timeouts-only"
    assert isolation.missing == tuple(f.name for f in findings)
    held = tuple(Finding(f.name, True, f.remedy) for f in findings)
    assert probe.judge(held, {}).level == "full"


HIDDEN = ("resource", "fcntl", "pwd", "termios")


def test_it_works_where_nothing_of_linux_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS and Windows: no fork, no pidfd, none of the modules of unix."""
    for name in HIDDEN:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delattr("os.fork", raising=False)
    monkeypatch.delattr("os.pidfd_open", raising=False)
    monkeypatch.delattr("signal.pidfd_send_signal", raising=False)
    source = Source("loss.py", (Cell("loss.py", "def f(x): return x + 1\ndef g(): exit()"),))
    with open_sandbox(require=None) as sandbox:
        assert sandbox.isolation.level == "timeouts-only"
        assert "the network" in sandbox.isolation.missing
        session = sandbox.session(Limits())
        session.load(source)
        answer = session.run(*codec.encode([[[["f", [1.0], {}, [], 1]]], []]))
        session.close()
    assert isinstance(answer, tuple)
    assert codec.decode(*answer)[0] == [[0, 2.0]]


def test_the_portable_part_imports_nothing_that_windows_lacks() -> None:
    """Only these modules may name them, and the portable path imports none of these."""
    folder = Path(probe.__file__).parent
    for name in ("session", "spawn", "child", "runner", "source", "codec", "wire", "link"):
        text = (folder / f"{name}.py").read_text("utf-8")
        for module in (*HIDDEN, "jail", "zygote"):
            assert f"import {module}" not in text
