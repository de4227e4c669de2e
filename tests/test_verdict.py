"""Tests of `grader.judge.verdict`: from replies to checks, points and one verdict."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judge.diagnose import RAISED, Raised
from grader.judge.prepare import prepare
from grader.judge.verdict import _again_said, judge, replies_of, result_of, shares, whole
from grader.model import Call, Reason, Verdict
from grader.sandbox import codec
from tests.tiny import make_case, make_exercise

GOOD = [0, 1.0]
BAD = [0, 2.0]


def three(**more):
    """Two cases of the value check, one of edges, one of conduct; 1.0 is right."""
    cases = [make_case("a", 1.0, 1.0), make_case("b", 1.0, 1.0)]
    cases += [make_case(check, 1.0, 1.0, check=check, **more) for check in ("edges", "conduct")]
    return make_exercise(cases)


def verdicts(answers, again=(GOOD, GOOD), changed=(), notes=(), exercise=None):
    exercise = exercise or three()
    reply = [list(answers), list(again), list(changed), list(notes)]
    judgement = judge(prepare(exercise), *codec.encode_answers(reply))
    return result_of(exercise, judgement), judgement


def raised(kind="error", where="line 3: f()", text="no"):
    return [1, {"type": "ValueError", "text": text, "where": where, "kind": kind}]


def by_check(result):
    return {c.id: (c.verdict, c.points) for c in result.checks}


def test_all_right_is_passed_with_all_points():
    result, judgement = verdicts([GOOD] * 4)
    assert judgement.passed
    assert (result.verdict, result.reason, result.points) == (Verdict.PASSED, None, 10)
    assert [c.points for c in result.checks] == [7, 2, 1]


def test_edges_and_conduct_are_earned_only_with_value():
    result, _ = verdicts([BAD, GOOD, GOOD, GOOD])
    assert result.verdict is Verdict.FAILED
    assert result.points == 0
    assert by_check(result) == {
        "value": (Verdict.FAILED, 0),
        "edges": (Verdict.PASSED, 0),
        "conduct": (Verdict.PASSED, 0),
    }


@pytest.mark.parametrize(("failing", "points"), [(2, 8), (3, 9)])
def test_edges_and_conduct_cost_their_share_alone(failing, points):
    answers = [GOOD] * 4
    answers[failing] = BAD
    result, _ = verdicts(answers)
    assert result.points == points
    assert result.verdict is Verdict.FAILED
    assert result.reason is Reason.WRONG


def test_edges_fold_into_value_where_there_are_none():
    exercise = make_exercise([make_case("a", 1.0, 1.0)])
    assert shares(exercise) == {"value": Fraction(9), "conduct": Fraction(1)}
    assert sum(shares(three()).values()) == 10


@given(st.lists(st.sampled_from([GOOD, BAD, raised()]), min_size=4, max_size=4))
def test_points_add_up_and_passed_means_full_points(answers):
    result, judgement = verdicts(answers)
    assert result.points == sum(c.points for c in result.checks)
    assert sum(c.max_points for c in result.checks) == result.max_points == 10
    assert (result.verdict is Verdict.PASSED) == (result.points == 10) == judgement.passed
    assert (result.reason is None) == judgement.passed


@pytest.mark.parametrize(
    ("kind", "verdict", "reason", "message"),
    [
        ("error", Verdict.RAISED, Reason.ERROR, "raised ValueError: no (line 3: f())"),
        ("refused", Verdict.RAISED, Reason.REFUSED, "raised ValueError: no (line 3: f())"),
        ("memory", Verdict.RAISED, Reason.MEMORY, "raised ValueError: no (line 3: f())"),
        ("stub", Verdict.NOT_ATTEMPTED, Reason.STUB, "f is not written yet (ValueError: no)"),
        ("missing", Verdict.NOT_ATTEMPTED, Reason.MISSING, "no"),
        ("unheard of", Verdict.RAISED, Reason.ERROR, "raised ValueError: no (line 3: f())"),
    ],
)
def test_what_was_raised_has_its_verdict_and_words(kind, verdict, reason, message):
    result, judgement = verdicts([raised(kind)] * 4, again=[raised(kind)] * 2)
    assert (result.verdict, result.reason, result.message) == (verdict, reason, message)
    assert judgement.answers == [Raised("ValueError")] * 4


def test_an_exception_without_text_or_place_is_told_by_its_class():
    result, _ = verdicts([raised(where="", text="")] * 4, again=[raised()] * 2)
    assert result.message == "raised ValueError"


def test_a_cache_that_never_came_is_skipped():
    answer = [2, {"function": "g", "text": "it returned nothing"}]
    result, judgement = verdicts([answer] * 4, again=[answer] * 2)
    assert (result.verdict, result.reason) == (Verdict.SKIPPED, Reason.NO_CACHE)
    assert result.message == "skipped: g gave no cache (it returned nothing)"
    assert judgement.answers == [RAISED] * 4


def test_of_cases_of_one_size_the_first_that_fails_is_told():
    result, judgement = verdicts([GOOD, [0, 3.0], BAD, BAD])
    assert result.message == "y: 3 instead of 1"
    assert judgement.first.case == 1


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (([0, 3.0], [0, 4.0], [0, 5.0]), 2),
        (([0, 3.0], [0, 4.0], GOOD), 0),
        (([0, 3.0], GOOD, raised()), 0),
        ((raised(), [0, 4.0], [0, 5.0]), 0),
        ((raised(), [0, 4.0], raised()), 2),
    ],
)
def test_the_smallest_input_that_fails_as_the_first_does_is_told(answers, told):
    cases = [make_case(f"{n}", np.ones(n), 1.0) for n in (3, 4, 2)]
    _, judgement = verdicts(answers, again=answers, exercise=make_exercise(cases))
    assert judgement.first.case == told


def test_a_changed_argument_costs_conduct_and_names_the_argument():
    result, _ = verdicts([GOOD] * 4, changed=[[1, "W"]])
    assert result.message == "f changes its argument W, which belongs to the caller"
    assert result.points == 9


def test_what_fails_only_with_read_only_arguments_costs_conduct():
    result, _ = verdicts([GOOD, GOOD, GOOD, raised()])
    assert result.message.startswith("with read-only arguments: raised ValueError")
    assert (result.verdict, result.points) == (Verdict.FAILED, 9)


def test_a_forward_that_needs_to_write_costs_its_backward_nothing():
    missing = [2, {"function": "g", "text": "ValueError: assignment destination is read-only"}]
    result, _ = verdicts([GOOD, GOOD, GOOD, missing])
    assert (result.verdict, result.points) == (Verdict.PASSED, 10)


def test_conduct_of_what_raises_anyway_is_not_told_as_another_fault():
    result, _ = verdicts([raised()] * 4, again=[raised()] * 2)
    assert {c.verdict for c in result.checks} == {Verdict.RAISED}


def test_another_answer_the_second_time_costs_conduct():
    result, _ = verdicts([GOOD] * 4, again=[GOOD, BAD])
    assert result.message == "the same call gave another answer the second time: y: 2 instead of 1"
    assert result.points == 9
    result, _ = verdicts([GOOD] * 4, again=[GOOD, raised()])
    assert result.message.startswith("the same call gave another answer the second time: raised")


def test_a_backward_that_answers_otherwise_the_second_time_is_pointed_to_its_cache(tiny):
    exercise = tiny.exercises["affine_backward"]
    assert _again_said(exercise, "raised ValueError") == (
        "with other calls of affine_forward in between, the same call gave another answer; "
        "what it needs belongs in the cache: raised ValueError"
    )


def test_a_second_answer_is_not_blamed_where_the_first_was_wrong():
    result, _ = verdicts([BAD] * 4, again=[raised(), raised()])
    assert by_check(result)["conduct"][0] is Verdict.FAILED  # the read-only twin is wrong, too
    assert result.message == "y: 2 instead of 1"


def test_warnings_and_style_are_noted_once_and_cost_nothing():
    exercise = three()
    style = [0, np.array([1.0])]
    result, _ = verdicts([style] * 4, notes=["RuntimeWarning: overflow"] * 20, exercise=exercise)
    assert result.points == 10
    assert result.notes == (
        "RuntimeWarning: overflow (noted, it costs nothing)",
        "y has shape (1,); a single number is asked for",
    )


def test_an_axis_too_many_is_noted_once_whatever_its_sizes():
    rights = [np.arange(n, dtype=float) for n in (2, 3, 4)]
    exercise = make_exercise([make_case(str(len(r)), 1.0, r) for r in rights])
    answers = [[0, right[None]] for right in rights]
    again = [answers[i] for i in prepare(exercise).request.again]
    result, _ = verdicts(answers, again=again, exercise=exercise)
    assert result.points == 10
    assert result.notes == ("y has shape (1, 2); (2,) is asked for",)


def test_single_precision_is_strict_at_the_edge():
    answer = [0, np.float32(1 / 3)]
    cases = [make_case("a", 1.0, 1 / 3), make_case("e", 1.0, 1 / 3, stratum="edge", check="edges")]
    result, _ = verdicts([answer] * 2, again=[answer], exercise=make_exercise(cases))
    assert by_check(result)["value"] == (Verdict.PASSED, 7)
    assert by_check(result)["edges"] == (Verdict.FAILED, 0)


def test_opaque_outputs_are_left_out_of_the_answers():
    call = Call("f", ("x",), ("y", "cache"), frozenset({1}))
    exercise = make_exercise([make_case("a", 1.0, 1.0)], calls=(call,))
    answer = [0, [2.0, None]]
    _, judgement = verdicts([answer], again=[answer], exercise=exercise)
    assert judgement.answers == [[2.0]]
    _, judgement = verdicts([[0, 5.0]], again=[[0, 5.0]], exercise=exercise)
    assert judgement.answers == [[5.0]]


@pytest.mark.parametrize(
    "reply",
    [
        None,
        [],
        [[GOOD] * 4, [GOOD] * 2, []],
        [[GOOD] * 3, [GOOD] * 2, [], []],
        [[GOOD] * 4, [GOOD], [], []],
        [[GOOD] * 4, [GOOD] * 2, [], {}],
        [[GOOD] * 4, [GOOD] * 2, {}, []],
        [5, [GOOD] * 2, [], []],
        [[GOOD] * 3 + [5], [GOOD] * 2, [], []],
        [[GOOD] * 3 + [[]], [GOOD] * 2, [], []],
        [[GOOD] * 3 + [[7, 1.0]], [GOOD] * 2, [], []],
        [[GOOD] * 3 + [[[], 1.0]], [GOOD] * 2, [], []],
        [[GOOD] * 3 + [[1, "boom"]], [GOOD] * 2, [], []],
        [[GOOD] * 3 + [[1, {"type": "E", "text": 5, "where": "", "kind": ""}]], [GOOD] * 2, [], []],
        [[GOOD] * 3 + [[2, {"function": "g"}]], [GOOD] * 2, [], []],
        [[GOOD] * 4, [GOOD] * 2, [5], []],
        [[GOOD] * 4, [GOOD] * 2, [[9, "x"]], []],
        [[GOOD] * 4, [GOOD] * 2, [[0, 1]], []],
        [[GOOD] * 4, [GOOD] * 2, [["x", "x"]], []],
        [[GOOD] * 4, [GOOD] * 2, [], [5]],
    ],
)
def test_a_reply_of_another_form_is_refused(reply):
    with pytest.raises(codec.CodecError):
        judge(prepare(three()), *codec.encode_answers(reply))


@given(st.binary(max_size=200), st.binary(max_size=64))
def test_any_bytes_are_judged_or_refused(header, raw):
    with contextlib.suppress(codec.CodecError):
        judge(prepare(three()), header, raw)


@given(st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-2, 3), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
))  # fmt: skip
def test_any_data_is_judged_or_refused(value):
    for reply in (value, [value] * 4, [[[0, value]] * 4, [[0, value]] * 2, [], []]):
        with contextlib.suppress(codec.CodecError):
            result_of(three(), judge(prepare(three()), *codec.encode_answers(reply)))


def test_answers_are_taken_out_of_a_reply_of_the_right_form():
    reply = [[GOOD, raised()], [], [], []]
    assert replies_of(*codec.encode_answers(reply), 2)[0].answer == GOOD
    for bad in (None, [], [5], [[5, 5]], [[GOOD]], [[GOOD] * 3]):
        with pytest.raises(codec.CodecError):
            replies_of(*codec.encode_answers(bad), 2)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_whole_result_has_all_points_none_or_no_score(verdict):
    reason = None if verdict is Verdict.PASSED else Reason.TIMEOUT
    result = whole(three(), verdict, reason, "text", ("note",))
    points = {Verdict.PASSED: 10, Verdict.UNGRADED: None}.get(verdict, 0)
    assert result.points == points
    assert [c.verdict for c in result.checks] == [verdict] * 3
    if verdict is Verdict.UNGRADED:
        assert [c.points for c in result.checks] == [None] * 3
    else:
        assert sum(c.points for c in result.checks) == points
    assert (result.message, result.notes) == ("text", ("note",))
