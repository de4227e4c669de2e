"""A class with attacks among it: the others get exactly the reports that they get alone.

`python -m tests.long.hostile_class HONEST ATTACKS`; exit status 1 if any report differs.
"""

from __future__ import annotations

import functools
import os
import random
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.run import Plan, run
from grader.batch.store import Store
from grader.grade import staff_grader
from grader.intake import read_submissions
from grader.model import Cell, Isolation, Source, Submission
from tests.escapes.attacks import ATTACKS

if TYPE_CHECKING:
    from grader.model import Report

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "tests" / "cases" / "sample_class"
SLUG = "08_layers"
WORKERS = 2


def honest(names: list[str], module: str, count: int) -> list[Submission]:
    """The sample class, again and again under other names."""
    folder = CLASS / SLUG if (CLASS / SLUG).exists() else CLASS
    found = [s for s in read_submissions(folder, module=module, functions=names) if s.candidates]
    return [
        replace(found[n % len(found)], student=f"honest_{n:03}", digest=f"h{n:063}")
        for n in range(count)
    ]


def hostile(names: list[str], module: str, count: int) -> list[Submission]:
    """Attacks drawn at random, each in the place of one exercise drawn at random."""
    rng = random.Random(4)
    made = []
    for n in range(count):
        attack = rng.choice(ATTACKS)
        text = attack.source.replace("GRADER", str(os.getpid()))
        text += f"\ndef {rng.choice(names)}(*args, **kwargs): return attack()\n"
        source = Source(f"{module}.py", (Cell(f"{module}.py", text),))
        made.append(Submission(f"hostile_{n:03}", (source,), f"a{n:063}"))
    return made


def plain(report: Report) -> Report:
    """A report without what may differ between two runs."""
    return replace(report, seconds=0.0, isolation=Isolation("", (), {}), student="", digest="")


def _tell(student: str, alone: Report, among: Report) -> None:
    """Print where two reports part."""
    pairs = [*zip(alone.exercises, among.exercises, strict=True)]
    pairs += [(replace(alone, exercises=()), replace(among, exercises=()))]
    for one, other in pairs:
        if one != other:
            print(f"{student}: alone {one}\n{student}: among {other}")


def main(honest_count: int, attack_count: int) -> int:
    """Grade alone what is honest, then all in one batch, and compare."""
    began = time.monotonic()
    opened = functools.partial(staff_grader, ROOT, SLUG, require=None)
    with opened() as grader, tempfile.TemporaryDirectory() as name:
        module = grader.assignment.module
        names = [exercise.name for exercise in grader.assignment.exercises]
        good = honest(names, module, honest_count)
        alone: dict[object, Report] = {}
        for submission in good:
            if submission.candidates not in alone:
                alone[submission.candidates] = plain(grader.grade(submission))
        everyone = good + hostile(names, module, attack_count)
        random.Random(5).shuffle(everyone)
        plan = Plan(opened, WORKERS, None, False)
        with Store(Path(name) / "store.db") as store:
            found = run(grader, everyone, plan, store=store)
            reports = {report.student: report for report in found.reports}
    differ = [s.student for s in good if plain(reports[s.student]) != alone[s.candidates]]
    attacks = [r for s, r in reports.items() if s.startswith("hostile")]
    full = [r.student for r in attacks if r.score == r.max_score]
    ungraded = [r.student for r in reports.values() if r.score is None]
    print(
        f"{len(good)} honest ({len(alone)} different), {len(attacks)} attacks,"
        f" {time.monotonic() - began:.0f} s: {len(differ)} reports differ,"
        f" {len(full)} attacks earned full marks, {len(ungraded)} ungraded"
    )
    for submission in [s for s in good if s.student in differ][:5]:
        _tell(submission.student, alone[submission.candidates], plain(reports[submission.student]))
    return int(bool(differ or full or ungraded) or len(reports) != len(everyone))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:3] or (400, 100))))
