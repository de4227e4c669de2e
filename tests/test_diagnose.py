"""Tests of `grader.judge.diagnose`: a mistake is named where all cases agree, else not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judge.diagnose import (
    AGREEMENT,
    RAISED,
    Raised,
    alike,
    differs,
    name_by_laws,
    name_mistake,
)
from grader.model import Mistake
from tests.tiny import make_case, make_exercise

FIRST = Mistake("first", "The first", ("a", "b", "c"))
SECOND = Mistake("second", "The second", ("d", "e", "f"))


def exercise_with(right, changing=(), sizes=None, **answers):
    """Right answers per case, and per mistake what it answers there."""
    cases = [
        make_case(str(i), 1.0, value, sizes=sizes[i] if sizes else {})
        for i, value in enumerate(right)
    ]
    return make_exercise(
        cases,
        mistakes=(FIRST, SECOND),
        answers={
            k: tuple(a.kind if isinstance(a, Raised) else [a] for a in v)
            for k, v in answers.items()
        },
        changing=frozenset(changing),
    )


def named(exercise, answers, *, changes=False):
    rows = [a if isinstance(a, Raised) else [a] for a in answers]
    return name_mistake(exercise, rows, changes=changes)


RIGHT = [1.0, 2.0, 3.0, 4.0]
WRONG = [1.5, 2.0, 3.5, 5.0]


def test_full_agreement_names_the_mistake_with_its_hints():
    exercise = exercise_with(RIGHT, first=WRONG)
    assert named(exercise, WRONG) == FIRST
    assert named(exercise, [np.array([w]) for w in WRONG]) == FIRST


@given(st.integers(0, 3), st.floats(-1, 1))
def test_one_case_of_another_answer_names_nothing(at, step):
    exercise = exercise_with(RIGHT, first=WRONG)
    answers = list(WRONG)
    answers[at] += step
    close = abs(step) <= AGREEMENT * WRONG[at]
    assert (named(exercise, answers) == FIRST) == close


def test_two_mistakes_that_answer_alike_are_both_named():
    exercise = exercise_with(RIGHT, first=WRONG, second=WRONG)
    found = named(exercise, WRONG)
    assert (found.id, found.hints) == ("first", FIRST.hints)
    assert found.title == "The first / or: The second"


def test_exceptions_and_infinities_agree_with_their_like():
    theirs = [1.5, Raised("ValueError"), np.inf, 5.0, 6.0]
    exercise = exercise_with([1.0, 2.0, 3.0, 4.0, 5.0], first=theirs)
    assert named(exercise, [1.5, RAISED, np.inf, 5.0, 6.0]) == FIRST
    assert named(exercise, [1.5, 2.0, np.inf, 5.0, 6.0]) is None
    assert named(exercise, [1.5, RAISED, 3.0, 5.0, 6.0]) is None
    assert named(exercise, [RAISED, RAISED, np.inf, 5.0, 6.0]) is None


def test_too_few_finite_cases_name_nothing_but_raising_the_same_always_does():
    exercise = exercise_with(RIGHT, first=[1.5, *[Raised("ValueError")] * 3])
    assert named(exercise, [1.5, *[Raised("ValueError")] * 3]) is None
    exercise = exercise_with(RIGHT, first=[Raised("ValueError")] * 4)
    assert named(exercise, [Raised("ValueError")] * 4) == FIRST


def test_another_exception_than_the_mistakes_names_nothing():
    exercise = exercise_with(RIGHT, first=[Raised("TypeError")] * 4)
    assert named(exercise, [Raised("NameError")] * 4) is None
    assert named(exercise, [*[Raised("TypeError")] * 3, Raised("NameError")]) is None


def test_raising_in_ordinary_cases_alone_names_nothing():
    """Whoever always raises is not one whose code raises for the lack of a square matrix."""
    cases = [make_case(str(i), float(i), float(i)) for i in range(1, 5)]
    edge = replace(make_case("edge", 0.0, 0.0), stratum="edge", check="edges")
    answers = (*["ValueError"] * 4, [9.0])
    exercise = make_exercise([*cases, edge], mistakes=(FIRST,), answers={"first": answers})
    assert name_mistake(exercise, [Raised("ValueError")] * 5, changes=False) is None


def test_a_mistake_that_cannot_be_seen_in_these_cases_is_not_named():
    exercise = exercise_with(RIGHT, first=RIGHT)
    assert named(exercise, RIGHT) is None


def test_what_agrees_with_the_right_answer_as_well_names_nothing():
    nearly = [w * (1 + AGREEMENT / 2) for w in RIGHT]
    assert named(exercise_with(RIGHT, first=nearly), [*RIGHT[:3], RIGHT[3] * 1.00000002]) is None
    further = [*nearly[:3], 9.0]
    assert named(exercise_with(RIGHT, first=further), [*RIGHT[:3], 9.0]) == FIRST


def test_what_is_right_in_the_ordinary_cases_is_not_named_by_them():
    """Other names for the right numbers agree with the right answer: only names differ."""
    right = [{"W": float(i)} for i in range(4)]
    renamed = [{"dW": float(i)} for i in range(4)]
    exercise = exercise_with(right, first=renamed)
    last = replace(exercise.cases[-1], stratum="edge", check="edges")
    exercise = replace(exercise, cases=(*exercise.cases[:-1], last))
    assert named(exercise, [{"dX": float(i)} for i in range(4)]) == FIRST
    assert named(exercise, [*right[:-1], {"W": 7.0}]) is None


def test_wrong_conduct_is_named_by_a_mistake_that_changes_arguments_alone():
    exercise = exercise_with(RIGHT, first=RIGHT, second=RIGHT, changing=["second"])
    assert named(exercise, RIGHT, changes=True) == SECOND
    assert named(exercise, WRONG, changes=True) is None


@pytest.mark.parametrize(
    ("theirs", "yours", "alike"),
    [
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, False),
        ({"a": 1.0}, [1.0], False),
        ([1.0, 2.0], np.array([1.0, 2.0]), True),
        ([1.0, 2.0], [1.0], False),
        ([1.0, 2.0], 1.0, False),
        ("relu", "relu", True),
        ("relu", "sigmoid", False),
        (True, True, True),
        (True, 1, False),
        (None, None, True),
        (np.ones((2, 1)), np.ones((1, 2)), False),
        (np.ones((1, 1)), 1.0, True),
        (1.0, "1.0", False),
        (0.0, 0.0, True),
        (0.0, 1e-12, False),
    ],
)
def test_answers_of_any_form_are_compared(theirs, yours, alike):
    exercise = exercise_with([7.0] * 3, first=[theirs] * 3)
    assert (named(exercise, [yours] * 3) == FIRST) == alike


def test_a_mistake_without_answers_in_the_bank_is_left_out():
    assert named(exercise_with(RIGHT, second=WRONG), WRONG) == SECOND


SIZES = [{"N": n, "C": c} for n, c in ((2, 3), (3, 2), (5, 7), (2, 2))]
ARRAYS = [np.arange(1.0, s["N"] * s["C"] + 1).reshape(s["N"], s["C"]) for s in SIZES]


@pytest.mark.parametrize(
    ("change", "title", "key"),
    [
        (lambda a, n, c: -a, "has the other sign", "sign"),
        (lambda a, n, c: a.T, "is transposed", "transposed"),
        (lambda a, n, c: 2 * a, "is multiplied by 2", "factor:2"),
        (lambda a, n, c: a / 12, "is multiplied by 1/12", "factor:1/12"),
        (lambda a, n, c: -1.5 * a, "is multiplied by -3/2", "factor:-3/2"),
        (lambda a, n, c: a * n, "is multiplied by N", "factor:N"),
        (lambda a, n, c: a / c, "is divided by C", "factor:1/C"),
    ],
)
def test_simple_transforms_of_the_right_answer_are_named(change, title, key):
    exercise = exercise_with(ARRAYS, sizes=SIZES)
    answers = [change(a, s["N"], s["C"]) for a, s in zip(ARRAYS, SIZES, strict=True)]
    found = named(exercise, answers)
    assert found == Mistake(f"transform:{key}:y", f"y {title}")


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a**3,
        lambda a: a + 1,
        lambda a: 13.0 * a,
        lambda a: 0.0 * a,
        lambda a: a * np.nan,
        lambda a: a[0],
        lambda a: "word",
        lambda a: np.where(a > 1, a, -a),
    ],
)
def test_what_is_no_simple_transform_is_not_named(change):
    exercise = exercise_with(ARRAYS, sizes=SIZES)
    assert named(exercise, [change(a) for a in ARRAYS]) is None


def test_transforms_need_numbers_that_tell():
    exercise = exercise_with([0.0, 0.0, 0.0, 1.0])
    assert named(exercise, [0.0, 0.0, 0.0, -1.0]) is None
    assert named(exercise_with(RIGHT), [RAISED, -2.0, -3.0, -4.0]) is None


def test_a_mistake_may_answer_otherwise_at_the_edges():
    cases = [make_case(str(i), float(i), float(i)) for i in range(1, 5)]
    edge = replace(make_case("edge", 0.0, 0.0), stratum="edge", check="edges")
    answers = tuple([value] for value in (1.5, 3.1, 5.2, 7.9, 9.0))
    exercise = make_exercise([*cases, edge], mistakes=(FIRST,), answers={"first": answers})
    yours = [*answers[:4], [np.inf]]
    assert name_mistake(exercise, yours, changes=False) == FIRST
    assert name_mistake(exercise, [[1.0], *yours[1:]], changes=False) is None
    assert name_mistake(exercise, [*yours[:4], RAISED], changes=False) == FIRST


def test_a_mistake_undone_by_a_factor_is_not_named():
    cases = [make_case(str(i), float(i), float(i)) for i in range(1, 5)]
    edge = replace(make_case("edge", 0.0, 0.0), stratum="edge", check="edges")
    answers = tuple([-float(i)] for i in range(1, 6))
    exercise = make_exercise([*cases, edge], mistakes=(FIRST,), answers={"first": answers})
    yours = [*([float(i)] for i in range(1, 5)), [np.nan]]
    assert name_mistake(exercise, yours, changes=False) is None


def test_the_same_numbers_under_other_names_are_the_same():
    exercise = exercise_with([{"W": 1.0}] * 3, first=[{"dW": 2.0, "db": 1.0}] * 3)
    assert named(exercise, [{"grad_W": 2.0, "grad_b": 1.0}] * 3) == FIRST
    assert named(exercise, [{"grad_W": 1.0, "grad_b": 2.0}] * 3) is None
    assert named(exercise, [{"dW": 2.0, "grad_b": 1.0}] * 3) is None
    assert named(exercise, [{"dW": 2.0}] * 3) is None


def test_an_interval_is_no_basis_for_a_transform():
    cases = [make_case(str(i), 1.0, 1.0, upper=(2.0,)) for i in range(4)]
    assert name_mistake(make_exercise(cases), [[-1.0]] * 4, changes=False) is None


def test_a_mistakes_answer_differs_where_the_judge_says_so():
    exercise = exercise_with([1.0])
    (case,) = exercise.cases
    assert differs(exercise, case, "ValueError")
    assert differs(exercise, case, [1.1])
    assert not differs(exercise, case, [1.0])


def test_where_laws_decide_the_same_answers_come_before_the_same_verdicts():
    exercise = make_exercise(
        [],
        judged_by="laws",
        mistakes=(FIRST, SECOND),
        answers={
            "first": ([[1.0], "no"], [[], None]),
            "second": ([[2.0], "no"], [[], None]),
        },
    )
    assert name_by_laws(exercise, [[[2.0], "no"], [[], None]]) == SECOND
    assert name_by_laws(exercise, [[[3.0], "no"], [[], None]]) == FIRST
    assert name_by_laws(exercise, [[[3.0], None], [[], None]]) is None


def test_traces_of_other_laws_than_are_at_hand_name_nothing():
    answers = {"first": ([[1.0], "no"], [[], None])}
    exercise = make_exercise([], judged_by="laws", mistakes=(FIRST,), answers=answers)
    assert name_by_laws(exercise, [[[1.0], "no"], [[1.0], "no"], [[], None]]) is None


def test_answers_of_truth_values_are_compared() -> None:
    one, other = np.array([True, False]), np.array([True, True])
    assert alike([one], [one.copy()])
    assert not alike([one], [other])
