"""Run every check, or those that are named; the exit status is 1 if any fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(sys.executable).parent

PYTHON = [sys.executable]
GRADER = [sys.executable, "-m", "grader"]
MYPY = [sys.executable, "-m", "mypy"]
COVERAGE = [sys.executable, "-m", "coverage"]
CORE = (
    "grader/model.py,grader/errors.py,grader/authoring/*,grader/judge/*,grader/batch/store.py,"
    "grader/batch/rows.py,grader/reports/*,grader/sandbox/codec.py"
)
"""Where branch coverage is at least 95 %."""

CHECKS: dict[str, list[list[str]]] = {
    "lint": [
        [sys.executable, "-m", "ruff", "check", "."],
        [sys.executable, "-m", "ruff", "format", "--check", "."],
    ],
    "types": [
        [*MYPY, "--platform", platform, "--cache-dir", f".mypy_cache/{platform}"]
        for platform in ("linux", "darwin", "win32")
    ],
    "course": [[*GRADER, "harvest", "--check"], [*GRADER, "stub", "--check"]],
    "docs": [[*PYTHON, "-m", "sphinx", "-W", "-q", "docs", "docs/_build"]],
    "tests": [
        [*COVERAGE, "erase"],
        [*PYTHON, "-m", "pytest", "-q", "-n", "auto", "--cov", "--cov-report="],
        [*COVERAGE, "report", f"--include={CORE}", "--omit=*/template/*,*/gradescope_files/*",
         "--fail-under=95"],
    ],
    "bench": [[*PYTHON, "-m", "tests.bench"]],
}  # fmt: skip


def main(names: list[str]) -> int:
    """Run the checks and print a line for each; later ones run whatever came before."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no check {', '.join(unknown)}; there are {', '.join(CHECKS)}")
        return 2
    environment = {**os.environ, "PATH": f"{HERE}{os.pathsep}{os.environ['PATH']}"}
    outcome: dict[str, str] = {}
    for name in names or CHECKS:
        began = time.monotonic()
        codes = [run(command, environment) for command in CHECKS[name]]
        word = "passed" if not any(codes) else "FAILED"
        outcome[name] = f"{word} in {time.monotonic() - began:.0f} s"
    for name, words in outcome.items():
        print(f"{name:<8} {words}")
    return int(any(words.startswith("FAILED") for words in outcome.values()))


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run one command from the project's root, showing it first."""
    print(f"+ {' '.join(command)}", flush=True)
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
