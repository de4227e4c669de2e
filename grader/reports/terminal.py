"""Reports on a terminal: one submission with its failures explained, or a class as a table.

Nothing is told by colour alone, and where a terminal's encoding has no check mark, plain ASCII
stands for it. All text from outside passes `visible`: no escape sequence gets through.
"""

from __future__ import annotations

import dataclasses
import io
import sys
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.lang import said
from grader.lang.results import translated
from grader.model import Verdict
from grader.reports.summary import summarise
from grader.reports.text import (
    WORDS,
    compared,
    difference,
    heading,
    indented,
    name,
    noted,
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
    from collections.abc import Mapping

    from grader.model import Counterexample, Mistake, Report, Result, Results
    from grader.reports.summary import Summary

_PLAIN_WIDTH = 120
_TEXT_LIMIT = 4000
_MISTAKES_SHOWN = 10

_STYLES: Mapping[Verdict, tuple[str, str, str]] = MappingProxyType(
    {
        Verdict.PASSED: ("✓", "ok", "green"),
        Verdict.FAILED: ("✗", "XX", "red"),
        Verdict.RAISED: ("✗", "XX", "red"),
        Verdict.TIMED_OUT: ("✗", "XX", "red"),
        Verdict.CRASHED: ("✗", "XX", "red"),
        Verdict.NOT_ATTEMPTED: ("○", "..", "yellow"),
        Verdict.SKIPPED: ("○", "..", "yellow"),
        Verdict.UNGRADED: ("?", "??", "magenta"),
    }
)
"""Verdict to its mark, its mark in ASCII, and its colour."""


def write(results: Results) -> str:
    """Write what a terminal without colours would show: one submission in full, or the class."""
    file = io.StringIO()
    console = Console(file=file, width=_PLAIN_WIDTH, color_system=None, highlight=False)
    if len(results.reports) == 1:
        show_full(results, results.reports[0], console)
    else:
        show_class(results, console)
    return file.getvalue()


def open_console(file: TextIO | None = None) -> Console:
    """Make the console that the writers print on; NO_COLOR and pipes are respected.

    What the encoding cannot carry is written as an escape, instead of ending the program.
    """
    stream = sys.stdout if file is None else file
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    width = None if stream.isatty() else _PLAIN_WIDTH
    return Console(file=stream, width=width, highlight=False)


def show_first(results: Results, report: Report, console: Console, *, hints: int = 1) -> None:
    """Show a submission: a line per exercise, and the first failure expanded.

    Args:
        hints: How many of a mistake's hints to show.
    """
    results, report = _in_words(results, report)
    _overview(results, report, console)
    # What was tried comes before what is still a stub.
    wrong = sorted(to_explain(report), key=lambda r: r.verdict is Verdict.NOT_ATTEMPTED)
    for result in wrong[:1]:
        _expand(result, console, hints)
    if len(wrong) > 1:
        names = ", ".join(one_line(r.name) for r in report.exercises if r in wrong[1:])
        _say(console, said("not_passed_too", "Not passed yet, too: {names}.", names=names))
    _closing(results, report, console)


def show_full(results: Results, report: Report, console: Console) -> None:
    """Show a submission in full: every failure expanded, with the points of each check."""
    results, report = _in_words(results, report)
    _overview(results, report, console)
    explained = to_explain(report)
    for result in report.exercises:
        if result in explained:
            _expand(result, console)
        elif result.verdict is Verdict.PASSED and result.notes:
            _say(console, f"{name(result)}:")
            _notes(result.notes, console)
    _closing(results, report, console)


def _in_words(results: Results, report: Report) -> tuple[Results, Report]:
    """One submission in the language that is spoken."""
    alone = translated(dataclasses.replace(results, reports=(report,)))
    return alone, alone.reports[0]


def show_class(results: Results, console: Console) -> Summary:
    """Show a class: per exercise the pass rate, quartiles, mistakes, and all that is ungraded."""
    summary = summarise(results)
    _say(console, heading(results), style="bold")
    console.print(_class_table(summary))
    _scores(summary, console)
    _mistakes(summary, console)
    _isolation(summary, console)
    _ungraded(summary, console)
    return summary


def _overview(results: Results, report: Report, console: Console) -> None:
    _say(console, heading(results), style="bold")
    level = said("isolation", "isolation: {level}", level=report.isolation.level)
    facts = [report.student, report.file, level]
    _say(console, "   ".join(one_line(fact) for fact in facts if fact))
    if report.isolation.missing:
        names = ", ".join(map(one_line, report.isolation.missing))
        _say(console, said("missing_protections", "Missing protections: {names}.", names=names))
    if report.message:
        _say(console, visible(report.message), style="bold")
    _notes(report.notes, console)
    table = Table.grid(padding=(0, 2))
    for result in report.exercises:
        mark, style = _mark(result.verdict, console)
        looks = one_line(result.mistake.title) if result.mistake else ""
        verdict = word(result.verdict) + (said("carried", ", carried") if result.carried else "")
        cells = (f" {mark}", name(result), worth(result), verdict, looks)
        table.add_row(*(Text(cell) for cell in cells), style=style)
    console.print()
    console.print(table)
    console.print()


def _closing(results: Results, report: Report, console: Console) -> None:
    _say(console, f"{_sentence(standing(report))}", style="bold")
    if results.public_only:
        _say(console, public_only())


def _expand(result: Result, console: Console, hints: int = 1) -> None:
    _, style = _mark(result.verdict, console)
    reason = f" ({result.reason})" if result.reason else ""
    console.rule(
        Text(f"{name(result)}: {word(result.verdict)}{reason}"),
        style=style,
        align="left",
        characters="-",
    )
    if result.message:
        _say(console, shortened(visible(result.message), _TEXT_LIMIT))
    if result.counterexample:
        _example(result.counterexample, console)
        for text in difference(result):
            _say(console, visible(text))
    if result.mistake:
        _mistake(result.mistake, console, hints)
    tried = result.verdict is not Verdict.NOT_ATTEMPTED
    for check in result.checks if tried and len(result.checks) > 1 else ():
        points = f"  {shown(check.points)}/{shown(check.max_points)}" if check.max_points else ""
        _say(console, f"  {one_line(check.title or check.id)}: {word(check.verdict)}{points}")
    if result.carried:
        english = "Points earned with failing neighbours put right (carried)."
        _say(console, f"  {said('carried_points', english)}")
    _notes(result.notes, console)
    console.print()


def _example(example: Counterexample, console: Console) -> None:
    _say(console, said("smallest_input", "Smallest input:"))
    # Not wrapped, so that it can be pasted.
    code = indented(shortened(example.code, _TEXT_LIMIT))
    console.print(Text(code), soft_wrap=True)
    shapes = [f"{key} {tuple(shape)}" for key, shape in example.shapes.items()]
    if shapes:
        listed = one_line(", ".join(shapes))
        _say(console, said("shapes", "Shapes:   {shapes}", shapes=listed))
    _say(console, compared(example))


def _mistake(mistake: Mistake, console: Console, hints: int) -> None:
    title = one_line(mistake.title)
    _say(console, said("looks_like", "Looks like: {title}", title=title), style="bold")
    for number, hint in enumerate(mistake.hints[:hints], 1):
        values = {"number": number, "total": len(mistake.hints), "hint": visible(hint)}
        _say(console, said("hint", "Hint {number} of {total}: {hint}", **values))


def _class_table(summary: Summary) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False, header_style="bold")
    for title in ("exercise", "passed", "", "mean", "otherwise", "most frequent mistake"):
        table.add_column(title, overflow="fold")
    for exercise in summary.exercises:
        others = [f"{n} {WORDS[v]}" for v, n in exercise.verdicts if v is not Verdict.PASSED]
        mean = "-" if exercise.mean is None else percent(*exercise.mean.as_integer_ratio())
        top = [f"{f.count} x {one_line(f.mistake.title)}" for f in exercise.mistakes[:1]]
        row = (
            one_line(f"{exercise.number} {exercise.name}"),
            f"{exercise.passed}/{exercise.graded}",
            percent(exercise.passed, exercise.graded),
            mean,
            ", ".join(others),
            "".join(top),
        )
        table.add_row(*(Text(cell) for cell in row))
    return table


