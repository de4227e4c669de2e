"""A finished run of 10,000 resumed: `python -m tests.bench.resume [COUNT]`.

Most of the class are copies, which are graded once but stored and read for each student.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.bench.classes import ROOT, grade
from tests.bench.synthetic import Forge, Mixture, write

BAR_SECONDS = 3.0
BAR_MIB = 400
GROWTH = 1.05
STORE_BYTES = 4096


def main(count: int = 10_000) -> bool:
    """Print time and memory of the resumed run; return whether a bar is missed."""
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        peaks = {}
        for size in (count // 10, count):
            mixture = Mixture(wrong=0.3, broken=0.05, copied=1 - 200 / size)
            folder = write(room / f"{size}", Forge().submissions(size, 4, mixture))
            store = room / f"{size}.db"
            first = grade(ROOT, folder, store, "--workers", "2")
            assert first.code == 0, first.said
            again = grade(ROOT, folder, store, "--workers", "2")
            peaks[size] = max(first.mib, again.mib)
            each = store.stat().st_size / size
            print(f"{size} submissions, most copied: {first.seconds:.1f} s, peak {first.mib:.0f} MiB, "
                  f"store {each:.0f} B each; resumed in {again.seconds:.2f} s wall, {again.cpu:.2f} s "
                  f"of processor (bar {BAR_SECONDS}), {again.mib:.0f} MiB, "
                  f"load {os.getloadavg()[0]:.2f}")  # fmt: skip
    growth = peaks[count] / peaks[count // 10]
    print(f"  memory at {count} against {count // 10}: {growth:.3f}  (bar {GROWTH})")
    return again.seconds > BAR_SECONDS or growth > GROWTH or peaks[count] > BAR_MIB


if __name__ == "__main__":
    raise SystemExit(main(*(int(text) for text in sys.argv[1:])))
