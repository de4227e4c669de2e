"""Grade synthetic classes with the command itself, measured from outside."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
SLUG = "08_layers"


@dataclass(frozen=True, slots=True)
class Measured:
    """One command: its wall clock, its processor time with its workers', its own peak memory."""

    seconds: float
    cpu: float
    mib: float
    code: int
    said: str


def grade(course: Path, folder: Path, store: Path, *options: str) -> Measured:
    """Grade a class in a fresh process."""
    command = [
        sys.executable, "-m", "grader", "grade", str(folder), "-a", SLUG, "--course", str(course),
        "--store", str(store), *options,
    ]  # fmt: skip
    began = time.perf_counter()
    before = os.times()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment
    )
    peak = 0.0
    with done:
        text = b""
        while chunk := os.read(done.stdout.fileno(), 1 << 16):
            text += chunk
        peak = _peak(done.pid)
        code = done.wait()
    seconds = time.perf_counter() - began
    after = os.times()
    cpu = sum(after[2:4]) - sum(before[2:4])
    return Measured(seconds, cpu, peak, code, text.decode(errors="replace"))


def _peak(pid: int) -> float:
    """The grader's own highest resident set in MiB, while it still can be asked."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return 0.0
    found = [line for line in lines if line.startswith("VmHWM")]
    return int(found[0].split()[1]) / 1024 if found else 0.0


def course_with_limit(room: Path, cpu_seconds: float) -> Path:
    """A copy of the course whose exercises may use so many seconds."""
    target = room / "course"
    shutil.copytree(ROOT / "solutions" / SLUG, target / "solutions" / SLUG)
    settings = target / "solutions" / SLUG / "assignment.yaml"
    data = yaml.safe_load(settings.read_text("utf-8"))
    data["limits"] = {"cpu_seconds": cpu_seconds}
    settings.write_text(yaml.safe_dump(data), "utf-8")
    return target


def timed_out(store: Path) -> int:
    """How many exercises ran into their limit, over all students."""
    database = sqlite3.connect(store)
    rows = database.execute("SELECT verdicts FROM reports").fetchall()
    database.close()
    return sum(row[0].split(",").count("timed_out") for row in rows)
