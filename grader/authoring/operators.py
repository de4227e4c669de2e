"""What can be done to one place of a function to make a mutant: numpy-aware operators.

Each is a slip that people make. Left out is what the contract calls right anyway: a list for an
array, the arguments of a commutative function in the other order.
"""

from __future__ import annotations

import ast
import copy
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

_COMMUTATIVE = frozenset(
    {"maximum", "minimum", "add", "multiply", "logical_and", "logical_or", "isclose", "allclose"}
)
_CONVERSIONS = frozenset({"array", "asarray", "float64"})
_MAKERS = frozenset({"zeros", "ones", "empty", "full", "array", "zeros_like", "empty_like"})
_IN_PLACE = frozenset({"maximum", "minimum", "exp", "abs"})
_UFUNCS: dict[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
}
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


def changes(node: ast.AST, function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    """What can be done to a node: names of operators with functions that give the new node."""
    yield from _within(node)
    match node:
        case ast.BinOp():
            yield from _binary(node, _parameters(function))
        case ast.Call():
            yield from _call(node, function)
        case ast.Name(ctx=ast.Load()):
            yield from _name(node, _parameters(function))
        case ast.stmt():
            yield from _statement(node, function)


def _within(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """What can be done to an expression by looking at nothing else."""
    match node:
        case ast.Compare(ops=[op]):
            for kind in _COMPARE.get(type(op), ()):
                yield "comparison", _set("ops", [kind()])
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield "sign", lambda n: n.operand
        case ast.Constant():
            yield from _constant(node)
        case ast.Attribute():
            yield from _attribute(node)
        case ast.Slice():
            yield from _slice(node)
        case ast.Subscript(slice=ast.Name()):
            previous = ast.BinOp(copy.deepcopy(node.slice), ast.Sub(), ast.Constant(1))
            yield "off by one", _set("slice", previous)
        case ast.Tuple(ctx=ast.Load()) if len(node.elts) > 1:
            yield from _other_orders("elts", node.elts)
        case ast.IfExp() | ast.BoolOp() | ast.comprehension():
            yield from _logic(node)


def _logic(node: ast.IfExp | ast.BoolOp | ast.comprehension) -> Iterator[tuple[str, Change]]:
    """Which branch is taken, what must hold, what is gone through."""
    match node:
        case ast.IfExp():
            yield "swapped", lambda n: ast.IfExp(n.test, n.orelse, n.body)
        case ast.BoolOp():
            other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "other operation", _set("op", other)
        case ast.comprehension():
            for left in (ast.Slice(ast.Constant(1)), ast.Slice(None, ast.Constant(-1))):
                items = ast.Call(ast.Name("list"), [copy.deepcopy(node.iter)], [])
                yield "off by one", _set("iter", ast.Subscript(items, left))


def _parameters(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]


def _set(field: str, value: object) -> Change:
    def change(node: Any) -> ast.AST:
        setattr(node, field, value)
        return node  # type: ignore[no-any-return]

    return change


def _binary(node: ast.BinOp, parameters: list[str]) -> Iterator[tuple[str, Change]]:
    for kind in _BINARY.get(type(node.op), ()):
        yield "other operation", _set("op", kind())
    if isinstance(node.op, (ast.Add, ast.Sub, ast.Mult, ast.Div)):
        yield "dropped term", lambda n: n.left
        yield "dropped term", lambda n: n.right
    if isinstance(node.op, (ast.Sub, ast.MatMult, ast.Div)):
        yield "swapped", lambda n: ast.BinOp(n.right, n.op, n.left)
    ufunc = _UFUNCS.get(type(node.op))
    if ufunc and isinstance(node.left, ast.Name) and node.left.id in parameters:
        target = ast.keyword("out", ast.Name(node.left.id))
        yield "in place", lambda n: ast.Call(_numpy(ufunc), [n.left, n.right], [target])


def _numpy(name: str) -> ast.Attribute:
    return ast.Attribute(ast.Name("np"), name)


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


def _name(node: ast.Name, parameters: list[str]) -> Iterator[tuple[str, Change]]:
    """A parameter taken for the one after it."""
    if node.id in parameters and len(parameters) > 1:
        after = parameters[(parameters.index(node.id) + 1) % len(parameters)]
        yield "another variable", _set("id", after)


def _other_orders(field: str, items: list[ast.expr]) -> Iterator[tuple[str, Change]]:
    """Neighbours that change places; a starred one stays where it is."""
    for first in range(len(items) - 1):
        pair = items[first : first + 2]
        if any(isinstance(item, ast.Starred) for item in pair):
            continue
        changed = [*items[:first], *reversed(pair), *items[first + 2 :]]
        yield "swapped", _set(field, copy.deepcopy(changed))


def _call(node: ast.Call, function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    names = [keyword.arg for keyword in node.keywords]
    for index, name in enumerate(names):
        if name in {"axis", "keepdims"}:
            yield str(name), _without_keyword(index)
    if "axis" in names and "keepdims" not in names:
        yield "keepdims", _with_keyword("keepdims", ast.Constant(True))
    if isinstance(node.func, ast.Attribute):
        yield from _method(node, node.func.attr, _parameters(function))
    if isinstance(node.func, ast.Name):
        yield from _own(node, node.func.id)
    called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if called not in _COMMUTATIVE:
        yield from _other_orders("args", node.args)


def _own(node: ast.Call, called: str) -> Iterator[tuple[str, Change]]:
    """Calls by a plain name: range, and functions of the module."""
    if called == "range":
        for step in (1, -1):
            yield "off by one", _last_argument_plus(step)
    elif called == "sorted" and not node.keywords and not isinstance(node.args[0], ast.Starred):
        yield "dropped function", lambda n: n.args[0]
        yield "other order", _with_keyword("reverse", ast.Constant(True))
    elif len(node.args) > 1:
        yield "dropped argument", _set("args", node.args[:-1])


def _method(node: ast.Call, called: str, parameters: list[str]) -> Iterator[tuple[str, Change]]:
    """Calls of a module's function or of a method."""
    if called == "copy" and not node.args:
        yield "dropped function", lambda n: n.func.value
    if node.args and called not in _CONVERSIONS and called != "append":
        yield "dropped function", lambda n: n.args[0]
    if called in {"ravel", "reshape"} and not any(k.arg == "order" for k in node.keywords):
        yield "other order", _with_keyword("order", ast.Constant("F"))
    if called == "where":
        for branch in node.args[1:]:
            yield "one branch", _to(branch)
    if called in _MAKERS and not any(keyword.arg == "dtype" for keyword in node.keywords):
        yield "dtype", _with_keyword("dtype", ast.Name("int"))
    if called in {"log", "sqrt"} and node.args:
        epsilon = ast.BinOp(copy.deepcopy(node.args[0]), ast.Add(), ast.Constant(1e-7))
        yield "epsilon", _set("args", [epsilon])
    first = node.args[0] if node.args else None
    if called in _IN_PLACE and isinstance(first, ast.Name) and first.id in parameters:
        yield "in place", _with_keyword("out", ast.Name(first.id))


def _to(other: ast.expr) -> Change:
    return lambda _: copy.deepcopy(other)


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


def _statement(node: ast.stmt, function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    match node:
        case ast.Return(value=ast.expr() as value):
            yield from _returned(value, function)
        case ast.AugAssign():
            for kind in _BINARY.get(type(node.op), ()):
                yield "other operation", _set("op", kind())
            yield "dropped statement", _to_nothing
        case ast.Expr(value=ast.Call()) | ast.Break() | ast.Continue():
            yield "dropped statement", _to_nothing


def _to_nothing(_: Any) -> ast.AST:
    return ast.Pass()


def _returned(value: ast.expr, function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    """Rounded to four places, each of several apart; another variable than the right one."""
    if isinstance(value, ast.Tuple):
        for index, item in enumerate(value.elts):
            items = [*value.elts[:index], _rounded(item), *value.elts[index + 1 :]]
            yield "rounded", _set("value", ast.Tuple(copy.deepcopy(items), value.ctx))
    else:
        yield "rounded", _set("value", _rounded(copy.deepcopy(value)))
    if isinstance(value, ast.Name):
        for name in _assigned(function):
            if name != value.id:
                yield "another variable", _set("value", ast.Name(name))


def _assigned(function: ast.FunctionDef) -> list[str]:
    stored = (n for n in ast.walk(function) if isinstance(n, ast.Name))
    return list(dict.fromkeys(n.id for n in stored if isinstance(n.ctx, ast.Store)))


def _rounded(value: ast.expr) -> ast.expr:
    return ast.Call(_numpy("round"), [value, ast.Constant(4)], [])
