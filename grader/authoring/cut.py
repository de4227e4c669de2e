"""Cut the solution out of a reference module, keeping what students are given, byte for byte.

Exercises keep signature, docstring and the comments around them, and constants their keys; names
that begin with an underscore are the solution's and go, and so do imports that only it uses.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import AuthoringError, Problem, StaffError

try:
    import libcst as cst
except ImportError as error:
    message = (
        "stubs are made with libcst, which is not installed; install it, or this package with "
        "the extra `author`"
    )
    raise StaffError(message) from error

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

_STAR = "\N{BLACK STAR}"
_KEPT_IMPORTS = frozenset({"__future__", "numpy"})
"""Everybody needs numpy; what else an exercise imports would give its way away."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a stub says in place of an exercise's body."""

    number: str
    stars: int
    lines: int

    @property
    def size(self) -> str:
        """Difficulty and length in words."""
        length = f"about {self.lines} lines" if self.lines > 1 else "one line"
        return f"{_STAR * self.stars} {length}"


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level statement of a stub, with the comments above it.

    Attributes:
        name: Of the function or class; empty for anything else.
        text: As it stands in the module.
    """

    name: str
    text: str


def cut(
    source: str, tasks: Mapping[str, Task], shown: str, *, given: Collection[str] = ()
) -> cst.Module:
    """The stub of a reference module.

    Args:
        source: Text of the reference.
        tasks: Exercise name to what its stub says.
        shown: The reference's path, for messages.
        given: Modules that students receive, too: what is imported from them stays.

    Raises:
        AuthoringError: an exercise cannot be cut, or what is given uses what is left out.
    """
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        problem = Problem(shown, error.raw_line, error.raw_column, f"syntax error: {error.message}")
        raise AuthoringError([problem]) from error
    statements = [_stubbed(s, tasks) for s in module.body]
    kept = [s for s in map(_without_private, statements) if s is not None]
    stub = module.with_changes(body=kept)
    stub = stub.with_changes(body=_imported(stub, kept, _KEPT_IMPORTS | set(given)))
    stub = _tidy(stub)
    problems = [*_misfits(source, tasks, shown), *_dangling(source, stub.code, shown)]
    if problems:
        raise AuthoringError(problems)
    return stub


def blocks(module: cst.Module, exercises: Container[str] = ()) -> Iterator[Block]:
    """The top-level statements of a module as text, one by one, docstring included."""
    for statement in module.body:
        name = ""
        if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
            name = statement.name.value
        elif (constant := _constant(statement)) in exercises:
            name = constant
        yield Block(name, module.code_for_node(statement).strip("\n"))


def _stubbed(statement: cst.BaseStatement, tasks: Mapping[str, Task]) -> cst.BaseStatement:
    constant = _constant(statement)
    if constant in tasks:
        return _emptied(statement, constant, tasks[constant])
    if not isinstance(statement, cst.FunctionDef) or statement.name.value not in tasks:
        return statement
    name = statement.name.value
    task = tasks[name]
    message = cst.SimpleString(f'"{task.number} {name}"')
    call = cst.Call(cst.Name("NotImplementedError"), [cst.Arg(message)])
    comment = cst.EmptyLine(comment=cst.Comment(f"# {task.size}"))
    line = cst.SimpleStatementLine([cst.Raise(call)], leading_lines=[comment])
    text = _docstring(statement.body)
    body = [line] if text is None else [text, line]
    header = cst.TrailingWhitespace()
    if isinstance(statement.body, cst.IndentedBlock):
        header = statement.body.header
    return statement.with_changes(body=cst.IndentedBlock(body, header=header))


def _constant(statement: cst.BaseStatement) -> str:
    """The one name to which a top-level statement assigns; empty if it does something else."""
    if not isinstance(statement, cst.SimpleStatementLine) or len(statement.body) != 1:
        return ""
    (small,) = statement.body
    if isinstance(small, cst.Assign) and len(small.targets) == 1:
        target = small.targets[0].target
    elif isinstance(small, cst.AnnAssign) and small.value is not None:
        target = small.target
    else:
        return ""
    return target.value if isinstance(target, cst.Name) else ""


def _emptied(statement: cst.BaseStatement, name: str, task: Task) -> cst.BaseStatement:
    """A constant with dots in its place, or at each key of a dict."""
    assert isinstance(statement, cst.SimpleStatementLine)
    (small,) = statement.body
    assert isinstance(small, (cst.Assign, cst.AnnAssign))
    value: cst.BaseExpression = cst.Ellipsis()
    if isinstance(small.value, cst.Dict):
        items = [
            item.with_changes(value=cst.Ellipsis()) if isinstance(item, cst.DictElement) else item
            for item in small.value.elements
        ]
        value = small.value.with_changes(elements=items)
    text = f"# {task.number} {name}: {task.size}; replace the dots"
    lines = [*statement.leading_lines, cst.EmptyLine(comment=cst.Comment(text))]
    return statement.with_changes(body=[small.with_changes(value=value)], leading_lines=lines)


def _docstring(body: cst.BaseSuite) -> cst.SimpleStatementLine | None:
    first = body.body[0]
    if not isinstance(body, cst.IndentedBlock) or not isinstance(first, cst.SimpleStatementLine):
        return None
    expression = first.body[0]
    if not isinstance(expression, cst.Expr):
        return None
    if not isinstance(expression.value, (cst.SimpleString, cst.ConcatenatedString)):
        return None
    return cst.SimpleStatementLine(
        [cst.Expr(expression.value)], trailing_whitespace=cst.TrailingWhitespace()
    )


def _without_private(statement: cst.BaseStatement) -> cst.BaseStatement | None:
    if isinstance(statement, (cst.FunctionDef, cst.ClassDef)):
        return None if statement.name.value.startswith("_") else statement
    if not isinstance(statement, cst.SimpleStatementLine):
        return statement
    small = [part for part in statement.body if not _private(part)]
    if len(small) == len(statement.body):
        return statement
    if not small:
        return None
    small[-1] = small[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(body=small)


def _private(part: cst.BaseSmallStatement) -> bool:
    """Whether all that a statement binds is the solution's own."""
    names: list[str] = []
    if isinstance(part, cst.Assign):
        names = [n for target in part.targets for n in _names(target.target)]
    elif isinstance(part, (cst.AnnAssign, cst.AugAssign)):
        names = _names(part.target)
    return bool(names) and all(n.startswith("_") and not n.startswith("__") for n in names)


