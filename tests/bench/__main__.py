"""All benchmarks with their bars: `python -m tests.bench`."""

from __future__ import annotations

import os

from tests.bench import grading, memory, startup, whole


def main() -> int:
    """Run all; 1 if a bar is missed (of grading: if it is beyond what noise explains)."""
    print(f"load {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    missed = [grading.main() > grading.ALARM, memory.main(), startup.main(), whole.main()]
    return int(any(missed))


if __name__ == "__main__":
    raise SystemExit(main())
