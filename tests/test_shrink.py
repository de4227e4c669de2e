"""Tests of `grader.judge.shrink`: smaller with every step, and still failing in the same way."""

from __future__ import annotations

import numpy as np
import pytest

from grader.judge.prepare import request
from grader.judge.show import code
from grader.judge.shrink import CALLS, Walk, smallest, smallest_misconduct
from grader.judge.simpler import cost, simpler_values, together
from grader.judge.verdict import Failure, case_failure, conduct_failure, replies_of
from grader.model import Reason, Verdict
from grader.sandbox import codec, runner


def replies(exercise, namespace, cases):
    """What a child would reply."""
    message = request(exercise.calls, [(c.arguments, c.keywords, c.layout) for c in cases])
    frame = runner.run(
        namespace,
        message.header,
        message.raw,
        lambda n, a, k=None: message.callbacks[n](*a, **(k or {})),
    )
    return replies_of(*frame, len(cases))


def shrunk(tiny, name, start=-1, space=None, **functions):
    """Shrink from a failing value case; what the shrinker asked comes along."""
    exercise = tiny.exercises[name]
    namespace = tiny.namespace(**functions)
    asked = []

    def ask(cases):
        asked.append([cost(c.arguments) for c in cases])
        return replies(exercise, namespace, cases)

    value = [c for c in exercise.cases if c.check == "value"]
    failing = []
    for case, answer in zip(value, ask(value), strict=True):
        failure, _ = case_failure(exercise, case, exercise.cases.index(case), answer.answer)
        if failure:
            failing.append((case, failure))
    asked.clear()
    case, failure = failing[start]
    small, how = smallest(exercise, case, failure, space or tiny.space(name), ask)
    return case, small, how, asked, ask


def affine_mean(dZ, cache):
    X, W = cache
    return dZ @ W, dZ.T @ X, dZ.mean(axis=0)


def softmax_whole(Z):
    e = np.exp(Z - Z.max())
    return e / e.sum()


def entropy_shifted(Z, y):
    return 0.0, np.zeros(Z.shape)


def net_without_bias(params, caches, dZ):
    return {key: np.zeros(value.shape) for key, value in params.items()}


def walk_short(dL, w0, eta, n_updates):
    return np.full(n_updates + 1, w0)


def slope_twice(f, w, h=1e-5):
    return 2 * (f(w + h) - f(w - h)) / (2 * h)


def gaps_absolute(at):
    return np.abs(at[1:]), True, ["first", "last"]


WRONG = [
    ("affine_backward", affine_mean),
    ("softmax", softmax_whole),
    ("cross_entropy", entropy_shifted),
    ("net_backward", net_without_bias),
    ("walk", walk_short),
    ("numeric_slope", slope_twice),
    ("gaps", gaps_absolute),
]


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_the_result_is_smaller_still_fails_and_is_the_same_again(tiny, name, function):
    case, small, how, asked, ask = shrunk(tiny, name, **{name: function})
    assert cost(small.arguments) < cost(case.arguments)
    again, _ = case_failure(tiny.exercises[name], small, 0, ask([small])[0].answer)
    assert again is not None
    assert again.message == how.message
    _, other, other_how, _, _ = shrunk(tiny, name, **{name: function})
    np.testing.assert_equal(dict(other.arguments), dict(small.arguments))
    assert other_how.message == how.message
    assert sum(map(len, asked)) <= CALLS + 1


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_only_a_strict_decrease_is_ever_asked_for(tiny, name, function):
    case, _, _, asked, _ = shrunk(tiny, name, **{name: function})
    first = cost(case.arguments)
    assert all(size < first for batch in asked for size in batch)


@pytest.mark.parametrize(("name", "function"), WRONG)
def test_any_start_ends_small(tiny, name, function):
    _, small, _, _, _ = shrunk(tiny, name, start=0, **{name: function})
    assert cost(small.arguments)[0] <= 13


def test_the_answers_expected_are_those_of_the_smaller_input(tiny):
    _, small, _, _, _ = shrunk(tiny, "softmax", softmax=softmax_whole)
    right = tiny.authored.reference["softmax"](small.arguments["Z"])
    np.testing.assert_array_equal(small.lower[0], right)


