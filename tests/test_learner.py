"""The course as a learner walks it: one exercise after the other turns green, and nothing else.

Assignments that train networks take seconds for each report, and are left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.authoring.course import load, slugs
from grader.grade import staff_grader
from grader.model import Cell, Source, Submission, Verdict

if TYPE_CHECKING:
    from grader.authoring.course import Authored

ROOT = Path(__file__).parent.parent
QUICK = [slug for slug in slugs(ROOT) if load(ROOT, slug).settings.limits.cpu_seconds <= 2]


def begun(authored: Authored, done: int) -> str:
    """The reference with stubs in the place of all exercises but the first ones."""
    text = (authored.folder / f"{authored.settings.module}.py").read_text(encoding="utf-8")
    for name in authored.settings.functions[done:]:
        if callable(authored.reference[name]):
            text += f"\n\ndef {name}(*given, **named):\n    raise NotImplementedError({name!r})\n"
        else:
            text += f"\n\n{name} = ...\n"
    return text


@pytest.mark.parametrize("slug", QUICK)
def test_with_every_step_exactly_one_exercise_more_is_green(slug: str) -> None:
    authored = load(ROOT, slug)
    names = authored.settings.functions
    file = f"{authored.settings.module}.py"
    with staff_grader(ROOT, slug, require=None) as grader:
        for done in range(len(names) + 1):
            source = Source(file, (Cell(file, begun(authored, done)),))
            report = grader.grade(Submission("kim", (source,), str(done)))
            found = [(r.name, r.verdict, r.carried) for r in report.exercises]
            verdicts = [Verdict.PASSED] * done + [Verdict.NOT_ATTEMPTED] * (len(names) - done)
            assert found == [
                (name, verdict, False) for name, verdict in zip(names, verdicts, strict=True)
            ]
    assert report.score == report.max_score
