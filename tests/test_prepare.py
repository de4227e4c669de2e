"""Tests of `grader.judge.prepare`: the one message, and the fast path that must not differ."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.authoring import evaluate
from grader.judge.compare import TOLERANCE
from grader.judge.prepare import AGAIN, Prepared, prepare, request
from grader.judge.verdict import _case_by_case, _parts, judge
from grader.model import Call
from grader.sandbox import codec, runner
from tests.tiny import make_case, make_exercise

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=3), elements=NUMBERS)
ANSWERS = st.recursive(
    st.one_of(NUMBERS, ARRAYS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=4,
)


def reply(prepared: Prepared, answers: list) -> tuple[bytes, bytes]:
    """What a child sends that gives these answers, the second time the same."""
    rows = [[0, answer] for answer in answers]
    return codec.encode_answers([rows, [rows[i] for i in prepared.request.again], [], []])


def moved(value, steps, tolerance):
    """The answer with each number moved by its step times its tolerance."""
    if isinstance(value, dict):
        return {k: moved(v, steps, tolerance) for k, v in value.items()}
    if isinstance(value, list):
        return [moved(v, steps, tolerance) for v in value]
    size = tolerance * (1 + np.max(np.abs(value), initial=0))
    return value + next(steps) * (float(size) if isinstance(value, float) else size)


@given(
    st.lists(ANSWERS, min_size=1, max_size=4),
    st.lists(st.sampled_from([0.0, 0.5, -0.99, 1.01, -3.0, 1e6]), min_size=40, max_size=40),
)
def test_the_fast_path_agrees_with_the_slow_one(values, steps):
    exercise = make_exercise([make_case(str(i), 1.0, v) for i, v in enumerate(values)])
    prepared = prepare(exercise)
    answers = [moved(v, iter(steps), TOLERANCE) for v in values]
    frame = reply(prepared, answers)
    slow = _case_by_case(prepared, *_parts(prepared, *frame))
    assert prepared.right is not None
    assert prepared.right.fits(*frame) == slow.passed
    assert judge(prepared, *frame).passed == slow.passed


@given(ARRAYS, st.floats(-0.5, 1.5))
def test_both_paths_agree_on_intervals(low, share):
    high = low + 1.0
    exercise = make_exercise([make_case("a", 1.0, low, upper=(high,))])
    prepared = prepare(exercise)
    frame = reply(prepared, [low + share])
    assert prepared.right.fits(*frame) == (0 <= share <= 1) or abs(share * (1 - share)) < 1e-3
    assert prepared.right.fits(*frame) == _case_by_case(prepared, *_parts(prepared, *frame)).passed


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_fast_path_never_takes_what_is_not_a_number(bad):
    prepared = prepare(make_exercise([make_case("a", 1.0, np.ones(2))]))
    assert prepared.right.fits(*reply(prepared, [np.ones(2)]))
    assert not prepared.right.fits(*reply(prepared, [np.array([1.0, bad])]))


def test_the_fast_path_takes_no_other_shape_kind_or_conduct():
    prepared = prepare(make_exercise([make_case("a", 1.0, np.ones(2))]))
    for other in (np.ones((1, 2)), np.ones((2, 1)), [1.0, 1.0], np.ones(2, np.float32), None):
        assert not prepared.right.fits(*reply(prepared, [other]))
    header, raw = codec.encode_answers([[[0, np.ones(2)]], [[0, np.ones(2)]], [[0, "x"]], []])
    assert not prepared.right.fits(header, raw)


def test_there_is_no_fast_path_where_it_could_not_tell():
    whole = make_exercise([make_case("a", 1.0, np.arange(3))])
    assert prepare(whole).right is None
    other_form = make_exercise([make_case("a", 1.0, 0.0, upper=(np.ones(1),))])
    assert prepare(other_form).right is None
    assert prepare(make_exercise([])).right is None
    assert prepare(make_exercise([make_case("a", 1.0, 1.0)], judged_by="laws")).right is None


def test_integers_texts_and_nothing_are_part_of_the_form():
    prepared = prepare(make_exercise([make_case("a", 1.0, [3, "word", None, True, 0.5])]))
    assert prepared.right.fits(*reply(prepared, [[3, "word", None, True, 0.5]]))
    assert not prepared.right.fits(*reply(prepared, [[4, "word", None, True, 0.5]]))


def test_an_answer_without_numbers_has_an_empty_margin():
    prepared = prepare(make_exercise([make_case("a", 1.0, "word")]))
    assert prepared.right.fits(*reply(prepared, ["word"]))
    assert not prepared.right.fits(*reply(prepared, ["other"]))


@given(st.integers(0, 60))
def test_the_cases_asked_twice_are_spread_over_the_value_check(number):
    cases = [make_case(str(i), 1.0, 1.0) for i in range(number)]
    cases += [make_case("edge", 1.0, 1.0, check="edges")]
    again = prepare(make_exercise(cases)).request.again
    assert len(again) == min(AGAIN, number)
    assert list(again) == sorted(set(again))
    assert all(i < number for i in again)


def test_what_is_sent_names_callbacks_generators_layouts_and_references():
    calls = [
        Call("forward", ("x",), ("z", "cache"), frozenset({1})),
        Call("backward", ("f", "rng", (0, 1), "g", "h"), ("dx",)),
    ]
    arguments = {
        "x": np.ones((2, 2)),
        "f": {"function": "wave", "height": 1.0, "rate": 2.0},
        "rng": {"rng": 7},
        "g": float,
    }
    asked = request(calls, [(arguments, frozenset({"f"}), {"x": codec.FORTRAN})])
    (programs, again) = codec.decode(asked.header, asked.raw, writable=True)
    ((forward, backward),) = programs
    assert again == []
    assert forward[0] == "forward"
    assert forward[1][0].flags.f_contiguous
    assert forward[3:] == [[1], 2]
    assert backward[1] == [codec.Rng(7), codec.Ref(0, 1), codec.Callback(1)]
    assert backward[2] == {"f": codec.Callback(0)}
    assert asked.callbacks[0].name == "wave"
    assert asked.callbacks[1] is float


def test_arrays_in_lists_and_dicts_are_laid_out_and_other_things_are_left():
    given = {"W": [np.ones((2, 3)), np.ones((3, 2))], "b": np.arange(3.0), "n": 2, "word": "relu"}
    flags = codec.FORTRAN | codec.READ_ONLY
    asked = request([Call("f", ("p",), ("y",))], [({"p": given}, frozenset(), {"p": flags})])
    (((_, (sent,), *_),),), _ = codec.decode(asked.header, asked.raw, writable=True)
    assert [array.flags.f_contiguous for array in sent["W"]] == [True, True]
    assert not any(array.flags.writeable for array in (*sent["W"], sent["b"]))
    assert [a.tolist() for a in sent["W"]] == [a.tolist() for a in given["W"]]
    assert (sent["b"].tolist(), sent["n"], sent["word"]) == ([0, 1, 2], 2, "relu")


@pytest.mark.parametrize("entries", [[], [2.0], [2.0, 3.0, -0.5]])
def test_entries_are_handed_over_one_by_one_where_a_star_asks_for_it(entries):
    call = Call("f", ("*x",), ("y",))
    asked = request([call], [({"x": np.array(entries)}, frozenset(), {"x": codec.READ_ONLY})])
    given = []
    runner.run({"f": lambda *x: given.append(x)}, asked.header, asked.raw, None)
    assert given == [tuple(entries)]
    assert all(type(entry) is float for entry in given[0])
    assert evaluate.answer([call], {"f": lambda *x: len(x)}, {"x": np.array(entries)}) == (
        len(entries),
    )
