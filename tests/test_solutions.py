"""What staff wrote, against independent formulas: references, right versions, wrong versions.

The oracles here share nothing with the references: plain sums over single examples, which
autograd differentiates, and which central differences differentiate again.
"""

from __future__ import annotations

import doctest
import importlib.util
import re
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from grader.authoring.course import load, slugs
from grader.authoring.prepared import staff_parts
from grader.authoring.rehearse import rehearse, rehearsed, rehearsed_result
from grader.judge.prepare import prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from grader.authoring.course import Authored
    from grader.authoring.versions import Version
    from grader.judge.prepare import Prepared

ROOT = Path(__file__).parents[1]
SLUGS = slugs(ROOT)
STEP = 1e-6


def _reference(slug: str) -> ModuleType:
    authored = load(ROOT, slug)
    for name, text in authored.given.items():
        sys.modules[name] = types.ModuleType(name)
        exec(compile(text, f"{name}.py", "exec"), vars(sys.modules[name]))
    path = ROOT / "solutions" / slug / f"{authored.settings.module}.py"
    spec = importlib.util.spec_from_file_location(f"reference_{path.stem}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def loss() -> ModuleType:
    return _reference("01_loss")


@pytest.fixture(scope="module")
def descent() -> ModuleType:
    return _reference("02_gradient_descent")


@pytest.fixture(scope="module")
def layers() -> ModuleType:
    return _reference("08_layers")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(8)


def central(f: Callable[[np.ndarray], float], at: np.ndarray) -> np.ndarray:
    """Slope of f along every entry, by looking to both sides."""
    found = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[index] = STEP
        found[index] = (f(at + step) - f(at - step)) / (2 * STEP)
    return found


def agree(found: Any, f: Callable[[Any], Any], at: np.ndarray) -> None:
    """The slope found is autograd's, and that of central differences."""
    np.testing.assert_allclose(found, grad(f)(at), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found, central(f, at), rtol=0, atol=1e-7)


# --- the references, against other formulas -------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_the_examples_of_the_docstrings_are_true(slug: str) -> None:
    found = doctest.testmod(_reference(slug))
    assert found.attempted > 0
    assert found.failed == 0


def test_every_wrong_label_of_the_warm_up_has_an_explanation_of_its_own() -> None:
    authored = load(ROOT, "00_warm_up")
    against = authored.declarations["TASKS"].laws[0].check.__globals__["AGAINST"]
    right = authored.reference["TASKS"]
    labels = {"regression", "classification", "structured"}
    assert {task: labels - set(wrong) for task, wrong in against.items()} == {
        task: {label} for task, label in right.items()
    }
    assert len(right) == 12
    assert set(right.values()) == labels
    assert all(text for wrong in against.values() for text in wrong.values())


def test_the_example_of_the_course_comes_out(loss: ModuleType, descent: ModuleType) -> None:
    x, y = np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 4.0, 5.0, 9.0])
    y_pred = loss.predict(x, 1.5, 0.5)
    assert y_pred.tolist() == [2.0, 3.5, 5.0, 6.5]
    assert (loss.mae(y_pred, y), loss.mse(y_pred, y)) == (0.75, 1.625)
    assert descent.grad_mse(x, y, 1.5, 0.5) == (-5.5, -1.5)
    assert descent.grad_mae(x, y, 1.5, 0.5) == (-1.5, -0.5)


def test_losses_are_means_over_single_examples(loss: ModuleType, rng: np.random.Generator) -> None:
    y_pred, y = rng.normal(size=7), rng.normal(size=7)
    sizes = [abs(float(p) - float(t)) for p, t in zip(y_pred, y, strict=True)]
    assert loss.mae(y_pred, y) == pytest.approx(sum(sizes) / 7, abs=1e-14)
    assert loss.mse(y_pred, y) == pytest.approx(sum(s * s for s in sizes) / 7, abs=1e-14)


