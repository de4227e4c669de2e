"""09 and 10: what the references reach, and how long they take."""

from __future__ import annotations

import importlib.util
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

from grader.authoring.course import load
from grader.data import add_bits, digits8, drawing_table, toy, views

ROOT = Path(__file__).parent.parent
SECONDS = 2.0
"""Processor time of a reference's training (issue: under 2 s, single-threaded)."""


def module(slug: str, name: str) -> types.ModuleType:
    given = ROOT / "solutions" / "08_layers" / "layers.py"
    sys.modules["layers"] = types.ModuleType("layers")
    exec(compile(given.read_text("utf-8"), str(given), "exec"), vars(sys.modules["layers"]))
    path = ROOT / "solutions" / slug / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"reference_{name}", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture(scope="module")
def deep():
    return module("09_deep_networks", "deep_networks")


@pytest.fixture(scope="module")
def capstone():
    return module("10_capstone", "capstone")


def scores(params, X):
    depth = len(params) // 2
    for i in range(1, depth + 1):
        X = X @ params[f"W{i}"].T + params[f"b{i}"]
        X = np.where(X > 0, X, 0) if i < depth else X
    return X


def timed(function, *arguments):
    began = time.process_time()
    found = function(*arguments)
    assert time.process_time() - began < SECONDS * 2  # twice: the clock counts every thread
    return found


@pytest.mark.parametrize("seed", range(3))
def test_the_classifier_reaches_ninety_percent(deep, seed):
    params = timed(deep.train_classifier, *digits8(2000, seed), np.random.default_rng(seed))
    X, y = digits8(2000, seed + 50)
    assert deep.accuracy(deep.predict_class(scores(params, X)), y) >= 0.91


def loss_of(params, X, y):
    Z = scores(params, X)
    return float(np.mean(np.logaddexp.reduce(Z, axis=1) - Z[np.arange(len(y)), y]))


@pytest.mark.parametrize("seed", range(10))
def test_twenty_images_are_learned_by_heart_with_room_to_spare(deep, seed):
    X, y = digits8(20, seed)
    assert loss_of(timed(deep.overfit_tiny, X, y), X, y) < 0.01 / 4


RIGHT_BY_HEART = [v for v in load(ROOT, "09_deep_networks").variants if v.of.name == "overfit_tiny"]


@pytest.mark.parametrize("variant", RIGHT_BY_HEART, ids=lambda variant: variant.id)
def test_a_right_way_to_learn_by_heart_is_twice_as_good_as_it_has_to_be(variant):
    """On any twenty images, whatever their labels."""
    for seed in range(10):
        X, y = digits8(20, seed)
        y = (y + seed) % 10
        assert loss_of(variant.function(X, y), X, y) <= 0.01 / 2


@pytest.mark.parametrize("seed", range(3))
def test_the_spiral_reaches_ninety_seven_percent(deep, seed):
    X, y = toy("spiral", 300, seed)
    params = timed(deep.train_spiral, X, y, np.random.default_rng(seed))
    X_new, y_new = toy("spiral", 1000, seed + 50)
    assert deep.accuracy(deep.predict_class(scores(params, X)), y) >= 0.98
    assert deep.accuracy(deep.predict_class(scores(params, X_new)), y_new) >= 0.95


def test_all_eighty_digits_are_drawn_right(deep):
    T, Y = drawing_table()
    ink = scores(timed(deep.train_drawer, T, Y), T) > 0
    assert np.array_equal(ink, Y > 0.5)


DEPTHS = (0, 1, 2, 3, 4)


def week_before(seed):
    """Views of seven days before, scaled by the days to learn from; 2021 is not seen."""
    dates, v = views(seed)
    X = np.stack([v[6 - lag : len(v) - 1 - lag] for lag in range(7)], axis=1)
    y, seen = v[7:], dates[7:] < np.datetime64("2021-01-01")
    X = (X - X[seen].mean(axis=0)) / X[seen].std(axis=0)
    return X[seen], y[seen], X[~seen], y[~seen]


@pytest.mark.parametrize(("year", "seed"), [(2021, 0), (2021, 1), (2021, 2), (13, 13), (20, 20)])
def test_depth_tells_the_lectures_story(deep, year, seed):
    """The seen error falls with every layer; the unseen one falls once and then no more."""
    table = timed(deep.depth_table, *week_before(year), DEPTHS, np.random.default_rng(seed))
    seen, unseen = (np.array([table[depth][i] for depth in DEPTHS]) for i in (0, 1))
    assert np.all(seen[1:] < 0.97 * seen[:-1])
    assert unseen[1] < 0.9 * unseen[0]
    assert np.all(unseen[2:] > unseen[1] - 0.025)
    assert unseen[4] - seen[4] > 3 * (unseen[0] - seen[0])


