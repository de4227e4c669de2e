"""Grade 200 mixed submissions: the grader's memory stays under its bar, and flat."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import TYPE_CHECKING

from grader.grade import staff_grader
from grader.intake import read_submissions

if TYPE_CHECKING:
    from grader.model import Submission

ROOT = Path(__file__).parents[2]
SLUG = "08_layers"
COUNT = 200
BAR_MIB = 400
FLAT = 1.05


def mixed() -> list[Submission]:
    """The sample class's submissions, over and over; those that run out of time once."""
    folder = ROOT / "tests" / "cases" / "sample_class" / SLUG
    grader_names = ("affine_forward", "affine_backward", "net_forward", "net_backward")
    found = read_submissions(folder, module="layers", functions=grader_names)
    quick = [s for s in found if "while True" not in str(s.candidates)]
    return (quick * (COUNT // len(quick) + 1))[:COUNT]


def resident_mib() -> float:
    """Resident set of this process now, in MiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> bool:
    """Print the memory at each quarter; return whether a bar is missed."""
    marks = []
    with staff_grader(ROOT, SLUG, require=None) as grader:
        for number, submission in enumerate(mixed(), start=1):
            grader.grade(submission)
            if number % (COUNT // 4) == 0:
                marks.append(resident_mib())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{COUNT} mixed submissions: " + ", ".join(f"{m:.0f}" for m in marks) + " MiB resident")
    print(f"  peak {peak:.0f} MiB (bar {BAR_MIB}); last/first quarter {marks[-1] / marks[0]:.3f}")
    return peak > BAR_MIB or marks[-1] > FLAT * marks[0]


if __name__ == "__main__":
    raise SystemExit(main())
