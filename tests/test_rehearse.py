"""Tests of judging from end to end, in this process: staff's own versions of the tiny course."""

from __future__ import annotations

import numpy as np
import pytest

from grader.authoring.course import load
from grader.authoring.rehearse import rehearse, rehearsed, rehearsed_result
from grader.model import Reason, Verdict
from tests.tiny import SLUG, SOURCE

AUTHORED = load(SOURCE, SLUG)
NAMES = [name for name, d in AUTHORED.declarations.items() if d.judged_by == "reference"]


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes_at_once(tiny, name):
    judgement = rehearse(tiny.prepared[name], tiny.authored.reference)
    assert judgement.passed
    assert judgement.notes == ()


@pytest.mark.parametrize("variant", AUTHORED.variants, ids=lambda v: v.id)
def test_every_variant_passes(tiny, variant):
    name = variant.of.name
    result = rehearsed_result(tiny.prepared[name], tiny.authored.namespace(variant))
    assert result.verdict is Verdict.PASSED
    assert result.points == result.max_points
    assert result.reason is None


MISTAKES = [m for m in AUTHORED.mistakes if m.of.name in NAMES]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda v: v.id)
def test_every_mistake_fails_and_is_named_as_itself(tiny, mistake):
    name = mistake.of.name
    namespace = tiny.authored.namespace(mistake)
    result = rehearsed_result(tiny.prepared[name], namespace, tiny.space(name))
    assert result.verdict in (Verdict.FAILED, Verdict.RAISED)
    assert result.points < result.max_points
    assert result.mistake is not None
    assert result.mistake.id == mistake.id
    assert result.mistake.hints == mistake.hints
    assert result.counterexample is not None


@pytest.mark.parametrize("mistake", AUTHORED.mistakes, ids=lambda v: v.id)
def test_every_mistake_is_named_without_shrinking_and_by_laws(tiny, mistake):
    name = mistake.of.name
    exercise, namespace = tiny.exercises[name], tiny.authored.namespace(mistake)
    result = rehearsed(tiny.authored, exercise, tiny.prepared[name], namespace)
    assert result.mistake.id == mistake.id
    assert result.counterexample is None


@pytest.mark.parametrize("name", sorted(AUTHORED.declarations))
def test_the_reference_passes_by_cases_or_by_laws(tiny, name):
    namespace = tiny.authored.reference
    result = rehearsed(tiny.authored, tiny.exercises[name], tiny.prepared[name], namespace)
    assert result.verdict is Verdict.PASSED


def shown(tiny, name: str, **functions):
    return rehearsed_result(tiny.prepared[name], tiny.namespace(**functions), tiny.space(name))


def test_a_counterexample_is_small_and_can_be_pasted(tiny):
    def affine_backward(dZ, cache):
        X, W = cache
        return dZ @ W, dZ.T @ X, dZ.mean(axis=0)

    result = shown(tiny, "affine_backward", affine_backward=affine_backward)
    example = result.counterexample
    assert example.shapes == {"X": (2, 1), "W": (1, 1), "b": (1,), "dZ": (2, 1)}
    assert example.code == (
        "import numpy as np\n"
        "X = np.array([[0.], [0.]])\n"
        "W = np.array([[0.]])\n"
        "b = np.array([0.])\n"
        "dZ = np.array([[0.], [1.]])\n"
        "_, cache = affine_forward(X, W, b)\n"
        "affine_backward(dZ, cache)"
    )
    assert example.expected.splitlines()[-1] == "db = np.array([1.])"
    assert example.yours.splitlines()[-1] == "db = np.array([0.5])"
    assert result.message == "db: 0.5 instead of 1 at [0]"


def test_the_pasted_code_shows_what_was_shown(tiny):
    def softmax(Z):
        e = np.exp(Z)
        return e / e.sum()

    result = shown(tiny, "softmax", softmax=softmax)
    *lines, call = result.counterexample.code.splitlines()
    space = {"softmax": softmax, "np": np}
    exec("\n".join(lines), space)
    yours = eval(call, space)
    said = eval(result.counterexample.yours.removeprefix("P = "), {"np": np})
    np.testing.assert_allclose(yours, said)


def test_a_wrong_shape_is_shown_with_distinct_integers(tiny):
    def affine_backward(dZ, cache):
        X, W = cache
        dW = X.T @ dZ
        return dZ @ W, dW if dW.shape != W.shape else dZ.T @ X, dZ.sum(axis=0)

    result = shown(tiny, "affine_backward", affine_backward=affine_backward)
    assert result.message.startswith("dW: shape ")
    assert "np.array([[1., 2.]])" in result.counterexample.code


def test_an_exception_keeps_its_class_while_it_is_made_small(tiny):
    def cross_entropy(Z, y):
        if len(y) > 1:
            raise KeyError("two")
        raise ValueError("one")

    result = shown(tiny, "cross_entropy", cross_entropy=cross_entropy)
    assert result.verdict is Verdict.RAISED
    assert result.reason is Reason.ERROR
    first = tiny.exercises["cross_entropy"].cases[0]
    wanted = "KeyError" if len(first.arguments["y"]) > 1 else "ValueError"
    assert wanted in result.message


