"""`kill -9` of the grader at random instants: `python -m tests.bench.kills [TIMES]`.

After each kill the file must open, pass SQLite's own check, and hold nothing but reports equal to
an undisturbed run's; the run that is resumed at the end must give all of those, and no others.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from grader.batch.store import Store
from tests.bench.classes import ROOT, SLUG, course_with_limit, grade
from tests.bench.synthetic import Forge, Mixture, write

COUNT = 60
LONGEST = 5.0


def told(store: Path) -> dict[str, object]:
    """What is stored of each student in all runs, but for what may differ."""
    with Store(store) as opened:
        check = opened._database.execute("PRAGMA integrity_check").fetchone()
        assert check == ("ok",), check
        return {
            student: replace(report, seconds=0.0)
            for number in opened.runs()
            for student, report in opened.reports(number).items()
        }


def start(course: Path, folder: Path, store: Path) -> subprocess.Popen:
    """Begin to grade with two workers."""
    command = [
        sys.executable, "-m", "grader", "grade", str(folder), "-a", SLUG, "--course", str(course),
        "--store", str(store), "--workers", "2",
    ]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    silent = subprocess.DEVNULL
    return subprocess.Popen(command, stdout=silent, stderr=silent, env=environment)


def main(times: int = 20, seed: int = 9) -> None:
    """Kill so often, then resume and compare."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        course = course_with_limit(room, 1.0)
        made = Forge().submissions(COUNT, seed, Mixture(slow=0.02, copied=0.1))
        folder = write(room / "class", made)
        assert grade(course, folder, room / "whole.db", "--workers", "2").code == 0
        whole = told(room / "whole.db")
        assert len(whole) == COUNT
        round_, finished, found = 0, 0, {}
        store = room / "0.db"
        for _ in range(times):
            running = start(course, folder, store)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(rng.uniform(0.0, LONGEST))
            running.send_signal(signal.SIGKILL)
            running.wait()
            before, found = found, told(store) if store.exists() else {}
            assert before.keys() <= found.keys(), "a stored result was lost"
            assert all(whole[s] == r for s, r in found.items()), "a stored result is another one"
            if len(found) == COUNT:  # Everything is graded: begin anew
                finished, round_, found = finished + 1, round_ + 1, {}
                store = room / f"{round_}.db"
        assert grade(course, folder, store, "--workers", "2").code == 0
        assert told(store) == whole
    print(
        f"{times} kills at random instants, {finished} classes finished between them: nothing lost"
    )


if __name__ == "__main__":
    began = time.perf_counter()
    main(*(int(text) for text in sys.argv[1:]))
    print(f"  {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.2f}")
