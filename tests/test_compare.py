"""Tests of `grader.judge.compare`: what is right, what is wrong, and in which words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.judge.compare import (
    ANYTHING,
    SINGLE_TOLERANCE,
    TOLERANCE,
    Expected,
    as_numbers,
    describe,
    mismatch,
)
from grader.model import Reason
from grader.sandbox import codec
from grader.sandbox.codec import Unsupported

NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
ARRAYS = hnp.arrays(np.float64, SHAPES, elements=NUMBERS)
VALUES = st.recursive(
    st.one_of(NUMBERS, ARRAYS, st.integers(-100, 100), st.booleans(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


def one(expected: Any, answer: Any, *, high: Any = None, ordinary: bool = True) -> Any:
    """What is wrong with the only output."""
    upper = expected if high is None else high
    return mismatch(Expected(["y"], frozenset(), [expected], [upper], ordinary), answer)


def sent(answer: Any) -> Any:
    """An answer as it arrives from the child."""
    return codec.decode(*codec.encode_answers(answer))


@given(VALUES)
def test_every_expected_answer_is_accepted_by_itself(value: Any) -> None:
    assert one(value, value) == (None, ())


@given(VALUES)
def test_every_expected_answer_is_accepted_after_the_pipe(value: Any) -> None:
    assert one(value, sent(value))[0] is None


@given(NUMBERS)
def test_a_float_may_come_as_any_single_number(value: float) -> None:
    for form in (value, np.float64(value), np.array(value)):
        assert one(value, form) == (None, ())
        assert one(value, sent(form)) == (None, ())


@pytest.mark.parametrize("shape", [(1,), (1, 1)])
def test_a_float_in_an_array_of_one_is_accepted_with_a_note(shape: tuple[int, ...]) -> None:
    found, notes = one(0.5, np.full(shape, 0.5))
    assert found is None
    assert notes == (f"y has shape {shape}; a single number is asked for",)


def test_a_float_deeper_than_two_axes_is_wrong() -> None:
    found, _ = one(0.5, np.full((1, 1, 1), 0.5))
    assert found.text == "y: shape (1, 1, 1) instead of a single number"


def test_a_row_of_one_is_accepted_for_a_vector_with_a_note() -> None:
    found, notes = one(np.arange(3.0), np.arange(3.0)[None])
    assert found is None
    assert notes == ("y has shape (1, 3); (3,) is asked for",)


def test_a_column_for_a_vector_is_wrong() -> None:
    found, _ = one(np.arange(3.0), np.arange(3.0)[:, None])
    assert found.reason is Reason.WRONG
    assert found.text == "y: shape (3, 1) instead of shape (3,)"


@given(hnp.arrays(np.float64, hnp.array_shapes(min_side=2, max_side=4), elements=st.just(1.5)))
def test_broadcasting_never_makes_an_answer_right(value: Any) -> None:
    assert one(value, 1.5)[0] is not None
    assert one(value, value[:1])[0] is not None
    assert one(value, np.broadcast_to(value, (2, *value.shape)))[0] is not None


@given(ARRAYS)
def test_lists_and_integers_are_taken_as_arrays(value: Any) -> None:
    whole = np.rint(value)
    if whole.size or whole.ndim < 2:  # an empty list has lost the lengths of its other axes
        assert one(whole, whole.tolist())[0] is None
    assert one(whole, whole.astype(np.int64))[0] is None
    assert one(whole, whole.astype(np.complex128))[0] is None


@given(hnp.arrays(np.float64, hnp.array_shapes(max_side=4), elements=NUMBERS), st.data())
def test_moving_any_entry_by_more_than_the_tolerance_is_wrong(value: Any, data: Any) -> None:
    at = data.draw(st.tuples(*(st.integers(0, n - 1) for n in value.shape)))
    step = TOLERANCE * (1 + np.max(np.abs(value)))
    for sign in (1, -1):
        moved = value.copy()
        moved[at] += sign * 0.9 * step
        assert one(value, moved)[0] is None
        moved[at] = value[at] + sign * 1.1 * step
        found, _ = one(value, moved)
        assert found.reason is Reason.WRONG
        assert found.where == f"[{', '.join(map(str, at))}]"


@given(VALUES, st.sampled_from([np.nan, np.inf, -np.inf]))
def test_not_a_number_is_never_right(value: Any, bad: float) -> None:
    spoilt, count = _spoil(value, bad)
    if count:
        assert one(value, spoilt)[0] is not None


def _spoil(value: Any, bad: float) -> tuple[Any, int]:
    """The same with one number replaced, and whether there was one."""
    if isinstance(value, (bool, str)):
        return value, 0
    if isinstance(value, (int, float)):
        return bad, 1
    if isinstance(value, np.ndarray):
        return (np.full(value.shape, bad), 1) if value.size else (value, 0)
    if isinstance(value, dict):
        parts = {k: _spoil(v, bad) for k, v in value.items()}
        return {k: p[0] for k, p in parts.items()}, sum(p[1] for p in parts.values())
    several = [_spoil(v, bad) for v in value]
    return [p[0] for p in several], sum(p[1] for p in several)


def test_everything_within_an_interval_is_right() -> None:
    low, high = np.array([0.0, -1.0]), np.array([1.0, -1.0])
    for answer in ([0.0, -1.0], [0.5, -1.0], [1.0, -1.0]):
        assert one(low, answer, high=high)[0] is None
    found, _ = one(low, [1.5, -1.0], high=high)
    assert found.text == "y: 1.5 instead of anything from 0 to 1 at [0]"
    found, _ = one(low, [0.5, 0.0], high=high)
    assert found.text == "y: 0 instead of -1 at [1]"


def test_float32_is_right_with_a_note_on_ordinary_strata_alone() -> None:
    value = np.array([1.0, 1 / 3])
    found, notes = one(value, value.astype(np.float32))
    assert found is None
    assert notes == ("y is float32; float64 keeps more digits",)
    assert one(value, value.astype(np.float32), ordinary=False)[0] is not None
    found, _ = one(value, value.astype(np.float32), ordinary=False)
    assert found.text == (
        "y: 0.3333333433 instead of 0.3333333333 at [1]; "
        "float32 keeps about 7 digits, and here those of float64 are asked for"
    )
    assert one(value, (value + 3 * SINGLE_TOLERANCE).astype(np.float32))[0] is not None


def test_digits_that_were_lost_in_float32_are_told_in_float64_too() -> None:
    value = np.array([1.0, 1 / 3])
    found, notes = one(value, value.astype(np.float32).astype(np.float64))
    assert "float32 keeps about 7 digits" in found.text
    assert notes == ()
    assert "float32" not in one(value, np.round(value, 6))[0].text
    assert "float32" not in one(value, np.float32([1.0, 0.25]))[0].text


def test_several_outputs_may_be_any_sequence_of_the_right_length() -> None:
    expected = Expected(["dw", "db"], frozenset(), [1.0, 2.0], [1.0, 2.0])
    for answer in ((1.0, 2.0), [1.0, 2.0], np.array([1.0, 2.0]), [np.array([[1.0]]), 2]):
        assert mismatch(expected, answer)[0] is None


@pytest.mark.parametrize(
    ("answer", "reason", "text"),
    [
        (3.0, Reason.WRONG, "the float 3.0 came back where 2 values (dw, db) are asked for"),
        (np.array(3.0), Reason.WRONG, "an array of shape () came back where 2 values"),
        (None, Reason.BAD_TYPE, "nothing (None) came back where 2 values (dw, db)"),
        ({}, Reason.BAD_TYPE, "a dict with keys none came back where 2 values"),
        ([1.0], Reason.WRONG, "1 values came back where 2 (dw, db) are asked for"),
        ([1.0, 2.5], Reason.WRONG, "db: 2.5 instead of 2"),
    ],
)
def test_a_wrong_number_of_outputs_is_told(answer: Any, reason: Reason, text: str) -> None:
    found, _ = mismatch(Expected(["dw", "db"], frozenset(), [1.0, 2.0], [1.0, 2.0]), answer)
    assert found.reason is reason
    assert found.text.startswith(text)


def test_opaque_outputs_are_not_looked_at() -> None:
    expected = Expected(["Z", "cache"], frozenset({1}), [1.0], [1.0])
    assert mismatch(expected, [1.0, Unsupported("anything")])[0] is None


@pytest.mark.parametrize(
    ("expected", "answer", "reason", "text"),
    [
        (1.0, None, Reason.BAD_TYPE, "y: nothing came back (None); is a `return` missing?"),
        (1.0, "1.0", Reason.BAD_TYPE, "y: the text '1.0' came back where numbers are asked for"),
        (1.0, True, Reason.BAD_TYPE, "y: the bool True came back where numbers are asked for"),
        (1.0, Unsupported("a generator"), Reason.BAD_TYPE, "y: a generator came back where"),
        (1.0, 1j, Reason.BAD_TYPE, "y: complex numbers came back where real ones are asked for"),
        (1.0, [None], Reason.BAD_TYPE, "y: a list that holds nothing (None) came back"),
        (1.0, [["a"]], Reason.BAD_TYPE, "y: a list that holds the text 'a' came back"),
        (1.0, [{}], Reason.BAD_TYPE, "y: a list that holds a dict with keys none came back"),
        (1.0, [[1], [2, 3]], Reason.BAD_TYPE, "y: rows of different lengths came back"),
        (1.0, 2, Reason.WRONG, "y: 2 instead of 1"),
        ("relu", "Relu", Reason.WRONG, "y: the text 'Relu' instead of 'relu'"),
        (True, 1, Reason.WRONG, "y: the int 1 instead of True"),
        (None, 0.0, Reason.WRONG, "y: the float 0.0 instead of None"),
        ({"W1": 1.0}, [1.0], Reason.BAD_TYPE, "y: a sequence of 1 instead of a dict with keys W1"),
        ({"W1": 1.0}, {}, Reason.WRONG, "y: keys W1 are missing; there are none"),
        ({"W1": 1.0}, {"W1": 2.0}, Reason.WRONG, "y['W1']: 2 instead of 1"),
        ([1.0, 2.0], 5.0, Reason.BAD_TYPE, "y: the float 5.0 instead of a sequence of 2"),
        ([1.0, 2.0], [1.0], Reason.WRONG, "y: 1 entries instead of 2"),
        ([1.0, [2.0]], (1.0, [3.0]), Reason.WRONG, "y[1][0]: 3 instead of 2"),
    ],
)
def test_what_is_wrong_is_said(expected: Any, answer: Any, reason: Reason, text: str) -> None:
    found, _ = one(expected, answer)
    assert found.text.startswith(text)
    assert found.reason is reason


def test_a_dict_may_have_more_keys_in_another_order() -> None:
    assert one({"a": 1.0, "b": 2.0}, {"c": None, "b": 2.0, "a": 1})[0] is None


def test_an_array_may_stand_for_a_list_of_numbers() -> None:
    assert one([1.0, 2.0], np.array([1.0, 2.0]))[0] is None


def test_an_array_of_one_truth_value_is_that_value() -> None:
    assert one(True, np.array([True]))[0] is None


def test_a_mask_is_taken_as_zeros_and_ones() -> None:
    assert one(np.array([1.0, 0.0]), np.array([True, False]))[0] is None


def test_dates_are_not_numbers() -> None:
    answer = np.array(["2017-01-01"], "datetime64[D]")
    assert isinstance(as_numbers(answer), str)


def test_a_description_is_short() -> None:
    assert len(describe(10**200)) <= 80
    assert len(describe("x" * 1000)) < 60
    assert describe(dict.fromkeys(range(50), 0)).count(",") == 11


def test_a_set_is_judged_by_what_is_in_it() -> None:
    wanted = frozenset({"a", "b"})
    for right in ({"b", "a"}, ["b", "a"], ("a", "b", "a"), frozenset("ab")):
        assert one(wanted, sent(right))[0] is None
    assert one(wanted, sent({"a"}))[0].text == "y: b is not in it"
    assert one(wanted, sent({"a", "b", "c"}))[0].text == "y: c does not belong in it"
    assert one(wanted, sent("ab"))[0].reason is Reason.BAD_TYPE
    assert one(frozenset(), sent(set()))[0] is None


def test_a_part_that_is_left_open_may_be_anything() -> None:
    wanted = [False, ANYTHING]
    for answer in ([False, 3.0], [False, float("nan")], (False, (1, 2)), [False, None]):
        assert one(wanted, sent(answer))[0] is None
    assert one(wanted, sent([True, 3.0]))[0].text == "y[0]: the bool True instead of False"


@pytest.mark.parametrize(
    ("low", "high", "answer", "text"),
    [
        (0.999999999985, 1.00000000001, 2.000000000037, "2 instead of 1"),
        (0.999999999985, 1.00000000001, 1.0000001, "1.0000001 instead of 1"),
        (-1e-12, 1e-12, -0.5, "-0.5 instead of 0"),
        (0.0, 1e-12, 1.5e-9, "1.5e-09 instead of 0"),
        (0.0, 9e-7, 1.2e-6, "1e-06 instead of 0"),
        (0.5, 0.5, 0.1234567891234, "0.1234567891 instead of 0.5"),
        (0.0, 1.0, 1.0000001, "1.0000001 instead of anything from 0 to 1"),
    ],
)
def test_digits_in_which_right_answers_differ_by_rounding_are_not_told(low, high, answer, text):
    """What is told is then the same with every version of numpy; at a kink both ends are told."""
    assert one(low, answer, high=high)[0].text == f"y: {text}"


def test_a_difference_that_is_only_in_those_digits_is_told_in_full():
    assert one(0.1, 0.099999997, high=0.1000009)[0].text == (
        "y: 0.099999997 instead of anything from 0.1 to 0.1000009"
    )
