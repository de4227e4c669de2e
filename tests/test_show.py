"""Tests of `grader.judge.show`: code that can be pasted, and answers as short as they tell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.judge.diagnose import RAISED
from grader.judge.prepare import arrays_of
from grader.judge.show import code, counterexample, literal
from grader.judge.verdict import Failure
from grader.model import Call, Reason, Verdict
from grader.sandbox import codec
from grader.sandbox.codec import FORTRAN, READ_ONLY, STRIDED, Unsupported
from tests.tiny import make_case, make_exercise

FLOATS = st.floats(allow_infinity=False)
ARRAYS = st.sampled_from(["f8", "i8", "?", "datetime64[D]"]).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=1, min_side=0, max_side=3))
)
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), FLOATS, st.text(max_size=4), ARRAYS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=2).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=2),
    ),
    max_leaves=5,
)
NAMES = {"np": np, "nan": np.nan, "inf": np.inf}


@given(VALUES)
def test_what_is_shown_can_be_pasted_and_is_the_same(value):
    pasted = eval(literal(value), NAMES)
    np.testing.assert_equal(pasted, value)


@given(ARRAYS)
def test_a_pasted_array_has_the_same_shape_and_kind(value):
    pasted = eval(literal(value), NAMES)
    assert pasted.shape == value.shape
    assert pasted.dtype.kind == value.dtype.kind


def test_days_can_be_pasted() -> None:
    day = np.datetime64("2021-01-01", "D")
    assert literal(day) == "np.datetime64('2021-01-01')"
    assert np.array_equal(eval(literal(np.arange(day, day + 2))), np.arange(day, day + 2))


def test_a_long_array_is_summarised():
    text = literal(np.arange(1000.0).reshape(10, 100))
    assert text.startswith("array of shape (10, 100): [[")
    assert "..." in text
    assert len(text) < 400


def test_what_is_not_data_is_said_in_words():
    assert literal(None) == "nothing (None)"
    assert literal(Unsupported("a generator")) == "a generator"
    assert literal([float("inf"), float("-inf"), float("nan")]) == "[inf, -inf, nan]"


def test_whole_floats_are_short():
    assert literal(np.array([1.0, -0.5, 1e-300])) == "np.array([1., -0.5, 1e-300])"


CALLS = (
    Call("forward", ("x", "act"), ("z", "cache"), frozenset({1})),
    Call("backward", ("dz", (0, 1), "h"), ("dx", "dw")),
)


def case_of(arguments, **more):
    """A case of these arguments that answers 1.0 and 2.0."""
    return replace(make_case("a", None, 1.0, 2.0), arguments=arguments, **more)


def test_the_code_makes_the_calls_in_order_with_what_was_kept():
    arguments = {"x": np.ones(1), "act": "relu", "dz": 2.0, "h": 0.1}
    case = case_of(arguments, keywords=frozenset({"h"}))
    exercise = make_exercise([case], name="backward", calls=CALLS)
    assert code(exercise, case).splitlines() == [
        "import numpy as np",
        "x = np.array([1.])",
        "act = 'relu'",
        "dz = 2.0",
        "h = 0.1",
        "_, cache = forward(x, act)",
        "backward(dz, cache, h=h)",
    ]


LYING = [np.ones((2, 3)), [np.arange(3.0), np.ones((3, 2))], {"W1": np.ones((2, 2)), "n": 2}, 2.0]


@pytest.mark.parametrize("flags", [READ_ONLY, FORTRAN, STRIDED, STRIDED | READ_ONLY])
@pytest.mark.parametrize("value", LYING)
def test_what_is_pasted_lies_in_memory_as_in_the_case_in_lists_and_dicts_too(value, flags):
    case = case_of({"x": value, "act": "relu", "dz": 2.0}, layout={"x": flags})
    given = {"np": np, "forward": lambda *_: (0, 0), "backward": lambda *_: 0}
    exec(code(make_exercise([case], name="backward", calls=CALLS), case), given)
    for pasted, array in zip(arrays_of(given["x"]), arrays_of(value), strict=True):
        sent = codec.decode(*codec.encode(codec.Layout(array, flags)), writable=True)
        assert np.array_equal(pasted, array)
        for flag in ("C_CONTIGUOUS", "F_CONTIGUOUS", "WRITEABLE"):
            assert pasted.flags[flag] == sent.flags[flag]


def test_what_was_left_out_is_left_out():
    case = case_of({"x": 1.0, "act": "relu", "dz": 2.0})
    exercise = make_exercise([case], name="backward", calls=CALLS)
    assert code(exercise, case).splitlines()[-1] == "backward(dz, cache)"
    assert "numpy" not in code(exercise, case)


def test_functions_and_generators_are_code():
    calls = (Call("f", ("g", "rng"), ("y",)),)
    arguments = {"g": {"function": "polynomial", "coefficients": [0.0, 2.0]}, "rng": {"rng": 5}}
    case = case_of(arguments)
    text = code(make_exercise([case], calls=calls), case)
    assert "g = lambda w: 0 + 2 * w" in text
    assert "rng = np.random.default_rng(5)" in text


def failure(answer, message="dx: 1 instead of 2"):
    return Failure(0, Verdict.FAILED, Reason.WRONG, message, answer)


def shown(answer, message="dx: 1 instead of 2", **more):
    case = case_of({"x": np.ones((2, 1)), "act": "relu", "dz": 1.0}, **more)
    exercise = make_exercise([case], name="backward", calls=CALLS)
    return counterexample(exercise, case, failure(answer, message))


def test_each_output_is_shown_with_its_name():
    example = shown([1.0, np.ones(1)])
    assert example.yours == "dx = 1.0\ndw = np.array([1.])"
    assert example.expected == "dx = 1.0\ndw = 2.0"
    assert example.shapes == {"x": (2, 1)}
    assert example.difference == "dx: 1 instead of 2"


def test_an_interval_is_shown_with_both_ends_where_they_differ():
    example = shown([1.0, 2.0], upper=(3.0, 2.0 + 1e-12))
    assert example.expected == "dx between 1.0 and 3.0\ndw = 2.0"


@pytest.mark.parametrize(
    ("low", "high", "alike"),
    [
        ({"a": [1.0]}, {"a": [1.0]}, True),
        ({"a": [1.0]}, {"a": [2.0]}, False),
        ((1.0, np.ones(2)), (1.0, np.ones(2)), True),
    ],
)
def test_intervals_of_any_form_are_shown(low, high, alike):
    example = shown([1.0, 2.0], lower=(low, 1.0), upper=(high, 1.0))
    assert ("between" not in example.expected) == alike


def test_an_answer_of_another_form_is_shown_as_it_is():
    assert shown(3.0).yours == "3.0"
    assert shown([1.0]).yours == "[1.0]"
    assert shown(RAISED, "raised ValueError").yours == "raised ValueError"


def test_what_is_opaque_is_not_shown():
    case = make_case("a", 1.0, 1.0)
    exercise = make_exercise([case], calls=(Call("f", ("x",), ("y", "cache"), frozenset({1})),))
    example = counterexample(exercise, case, failure([2.0, None]))
    assert example.yours == "y = 2.0"
    assert example.expected == "y = 1.0"


@pytest.mark.parametrize(("entries", "text"), [([2.0, -3.5], "f(2.0, -3.5)"), ([], "f()")])
def test_entries_that_are_handed_over_one_by_one_stand_in_the_call(entries, text):
    case = make_case("a", np.array(entries), 1.0)
    exercise = make_exercise([case], calls=(Call("f", ("*x",), ("y",)),))
    assert code(exercise, case) == text


def test_a_changed_argument_is_shown_before_and_is_to_be_looked_at_after():
    case = make_case("a", np.ones(2), 1.0)
    text = "f changes its argument x, which belongs to the caller"
    changed = Failure(0, Verdict.FAILED, Reason.WRONG, text, changed="x")
    example = counterexample(make_exercise([case]), case, changed)
    assert example.code.splitlines()[-2:] == ["f(x)", "print(x)"]
    assert example.yours == "x is no longer the same after the call"
    assert example.expected == "x = np.array([1., 1.])"
    other = replace(changed, changed="a name of the student's own")
    assert counterexample(make_exercise([case]), case, other).yours == text


def test_digits_in_which_right_answers_differ_by_rounding_are_not_shown():
    slack = np.array([1e-11, 0.0])
    case = replace(make_case("a", 1.0, np.ones(2) / 3), upper=(np.ones(2) / 3 + slack,))
    example = counterexample(make_exercise([case]), case, failure([0.12345678901234, -1e-13], "y"))
    assert example.yours == "y = [0.123456789, 0.0]"
    assert example.expected == "y = np.array([0.3333333333, 0.3333333333])"


def test_where_several_values_come_back_each_has_its_own_digits():
    case = replace(make_case("a", 1.0, 0.5, {"b": [1.0]}), upper=(0.5 + 1e-8, {"b": [1.0]}))
    exercise = make_exercise([case], calls=(Call("f", ("x",), ("y", "z")),))
    number = 0.12345678901234
    example = counterexample(exercise, case, failure([number, {"b": [number]}], "y"))
    assert example.yours == "y = 0.1234568\nz = {'b': [0.123456789012]}"
    assert example.expected == "y = 0.5\nz = {'b': [1.0]}"
