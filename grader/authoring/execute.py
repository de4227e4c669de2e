"""Run an author's files as modules that import each other by plain name."""

from __future__ import annotations

import ast
import linecache
import sys
import traceback
import types
from typing import TYPE_CHECKING

from grader.errors import AuthoringError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def execute_all(
    folder: Path, module: str, given: Mapping[str, str], shown: str, problems: list[Problem]
) -> dict[str, types.ModuleType]:
    """Load the files in turn; what only follows from an earlier file's problem is not told."""
    loaded: dict[str, types.ModuleType] = {}
    failed: set[str] = set()
    with _plain_names(module, *given):
        for name, text in given.items():
            sys.modules[name] = types.ModuleType(name)
            exec(compile(text, f"{name}.py", "exec"), vars(sys.modules[name]))  # noqa: S102
        for name in (module, "checks", "mistakes", "variants", "suspects"):
            loaded[name] = types.ModuleType(name)
            if not name or (name == "suspects" and not (folder / "suspects.py").is_file()):
                continue
            try:
                _execute(folder / f"{name}.py", loaded[name], shown)
            except AuthoringError as error:
                cause = error.__cause__
                if not (isinstance(cause, ImportError) and cause.name in failed):
                    problems += error.problems
                failed.add(name)
    return loaded


class _plain_names:  # noqa: N801 -- reads as a verb where it is used
    """Let an assignment's files import each other by plain name while they are loaded."""

    def __init__(self, *modules: str) -> None:
        self.names = (*modules, "checks", "mistakes", "variants", "suspects")
        self.before: dict[str, types.ModuleType] = {}

    def __enter__(self) -> None:
        self.before = {n: sys.modules.pop(n) for n in self.names if n in sys.modules}

    def __exit__(self, *_: object) -> None:
        for name in self.names:
            sys.modules.pop(name, None)
        sys.modules.update(self.before)


def _execute(path: Path, module: types.ModuleType, shown: str) -> None:
    """Run a file as a module, which keeps what it has where the file fails half-way."""
    file = f"{shown}/{path.name}"
    sys.modules[module.__name__] = module
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise AuthoringError([Problem(file, 0, 0, f"cannot be read: {reason}")]) from error
    module.__file__ = str(path)
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    try:
        exec(compile(text, str(path), "exec"), vars(module))  # noqa: S102 -- staff's own code
    except SyntaxError as error:
        problem = Problem(file, error.lineno or 0, error.offset or 0, f"syntax error: {error.msg}")
        raise AuthoringError([problem]) from error
    except (Exception, SystemExit) as error:  # staff's code may raise anything; told where
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
        line = (frames[-1].lineno or 0) if frames else 0
        message = f"{type(error).__name__} while loading: {error}"
        raise AuthoringError([Problem(file, line, 0, message)]) from error
    doubled = list(_doubled(text, file))
    if doubled:
        raise AuthoringError(doubled)


def _doubled(text: str, file: str) -> Iterator[Problem]:
    """Functions of one name: the earlier would be lost, or two cases would share an id."""
    seen: dict[str, int] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            if node.name in seen:
                message = f"{node.name} stands in line {seen[node.name]}, too; names are ids"
                yield Problem(file, node.lineno, node.col_offset + 5, message)
            seen[node.name] = node.lineno
