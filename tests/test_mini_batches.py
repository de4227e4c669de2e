"""05_mini_batches: the reference against other formulas, and the figures of its handout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring.course import load
from grader.functions import build
from grader.grade import staff_grader
from grader.model import Cell, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[1]
SLUG = "05_mini_batches"
FOLDER = ROOT / "solutions" / SLUG
REFERENCE: Mapping[str, Callable[..., Any]] = load(ROOT, SLUG).reference
COUNTS = st.integers(1, 60)


@given(COUNTS, COUNTS, st.integers(0, 4), st.booleans())
def test_updates_are_counted_as_the_batches_come(N: int, B: int, epochs: int, drop: Any) -> None:
    count = 0
    for _ in range(epochs):
        left = N
        while left >= (B if drop else 1):
            count, left = count + 1, left - B
    assert REFERENCE["n_updates"](N, B, epochs, drop) == count


def test_the_numbers_of_the_handout_come_out() -> None:
    text = (FOLDER / "handout.md").read_text("utf-8")
    count = REFERENCE["n_updates"]
    assert (count(10_000, 10, 1), count(1_000, 100, 1)) == (1_000, 10)
    assert (count(1_454, 1, 3), count(1_454, 1_454, 3)) == (4_362, 3)
    assert "epochs of 1,454 days are 4,362 updates with B = 1 and 3 updates with B = N" in text
    assert count(7, 3, 2) == 6


@given(st.integers(0, 10_000))
def test_packing_and_unpacking_are_inverses(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = {f"W{i}": tuple(map(int, rng.integers(1, 4, size=2))) for i in (1, 2, 10)}
    params = {key: rng.normal(size=shape) for key, shape in shapes.items()}
    theta = REFERENCE["pack"](params)
    found = REFERENCE["unpack"](theta, dict(reversed(shapes.items())))
    assert all(np.array_equal(found[key], params[key]) for key in params)
    first, second = params["W1"].size, params["W10"].size
    assert np.array_equal(theta[first : first + second], params["W10"].ravel())


def test_training_with_all_examples_is_plain_gradient_descent() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(9, 2)), rng.normal(size=9)
    loss_grad = build({"function": "log_cosh_line", "rate": 1.0})
    params = {"W1": np.zeros((1, 2)), "b1": np.zeros(1)}
    found, history = REFERENCE["fit"](loss_grad, params, X, y, 0.5, 9, 40, rng)
    for i in range(40):
        loss, grads = loss_grad(params, X, y)
        assert history[i] == pytest.approx(loss)
        params = {key: params[key] - 0.5 * grads[key] for key in params}
    np.testing.assert_allclose(found["W1"], params["W1"])
    assert np.all(np.diff(history) < 1e-12)


def test_numbers_taken_as_they_lie_in_memory_are_in_another_order_where_an_array_lies_by_columns():
    text = (FOLDER / "mini_batches.py").read_text("utf-8")
    assert "params[key].ravel()" in text
    text = text.replace("params[key].ravel()", "params[key].ravel(order='K')")
    source = Source("mini_batches.py", (Cell("mini_batches.py", text),))
    with staff_grader(ROOT, SLUG, require=None) as grader:
        report = grader.grade(Submission("s", (source,), "0"))
    assert [r.name for r in report.exercises if r.verdict != "passed"] == ["pack"]


def test_broken_neighbours_cost_fit_nothing_although_a_generator_is_passed_between_them() -> None:
    text = (FOLDER / "mini_batches.py").read_text("utf-8")
    for right, wrong in (
        ("range(0, len(y), B)", "range(0, len(y) - B + 1, B)"),
        ("params[key] - eta * grads[key]", "params[key] + eta * grads[key]"),
        ("n_epochs * per_epoch", "per_epoch"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    source = Source("mini_batches.py", (Cell("mini_batches.py", text),))
    with staff_grader(ROOT, SLUG, require=None) as grader:
        report = grader.grade(Submission("s", (source,), "0"))
    found = {r.name: (str(r.verdict), r.carried) for r in report.exercises}
    assert found["minibatches"] == found["sgd_step"] == found["n_updates"] == ("failed", False)
    assert found["fit"] == ("passed", True)
    named = {r.name: r.mistake.id for r in report.exercises if r.mistake}
    assert named == {
        "n_updates": "a_single_epoch",
        "minibatches": "short_batch_left_out",
        "sgd_step": "step_uphill",
    }