def test_the_surface_has_a_row_per_bias_and_its_lowest_point_is_found(
    loss: ModuleType, rng: np.random.Generator
) -> None:
    ws, bs, x, y = (rng.normal(size=n) for n in (5, 3, 7, 7))
    surface = loss.error_surface(ws, bs, x, y, loss.mse)
    assert surface.shape == (3, 5)
    points = {(w, b): float(np.mean((b + w * x - y) ** 2)) for w in ws for b in bs}
    assert surface[2, 4] == pytest.approx(points[ws[4], bs[2]])
    (w, b), low = min(points.items(), key=lambda item: item[1])
    assert loss.best_on_grid(surface, ws, bs) == pytest.approx((w, b, low))


def test_the_default_loss_is_the_mean_absolute_error(loss: ModuleType) -> None:
    x, y = np.array([1.0, 2.0]), np.array([0.0, 5.0])
    assert loss.loss_at(1.0, 1.0, x, y) == loss.loss_at(1.0, 1.0, x, y, loss=loss.mae) == 2.0


@pytest.mark.parametrize("n", [1, 7])
def test_line_gradients_are_those_of_autograd(
    descent: ModuleType, rng: np.random.Generator, n: int
) -> None:
    x, y, theta = rng.normal(size=n), rng.normal(size=n), np.array([0.7, -0.4])

    def mse(t: Any) -> Any:
        return anp.mean((t[1] + t[0] * x - y) ** 2)

    def mae(t: Any) -> Any:
        return anp.mean(anp.abs(t[1] + t[0] * x - y))

    agree(np.array(descent.grad_mse(x, y, *theta)), mse, theta)
    agree(np.array(descent.grad_mae(x, y, *theta)), mae, theta)


def test_the_given_slope_is_that_of_the_given_curve(descent: ModuleType) -> None:
    for w in (-3.0, 0.0, 1.861):
        assert descent.dL(w) == pytest.approx(grad(descent.L)(w), abs=1e-12)
        assert descent.numeric_slope(descent.L, w) == pytest.approx(descent.dL(w), abs=1e-8)


@pytest.mark.parametrize(
    ("start", "end", "low"),
    [(-3.0, -2.115, 0.288), (-0.1, -2.115, 0.288), (0.2, -2.115, 0.288), (0.5, 1.861, 1.087),
     (3.0, 1.861, 1.087)],
)  # fmt: skip
def test_descent_ends_where_the_course_says(
    descent: ModuleType, start: float, end: float, low: float
) -> None:
    path = descent.gd_1d(descent.dL, start, 0.1, 1000)
    assert path[-1] == pytest.approx(end, abs=1e-3)
    assert descent.L(path[-1]) == pytest.approx(low, abs=1e-3)


def test_a_step_too_large_hops_into_the_other_valley(descent: ModuleType) -> None:
    assert descent.gd_1d(descent.dL, 3.0, 1.2, 1000)[-1] < 0


def test_descent_in_the_plane_is_descent_in_each_direction_of_a_bowl(descent: ModuleType) -> None:
    path = descent.gd_2d(lambda w, b: (2 * w, 6 * b), 1, -2.0, 0.1, 5)
    steps = np.arange(6)
    np.testing.assert_allclose(path, np.stack([0.8**steps, -2 * 0.4**steps], axis=1), atol=1e-14)


def test_descent_converges_below_the_largest_stable_rate_and_not_above(
    descent: ModuleType, rng: np.random.Generator
) -> None:
    x = 3.0 + rng.normal(size=9)
    y = 1.0 + 2.0 * x
    eta = descent.max_stable_eta(x)

    def slope(w: float, b: float) -> tuple[float, float]:
        return descent.grad_mse(x, y, w, b)

    far = [np.abs(descent.gd_2d(slope, 0.0, 0.0, share * eta, 2000)).max() for share in (0.9, 1.1)]
    assert far[0] < 10
    assert far[1] > 1e10


