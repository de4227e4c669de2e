"""Digits, toys, sums, drawings: what they are, and the figures that course.md measured on them."""

from __future__ import annotations

import itertools
import types
from pathlib import Path

import numpy as np
import pytest

from grader.data import TOYS, add_bits, digits8, drawing_table, toy

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def layers() -> types.ModuleType:
    module = types.ModuleType("layers_of_the_course")
    path = ROOT / "solutions" / "08_layers" / "layers.py"
    exec(compile(path.read_text("utf-8"), str(path), "exec"), vars(module))
    return module


def trained(layers, sizes, data, slope, **recipe):
    """Momentum and a falling learning rate; the first network that comes to mind."""
    X, y = data
    eta, epochs, batch = (recipe.get(k, 32) for k in ("eta", "epochs", "batch"))
    rng = np.random.default_rng(0)
    params = {}
    for i, (n_in, n_out) in enumerate(itertools.pairwise(sizes), 1):
        params[f"W{i}"] = rng.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in)
        params[f"b{i}"] = np.zeros(n_out)
    speed = dict.fromkeys(params, 0.0)
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for first in range(0, len(X), batch):
            rows = order[first : first + batch]
            Z, caches = layers.net_forward(params, X[rows], "relu")
            grads = layers.net_backward(params, caches, slope(Z, y[rows]))
            speed = {k: 0.9 * speed[k] - eta * (1 - epoch / epochs) * grads[k] for k in params}
            params = {k: params[k] + speed[k] for k in params}
    return lambda A: layers.net_forward(params, A, "relu")[0]


def bits(Z, Y):
    return (0.5 + 0.5 * np.tanh(Z / 2) - Y) / len(Z)


def exact(Z, Y):
    return float(np.mean(np.all((Z > 0) == (Y > 0.5), axis=1)))


def test_a_seed_always_gives_the_same_digits_and_another_one_others():
    X, y = digits8(50, 3)
    again, _ = digits8(50, 3)
    other, _ = digits8(50, 4)
    assert np.array_equal(X, again)
    assert not np.array_equal(X, other)
    assert X.shape == (50, 64)
    assert X.dtype == np.float64
    assert X.min() >= 0
    assert X.max() <= 1
    assert set(digits8(500, 0)[1]) == set(range(10))
    assert y.dtype.kind == "i"


@pytest.mark.parametrize(
    ("sizes", "low", "high"),
    [((64, 10), 0.70, 0.82), ((64, 64, 10), 0.90, 0.96), ((64, 128, 64, 10), 0.93, 0.98)],
)
def test_digits_are_as_hard_as_the_course_says(layers, sizes, low, high):
    """Linear .77, one hidden layer .92, deeper .94 to .96 (course.md)."""
    X, y = digits8(1500, 0)
    X_new, y_new = digits8(2000, 100)
    net = trained(
        layers, sizes, (X, y), lambda Z, y: layers.cross_entropy(Z, y)[1], eta=0.05, epochs=30
    )
    share = float(np.mean(np.argmax(net(X_new), axis=1) == y_new))
    assert low <= share <= high


@pytest.mark.parametrize(
    ("sizes", "low", "high"),
    [((2, 2), 0.45, 0.62), ((2, 32, 2), 0.6, 0.9), ((2, 32, 32, 2), 0.97, 1)],
)
def test_a_spiral_needs_two_hidden_layers(layers, sizes, low, high):
    """Linear .52, one hidden layer .78, two .997 (course.md)."""
    X, y = toy("spiral", 300, 1)
    net = trained(
        layers, sizes, (X, y), lambda Z, y: layers.cross_entropy(Z, y)[1], eta=0.1, epochs=300
    )
    assert low <= float(np.mean(np.argmax(net(X), axis=1) == y)) <= high


@pytest.mark.parametrize("name", sorted(TOYS))
def test_both_classes_of_every_toy_occur(name):
    X, y = toy(name, 200, 5)
    assert X.shape == (200, 2)
    assert set(y.tolist()) == {0, 1}
    assert np.array_equal(X, toy(name, 200, 5)[0])


def test_toys_follow_their_rules():
    X, y = toy("xor", 300, 0)
    assert np.array_equal(y == 1, (X[:, 0] < 0.5) != (X[:, 1] < 0.5))
    X, y = toy("circle", 300, 0)
    assert np.array_equal(y == 1, np.sum((X - 0.5) ** 2, axis=1) > 0.1)
    X, y = toy("diag", 300, 0)
    assert np.array_equal(y == 1, X.sum(axis=1) < 0.5)


def test_sums_are_sums():
    X, Y = add_bits()
    powers = 2 ** np.arange(5)
    a, b, total = X[:, :4] @ powers[:4], X[:, 4:] @ powers[:4], Y @ powers
    assert np.array_equal(a + b, total)
    assert len({(one, other) for one, other in zip(a, b, strict=True)}) == 256
    assert np.array_equal(16 * a + b, np.arange(256))


@pytest.mark.parametrize(
    ("sizes", "seen", "unseen"),
    [((8, 5), (0.04, 0.12), (0, 0.1)), ((8, 48, 5), (0.99, 1), (0.7, 1))],
)
def test_an_adder_needs_a_hidden_layer(layers, sizes, seen, unseen):
    """Linear 7 % exact sums; one hidden layer 100 % of the seen, 86 % of the others (course.md)."""
    X, Y = add_bits()
    order = np.random.default_rng(1).permutation(256)
    known, new = order[:192], order[192:]
    net = trained(
        layers,
        sizes,
        (X[known], Y[known]),
        lambda Z, Y: bits(Z, Y) / 5,
        eta=0.5,
        epochs=400,
        batch=16,
    )
    assert seen[0] <= exact(net(X[known]), Y[known]) <= seen[1]
    assert unseen[0] <= exact(net(X[new]), Y[new]) <= unseen[1]


def test_the_drawing_table_holds_every_digit_in_every_place():
    T, Y = drawing_table()
    assert T.shape == (80, 16)
    assert Y.shape == (80, 64)
    assert set(np.unique(T)) == set(np.unique(Y)) == {0.0, 1.0}
    assert [int(T[:, part].sum()) for part in (slice(10), slice(10, 14), slice(14, 16))] == [80] * 3
    assert len(np.unique(Y, axis=0)) == 80
    ink = Y.sum(axis=1).reshape(10, 8)
    assert np.all(ink == ink[:, :1])


@pytest.mark.parametrize(("sizes", "right"), [((16, 64), 0.0), ((16, 64, 64), 1.0)])
def test_a_drawer_needs_a_hidden_layer(layers, sizes, right):
    """80 of 80, linear 0 of 80 (course.md)."""
    T, Y = drawing_table()
    net = trained(layers, sizes, (T, Y), bits, eta=0.1, epochs=300, batch=16)
    assert exact(net(T), Y) == right
