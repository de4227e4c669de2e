"""What students may read of results that hidden cases took part in."""

from __future__ import annotations

import builtins
import dataclasses
import re
from typing import TYPE_CHECKING

from grader.model import Reason

if TYPE_CHECKING:
    from grader.model import Report, Result, Results

_WARNING = re.compile(r"\w*Warning\b")

_REFUSED = "It tried something that is not allowed while graded: files, network, other processes."
_MEMORY = "It ran out of memory."
_LINE = re.compile(r"\(line (\d{1,5})\b[^\n]*\)$")
_KIND = re.compile(r"raised (\w{1,40})\b")


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
    said = _said(result)
    if said is None:
        return dataclasses.replace(result, notes=notes)
    example = result.counterexample
    silent = example and dataclasses.replace(example, yours="an exception", difference="")
    return dataclasses.replace(result, notes=notes, message=said, counterexample=silent)


def _said(result: Result) -> str | None:
    """Say in our words what an exception's text would say; None where the message is ours.

    The kind, if it is one of Python's own, and the line are told: neither is free text.
    """
    if result.reason is Reason.REFUSED:
        return _REFUSED
    if result.reason is Reason.MEMORY:
        return _MEMORY
    if result.reason is not Reason.ERROR:
        return None
    kind, line = _KIND.search(result.message), _LINE.search(result.message)
    known = kind and kind[1] in vars(builtins) and kind[1][:1].isupper()
    what = f"raised {kind[1]}" if kind and known else "raised an exception"
    where = f" in line {line[1]}" if line else ""
    return f"It {what}{where}. `grader check` shows more, if it happens on public cases, too."