# --- backpropagation, against autograd and the lecture's numbers -----------------------------


@pytest.fixture(scope="module")
def backpropagation() -> ModuleType:
    return _reference("07_backpropagation")


@pytest.mark.parametrize(
    ("x", "outputs"),
    [
        ([1.0, -1.0], [(0.98, 0.12), (0.86, 0.11), (0.62, 0.83)]),
        ([0.0, 0.0], [(0.73, 0.50), (0.72, 0.12), (0.51, 0.85)]),
    ],
)
def test_the_lectures_net_gives_the_lectures_numbers(
    backpropagation: ModuleType, x: list[float], outputs: list[tuple[float, float]]
) -> None:
    _, acts = backpropagation.forward_pass(np.array(x), *backpropagation.lecture_net())
    for a, shown in zip(acts[1:], outputs, strict=True):
        np.testing.assert_allclose(a, shown, atol=0.005)


def test_the_way_back_through_the_lectures_net_has_the_deltas_of_the_course(
    backpropagation: ModuleType,
) -> None:
    Ws, bs = backpropagation.lecture_net()
    target = np.array([1.0, 0.0])
    zs, acts = backpropagation.forward_pass(np.array([1.0, -1.0]), Ws, bs)
    assert float(np.sum((acts[-1] - target) ** 2)) == pytest.approx(0.8336, abs=5e-5)
    deltas = backpropagation.reversed_network(zs, Ws, 2 * (acts[-1] - target))
    shown = [(-0.0071, -0.0020), (-0.0915, 0.1103), (-0.1806, 0.2349)]
    for delta, numbers in zip(deltas, shown, strict=True):
        np.testing.assert_allclose(delta, numbers, atol=5e-5)


@pytest.mark.parametrize("sizes", [(3, 2), (3, 5, 2), (2, 5, 3, 4)])
def test_forward_times_backward_is_the_gradient_of_autograd(
    backpropagation: ModuleType, rng: np.random.Generator, sizes: tuple[int, ...]
) -> None:
    shapes = list(zip(sizes[1:], sizes, strict=False))
    Ws = [rng.normal(size=shape) for shape in shapes]
    bs = [rng.normal(size=rows) for rows, _ in shapes]
    x, target = rng.normal(size=sizes[0]), rng.normal(size=sizes[-1])

    def loss(found: list[Any], biases: list[Any]) -> Any:
        a = x
        for W, b in zip(found, biases, strict=True):
            a = 1 / (1 + anp.exp(-(anp.sum(W * a, axis=1) + b)))
        return anp.sum((a - target) ** 2)

    zs, acts = backpropagation.forward_pass(x, Ws, bs)
    deltas = backpropagation.reversed_network(zs, Ws, 2 * (acts[-1] - target))
    dWs = backpropagation.dC_dW(deltas, acts)
    for layer in range(len(Ws)):
        agree(
            dWs[layer],
            lambda W, at=layer: loss([W if n == at else w for n, w in enumerate(Ws)], bs),
            Ws[layer],
        )
        agree(
            deltas[layer],  # a bias enters z as it is
            lambda b, at=layer: loss(Ws, [b if n == at else v for n, v in enumerate(bs)]),
            bs[layer],
        )
        i, j = len(Ws[layer]) - 1, Ws[layer].shape[1] - 1
        wiggled = backpropagation.dz_dw(acts, layer, i, j) * deltas[layer][i]
        assert wiggled == pytest.approx(dWs[layer][i, j])
    np.testing.assert_allclose(backpropagation.delta_output(zs[-1], target), deltas[-1])
    for layer in range(len(Ws) - 1):
        delta = backpropagation.delta_hidden(zs[layer], Ws[layer + 1], deltas[layer + 1])
        np.testing.assert_allclose(delta, deltas[layer])


# --- activations, against other formulas ----------------------------------------------------


@pytest.fixture(scope="module")
def activations() -> ModuleType:
    return _reference("04_activations")


