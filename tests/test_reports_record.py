"""The published record: its schema, and the way there and back."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import StaffError
from grader.model import Verdict
from grader.reports import json_
from grader.reports.record import exact, from_json, schema, to_record
from grader.reports.text import rounded
from tests.result_examples import any_reports, make_report, make_results

PUBLISHED = Path(__file__).parent.parent / "docs" / "reference" / "results.schema.json"


def test_the_published_schema_is_the_one_of_the_code() -> None:
    """Mend with: python -c "from grader.reports.record import schema; print(schema(), end='')"."""
    assert PUBLISHED.read_text(encoding="utf-8") == schema()


def test_every_verdict_obeys_the_published_schema() -> None:
    jsonschema.validate(
        to_record(make_results(make_report(), make_report("ben"))), json.loads(schema())
    )


def test_the_record_has_the_published_keys_in_order() -> None:
    record = to_record(make_results(make_report(verdicts=(Verdict.FAILED,))))
    submission = record["submissions"][0]
    exercise = submission["exercises"][0]

    assert list(record) == ["schema", "grader", "assignment", "bank", "submissions"]
    assert list(submission) == [
        "student", "digest", "file", "notes", "message", "isolation", "score", "max_score",
        "seconds", "exercises",
    ]  # fmt: skip
    assert list(exercise) == [
        "name", "number", "points", "max_points", "verdict", "reason", "carried", "notes",
        "mistake", "message", "counterexample", "checks",
    ]  # fmt: skip
    assert list(exercise["checks"][0]) == ["id", "title", "verdict", "points", "max_points"]
    assert exercise["mistake"] == {"id": "db_is_a_mean", "title": "db is a mean over the batch"}


def test_points_are_null_exactly_where_ungraded() -> None:
    record = to_record(make_results(make_report()))["submissions"][0]

    assert [e["name"] for e in record["exercises"] if e["points"] is None] == ["exercise_8"]
    assert record["score"] is None


@settings(max_examples=60, deadline=None)
@given(st.lists(any_reports(), max_size=2))
def test_reading_a_record_and_writing_it_again_changes_nothing(reports) -> None:
    written = json_.write(make_results(*reports))
    points = [e["points"] for s in json.loads(written)["submissions"] for e in s["exercises"]]
    again = json.loads(json_.write(from_json(written)))

    assert [e["points"] for s in again["submissions"] for e in s["exercises"]] == points
    for submission, before in zip(
        again["submissions"], json.loads(written)["submissions"], strict=True
    ):
        # Sums of fractions that no assignment has may round differently: see `exact`.
        assert {**submission, "score": 0, "max_score": 0} == {**before, "score": 0, "max_score": 0}


@given(st.lists(st.sampled_from([Fraction(25, k) for k in range(1, 10)]), min_size=1, max_size=12))
def test_points_of_real_assignments_come_back_exactly_and_so_do_their_sums(points) -> None:
    assert [exact(rounded(p)) for p in points] == points


@given(st.integers(0, 100_000))
def test_any_two_decimals_come_back_as_they_are(hundredths: int) -> None:
    assert rounded(exact(hundredths / 100)) == hundredths / 100


def test_a_class_comes_back_as_it_was() -> None:
    written = json_.write(make_results(make_report(), make_report("ben")))

    assert json_.write(from_json(written)) == written


def test_a_record_that_is_none_is_refused_with_every_place() -> None:
    record = to_record(make_results(make_report()))
    record["submissions"][0]["exercises"][0]["verdict"] = "excellent"
    record["submissions"][0]["exercises"][1]["points"] = None
    record["extra"] = 1
    with pytest.raises(StaffError) as caught:
        from_json(json.dumps(record), source="a.json")

    message = str(caught.value)
    assert "a.json: submissions.0.exercises.0.verdict" in message
    assert "null exactly where ungraded" in message
    assert "a.json: extra" in message
    assert "Give a file that `grader grade --json` wrote" in message


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(StaffError, match="results: file: Invalid JSON"):
        from_json("{")


@pytest.mark.parametrize(
    ("points", "expected"), [("1/8", 0.13), ("25/3", 8.33), ("5/3", 1.67), ("10", 10.0)]
)
def test_points_are_rounded_to_two_decimals_halves_up(points: str, expected: float) -> None:
    assert rounded(Fraction(points)) == expected
