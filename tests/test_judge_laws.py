"""Tests of `grader.judge.laws`, `grader.authoring.laws` and `trial`: properties that must hold."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.authoring.laws import close
from grader.authoring.trial import trace_of, unlawful
from grader.judge.laws import Student, broken, result_by_laws, trace, tried
from grader.judge.prepare import request
from grader.judge.verdict import replies_of
from grader.model import Call, Exercise, LawInputs, Mistake, Reason, Verdict
from grader.sandbox import runner

ARRAYS = hnp.arrays(
    np.float64, hnp.array_shapes(max_side=3), elements=st.floats(-1e6, 1e6, allow_subnormal=False)
)


def asking(namespace):
    """Ask functions in this process as a child would be asked."""

    def ask(calls, arguments):
        asked = request(calls, [(given, frozenset(), {}) for given in arguments])
        frame = runner.run(namespace, asked.header, asked.raw, lambda *_: None)
        replies = replies_of(*frame, len(arguments))
        return [r.answer for r in replies], [name for r in replies for name in r.changed]

    return ask


def student(tiny, **functions) -> Student:
    signatures = {e.name: e.calls[-1] for e in tiny.assignment.exercises}
    return Student(signatures, asking(tiny.namespace(**functions)))


def by_laws(tiny, name: str, **functions):
    exercise = tiny.exercises[name]
    return result_by_laws(exercise, tiny.laws[name], student(tiny, **functions))


def test_laws_hold_for_the_reference(tiny):
    for exercise in tiny.assignment.exercises:
        assert unlawful(tiny.authored, exercise) == []
        for law in exercise.laws:
            check = tiny.laws[exercise.name][law.id]
            assert broken(law, check, student(tiny)) is None


def test_what_is_opaque_is_made_again_from_its_own_arguments(tiny):
    asked = student(tiny)
    X, W, dZ = np.ones((2, 3)), np.ones((1, 3)), np.full((2, 1), 5.0)
    Z, cache = asked.affine_forward(X, W, np.zeros(1))
    assert Z.tolist() == [[3.0], [3.0]]
    dX, dW, db = asked.affine_backward(dZ, cache)
    assert dX.tolist() == [[5.0] * 3] * 2
    assert dW.tolist() == [[10.0] * 3]
    assert db.tolist() == [10.0]


def test_two_things_that_stay_behind_may_be_used_at_once():
    signatures = {
        "keep": Call("keep", ("x",), ("y", "cache"), frozenset({1})),
        "join": Call("join", ("one", "two"), ("z",)),
    }
    namespace = {"keep": lambda x: (x, {"x": x}), "join": lambda a, k, b: [a["x"], k, b["x"]]}
    asked = Student(signatures, asking(namespace))
    _, first = asked.keep(1.0)
    _, second = asked.keep(2.0)
    assert asked.join(first, 7.0, second) == [1.0, 7.0, 2.0]


def test_a_right_submission_earns_all_points(tiny):
    result = by_laws(tiny, "pick")
    assert result.verdict is Verdict.PASSED
    assert result.points == result.max_points == Fraction(10)
    assert [c.id for c in result.checks] == ["in_order", "inside", "conduct"]
    assert [c.points for c in result.checks] == [Fraction(9, 2), Fraction(9, 2), Fraction(1)]


def test_a_broken_law_costs_its_share_and_conduct(tiny):
    result = by_laws(tiny, "pick", pick=lambda: (1.0, 5.0))
    assert (result.verdict, result.reason) == (Verdict.FAILED, Reason.WRONG)
    assert result.message == "Both lie between -3 and 3: 5.0 is outside"
    assert result.points == Fraction(9, 2)
    assert result.mistake is None


def test_a_mistake_is_named_by_its_answers_or_by_what_the_laws_say(tiny):
    result = by_laws(tiny, "pick", pick=lambda: (2.0, -1.0))
    assert result.mistake.id == "turned_around"
    assert by_laws(tiny, "pick", pick=lambda: [2, -1]).mistake.id == "turned_around"


@pytest.mark.parametrize(
    ("pick", "reason", "message"),
    [
        (lambda: None, Reason.BAD_TYPE, "nothing (None) came back where 2 values (low, high)"),
        (lambda: (1.0,), Reason.BAD_TYPE, "a sequence of 1 came back where 2 values"),
        (lambda: ("a", 1.0), Reason.BAD_TYPE, "TypeError: '<' not supported between instances of"),
        (lambda: 1 / 0, Reason.ERROR, "pick raised ZeroDivisionError: division by zero"),
    ],
)
def test_what_comes_back_in_another_form_breaks_the_law(tiny, pick, reason, message):
    result = by_laws(tiny, "pick", pick=pick)
    assert result.reason is reason
    assert result.message.startswith(f"The first lies below the second: {message}")
    assert result.verdict is (Verdict.RAISED if reason is Reason.ERROR else Verdict.FAILED)


def test_two_that_look_alike_in_the_first_broken_input_are_told_apart(tiny):
    inputs = tuple({"x": float(x)} for x in (2, 3, 5))
    law = LawInputs("twice", "It is twice as much", public=True, inputs=inputs)
    exercise = Exercise(
        "f", "1.1", Fraction(10), {"value": Fraction(1)}, (Call("f", ("x",), ("y",)),), (),
        judged_by="laws", laws=(law,),
    )  # fmt: skip

    def check(student, x):
        close(student.f(x), 2 * x + 1)

    def result(function, known=None):
        asked = Student({"f": exercise.calls[-1]}, asking({"f": function}))
        if known is None:
            return trace(exercise, tried(exercise, {"twice": check}, asked), asked)
        given_ = replace(exercise, mistakes=(Mistake("m", "m"),), answers={"m": known})
        return result_by_laws(given_, {"twice": check}, asked)

    squared = result(lambda x: x * x)
    assert result(lambda x: x * x, squared).mistake.id == "m"
    doubled = result(lambda x: 2 * x, squared)
    assert doubled.mistake is None
    assert doubled.message == "It is twice as much: 4., expected 5."


def test_a_child_that_died_is_told(tiny):
    signatures = {"pick": tiny.exercises["pick"].calls[-1]}
    asked = Student(signatures, lambda *_: None)
    result = result_by_laws(tiny.exercises["pick"], tiny.laws["pick"], asked)
    assert result.verdict is Verdict.CRASHED
    assert result.message == "The first lies below the second: pick did not come back"


def test_a_forward_that_gives_no_cache_is_told(tiny):
    asked = student(tiny, affine_forward=lambda X, W, b: None)
    exercise = tiny.exercises["affine_backward"]
    found = broken(exercise.laws[0], tiny.laws["affine_backward"]["linear"], asked)
    assert found[1] is Reason.BAD_TYPE


def test_an_assertion_without_words_shows_the_title_alone():
    def check(_):
        raise AssertionError

    law = LawInputs("l", "It is so", public=False, inputs=({},))
    assert broken(law, check, None) == (Verdict.FAILED, Reason.WRONG, "It is so")


def test_a_law_knows_only_the_exercises(tiny):
    with pytest.raises(AttributeError):
        student(tiny).nothing()


def test_only_the_laws_at_hand_are_tried(tiny):
    exercise = tiny.exercises["pick"]
    checks = {"inside": tiny.laws["pick"]["inside"]}
    result = result_by_laws(exercise, checks, student(tiny))
    assert [c.id for c in result.checks] == ["inside", "conduct"]
    assert result.points == result.max_points


def test_without_a_law_at_hand_nothing_is_passed(tiny):
    result = result_by_laws(tiny.exercises["pick"], {}, student(tiny))
    assert (result.verdict, result.reason) == (Verdict.UNGRADED, Reason.GRADER_ERROR)
    assert result.points is None
    assert "laws.py is missing" in result.message


def test_another_answer_the_second_time_costs_conduct_alone(tiny):
    calls = iter(range(100))

    def pick():
        return -1.0, 1.0 + next(calls) / 100

    result = by_laws(tiny, "pick", pick=pick)
    assert result.verdict is Verdict.FAILED
    assert result.message == "the same call gave another answer the second time"
    assert result.points == Fraction(9)
    assert [c.verdict for c in result.checks] == ["passed", "passed", "failed"]
    assert result.mistake is None


def test_a_call_that_fails_the_second_time_costs_conduct_alone(tiny):
    answers = [(1, {"type": "E", "text": ""}), None]
    for last in answers:
        right = ([[0, [-1.0, 1.0]]], [])
        replies = iter([right, right, last and ([list(last)], [])])
        signatures = {"pick": tiny.exercises["pick"].calls[-1]}
        asked = Student(signatures, lambda *_, replies=replies: next(replies))
        result = result_by_laws(tiny.exercises["pick"], tiny.laws["pick"], asked)
        assert result.points == Fraction(9)


def test_a_law_that_the_reference_breaks_is_told(tiny):
    law = replace(tiny.exercises["pick"].laws[0], inputs=({"x": 1.0},))
    exercise = replace(tiny.exercises["pick"], laws=(law,))
    (message,) = unlawful(tiny.authored, exercise)
    assert message.startswith("pick: law in_order does not hold for the reference: ")


def test_a_trace_holds_answers_and_what_laws_said(tiny):
    namespace = tiny.namespace(pick=lambda: 1 / 0)
    (heard, said), *_ = trace_of(tiny.authored, tiny.exercises["pick"], namespace)
    assert heard == []
    assert "ZeroDivisionError" in said
    found = trace_of(tiny.authored, tiny.exercises["pick"], tiny.namespace())
    assert found == [[[[-1.0, 2.0]], None], [[[-1.0, 2.0]], None], [[], None]]


def _moving(law: str = "It is the sum"):
    """An exercise `move(x, y)` with one law, its checks, and who is asked."""
    inputs = LawInputs("sum", law, public=True, inputs=({"x": np.ones(2), "y": np.ones(2)},))
    exercise = Exercise(
        "move", "1.1", Fraction(10), {"value": Fraction(9, 10), "conduct": Fraction(1, 10)},
        (Call("move", ("x", "y"), ("z",)),), (), judged_by="laws", laws=(inputs,),
    )  # fmt: skip

    def check(student, x, y):
        close(student.move(x, y), x + y)

    def result(function, **answers):
        asked = Student({"move": exercise.calls[-1]}, asking({"move": function}))
        known = tuple(Mistake(key, key) for key in answers)
        given_ = replace(exercise, mistakes=known, answers=answers)
        return result_by_laws(given_, {"sum": check}, asked)

    return result


def test_an_argument_that_is_changed_costs_conduct_where_laws_decide_too():
    def move(x, theta):
        theta += x
        return theta

    result = _moving()(move)
    assert result.verdict is Verdict.FAILED
    assert result.message == "move changes its argument theta, which belongs to the caller"
    assert result.points == Fraction(9)
    assert _moving()(lambda x, y: x + y).points == Fraction(10)


def test_a_generator_given_to_a_law_is_a_seed_for_the_students_own():
    signature = Call("draw", ("rng",), ("x",))
    asked = Student({"draw": signature}, asking({"draw": lambda rng: rng.random()}))
    one, other = (asked.draw(np.random.default_rng(seed)) for seed in (1, 2))
    assert one == asked.draw(np.random.default_rng(1)) != other
    rng = np.random.default_rng(1)
    assert asked.draw(rng) == one != asked.draw(rng)


def test_a_mistake_that_only_changes_arguments_is_named():
    def move(x, theta):
        theta += x
        return theta

    known = {
        "wrong": ([[np.zeros(2)], "no"], [[], None]),
        "in_place": ([[np.full(2, 2.0)], None], [[], "move changes its argument y"]),
    }
    assert _moving()(move, **known).mistake.id == "in_place"
    assert _moving()(lambda x, y: x + y, **known).mistake is None


@given(ARRAYS)
def test_what_is_equal_is_close(value):
    close(value, value)
    close([value, {"a": value}], (value, {"a": value}))
    close(value.tolist(), value)
    close(value[None], value)
    close(np.array([[0.5]]), 0.5)


@given(ARRAYS, st.data())
def test_what_is_further_off_than_the_tolerance_is_not_close(value, data):
    at = data.draw(st.tuples(*(st.integers(0, n - 1) for n in value.shape)))
    moved = value.copy()
    moved[at] += 1.1e-9 * (1 + np.max(np.abs(value)))
    with pytest.raises(AssertionError, match="expected"):
        close(moved, value)
    close(moved, value, within=1e-8)


@pytest.mark.parametrize(
    ("found", "expected", "message"),
    [
        ([1.0], [1.0, 2.0], "1 values where 2 were expected"),
        (np.ones(2), np.ones(3), r"shape \(2,\), expected \(3,\)"),
        (np.ones((2, 1)), np.ones(2), r"shape \(2, 1\), expected \(2,\)"),
        (1.0, np.nan, "1., expected nan"),
        ({"a": 1.0}, {"a": 2.0}, "1., expected 2."),
    ],
)
def test_what_is_not_close_is_said_with_its_numbers(found, expected, message):
    with pytest.raises(AssertionError, match=message):
        close(found, expected)
