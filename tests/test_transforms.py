"""Transforms are said where they hold in every case, and nothing is said where one does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.judge.transforms import EQUAL, factor, said
from grader.model import Case


def cases(*answers: Any) -> list[Case]:
    return [
        Case(f"normal-{n}", "normal", "value", public=True, arguments={}, lower=answer,
             sizes={"N": 5 + n, "I": 3, "O": 7 + 2 * n}, upper=answer)
        for n, answer in enumerate(answers)
    ]  # fmt: skip


RNG = np.random.default_rng(0)
MATRICES = [RNG.normal(size=(5 + n, 3)) for n in range(4)]
PAIRS = [(RNG.normal(size=(2, 3)), RNG.normal(size=4)) for _ in range(4)]
SINGLE = cases(*((matrix,) for matrix in MATRICES))
DOUBLE = cases(*PAIRS)


@pytest.mark.parametrize(
    ("change", "sentence", "key"),
    [
        (lambda a, _: -a, "dW has the other sign", "sign:dW"),
        (lambda a, _: a / 2, "dW is multiplied by 1/2", "factor:1/2:dW"),
        (lambda a, s: a * s["N"], "dW is multiplied by N", "factor:N:dW"),
        (lambda a, s: a / s["N"], "dW is divided by N", "factor:1/N:dW"),
        (lambda a, s: 2 * a / s["N"], "dW is multiplied by 2 and divided by N", "factor:2/N:dW"),
        (
            lambda a, s: a * s["N"] / s["O"],
            "dW is multiplied by N and divided by O",
            "factor:N/O:dW",
        ),
        (lambda a, s: a / s["N"] / s["O"], "dW is divided by N and by O", "factor:1/N/O:dW"),
        (lambda a, _: a.T, "dW is transposed", "transposed:dW"),
        (lambda a, _: a.ravel(), "dW has the right numbers in another shape", "shape:dW"),
        (lambda a, _: np.stack([a / 2, a / 2]), "dW is not summed over axis 0", "not-summed:0:dW"),
        (
            lambda a, _: np.stack([2 * a, 0 * a], 1),
            "dW is not averaged over axis 1",
            "not-averaged:1:dW",
        ),
        (lambda a, _: a.sum(), "dW is summed to one number", "summed:dW"),
        (lambda a, _: abs(a), "dW has lost its sign", "absolute:dW"),
        (lambda a, _: a**2, "dW is squared", "squared:dW"),
        (
            lambda a, _: np.round(a, 4),
            "dW is close to the right answer, but not exact",
            "imprecise:dW",
        ),
    ],
)
def test_a_transform_of_the_right_answer_is_said(change: Any, sentence: str, key: str) -> None:
    answers = [[change(c.lower[0], c.sizes)] for c in SINGLE]
    assert said(SINGLE, ["dW"], answers) == (key, sentence)


def test_a_root_is_said() -> None:
    squares = cases(*((matrix**2,) for matrix in MATRICES))
    answers = [[np.sqrt(c.lower[0])] for c in squares]
    assert said(squares, ["L"], answers) == ("root:L", "L is the square root of the right answer")


@pytest.mark.parametrize(
    "change",
    [
        lambda a, n: -a if n else a,
        lambda a, n: a * (n + 2.5),
        lambda a, _: a + 1,
        lambda a, _: a * np.pi,
        lambda a, _: np.full_like(a, np.nan),
        lambda a, _: a[:2],
        lambda *_: None,
        lambda a, _: {"a": a},
        lambda a, _: 0 * a,
    ],
)
def test_nothing_is_said_where_it_does_not_hold_in_every_case(change: Any) -> None:
    answers = [[change(c.lower[0], n)] for n, c in enumerate(SINGLE)]
    assert said(SINGLE, ["dW"], answers) == EQUAL


def test_each_output_is_spoken_of_apart() -> None:
    answers = [[-a, b / c.sizes["N"]] for c, (a, b) in zip(DOUBLE, PAIRS, strict=True)]
    text = "dW has the other sign; db is divided by N"
    assert said(DOUBLE, ["dW", "db"], answers) == ("sign:dW+factor:1/N:db", text)
    right_first = [[a, -b] for a, b in PAIRS]
    assert said(DOUBLE, ["dW", "db"], right_first) == ("sign:db", "db has the other sign")
    both = [[-a, -b] for a, b in PAIRS]
    assert said(DOUBLE, ["dW", "db"], both) == ("sign:*", "every output has the other sign")


def test_outputs_in_another_order_are_seen() -> None:
    swapped = [[b, a] for a, b in PAIRS]
    sentence = "the outputs are right, but in another order"
    assert said(DOUBLE, ["dW", "db"], swapped) == ("order", sentence)


def test_too_few_outputs_or_cases_say_nothing() -> None:
    assert said(DOUBLE, ["dW", "db"], [[a] for a, _ in PAIRS]) == EQUAL
    assert said(SINGLE[:2], ["dW"], [[-c.lower[0]] for c in SINGLE[:2]]) == EQUAL


def test_dicts_and_lists_are_walked() -> None:
    nested = cases(*(({"W1": a, "b1": [b]},) for a, b in PAIRS))
    answers = [[{"W1": -a, "b1": [-b], "more": 1}] for a, b in PAIRS]
    assert said(nested, ["grads"], answers) == ("sign:grads", "grads has the other sign")
    assert said(nested, ["grads"], [[{"W1": a}] for a, _ in PAIRS]) == EQUAL
    assert said(nested, ["grads"], [[{"W1": a, "b1": b}] for a, b in PAIRS]) == EQUAL


def test_a_factor_on_a_known_mistake_is_found() -> None:
    known = [[matrix + 1] for matrix in MATRICES]
    halved = [[(matrix + 1) / 2] for matrix in MATRICES]
    assert factor(SINGLE, known, halved) == ("factor:1/2", "is multiplied by 1/2")
    assert factor(SINGLE, known, [[m * n] for n, m in enumerate(MATRICES)]) == EQUAL
    assert factor(SINGLE, [None, *known[1:]], halved) == EQUAL
    assert factor(SINGLE, known, [[None]] * 4) == EQUAL
    assert factor(SINGLE[:1], known[:1], halved[:1]) == EQUAL
