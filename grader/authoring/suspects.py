"""Right and wrong versions of a function that students' own tests are to tell apart.

Students receive the public ones as `suspects.py`; the others never leave staff's hands. No
version's code enters a student's process: the grader answers for it.
"""

from __future__ import annotations

import ast
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.authoring.public_laws import reached
from grader.errors import StaffError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SUSPECTS = "suspects.py"

_HEAD = '''"""Some of the versions that your tests are to tell apart; there are others.

`grader check` tries your tests on these. A @wheat is right, a @chaff is wrong.
"""

from __future__ import annotations

{imports}
from grader.authoring.suspects import chaff, wheat

'''


@dataclass(frozen=True, slots=True)
class Suspect:
    """A version of a function under test.

    Attributes:
        of: The function's name.
        title: What it does differently: of a wrong one, the mistake, as students are told it.
        right: Do all tests have to pass for it? Else at least one has to fail.
        public: Students receive its code.
    """

    of: str
    function: Callable[..., Any]
    title: str
    right: bool
    public: bool

    @property
    def id(self) -> str:
        """The function's name."""
        return self.function.__name__


def wheat(of: str, title: str, *, public: bool = False) -> Callable[[Any], Suspect]:
    """Decorate a right version; the first one of a function stands in wherever another is tried."""
    return lambda function: Suspect(of, function, title, right=True, public=public)


def chaff(of: str, title: str, *, public: bool = False) -> Callable[[Any], Suspect]:
    """Decorate a wrong version; its title names the mistake."""
    return lambda function: Suspect(of, function, title, right=False, public=public)


def suspects_of(module: types.ModuleType) -> tuple[Suspect, ...]:
    """All versions of a module, in order."""
    return tuple(v for v in vars(module).values() if isinstance(v, Suspect))


def write_suspects(text: str, suspects: Iterable[Suspect]) -> str:
    """The source of students' suspects.py: public versions, with what they use."""
    tree = ast.parse(text)
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    wanted = reached({s.id for s in suspects if s.public}, functions)
    parts = [
        f"\n{_source(node)}\n"
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name in wanted
    ]
    imports = [
        ast.unparse(n)
        for n in tree.body
        if isinstance(n, ast.Import)
        or (isinstance(n, ast.ImportFrom) and n.module in {"math", "numpy"})
    ]
    return _HEAD.format(imports="\n".join(imports)) + "\n".join(parts)


def _source(node: ast.FunctionDef) -> str:
    """The source of a function; without `public=True`, which says nothing here."""
    node = ast.parse(ast.unparse(node)).body[0]  # type: ignore[assignment]
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call):
            decorator.keywords = [k for k in decorator.keywords if k.arg != "public"]
    return ast.unparse(node)


def read_suspects(folder: Path) -> tuple[Suspect, ...]:
    """The versions in a folder that students received; none where there is no such file.

    Raises:
        StaffError: suspects.py cannot be run.
    """
    path = folder / SUSPECTS
    module = types.ModuleType("suspects")
    if path.is_file():
        try:
            exec(compile(path.read_text("utf-8"), str(path), "exec"), vars(module))  # noqa: S102
        except Exception as error:
            remedy = "take the assignment's folder anew"
            raise StaffError(f"{path}: {type(error).__name__}: {error}; {remedy}") from error
    return suspects_of(module)
