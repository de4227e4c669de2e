"""GitHub Actions: the step summary in Markdown, and annotations as workflow commands.

Formats and limits: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
(a summary over 1 MiB is dropped whole; of more than ten annotations the rest is dropped
silently, so nine are written and the tenth counts the others).
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.lang import current, said
from grader.lang.results import translated
from grader.model import Verdict
from grader.reports.summary import summarise
from grader.reports.text import (
    compared,
    difference,
    failures,
    heading,
    name,
    one_line,
    percent,
    public_only,
    shortened,
    shown,
    standing,
    to_explain,
    visible,
    word,
    worth,
)

if TYPE_CHECKING:
    from grader.model import Counterexample, Report, Result, Results

_SUMMARY_LIMIT = 1000 * 1024
_ANNOTATIONS = 9
_BLOCK_LIMIT = 4000
_LINE = re.compile(r"\bline (\d{1,6})\b")
_MARKUP = re.compile(r"[\\`*_{}\[\]()#+\-!|~$^=:]")


def write(results: Results) -> str:
    """Write the step summary: one submission expanded, or a class with a row per student."""
    parts = [f"## {_escaped(heading(results))}\n"]
    if len(results.reports) == 1:
        results = translated(results)
        parts = [f"## {_escaped(heading(results))}\n", *_single(results, results.reports[0])]
    else:
        parts += _class(results)
    return _within(parts, _SUMMARY_LIMIT)


def annotate(results: Results, *, folder: str = "") -> str:
    """Write an error per exercise that did not pass: nine, then "and N more".

    Args:
        results: Their files are taken to lie in `folder`, a path from the repository's root.
    """
    wrong = [(report, r) for report in results.reports for r in failures(report)]
    lines = [_annotation(report, result, folder) for report, result in wrong[:_ANNOTATIONS]]
    if len(wrong) > _ANNOTATIONS:
        left = len(wrong) - _ANNOTATIONS
        lines.append(f"::error title=grader::and {left} more; all are in the step summary")
    return "".join(f"{line}\n" for line in lines)


def guarded(text: str, *, token: str) -> str:
    """Wrap text that may hold a student's words, so that it issues no workflow command.

    Args:
        text: Anything that goes to the step's log.
        token: Not to be guessed: new and random each time.
    """
    end = "" if text.endswith("\n") else "\n"
    return f"::stop-commands::{token}\n{text}{end}::{token}::\n"


def _single(results: Results, report: Report) -> list[str]:
    parts = [f"**{_escaped(standing(report))}**\n"]
    if results.public_only:
        parts.append(f"{public_only()}\n")
    if report.message:
        parts.append(f"{_escaped(report.message)}\n")
    parts += [f"{_noted(note)}\n" for note in report.notes]
    rows = "\n".join(_row(result) for result in report.exercises)
    titles = said("exercise", "exercise"), said("points", "points"), said("verdict", "verdict")
    parts.append(f"| {' | '.join(titles)} |\n| :-- | --: | :-- |\n{rows}\n")
    parts += [_expanded(result) for result in to_explain(report)]
    return parts


def _row(result: Result) -> str:
    mark = ":white_check_mark:" if result.verdict is Verdict.PASSED else ":x:"
    verdict = f"{mark} {word(result.verdict)}"
    return f"| {_escaped(name(result))} | {worth(result)} | {verdict} |"


def _expanded(result: Result) -> str:
    lines = [f"### {_escaped(name(result))}: {word(result.verdict)}\n"]
    if result.message:
        lines.append(_block(result.message))
    if result.counterexample:
        lines += _example(result.counterexample)
        lines += [f"{_escaped(text)}\n" for text in difference(result)]
    if result.mistake:
        title = f"**{_escaped(result.mistake.title)}**"
        lines.append(f"{said('looks_like', 'Looks like: {title}', title=title)}\n")
        hints = [_escaped(hint) for hint in result.mistake.hints[:1]]
        lines += [f"{said('one_hint', 'Hint: {hint}', hint=hint)}\n" for hint in hints]
    lines += [f"{_noted(note)}\n" for note in result.notes]
    return "\n".join(lines)


def _noted(note: str) -> str:
    return said("note", "Note: {note}", note=_escaped(note))


def _example(example: Counterexample) -> list[str]:
    lines = [
        f"{said('smallest_input', 'Smallest input:')}\n",
        _block(example.code, language="python"),
    ]
    return [*lines, _block(compared(example))]


def _class(results: Results) -> list[str]:
    summary = summarise(results)
    rows = ["| exercise | passed | most frequent mistake |", "| :-- | --: | :-- |"]
    for exercise in summary.exercises:
        top = [f"{f.count} x {f.mistake.title}" for f in exercise.mistakes[:1]]
        rate = f"{exercise.passed}/{exercise.graded} ({percent(exercise.passed, exercise.graded)})"
        title = _escaped(f"{exercise.number} {exercise.name}")
        rows.append(f"| {title} | {rate} | {_escaped(''.join(top))} |")
    parts = ["\n".join(rows) + "\n"]
    if summary.quartiles:
        _, lower, median, upper, _ = (shown(q) for q in summary.quartiles)
        parts.append(f"Quartiles of {shown(summary.best)}: {lower} / {median} / {upper}\n")
    for failure in summary.ungraded:
        where = f"{failure.student}: {failure.exercise}: {failure.message}"
        parts.append(f"Ungraded, not the student's fault: {_escaped(where)}\n")
    parts.append("| student | result |\n| :-- | :-- |")
    parts += [f"| {_escaped(r.student)} | {_escaped(standing(r))} |" for r in results.reports]
    return parts


def _within(parts: list[str], limit: int) -> str:
    """Join as many parts as fit; what was left out is said."""
    size, kept = 0, 0
    for part in parts:
        size += len(part.encode()) + 1
        if size > limit:
            break
        kept += 1
    text = "\n".join(parts[:kept]) + "\n"
    left = len(parts) - kept
    return text if not left else f"{text}\n\nand {left} more parts, left out for their size\n"


def _annotation(report: Report, result: Result, folder: str) -> str:
    properties = {"title": f"{name(result)}: {word(result.verdict)}"}
    if report.file:
        properties["file"] = str(PurePosixPath(folder, report.file))
        line = _LINE.search(result.message)
        properties |= {"line": line[1]} if line else {}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    tongue = current()
    text = tongue.text(result.message) or word(result.verdict)
    if result.mistake:
        title = tongue.text(result.mistake.title)
        text += f"\n{said('looks_like', 'Looks like: {title}', title=title)}"
    return f"::error {listed}::{_data(shortened(visible(text), _BLOCK_LIMIT))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    """Put text on one line of Markdown in which nothing is markup, a link, HTML or a mention."""
    plain = _MARKUP.sub(r"\\\g<0>", shortened(one_line(text), _BLOCK_LIMIT).replace("&", "&amp;"))
    return plain.replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")


def _block(text: str, *, language: str = "") -> str:
    """Fence text; the fence is longer than any run of backticks in it."""
    body = shortened(visible(text), _BLOCK_LIMIT)
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{body}\n{fence}\n"
