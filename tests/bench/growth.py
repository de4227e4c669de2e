"""Growth: classes of 100, 1,000 and 10,000; `python -m tests.bench.growth [COUNT...]`.

Prints time, memory, store size and cost per submission of each; then how long the same command
takes when everything is graded already.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.classes import Measured, course_with_limit, grade
from tests.bench.synthetic import Forge, Mixture, write

MIXTURE = Mixture(wrong=0.30, slow=0.01, broken=0.05, copied=0.10)
SEED = 6


def one(room: Path, count: int, workers: int) -> tuple[Measured, Measured, int]:
    """Grade a class, and again; with the size of its store in bytes."""
    course = room / "course"
    if not course.exists():
        course_with_limit(room, 1.0)
    folder = write(room / f"class_{count}", Forge().submissions(count, SEED, MIXTURE))
    store = room / f"{count}.db"
    options = ["--workers", str(workers)]
    first = grade(course, folder, store, *options)
    assert first.code == 0, first.said
    again = grade(course, folder, store, *options)
    return first, again, store.stat().st_size


def main(counts: list[int], workers: int = 2) -> None:
    """Print a row for each size, and the ratios to the first."""
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores, {workers} workers, {MIXTURE}")
    print("   count  seconds  cpu ms each   ms each    peak MiB  store B each  resume s")
    base = None
    with tempfile.TemporaryDirectory() as place:
        for count in counts:
            first, again, size = one(Path(place), count, workers)
            each = (first.seconds - again.seconds) / count
            base = base or each
            print(
                f"{count:>8} {first.seconds:>8.1f} {1e3 * first.cpu / count:>12.1f} "
                f"{1e3 * each:>9.1f} {first.mib:>11.1f} {size / count:>13.0f} "
                f"{again.seconds:>9.2f}   cost ratio {each / base:.3f}, "
                f"resumed with {again.mib:.1f} MiB",
                flush=True,
            )
    print(f"load {os.getloadavg()[0]:.2f} at the end")


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [100, 1000])
