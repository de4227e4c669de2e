"""03_linear_model: the reference against other formulas, and the figures of its handout."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from grader.authoring.course import load
from grader.data import views
from grader.grade import staff_grader
from grader.model import Cell, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[1]
SLUG = "03_linear_model"
FOLDER = ROOT / "solutions" / SLUG
CUT = np.datetime64("2021-01-01")


@pytest.fixture(scope="module")
def model() -> Mapping[str, Callable[..., Any]]:
    return load(ROOT, SLUG).reference


def test_each_row_of_the_table_is_a_day_and_the_days_before_it(model: Any) -> None:
    v = np.arange(100.0, 110.0)
    X, y = model["make_lags"](v, 3)
    for row, label in zip(X, y, strict=True):
        assert row.tolist() == [label - 1, label - 2, label - 3]
    assert y.tolist() == v[3:].tolist()


def test_scaled_training_rows_have_mean_0_and_deviation_1(model: Any) -> None:
    X = np.random.default_rng(3).normal(2.0, 5.0, size=(9, 4))
    Z = model["scale"](X, *model["fit_scaler"](X))
    np.testing.assert_allclose(Z.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(np.mean(Z**2, axis=0), 1)


def test_gradients_are_those_of_autograd(model: Any) -> None:
    rng = np.random.default_rng(4)
    X, y, theta = rng.normal(size=(7, 3)), rng.normal(size=7), rng.normal(size=4)

    def loss(t: Any) -> Any:
        return anp.mean((anp.dot(X, t[:3]) + t[3] - y) ** 2)

    dw, db = model["grad_linear"](X, y, theta[:3], theta[3])
    np.testing.assert_allclose(np.append(dw, db), grad(loss)(theta), atol=1e-13)


def test_descent_ends_at_the_least_squares_solution(model: Any) -> None:
    rng = np.random.default_rng(5)
    X, y = rng.normal(size=(30, 3)), rng.normal(size=30)
    w, b, history = model["fit_linear"](X, y, 0.2, 500)
    found = np.linalg.lstsq(np.column_stack([X, np.ones(30)]), y, rcond=None)[0]
    np.testing.assert_allclose([*w, b], found, atol=1e-10)
    assert np.all(np.diff(history) <= 1e-15)


def _table_of_the_handout() -> dict[int, tuple[float, float]]:
    text = (FOLDER / "handout.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (0\.\d+) \| (0\.\d+) \|", text, re.MULTILINE)
    return {int(k): (float(seen), float(unseen)) for k, seen, unseen in rows}


def test_the_figures_of_the_handout_are_those_of_least_squares_and_of_the_law() -> None:
    dates, v = views(2021)
    table = _table_of_the_handout()
    assert list(table) == [1, 7, 28, 56]
    for k, figures in table.items():
        A = np.stack([*(v[k - 1 - j : len(v) - 1 - j] for j in range(k)), np.ones(len(v) - k)], 1)
        early = dates[k:] < CUT
        size = np.abs(A @ np.linalg.lstsq(A[early], v[k:][early], rcond=None)[0] - v[k:])
        assert (size[early].mean(), size[~early].mean()) == pytest.approx(figures, abs=5e-4)
    assert f"_FIGURES = {table}" in (FOLDER / "checks.py").read_text("utf-8").replace("0)", ")")


def test_the_reference_comes_within_two_percent_of_them(model: Any) -> None:
    dates, v = views(2021)
    found = model["compare_days"](v, dates)
    for k, figures in _table_of_the_handout().items():
        assert found[k] == pytest.approx(figures, rel=0.02)


def test_the_weight_of_a_week_ago_is_the_tallest(model: Any) -> None:
    dates, v = views(2021)
    X, y = model["make_lags"](v, 7)
    X, y, _, _ = model["split_by_date"](dates[7:], X, y, CUT)
    mu, sd = model["fit_scaler"](X)
    w, _, _ = model["fit_linear"](model["scale"](X, mu, sd), y, 0.05, 400)
    assert np.argmax(w / sd) == 6
    assert (w / sd)[6] == pytest.approx(0.59, abs=0.02)


def test_broken_neighbours_cost_a_later_exercise_nothing() -> None:
    text = (FOLDER / "linear_model.py").read_text("utf-8")
    for right, wrong in (
        ("early = dates < cut", "early = dates <= cut"),
        ("return (X - mu) / sd", "return (X - mu) * sd"),
        ("return X @ w + b", "return X @ w"),
        ("return 2 * X.T @ e / len(y), float", "return X.T @ e / len(y), float"),
    ):
        assert right in text
        text = text.replace(right, wrong)
    source = Source("linear_model.py", (Cell("linear_model.py", text),))
    with staff_grader(ROOT, SLUG, require=None) as grader:
        report = grader.grade(Submission("s", (source,), "0"))
    found = {r.name: (str(r.verdict), r.carried) for r in report.exercises}
    assert [name for name, (verdict, _) in found.items() if verdict == "failed"] == [
        "split_by_date", "scale", "predict_linear", "grad_linear",
    ]  # fmt: skip
    assert found["fit_linear"] == found["compare_days"] == ("passed", True)
    notes = " ".join(report.exercises[-1].notes)
    calls = "split_by_date, scale, predict_linear"  # grad_linear is fit_linear's, which is right
    assert f"judged with right versions of what it calls: {calls}" in notes
