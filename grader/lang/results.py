"""Results in the language that is spoken: everything that people read, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.lang import current
from grader.lang.tongue import ENGLISH

if TYPE_CHECKING:
    from grader.lang.tongue import Tongue
    from grader.model import Report, Result, Results


def translated(results: Results) -> Results:
    """The same results with titles, hints, messages and notes in the language spoken now."""
    tongue = current()
    if tongue is ENGLISH:
        return results
    reports = tuple(translated_report(report) for report in results.reports)
    return replace(results, title=tongue.text(results.title), reports=reports)


def translated_report(report: Report) -> Report:
    """The same for one report."""
    tongue = current()
    if tongue is ENGLISH:
        return report
    return replace(
        report,
        notes=tuple(map(tongue.text, report.notes)),
        message=tongue.text(report.message) if report.message else report.message,
        exercises=tuple(_result(tongue, result) for result in report.exercises),
    )


def translated_result(result: Result) -> Result:
    """The same for one exercise."""
    tongue = current()
    return result if tongue is ENGLISH else _result(tongue, result)


def _result(tongue: Tongue, result: Result) -> Result:
    mistake, example = result.mistake, result.counterexample
    if mistake is not None:
        hints = tuple(map(tongue.text, mistake.hints))
        mistake = replace(mistake, title=tongue.text(mistake.title), hints=hints)
    if example is not None:
        # `yours` is code or what was raised, `expected` code or what a law asks for.
        yours, wanted = tongue.text(example.yours), tongue.text(example.expected)
        said = tongue.text(example.difference)
        example = replace(example, yours=yours, expected=wanted, difference=said)
    return replace(
        result,
        notes=tuple(map(tongue.text, result.notes)),
        message=tongue.text(result.message),
        mistake=mistake,
        counterexample=example,
        checks=tuple(replace(c, title=tongue.text(c.title)) for c in result.checks),
    )