def _names(target: cst.BaseExpression) -> list[str]:
    if isinstance(target, cst.Name):
        return [target.value]
    if isinstance(target, (cst.Tuple, cst.List)):
        return [n for element in target.elements for n in _names(element.value)]
    if isinstance(target, (cst.Attribute, cst.Subscript)):
        return _names(target.value)
    return []


def _imported(
    stub: cst.Module, statements: Sequence[cst.BaseStatement], kept_from: Collection[str]
) -> list[cst.BaseStatement]:
    """The statements with those imports alone that are used, or that everybody needs."""
    rest = [s for s in statements if not _imports(s)]
    used = _used(stub.with_changes(body=rest).code)
    kept: list[cst.BaseStatement] = []
    for statement in statements:
        if not _imports(statement):
            kept.append(statement)
            continue
        narrowed = _narrowed(statement, used, kept_from)
        if narrowed is not None:
            kept.append(narrowed)
    return kept


def _imports(statement: cst.BaseStatement) -> bool:
    return isinstance(statement, cst.SimpleStatementLine) and isinstance(
        statement.body[0], (cst.Import, cst.ImportFrom)
    )


def _narrowed(
    statement: cst.BaseStatement, used: frozenset[str], kept_from: Collection[str]
) -> cst.BaseStatement | None:
    assert isinstance(statement, cst.SimpleStatementLine)
    found = statement.body[0]
    assert isinstance(found, (cst.Import, cst.ImportFrom))
    if isinstance(found.names, cst.ImportStar):
        return statement
    origin = _dotted(found.module) if isinstance(found, cst.ImportFrom) and found.module else ""
    if origin.split(".")[0] in kept_from:
        return statement
    names = [alias for alias in found.names if _alias_kept(alias, origin, used)]
    if not names:
        return None
    if len(names) == len(found.names):
        return statement
    names[-1] = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    return statement.with_changes(body=[found.with_changes(names=names), *statement.body[1:]])


