"""The sample class, end to end: verdicts, points, named mistakes, what is carried."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from grader.authoring.course import load
from grader.grade import staff_grader
from grader.intake.read import read_submissions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.grade import Grader
    from grader.model import Report, Result, Submission

ROOT = Path(__file__).parents[1]
CLASS = ROOT / "tests" / "cases" / "sample_class"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load(
    (CLASS / "expected.yaml").read_text(encoding="utf-8")
)
KEYS = {"verdict", "points", "mistake", "carried"}


@pytest.fixture(scope="module", params=sorted(EXPECTED))
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def grader(slug: str) -> Iterator[Grader]:
    with staff_grader(ROOT, slug, require=None) as found:
        yield found


def _submissions(slug: str) -> list[Submission]:
    settings = load(ROOT, slug).settings
    return read_submissions(CLASS / slug, module=settings.module, functions=settings.functions)


def _found(result: Result) -> tuple[Any, ...]:
    mistake = result.mistake.id if result.mistake else None
    return result.name, str(result.verdict), result.points, mistake, result.carried


def _wanted(result: Result, expected: dict[str, Any]) -> tuple[Any, ...]:
    passed = {"verdict": "passed", "points": result.max_points}
    row = expected.get(result.name, expected.get("*", passed))
    points = Fraction(str(row["points"]))
    return result.name, row["verdict"], points, row.get("mistake"), row.get("carried", False)


def _differences(report: Report, expected: dict[str, Any]) -> list[tuple[Any, Any]]:
    pairs = [(_wanted(r, expected), _found(r)) for r in report.exercises]
    return [(wanted, found) for wanted, found in pairs if wanted != found]


def test_every_submission_gets_what_was_written_down(slug: str, grader: Grader) -> None:
    wrong = {}
    for submission in _submissions(slug):
        report = grader.grade(submission)
        differences = _differences(report, EXPECTED[slug][submission.student])
        if differences:
            wrong[submission.student] = differences
    assert not wrong


def test_every_submission_has_an_expected_result_and_none_is_missing(slug: str) -> None:
    assert sorted(s.student for s in _submissions(slug)) == sorted(EXPECTED[slug])


def test_expected_results_name_exercises_and_mistakes_that_exist(slug: str) -> None:
    authored = load(ROOT, slug)
    mistakes = {version.id for version in authored.mistakes}
    for rows in EXPECTED[slug].values():
        assert set(rows) <= {*authored.settings.functions, "*"}
        for row in rows.values():
            assert {"verdict", "points"} <= set(row) <= KEYS
            named = row.get("mistake")
            assert named in {None, *mistakes} or named.startswith("transform:")


def test_the_class_is_large_enough_to_show_something() -> None:
    assert sum(len(students) for students in EXPECTED.values()) >= 36
