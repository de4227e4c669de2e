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
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """One command: wall clock, processor time, and the peak of the largest of its processes.

    Of its own: what students' children use is theirs.
    """

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
        peak, ended = 0.0, 0
        while not ended:
            peak = max(peak, *(peak_mib(pid) for pid in (started.pid, *workers(started.pid))))
            time.sleep(_LOOK_SECONDS)
            ended, status, usage = os.wait4(started.pid, os.WNOHANG)
        seconds = time.perf_counter() - began
        started.returncode = os.waitstatus_to_exitcode(status)  # It is waited for: nothing is left
        said.seek(0)
        text = said.read().decode(errors="replace")
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, peak, started.returncode, text)


def workers(pid: int) -> list[int]:
    """Processes that a process has started, but for those that fork students' children."""
    found: list[int] = []
    try:
        # A crew starts each worker from a thread of its own.
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text("ascii").split():
                if b"zygote" not in Path(f"/proc/{child}/cmdline").read_bytes():
                    found += [int(child), *workers(int(child))]
    except OSError:  # it has ended
        pass
    return found


def peak_mib(pid: int) -> float:
    """The most memory that a process had at once: VmHWM of proc_pid_status(5)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    except OSError:  # it has ended
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


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
