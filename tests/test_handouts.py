"""Handouts say what is true: numbers and formulas, links and figures, snippets and symbols.

A number of the handouts is checked here, or by the test that is named here, or it stands in a
sentence that says that it is the lecture's.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.authoring.course import load, slugs
from grader.data import views

ROOT = Path(__file__).parent.parent
SLUGS = slugs(ROOT)
HANDOUTS = {slug: (ROOT / "solutions" / slug / "handout.md").read_text("utf-8") for slug in SLUGS}
CUT = np.datetime64("2021-01-01")

Check = str | Callable[[], bool]


def reference(slug: str) -> types.SimpleNamespace:
    return types.SimpleNamespace(**load(ROOT, slug).reference)


def flat(text: str) -> str:
    return " ".join(text.split())


# --- what is claimed -----------------------------------------------------------------------


def lines_by_mae() -> tuple[float, float]:
    """Mean absolute errors, seen and unseen, of the line that is best by the MAE."""
    dates, v = views(2021)
    x, y, seen = v[:-1], v[1:], dates[1:] < CUT
    A = np.stack([x, np.ones(len(x))], axis=1)
    theta = np.linalg.lstsq(A[seen], y[seen], rcond=None)[0]
    for _ in range(200):  # Iteratively reweighted least squares
        weights = 1 / np.maximum(np.abs(A[seen] @ theta - y[seen]), 1e-6)
        B = A[seen] * weights[:, None]
        theta = np.linalg.solve(B.T @ A[seen], B.T @ y[seen])
    size = np.abs(A @ theta - y)
    return float(size[seen].mean()), float(size[~seen].mean())


def days() -> tuple[np.ndarray, np.ndarray]:
    """Views today and tomorrow on the days to learn from."""
    dates, v = views(2021)
    seen = dates[1:] < CUT
    return v[:-1][seen], v[1:][seen]


def largest_and_smallest_curvature() -> tuple[float, float]:
    x, _ = days()
    H = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1.0]])
    low, high = np.linalg.eigvalsh(H)
    return float(high), float(low)


def far_after_a_thousand_updates() -> bool:
    x, y = days()
    descent = reference("02_gradient_descent")
    slope = lambda w, b: descent.grad_mse(x, y, w, b)  # noqa: E731
    w = descent.gd_2d(slope, 0.0, 0.0, 0.075, 1000)[-1, 0]
    return 45 <= np.log10(abs(w)) < 47


def knees() -> bool:
    activations = reference("04_activations")
    b, c, start, end = activations.pl_to_hard_sigmoids(np.array([0.0, 1, 3]), np.array([1.0, 3, 2]))
    return (b, list(c), list(start), list(end)) == (1.0, [2.0, -1.0], [0.0, 1.0], [1.0, 3.0])


def wide_gap() -> bool:
    """The reference's own gradients of 08, at an ordinary point, against differences."""
    layers, checking = reference("08_layers"), reference("06_gradient_checking")
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(7, 3)), rng.integers(0, 4, size=7)
    W, b = rng.normal(size=(4, 3)), rng.normal(size=4)

    def loss(theta: np.ndarray) -> float:
        return float(layers.cross_entropy(layers.affine_forward(X, theta, b)[0], y)[0])

    def slope(theta: np.ndarray) -> np.ndarray:
        Z, cache = layers.affine_forward(X, theta, b)
        return layers.affine_backward(layers.cross_entropy(Z, y)[1], cache)[1]

    _, _, err = checking.gradcheck(loss, slope, W)
    measured = checking.numeric_grad(loss, W)
    return err < 1e-9 and float(np.abs(slope(W) - measured).max()) < 1e-9


def gains_at_most_a_quarter() -> bool:
    slopes = reference("04_activations").d_sigmoid(np.linspace(-20, 20, 4001))
    return float(slopes.max()) == 0.25 and float(slopes.min()) >= 0


def versions_of_loss_and_grads() -> tuple[int, int]:
    """Right and wrong functions that a learner's tests are tried on."""
    suspects = load(ROOT, "06_gradient_checking").suspects
    mine = [s for s in suspects if s.of == "loss_and_grads"]
    return sum(s.right for s in mine), sum(not s.right for s in mine)


