"""`grader diff`: who gains and loses what between two runs, before anything is published."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import OK
from grader.cli.options import FILE, STORE, save, talking
from grader.errors import StaffError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from grader.batch.difference import Change
    from grader.model import Report


@click.command(short_help="Say who gains and loses what between two runs.")
@click.argument("run_a")
@click.argument("run_b")
@click.option("--store", type=STORE, help="Results file of runs that are given as numbers.")
@click.option("--csv", "csv_file", type=FILE, help="Write every change to this file.")
def command(run_a: str, run_b: str, store: Path | None, csv_file: Path | None) -> int:
    """Compare RUN_A with RUN_B, each FILE.db (its last run), FILE.db:NUMBER, or a run's number.

    The runs of a results file are numbered from 1, oldest first.
    """
    from grader.batch.difference import differences  # noqa: PLC0415 -- lazily

    before, after = _reports(run_a, store), _reports(run_b, store)
    if before and after and not _exercises(before) & _exercises(after):
        message = f"{run_a} and {run_b} have no exercise in common; give runs of one assignment"
        raise StaffError(message)
    changes = list(differences(before, after))
    with talking(csv=csv_file):
        _show(changes, before, after)
    if csv_file is not None:
        save(csv_file, _csv(changes).encode())
    return OK


def _exercises(reports: Mapping[str, Report]) -> set[str]:
    return {result.name for report in reports.values() for result in report.exercises}


def _reports(text: str, store: Path | None) -> Mapping[str, Report]:
    from grader.batch.store import Store  # noqa: PLC0415 -- lazily

    file, _, number = text.rpartition(":") if not Path(text).exists() else (text, "", "")
    if not file and text.isdecimal() and store is not None:
        file, number = str(store), text
    if not file or not Path(file).exists() or not (number or "0").isdecimal():
        message = f"{text}: no such run; give FILE.db, FILE.db:NUMBER, or a NUMBER with --store"
        raise StaffError(message)
    with Store(Path(file)) as opened:
        runs = list(opened.runs())
        wanted = int(number) if number else max(runs, default=0)
        if wanted not in runs:
            there = ", ".join(map(str, runs)) or "none"
            message = f"{file}: has no run {wanted}; there are: {there}"
            raise StaffError(message)
        return opened.reports(wanted)


def _show(
    changes: Sequence[Change], before: Mapping[str, Report], after: Mapping[str, Report]
) -> None:
    from grader.batch.difference import words  # noqa: PLC0415 -- lazily
    from grader.reports.text import one_line  # noqa: PLC0415

    students: dict[str, list[Change]] = {}
    for change in changes:
        students.setdefault(change.student, []).append(change)
    for student, theirs in students.items():
        scores = f"{_score(before.get(student))} -> {_score(after.get(student))}"
        other = "" if theirs[0].same_files else ", other files"
        click.echo(f"{one_line(student)}: {scores}{other}")
        for change in theirs:
            told = f"{words(change.before)} -> {words(change.after)}"
            click.echo(f"  {_signed(change.gain):>7} {change.exercise}: {told}")
    totals = [_total(theirs) for theirs in students.values()]
    gain, lose = sum(t > 0 for t in totals), sum(t < 0 for t in totals)
    everyone = len({*before, *after})
    click.echo(
        f"{gain} gain points, {lose} lose points, {len(students) - gain - lose} change without, "
        f"{everyone - len(students)} are as before."
    )


def _total(changes: Sequence[Change]) -> Fraction | int:
    return sum(change.gain or 0 for change in changes)


def _score(report: Report | None) -> str:
    if report is None:
        return "not there"
    return "ungraded" if report.score is None else f"{float(report.score):.2f}"


def _signed(gain: Fraction | None) -> str:
    return "?" if gain is None else f"{float(gain):+.2f}"


def _csv(changes: Sequence[Change]) -> str:
    from grader.batch.difference import words  # noqa: PLC0415 -- lazily
    from grader.reports.csv_ import cell  # noqa: PLC0415

    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["student", "exercise", "gain", "before", "after", "same files"])
    for c in changes:
        gain = "" if c.gain is None else f"{float(c.gain):.2f}"
        yes = "yes" if c.same_files else "no"
        rows.writerow([cell(c.student), c.exercise, gain, words(c.before), words(c.after), yes])
    return text.getvalue()
