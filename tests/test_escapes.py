"""Every attack of the table ends as the table says, and nobody else notices."""

from __future__ import annotations

import contextlib
import os
import platform
from typing import TYPE_CHECKING, Any

import pytest

from grader.model import Cell, Limits, Source
from grader.sandbox import codec
from grader.sandbox.opening import can_fork
from grader.sandbox.session import Death, Session, open_sandbox
from tests.escapes.attacks import ATTACKS, Attack

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.sandbox.opening import Sandbox

pytestmark = pytest.mark.skipif(
    not can_fork() or platform.machine() != "x86_64",
    reason="the table's system calls are those of Linux on x86_64",
)
LIMITS = Limits(cpu_seconds=0.2, memory_mib=256)
QUESTION = codec.encode([[[["attack", [], {}, [], 1]]], []])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    os.environ["SECRET_TOKEN"] = "canary"
    with pytest.MonkeyPatch.context() as patch, open_sandbox(require=None) as opened:
        patch.setattr("grader.sandbox.session.LOAD_CPU_SECONDS", 1.0)
        if opened.isolation.level != "full":
            pytest.skip(f"this machine isolates only as {opened.isolation.level}")
        yield opened
    del os.environ["SECRET_TOKEN"]


@pytest.fixture(scope="module")
def neighbour(sandbox: Sandbox) -> Iterator[Session]:
    session = sandbox.session(Limits())
    session.load(_source("def attack(): return 42"))
    yield session
    session.close()


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    path = tmp_path / "canary"
    path.write_text("canary")
    path.chmod(0o666)
    tmp_path.chmod(0o777)
    return path


def _source(text: str) -> Source:
    return Source("layers.py", (Cell("layers.py", text),))


def _outcome(session: Session, text: str) -> str:
    loaded = session.load(_source(text))
    if isinstance(loaded, Death):
        return loaded.reason.value
    answer = session.run(*QUESTION)
    if not isinstance(answer, Death):
        answer = _second(session, answer)
    if isinstance(answer, Death):
        return answer.reason.value
    try:
        ((kind, value),), *_ = codec.decode(*answer)
    except codec.CodecError:
        return "protocol"
    return "returned" if kind == 0 else str(value["kind"])


def _descriptors() -> int:
    found = 0
    for fd in range(1000):
        with contextlib.suppress(OSError):
            os.fstat(fd)
            found += 1
    return found


def _second(session: Session, answer: tuple[bytes, bytes]) -> tuple[bytes, bytes] | Death:
    """Ask again: what a first call left behind shows now."""
    again = session.run(*QUESTION)
    return again if isinstance(again, Death) else answer


def _state(path: Path) -> tuple[Any, ...]:
    status = path.stat()
    return path.read_text(), status.st_mode, status.st_uid, status.st_mtime_ns, status.st_nlink


def test_the_table_is_long_enough_and_has_no_twins() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 104


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_ends_as_the_table_says(
    attack: Attack, sandbox: Sandbox, neighbour: Session, canary: Path
) -> None:
    if "matplotlib" in attack.source:
        pytest.importorskip("matplotlib")
    text = attack.source.replace("CANARY", str(canary)).replace("FOLDER", str(canary.parent))
    before = _state(canary)
    descriptors = _descriptors()
    session = sandbox.session(LIMITS)
    try:
        outcome = _outcome(session, text.replace("GRADER", str(os.getpid())))
        printed = session.output()
    finally:
        session.close()
    assert outcome in attack.expected.split("|")
    assert printed.replace("\n", "").replace("\t", "").isprintable()
    assert _state(canary) == before
    assert _descriptors() == descriptors
    answer = neighbour.run(*QUESTION)
    assert isinstance(answer, tuple)
    assert codec.decode(*answer)[0] == [[0, 42]]
