"""Generated mutants of the reference: one place of one exercise's function changed.

`operators` says what can be done to a place. What survives the bank shows where a law or an edge
is missing, or is equivalent, which an author declares with a reason.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.authoring.operators import changes

if TYPE_CHECKING:
    from grader.authoring.operators import Change


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
    """All mutants of one function, each once, in the order of the source; none of a constant.

    Args:
        source: The reference module.
        exercise: The function that is changed.
    """
    tree = ast.parse(source)
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == exercise]
    if not functions:
        return []
    (function,) = functions
    found: dict[str, Mutant] = {}
    for position, node in enumerate(_code(function)):
        for operator, change in changes(node, function):
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
        _replace(function, node, replacement)
    after = _line(replacement if isinstance(replacement, ast.stmt) else statement)
    if before == after:
        return None
    return Mutant(
        exercise, operator, before, after, ast.unparse(ast.fix_missing_locations(changed))
    )


def _line(statement: ast.stmt) -> str:
    """The first line of a statement: loops and branches without what is in them."""
    return ast.unparse(ast.fix_missing_locations(statement)).split("\n")[0]


def _statement_of(function: ast.FunctionDef, node: ast.AST) -> ast.stmt:
    """The innermost statement that holds a node, itself where it is one."""
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
