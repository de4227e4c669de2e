"""Read a submission's text as Python, piece by piece; runs in the child, where it may crash.

A module stands or falls as a whole when its syntax is wrong, a notebook loses one cell. Magics
and shell lines are taken out of such cells only as do not parse as they are.
"""

from __future__ import annotations
import __future__ as features

import ast
import dis
import linecache
import re
import types
from dataclasses import dataclass, field
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_loader
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEEPING_MAGICS = frozenset({"time", "timeit", "capture", "prun", "pylab", "matplotlib"})
_MAGIC_LINE = re.compile(r"^\s*(?:[%!?]|[A-Za-z_][\w.]*\s*=\s*[%!]|.*\?\s*$)")
_CELL_MAGIC = re.compile(r"^%%(\w+)")
_NOTED_MAGICS = 20
_STUB_CODE_LIMIT = 200
_STUB_OPERATIONS = frozenset(
    (
        "RESUME",
        "NOP",
        "CACHE",
        "PUSH_NULL",
        "LOAD_GLOBAL",
        "LOAD_CONST",
        "LOAD_SMALL_INT",
        "PRECALL",
        "CALL",
        "KW_NAMES",
        "RAISE_VARARGS",
        "EXTENDED_ARG",
        "NOT_TAKEN",
    )
)
_FUTURES = 0
for _name in features.all_feature_names:
    _FUTURES |= getattr(features, _name).compiler_flag
_UNREADABLE = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError)


@dataclass(frozen=True, slots=True)
class Statement:
    """One top-level statement, ready to be executed alone.

    Attributes:
        line: Where it begins in its piece of source.
        start: Line and column in bytes, of its first decorator if it has any.
        shown: What it is, for a note: `import torch`, `def loss(...)`.
        binds: Names that it defines by `def` or `class`.
    """

    code: types.CodeType
    line: int
    start: tuple[int, int]
    shown: str
    binds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A module or a notebook cell that could be read; or why it could not."""

    label: str
    text: str
    statements: tuple[Statement, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str | None = None
    flags: int = field(default=0)


class Beside(MetaPathFinder, Loader):
    """Imports the modules that lie beside a submission, from their texts."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> Any:
        """Find one of them; of libraries it knows nothing."""
        del path, target
        if fullname not in self.texts:
            return None
        return spec_from_loader(fullname, self, origin=f"{fullname}.py")

    def exec_module(self, module: types.ModuleType) -> None:
        """Execute it, and let tracebacks show its lines."""
        text, label = self.texts[module.__name__], f"{module.__name__}.py"
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)
        exec(compile(text, label, "exec", dont_inherit=True), vars(module))  # noqa: S102 - jailed


def read_module(label: str, text: str) -> Piece:
    """Parse a whole module; its problem names file, line and reason."""
    return _parse(label, text, 0)


def read_cell(label: str, text: str, flags: int = 0) -> Piece:
    """Parse a notebook's cell, without its magics if that is the only way.

    Args:
        label: Name of the cell, shown as its file.
        text: What stands in it.
        flags: `from __future__` imports of the cells before.
    """
    piece = _parse(label, text, flags)
    if piece.problem is None:
        return piece
    magic = _CELL_MAGIC.match(text.lstrip())
    if magic and magic[1] not in _KEEPING_MAGICS:
        return Piece(label, text, notes=(f"{label}: %%{magic[1]} cell left out",), flags=flags)
    stripped, notes = _strip_magics(label, text)
    if not notes:
        return piece
    again = _parse(label, stripped, flags)
    if again.problem is not None:
        return again
    return Piece(label, again.text, again.statements, notes, flags=again.flags)


def whole(label: str, text: str, flags: int = 0) -> types.CodeType | None:
    """Compile a piece of source at once, which is three times as fast; None if it is no Python."""
    try:
        code: types.CodeType = compile(text, label, "exec", flags, dont_inherit=True)
    except _UNREADABLE:
        return None
    return code


def future_flags(code: types.CodeType) -> int:
    """Which `from __future__` imports a code was compiled with."""
    return code.co_flags & _FUTURES


