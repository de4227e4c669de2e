"""06's reference against other formulas, and the figures that its handout names."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from grader.authoring.course import load
from grader.functions import build

ROOT = Path(__file__).parent.parent
STEPS = 10.0 ** np.arange(-12, 0.5, 0.5)


@pytest.fixture(scope="module")
def checking():
    path = ROOT / "solutions" / "06_gradient_checking" / "gradient_checking.py"
    spec = importlib.util.spec_from_file_location("reference_06", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def loss(theta):
    return anp.sum(anp.sin(theta)) + anp.sum(theta**2) * anp.sum(anp.cos(theta))


@pytest.mark.parametrize("shape", [(), (1,), (5,), (2, 3), (2, 1, 3)])
def test_measured_slopes_are_those_of_autograd(checking, shape):
    theta = np.array(np.random.default_rng(0).normal(size=shape))
    before = theta.tobytes()
    measured = checking.numeric_grad(loss, theta)
    assert measured.shape == shape
    np.testing.assert_allclose(measured, grad(loss)(theta), atol=1e-8)
    assert theta.tobytes() == before


def test_whole_numbers_are_measured_as_floats(checking):
    theta = np.array([1, -2, 0])
    np.testing.assert_allclose(
        checking.numeric_grad(loss, theta), grad(loss)(theta.astype(float)), atol=1e-8
    )


def test_the_relative_error_is_numpys_norms(checking):
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    norm = np.linalg.norm
    assert checking.rel_error(a, b) == pytest.approx(norm(a - b) / (norm(a) + norm(b)))
    assert checking.rel_error(np.zeros(2), np.zeros(2)) == 0.0


def test_a_right_gradient_passes_and_the_worst_entry_of_a_wrong_one_is_found(checking):
    theta = np.random.default_rng(2).normal(size=(2, 3))
    ok, _, err = checking.gradcheck(loss, grad(loss), theta)
    assert ok
    assert err < 1e-9

    def wrong(t):
        found = grad(loss)(t)
        found[1, 2] += 0.01
        return found

    ok, worst, err = checking.gradcheck(loss, wrong, theta)
    assert (ok, worst) == (False, (1, 2))
    assert 1e-4 < err < 0.01
    assert checking.gradcheck(loss, wrong, theta, tol=0.1)[0]
    assert not checking.gradcheck(loss, lambda t: np.full(t.shape, np.nan), theta)[0]


def test_the_error_is_least_where_the_handout_says(checking):
    """Near 1e-5 at less than 1e-10; with float32 near 1e-2, at about 3e-5 (course.md)."""
    theta = np.random.default_rng(3).normal(size=6)
    true = grad(loss)(theta)

    def single(t):
        t = np.asarray(t, dtype=np.float32)
        return float(np.sum(np.sin(t)) + np.sum(t**2) * np.sum(np.cos(t)))

    errors = [checking.rel_error(checking.numeric_grad(loss, theta, h), true) for h in STEPS]
    rough = [checking.rel_error(checking.numeric_grad(single, theta, h), true) for h in STEPS]
    assert 1e-6 <= STEPS[np.argmin(errors)] <= 1e-4
    assert min(errors) < 1e-9
    assert 1e-3 <= STEPS[np.argmin(rough)] <= 0.1
    assert 1e-6 < min(rough) < 1e-3


@pytest.mark.parametrize("name", ["sigmoid", "softmax", "relu"])
def test_right_versions_differ_in_the_last_digits_however_small_the_number(name):
    """As test_mine.py promises: a test with a relative tolerance alone is a fair one."""
    found = [v for v in load(ROOT, "06_gradient_checking").suspects if v.of == name and v.right]
    Z = np.random.default_rng(4).uniform(-30, 30, size=(200, 3))
    first, *others = (version.function(Z) for version in found)
    assert others
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-9)


def test_bugs_are_told_from_what_is_only_odd(checking):
    of = {"function": "coupled", "rate": 1.0}
    bugs = {"a": "half", "b": "far_above", "c": "one_off", "d": "tiny", "e": "slightly", "f": ""}
    found = {name: build({"function": "claim", "of": of, "bug": bug}) for name, bug in bugs.items()}
    assert checking.find_bugs(found) == {"a", "c", "e"}
