"""Gradescope's results.json: valid, never a zero for our fault."""

from __future__ import annotations

import dataclasses
import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

from grader.errors import StaffError
from grader.model import Verdict
from grader.reports import gradescope
from tests.result_examples import GOOD, HOSTILE, make_report, make_results

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "gradescope_results.json").read_text())
JUDGED = tuple(v for v in Verdict if v is not Verdict.UNGRADED)


def written(report, **options) -> dict:
    body = json.loads(gradescope.write(make_results(report, **options)))
    jsonschema.validate(body, SCHEMA)
    return body


def test_a_report_has_a_score_and_a_test_per_exercise() -> None:
    body = written(make_report(verdicts=JUDGED))

    assert body["score"] == 12.5
    assert [t["status"] for t in body["tests"]] == ["passed"] + ["failed"] * 6
    assert sum(t["score"] for t in body["tests"]) == body["score"]
    assert body["tests"][1]["number"] == "8.2"
    assert "Looks like: db is a mean over the batch" in body["tests"][1]["output"]
    assert body["tests"][1]["extra_data"] == {"verdict": "failed", "mistake": "db_is_a_mean"}


def test_no_test_is_hidden_or_the_student_could_not_see_the_total() -> None:
    body = written(make_report(verdicts=JUDGED))

    assert {t["visibility"] for t in body["tests"]} == {"visible"}
    assert body["stdout_visibility"] == "hidden"


def test_where_something_is_ungraded_no_score_is_recorded() -> None:
    """Gradescope refuses such a file, so that nobody gets a zero for our fault."""
    body = written(make_report())

    assert "score" not in body
    assert not any("score" in t for t in body["tests"])
    assert "not graded yet" in body["output"]


def test_without_points_tests_are_informational_and_the_score_is_zero() -> None:
    body = written(make_report(verdicts=GOOD, max_points=Fraction(0)))

    assert body["score"] == 0
    assert not any("score" in t for t in body["tests"])
    assert "3 of 3 passed" in body["output"]


def test_a_class_is_refused() -> None:
    with pytest.raises(StaffError, match=r"for one submission, not 2; give one file"):
        gradescope.write(make_results(make_report("anna"), make_report("ben")))


def test_notes_messages_and_carried_points_are_told() -> None:
    report = make_report(verdicts=GOOD)
    first = dataclasses.replace(report.exercises[0], carried=True)
    report = dataclasses.replace(
        report, notes=("line 3 skipped",), message="read with trouble", exercises=(first,), file=""
    )
    body = written(report, public_only=True)

    assert "Note: line 3 skipped" in body["output"]
    assert "read with trouble" in body["output"]
    assert "public cases only" in body["output"]
    assert "your other functions put right" in body["tests"][0]["output"]


def test_hostile_text_of_any_length_is_valid() -> None:
    body = written(make_report("=x", text=HOSTILE * 500))

    assert len(json.dumps(body)) < 1_000_000
