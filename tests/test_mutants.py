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