def a_fresh_classifier_guesses() -> bool:
    layers = reference("08_layers")
    loss, dZ = layers.cross_entropy(np.zeros((5, 10)), np.arange(5))
    return abs(loss - np.log(10)) < 1e-12 and bool(np.all(np.abs(dZ.sum(axis=1)) < 1e-15))


def central_slopes() -> bool:
    f = lambda w: w**2  # noqa: E731
    central = reference("02_gradient_descent").numeric_slope(f, 3.0, 0.1)
    return abs(central - 6.0) < 1e-12 and abs((f(3.1) - f(3.0)) / 0.1 - 6.1) < 1e-9


def rows_of_lags() -> bool:
    model = reference("03_linear_model")
    v = np.array([1.0, 2, 3, 5, 8])
    X, y = model.make_lags(v, 2)
    k = 2
    true = all(X[t, j] == v[t + k - 1 - j] for t in range(3) for j in range(2))
    return true and y.tolist() == [3, 5, 8] and len(model.make_lags(np.arange(10.0), 3)[1]) == 7


DATA_SETS, SOLUTIONS = "test_data_sets", "test_solutions"
CLAIMS: list[tuple[str, str, Check]] = [
    ("00_warm_up", "19 times 19 = 361", lambda: 19 * 19 == 361),
    ("01_loss", "With $w = 1$ and $b = 0.5$, 4.8 k today predict 5.3 k tomorrow",
     f"{SOLUTIONS}.test_the_example_of_the_course_comes_out"),
    ("01_loss", "In the lecture's example 5.3 k were predicted and 4.9 k came, so $e = 0.4$ k",
     f"{SOLUTIONS}.test_the_example_of_the_course_comes_out"),
    ("01_loss", "minds one error of 4 more than four errors of 1", lambda: 4**2 > 4 * 1**2),
    ("01_loss", "a loss of about 0.51 k on 2017 to 2020, and of about 0.58 k on 2021",
     lambda: np.allclose(lines_by_mae(), (0.51, 0.58), atol=0.006)),
    ("02_gradient_descent", "for $f(w) = w^2$ at $w = 3$", central_slopes),
    ("02_gradient_descent", "what do both formulas give with $h = 0.1$", central_slopes),
    ("02_gradient_descent", "at $w = -2.115$ with $L = 0.288$",
     f"{SOLUTIONS}.test_descent_ends_where_the_course_says"),
    ("02_gradient_descent", "at $w = 1.861$ with $L = 1.087$",
     f"{SOLUTIONS}.test_descent_ends_where_the_course_says"),
    ("02_gradient_descent",
     "Starts of -3, -0.1 and 0.2 end in the deeper valley, 0.5 and 3 in the other",
     f"{SOLUTIONS}.test_descent_ends_where_the_course_says"),
    ("02_gradient_descent", "With $\\eta = 1.2$ a start of 3 hops over the hill",
     f"{SOLUTIONS}.test_a_step_too_large_hops_into_the_other_valley"),
    ("02_gradient_descent", "the limit is about $\\eta = 0.071$",
     lambda: abs(reference("02_gradient_descent").max_stable_eta(days()[0]) - 0.0715) < 0.0006),
    ("02_gradient_descent",
     "With $\\eta = 0.075$ and a start of (0, 0), $w$ is of the order of $10^{46}$ after 1,000 updates",
     far_after_a_thousand_updates),
    ("02_gradient_descent", "about 300 times as steep as the flattest",
     lambda: 280 < np.divide(*largest_and_smallest_curvature()) < 330),
    ("03_linear_model", "about 300 times as steep as the flattest",
     lambda: 280 < np.divide(*largest_and_smallest_curvature()) < 330),
    ("03_linear_model", "for `v = [1, 2, 3, 5, 8]` and `k = 2`. For T = 10 and k = 3", rows_of_lags),
    ("03_linear_model", "| 1 | 0.524 | 0.602 | 0.48 | 0.58 |",
     "test_linear_model.test_the_figures_of_the_handout_are_those_of_least_squares_and_of_the_law"),
    ("03_linear_model", "| 7 | 0.339 | 0.350 | 0.38 | 0.49 |",
     "test_linear_model.test_the_figures_of_the_handout_are_those_of_least_squares_and_of_the_law"),
    ("03_linear_model", "| 28 | 0.257 | 0.258 | 0.33 | 0.46 |",
     "test_linear_model.test_the_figures_of_the_handout_are_those_of_least_squares_and_of_the_law"),
    ("03_linear_model", "| 56 | 0.238 | 0.249 | 0.32 | 0.46 |",
     "test_linear_model.test_the_figures_of_the_handout_are_those_of_least_squares_and_of_the_law"),
    ("03_linear_model", "yours should come within about 2 %",
     "test_linear_model.test_the_reference_comes_within_two_percent_of_them"),
    ("03_linear_model", "the same weekday of last week, about 0.59",
     "test_linear_model.test_the_weight_of_a_week_ago_is_the_tallest"),
    ("04_activations", "knees at $x = 0, 1, 3$ with heights $1, 3, 2$", knees),
    ("04_activations", "$e^{800}$ is more than the computer can hold",
     lambda: np.log(np.finfo(float).max) < 800),
    ("04_activations", "a number for every $z$ from -10,000 to 10,000",
     f"{SOLUTIONS}.test_slopes_of_activations_are_those_of_autograd"),
    ("04_activations", "1.0, 0.21, 0.070, 0.019 and 0.0048 with 2, 4, 8, 16 and 32 pieces",
     f"{SOLUTIONS}.test_the_sine_in_straight_pieces_is_as_near_as_the_handout_says"),
    ("05_mini_batches", "With $N = 10{,}000$ examples and $B = 10$ there are 1,000 updates",
     "test_mini_batches.test_the_numbers_of_the_handout_come_out"),
    ("05_mini_batches", "With $N = 1{,}000$ and $B = 100$ there are 10",
     "test_mini_batches.test_the_numbers_of_the_handout_come_out"),
    ("05_mini_batches", "7 examples, B = 3, two epochs. Why is the answer not 5",
     "test_mini_batches.test_the_numbers_of_the_handout_come_out"),
    ("05_mini_batches", "1,454 days are 4,362 updates with B = 1 and 3 updates with B = N",
     "test_mini_batches.test_the_numbers_of_the_handout_come_out"),
    ("06_gradient_checking", "What is 1 + 0.00001 in an array of ints",
     "test_gradient_checking.test_whole_numbers_are_measured_as_floats"),
    ("06_gradient_checking",
     "A difference of 0.001 is nothing beside 1,000 and everything beside 0.001",
     lambda: reference("06_gradient_checking").rel_error(np.array(1000.001), np.array(1000.0)) < 1e-6
     and reference("06_gradient_checking").rel_error(np.array(0.002), np.array(0.001)) > 0.3),
    ("06_gradient_checking", "Right gradients agree to about $10^{-9}$", wide_gap),
    ("06_gradient_checking", "a tolerance of $10^{-6}$ is comfortable", wide_gap),
    ("06_gradient_checking", "the error is least near $h = 10^{-5}$",
     "test_gradient_checking.test_the_error_is_least_where_the_handout_says"),
    ("06_gradient_checking", "may make 10,000 of them, no more", "test_handouts.test_a_run_of_tests_has_as_many_calls_as_the_handout_says"),
    ("06_gradient_checking", "eight right versions and fifteen wrong ones",
     lambda: versions_of_loss_and_grads() == (8, 15)),
    ("07_backpropagation",
     "With $x = (1, -1)$ the lecture's net gives 0.98 and 0.12, then 0.86 and 0.11, then 0.62 and 0.83",
     f"{SOLUTIONS}.test_the_lectures_net_gives_the_lectures_numbers"),
    ("07_backpropagation",
     "With $x = (0, 0)$ it gives 0.73 and 0.50, then 0.72 and 0.12, then 0.51 and 0.85",
     f"{SOLUTIONS}.test_the_lectures_net_gives_the_lectures_numbers"),
    ("07_backpropagation",
     ("the loss is 0.8336, and the deltas are -0.1806 and 0.2349 in the last layer, -0.0915 and 0.1103"
     " before it, -0.0071 and -0.0020 in the first"),
     f"{SOLUTIONS}.test_the_way_back_through_the_lectures_net_has_the_deltas_of_the_course"),
    ("07_backpropagation", "every gain is at most 1/4", gains_at_most_a_quarter),
    ("08_layers", "stay finite from $z = -10{,}000$ to $10{,}000$",
     f"{SOLUTIONS}.test_large_scores_stay_finite"),
    ("08_layers", "Scores go up to 10,000, where $e^z$ has long overflowed",
     f"{SOLUTIONS}.test_large_scores_stay_finite"),
    ("08_layers", "The largest difference should be about 1e-10", wide_gap),
    ("08_layers", "each gain is at most 1/4", gains_at_most_a_quarter),
    ("08_layers", "The first loss of a fresh classifier should be near $\\ln C$",
     a_fresh_classifier_guesses),
    ("08_layers", "Why does each row of the slope add up to 0", a_fresh_classifier_guesses),
    ("09_deep_networks", "a learning rate of 0.5 and 400 updates are one way that works",
     f"{SOLUTIONS}.test_versions_that_laws_judge_are_told_apart"),
    ("09_deep_networks",
     "about 77 of 100 new images right, a hidden layer of 64 neurons 92 or 93, two wider ones 95",
     f"{DATA_SETS}.test_digits_are_as_hard_as_the_course_says"),
    ("09_deep_networks", "near $\\ln 10 = 2.30$", lambda: round(float(np.log(10)), 2) == 2.30),
    ("09_deep_networks",
     "about 55 of 100 points right, one hidden layer 60 to 85, two hidden layers all of them",
     f"{DATA_SETS}.test_a_spiral_needs_two_hidden_layers"),
    ("09_deep_networks", "All 80 drawings have to be right in every pixel; a linear drawer gets none",
     f"{DATA_SETS}.test_a_drawer_needs_a_hidden_layer"),
    ("09_deep_networks",
     "reference finds 0.34, 0.25, 0.22, 0.20, 0.17 on seen days, but 0.35, 0.27, 0.27, 0.28, 0.28",
     "test_deep_networks.test_the_handouts_row_of_depths_is_measured"),
    ("09_deep_networks", "The seen error falls with every layer",
     "test_deep_networks.test_depth_tells_the_lectures_story"),
    ("10_capstone", "| like yesterday | 0.62 |",
     "test_deep_networks.test_the_table_of_the_capstones_handout_is_measured"),
    ("10_capstone", "| like the same weekday last week | 0.38 |",
     "test_deep_networks.test_the_table_of_the_capstones_handout_is_measured"),
    ("10_capstone", "| the best linear model of 7 days | 0.35 |",
     "test_deep_networks.test_the_table_of_the_capstones_handout_is_measured"),
    ("10_capstone", "| of 28 days | 0.26 |",
     "test_deep_networks.test_the_table_of_the_capstones_handout_is_measured"),
    ("10_capstone", "| of 56 days | 0.25 |",
     "test_deep_networks.test_the_table_of_the_capstones_handout_is_measured"),
    ("10_capstone", "There are 256 sums in all; you get 192 of them. A linear model gets 8 of 100 right",
     f"{DATA_SETS}.test_an_adder_needs_a_hidden_layer"),
    ("10_capstone", "about 9 of 10 of those that it was never shown",
     "test_deep_networks.test_the_adder_adds_what_it_has_not_seen"),
    ("10_capstone", "Scores go up to 1,000", "test_handouts.test_the_loss_of_the_adder_is_finite_for_large_scores"),
]  # fmt: skip


