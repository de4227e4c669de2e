"""autograder.zip, unpacked and run in a layout like Gradescope's."""

from __future__ import annotations

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest

from grader.authoring.gradescope import build, collect_wheels, required
from grader.errors import StaffError

SLUG = "01_tiny"


@pytest.fixture(scope="module")
def bundle(tiny):
    return build(tiny.course, SLUG, require="timeouts-only")


@pytest.fixture
def autograder(bundle, tmp_path):
    """What Gradescope makes of the archive, with this environment instead of setup.sh's."""
    root = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
        archive.extractall(root / "source")
    run = root / "source" / "run_autograder"
    run.chmod(run.stat().st_mode | stat.S_IXUSR)
    (root / "env" / "bin").mkdir(parents=True)
    python = root / "env" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (root / "submission").mkdir()
    (root / "submission_metadata.json").write_text(
        json.dumps({"id": 1, "users": [{"email": "j/doe@example.org", "id": 7, "name": "J"}]})
    )
    return root


def run(root):
    environment = {**os.environ, "GRADUS_AUTOGRADER": str(root)}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        [str(root / "source" / "run_autograder")],
        cwd=root, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def results(root):
    return json.loads((root / "results" / "results.json").read_text())


def test_a_right_submission_earns_all_points(autograder, tiny):
    module = tiny.authored.settings.module
    shutil.copy(tiny.authored.folder / f"{module}.py", autograder / "submission")
    made = run(autograder)
    assert made.returncode == 0, made.stderr
    found = results(autograder)
    assert found["tests"]
    total = sum(float(test.get("score", 0)) for test in found["tests"])
    assert total == float(tiny.assignment.points)


def test_an_empty_submission_is_graded_too(autograder):
    (autograder / "submission" / "notes.txt").write_text("x")
    assert run(autograder).returncode == 0
    assert all(float(t.get("score", 0)) == 0 for t in results(autograder)["tests"])


def test_a_grader_that_fails_leaves_no_result(autograder):
    """Gradescope then says that the autograder failed, which is no zero."""
    shutil.rmtree(autograder / "source" / "course")
    made = run(autograder)
    assert made.returncode == 1
    assert "the grader ended with status 2" in made.stderr
    assert not (autograder / "results" / "results.json").exists()


def test_the_archive_has_its_starters_at_the_top_and_one_assignment(bundle):
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
        names = archive.namelist()
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & stat.S_IXUSR
            assert b"@PYTHON@" not in archive.read(name)
        assert bundle.python in archive.read("setup.sh").decode()
    assert f"course/solutions/{SLUG}/bank.msgpack" in names
    assert "grader/grade.py" in names
    assert not [n for n in names if "__pycache__" in n or n.startswith("wheels/")]
    assert bundle.python == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert not bundle.offline


def test_the_same_files_give_the_same_archive(bundle, tiny):
    assert build(tiny.course, SLUG, require="timeouts-only").data == bundle.data


def test_the_starters_are_shell(bundle, tmp_path):
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as archive:
        for name in ("setup.sh", "run_autograder"):
            archive.extract(name, tmp_path)
            subprocess.run(["bash", "-n", str(tmp_path / name)], check=True)


def test_wheels_are_brought_along(tiny, tmp_path):
    for requirement in required():
        name = requirement.split(">")[0].strip().replace("-", "_")
        (tmp_path / f"{name}-1.0-py3-none-any.whl").write_bytes(b"")
    made = build(tiny.course, SLUG, require="full", wheels=tmp_path)
    assert made.offline
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert "wheels/numpy-1.0-py3-none-any.whl" in archive.namelist()


def test_a_wheel_that_is_missing_is_named(tiny, tmp_path):
    with pytest.raises(StaffError, match="there is no wheel of click, hypothesis"):
        build(tiny.course, SLUG, require="full", wheels=tmp_path)


def test_pip_that_fails_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.authoring.gradescope.required", lambda: ["no such name"])
    with pytest.raises(StaffError, match="pip could not collect the wheels"):
        collect_wheels(tmp_path)
