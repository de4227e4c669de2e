"""A class graded while everything goes wrong: `python -m tests.bench.soak [COUNT]`.

Jailed children and workers are killed, the store's disk (a small tmpfs) is full until it is made
larger, commits are slow, the store's clock jumps, and the run is terminated now and then. In the
end every submission is accounted for, and what was not hit is graded as it would have been.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.run import Plan, run
from grader.batch.store import Store
from grader.errors import StoreError
from grader.grade import staff_grader
from grader.intake import list_submissions
from grader.model import Verdict
from tests.bench.classes import SLUG, course_with_limit
from tests.bench.synthetic import Forge, Mixture, write

if TYPE_CHECKING:
    from collections.abc import Iterator

MIXTURE = Mixture(wrong=0.1, slow=0.003, broken=0.05, copied=0.4)
FIRST_KIB = 160


@dataclass
class Saboteur:
    """Kills from a thread of its own; everything it did is counted."""

    seed: int
    done: Counter = field(default_factory=Counter)
    _over: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        rng = random.Random(self.seed)
        while not self._over.wait(rng.uniform(0.2, 1.0)):
            workers = [p.pid for p in multiprocessing.active_children()]
            if workers:
                self._strike(rng, rng.choice(workers))

    def _strike(self, rng: random.Random, worker: int) -> None:
        jailed = [c for zygote in children(worker) for c in children(zygote)]
        drawn = rng.random()
        if drawn < 0.2:
            self._kill("workers", worker, signal.SIGKILL)
        elif drawn < 0.25:
            self._kill("interrupts", os.getpid(), signal.SIGTERM)
        elif jailed:
            self._kill("children", rng.choice(jailed), signal.SIGKILL)

    def _kill(self, what: str, pid: int, how: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, how)
            self.done[what] += 1

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self.work)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()
            self._over.clear()


def children(pid: int) -> list[int]:
    """Processes that a process has started (Linux)."""
    found = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += map(int, (task / "children").read_text("ascii").split())
    return found


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A tmpfs that is soon full, where this process may mount one."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={FIRST_KIB}k", "tmpfs", str(folder)]
    mounted = subprocess.run(["mount", *options], check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)


def slow_disk(rng: random.Random) -> None:
    """One commit in fifty takes a while."""
    if rng.random() < 0.02:
        time.sleep(0.05)


def jumping_clock(rng: random.Random) -> str:
    """Any time between 1970 and 2100."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(rng.randrange(4 * 10**9)))


def main(count: int = 1000, seed: int = 1) -> None:
    """Grade through all faults; then without any, and compare."""
    rng, saboteur = random.Random(seed), Saboteur(seed)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # It may come between two runs, too
    ends: Counter = Counter()
    with tempfile.TemporaryDirectory() as place, small_disk(Path(place) / "disk") as full:
        room = Path(place)
        course = course_with_limit(room, 1.0)
        folder = write(room / "class", Forge().submissions(count, seed, MIXTURE))
        open_grader = functools.partial(staff_grader, course, SLUG, require=None)
        file, size = room / "disk" / "soak.db", FIRST_KIB
        seams = {
            "clock": functools.partial(jumping_clock, rng),
            "before_commit": functools.partial(slow_disk, rng),
        }
        students = None
        with open_grader() as grader:
            names = [e.name for e in grader.assignment.exercises]
            found = list_submissions(folder, module="layers", functions=names)
            while students is None:
                try:
                    with saboteur.at_work(), Store(file, **seams) as store:
                        results = run(grader, found, Plan(open_grader, 2), store=store)
                        students = [r.student for r in results.reports]
                        lost = [r.student for r in results.reports if r.score is None]
                except StoreError as error:
                    assert "disk is full" in str(error) or "disk I/O" in str(error), error
                    ends["disk full"] += 1
                    size *= 8
                    remount = ["mount", "-o", f"remount,size={size}k", str(room / "disk")]
                    subprocess.run(remount, check=True)
                except KeyboardInterrupt:
                    ends["interrupted"] += 1
            assert students == list(found.students)
            with Store(file) as store:  # The same command once more grades what was not
                settled = tuple(run(grader, found, Plan(open_grader, 2), store=store).reports)
                assert not [r for r in settled if r.score is None]
            with Store(room / "undisturbed.db") as store:
                whole = tuple(run(grader, found, Plan(open_grader, 2), store=store).reports)
    other = differing(settled, whole)
    copied = Counter(r.digest for r in whole)
    hit = len({digest for digest in other if copied[digest]})
    assert hit <= saboteur.done["children"], other
    faults = ", ".join(f"{n} {what}" for what, n in (saboteur.done + ends).items())
    print(f"soak: {count} submissions, all accounted for; {faults}; tmpfs {full}")
    print(f"  ungraded at first {len(lost)}, at the end 0; {hit} files say that their child died")


def differing(one: tuple, two: tuple) -> dict[str, list[str]]:
    """Digests of files whose reports differ, with the verdicts that they have instead."""
    found = {}
    for a, b in zip(one, two, strict=True):
        if replace(a, seconds=0.0) != replace(b, seconds=0.0):
            found[a.digest] = [
                f"{r.name}: {r.verdict} ({r.message})"
                for r, s in zip(a.exercises, b.exercises, strict=True)
                if r != s and r.verdict is not Verdict.PASSED
            ]
    return found


if __name__ == "__main__":
    began = time.perf_counter()
    main(*(int(text) for text in sys.argv[1:]))
    print(f"  {time.perf_counter() - began:.0f} s, load {os.getloadavg()[0]:.2f}")