def exists(test: str) -> bool:
    module, _, name = test.partition(".")
    text = (ROOT / "tests" / f"{module}.py").read_text("utf-8")
    return re.search(rf"^def {name}\(", text, re.MULTILINE) is not None


@pytest.mark.parametrize(("slug", "claim", "check"), CLAIMS)
def test_what_a_handout_claims_is_true(slug: str, claim: str, check: Check) -> None:
    assert flat(claim) in flat(HANDOUTS[slug])
    assert exists(check) if isinstance(check, str) else check()


TASKS = {"09_deep_networks": ["Stop the training after 10 epochs, and after 100."]}
"""What a learner is asked to try: no fact is claimed."""


def sentences(slug: str) -> list[str]:
    """What is left beside claims: no code, displayed formulas, headings and links either."""
    code = r"^```.*?^```|^    [^\n]*$|^#[^\n]*$"
    text = re.sub(code, "", HANDOUTS[slug], flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\$\$.*?\$\$|!?\[[^\]]*\]\([^)]*\)", "", text, flags=re.DOTALL)
    text = re.sub(r"^\|.*$", r"\n\g<0>\n", text, flags=re.MULTILINE)  # A row is a block of its own
    claimed = [claim for where, claim, _ in CLAIMS if where == slug] + TASKS.get(slug, [])
    found = []
    for block in text.split("\n\n"):
        rest = flat(block)
        for claim in claimed:
            rest = rest.replace(flat(claim), " ")
        found += re.split(r"(?<=[.?!])\s+(?=[A-Z*$-])", rest)
    return found


