"""Generated mutants of the reference: numpy-aware operators on its syntax tree.

A mutant changes one place of one exercise's function. What survives the bank shows where a law
or an edge is missing, or is equivalent, which an author declares with a reason.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Change = Callable[[Any], ast.AST]

SWAPS = {
    "mean": "sum",
    "sum": "mean",
    "max": "min",
    "min": "max",
    "maximum": "minimum",
    "minimum": "maximum",
    "argmin": "argmax",
    "argmax": "argmin",
    "exp": "expm1",
    "log": "log2",
    "log1p": "log",
    "sqrt": "abs",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "sin": "cos",
    "cos": "sin",
    "tanh": "sin",
    "where": "logical_and",
}
"""Names of functions and methods that people take for one another."""

_BINARY: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (),
}
_COMPARE: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed place.

    Attributes:
        exercise: Whose function was changed.
        operator: What was done, in a word or two.
        before: The statement as it was.
        after: The statement as it is.
        source: The whole module.
    """

    exercise: str
    operator: str
    before: str
    after: str
    source: str

    @property
    def id(self) -> str:
        """Names it in a declaration of equivalence: it holds while the statement does."""
        return f"{self.exercise}: {self.before} -> {self.after}"


def mutants(source: str, exercise: str) -> list[Mutant]:
    """All mutants of one function, each once, in the order of the source.

    Args:
        source: The reference module.
        exercise: The function that is changed.
    """
    tree = ast.parse(source)
    function = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise
    )
    found: dict[str, Mutant] = {}
    for position, node in enumerate(_code(function)):
        for operator, change in _changes(node, function):
            mutant = _mutant(tree, exercise, position, operator, change)
            if mutant is not None:
                found.setdefault(mutant.source, mutant)
    return list(found.values())