def test_slopes_of_activations_are_those_of_autograd(activations: ModuleType) -> None:
    z = np.array([-3.0, -0.5, 0.25, 4.0])
    agree(activations.d_sigmoid(z), lambda v: anp.sum(1 / (1 + anp.exp(-v))), z)
    agree(activations.d_relu(z), lambda v: anp.sum(anp.where(v > 0, v, 0.0)), z)
    huge = np.array([1e4, -1e4])
    assert activations.sigmoid(huge).tolist() == [1.0, 0.0]
    assert activations.d_sigmoid(huge).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("pieces", "largest"), [(2, 1.0), (4, 0.21), (8, 0.070), (16, 0.019), (32, 0.0048)]
)
def test_the_sine_in_straight_pieces_is_as_near_as_the_handout_says(
    activations: ModuleType, pieces: int, largest: float
) -> None:
    knees, x = np.linspace(0, 2 * np.pi, pieces + 1), np.linspace(-1, 8, 9001)
    b, c, start, end = activations.pl_to_hard_sigmoids(knees, np.sin(knees))
    curve, relus = np.full(x.shape, b), np.full(x.shape, b)
    for height, left, right in zip(c, start, end, strict=True):
        curve += height * activations.hard_sigmoid(x, left, right)
        for factor, w, shift in activations.hard_sigmoid_as_relus(left, right, height):
            relus += factor * activations.relu(w * x + shift)
    np.testing.assert_allclose(curve, np.interp(x, knees, np.sin(knees)), atol=1e-14)
    np.testing.assert_allclose(relus, curve, atol=1e-12)
    inside = (x >= 0) & (x <= 2 * np.pi)
    assert np.abs(curve - np.sin(x))[inside].max() == pytest.approx(largest, rel=0.02)


def test_one_hidden_layer_adds_up_single_neurons(
    activations: ModuleType, rng: np.random.Generator
) -> None:
    X, W, bh, c = (rng.normal(size=shape) for shape in ((7, 3), (5, 3), (5,), (5,)))
    found = [
        0.3 + sum(c[i] * np.tanh(bh[i] + sum(W[i, j] * x[j] for j in range(3))) for i in range(5))
        for x in X
    ]
    np.testing.assert_allclose(activations.one_hidden_batch(X, W, bh, c, 0.3, np.tanh), found)
    single = activations.one_hidden(X[0], W, bh, c, 0.3, np.tanh)
    assert single == pytest.approx(found[0])


# --- layers, against autograd ---------------------------------------------------------------


def _affine(X: Any, W: Any, b: Any) -> Any:
    rows = [[anp.sum(W[o] * X[n]) + b[o] for o in range(len(b))] for n in range(len(X))]
    return anp.array(rows)


def _act(Z: Any, act: str) -> Any:
    return 1 / (1 + anp.exp(-Z)) if act == "sigmoid" else anp.where(Z > 0, Z, 0.0)


def test_an_affine_layer_has_the_gradients_of_autograd(
    layers: ModuleType, rng: np.random.Generator
) -> None:
    X, W, b, dZ = (rng.normal(size=shape) for shape in ((7, 3), (5, 3), (5,), (7, 5)))
    Z, cache = layers.affine_forward(X, W, b)
    np.testing.assert_allclose(Z, _affine(X, W, b), atol=1e-13)
    dX, dW, db = layers.affine_backward(dZ, cache)
    agree(dX, lambda v: anp.sum(dZ * _affine(v, W, b)), X)
    agree(dW, lambda v: anp.sum(dZ * _affine(X, v, b)), W)
    agree(db, lambda v: anp.sum(dZ * _affine(X, W, v)), b)


@pytest.mark.parametrize("act", ["sigmoid", "relu"])
def test_an_activation_has_the_gradient_of_autograd(
    layers: ModuleType, rng: np.random.Generator, act: str
) -> None:
    Z, dA = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    A, cache = getattr(layers, f"{act}_forward")(Z)
    np.testing.assert_allclose(A, _act(Z, act), atol=1e-14)
    dZ = getattr(layers, f"{act}_backward")(dA, cache)
    agree(dZ, lambda v: anp.sum(dA * _act(v, act)), Z)


