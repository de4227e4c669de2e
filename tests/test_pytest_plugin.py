"""Public checks as pytest items, run by a real pytest in an assignment's folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from grader.authoring.bank import write_public
from grader.grade import staff_grader

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "solutions" / "01_loss" / "loss.py").read_text(encoding="utf-8")
WRONG = REFERENCE.replace("np.mean(np.abs(", "np.sum(np.abs(")


@pytest.fixture(scope="session")
def bank() -> bytes:
    """The public bank of 01_loss."""
    with staff_grader(ROOT, "01_loss", require=None) as opened:
        return write_public(opened.assignment)


@pytest.fixture
def folder(tmp_path, bank) -> Path:
    """A student's folder with a right answer and files that must not be imported."""
    (tmp_path / "public.bank").write_bytes(bank)
    (tmp_path / "loss.py").write_text(REFERENCE, encoding="utf-8")
    trap = "raise SystemExit('this file was imported')"
    (tmp_path / "test_mine.py").write_text(trap, encoding="utf-8")
    (tmp_path / "notes.py").write_text(trap, encoding="utf-8")
    return tmp_path


def run_pytest(folder: Path, *arguments: str, **more: str):
    """Run pytest there, with the plugin loaded once however this package is installed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment |= {"PYTHONIOENCODING": "utf-8"} | more
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "grader.pytest_plugin",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "-q", *arguments], cwd=folder, env=environment, text=True, capture_output=True,
        check=False, encoding="utf-8",
    )  # fmt: skip


def test_each_public_check_is_an_item_and_nothing_else_is(folder) -> None:
    lines = run_pytest(folder, "--collect-only").stdout.splitlines()
    items = [line for line in lines if "::" in line]

    assert items[:4] == [
        "public.bank::predict::value", "public.bank::predict::edges",
        "public.bank::predict::conduct", "public.bank::mae::value",
    ]  # fmt: skip
    assert all(line.startswith("public.bank::") for line in items)


def test_a_right_answer_passes_every_item(folder) -> None:
    done = run_pytest(folder)

    assert done.returncode == 0
    assert "failed" not in done.stdout


def test_a_wrong_answer_fails_with_the_students_message_and_no_traceback(folder) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")
    done = run_pytest(folder)

    assert done.returncode == 1
    assert "FAILED public.bank::mae::value" in done.stdout
    for part in ("1.2 mae: failed", "Smallest input:", "Yours:", "Expected:", "Hint: "):
        assert part in done.stdout
    for part in ("Traceback", "pytest_plugin.py", "NotPassedError", "grade.py"):
        assert part not in done.stdout


@pytest.mark.parametrize(
    ("lang", "told"), [("zh-Hant", "mae: 錯誤\n"), ("zh-Hans", "提示"), ("", "Hint: ")]
)
def test_a_failure_is_told_in_the_language_of_grader_lang(folder, lang, told) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")
    (folder / "lang").mkdir()
    done = run_pytest(folder, "-k", "mae", GRADER_LANG=lang)
    assert told in done.stdout
    assert done.returncode == 1


def test_a_language_that_is_not_there_is_told(folder) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")
    done = run_pytest(folder, "-k", "mae", GRADER_LANG="zh")
    assert "GRADER_LANG is 'zh', no language that is there; set en, zh-Hant" in done.stdout
    assert "Traceback" not in done.stdout


def test_k_selects_exercises_and_checks(folder) -> None:
    assert "1 passed" in run_pytest(folder, "-k", "mae and value").stdout
    assert "1 passed" in run_pytest(folder, "public.bank::mae::conduct").stdout


def test_junit_xml_has_an_entry_per_check(folder) -> None:
    (folder / "loss.py").write_text(WRONG, encoding="utf-8")
    run_pytest(folder, "--junitxml", "out.xml")
    suite = ET.parse(folder / "out.xml").getroot()[0]

    assert int(suite.get("failures")) >= 1
    assert "Smallest input" in "".join(f.text or "" for f in suite.iter("failure"))
    assert {case.get("name") for case in suite} >= {"value", "edges", "conduct"}


def test_a_check_that_needs_an_earlier_exercise_is_skipped_or_failed_never_an_error(folder) -> None:
    (folder / "loss.py").write_text("def predict(x, w, b:\n", encoding="utf-8")
    done = run_pytest(folder)

    assert done.returncode == 1
    assert "error" not in done.stdout.splitlines()[-1]
    assert "loss.py" in done.stdout


def test_without_a_file_the_items_say_so(folder) -> None:
    (folder / "loss.py").unlink()
    (folder / "notes.py").unlink()
    (folder / "test_mine.py").unlink()

    assert run_pytest(folder).returncode == 1


def test_a_broken_bank_is_told_without_a_traceback(folder) -> None:
    (folder / "public.bank").write_bytes(b"not a bank")
    done = run_pytest(folder)

    assert done.returncode == 2
    assert "public.bank" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_skipped_check_is_skipped(tmp_path) -> None:
    """Run in a folder of 08_layers: a forward without cache leaves its backward untested."""
    with staff_grader(ROOT, "08_layers", require=None) as opened:
        (tmp_path / "public.bank").write_bytes(write_public(opened.assignment))
    source = (
        "def affine_forward(X, W, b):\n    return X @ W.T + b\n"
        "def affine_backward(dZ, cache):\n    return dZ, dZ, dZ\n"
    )
    (tmp_path / "layers.py").write_text(source, encoding="utf-8")
    done = run_pytest(tmp_path, "-k", "affine_backward", "-rs")

    assert "skipped" in done.stdout.splitlines()[-1]


def test_loading_the_plugin_is_cheap_and_ordinary_tests_are_collected(tmp_path) -> None:
    (tmp_path / "test_mine.py").write_text(
        "import sys\ndef test_cheap():\n    assert 'numpy' not in sys.modules\n"
        "    assert 'grader.pytest_plugin' in sys.modules\n",
        encoding="utf-8",
    )

    assert "1 passed" in run_pytest(tmp_path).stdout
