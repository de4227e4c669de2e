"""A mixed class against what it must cost: `python -m tests.bench.mixed [COUNT]`.

5 % endless loops with a limit of one second, 5 % broken, 30 % wrong. It must cost the limits that
were hit, and the bare calls of everyone; the bar is 1.5 times that, divided by the workers.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from grader.grade import staff_grader
from tests.bench.classes import ROOT, SLUG, course_with_limit, grade, timed_out
from tests.bench.grading import bare, programs, submission
from tests.bench.synthetic import Forge, Mixture, write

WORKERS = 2
BAR = 1.5


def bare_seconds() -> float:
    """What the bare loop takes now."""
    text = submission().candidates[0].cells[0].text
    with staff_grader(ROOT, SLUG, require=None) as grader:
        made = programs(grader)
    return statistics.median(bare(text, made) for _ in range(25))


def main(count: int = 1000) -> bool:
    """Print the ratio; return whether the bar is missed."""
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        course = course_with_limit(room, 1.0)
        made = Forge().submissions(count, 3, Mixture(wrong=0.30, slow=0.05, broken=0.05))
        folder = write(room / "class", made)
        store = room / "mixed.db"
        before = bare_seconds()
        found = grade(course, folder, store, "--workers", str(WORKERS))
        each = (before + bare_seconds()) / 2
        assert found.code == 0, found.said
        hit = timed_out(store)
    must = (hit * 1.0 + count * each) / WORKERS
    print(f"mixed class of {count}: {found.seconds:.1f} s, {hit} limits hit, bare {1e3 * each:.1f} ms"
          f" each; ratio {found.seconds / must:.2f}  (bar {BAR}), load {os.getloadavg()[0]:.2f}")  # fmt: skip
    return found.seconds > BAR * must


if __name__ == "__main__":
    raise SystemExit(main(*(int(text) for text in sys.argv[1:])))
