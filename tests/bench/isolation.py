"""What it costs to lock a child in, against a bare fork of the same warm process."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from grader.sandbox import jail, zygote

ROUNDS = 60
BAR = 2.2


def once(workshop: jail.Workshop | None, scratch: Path) -> float:
    """Seconds from the fork until the child is gone."""
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            if workshop is not None:
                settings = {"scratch": str(scratch), "memory_mib": 512}
                jail.enter(workshop, settings, keep=frozenset({0, 1, 2}))
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0, "the child could not lock itself in"
    return time.perf_counter() - began


def main() -> float:
    """Print both times and the ratio; return the ratio."""
    if not sys.platform.startswith("linux"):
        return 0.0
    zygote._warm()
    workshop = jail.prepare(frozenset(), os.getpid())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)
        scratch = folder / "scratch"
        scratch.mkdir()
        if workshop.uid is not None:
            os.chown(scratch, workshop.uid, workshop.uid)
        pairs = [(once(workshop, scratch), once(None, scratch)) for _ in range(ROUNDS + 5)][5:]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"locking a child in, layers {' '.join(sorted(workshop.layers))}, median of {ROUNDS}:")
    print(f"  restricted {1e3 * ours:6.2f} ms")
    print(f"  bare fork  {1e3 * bare:6.2f} ms")
    print(f"  ratio      {ratio:6.2f}  (bar {BAR})")
    return ratio


if __name__ == "__main__":
    raise SystemExit(main() > BAR)
