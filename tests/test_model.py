"""Tests of `grader.model` and `grader.errors`: what the records add up to."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import AuthoringError, GraderError, Problem, SandboxError, StaffError
from grader.model import (
    Assignment,
    Call,
    Isolation,
    Limits,
    Report,
    Result,
    Verdict,
)
from tests.tiny import make_exercise

POINTS = st.fractions(min_value=0, max_value=100)


def report(*results: Result) -> Report:
    return Report("s", "d", "f.py", (), None, Isolation("full"), results, 0.1)


def result(points: Fraction | None, most: Fraction, verdict: Verdict = Verdict.PASSED) -> Result:
    return Result("f", "1.1", points, most, verdict)


@given(st.lists(st.tuples(POINTS, POINTS)))
def test_a_score_is_the_exact_sum(pairs):
    found = report(*(result(p, m) for p, m in pairs))
    assert found.score == sum((p for p, _ in pairs), Fraction(0))
    assert found.max_score == sum((m for _, m in pairs), Fraction(0))
    assert found.passed == len(pairs)


@given(st.lists(POINTS), st.integers(0, 5))
def test_there_is_no_score_where_anything_is_ungraded(points, at):
    results = [result(p, p, Verdict.FAILED) for p in points]
    results.insert(at, result(None, Fraction(1), Verdict.UNGRADED))
    assert report(*results).score is None
    assert report(*results).passed == 0


def test_a_warm_up_has_no_points():
    exercise = make_exercise([])
    assignment = Assignment("00", "t", "m", (exercise, exercise), Limits(), "d")
    assert assignment.points == 20
    assert replace(assignment, exercises=()).points == 0


def test_the_wall_clock_gives_five_times_the_processors_time():
    assert Limits(2.0).wall_seconds == 10.0


def test_a_signature_shows_the_cache_by_its_name():
    calls = (Call("g", ("x",), ("y", "c")), Call("f", ("dy", (0, 1)), ("dx",)))
    assert make_exercise([], calls=calls).signature == "f(dy, cache)"


def test_a_problem_shows_as_much_of_its_place_as_is_known():
    assert str(Problem("a.py", 3, 7, "no")) == "a.py:3:7: no"
    assert str(Problem("a.py", 3, 0, "no")) == "a.py:3: no"
    assert str(Problem("a.py", 0, 0, "no")) == "a.py: no"


def test_an_authoring_error_lists_all_problems_and_is_staffs():
    problems = [Problem("a.py", 1, 0, "one"), Problem("b.py", 2, 0, "two")]
    error = AuthoringError(problems)
    assert str(error) == "a.py:1: one\nb.py:2: two"
    assert error.problems == tuple(problems)
    assert isinstance(error, StaffError)
    assert issubclass(SandboxError, GraderError)
    assert not issubclass(SandboxError, StaffError)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_is_its_word(verdict):
    assert str(verdict) == verdict.value == verdict.name.lower()
