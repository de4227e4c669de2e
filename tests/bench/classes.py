"""Grade synthetic classes with the command itself, measured from outside."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
SLUG = "08_layers"


@dataclass(frozen=True, slots=True)
class Measured:
    """One command: wall clock, processor time and peak memory, its workers' included."""

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
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile() as said:
        started = subprocess.Popen(command, stdout=said, stderr=said, env=environment)
        _, status, usage = os.wait4(started.pid, 0)
        seconds = time.perf_counter() - began
        started.returncode = os.waitstatus_to_exitcode(status)  # It is waited for: nothing is left
        said.seek(0)
        text = said.read().decode(errors="replace")
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, usage.ru_maxrss / 1024, started.returncode, text)


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
