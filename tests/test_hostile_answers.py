"""Whatever a child sends within the codec is judged or refused: it never stops the grader."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.judge.explain import explained
from grader.judge.prepare import prepare
from grader.judge.verdict import judge, result_of
from grader.model import Call, Mistake
from grader.sandbox import codec
from grader.sandbox.codec import Callback, CodecError, Ref, Rng, Unsupported
from tests.tiny import make_case, make_exercise

DTYPES = st.sampled_from(
    ["?", "i1", "i4", "i8", "u1", "u8", "f2", "f4", "f8", "c8", "c16", "datetime64[D]"]
)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=2)
ARRAYS = DTYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.complex_numbers(),
    st.text(max_size=3),
    ARRAYS,
    st.builds(Ref, st.integers(0, 3), st.integers(0, 3)),
    st.builds(Callback, st.integers(0, 3)),
    st.builds(Rng, st.integers(0, 3)),
    st.builds(Unsupported, st.text(max_size=3)),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.sets(st.one_of(st.text(max_size=2), st.integers(0, 3)), max_size=3),
        st.dictionaries(st.one_of(st.text(max_size=2), st.integers(0, 3)), inner, max_size=2),
    ),
    max_leaves=5,
)

ONE = Call("f", ("x",), ("y",))
TWO = Call("f", ("x",), ("y", "z"))
EXERCISES = {
    "float": (ONE, (1.0,)),
    "array": (ONE, (np.ones((2, 1)),)),
    "vector": (ONE, (np.ones(2),)),
    "labels": (ONE, (np.arange(2),)),
    "bool": (ONE, (True,)),
    "text": (ONE, ("relu",)),
    "none": (ONE, (None,)),
    "set": (ONE, (frozenset({"a", "b"}),)),
    "dict": (ONE, ({"W1": np.ones(1), "b1": [1.0]},)),
    "list": (ONE, ([1.0, "word", True, np.ones(1)],)),
    "two": (TWO, (1.0, np.ones(1))),
}


def exercise_of(name: str):
    call, lower = EXERCISES[name]
    cases = [make_case(str(i), 1.0, *lower) for i in range(4)]
    return make_exercise(
        cases,
        calls=(call,),
        mistakes=(Mistake("m", "t", ("a", "b", "c")),),
        answers={"m": ([0.5] * len(lower),) * 4},
    )


def graded(name: str, reply) -> None:
    exercise = exercise_of(name)
    try:
        frame = codec.encode(reply)
    except CodecError:
        return
    with contextlib.suppress(CodecError):
        judgement = judge(prepare(exercise), *frame)
        result = result_of(exercise, judgement)
        if not judgement.passed:
            explained(exercise, result, judgement, None, lambda *_: None)


@pytest.mark.parametrize("name", sorted(EXERCISES))
@settings(max_examples=150)
@given(value=VALUES)
@example(value={"": None, 0: None})
@example(value={"a", 1})
def test_any_answer_is_judged(name, value):
    graded(name, [[[0, value]] * 4, [[0, value]] * 4, [], []])


@pytest.mark.parametrize("name", sorted(EXERCISES))
@pytest.mark.parametrize(
    "value",
    [
        [np.array(["2017-01-01"], "M8[D]"), np.ones(1)],
        [np.array(["2017-01-01"], "M8[D]"), True],
        [[1.0, np.ones(2)], 3],
        [Ref(0, 0), 1.0],
        [np.ones((2, 2)), np.ones((2, 3))],
        [2**64 - 1, -1],
        [1j, np.ones(1)],
        [[[]]],
        np.array([1e300, -1e300]),
        np.array([65504.0], "f2"),
    ],
)
def test_an_odd_answer_is_judged(name, value):
    graded(name, [[[0, value]] * 4, [[0, value]] * 4, [], []])


@pytest.mark.parametrize("kind", [np.array([1, 2]), np.array([]), True, 1.0, "0", None, [], -1, 3])
def test_an_answer_of_no_known_kind_is_refused(kind):
    reply = [[[0, 1.0]] * 3 + [[kind, 1.0]], [[0, 1.0]] * 4, [], []]
    with pytest.raises(CodecError):
        judge(prepare(exercise_of("float")), *codec.encode(reply))


@settings(max_examples=300)
@given(st.lists(VALUES, min_size=4, max_size=4))
def test_any_reply_is_judged_or_refused(parts):
    graded("float", parts)


@settings(max_examples=300)
@given(VALUES, VALUES, VALUES, VALUES)
def test_any_form_of_answer_change_and_note_is_judged_or_refused(kind, value, change, note):
    good = [[0, 1.0]] * 3
    graded("float", [[*good, [kind, value]], [*good, [0, 1.0]], [], []])
    graded("float", [[*good, [0, 1.0]], [*good, [0, 1.0]], [change], []])
    graded("float", [[*good, [0, 1.0]], [*good, [0, 1.0]], [[kind, value]], [note]])
    graded(
        "float", [[[1, {"type": value, "text": "", "where": "", "kind": note}]] * 4, good, [], []]
    )