def test_a_value_at_the_edge_alone_costs_the_edges_alone(tiny):
    def softmax(Z):
        e = np.exp(Z)
        return e / e.sum(axis=1, keepdims=True)

    result = shown(tiny, "softmax", softmax=softmax)
    by_id = {c.id: c for c in result.checks}
    assert by_id["value"].verdict is Verdict.PASSED
    assert by_id["edges"].verdict is Verdict.FAILED
    assert result.points == result.max_points * 8 / 10
    assert any("overflow" in note for note in result.notes)


def test_changing_an_argument_costs_conduct_alone(tiny):
    def affine_forward(X, W, b):
        b += 0.0
        Z = X @ W.T + b
        b -= 1.0
        return Z, (X, W)

    result = shown(tiny, "affine_forward", affine_forward=affine_forward)
    assert {c.id: c.verdict for c in result.checks} == {
        "value": Verdict.PASSED,
        "edges": Verdict.PASSED,
        "conduct": Verdict.FAILED,
    }
    assert result.message == "affine_forward changes its argument b, which belongs to the caller"
    assert result.verdict is Verdict.FAILED


def test_another_answer_the_second_time_costs_conduct_alone(tiny):
    calls = iter(range(10_000))
    cases = len(tiny.exercises["softmax"].cases)

    def softmax(Z):
        e = np.exp(Z - Z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True) + (next(calls) >= cases)

    result = shown(tiny, "softmax", softmax=softmax)
    assert {c.id for c in result.checks if c.verdict is not Verdict.PASSED} == {"conduct"}
    assert result.message.startswith("the same call gave another answer the second time: P: ")


def test_a_forward_that_keeps_nothing_costs_the_backward_with_a_reason(tiny):
    def affine_forward(X, W, b):
        return X @ W.T + b

    result = shown(tiny, "affine_backward", affine_forward=affine_forward)
    assert result.verdict is Verdict.SKIPPED
    assert result.reason is Reason.NO_CACHE
    assert result.message.startswith("skipped: affine_forward gave no cache (")
    assert result.counterexample is None


def test_a_stub_is_not_attempted(tiny):
    def softmax(Z):
        raise NotImplementedError("1.3 softmax")

    result = shown(tiny, "softmax", softmax=softmax)
    assert (result.verdict, result.reason) == (Verdict.NOT_ATTEMPTED, Reason.STUB)
    assert result.message == "softmax is not written yet (NotImplementedError: 1.3 softmax)"


def test_a_missing_function_is_not_attempted(tiny):
    namespace = {"softmaxx": tiny.authored.reference["softmax"]}
    result = rehearsed_result(tiny.prepared["softmax"], namespace)
    assert (result.verdict, result.reason) == (Verdict.NOT_ATTEMPTED, Reason.MISSING)
    assert result.message == "softmax is not defined; did you mean softmaxx?"


def test_single_precision_is_right_with_a_note_but_not_at_the_edges(tiny):
    def affine_forward(X, W, b):
        return (X @ W.T + b).astype(np.float32), (X, W)

    result = shown(tiny, "affine_forward", affine_forward=affine_forward)
    verdicts = {c.id: c.verdict for c in result.checks}
    assert verdicts["value"] is Verdict.PASSED
    assert "Z is float32; float64 keeps more digits" in result.notes


def test_the_same_submission_gets_the_same_result(tiny):
    def net_backward(params, caches, dZ):
        grads = tiny.authored.reference["net_backward"](params, caches, dZ)
        return {**grads, "b1": 2 * grads["b1"]}

    results = [shown(tiny, "net_backward", net_backward=net_backward) for _ in range(2)]
    assert results[0] == results[1]
    assert results[0].mistake is None
    assert results[0].message.startswith("grads['b1']: ")


@pytest.mark.parametrize(
    ("factor", "title"),
    [
        (lambda Z: -1.0, "P has the other sign"),
        (lambda Z: 0.5, "P is multiplied by 1/2"),
        (lambda Z: Z.shape[0], "P is multiplied by N"),
        (lambda Z: 1 / Z.shape[1], "P is divided by C"),
    ],
)
def test_a_right_answer_but_for_a_factor_is_named(tiny, factor, title):
    def softmax(Z):
        return factor(Z) * tiny.authored.reference["softmax"](Z)

    assert shown(tiny, "softmax", softmax=softmax).mistake.title == title


def test_a_transposed_answer_is_named(tiny):
    def softmax(Z):
        return tiny.authored.reference["softmax"](Z).T

    assert shown(tiny, "softmax", softmax=softmax).mistake.title == "P is transposed"


def test_a_new_mistake_is_not_named(tiny):
    def softmax(Z):
        return tiny.authored.reference["softmax"](Z) ** 3

    assert shown(tiny, "softmax", softmax=softmax).mistake is None


def test_without_a_space_the_first_failing_case_is_shown(tiny):
    def walk(dL, w0, eta, n_updates):
        return [w0] * (n_updates + 1)

    result = rehearsed_result(tiny.prepared["walk"], tiny.namespace(walk=walk))
    assert "w0 = " in result.counterexample.code
    assert "dL = lambda w: " in result.counterexample.code
