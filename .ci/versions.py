"""Grade the sample class under every interpreter that is found, and with the oldest parts.

Prints which ran; the exit status is 1 where a verdict, points, a mistake's id or a
counterexample differs from this interpreter's.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "cases" / "sample_class"
ASK = "import platform, numpy; print(platform.python_version(), 'numpy', numpy.__version__)"


def main() -> int:
    """Compare all with this interpreter."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    rows = {}
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        rows[version(sys.executable)] = graded(sys.executable, room / "here")
        oldest = environment(
            sys.executable, room / "oldest", [re.sub(">=", "==", w) for w in wanted]
        )
        rows[f"{version(oldest)} (oldest parts)"] = graded(oldest, room / "oldest-results")
        for interpreter in interpreters():
            made = environment(interpreter, room / Path(interpreter).name, wanted)
            rows[version(made)] = graded(made, room / f"{Path(interpreter).name}-results")
    first, *others = rows
    print(f"ran {first}: {len(rows[first])} results")
    for other in others:
        differing = [
            pair for pair in zip(rows[first], rows[other], strict=True) if len(set(pair)) > 1
        ]
        print(f"ran {other}: {len(differing)} differ")
        for pair in differing[:5]:
            print(*pair, sep="\n  ")
    return int(any(rows[other] != rows[first] for other in others))


def interpreters() -> list[str]:
    """Other interpreters that are installed, on the path or by pyenv, and can make environments."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = []
    for minor in ("3.12", "3.13", "3.14"):
        kept = sorted(Path.home().glob(f".pyenv/versions/{minor}.*/bin/python{minor}"))
        one = shutil.which(f"python{minor}") if not kept else str(kept[-1])
        if one and minor != here and run([one, "-c", "import venv, ensurepip"]).returncode == 0:
            found.append(one)
    return found


def environment(interpreter: str, place: Path, parts: list[str]) -> str:
    """Make an environment with these parts; return its interpreter."""
    run([interpreter, "-m", "venv", str(place)]).check_returncode()
    python = str(place / "bin" / "python")
    run([python, "-m", "pip", "install", "-q", *parts]).check_returncode()
    return python


def version(python: str) -> str:
    """Say which Python and which numpy."""
    return run([python, "-c", ASK]).stdout.strip()


def graded(python: str, folder: Path) -> list[str]:
    """Grade the sample class; one line per exercise of what must be equal everywhere."""
    folder.mkdir()
    found: list[str] = []
    for place in sorted(SAMPLE.iterdir()):
        if not place.is_dir():
            continue
        store, target = folder / f"{place.name}.db", folder / f"{place.name}.json"
        command = [python, "-m", "grader", "grade", str(place), "--assignment", place.name]
        command += ["--course", str(ROOT), "--store", str(store), "--json", str(target)]
        done = run([*command, "--workers", "2", "--require", "timeouts-only"])
        if done.returncode:
            print(done.stderr)
            done.check_returncode()
        submissions = json.loads(target.read_text("utf-8"))["submissions"]
        found += [line(s["student"], e) for s in submissions for e in s["exercises"]]
    return found


def line(student: str, exercise: dict[str, Any]) -> str:
    """What of a result must not depend on versions."""
    mistake = (exercise["mistake"] or {}).get("id")
    kept = [exercise[k] for k in ("name", "verdict", "points", "counterexample")]
    return json.dumps([student, mistake, *kept], sort_keys=True)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command on this checkout."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        command, cwd=ROOT, env=environ, check=False, capture_output=True, text=True
    )


if __name__ == "__main__":
    sys.exit(main())