def test_the_handouts_row_of_depths_is_measured(deep):
    table = deep.depth_table(*week_before(2021), DEPTHS, np.random.default_rng(0))
    seen, unseen = zip(*(table[depth] for depth in DEPTHS), strict=True)
    assert seen == pytest.approx((0.34, 0.25, 0.22, 0.20, 0.17), abs=0.01)
    assert unseen == pytest.approx((0.35, 0.27, 0.27, 0.28, 0.28), abs=0.01)


def test_a_linear_model_of_a_week_is_as_good_as_measured(deep):
    table = deep.depth_table(*week_before(2021), (0,), np.random.default_rng(0))
    assert table[0] == pytest.approx((0.331, 0.352), abs=0.02)


def test_counting_agrees_with_a_plain_loop(deep):
    rng = np.random.default_rng(0)
    y_pred, y = rng.integers(0, 4, size=50), rng.integers(0, 4, size=50)
    table = deep.confusion(y_pred, y, 4)
    for t in range(4):
        for p in range(4):
            assert table[t, p] == sum(a == t and b == p for a, b in zip(y, y_pred, strict=True))
    assert deep.accuracy(y_pred, y) == np.trace(table) / 50


@pytest.mark.parametrize("seed", [2021, 3, 77])
def test_the_forecaster_reaches_the_boss(capstone, seed):
    dates, v = views(seed)
    cut = int(np.sum(dates < np.datetime64("2021-01-01")))
    error = np.mean(np.abs(capstone.forecast_views(dates, v, cut, None) - v[cut:]))
    days = np.arange(56, len(v))
    X = np.stack([*(v[days - lag] for lag in range(1, 57)), np.ones(len(days))], axis=1)
    w = np.linalg.lstsq(X[days < cut], v[days][days < cut], rcond=None)[0]
    assert error <= np.mean(np.abs(X[days >= cut] @ w - v[cut:]))


def test_who_reaches_a_tier_of_the_forecaster_has_reached_those_below_it():
    """On this channel a model of 56 days is worse than one of 28 by more than the 3 % of its tier."""

    def least_squares(dates, v, cut, rng):
        days = np.arange(56, len(v))
        X = np.stack([*(v[days - lag] for lag in range(1, 57)), np.ones(len(days))], axis=1)
        weights = np.linalg.lstsq(X[days < cut], v[days][days < cut], rcond=None)[0]
        return X[days >= cut] @ weights

    laws = load(ROOT, "10_capstone").declarations["forecast_views"].laws
    tiers = [law for law in laws if law.id.endswith("_tier")]
    assert len(tiers) == 4
    for law in tiers:
        law.check(types.SimpleNamespace(forecast_views=least_squares), 36_004)


def test_the_table_of_the_capstones_handout_is_measured():
    dates, v = views(2021)
    cut = int(np.sum(dates < np.datetime64("2021-01-01")))
    assert np.mean(np.abs(v[cut - 1 : -1] - v[cut:])) == pytest.approx(0.62, abs=0.01)
    assert np.mean(np.abs(v[cut - 7 : -7] - v[cut:])) == pytest.approx(0.38, abs=0.01)
    for lags, error in ((7, 0.35), (28, 0.26), (56, 0.25)):
        days = np.arange(lags, len(v))
        X = np.stack([*(v[days - i] for i in range(1, lags + 1)), np.ones(len(days))], axis=1)
        w = np.linalg.lstsq(X[days < cut], v[days][days < cut], rcond=None)[0]
        assert np.mean(np.abs(X[days >= cut] @ w - v[cut:])) == pytest.approx(error, abs=0.01)


@pytest.mark.parametrize("seed", range(4))
def test_the_adder_adds_what_it_has_not_seen(capstone, seed):
    X, Y = add_bits()
    order = np.random.default_rng(seed).permutation(256)
    known, new = order[:192], order[192:]
    params, history = timed(capstone.train_adder, X[known], Y[known], np.random.default_rng(seed))
    right = np.all((scores(params, X) > 0) == (Y > 0.5), axis=1)
    assert right[known].mean() >= 0.99
    assert right[new].mean() >= 0.75
    assert history[-1] < 0.01 < history[0]
