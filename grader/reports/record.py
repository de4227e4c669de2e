"""The published record of results: its JSON Schema, and the way there and back.

What it leaves out is meant to be left out: hints and titles are the assignment's, exact
fractions are rounded to two decimals. Version 1 of the schema: `gradus/results/1`.
"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from grader.errors import StaffError
from grader.model import (
    CheckResult,
    Counterexample,
    Isolation,
    Mistake,
    Reason,
    Report,
    Result,
    Results,
    Verdict,
)
from grader.reports.text import rounded, visible

SCHEMA = "gradus/results/1"

_LARGEST_DENOMINATOR = 9


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Scored(_Record):
    verdict: Verdict
    points: float | None = Field(description="Two decimals; null exactly where ungraded.")
    max_points: float

    @model_validator(mode="after")
    def _ungraded_has_no_points(self) -> Self:
        if (self.points is None) != (self.verdict is Verdict.UNGRADED):
            message = f"points is {self.points} where the verdict is {self.verdict}"
            raise ValueError(f"{message}; it is null exactly where ungraded")
        return self


class CheckRecord(_Scored):
    """One part of an exercise: value, edges, conduct, or a law."""

    id: str
    title: str


class MistakeRecord(_Record):
    """A known mistake that answers as the submission did."""

    id: str
    title: str


class CounterexampleRecord(_Record):
    """The smallest failing input, as code to paste."""

    code: str
    shapes: dict[str, tuple[int, ...]]
    yours: str
    expected: str
    difference: str


class ExerciseRecord(_Scored):
    """What became of one exercise."""

    name: str
    number: str
    reason: Reason | None = Field(description="One word; null exactly where passed.")
    carried: bool
    notes: tuple[str, ...]
    mistake: MistakeRecord | None
    message: str
    counterexample: CounterexampleRecord | None
    checks: tuple[CheckRecord, ...]


class IsolationRecord(_Record):
    """Under which protections the student's code ran."""

    level: str
    missing: tuple[str, ...]


class SubmissionRecord(_Record):
    """One student's submission; all exercises, in the course's order."""

    student: str = Field(description="The id, never a path.")
    digest: str
    file: str
    notes: tuple[str, ...]
    message: str | None
    isolation: IsolationRecord
    score: float | None = Field(description="Two decimals; null where any exercise is ungraded.")
    max_score: float
    seconds: float
    exercises: tuple[ExerciseRecord, ...]


class ResultsRecord(_Record):
    """The results of one run over one assignment, by student."""

    schema_: Literal["gradus/results/1"] = Field(alias="schema")
    grader: str
    assignment: str
    bank: str
    submissions: tuple[SubmissionRecord, ...]


def schema() -> str:
    """Give the JSON Schema of the record, as it is published."""
    body = ResultsRecord.model_json_schema(by_alias=True)
    published = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **body,
        "title": "Results of a Gradus run",
    }
    return json.dumps(published, indent=2, sort_keys=True) + "\n"


def to_record(results: Results) -> dict[str, Any]:
    """Give the record as plain data, keys in the published order."""
    record = {
        "schema": SCHEMA,
        "grader": results.grader,
        "assignment": results.assignment,
        "bank": results.bank,
        "submissions": [_submission(report) for report in results.reports],
    }
    return cast("dict[str, Any]", _clean(record))


def from_json(text: str | bytes, *, source: str = "results") -> Results:
    """Read a record back; writing it again gives the same record.

    Raises:
        StaffError: Not such a record; every place that is wrong is listed.
    """
    try:
        record = ResultsRecord.model_validate_json(text)
    except ValidationError as error:
        places = [
            f"{source}: {'.'.join(str(part) for part in e['loc']) or 'file'}: {e['msg']}"
            for e in error.errors(include_url=False, include_input=False)
        ]
        message = "\n".join([*places, f"Give a file that `grader grade --json` wrote ({SCHEMA})."])
        raise StaffError(message) from error
    reports = tuple(_report(submission) for submission in record.submissions)
    return Results(record.grader, record.assignment, "", record.bank, reports)


def exact(points: float) -> Fraction:
    """Undo the rounding: the simplest fraction that rounds to these points.

    Shares of points are thirds, sixths and the like. Two fractions with denominators up to 9
    are further apart than a rounding, so theirs come back exactly, and so do their sums.
    """
    decimal = Fraction(str(points))
    simple = decimal.limit_denominator(_LARGEST_DENOMINATOR)
    return simple if rounded(simple) == points else decimal


def _points(points: Fraction | None) -> float | None:
    return None if points is None else rounded(points)


def _clean(value: Any) -> Any:
    """Make all text visible, wherever in the record it stands."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {visible(key): _clean(item) for key, item in value.items()}
    return value


def _submission(report: Report) -> dict[str, Any]:
    return {
        "student": report.student,
        "digest": report.digest,
        "file": report.file,
        "notes": list(report.notes),
        "message": report.message,
        "isolation": {
            "level": report.isolation.level,
            "missing": list(report.isolation.missing),
        },
        "score": _points(report.score),
        "max_score": rounded(report.max_score),
        "seconds": round(report.seconds, 3),
        "exercises": [_exercise(result) for result in report.exercises],
    }


def _exercise(result: Result) -> dict[str, Any]:
    mistake = result.mistake
    return {
        "name": result.name,
        "number": result.number,
        "points": _points(result.points),
        "max_points": rounded(result.max_points),
        "verdict": result.verdict.value,
        "reason": None if result.reason is None else result.reason.value,
        "carried": result.carried,
        "notes": list(result.notes),
        "mistake": mistake and {"id": mistake.id, "title": mistake.title},
        "message": result.message,
        "counterexample": result.counterexample and _counterexample(result.counterexample),
        "checks": [_check(check) for check in result.checks],
    }


def _counterexample(example: Counterexample) -> dict[str, Any]:
    return {
        "code": example.code,
        "shapes": {name: list(shape) for name, shape in example.shapes.items()},
        "yours": example.yours,
        "expected": example.expected,
        "difference": example.difference,
    }


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "title": check.title,
        "verdict": check.verdict.value,
        "points": _points(check.points),
        "max_points": rounded(check.max_points),
    }


def _report(record: SubmissionRecord) -> Report:
    return Report(
        student=record.student,
        digest=record.digest,
        file=record.file,
        notes=record.notes,
        message=record.message,
        isolation=Isolation(record.isolation.level, record.isolation.missing),
        exercises=tuple(_result(exercise) for exercise in record.exercises),
        seconds=record.seconds,
    )


def _result(record: ExerciseRecord) -> Result:
    known, example = record.mistake, record.counterexample
    return Result(
        name=record.name,
        number=record.number,
        points=None if record.points is None else exact(record.points),
        max_points=exact(record.max_points),
        verdict=record.verdict,
        reason=record.reason,
        carried=record.carried,
        notes=record.notes,
        mistake=Mistake(known.id, known.title) if known else None,
        message=record.message,
        counterexample=Counterexample(**example.model_dump()) if example else None,
        checks=tuple(_check_result(check) for check in record.checks),
    )


def _check_result(record: CheckRecord) -> CheckResult:
    points = None if record.points is None else exact(record.points)
    return CheckResult(record.id, record.title, record.verdict, points, exact(record.max_points))
