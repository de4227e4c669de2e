"""laws.py: the laws that students may read and run, cut out of checks.py."""

from __future__ import annotations

import ast
import sys
import types
from typing import TYPE_CHECKING, Any

from grader.errors import StaffError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from grader.authoring.course import Authored
    from grader.model import Assignment

LAWS = "laws.py"
_PLAIN = {"numpy", *sys.stdlib_module_names} - {"__future__"}

_HEAD = '''"""Laws that the functions of this assignment obey; `grader check` tries them."""

from __future__ import annotations

{imports}
from grader.authoring.laws import close

'''


def write_laws(authored: Authored) -> str:
    """The source of laws.py: public laws, with the imports and helpers that they use."""
    text = (authored.folder / "checks.py").read_text(encoding="utf-8")
    tree = ast.parse(text)
    public = {law.id for d in authored.declarations.values() for law in d.laws if law.public}
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    names = {n: node for node in tree.body for n in _bound(node)}
    wanted = reached(public, {**names, **functions})
    parts = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name in wanted:
            segment = ast.get_source_segment(text, node)
            parts.append(f"\n{segment}\n")
        elif wanted & set(_bound(node)):
            parts.append(f"{ast.get_source_segment(text, node)}\n")
    imports = [ast.unparse(n) for n in tree.body if _plain_import(n)]
    return _HEAD.format(imports="\n".join(imports)) + "\n".join(parts)


def _plain_import(node: ast.stmt) -> bool:
    """Imports of numpy, the standard library and our data; nothing of staff's."""
    if isinstance(node, ast.Import):
        return True
    module = node.module if isinstance(node, ast.ImportFrom) and node.module else ""
    return module == "grader.data" or module.partition(".")[0] in _PLAIN


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        found = (part for target in targets for part in ast.walk(target))
        yield from (part.id for part in found if isinstance(part, ast.Name))


def reached(roots: set[str], nodes: Mapping[str, Any]) -> set[str]:
    """The roots and every function or constant of the module that they use, and so on."""
    found: set[str] = set()
    waiting = [name for name in roots if name in nodes]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        node = nodes[name]
        body = node.body if isinstance(node, ast.FunctionDef) else [node]
        used = {n.id for part in body for n in ast.walk(part) if isinstance(n, ast.Name)}
        waiting += [n for n in used & set(nodes) if n not in found]
    return found


def read_laws(
    folder: Path, assignment: Assignment
) -> Mapping[str, Mapping[str, Callable[..., None]]]:
    """Exercise name to law id to the law, as far as laws.py has them.

    Raises:
        StaffError: laws.py cannot be run.
    """
    path = folder / LAWS
    module = types.ModuleType("laws")
    if path.is_file():
        try:
            exec(compile(path.read_text("utf-8"), str(path), "exec"), vars(module))  # noqa: S102
        except Exception as error:
            remedy = "take the assignment's folder anew"
            message = f"{path}: {type(error).__name__}: {error}; {remedy}"
            raise StaffError(message) from error
    return {
        e.name: {law.id: vars(module)[law.id] for law in e.laws if law.id in vars(module)}
        for e in assignment.exercises
    }
