"""What a right submission costs, against a bare loop that makes the same calls.

The bare loop forks from this warm process without a jail, loads the same file, and makes exactly
the same calls on arrays that are decoded already; it judges nothing. Both are taken in turn, in
one run, so that the ratio holds on a machine whose speed drifts.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

import numpy as np

from grader.grade import Grader, staff_grader
from grader.model import Cell, Source, Submission
from grader.sandbox import codec

ROOT = Path(__file__).parents[2]
SLUG = "08_layers"
ROUNDS = 40
BAR = 1.7
ALARM = 2.2
"""What no noise of a machine explains."""


def submission() -> Submission:
    """The reference, handed in as a student's file."""
    text = (ROOT / "solutions" / SLUG / "layers.py").read_text("utf-8")
    return Submission("reference", (Source("layers.py", (Cell("layers.py", text),)),), "0")


def programs(grader: Grader) -> list[list[list[object]]]:
    """Every program that grading asks for, the repetitions included, arguments decoded."""
    found = []
    for prepared in grader.prepared.values():
        asked = prepared.request
        every, again = codec.decode(asked.header, bytearray(asked.raw), writable=True)
        found += every + again
    return found


def bare(text: str, made: list[list[list[object]]]) -> float:
    """Seconds to fork, load and make the calls."""
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        try:
            space = {"__name__": "layers"}
            exec(compile(text, "layers.py", "exec"), space)
            for program in made:
                returned = []
                for name, args, kwargs, _, _ in program:
                    given = [
                        returned[a.step][a.output] if type(a) is codec.Ref else a for a in args
                    ]
                    returned.append(space[name](*given, **(kwargs or {})))
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return time.perf_counter() - began


def main() -> float:
    """Print both times, both counts and the ratio; return the ratio."""
    handed_in = submission()
    text = handed_in.candidates[0].cells[0].text
    with staff_grader(ROOT, SLUG, require=None) as grader:
        made = programs(grader)
        calls = sum(len(program) for program in made)
        with np.errstate(all="ignore"):
            pairs = []
            for _ in range(ROUNDS + 5):
                began = time.perf_counter()
                report = grader.grade(handed_in)
                pairs.append((time.perf_counter() - began, bare(text, made)))
        level = grader.isolation.level
    pairs = pairs[5:]
    assert report.score == report.max_score, "the reference must earn full marks"
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    print(f"right {SLUG} submission, isolation {level}, median of {ROUNDS}:")
    print(f"  graded    {1e3 * ours:7.2f} ms, {calls} calls")
    print(f"  bare loop {1e3 * theirs:7.2f} ms, {calls} calls")
    print(f"  ratio     {ratio:7.2f}  (bar {BAR})")
    return ratio


if __name__ == "__main__":
    raise SystemExit(main() > ALARM)