def failing(piece: Piece, code: types.CodeType, error: BaseException) -> int:
    """Find the statement of a piece in which its whole code raised."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code is not code:
        trace = trace.tb_next
    if trace is None:
        return 0
    line, _, column, _ = list(code.co_positions())[trace.tb_lasti // 2]
    at = (line or trace.tb_lineno, column or 0)
    return max(0, sum(statement.start <= at for statement in piece.statements) - 1)


def is_stub(value: object) -> bool:
    """Tell whether all that a function does is to raise NotImplementedError.

    A constant is a stub if nothing but dots stands there, or at all keys of a dict.
    """
    if value is ... or (type(value) is dict and value and all(v is ... for v in value.values())):
        return True
    code = getattr(value, "__code__", None)
    if not isinstance(code, types.CodeType) or code.co_names != ("NotImplementedError",):
        return False
    if len(code.co_code) > _STUB_CODE_LIMIT:
        return False
    return all(i.opname in _STUB_OPERATIONS for i in dis.get_instructions(code))


def _parse(label: str, text: str, flags: int) -> Piece:
    try:
        tree = compile(text, label, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True)
        statements = []
        for node in tree.body:
            flags |= _future(node)
            module = ast.Module([node], [])
            code = compile(module, label, "exec", flags, dont_inherit=True)
            binds = tuple(_binds(node))
            statements.append(Statement(code, node.lineno, _start(node), _show(node), binds))
    except _UNREADABLE as error:
        return Piece(label, text, problem=_explain(label, error), flags=flags)
    return Piece(label, text, tuple(statements), flags=flags)


def _start(node: ast.stmt) -> tuple[int, int]:
    nodes: list[Any] = [node, *getattr(node, "decorator_list", ())]
    return min((n.lineno, n.col_offset) for n in nodes)


def _explain(label: str, error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        line = (error.text or "").strip()[:200]
        place = f"{label}, line {error.lineno}" if error.lineno else label
        return f"{place}: {type(error).__name__}: {error.msg}" + (f": {line}" if line else "")
    if isinstance(error, (MemoryError, RecursionError)):
        return f"{label}: nested too deeply to be read"
    return f"{label}: {str(error)[:200]}"


def _future(node: ast.stmt) -> int:
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return 0
    found = (getattr(features, alias.name, None) for alias in node.names)
    flags = 0
    for feature in found:
        if feature is not None:
            flags |= feature.compiler_flag
    return flags


def _show(node: ast.stmt) -> str:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return f"def {node.name}(...)"
    if isinstance(node, ast.ClassDef):
        return f"class {node.name}"
    if isinstance(node, ast.ImportFrom):
        return f"from {'.' * node.level}{node.module or ''} import ..."
    if isinstance(node, ast.Import):
        return f"import {', '.join(alias.name for alias in node.names)}"
    return ""


def _binds(node: ast.stmt) -> Iterator[str]:
    """Names that a statement defines as a function or class, in an `if` or `try`, too."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (t.id for t in node.targets if isinstance(t, ast.Name))
    elif isinstance(node, (ast.If, ast.Try, ast.With)):
        inner: list[Any] = [*node.body, *getattr(node, "orelse", ())]
        for child in inner:
            yield from _binds(child)


def _strip_magics(label: str, text: str) -> tuple[str, tuple[str, ...]]:
    """Put `pass` where a magic or shell line is at fault, until the cell parses."""
    lines = text.splitlines()
    left = {i for i, line in enumerate(lines) if _MAGIC_LINE.match(line)}
    notes: list[str] = []
    while left:
        line = _first_error("\n".join(lines))
        if line is None:
            break
        doomed = {line} if line in left else left
        for index in sorted(doomed):
            if len(notes) < _NOTED_MAGICS:
                shown = lines[index].strip()[:60]
                notes.append(f"{label}, line {index + 1}: {shown}: left out")
            bare = lines[index]
            lines[index] = bare[: len(bare) - len(bare.lstrip())] + "pass"
        left -= doomed
        if len(doomed) > 1:
            break
    return "\n".join(lines), tuple(notes)


def _first_error(text: str) -> int | None:
    try:
        compile(text, "cell", "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        return (error.lineno or 0) - 1
    except _UNREADABLE:
        return -1
    return None
