"""Tests of `grader.authoring.space`: which inputs are legal, and what is right there."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.authoring import exercise
from grader.authoring.shapes import Ties, lengths, parts
from grader.authoring.space import DeclaredSpace
from grader.judge.simpler import cost, count
from grader.sandbox import codec
from tests.tiny import make_case, make_exercise


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


def shapes(arguments):
    """The shapes of all arrays and shapes, by name and key or place."""
    return {(p.argument, p.member): p.shape for p in parts(arguments)}


def less_of(space, arguments):
    """All arguments that have less in them."""
    return [space.after(arguments, step) for step in space.steps(arguments)]


def shorter(space, arguments):
    """All that is shorter by the shapes that it has; what was given stays as it was."""
    before = shapes(arguments)
    found = less_of(space, arguments)
    assert shapes(arguments) == before
    return {tuple(shapes(one).values()): one for one in reversed(found)}


def test_an_index_is_deleted_in_every_argument_that_has_its_axis(tiny):
    arguments = {
        "X": np.arange(6.0).reshape(2, 3),
        "W": np.ones((4, 3)),
        "b": np.ones(4),
        "dZ": np.ones((2, 4)),
    }
    found = less_of(tiny.space("affine_backward"), arguments)
    assert {(len(a["X"]), a["X"].shape[1], len(a["b"])) for a in found} == {
        (1, 1, 1), (1, 3, 4), (2, 2, 4), (2, 1, 4), (2, 3, 3), (2, 3, 2), (2, 3, 1)
    }  # fmt: skip
    for a in found:
        assert a["W"].shape == (len(a["b"]), a["X"].shape[1])
        assert a["dZ"].shape == (len(a["X"]), len(a["b"]))
    without = [a["X"].tolist() for a in found if a["X"].shape == (2, 2)]
    assert without == [[[0, 1], [3, 4]], [[0, 2], [3, 5]], [[1, 2], [4, 5]]]


def test_labels_move_up_with_the_class_that_is_deleted(tiny):
    space = tiny.space("cross_entropy")
    found = less_of(space, {"Z": np.arange(12.0).reshape(3, 4), "y": np.array([0, 2, 3])})
    labels = {tuple(a["Z"][0].tolist()): a["y"].tolist() for a in found if len(a["y"]) == 3}
    assert labels[0, 2, 3] == [0, 1, 2]
    assert labels[0, 1, 3] == [0, 2, 2]


def test_a_network_shrinks_at_both_ends_and_within(tiny):
    params = {"W1": np.ones((3, 2)), "b1": np.ones(3), "W2": np.ones((4, 3)), "b2": np.ones(4)}
    arguments = {"params": params, "X": np.ones((5, 2)), "act": "relu"}
    found = shorter(tiny.space("net_forward"), arguments)
    assert ((3, 1), (3,), (4, 3), (4,), (5, 1)) in found
    assert ((3, 2), (3,), (3, 3), (3,), (5, 2)) in found
    assert ((2, 2), (2,), (4, 2), (4,), (5, 2)) in found
    assert ((1, 1), (1,), (1, 1), (1,), (1, 1)) in found
    for w1, b1, w2, b2, x in (key for key in found if len(key) == 5):
        assert (w1[0], w1[1], w2[0]) == (b1[0], x[1], b2[0])
        assert w2[1] == w1[0]


def test_a_network_loses_a_layer_and_stays_one(tiny):
    params = {"b2": np.ones(4), "W2": np.ones((4, 3)), "b1": np.ones(3), "W1": np.ones((3, 2))}
    arguments = {"params": params, "X": np.ones((5, 2)), "act": "relu"}
    single = [a for a in less_of(tiny.space("net_forward"), arguments) if len(a["params"]) == 2]
    assert [list(a["params"]) for a in single] == [["b1", "W1"]] * 3
    assert {a["params"]["W1"].shape for a in single} == {(3, 2), (4, 2)}


def test_a_length_that_is_a_number_in_the_declaration_stays(tiny):
    cases = [make_case("a", np.ones((2, 3)), 0.0)]
    space = DeclaredSpace(None, exercise("x[N,3] -> y"), make_exercise(cases))
    assert [a["x"].shape for a in less_of(space, {"x": np.ones((2, 3))})] == [(1, 3)] * 3


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


def sampled_space(text, *cases):
    """The space of an exercise whose arguments come from its author's own `sample`."""
    declaration = exercise(text)
    declaration.sampler = lambda rng: {}
    bank = [replace(make_case(str(i), None, 0.0), arguments=case) for i, case in enumerate(cases)]
    return DeclaredSpace(None, declaration, make_exercise(bank))


