"""Working folders go away, whatever is in them, and the disk is not filled through them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.model import Cell, Limits, Reason, Source
from grader.sandbox import codec, scratch
from grader.sandbox.opening import SpawningStarter, can_fork, open_best
from grader.sandbox.scratch import Scratches, is_too_full, remove, sweep
from grader.sandbox.session import Death, Session

unix = pytest.mark.skipif(sys.platform == "win32", reason="not Linux, nor any unix")


@unix
def test_a_folder_nested_beyond_any_path_is_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)
    assert is_too_full(folder)
    remove(folder)
    assert not folder.exists()


@unix
def test_links_are_deleted_and_not_followed(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    folder = tmp_path / "scratch"
    (folder / ".0" / ".1").mkdir(parents=True)
    (folder / "link").symlink_to(kept)
    (folder / ".0" / ".1" / "link").symlink_to(kept / "file")
    remove(folder)
    assert not folder.exists()
    assert (kept / "file").read_text() == "x"


def test_a_folder_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove(tmp_path / "gone")
    assert not is_too_full(tmp_path / "gone")


def test_many_files_or_large_ones_are_too_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "file").write_bytes(bytes(100_000))
    assert not is_too_full(tmp_path)
    monkeypatch.setattr(scratch, "TOTAL_LIMIT", 50_000)
    assert is_too_full(tmp_path)
    monkeypatch.setattr(scratch, "TOTAL_LIMIT", 1 << 30)
    monkeypatch.setattr(scratch, "ENTRY_LIMIT", 1)
    assert is_too_full(tmp_path)


@pytest.mark.skipif(not can_fork(), reason="not Linux")
def test_only_what_killed_graders_left_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    living = Scratches()
    living.next(None)
    (tmp_path / "gradus-file").write_text("x")
    fresh = tmp_path / "gradus-fresh"
    fresh.mkdir()
    code = "import os; from grader.sandbox.scratch import Scratches\nprint(Scratches().next(None)); os._exit(9)"
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    killed = Path(said.stdout.strip()).parent
    assert killed.exists(), said.stderr
    old = tmp_path / "gradus-old"
    old.mkdir()
    os.utime(old, (1, 1))
    sweep(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert living.folder is not None
    assert left == {living.folder.name, "gradus-file", "gradus-fresh"}
    living.close()


@pytest.mark.parametrize("kind", ["forked", "spawned"])
def test_a_child_that_fills_its_folder_is_stopped(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    forked = kind == "forked"
    if forked and not can_fork():
        pytest.skip("not Linux")
    monkeypatch.setattr(scratch, "ENTRY_LIMIT", 100)
    text = "import itertools\ndef f():\n    for n in itertools.count(): open(str(n % 1000), 'w').close()"
    opened = open_best(None) if forked else SpawningStarter()
    session = opened.session(Limits()) if forked else Session(opened.start, Limits())
    session.load(Source("a.py", (Cell("a.py", text),)))
    death = session.run(*codec.encode([[[["f", [], {}, [], 1]]], []]))
    session.close()
    opened.close()
    assert isinstance(death, Death)
    assert death.reason is Reason.OUTPUT_LIMIT
    assert "100 files" in death.message


@unix
def test_what_a_spawned_child_started_ends_with_it(tmp_path: Path) -> None:
    text = (
        "import subprocess, sys\n"
        "def f(): return subprocess.Popen([sys.executable, '-c', 'input()'], stdin=-1).pid"
    )
    starter = SpawningStarter()
    session = Session(starter.start, Limits())
    session.load(Source("a.py", (Cell("a.py", text),)))
    answer = session.run(*codec.encode([[[["f", [], {}, [], 1]]], []]))
    assert isinstance(answer, tuple)
    pid = codec.decode(*answer)[0][0][1]
    session.close()
    starter.close()
    status = Path(f"/proc/{pid}/stat")  # gone, or a zombie that only init can reap
    assert not status.exists() or status.read_text().split()[2] == "Z"