def test_an_optional_argument_keeps_its_way_of_coming(tiny):
    case, small, _, _, _ = shrunk(tiny, "numeric_slope", numeric_slope=slope_twice)
    assert small.keywords == case.keywords
    assert set(small.arguments) == set(case.arguments)


def test_distinct_integers_make_a_wrong_shape_clear(tiny):
    def transposed(dZ, cache):
        X, W = cache
        return dZ @ W, X.T @ dZ, dZ.sum(axis=0)

    _, small, how, _, _ = shrunk(tiny, "affine_backward", affine_backward=transposed)
    assert "shape" in how.message
    X = small.arguments["X"]
    assert X.ravel().tolist() == list(range(1, X.size + 1))


def test_an_exception_of_another_class_is_not_a_smaller_one(tiny):
    def picky(Z, y):
        if len(y) > 2:
            raise KeyError("many")
        raise ValueError("few")

    case, small, how, _, _ = shrunk(tiny, "cross_entropy", cross_entropy=picky)
    assert len(case.arguments["y"]) > 2
    assert len(small.arguments["y"]) == 3
    assert how.message.startswith("raised KeyError")


def test_a_child_that_dies_ends_the_search(tiny):
    exercise = tiny.exercises["softmax"]
    case = exercise.cases[-1]
    failure, _ = case_failure(exercise, case, 0, [0, np.zeros(case.arguments["Z"].shape)])
    asked = []
    found = smallest(exercise, case, failure, tiny.space("softmax"), asked.append)
    assert found == (case, failure)
    assert len(asked) == 1


def test_the_cost_counts_numbers_then_digits_then_size():
    few, many = {"x": np.zeros(2)}, {"x": np.zeros(3)}
    assert cost(few) < cost(many)
    assert cost({"x": np.ones(2)}) < cost({"x": np.array([1.0, 0.5])})
    assert cost({"x": 1.0}) < cost({"x": 2.0})
    assert cost({"x": 1.0}) < cost({"x": -1.0})
    assert cost({"a": "word", "b": None, "d": {"c": []}}) == (0, 0, 0)
    assert cost({"d": {"c": [1, np.ones(2)]}}) == cost({"x": np.ones(3)})


def test_lists_get_simpler_item_by_item():
    found = [a["x"] for a in simpler_values({"x": [2.5, [np.array([3.0])]]})]
    assert [0.0, [np.array([3.0])]] in found
    assert [2.5, [np.array([0.0])]] in found
    assert all(len(one) == 2 for one in found)


def test_numbers_get_simpler_in_every_part_in_turn():
    found = list(simpler_values({"x": np.array([2.5, 3.5]), "p": {"w": 4.5, "b": [5.5]}}))[4:7]
    assert [repr(one) for one in found] == [
        "{'x': array([0., 0.]), 'p': {'w': 4.5, 'b': [5.5]}}",
        "{'x': array([2.5, 3.5]), 'p': {'w': 0.0, 'b': [5.5]}}",
        "{'x': array([2.5, 3.5]), 'p': {'w': 4.5, 'b': [0.0]}}",
    ]


def test_changes_of_different_parts_are_put_together_and_the_first_of_one_part_wins():
    now = {"x": [1.5, 2.5], "p": {"w": 3.5}, "n": 4}
    one, other = {**now, "x": [0.0, now["x"][1]]}, {**now, "x": [1.0, 0.0], "p": {"w": 0.0}}
    assert together(now, [one, other]) == {"x": [0.0, 0.0], "p": {"w": 0.0}, "n": 4}
    assert together(now, []) == now


def test_zeros_have_no_sign():
    """A negative zero is never simpler than a zero, and a zero is tried in its place."""
    given = {"x": np.array([-0.0, -0.3]), "w": -0.0, "p": {"b": [np.array([-0.4])]}}
    assert cost({"w": 0.0}) < cost({"w": -0.0})
    assert cost({"x": np.zeros(1)}) < cost({"x": -np.zeros(1)})
    found = [a for a in simpler_values(given) if cost(a) < cost(given)]
    assert any(repr(a["x"].tolist()) == "[0.0, -0.3]" for a in found)
    assert any(repr(a["w"]) == "0.0" for a in found)
    assert all("-0.0" not in repr([a["x"][1], a["p"]["b"][0].tolist()]) for a in found)


