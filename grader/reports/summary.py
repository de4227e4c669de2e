"""What a class did, as numbers: the part that the terminal, HTML and GitHub share."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Isolation, Mistake, Report, Result, Results


@dataclass(frozen=True, slots=True)
class Frequency:
    """A known mistake and how many submissions made it."""

    exercise: str
    mistake: Mistake
    count: int


@dataclass(frozen=True, slots=True)
class ExerciseSummary:
    """One exercise over all submissions.

    Attributes:
        verdicts: How often each verdict was given, only those that were.
        mean: Mean share of the points over the graded ones, 0 to 1; None where none has points.
    """

    name: str
    number: str
    graded: int
    passed: int
    verdicts: tuple[tuple[Verdict, int], ...]
    mean: Fraction | None
    mistakes: tuple[Frequency, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An exercise that is ungraded through no fault of the student's."""

    student: str
    exercise: str
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole class.

    Attributes:
        unit: What scores count: "points", or "passed" where there are no points.
        scores: Of the graded submissions, ascending.
        quartiles: Least, lower quartile, median, upper quartile, greatest; empty without scores.
        levels: Under which isolation they were graded; more than one is no fair comparison.
        missing: Protections that were missing for any of them.
    """

    submissions: int
    unit: str
    best: Fraction
    scores: tuple[Fraction, ...]
    quartiles: tuple[Fraction, ...]
    exercises: tuple[ExerciseSummary, ...]
    mistakes: tuple[Frequency, ...]
    ungraded: tuple[Failure, ...]
    levels: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def mean(self) -> Fraction | None:
        """Mean score; None without scores."""
        return statistics.mean(self.scores) if self.scores else None


def summarise(results: Results) -> Summary:
    """Count what a class did; its reports are looked at once, one by one."""
    tally = _Tally()
    for report in results.reports:
        tally.add(report)
    counted = any(tally.best)
    scores = tuple(sorted(tally.scores if counted else map(Fraction, tally.passed)))
    exercises = tuple(column.summary() for column in tally.columns)
    frequencies = sorted((f for e in exercises for f in e.mistakes), key=lambda f: -f.count)
    most = tally.best if counted else map(Fraction, tally.lengths)
    return Summary(
        submissions=tally.count,
        unit="points" if counted else "passed",
        best=max(most, default=Fraction()),
        scores=scores,
        quartiles=quartiles(scores),
        exercises=exercises,
        mistakes=tuple(frequencies),
        ungraded=tuple(tally.ungraded),
        levels=tuple(sorted({isolation.level for isolation in tally.isolations})),
        missing=tuple(sorted({text for i in tally.isolations for text in i.missing})),
    )


_Ratio = tuple[int, int]
"""A fraction's numerator and denominator, which are hashed in a quarter of its time."""


@dataclass(slots=True)
class _Tally:
    """What is counted of a class, report by report."""

    count: int = 0
    scores: list[Fraction] = field(default_factory=list)
    passed: list[int] = field(default_factory=list)
    best: set[Fraction] = field(default_factory=set)
    lengths: set[int] = field(default_factory=set)
    columns: list[_Column] = field(default_factory=list)
    ungraded: list[Failure] = field(default_factory=list)
    isolations: list[Isolation] = field(default_factory=list)

    def add(self, report: Report) -> None:
        self.count += 1
        score = report.score
        if score is not None:
            self.scores.append(score)
            self.passed.append(report.passed)
        self.best.add(report.max_score)
        self.lengths.add(len(report.exercises))
        if report.isolation not in self.isolations:
            self.isolations.append(report.isolation)
        self.columns = self.columns or [_Column(r.name, r.number) for r in report.exercises]
        for column, result in zip(self.columns, report.exercises, strict=True):
            column.add(result)
            if result.verdict is Verdict.UNGRADED:
                self.ungraded.append(Failure(report.student, result.name, result.message))


@dataclass(slots=True)
class _Column:
    """What is counted of an exercise."""

    name: str
    number: str
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    points: Counter[tuple[_Ratio, _Ratio]] = field(default_factory=Counter)
    mistakes: dict[str, tuple[Mistake, int]] = field(default_factory=dict)

    def add(self, result: Result) -> None:
        self.verdicts[result.verdict] += 1
        if result.verdict is not Verdict.UNGRADED and result.points is not None:
            self.points[result.points.as_integer_ratio(), result.max_points.as_integer_ratio()] += 1
        if result.mistake:
            _, before = self.mistakes.get(result.mistake.id, (None, 0))
            self.mistakes[result.mistake.id] = result.mistake, before + 1

    def summary(self) -> ExerciseSummary:
        pairs = ((Fraction(*got), Fraction(*most), n) for (got, most), n in self.points.items())
        shares = [(got / most, n) for got, most, n in pairs if most]
        total = sum(n for _, n in shares)
        order = sorted(self.mistakes.items(), key=lambda item: (-item[1][1], item[0]))
        return ExerciseSummary(
            name=self.name,
            number=self.number,
            graded=self.verdicts.total() - self.verdicts[Verdict.UNGRADED],
            passed=self.verdicts[Verdict.PASSED],
            verdicts=tuple((v, self.verdicts[v]) for v in Verdict if self.verdicts[v]),
            mean=sum(share * n for share, n in shares) / Fraction(total) if total else None,
            mistakes=tuple(Frequency(self.name, mistake, n) for _, (mistake, n) in order),
        )


def quartiles(scores: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Give least, lower quartile, median, upper quartile and greatest of ascending scores.

    Linear interpolation, as numpy's default and spreadsheets' QUARTILE.INC; exact.
    """
    if not scores:
        return ()
    places = [Fraction(k * (len(scores) - 1), 4) for k in range(5)]
    return tuple(_between(scores, place) for place in places)


def histogram(summary: Summary, *, bins: int = 10) -> tuple[int, ...]:
    """Count scores in equal bins from 0 to the best possible; the last bin holds the best."""
    counts = [0] * bins
    for score in summary.scores:
        share = score / summary.best if summary.best else Fraction()
        counts[min(bins - 1, int(share * bins))] += 1
    return tuple(counts)


def _between(scores: Sequence[Fraction], place: Fraction) -> Fraction:
    below = int(place)
    above = min(below + 1, len(scores) - 1)
    return scores[below] + (place - below) * (scores[above] - scores[below])
