"""Gradescope's results.json for one submission: what its students see at once.

Format: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.errors import StaffError
from grader.lang import said
from grader.lang.results import translated
from grader.model import Verdict
from grader.reports.audience import for_students
from grader.reports.text import (
    explanation,
    heading,
    name,
    noted,
    rounded,
    shortened,
    standing,
    visible,
    word,
)

if TYPE_CHECKING:
    from grader.model import Report, Result, Results

_OUTPUT_LIMIT = 20_000


def write(results: Results) -> str:
    """Write the one report that these results hold.

    Where something is ungraded no score is written at all: Gradescope then reports that the
    autograder failed and keeps the student's former score, instead of recording a zero.

    Raises:
        StaffError: There is not exactly one submission.
    """
    if len(results.reports) != 1:
        message = (
            f"Gradescope's results.json is for one submission, not {len(results.reports)}; "
            "give one file or one student's folder"
        )
        raise StaffError(message)
    results = translated(for_students(results))
    report = results.reports[0]
    body = {
        "output": _output(results, report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(report.seconds, 3),
        "tests": [_test(result, scored=report.score is not None) for result in report.exercises],
        "extra_data": {
            "assignment": results.assignment,
            "bank": results.bank,
            "digest": report.digest,
            "grader": results.grader,
        },
    }
    score = {} if report.score is None else {"score": rounded(report.score)}
    return json.dumps(score | body, indent=2) + "\n"


def _output(results: Results, report: Report) -> str:
    graded = said("graded_file", "Graded: {file}", file=report.file) if report.file else ""
    lines = [heading(results), graded, standing(report)]
    if results.public_only:
        lines.append(said("public_only_short", "Judged by the public cases only."))
    lines += [report.message or "", *(noted(note) for note in report.notes)]
    return shortened(visible("\n".join(line for line in lines if line)), _OUTPUT_LIMIT)


def _test(result: Result, *, scored: bool) -> dict[str, Any]:
    told = [word(result.verdict).capitalize() + said("sentence_end", ".")]
    if result.carried:
        english = "Its points were earned with your other functions put right."
        told.append(said("carried_points", english))
    test: dict[str, Any] = {
        "name": name(result),
        "number": result.number,
        "status": "passed" if result.verdict is Verdict.PASSED else "failed",
        "output": shortened("\n\n".join([*told, explanation(result)]).strip(), _OUTPUT_LIMIT),
        "visibility": "visible",
        "extra_data": {
            "verdict": result.verdict.value,
            "mistake": result.mistake and result.mistake.id,
        },
    }
    # Without points a test is informational: a status and nothing else.
    if result.max_points and scored and result.points is not None:
        test |= {"score": rounded(result.points), "max_score": rounded(result.max_points)}
    return test