def misconduct(tiny, check, function):
    """The smallest input of a check with which a softmax's conduct is wrong, and how it is."""
    exercise, namespace = tiny.exercises["softmax"], tiny.namespace(softmax=function)

    def ask(cases):
        return replies(exercise, namespace, cases)

    cases = [case for case in exercise.cases if case.check == check]
    told = zip(cases, ask(cases), strict=True)
    found = [(case, conduct_failure(exercise, case, 0, reply)) for case, reply in told]
    case, failure = [(case, failure) for case, failure in found if failure][-1]
    return case, failure, *smallest_misconduct(exercise, case, failure, tiny.space("softmax"), ask)


def test_a_changed_argument_is_shown_in_the_smallest_input_that_is_changed(tiny):
    def in_place(Z):
        Z -= Z.max(axis=1, keepdims=True)
        return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)

    case, failure, small, how = misconduct(tiny, "value", in_place)
    assert cost(small.arguments) < cost(case.arguments)
    assert small.arguments["Z"].tolist() == [[1.0]]
    assert how.message == failure.message
    assert how.changed == "Z"


def test_what_fails_with_read_only_arguments_alone_is_shown_read_only(tiny):
    def puts_it_back(Z):
        Z += 1.0
        Z -= 1.0
        return tiny.authored.reference["softmax"](Z)

    case, failure, small, _ = misconduct(tiny, "conduct", puts_it_back)
    assert "read-only" in failure.message
    assert cost(small.arguments) < cost(case.arguments)
    assert small.arguments["Z"].tolist() == [[0.0]]
    assert "Z.flags.writeable = False" in code(tiny.exercises["softmax"], small)


def test_what_does_not_happen_again_is_not_made_smaller(tiny):
    case = tiny.exercises["softmax"].cases[0]
    failure = Failure(0, Verdict.FAILED, Reason.WRONG, "another answer", changed="Z")
    asked = []

    def ask(cases):
        asked.append(len(cases))
        return replies(tiny.exercises["softmax"], tiny.namespace(), cases)

    found = smallest_misconduct(
        tiny.exercises["softmax"], case, failure, tiny.space("softmax"), ask
    )
    assert found == (case, failure)
    assert asked == [1]


def test_keys_that_are_numbered_are_put_in_order_and_others_are_left():
    params = {"b2": np.zeros(1), "W10": np.zeros(1), "b1": np.zeros(1), "W1": np.zeros(1)}
    found = [list(a["p"]) for a in simpler_values({"p": params})]
    assert ["W1", "b1", "b2", "W10"] in found
    assert cost({"p": dict(sorted(params.items()))}) < cost({"p": params})
    entry = {"rows": 2, "epoch": 1, "W1": 0}
    assert all(list(a["p"]) == list(entry) for a in simpler_values({"p": entry}))


def test_a_wrong_number_does_not_become_none(tiny):
    """What is divided by its size is wrong everywhere, and no number where the size is 0."""

    def over_size(dZ, cache):
        dX, dW, db = tiny.authored.reference["affine_backward"](dZ, cache)
        with np.errstate(invalid="ignore"):
            return dX / np.abs(dX).max(), dW, db

    _, small, how, _, _ = shrunk(tiny, "affine_backward", affine_backward=over_size)
    assert "nan" not in how.message
    assert cost(small.arguments)[0] == 4


def test_a_large_whole_number_is_halved_on_the_way():
    found = [a["x"].tolist() for a in simpler_values({"x": np.array([-6.0, 1.0])})]
    assert [-3.0, 1.0] in found
    assert {a["w"] for a in simpler_values({"w": 9.0})} == {0.0, 1.0, 2.0, -1.0, 4.0, 9.0}


class Rows:
    """Arrays that lose their last number each for itself."""

    def steps(self, arguments):
        for name, row in arguments.items():
            if len(row) > 1:
                yield ((name, tuple(range(len(row) - 1))),)

    def after(self, arguments, step):
        return {**arguments, **{name: arguments[name].take(left) for name, left in step}}


