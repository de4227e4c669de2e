"""Two workers against one, and Dask against both: `python -m tests.bench.workers`.

What two workers can gain on this machine is what two copies of the bare loop gain in the same
run. All workers are warm before the clock starts; results go into a store, as in a run.
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.crew import Crew
from grader.batch.executor import Here, Task, as_answered, closing
from grader.batch.store import Run, Store
from grader.grade import staff_grader
from grader.model import Cell, Source, Submission
from tests.bench.grading import ROOT, SLUG, bare, programs, submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.batch.executor import Executor
    from grader.grade import Grader

COUNT = 200
ROUNDS = 5
SPEED_UP_BAR = 0.92
DASK_BAR = 0.9


def right(count: int, first: int) -> list[Task]:
    """Right submissions, no two alike."""
    text = submission().candidates[0].cells[0].text
    return [
        Task(Submission(f"s{n}", (Source("layers.py", (Cell("layers.py", f"# {n}\n{text}"),)),), f"{n}"))
        for n in range(first, first + count)
    ]  # fmt: skip


def timed(executor: Executor, store: Store, run: int, tasks: list[Task]) -> float:
    """Seconds a submission."""
    began = time.perf_counter()
    for answers in as_answered(executor, tasks):
        store.put(run, *(report for _, report in answers))
    return (time.perf_counter() - began) / len(tasks)


def bare_copies(copies: int, text: str, made: list, count: int) -> float:
    """Seconds a loop, where so many processes run the bare loop side by side."""
    began = time.perf_counter()
    pids = []
    for _ in range(copies):
        pid = os.fork()
        if pid == 0:
            try:
                for _ in range(count):
                    bare(text, made)
            finally:
                os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    return (time.perf_counter() - began) / (copies * count)


def main() -> bool:
    """Print both ratios; return whether a bar is missed."""
    text = submission().candidates[0].cells[0].text
    open_grader = functools.partial(staff_grader, ROOT, SLUG, require=None)
    crew = Crew(open_grader, 2)  # Its workers are spawned before anything here is large
    with tempfile.TemporaryDirectory() as place, open_grader() as grader, closing(crew):
        made = programs(grader)
        with Store(Path(place) / "bench.db") as store:
            run = store.begin(Run(SLUG, "", "", "", ""))
            fresh = itertools.count(step=COUNT)

            def pace(executor: Executor) -> float:
                return timed(executor, store, run, right(COUNT, next(fresh)))

            here = Here(grader)
            rows = [
                (pace(here), pace(crew), bare_copies(1, text, made, COUNT),
                 bare_copies(2, text, made, COUNT // 2))
                for _ in range(ROUNDS + 1)
            ]  # fmt: skip
            both = against_dask(grader, crew, pace)
    rows = rows[1:]
    ours = statistics.median(one / two for one, two, _, _ in rows)
    theirs = statistics.median(bare / bares for _, _, bare, bares in rows)
    ratio = statistics.median(one / two / (bare / bares) for one, two, bare, bares in rows)
    print(f"two workers: {ours:.2f} times one; two bare loops: {theirs:.2f} times one; "
          f"ratio {ratio:.2f}  (bar {SPEED_UP_BAR})")  # fmt: skip
    missed = ratio < SPEED_UP_BAR
    if both:
        dask = statistics.median(two / dask for two, dask in both)
        print(f"dask, two workers, batches of 50: {dask:.2f} of local throughput  (bar {DASK_BAR})")
        missed |= dask < DASK_BAR
    return missed


def against_dask(
    grader: Grader, crew: Crew, pace: Callable[[Executor], float]
) -> list[tuple[float, float]]:
    """Seconds a submission, two workers here and two of Dask's; empty where Dask is not there.

    Its cluster is opened only now: what it does besides would slow down what was measured before.
    """
    if not importlib.util.find_spec("distributed"):
        return []
    from grader.batch.cluster import DaskExecutor, Order

    cluster = DaskExecutor("dask://local", Order(ROOT, grader), workers=2)
    try:
        return [(pace(crew), pace(cluster)) for _ in range(ROUNDS + 1)][1:]
    finally:
        cluster.shutdown(at_once=False)


if __name__ == "__main__":
    raise SystemExit(main())