def layered(*widths):
    """Weights and biases of layers of these widths."""
    pairs = list(pairwise(widths))
    return [np.ones((after, before)) for before, after in pairs], [np.ones(n) for n in widths[1:]]


def a_pass(*widths):
    """An input, the weights, and something for each output."""
    Ws, bs = layered(*widths)
    return {"x": np.ones(widths[0]), "Ws": Ws, "bs": bs, "top": np.ones(widths[-1])}


PASSES = [a_pass(3, 5), a_pass(2, 5, 3), a_pass(3, 7, 5, 2), a_pass(6, 2, 3, 5)]


def test_lengths_that_are_equal_in_all_cases_shrink_together():
    """Nobody has named them: the bank shows that they belong together."""
    space = sampled_space("x Ws bs top -> y", *PASSES)
    found = less_of(space, a_pass(6, 4, 3, 5))
    for a in found:
        widths = (len(a["x"]), *map(len, a["bs"]))
        assert [W.shape for W in a["Ws"]] == [(n, m) for m, n in pairwise(widths)]
        assert len(a["top"]) == widths[-1]
    widths = {(len(a["x"]), *map(len, a["bs"])) for a in found}
    assert {(1, 1, 1, 1), (5, 4, 3, 5), (6, 3, 3, 5), (6, 4, 2, 5), (6, 4, 3, 4)} <= widths
    assert {(6, 4), (6, 4, 3), (6, 3, 5), (4, 3, 5)} <= widths


def test_lengths_that_agree_by_chance_need_not_shrink_together():
    space = sampled_space("x Ws bs top -> y", *PASSES)
    widths = {(len(a["x"]), *map(len, a["bs"])) for a in less_of(space, a_pass(3, 3, 3))}
    assert {(2, 3, 3), (3, 2, 3), (3, 3, 2), (2, 2, 2), (1, 1, 1)} <= widths


def test_no_layers_are_left_out_where_none_has_fewer():
    space = sampled_space("x Ws bs top -> y", *PASSES[1:])
    assert {len(a["Ws"]) for a in less_of(space, a_pass(6, 4, 3, 5))} == {2, 3}
    assert {len(a["Ws"]) for a in less_of(space, a_pass(6, 4, 3))} == {2}


def test_a_list_with_one_item_more_keeps_it():
    def sent(*widths):
        return {"deltas": [np.ones(n) for n in widths[1:]], "acts": [np.ones(n) for n in widths]}

    space = sampled_space(
        "deltas acts -> y", *(sent(*w) for w in ((2, 3), (5, 3, 2), (3, 5, 7, 2)))
    )
    for a in less_of(space, sent(6, 4, 3)):
        assert [len(d) for d in a["deltas"]] == [len(act) for act in a["acts"]][1:]


def test_dicts_with_the_same_layers_lose_them_together():
    def step(*widths):
        Ws, bs = layered(*widths)
        params = {f"W{i}": W for i, W in enumerate(Ws, 1)} | {
            f"b{i}": b for i, b in enumerate(bs, 1)
        }
        return {"params": params, "grads": {k: 2 * params[k] for k in reversed(params)}}

    space = sampled_space(
        "params grads -> y", *(step(*w) for w in ((2, 3), (5, 3, 2), (3, 5, 7, 2)))
    )
    found = less_of(space, step(6, 4, 3))
    assert any(len(a["params"]) == 2 for a in found)
    for a in found:
        names = {key: value.shape for key, value in a["params"].items()}
        assert names == {key: value.shape for key, value in a["grads"].items()}


