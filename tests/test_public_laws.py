"""Tests of `grader.authoring.public_laws`: the laws that students receive, and no more."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from grader.authoring.course import load
from grader.authoring.public_laws import LAWS, read_laws, write_laws
from grader.errors import StaffError
from grader.judge.laws import broken
from tests.test_judge_laws import student
from tests.tiny import DOUBLE, write_assignment


def written(tiny, tmp_path):
    (tmp_path / LAWS).write_text(write_laws(tiny.authored), encoding="utf-8")
    return read_laws(tmp_path, tiny.assignment)


def test_public_laws_are_written_with_what_they_use_and_nothing_else(tiny):
    tree = ast.parse(write_laws(tiny.authored))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert names == {"shift_invariant", "linear", "_twice", "inside"}
    assert "exercise(" not in write_laws(tiny.authored)
    assert "mistake" not in write_laws(tiny.authored)


def test_written_laws_are_read_back_and_hold_for_the_reference(tiny, tmp_path):
    laws = written(tiny, tmp_path)
    assert {name: set(found) for name, found in laws.items() if found} == {
        "softmax": {"shift_invariant"},
        "affine_backward": {"linear"},
        "pick": {"inside"},
    }
    for exercise in tiny.assignment.exercises:
        for law in exercise.laws:
            if law.id in laws[exercise.name]:
                assert broken(law, laws[exercise.name][law.id], student(tiny)) is None


def test_written_laws_find_what_is_wrong(tiny, tmp_path):
    law = next(w for w in tiny.exercises["softmax"].laws if w.id == "shift_invariant")
    check = written(tiny, tmp_path)["softmax"]["shift_invariant"]
    assert broken(law, check, student(tiny, softmax=np.exp)) is not None


def test_constants_and_imports_come_along(tmp_path):
    checks = (
        "import math\nimport numpy as np\nfrom grader.authoring import *\nfrom work import double\n"
        "from itertools import pairwise\n"
        "FACTOR = 2.0\nUNUSED = 3.0\nA, B = 1, 2\nC: float = 0.0\n"
        'double = exercise("x[N] -> y[N]")\n'
        "def _helper(x):\n    return FACTOR * x + math.floor(0.5)\n"
        "def _unused():\n    return UNUSED\n"
        "@double.law('l', public=True)\ndef law(student, x):\n"
        "    close(student.double(x), B * _helper(x) / (A + len(list(pairwise([1, 2])))) + C)\n"
        "@double.law('h')\ndef hidden(student, x): ...\n"
    )
    authored = load(write_assignment(tmp_path, checks=checks), "01_work")
    text = write_laws(authored)
    assert "FACTOR = 2.0" in text
    assert "import math" in text
    assert "def _helper" in text
    for absent in ("UNUSED", "hidden", "from work", "exercise"):
        assert absent not in text
    space: dict = {}
    exec(compile(text, LAWS, "exec"), space)
    space["law"](type("S", (), {"double": staticmethod(lambda x: 2 * x)}), np.ones(2))


def test_a_folder_without_laws_has_none(tiny, tmp_path):
    assert all(found == {} for found in read_laws(tmp_path, tiny.assignment).values())


def test_laws_that_cannot_be_run_are_told(tiny, tmp_path):
    (tmp_path / LAWS).write_text("1 / 0\n", encoding="utf-8")
    with pytest.raises(StaffError, match=r"laws\.py: ZeroDivisionError: .*; take the assignment's"):
        read_laws(tmp_path, tiny.assignment)


def test_an_assignment_without_public_laws_has_an_empty_module(tmp_path):
    authored = load(write_assignment(tmp_path, checks=DOUBLE["checks.py"]), "01_work")
    exec(compile(write_laws(authored), LAWS, "exec"), {})
