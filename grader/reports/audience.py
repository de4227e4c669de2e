"""What students may read of results that hidden cases took part in."""

from __future__ import annotations

import dataclasses
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.model import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model import Report, Result, Results

_WARNING = re.compile(r"\w*Warning\b")

_SAID: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.ERROR: "It raised an exception. Try the input below, or run `grader check`.",
        Reason.REFUSED: "It tried something that is not allowed while graded "
        "(files, network or other processes).",
        Reason.MEMORY: "It ran out of memory.",
    }
)
"""Exception texts are the student's own words and could carry a hidden case out: these replace
them. The plain sentences of all other reasons are the grader's."""


def for_students(results: Results) -> Results:
    """Leave out what a submission itself said while it saw hidden cases.

    A submission could raise, warn or print the hidden cases that it is given. What stays is
    ours: verdicts, points, known mistakes, and the smallest input, which is no case of the bank.
    """
    if results.public_only:
        return results
    return dataclasses.replace(results, reports=tuple(_report(r) for r in results.reports))


def _report(report: Report) -> Report:
    return dataclasses.replace(report, exercises=tuple(_result(r) for r in report.exercises))


def _result(result: Result) -> Result:
    notes = tuple(note for note in result.notes if not _WARNING.search(note))
    if result.reason is None or result.reason not in _SAID:
        return dataclasses.replace(result, notes=notes)
    example = result.counterexample
    return dataclasses.replace(
        result,
        notes=notes,
        message=_SAID[result.reason],
        counterexample=example
        and dataclasses.replace(example, yours="an exception", difference=""),
    )
