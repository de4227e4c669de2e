"""Mutants: one place changed, each once, and nothing that is not Python."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.authoring.mutants import mutants

ROOT = Path(__file__).parents[1]
SOURCE = '''
import numpy as np

def other(x):
    return x + 1

def f(x, y):
    """Mean of the squares, x - 1 of them."""
    total = 0.0
    for i in range(len(x)):
        if x[i] > 0:
            total += (x[i] - y[i]) ** 2
    A = np.maximum(x, 0)
    return total / len(x) + np.mean(x, axis=0), -A.T, x[1:]
'''


def made() -> set[tuple[str, str]]:
    return {(m.operator, m.after) for m in mutants(SOURCE, "f")}


@pytest.mark.parametrize(
    ("operator", "after"),
    [
        ("constant", "total = 1.0"),
        ("off by one", "for i in range(len(x) + 1):"),
        ("comparison", "if x[i] >= 0:"),
        ("other operation", "total += (x[i] + y[i]) ** 2"),
        ("swapped", "total += (y[i] - x[i]) ** 2"),
        ("in place", "A = np.maximum(x, 0, out=x)"),
        ("other function", "A = np.minimum(x, 0)"),
    ],
)
def test_each_operator_changes_the_statement(operator: str, after: str) -> None:
    assert (operator, after) in made()


@pytest.mark.parametrize(
    ("operator", "part"),
    [
        ("axis", "np.mean(x)"),
        ("keepdims", "np.mean(x, axis=0, keepdims=True)"),
        ("sign", ", A.T,"),
        ("transpose", "-A,"),
        ("other function", "np.sum(x, axis=0)"),
        ("off by one", "x[1 + 1:]"),
        ("dropped term", "return (total / len(x), "),
        ("rounded", "np.round(total"),
    ],
)
def test_each_operator_changes_the_returned_value(operator: str, part: str) -> None:
    assert any(kind == operator and part in after for kind, after in made())


WORDS = """
import numpy as np

def g(S, row, column, fast, log_of, f):
    if fast and row:
        row += 1
    A = S - 1.0
    B = np.where(A > 0, A, np.log(A.copy()))
    best = f(A, S, row) if fast else np.zeros(3)
    return best
"""


@pytest.mark.parametrize(
    ("operator", "after"),
    [
        ("other operation", "if fast or row:"),
        ("other operation", "row -= 1"),
        ("dropped statement", "pass"),
        ("in place", "A = np.subtract(S, 1.0, out=S)"),
        ("another variable", "A = row - 1.0"),
        ("one branch", "B = A"),
        ("epsilon", "B = np.where(A > 0, A, np.log(A.copy() + 1e-07))"),
        ("dropped function", "B = np.where(A > 0, A, np.log(A))"),
        ("swapped", "best = f(S, A, row) if fast else np.zeros(3)"),
        ("swapped", "best = np.zeros(3) if fast else f(A, S, row)"),
        ("dropped argument", "best = f(A, S) if fast else np.zeros(3)"),
        ("dtype", "best = f(A, S, row) if fast else np.zeros(3, dtype=int)"),
        ("another variable", "return B"),
        ("rounded", "return np.round(best, 4)"),
    ],
)
def test_slips_of_attention_are_made(operator: str, after: str) -> None:
    assert (operator, after) in {(m.operator, m.after) for m in mutants(WORDS, "g")}


ORDERS = """
def h(params, W):
    parts = [params[key].ravel() for key in sorted(params)]
    return parts, W.reshape(-1, 2)
"""


@pytest.mark.parametrize(
    ("operator", "after"),
    [
        ("other order", "parts = [params[key].ravel(order='F') for key in sorted(params)]"),
        ("other order", "parts = [params[key].ravel() for key in sorted(params, reverse=True)]"),
        ("other order", "return (parts, W.reshape(-1, 2, order='F'))"),
        ("dropped function", "parts = [params[key].ravel() for key in params]"),
        ("off by one", "parts = [params[key].ravel() for key in list(sorted(params))[1:]]"),
        ("off by one", "parts = [params[key].ravel() for key in list(sorted(params))[:-1]]"),
    ],
)
def test_another_order_and_an_item_too_few_are_made(operator: str, after: str) -> None:
    assert (operator, after) in {(m.operator, m.after) for m in mutants(ORDERS, "h")}


def test_what_has_an_order_already_gets_no_second_one() -> None:
    text = "def f(W, x):\n    return W.ravel(order='C'), sorted(x, reverse=True), sorted(*x)\n"
    for mutant in mutants(text, "f"):
        compile(mutant.source, "f.py", "exec")
        assert mutant.after.count("order=") <= 1


def test_what_is_right_anyway_is_not_made() -> None:
    text = "def f(x):\n    return np.array(np.maximum(x, 0)) + x[i]\n"
    after = {m.after for m in mutants(text, "f")}
    assert "return np.maximum(x, 0) + x[i]" not in after
    assert "return np.array(np.maximum(0, x)) + x[i]" not in after
    assert "return np.array(np.maximum(x, 0)) + x[i - 1]" in after


def test_a_mutant_changes_one_function_only_and_is_python() -> None:
    for mutant in mutants(SOURCE, "f"):
        assert "return x + 1" in mutant.source
        ast.parse(mutant.source)
        assert mutant.before != mutant.after


def test_the_docstring_is_left_alone() -> None:
    assert not any("Mean of" in mutant.before for mutant in mutants(SOURCE, "f"))


def test_no_mutant_is_made_twice_and_the_order_is_fixed() -> None:
    first = mutants(SOURCE, "f")
    assert len({mutant.source for mutant in first}) == len(first)
    assert first == mutants(SOURCE, "f")


def test_a_constant_has_no_mutants() -> None:
    assert mutants("f = {'a': 1}", "f") == []
