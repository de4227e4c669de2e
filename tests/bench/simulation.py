"""Classes that are too large to be graded here, by simulation: `python -m tests.bench.simulation`.

Discrete events: one scheduler that hands out batches, workers that grade them, one writer that
stores reports. Costs are the measured ones; out come wall time and what was busiest.
"""

from __future__ import annotations

import heapq
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """Seconds: a submission on one core, a task in Dask's scheduler, a report in the store."""

    submission: float = 0.045
    task: float = 0.002
    report: float = 0.00015


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds until the last report is stored, and the share of it that each part was busy."""

    seconds: float
    workers: float
    scheduler: float
    writer: float

    @property
    def bottleneck(self) -> str:
        """The part that was busiest."""
        shares = {"workers": self.workers, "scheduler": self.scheduler, "writer": self.writer}
        return max(shares, key=lambda name: shares[name])


def simulate(submissions: int, workers: int, batch: int, costs: Costs) -> Outcome:
    """Play a run."""
    free = [0.0] * workers
    scheduler = writer = last = 0.0
    tasks = -(-submissions // batch)
    for n in range(tasks):
        size = min(batch, submissions - n * batch)
        idle = heapq.heappop(free)
        scheduler = (
            max(scheduler, idle) + costs.task if scheduler < idle else scheduler + costs.task
        )
        done = max(idle, scheduler) + size * costs.submission
        heapq.heappush(free, done)
        writer = max(writer, done) + size * costs.report
        last = max(last, writer)
    return Outcome(
        last,
        submissions * costs.submission / (workers * last),
        tasks * costs.task / last,
        submissions * costs.report / last,
    )


def main(costs: Costs) -> None:
    """Print the table of docs/explanation/scale.md."""
    for submissions in (10**6, 10**7):
        for workers in (2, 64, 256, 1024):
            for batch in (1, 50):
                found = simulate(submissions, workers, batch, costs)
                print(f"| {submissions:,} | {workers:,} | {batch} | {found.seconds / 3600:.2f} "
                      f"| {found.workers:.0%} | {found.bottleneck} |")  # fmt: skip


if __name__ == "__main__":
    main(Costs(*(float(text) for text in sys.argv[1:])))
