"""Without a layer something gets through that the layer alone holds: the attacks have teeth.

Only attacks whose effect is a canary are run with layers off.
"""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

import pytest

from grader.model import Cell, Limits, Source
from grader.sandbox import codec, forked, scratch
from grader.sandbox.jail import LAYERS
from grader.sandbox.opening import can_fork, open_best
from grader.sandbox.session import Death
from tests.escapes.attacks import ATTACKS, CANARIES, HELD_BY, Attack

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.opening import Sandbox

pytestmark = pytest.mark.skipif(
    not can_fork() or platform.machine() != "x86_64",
    reason="not Linux on x86_64, whose system calls the table has",
)
QUESTION = codec.encode([[[["attack", [], {}, [], 1]]], []])
ROOT_ONLY = {"uid", "capabilities"}


def outcome(sandbox: Sandbox, attack: Attack, folder: Path, cpu_seconds: float = 1.0) -> str:
    """Run an attack against a fresh canary; returned means that it got through."""
    place = folder / "place"
    if not place.exists():
        (place / "private").mkdir(parents=True)
        place.chmod(0o777)
        for parent in (folder, folder.parent, folder.parent.parent):
            if parent.stat().st_uid == os.geteuid() and str(parent).startswith("/tmp/"):
                parent.chmod(0o755)
        (place / "private" / "file").write_text("canary")
        (place / "private").chmod(0o700)
    canary = place / "canary"
    canary.write_text("canary")
    canary.chmod(0o666)
    text = attack.source.replace("CANARY", str(canary)).replace("FOLDER", str(place))
    opened = sandbox.session(Limits(cpu_seconds=cpu_seconds, memory_mib=256))
    try:
        opened.load(Source("layers.py", (Cell("layers.py", text),)))
        answer = opened.run(*QUESTION)
    finally:
        opened.close()
    if isinstance(answer, Death):
        return answer.reason.value
    kind, value = codec.decode(*answer)[0][0]
    return "returned" if kind == 0 else str(value["kind"])


def got_through(folder: Path, *without: str) -> set[str]:
    with open_best(None, without=frozenset(without)) as sandbox:
        found = {canary.name: outcome(sandbox, canary, folder) for canary in CANARIES}
    return {name for name, kind in found.items() if kind == "returned"}


def test_nothing_gets_through_all_layers(tmp_path: Path) -> None:
    with open_best(None) as sandbox:
        if sandbox.isolation.level != "full":
            pytest.skip(f"this machine isolates only as {sandbox.isolation.level}")
        own_uid = sandbox.isolation.system["uid"] != "None"
    through = got_through(tmp_path)
    known = set() if own_uid else {"measures a private file"}
    if os.geteuid() != 0:  # the right to drop rights is root's; no_new_privs makes them void
        known.add("could gain rights")
    assert through == known


def test_with_all_layers_off_at_least_fifteen_get_through(tmp_path: Path) -> None:
    through = got_through(tmp_path, *LAYERS)
    assert len(through) >= 15


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_alone_holds_what_is_named(layer: str, tmp_path: Path) -> None:
    if layer in ROOT_ONLY and os.geteuid() != 0:
        pytest.skip("needs root")
    with open_best(None) as sandbox:
        if layer == "uid" and sandbox.isolation.system["uid"] == "None":
            pytest.skip("this interpreter cannot be read by another user")
    assert set(HELD_BY[layer]) <= got_through(tmp_path, layer)


def named(name: str) -> Attack:
    return next(attack for attack in ATTACKS if attack.name == name)


@pytest.mark.parametrize(
    ("where", "what", "attack", "kept", "let_through"),
    [
        (forked, "OUTPUT_LIMIT", "prints for ever", "output-limit", "timeout"),
        (scratch, "is_too_full", "makes files without end", "output-limit", "timeout"),
    ],
)
def test_each_guard_of_the_grader_holds_what_is_named(  # noqa: PLR0913, PLR0917 - one per column
    where: object,
    what: str,
    attack: str,
    kept: str,
    let_through: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scratch, "ENTRY_LIMIT", 1000)
    with open_best(None) as sandbox:
        assert outcome(sandbox, named(attack), tmp_path) == kept
        monkeypatch.setattr(where, what, 1 << 40 if what.isupper() else lambda *_: None)
        assert outcome(sandbox, named(attack), tmp_path, 0.3) == let_through