def test_losses_of_layers_have_the_gradients_of_autograd(
    layers: ModuleType, rng: np.random.Generator
) -> None:
    Y_pred, Y = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    L, dY = layers.mse_loss(Y_pred, Y)
    assert pytest.approx(float(np.sum((Y_pred - Y) ** 2)) / 15) == L
    agree(dY, lambda v: anp.sum((v - Y) ** 2) / 15, Y_pred)

    Z, y = rng.normal(size=(7, 11)), np.array([9, 2, 2, 0, 9, 9, 5])

    def cross_entropy(v: Any) -> Any:
        total = 0.0
        for row in range(7):
            total = total - anp.log(anp.exp(v[row, y[row]]) / anp.sum(anp.exp(v[row])))
        return total / 7

    L, dZ = layers.cross_entropy(Z, y)
    assert pytest.approx(float(cross_entropy(Z))) == L
    agree(dZ, cross_entropy, Z)
    np.testing.assert_allclose(layers.softmax(Z)[0], np.exp(Z[0]) / np.exp(Z[0]).sum())


def test_large_scores_stay_finite(layers: ModuleType) -> None:
    Z = np.array([[1e4, 0.0, -1e4], [-1e4, -1e4, -1e4]])
    assert layers.softmax(Z)[0].tolist() == [1.0, 0.0, 0.0]
    np.testing.assert_allclose(layers.softmax(Z)[1], 1 / 3)
    L, dZ = layers.cross_entropy(Z, np.array([2, 0]))
    assert pytest.approx((2e4 + np.log(3)) / 2) == L
    assert np.isfinite(dZ).all()
    assert layers.sigmoid_forward(Z)[0][0].tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("act", ["sigmoid", "relu"])
@pytest.mark.parametrize("sizes", [(3, 5), (3, 4, 2), (3, 6, 5, 4, 2), (3, *[4, 5] * 5, 4, 2)])
def test_a_whole_network_has_the_gradients_of_autograd(
    layers: ModuleType, rng: np.random.Generator, act: str, sizes: tuple[int, ...]
) -> None:
    n_layers = len(sizes) - 1
    params = {}
    for layer in range(n_layers, 0, -1):
        params[f"W{layer}"] = rng.normal(size=(sizes[layer], sizes[layer - 1])) * 0.8
        params[f"b{layer}"] = rng.normal(size=sizes[layer]) * 0.3
    X, dZ = rng.normal(size=(3, sizes[0])), rng.normal(size=(3, sizes[-1]))

    def network(found: Mapping[str, Any]) -> Any:
        A = X
        for layer in range(1, n_layers + 1):
            Z = _affine(A, found[f"W{layer}"], found[f"b{layer}"])
            A = _act(Z, act)
        return Z

    Z, caches = layers.net_forward(params, X, act)
    np.testing.assert_allclose(Z, network(params), atol=1e-12)
    grads = layers.net_backward(params, caches, dZ)
    assert set(grads) == set(params)
    for key, value in params.items():
        agree(grads[key], lambda v, key=key: anp.sum(dZ * network({**params, key: v})), value)


# --- every version, by the judge ------------------------------------------------------------


@pytest.fixture(scope="module", params=SLUGS)
def authored(request: pytest.FixtureRequest) -> Authored:
    return load(ROOT, request.param)


@pytest.fixture(scope="module")
def prepared(authored: Authored) -> Mapping[str, Prepared]:
    assignment, *_ = staff_parts(ROOT, authored.slug)
    return {e.name: prepare(e) for e in assignment.exercises}


def _by_cases(versions: tuple[Version, ...]) -> Iterator[Version]:
    return (v for v in versions if v.of.judged_by == "reference")