def _scores(summary: Summary, console: Console) -> None:
    console.print()
    if not summary.quartiles or summary.mean is None:
        _say(console, f"{summary.submissions} submissions, none with a score.")
        return
    low, lower, median, upper, high = (shown(q) for q in summary.quartiles)
    best = f"of {shown(summary.best)} {summary.unit}"
    _say(
        console,
        f"{summary.submissions} submissions. Scores {best}: lowest {low}, "
        f"quartiles {lower} / {median} / {upper}, highest {high}, mean {shown(summary.mean)}.",
    )


def _mistakes(summary: Summary, console: Console) -> None:
    if summary.mistakes:
        _say(console, "\nMost frequent mistakes:", style="bold")
    for made in summary.mistakes[:_MISTAKES_SHOWN]:
        title = one_line(made.mistake.title)
        _say(console, f"  {made.count:>4} x {one_line(made.exercise)}: {title}")


def _isolation(summary: Summary, console: Console) -> None:
    """Say under which protections the class was graded; a mixture is no fair comparison."""
    if not summary.levels:
        return
    text = f"Isolation: {', '.join(map(one_line, summary.levels))}."
    if summary.missing:
        text = f"{text} Missing protections: {', '.join(map(one_line, summary.missing))}."
    _say(console, text)
    if len(summary.levels) > 1:
        _say(console, "The levels are mixed: grade all again with --regrade on one machine.")


def _ungraded(summary: Summary, console: Console) -> None:
    if not summary.ungraded:
        _say(console, "Everything was graded.")
        return
    count = len(summary.ungraded)
    _say(console, f"\nUngraded, through no fault of the student ({count}):", style="bold magenta")
    for failure in summary.ungraded:
        where = f"{one_line(failure.student)}: {one_line(failure.exercise)}"
        _say(console, f"  {where}: {one_line(failure.message) or 'no reason given'}")
    _say(console, "Run the same command again: only these are graded.")


def _notes(notes: tuple[str, ...], console: Console) -> None:
    for note in notes:
        _say(console, f"  {noted(note)}")


def _say(console: Console, text: str, *, style: str = "") -> None:
    console.print(Text(text, style=style, overflow="fold"))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{said('sentence_end', '.')}"


def _mark(verdict: Verdict, console: Console) -> tuple[str, str]:
    mark, ascii_mark, style = _STYLES[verdict]
    try:
        "✓✗○".encode(console.encoding)
    except (UnicodeEncodeError, LookupError):
        return ascii_mark, style
    return mark, style
