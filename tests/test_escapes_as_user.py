"""The attacks end in the same way where the grader is another user's: not root, spare uid or not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import msgpack
import numpy as np
import pytest

from grader.sandbox.opening import can_fork

ROOT = Path(__file__).parents[1]
USER = 61_999
pytestmark = pytest.mark.skipif(
    not can_fork() or os.geteuid() != 0, reason="needs root, to become another user"
)


def _identity(user: int) -> dict[str, object]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _paths(project: Path) -> str:
    homes = {str(Path(m.__file__).parents[1]) for m in (np, msgpack, pytest)}
    return os.pathsep.join([str(project), *sorted(homes)])


def interpreter(project: Path) -> str:
    """An interpreter of this version that another user can start, or skip."""
    name = f"python3.{sys.version_info.minor}"
    candidates = [sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"]
    for candidate in filter(os.path.exists, candidates):
        if _starts(candidate, project):
            return candidate
    pytest.skip("no interpreter of this version with the libraries that another user can read")


def _starts(candidate: str, project: Path) -> bool:
    try:
        outcome = subprocess.run(
            [candidate, "-c", "import numpy.random, msgpack, pytest, hypothesis, grader"],
            env={"PYTHONPATH": _paths(project), "PATH": os.defpath},
            cwd="/", capture_output=True, check=False, **_identity(USER),
        )  # fmt: skip
    except PermissionError:
        return False
    return outcome.returncode == 0


@pytest.mark.parametrize("user", [USER, 0], ids=["as another user", "as root with a spare uid"])
def test_the_attacks_end_as_they_do_here(user: int) -> None:
    """As root, an interpreter that others can read is what gives children a uid of their own."""
    with tempfile.TemporaryDirectory(prefix="grader-user-") as name:
        folder = Path(name)
        project = folder / "project"
        ignored = shutil.ignore_patterns("__pycache__", "cases", "bench")
        for part in ("grader", "tests"):
            shutil.copytree(ROOT / part, project / part, ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", project)
        (folder / "tmp").mkdir()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user, user)
        folder.chmod(0o755)
        python = interpreter(project)
        outcome = subprocess.run(
            [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=-ra",
             "tests/test_escapes.py", "tests/test_protections.py"],
            env={"PYTHONPATH": _paths(project), "PATH": os.defpath, "HOME": name,
                 "TMPDIR": str(folder / "tmp"), "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=project, capture_output=True, text=True, check=False, **_identity(user),
        )  # fmt: skip
        assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-1000:]
        assert "this machine isolates only as" not in outcome.stdout
