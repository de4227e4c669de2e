"""Tests of `grader.functions`: what exercises receive as arguments, and can be pasted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.functions import FAMILIES, build, describe, draw
from grader.sandbox import codec

SEEDS = st.integers(0, 10_000)
OF_NUMBERS = sorted(set(FAMILIES) - {"loss_grad"})


@given(st.sampled_from(OF_NUMBERS), SEEDS)
def test_every_drawn_function_is_plain_data_and_can_be_called(family, seed):
    description = draw(family, np.random.default_rng(seed))
    assert codec.loads(codec.dumps(description)) == description
    function = build(description)
    assert function.name == description["function"]
    arguments = {"plane_slope": (0.5, -0.5), "loss": (np.ones(3), np.zeros(3))}.get(family, (0.5,))
    assert np.all(np.isfinite(function(*arguments)))


@given(st.sampled_from(OF_NUMBERS), SEEDS, st.floats(-3, 3), st.floats(-3, 3))
def test_the_code_to_paste_is_the_function(family, seed, one, other):
    function = build(draw(family, np.random.default_rng(seed)))
    pasted = eval(function.code, {"np": np})
    if family == "loss":
        arguments = (np.array([one, other, 1.0]), np.array([other, 0.5, one]))
    elif family == "field":
        arguments = (np.array([one, other, 1.0]),)
    else:
        arguments = (one, other) if family == "plane_slope" else (one,)
    np.testing.assert_allclose(pasted(*arguments), function(*arguments), rtol=1e-5, atol=1e-12)


@given(SEEDS, st.floats(-3, 3))
def test_slopes_are_the_derivatives(seed, w):
    function = build(draw("scalar", np.random.default_rng(seed)))
    h = 1e-5
    difference = (function(w + h) - function(w - h)) / (2 * h)
    assert function.slope(w) == pytest.approx(difference, abs=1e-7, rel=1e-7)


@given(SEEDS, st.floats(-3, 3))
def test_a_slope_function_is_the_slope_of_its_scalar(seed, w):
    description = draw("slope", np.random.default_rng(seed))
    scalar = {**description, "function": description["function"].removesuffix("_slope")}
    assert build(description)(w) == pytest.approx(build(scalar).slope(w))


@given(SEEDS, st.floats(-3, 3), st.floats(-3, 3))
def test_plane_slopes_belong_to_a_surface(seed, w, b):
    """The mixed derivatives agree, but for the rounded bowl, which is no gradient."""
    description = draw("plane_slope", np.random.default_rng(seed))
    slope, h = build(description), 1e-5
    across = (slope(w, b + h)[0] - slope(w, b - h)[0]) / (2 * h)
    along = (slope(w + h, b)[1] - slope(w - h, b)[1]) / (2 * h)
    if description["function"] != "rounded_bowl_slope":
        assert across == pytest.approx(along, abs=1e-6)


@given(SEEDS)
def test_a_loss_is_zero_where_nothing_is_wrong(seed):
    loss = build(draw("loss", np.random.default_rng(seed)))
    assert loss(np.arange(3.0), np.arange(3.0)) == pytest.approx(0.0, abs=1e-12)
    assert loss(np.zeros(3), np.array([1.0, -2.0, 0.0])) > 0


@given(SEEDS)
def test_a_loss_with_its_gradient_is_that_of_central_differences_and_can_be_pasted(seed):
    rng = np.random.default_rng(seed)
    description = draw("loss_grad", rng)
    assert codec.loads(codec.dumps(description)) == description
    function = build(description)
    params = {"W1": rng.normal(size=(1, 3)), "b1": rng.normal(size=1)}
    X, y = rng.normal(size=(5, 3)), rng.normal(size=5)
    loss, grads = function(params, X, y)
    for key, value in params.items():
        for at in np.ndindex(value.shape):
            step = np.zeros(value.shape)
            step[at] = 1e-6
            sides = [function({**params, key: value + s * step}, X, y)[0] for s in (1, -1)]
            assert grads[key][at] == pytest.approx((sides[0] - sides[1]) / 2e-6, abs=1e-7)
    pasted = eval(function.code, {"np": np})(params, X, y)
    assert pasted[0] == pytest.approx(loss)
    np.testing.assert_allclose(pasted[1]["W1"], grads["W1"])
    np.testing.assert_allclose(pasted[1]["b1"], grads["b1"])


def test_a_description_holds_the_name_and_the_numbers():
    assert describe("wave", {"height": 1.0, "rate": 2.0}) == {
        "function": "wave", "height": 1.0, "rate": 2.0,
    }  # fmt: skip


def test_a_constant_has_a_slope_and_code_of_zero():
    assert build({"function": "polynomial_slope", "coefficients": [3.0]})(2.0) == 0.0
    assert build({"function": "polynomial_slope", "coefficients": [3.0]}).code == "lambda w: 0.0"


def test_an_unknown_name_is_refused():
    with pytest.raises(KeyError):
        build({"function": "affine_forward"})
