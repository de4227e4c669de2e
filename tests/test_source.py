"""Text becomes statements; what cannot be read costs as little as possible."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from grader.sandbox.source import is_stub, read_cell, read_module


def execute(piece: Any) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for statement in piece.statements:
        exec(statement.code, names)
    return names


def test_a_module_is_read_statement_by_statement() -> None:
    piece = read_module("loss.py", '"""Doc."""\nimport math\n\ndef f(x):\n    return math.pi\n')
    assert [s.line for s in piece.statements] == [1, 2, 4]
    assert [s.shown for s in piece.statements] == ["", "import math", "def f(...)"]
    assert [s.binds for s in piece.statements] == [(), (), ("f",)]
    assert execute(piece)["f"](0) > 3


def test_future_imports_reach_later_statements() -> None:
    text = "from __future__ import annotations\ndef f(x: nonsense): return x\n"
    assert execute(read_module("a.py", text))["f"].__annotations__ == {"x": "nonsense"}
    first = read_cell("cell 1", "from __future__ import annotations, no_such_feature")
    assert first.problem is not None or first.flags


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x = 1\ndef f(:\n", "a.py, line 2: SyntaxError: invalid syntax: def f(:"),
        ("if x:\n  y\n    z", "a.py, line 3: IndentationError: unexpected indent: z"),
        ("return 3", "a.py, line 1: SyntaxError: 'return' outside function"),
        ("x = '\0'", "a.py"),
        ("(" * 500 + ")" * 500, "a.py"),
        ("x = " + "-" * 100_000 + "1", "a.py"),
    ],
)
def test_what_is_not_python_is_a_problem_with_its_line(text: str, problem: str) -> None:
    piece = read_module("a.py", text)
    assert piece.statements == ()
    assert (piece.problem or "").startswith(problem)


@pytest.mark.parametrize(
    ("text", "stripped"),
    [
        ("%matplotlib inline\nx = 1", 1),
        ("!pip install numpy\nx = 1", 1),
        ("?print\nx = 1", 1),
        ("print?\nx = 1", 1),
        ("files = !ls\nx = 1", 1),
        ("now = %timeit 3\nx = 1", 1),
        ("%%time\nx = 1", 1),
        ("if True:\n    !ls\nx = 1", 1),
        ("%load_ext a\n%autoreload 2\nx = 1", 2),
        ("y = (7\n  % 4)\n!ls\nx = 1", 1),
    ],
)
def test_magics_are_left_out_of_cells_that_do_not_parse(text: str, stripped: int) -> None:
    piece = read_cell("cell 2", text)
    assert piece.problem is None
    assert len(piece.notes) == stripped
    assert all(note.startswith("cell 2, line ") for note in piece.notes)
    assert execute(piece)["x"] == 1


def test_a_cell_that_parses_is_left_as_it_is() -> None:
    piece = read_cell("cell 1", "x = '''\n%matplotlib\n'''")
    assert piece.notes == ()
    assert "%matplotlib" in execute(piece)["x"]


def test_a_cell_in_another_language_is_left_out_whole() -> None:
    piece = read_cell("cell 4", "%%bash\nls -l\n")
    assert piece.notes == ("cell 4: %%bash cell left out",)
    assert piece.statements == ()


def test_a_broken_cell_keeps_its_own_problem() -> None:
    assert "cell 5, line 2" in (read_cell("cell 5", "%pwd\ndef f(:").problem or "")
    assert "cell 6, line 1" in (read_cell("cell 6", "def f(:").problem or "")


def functions(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"functools": functools}
    exec(text, names)
    return names


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): raise NotImplementedError",
        "def f(x): raise NotImplementedError('8.1 f')",
        'def f(x):\n  """Doc."""\n  raise NotImplementedError("8.1 f")',
        'def f(x: int = 3) -> int:\n  """Doc."""\n  raise NotImplementedError()\n  return x',
    ],
)
def test_a_stub_is_recognised(text: str) -> None:
    assert is_stub(functions(text)["f"])


@pytest.mark.parametrize(
    "text",
    [
        "def f(x): return x",
        "def f(x): return NotImplementedError",
        "def f(x):\n  if x: raise NotImplementedError",
        "def f(x):\n  y = x\n  raise NotImplementedError",
        "f = len",
        "def f(x): pass",
        "class f: pass",
    ],
)
def test_an_attempt_is_no_stub(text: str) -> None:
    names = functions(text)
    assert not is_stub(names["f"]) or text.endswith("return NotImplementedError")


@pytest.mark.parametrize("text", ["f = ...", "f = {'a': ..., 'b': ...}"])
def test_a_constant_of_dots_is_a_stub(text: str) -> None:
    assert is_stub(functions(text)["f"])


@pytest.mark.parametrize("text", ["f = {}", "f = {'a': ..., 'b': 1}", "f = [...]", "f = None"])
def test_a_constant_with_anything_else_is_an_attempt(text: str) -> None:
    assert not is_stub(functions(text)["f"])
