"""Tests of `grader.authoring.space`: which inputs are legal, and what is right there."""

from __future__ import annotations

import numpy as np
import pytest

from grader.authoring import exercise
from grader.authoring.space import DeclaredSpace


@pytest.mark.parametrize(
    "name",
    ["affine_backward", "cross_entropy", "net_forward", "net_backward", "gaps", "walk"],
)
def test_every_case_of_the_bank_is_legal_and_has_its_answer(tiny, name):
    space = tiny.space(name)
    for case in tiny.exercises[name].cases:
        frozen = space.frozen(case, case.arguments)
        assert frozen is not None
        for one, other in zip(frozen.lower, case.lower, strict=True):
            np.testing.assert_equal(one, other)


def test_an_index_is_deleted_in_every_argument_that_has_its_axis(tiny):
    space = tiny.space("affine_backward")
    arguments = {
        "X": np.arange(6.0).reshape(2, 3),
        "W": np.ones((4, 3)),
        "b": np.ones(4),
        "dZ": np.ones((2, 4)),
    }
    assert space.lengths(arguments) == {"N": 2, "I": 3, "O": 4}
    without = space.without(arguments, "I", 1)
    assert {n: v.shape for n, v in without.items()} == {
        "X": (2, 2), "W": (4, 2), "b": (4,), "dZ": (2, 4),
    }  # fmt: skip
    assert without["X"].tolist() == [[0, 2], [3, 5]]
    assert arguments["X"].shape == (2, 3)


def test_labels_move_up_with_the_class_that_is_deleted(tiny):
    space = tiny.space("cross_entropy")
    without = space.without({"Z": np.zeros((3, 4)), "y": np.array([0, 2, 3])}, "C", 1)
    assert without["y"].tolist() == [0, 1, 2]
    assert without["Z"].shape == (3, 3)


def test_a_network_shrinks_at_both_ends(tiny):
    space = tiny.space("net_forward")
    params = {"W1": np.ones((3, 2)), "b1": np.ones(3), "W2": np.ones((4, 3)), "b2": np.ones(4)}
    arguments = {"params": params, "X": np.ones((5, 2)), "act": "relu"}
    assert space.lengths(arguments) == {"I": 2, "O": 4, "N": 5}
    shorter = space.without(arguments, "I", 0)
    assert shorter["params"]["W1"].shape == (3, 1)
    assert shorter["X"].shape == (5, 1)
    shorter = space.without(arguments, "O", 0)
    assert shorter["params"]["W2"].shape == (3, 3)
    assert shorter["params"]["b2"].shape == (3,)
    assert params["b2"].shape == (4,)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("walk", {"eta": 0.3}),
        ("walk", {"eta": 0.001}),
        ("walk", {"n_updates": -1}),
        ("walk", {"n_updates": 13}),
        ("gaps", {"at": np.array([1.0, 1.0])}),
        ("gaps", {"at": np.array([1.0])}),
        ("cross_entropy", {"y": np.array([99])}),
        ("cross_entropy", {"y": np.array([-1])}),
        ("cross_entropy", {"Z": np.array([[np.nan, 1.0]]), "y": np.array([0])}),
        ("net_backward", {"act": "relu", "X": np.zeros((3, 1))}),
        ("affine_forward", {"X": "a word", "W": None}),
    ],
)
def test_what_a_declaration_excludes_is_not_legal(tiny, name, arguments):
    case = tiny.exercises[name].cases[0]
    assert tiny.space(name).frozen(case, {**case.arguments, **arguments}) is None


def test_what_an_assumption_excludes_is_not_legal(tiny):
    case = tiny.exercises["net_backward"].cases[0]
    params = {"W1": np.zeros((1, 1)), "b1": np.zeros(1), "W2": np.ones((1, 1)), "b2": np.ones(1)}
    arguments = {"params": params, "X": np.ones((1, 1)), "dZ": np.ones((1, 1))}
    space = tiny.space("net_backward")
    assert space.frozen(case, {**arguments, "act": "relu"}) is None
    assert space.frozen(case, {**arguments, "act": "sigmoid"}) is not None


def test_lists_of_arrays_have_no_axes():
    declaration = exercise("x[I] Ws -> y")
    space = DeclaredSpace(None, declaration, None)
    arguments = {"x": np.ones(3), "Ws": [np.ones((2, 3)), np.ones((4, 2))]}
    assert space.lengths(arguments) == {"I": 3}