def _alias_kept(alias: cst.ImportAlias, origin: str, used: frozenset[str]) -> bool:
    top = _dotted(alias.name).split(".")[0]
    bound = alias.evaluated_alias or top
    if bound.startswith("_"):
        return False
    return bound in used or (not origin and top in _KEPT_IMPORTS)


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


def _used(code: str) -> frozenset[str]:
    return frozenset(n.id for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Name))


def _tidy(module: cst.Module) -> cst.Module:
    """Two blank lines at most where something went."""
    body = [
        s.with_changes(leading_lines=_at_most_two(s.leading_lines))
        if isinstance(s, (cst.SimpleStatementLine, cst.BaseCompoundStatement))
        else s
        for s in module.body
    ]
    return module.with_changes(body=body)


def _at_most_two(lines: Iterable[cst.EmptyLine]) -> list[cst.EmptyLine]:
    kept: list[cst.EmptyLine] = []
    for line in lines:
        blank = [k for k in kept[-2:] if k.comment is None]
        if line.comment is not None or len(blank) < 2:  # noqa: PLR2004 -- two blank lines
            kept.append(line)
    return kept


def _misfits(source: str, tasks: Mapping[str, Task], shown: str) -> Iterator[Problem]:
    """Exercises that do not stand as plain functions or constants at the module's top level."""
    tree = ast.parse(source)
    plain = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    plain |= {_constant(statement) for statement in cst.parse_module(source).body}
    for name in tasks:
        if name in plain:
            continue
        found = [n for n in ast.walk(tree) if _binds(n, name)]
        line = getattr(found[0], "lineno", 0) if found else 0
        message = f"{name} is not a plain function at the top level; write it as `def {name}(...):`"
        yield Problem(shown, line, 0, message)


def _binds(node: ast.AST, name: str) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return node.name == name
    return isinstance(node, ast.Assign) and any(
        isinstance(t, ast.Name) and t.id == name for t in node.targets
    )


def _dangling(source: str, stub: str, shown: str) -> Iterator[Problem]:
    """Uses of names that are left out, by what is given: each with its line in the reference."""
    left_out = _bound(source) - _bound(stub)
    given = {ast.dump(node) for node in ast.walk(ast.parse(stub)) if isinstance(node, ast.stmt)}
    told: set[tuple[int, str]] = set()
    for statement in ast.parse(source).body:
        same = ast.dump(statement) in given
        for node in ast.walk(statement if same else _signature(statement)):
            if isinstance(node, ast.Name) and node.id in left_out:
                told.add((node.lineno, node.id))
    for line, name in sorted(told):
        what = f"{name} is used by what students are given, but it is left out of the stub"
        remedy = "give it a name without the underscore" if name[0] == "_" else "define it, too"
        yield Problem(shown, line, 0, f"{what}; {remedy}")


def _signature(statement: ast.stmt) -> ast.AST:
    """What remains of an exercise: its arguments, annotations and decorators."""
    if not isinstance(statement, ast.FunctionDef) or statement.name.startswith("_"):
        return ast.Pass()
    return ast.FunctionDef(
        name=statement.name,
        args=statement.args,
        body=[ast.Pass()],
        decorator_list=statement.decorator_list,
        returns=statement.returns,
    )


def _bound(code: str) -> set[str]:
    """Names that the top level of a module binds."""
    found: set[str] = set()
    for statement in ast.parse(code).body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found.add(statement.name)
        elif isinstance(statement, (ast.Import, ast.ImportFrom)):
            found |= {(a.asname or a.name).split(".")[0] for a in statement.names}
        else:
            found |= {
                n.id
                for n in ast.walk(statement)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
    return found