@pytest.mark.parametrize("least", [1, 3])
def test_what_can_be_left_out_alone_is_left_out_together(least):
    """Six arrays of five numbers: one by one it would be twenty steps of six tries each."""
    walk = Walk(Rows(), dict, lambda batch: [a if len(a["a"]) >= least else None for a in batch])
    rows = {name: np.zeros(5) for name in "abcdef"}
    found = walk.smallest(rows, rows)
    assert [len(row) for row in found.values()] == [least, 1, 1, 1, 1, 1]
    assert CALLS - walk.left <= 40


def test_where_all_together_is_too_much_the_first_of_it_is_left_out():
    """It fails while the first array is whole or the last; the four between do not matter."""

    def failing(batch):
        return [a if 5 in {len(a["a"]), len(a["f"])} else None for a in batch]

    rows = {name: np.zeros(5) for name in "abcdef"}
    walk = Walk(Rows(), dict, failing)
    found = walk.smallest(rows, rows)
    assert sorted(len(found[name]) for name in "af") == [1, 5]
    assert {len(found[name]) for name in "bcde"} == {1}
    assert CALLS - walk.left <= 40


def test_a_step_that_did_not_help_is_not_tried_again_where_there_is_less():
    """Fails while the last array is whole: its step is in vain, and is tried once."""
    tried = []

    def failing(batch):
        tried.extend(len(a["f"]) for a in batch)
        return [a if len(a["f"]) == 5 else None for a in batch]

    rows = {name: np.zeros(5) for name in "abcdef"}
    found = Walk(Rows(), dict, failing).smallest(rows, rows)
    assert [len(row) for row in found.values()] == [1, 1, 1, 1, 1, 5]
    assert tried.count(4) == 1


@pytest.mark.parametrize(("retried", "left"), [(True, 1), (False, 5)])
def test_with_simpler_numbers_it_is_tried_again_unless_they_do_not_matter(retried, left):
    """Five numbers fail whatever they are, fewer only where they are whole."""

    def failing(batch):
        return [a if len(a["a"]) == 5 or a["a"][0] != 0.5 else None for a in batch]

    rows = {"a": np.full(5, 0.5)}
    found = Walk(Rows(), dict, failing, retried=retried).smallest(rows, rows)
    assert len(found["a"]) == left
    assert not found["a"].any()


def test_what_is_not_legal_together_is_left_out_as_far_as_it_is():
    """Between them the arrays must keep ten numbers: all steps in one would leave too few."""

    def legal(arguments):
        return arguments if sum(map(len, arguments.values())) >= 10 else None

    rows = {name: np.zeros(3) for name in "abcd"}
    asked = []
    walk = Walk(Rows(), legal, lambda batch: asked.append(len(batch)) or list(batch))
    assert sum(map(len, walk.smallest(rows, rows).values())) == 10
    assert asked[:2] == [4, 1]
    assert len(asked) == 2


def test_zeros_everywhere_are_tried_first():
    first = next(simpler_values({"x": np.array([2.5, 3.5]), "p": {"w": np.array([4.5]), "n": 3}}))
    assert repr(first) == "{'x': array([0., 0.]), 'p': {'w': array([0.]), 'n': 3}}"


def test_how_arrays_lie_is_kept_only_where_it_is_why_the_case_fails(tiny):
    right = tiny.authored.reference["affine_forward"]

    def as_it_lies(X, W, b):
        return right(X.ravel(order="K").reshape(X.shape), W, b)

    def too_much(X, W, b):
        return right(X, W, b + 1.0 * (not X.flags.c_contiguous or len(X) > 1))

    _, small, *_ = shrunk(tiny, "affine_forward", affine_forward=as_it_lies)
    assert small.layout["X"] & codec.FORTRAN
    assert small.arguments["X"].shape == (2, 2)
    assert "np.asfortranarray(X)" in code(tiny.exercises["affine_forward"], small)
    _, small, *_ = shrunk(tiny, "affine_forward", affine_forward=too_much)
    assert not any(flags & codec.FORTRAN for flags in small.layout.values())