def _code(function: ast.FunctionDef) -> list[ast.AST]:
    """All nodes of the body but for the docstring, in a stable order."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return [node for statement in body for node in ast.walk(statement)]


def _mutant(
    tree: ast.Module, exercise: str, position: int, operator: str, change: Change
) -> Mutant | None:
    changed = copy.deepcopy(tree)
    function = next(
        node for node in changed.body if isinstance(node, ast.FunctionDef) and node.name == exercise
    )
    node = _code(function)[position]
    statement = _statement_of(function, node)
    before = _line(statement)
    replacement = change(node)
    if replacement is not node:
        _replace(statement, node, replacement)
    after = _line(statement)
    if before == after:
        return None
    return Mutant(
        exercise, operator, before, after, ast.unparse(ast.fix_missing_locations(changed))
    )


def _line(statement: ast.stmt) -> str:
    """The first line of a statement: loops and branches without what is in them."""
    return ast.unparse(ast.fix_missing_locations(statement)).split("\n")[0]


def _statement_of(function: ast.FunctionDef, node: ast.AST) -> ast.stmt:
    """The innermost statement that holds a node."""
    found: ast.stmt = function
    for statement in ast.walk(function):
        if isinstance(statement, ast.stmt) and any(n is node for n in ast.walk(statement)):
            found = statement
    return found


def _replace(root: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(root):
        for field, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, field, new)
                return
            if isinstance(value, list):
                for index, item in enumerate(value):
                    if item is old:
                        value[index] = new
                        return


def _changes(node: ast.AST, function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    """What can be done to a node: names of operators with functions that give the new node."""
    if isinstance(node, ast.BinOp):
        yield from _binary(node)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for kind in _COMPARE.get(type(node.ops[0]), ()):
            yield "comparison", _set("ops", [kind()])
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "sign", lambda n: n.operand
    elif isinstance(node, ast.Constant):
        yield from _constant(node)
    elif isinstance(node, ast.Attribute):
        yield from _attribute(node)
    elif isinstance(node, ast.Call):
        yield from _call(node, function)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield "rounded", _set("value", _returned(copy.deepcopy(node.value)))
    elif isinstance(node, ast.Slice):
        yield from _slice(node)


def _set(field: str, value: object) -> Change:
    def change(node: Any) -> ast.AST:
        setattr(node, field, value)
        return node  # type: ignore[no-any-return]

    return change


def _binary(node: ast.BinOp) -> Iterator[tuple[str, Change]]:
    for kind in _BINARY.get(type(node.op), ()):
        yield "other operation", _set("op", kind())
    if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
        yield "dropped term", lambda n: n.left
        yield "dropped term", lambda n: n.right
    if isinstance(node.op, (ast.Sub, ast.MatMult, ast.Div)):
        yield "swapped", lambda n: ast.BinOp(n.right, n.op, n.left)


def _constant(node: ast.Constant) -> Iterator[tuple[str, Change]]:
    value = node.value
    if isinstance(value, bool):
        yield "constant", _set("value", not value)
    elif isinstance(value, (int, float)):
        for other in dict.fromkeys((value + 1, value - 1, 0 * value, 2 * value)):
            if other != value:
                yield "constant", _set("value", other)


def _attribute(node: ast.Attribute) -> Iterator[tuple[str, Change]]:
    if node.attr == "T":
        yield "transpose", lambda n: n.value
    elif node.attr in SWAPS:
        yield "other function", _set("attr", SWAPS[node.attr])


def _call(node: ast.Call, function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg in ("axis", "keepdims"):
            yield str(keyword.arg), _without_keyword(index)
    names = [keyword.arg for keyword in node.keywords]
    if "axis" in names and "keepdims" not in names:
        yield "keepdims", _with_keyword("keepdims", ast.Constant(True))
    if len(node.args) == 2:  # noqa: PLR2004 -- two can change places
        yield "swapped", lambda n: ast.Call(n.func, n.args[::-1], n.keywords)
    if isinstance(node.func, ast.Attribute) and len(node.args) == 1:
        yield "dropped function", lambda n: n.args[0]
    if isinstance(node.func, ast.Name) and node.func.id == "range":
        for step in (1, -1):
            yield "off by one", _last_argument_plus(step)
    parameters = {argument.arg for argument in function.args.args}
    in_place = isinstance(node.func, ast.Attribute) and node.func.attr in (
        "maximum",
        "minimum",
        "exp",
        "abs",
    )
    first = node.args[0] if node.args else None
    if in_place and isinstance(first, ast.Name) and first.id in parameters:
        yield "in place", _with_keyword("out", ast.Name(first.id))


def _without_keyword(index: int) -> Change:
    def change(node: Any) -> ast.AST:
        del node.keywords[index]
        return node  # type: ignore[no-any-return]

    return change


def _with_keyword(name: str, value: ast.expr) -> Change:
    def change(node: Any) -> ast.AST:
        node.keywords.append(ast.keyword(name, copy.deepcopy(value)))
        return node  # type: ignore[no-any-return]

    return change


def _last_argument_plus(step: int) -> Change:
    def change(node: Any) -> ast.AST:
        node.args[-1] = ast.BinOp(node.args[-1], ast.Add(), ast.Constant(step))
        return node  # type: ignore[no-any-return]

    return change


def _slice(node: ast.Slice) -> Iterator[tuple[str, Change]]:
    for field in ("lower", "upper"):
        bound = getattr(node, field)
        if bound is not None:
            moved = ast.BinOp(copy.deepcopy(bound), ast.Add(), ast.Constant(1))
            yield "off by one", _set(field, moved)


def _returned(value: ast.expr) -> ast.expr:
    """A returned value, or the first of several, rounded to four places."""
    if isinstance(value, ast.Tuple):
        return ast.Tuple([_rounded(value.elts[0]), *value.elts[1:]], value.ctx)
    return _rounded(value)


def _rounded(value: ast.expr) -> ast.expr:
    function = ast.Attribute(ast.Name("np"), "round")
    return ast.Call(function, [value, ast.Constant(4)], [])