def test_every_reference_is_right_and_changes_no_argument(
    authored: Authored, prepared: Mapping[str, Prepared]
) -> None:
    for name, one in prepared.items():
        if authored.declarations[name].judged_by == "reference":
            assert rehearse(one, authored.reference).passed, name


def test_every_variant_is_right(authored: Authored, prepared: Mapping[str, Prepared]) -> None:
    wrong = {}
    for version in _by_cases(authored.variants):
        judgement = rehearse(prepared[version.of.name], authored.namespace(version))
        if not judgement.passed:
            wrong[version.id] = judgement.first.message
    assert not wrong


def test_every_mistake_is_found_and_named(
    authored: Authored, prepared: Mapping[str, Prepared]
) -> None:
    other = {}
    for version in _by_cases(authored.mistakes):
        result = rehearsed_result(prepared[version.of.name], authored.namespace(version))
        named = result.mistake.id if result.mistake else None
        if named != version.id:
            other[version.id] = (result.verdict, named)
    assert not other


def test_versions_that_laws_judge_are_told_apart(
    authored: Authored, prepared: Mapping[str, Prepared]
) -> None:
    wrong = []
    for versions, right in ((authored.variants, True), (authored.mistakes, False)):
        for version in (v for v in versions if v.of.judged_by in ("laws", "training")):
            one = prepared[version.of.name]
            result = rehearsed(authored, one.exercise, one, authored.namespace(version))
            named = result.mistake.id if result.mistake else None
            if (result.verdict == "passed", named) != (right, None if right else version.id):
                wrong.append((version.id, result.message, named))
    assert not wrong


def test_networks_of_every_depth_and_of_twelve_layers_are_in_the_bank() -> None:
    assignment, *_ = staff_parts(ROOT, "08_layers")
    for name in ("net_forward", "net_backward"):
        cases = next(e.cases for e in assignment.exercises if e.name == name)
        found = {(len(c.arguments["params"]) // 2, c.arguments["act"]) for c in cases}
        assert {(d, a) for d in (1, 2, 3, 4) for a in ("sigmoid", "relu")} <= found
        deep = [c for c in cases if len(c.arguments["params"]) == 24]
        assert {c.arguments["act"] for c in deep} == {"sigmoid", "relu"}


def test_starts_lead_where_they_should_and_wrong_ones_elsewhere() -> None:
    authored = load(ROOT, "02_gradient_descent")
    descent = authored.reference

    def right(starts: Any) -> bool:
        ends = [descent["gd_1d"](descent["dL"], float(w), 0.1, 1000)[-1] for w in starts]
        return bool(np.all(np.abs(np.array(ends) - [-2.115, 1.861]) <= 0.05))

    two_starts = authored.declarations["two_starts"]
    assert right(descent["two_starts"]())
    assert all(right(v.function()) for v in authored.variants if v.of is two_starts)
    assert not any(right(v.function()) for v in authored.mistakes if v.of is two_starts)


def test_every_exercise_has_mistakes_and_six_variants(authored: Authored) -> None:
    for name, declaration in authored.declarations.items():
        if name in authored.settings.elsewhere:
            continue  # files of tests or claims: see the folder `versions`
        assert sum(v.of is declaration for v in authored.mistakes) >= 4, name
        assert sum(v.of is declaration for v in authored.variants) >= 6, name


def test_every_mistake_has_a_title_and_three_different_hints(authored: Authored) -> None:
    for version in authored.mistakes:
        assert version.title.strip(), version.id
        assert len({hint.strip() for hint in version.hints} - {""}) == 3, version.id


def test_no_hint_holds_code(authored: Authored) -> None:
    code = re.compile(r"np\.|\bdef |\*\*|axis=|keepdims|@|==|\w\[|\.sum|\.mean|\.T\b")
    found = [
        (version.id, hint)
        for version in authored.mistakes
        for hint in version.hints
        if code.search(hint)
    ]
    assert not found