def test_what_holds_all_numbers_of_a_dict_is_cut_with_it():
    def flat(**given):
        return {"theta": np.arange(float(sum(map(math.prod, given.values())))), "shapes": given}

    cases = flat(W1=(2, 3), b1=(2,)), flat(W1=(5, 3), b1=(5,)), flat(gain=(1,), K=(2, 2, 3))
    space = sampled_space("theta[P] shapes -> y", *cases)
    found = less_of(space, flat(W1=(3, 2), b1=(3,)))
    assert {a["shapes"]["W1"] for a in found} == {(1, 1), (1, 2), (2, 2), (3, 1)}
    for a in found:
        assert a["shapes"]["b1"] == a["shapes"]["W1"][:1]
        assert len(a["theta"]) == math.prod(a["shapes"]["W1"]) + a["shapes"]["b1"][0]


def test_lists_of_numbers_get_shorter_one_by_one():
    cases = (
        {"paths": [[1.0, 2.0], [3.0]]},
        {"paths": [[2.0]]},
        {"paths": [[1.0], [2.0, 3.0, 4.0]]},
    )
    space = sampled_space("paths -> y", *cases)
    found = [a["paths"] for a in less_of(space, {"paths": [[1.0, 2.0], [3.0]]})]
    assert [[1.0, 2.0]] in found
    assert [[3.0]] in found
    assert [[2.0], [3.0]] in found


def test_numbers_of_which_only_the_author_knows_are_like_those_of_the_bank():
    """A step, a width, a label: what is never negative, or never so large, has its reason."""
    cases = ({"k": 2, "h": 0.5, "a": np.ones(2), "y": np.array([0, 3])},
             {"k": 5, "h": 0.1, "a": np.array([2.0]), "y": np.array([2])})  # fmt: skip
    space = sampled_space("k h a y -> z", *cases)
    space.declaration.interval_of = lambda: (0.0, 0.0)
    case = make_case("a", None, 0.0)
    good = {"k": 3, "h": 0.2, "a": np.array([0.5]), "y": np.array([1, 0])}
    assert space.frozen(case, good) is not None
    for bad in ({"k": 1}, {"k": 6}, {"h": 1.0}, {"h": -0.1}, {"a": np.zeros(1)},
                {"a": -np.ones(1)}, {"y": np.array([4])}, {"y": np.array([-1])}):  # fmt: skip
        assert space.frozen(case, {**good, **bad}) is None


def test_functions_that_belong_together_are_exchanged_together():
    def given(rate):
        f = {"function": "coupled", "rate": rate}
        return {"f": f, "grad": {"function": "slope_of", "of": f, "bug": ""}, "t": np.ones(1)}

    found = less_of(sampled_space("f grad t -> y", given(1.0), given(0.5)), given(0.5))
    assert all(a["grad"]["of"] == a["f"] for a in found)
    assert given(1.0)["f"] in [a["f"] for a in found]


MEMBERS = st.one_of(
    hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)),
    st.lists(st.integers(0, 3), max_size=3),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from([None, "word", 3, 0.5, True]),
)
KEYS = st.sampled_from(["W1", "b1", "W2", "b2", "gain", "1", ""])
ARGUMENTS = st.one_of(
    MEMBERS,
    st.lists(MEMBERS, max_size=3),
    st.dictionaries(KEYS, MEMBERS, max_size=4),
    st.just({"function": "wave", "height": 1.0, "rate": 1.0}),
    st.just({"rng": 5}),
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), ARGUMENTS), min_size=1, max_size=3))
def test_whatever_arguments_are_less_of_them_is_theirs(bank):
    """Nothing raises, nothing is written to, and what is equal in all cases stays equal."""
    space = sampled_space("a b c -> y", *bank)
    ties = Ties(bank)
    for arguments in bank:
        before = codec.dumps(arguments)
        for less in (space.after(arguments, s) for s in islice(space.steps(arguments), 60)):
            length = lengths(less)
            for group in ties.groups(less):
                assert len({length[place] for place in group}) == 1
            assert list(less) == list(arguments)
        assert codec.dumps(arguments) == before


@given(st.dictionaries(st.sampled_from("abc"), ARGUMENTS))
def test_any_arguments_are_counted_as_they_are_weighed(arguments):
    assert count(arguments) == cost(arguments)[0]