NUMBERS = {e.number for slug in SLUGS for e in load(ROOT, slug).exercises()}


def exact_numbers(sentence: str) -> list[str]:
    """Decimals and numbers from a hundred on; years, and numbers of exercises, are none."""
    plain = re.sub(r"`[^`]*`", "", sentence.replace("{,}", ","))
    found = re.findall(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w.]\d)", plain)
    numbers = [n.strip(",") for n in found]
    years = re.compile(r"20[12]\d")
    exact = [n for n in numbers if "." in n or float(n.replace(",", "")) >= 100]
    return [n for n in exact if n not in NUMBERS and not years.fullmatch(n)]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_exact_number_is_claimed_above_or_said_to_be_the_lectures(slug: str) -> None:
    loose = [s for s in sentences(slug) if exact_numbers(s) and "lecture" not in s.lower()]
    assert loose == []


def test_a_run_of_tests_has_as_many_calls_as_the_handout_says() -> None:
    from grader.sandbox.callbacks import CALLBACK_LIMIT

    assert CALLBACK_LIMIT == 10_000


def test_the_loss_of_the_adder_is_finite_for_large_scores() -> None:
    """The formula as it stands in 10.4, against its value in exact arithmetic of the limits."""
    z, y = np.array([1000.0, -1000.0, 0.0]), np.array([0.0, 0.0, 1.0])
    np.testing.assert_allclose(np.logaddexp(0, z) - y * z, [1000.0, 0.0, np.log(2)], atol=1e-12)


