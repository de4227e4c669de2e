"""What a class did, as numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Verdict
from grader.reports.summary import histogram, quartiles, summarise
from grader.reports.text import percent
from tests.result_examples import GOOD, make_report, make_results

WRONG = (Verdict.PASSED, Verdict.FAILED, Verdict.UNGRADED)


@given(st.lists(st.fractions(0, 100, max_denominator=9), min_size=1, max_size=12))
def test_quartiles_are_those_of_numpy(scores) -> None:
    found = [float(q) for q in quartiles(sorted(scores))]

    assert np.allclose(found, np.percentile([float(s) for s in scores], [0, 25, 50, 75, 100]))


@given(st.lists(st.integers(0, 3), max_size=9))
def test_a_histogram_counts_every_score_once(passes) -> None:
    class_ = [
        make_report(f"s{n}", (Verdict.PASSED,) * k + (Verdict.FAILED,) * (3 - k))
        for n, k in enumerate(passes)
    ]
    summary = summarise(make_results(*class_))

    assert sum(histogram(summary)) == len(passes)
    assert histogram(summary)[-1] == passes.count(3)


def test_a_histogram_without_points_is_of_what_passed() -> None:
    class_ = [make_report(s, GOOD, max_points=Fraction(0)) for s in ("a", "b")]

    assert histogram(summarise(make_results(*class_)))[-1] == 2
    assert histogram(summarise(make_results(make_report("a", ()))))[0] == 1


def test_exercises_count_verdicts_and_mistakes_and_leave_out_the_ungraded() -> None:
    summary = summarise(make_results(make_report("anna", WRONG), make_report("ben", GOOD)))
    first, second, third = summary.exercises

    assert (first.passed, first.graded, first.mean) == (2, 2, 1)
    assert (second.passed, second.mean) == (1, Fraction(1, 2))
    assert second.verdicts == ((Verdict.PASSED, 1), (Verdict.FAILED, 1))
    assert [(f.exercise, f.count) for f in summary.mistakes] == [("exercise_2", 1)]
    assert (third.passed, third.graded) == (1, 1)
    assert [(f.student, f.exercise) for f in summary.ungraded] == [("anna", "exercise_3")]
    assert summary.scores == (Fraction(75, 2),)


def test_no_submissions_are_no_numbers() -> None:
    summary = summarise(make_results())

    assert (summary.quartiles, summary.mean, summary.exercises) == ((), None, ())


def test_percentages_are_whole() -> None:
    assert [percent(1, 8), percent(0, 3), percent(0, 0)] == ["13 %", "0 %", "-"]
