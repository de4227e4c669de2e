"""A table for spreadsheets: student, score, a column per exercise."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from grader.reports.text import WORDS, one_line, rounded, standing

if TYPE_CHECKING:
    from fractions import Fraction

    from grader.model import Report, Result, Results

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that starts so is run by a spreadsheet: https://owasp.org/www-community/attacks/CSV_Injection."""


def write(results: Results) -> str:
    """Write one row per student; an ungraded exercise is an empty cell.

    Where there are no points, the score reads "5 of 7 passed" and the cells are verdicts.
    """
    names = [r.name for r in results.reports[0].exercises] if results.reports else []
    sheet = io.StringIO()
    rows = csv.writer(sheet, lineterminator="\n")
    rows.writerow([cell(title) for title in ("student", "score", *names)])
    for report in results.reports:
        rows.writerow([cell(report.student), *_scores(report)])
    return sheet.getvalue()


def _scores(report: Report) -> list[str]:
    if not report.max_score:
        return [standing(report), *(WORDS[r.verdict] for r in report.exercises)]
    return [_number(report.score), *(_points(r) for r in report.exercises)]


def _points(result: Result) -> str:
    return _number(result.points)


def _number(points: Fraction | None) -> str:
    return "" if points is None else f"{rounded(points):.2f}"


def cell(text: str) -> str:
    """Keep a spreadsheet from running what a student wrote."""
    return f"'{one_line(text)}" if text.lstrip(" ").startswith(_FORMULA) else one_line(text)