# --- formulas ------------------------------------------------------------------------------

FORMULAS: dict[str, list[tuple[str, str]]] = {
    "01_loss": [
        ("y = b + w", "test_solutions.test_the_example_of_the_course_comes_out"),
        ("e_n = |", "test_solutions.test_losses_are_means_over_single_examples"),
    ],
    "02_gradient_descent": [
        ("2h", "test_handouts.test_what_a_handout_claims_is_true"),
        ("dL", "test_solutions.test_descent_ends_where_the_course_says"),
        ("0.05", "test_solutions.test_descent_ends_where_the_course_says"),
        ("e_n x_n", "test_solutions.test_line_gradients_are_those_of_autograd"),
        ("w^0, b^0", "test_solutions.test_descent_in_the_plane_is_descent_in_each_direction_of_a_bowl"),
        ("pmatrix", "test_solutions.test_descent_converges_below_the_largest_stable_rate_and_not_above"),
    ],
    "03_linear_model": [
        ("X_{t,j}", "test_linear_model.test_each_row_of_the_table_is_a_day_and_the_days_before_it"),
        ("s_j =", "test_linear_model.test_scaled_training_rows_have_mean_0_and_deviation_1"),
        ("Z_{nj}", "test_linear_model.test_scaled_training_rows_have_mean_0_and_deviation_1"),
        ("w_j x_j", "test_linear_model.test_gradients_are_those_of_autograd"),
        ("e_n X_{nj}", "test_linear_model.test_gradients_are_those_of_autograd"),
    ],
    "04_activations": [
        ("hard_i", "test_solutions.test_the_sine_in_straight_pieces_is_as_near_as_the_handout_says"),
        ("e^{-z}", "test_solutions.test_slopes_of_activations_are_those_of_autograd"),
        ("(1 -", "test_solutions.test_slopes_of_activations_are_those_of_autograd"),
        ("max", "test_solutions.test_slopes_of_activations_are_those_of_autograd"),
        ("c_2", "test_solutions.test_the_sine_in_straight_pieces_is_as_near_as_the_handout_says"),
        ("w_{ij}", "test_solutions.test_one_hidden_layer_adds_up_single_neurons"),
    ],
    "05_mini_batches": [
        ("nabla", "test_mini_batches.test_training_with_all_examples_is_plain_gradient_descent"),
        ("eta", "test_mini_batches.test_training_with_all_examples_is_plain_gradient_descent"),
    ],
    "06_gradient_checking": [
        ("2h", "test_gradient_checking.test_measured_slopes_are_those_of_autograd"),
        ("lVert", "test_gradient_checking.test_the_relative_error_is_numpys_norms"),
        ("W_1^T", "test_handouts.test_the_network_under_test_is_the_formula_of_the_handout"),
    ],
    "07_backpropagation": [
        ("dy}{dx", "test_handouts.test_slopes_multiply_along_a_path_and_add_over_paths"),
        ("ds", "test_handouts.test_slopes_multiply_along_a_path_and_add_over_paths"),
        ("partial w", "test_solutions.test_forward_times_backward_is_the_gradient_of_autograd"),
        ("target", "test_solutions.test_forward_times_backward_is_the_gradient_of_autograd"),
        ("w_3", "test_solutions.test_forward_times_backward_is_the_gradient_of_autograd"),
    ],
    "08_layers": [
        ("X W^T", "test_solutions.test_an_affine_layer_has_the_gradients_of_autograd"),
        ("dX_{nj}", "test_solutions.test_an_affine_layer_has_the_gradients_of_autograd"),
        ("e^{-z}", "test_solutions.test_an_activation_has_the_gradient_of_autograd"),
        ("p_c", "test_solutions.test_losses_of_layers_have_the_gradients_of_autograd"),
        ("ln p", "test_solutions.test_losses_of_layers_have_the_gradients_of_autograd"),
        ("w_3", "test_solutions.test_a_whole_network_has_the_gradients_of_autograd"),
    ],
    "09_deep_networks": [
        ("std", "test_handouts.test_fresh_weights_spread_as_the_formula_says"),
        ("ln(1", "test_handouts.test_the_cost_of_pixels_has_the_slope_that_the_handout_names"),
    ],
    "10_capstone": [
        ("ln(1", "test_handouts.test_the_cost_of_pixels_has_the_slope_that_the_handout_names"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("slug", SLUGS)
def test_every_displayed_formula_has_a_test(slug: str) -> None:
    displayed = re.findall(r"\$\$(.+?)\$\$", HANDOUTS[slug], re.DOTALL)
    tested = FORMULAS.get(slug, [])
    assert len(displayed) == len(tested)
    for formula, (part, test) in zip(displayed, tested, strict=True):
        assert part in formula
        assert exists(test), test


def test_the_network_under_test_is_the_formula_of_the_handout() -> None:
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(7, 3)), rng.normal(size=7)
    params = {"W1": rng.normal(size=(5, 3)), "b1": rng.normal(size=5),
              "W2": rng.normal(size=(1, 5)), "b2": rng.normal(size=1)}  # fmt: skip
    right = [s for s in load(ROOT, "06_gradient_checking").suspects if s.right]
    A = 1 / (1 + np.exp(-(X @ params["W1"].T + params["b1"])))
    L = np.mean(((A @ params["W2"].T + params["b2"])[:, 0] - y) ** 2)
    mine = [s for s in right if s.of == "loss_and_grads"]
    for suspect in mine:
        assert suspect.function(params, X, y)[0] == pytest.approx(L, rel=1e-9)


def test_slopes_multiply_along_a_path_and_add_over_paths() -> None:
    """x = s^2 and y = sin s, z = x y: two paths of two links each."""
    net, s, h = reference("07_backpropagation"), 0.7, 1e-6
    z = lambda s: s**2 * np.sin(s)  # noqa: E731
    paths = [[float(np.sin(s)), 2 * s], [s**2, float(np.cos(s))]]
    assert net.chain_paths(paths) == pytest.approx((z(s + h) - z(s - h)) / (2 * h), rel=1e-8)
    assert net.chain(2 * s, float(np.cos(s**2))) == pytest.approx(
        (np.sin((s + h) ** 2) - np.sin((s - h) ** 2)) / (2 * h), rel=1e-8
    )


def test_fresh_weights_spread_as_the_formula_says() -> None:
    params = reference("09_deep_networks").init_params((400, 300, 10), np.random.default_rng(0))
    assert np.std(params["W1"]) == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert not params["b1"].any()


def test_the_cost_of_pixels_has_the_slope_that_the_handout_names() -> None:
    """Prediction minus truth, for ln(1 + e^z) - y z; and it is the cross-entropy of one pixel."""
    z, y, h = np.linspace(-4, 4, 9), np.array([0.0, 1, 0, 1, 1, 0, 1, 0, 1]), 1e-6
    cost = lambda z: np.log(1 + np.exp(z)) - y * z  # noqa: E731
    p = 1 / (1 + np.exp(-z))
    np.testing.assert_allclose(cost(z), -(y * np.log(p) + (1 - y) * np.log(1 - p)), atol=1e-12)
    np.testing.assert_allclose((cost(z + h) - cost(z - h)) / (2 * h), p - y, atol=1e-8)


# --- links, figures, snippets, symbols ------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_every_link_and_figure_of_a_handout_is_there_for_staff_and_for_students(slug: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", HANDOUTS[slug]):
        assert "://" not in target, "a student may be offline"
        assert (ROOT / "solutions" / slug / target).is_file(), target
        assert (ROOT / "assignments" / slug / target).is_file(), target
    handed_out = (ROOT / "assignments" / slug / "handout.md").read_text("utf-8")
    assert handed_out == HANDOUTS[slug]


@pytest.mark.parametrize("slug", SLUGS)
def test_what_a_handout_names_in_code_exists(slug: str) -> None:
    """Other assignments, files, commands, modules, and functions that are called."""
    for name in re.findall(r"\b(?:0\d|10)_[a-z_]+\b", HANDOUTS[slug]):
        assert name in SLUGS, name
    for name in re.findall(r"`grader (\w+)", HANDOUTS[slug]):
        assert importlib.util.find_spec(f"grader.cli.{name}"), name
    for name in re.findall(r"`np((?:\.\w+)+)", HANDOUTS[slug]):
        found: Any = np
        for part in name.strip(".").split("."):
            found = getattr(found, part)
    for file in re.findall(r"`(\w+\.(?:py|ipynb|yaml))`", HANDOUTS[slug]):
        assert (ROOT / "assignments" / slug / file).is_file(), file


def snippets(slug: str) -> list[str]:
    """Python of a handout: fenced, indented, or a statement within a line."""
    text = HANDOUTS[slug]
    found = re.findall(r"^```(?:python|py)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    found += [m.replace("\n    ", "\n") for m in re.findall(r"(?:\n    \S.*)+", text)]
    found += [c for c in re.findall(r"`([^`\n]+)`", text) if re.match(r"(from|import) |.* = ", c)]
    return [snippet.strip() for snippet in found]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_snippet_of_a_handout_runs(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "assignments" / slug)
    space: dict[str, Any] = {"np": np, **load(ROOT, slug).reference}
    for snippet in snippets(slug):
        if re.fullmatch(r"\w+: \d+", snippet):
            continue  # A line of claims.yaml
        if "raise NotImplementedError" in snippet:
            ast.parse(snippet)  # What a stub looks like: it is there to be replaced
            continue
        exec(snippet, space)


LAYOUT = {
    "\\left", "\\right", "\\qquad", "\\quad", "\\Big", "\\big", "\\bigl", "\\bigr", "\\dots", "\\cdots",
    "\\ne", "\\le", "\\ge", "\\in", "\\to", "\\times",
}  # fmt: skip
SUBSCRIPTS = {"ij", "nc", "ni", "nj", "nk", "np", "pred"}


def symbols() -> set[str]:
    found = set()
    for handout in HANDOUTS.values():
        body = re.sub(r"```.*?```", "", handout, flags=re.DOTALL)
        for display, inline in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", body, re.DOTALL):
            formula = re.sub(r"\\(text|mathrm|begin|end)\{[^}]*\}", "", display or inline)
            found |= set(re.findall(r"\\[a-zA-Z]+|[A-Za-z]+", formula))
    return found


def test_every_symbol_of_the_handouts_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
    listed = " ".join(re.findall(r"\$[^$]+\$", glossary)) + " $T$"
    known = set(re.findall(r"\\[a-zA-Z]+|[A-Za-z]+", listed))
    assert symbols() - known - LAYOUT - SUBSCRIPTS == set()
