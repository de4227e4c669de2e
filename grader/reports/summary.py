"""What a class did, as numbers: the part that the terminal, HTML and GitHub share."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.model import Mistake, Report, Result, Results


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
    """

    submissions: int
    unit: str
    best: Fraction
    scores: tuple[Fraction, ...]
    quartiles: tuple[Fraction, ...]
    exercises: tuple[ExerciseSummary, ...]
    mistakes: tuple[Frequency, ...]
    ungraded: tuple[Failure, ...]

    @property
    def mean(self) -> Fraction | None:
        """Mean score; None without scores."""
        return statistics.mean(self.scores) if self.scores else None


def summarise(results: Results) -> Summary:
    """Count what a class did."""
    reports = results.reports
    counted = any(report.max_score for report in reports)
    scores = tuple(sorted(s for r in reports if (s := _score(r, counted=counted)) is not None))
    columns = list(zip(*(r.exercises for r in reports), strict=True)) if reports else []
    exercises = tuple(_exercise(column) for column in columns)
    frequencies = sorted((f for e in exercises for f in e.mistakes), key=lambda f: -f.count)
    best = max(
        (r.max_score if counted else Fraction(len(r.exercises)) for r in reports),
        default=Fraction(),
    )
    return Summary(
        submissions=len(reports),
        unit="points" if counted else "passed",
        best=best,
        scores=scores,
        quartiles=quartiles(scores),
        exercises=exercises,
        mistakes=tuple(frequencies),
        ungraded=tuple(_ungraded(reports)),
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


def _score(report: Report, *, counted: bool) -> Fraction | None:
    score = report.score
    return score if score is None or counted else Fraction(report.passed)


def _exercise(column: tuple[Result, ...]) -> ExerciseSummary:
    graded = [r for r in column if r.verdict is not Verdict.UNGRADED]
    pairs = Counter((r.points, r.max_points) for r in graded if r.points is not None)
    shares = [(got / most, n) for (got, most), n in pairs.items() if most and got is not None]
    total = sum(n for _, n in shares)
    counts = Counter(r.verdict for r in column)
    made = Counter(r.mistake.id for r in column if r.mistake)
    known = {r.mistake.id: r.mistake for r in column if r.mistake}
    order = sorted(made.items(), key=lambda item: (-item[1], item[0]))
    return ExerciseSummary(
        name=column[0].name,
        number=column[0].number,
        graded=len(graded),
        passed=counts[Verdict.PASSED],
        verdicts=tuple((v, counts[v]) for v in Verdict if counts[v]),
        mean=sum(share * n for share, n in shares) / Fraction(total) if total else None,
        mistakes=tuple(Frequency(column[0].name, known[i], n) for i, n in order),
    )


def _ungraded(reports: Iterable[Report]) -> Iterable[Failure]:
    for report in reports:
        for result in report.exercises:
            if result.verdict is Verdict.UNGRADED:
                yield Failure(report.student, result.name, result.message)
