"""pictures.py: what there is to look at, drawn from a student's own functions; never graded."""

from __future__ import annotations

import ast
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.errors import AuthoringError, Problem, StaffError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PICTURES = "pictures.py"

_ALLOWED = ("numpy", "grader.data")


@dataclass(frozen=True, slots=True)
class Picture:
    """A title, and `draw(student, figure)`, which fills an empty figure of matplotlib."""

    title: str
    draw: Callable[[Any, Any], None]

    @property
    def name(self) -> str:
        """The function's name: its file's, too."""
        return self.draw.__name__


def picture(title: str) -> Callable[[Any], Picture]:
    """Decorate a function `draw(student, figure)`: `student.mae(y_pred, y)` asks the student's.

    Args:
        title: What the picture shows; stands above it.
    """

    def register(function: Callable[[Any, Any], None]) -> Picture:
        return Picture(title, function)

    return register


def read_pictures(folder: Path) -> tuple[Picture, ...]:
    """The pictures of an assignment's folder, in the order of the file.

    Raises:
        StaffError: there is no pictures.py, or it cannot be run.
    """
    path = folder / PICTURES
    if not path.is_file():
        raise StaffError(f"{folder.resolve()}: no {PICTURES} here; this assignment has no pictures")
    module = types.ModuleType("pictures")
    try:
        exec(compile(path.read_text("utf-8"), str(path), "exec"), vars(module))  # noqa: S102
    except Exception as error:
        remedy = "take the assignment's folder anew"
        raise StaffError(f"{path}: {type(error).__name__}: {error}; {remedy}") from error
    return tuple(value for value in vars(module).values() if isinstance(value, Picture))


def require_plain(folder: Path, shown: str) -> None:
    """See to it that pictures.py runs where only the package and matplotlib are.

    Raises:
        AuthoringError: it imports anything else; each import with its line.
    """
    tree = ast.parse((folder / PICTURES).read_text("utf-8"))
    problems = [
        Problem(
            f"{shown}/{PICTURES}",
            line,
            0,
            f"imports {name}; students can have numpy, the standard library, grader.data and "
            "grader.authoring.picture, and `figure` brings matplotlib along",
        )
        for line, name in _imported(tree)
        if name.split(".")[0] not in sys.stdlib_module_names and not _allowed(name)
    ]
    if problems:
        raise AuthoringError(problems)


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _allowed(name: str) -> bool:
    return name == "grader.authoring.picture" or any(
        name == one or name.startswith(f"{one}.") for one in _ALLOWED
    )
