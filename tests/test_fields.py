"""Fields and claims: slopes are slopes, wrong ones are wrong nearly everywhere, odd ones right."""

from __future__ import annotations

import numpy as np
import pytest

from grader import fields
from grader.functions import build, draw

SHAPES = [(), (1,), (5,), (2, 3), (2, 1, 3)]


def central(f, theta, h=1e-5):
    found = np.zeros(np.shape(theta))
    for index in np.ndindex(np.shape(theta)):
        step = np.zeros(np.shape(theta))
        step[index] = h
        found[index] = (f(theta + step) - f(theta - step)) / (2 * h)
    return found


def error(one, other):
    return np.linalg.norm(one - other) / (np.linalg.norm(one) + np.linalg.norm(other))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(8))
def test_a_field_has_its_slope_and_its_code(seed, shape):
    rng = np.random.default_rng(seed)
    f = build(draw("field", rng))
    theta = np.array(rng.normal(size=shape))
    assert error(f.slope(theta), central(f, theta)) < 1e-7
    pasted = eval(f.code, {"np": np})
    assert pasted(theta) == pytest.approx(f(theta))


@pytest.mark.parametrize("name", fields.FIELDS)
@pytest.mark.parametrize("bug", ["", "nan", *fields.WRONG])
def test_a_slope_with_its_bug_can_be_pasted(name, bug):
    rng = np.random.default_rng(5)
    of = {"function": name, **fields.numbers(name, rng)}
    grad = build({"function": "slope_of", "of": of, "bug": bug})
    pasted = eval(grad.code, {"np": np})
    for shape in SHAPES:
        theta = np.array(rng.normal(size=shape))
        np.testing.assert_allclose(pasted(theta), grad(theta), rtol=1e-12, atol=1e-15)
        assert np.shape(pasted(theta)) == shape


@pytest.mark.parametrize("seed", range(4))
def test_a_field_takes_whole_and_complex_numbers(seed):
    f = build(draw("field", np.random.default_rng(seed)))
    theta = np.array([1, -2, 0])
    moved = theta + np.array([1e-20j, 0, 0])
    assert f(moved).imag / 1e-20 == pytest.approx(f.slope(theta)[0])


@pytest.mark.parametrize("name", fields.FIELDS)
@pytest.mark.parametrize("bug", [*fields.WRONG, *fields.ODD])
def test_wrong_claims_are_wrong_nearly_everywhere_and_odd_ones_right(name, bug):
    rng = np.random.default_rng(3)
    of = {"function": name, **fields.numbers(name, rng)}
    candidate = build({"function": "claim", "of": of, "bug": bug})
    errors = []
    for _ in range(40):
        theta = rng.normal(size=6)
        errors.append(error(candidate(theta)[1], central(lambda t: candidate(t)[0], theta)))
    if bug in fields.WRONG:
        assert candidate.name == bug
        assert np.mean(np.array(errors) > 1e-5) >= 0.9
    else:
        assert candidate.name == "right"
        assert np.median(errors) < 1e-8


def test_a_slope_can_be_no_number():
    of = {"function": "coupled", "rate": 1.0}
    assert np.isnan(build({"function": "slope_of", "of": of, "bug": "nan"})(np.ones(3))).all()
    right = build({"function": "slope_of", "of": of})
    assert right(np.ones(3)).tolist() == build(of).slope(np.ones(3)).tolist()
