"""The course that the tests grade, with one exercise of each kind, and how it is broken."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.authoring.course import Authored, load
from grader.authoring.prepared import assignment_of, laws_of
from grader.authoring.space import DeclaredSpace
from grader.judge.prepare import Prepared, prepare
from grader.model import Call, Case, Exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.model import Assignment

SOURCE = Path(__file__).parent / "cases" / "tiny_course"
SLUG = "01_tiny"

DOUBLE = {
    "assignment.yaml": "title: T\nmodule: work\nexercises:\n"
    '  - {number: "1.1", functions: [double], points: 10}\n',
    "work.py": "def double(x):\n    return 2.0 * x\n",
    "checks.py": 'from grader.authoring import exercise\ndouble = exercise("x[N] -> y[N]")\n',
    "mistakes.py": "",
    "variants.py": "",
}
"""The smallest assignment that an author can write."""


@dataclass
class Tiny:
    """The tiny course, harvested: everything that a judge of its exercises needs."""

    course: Path

    @cached_property
    def authored(self) -> Authored:
        return load(self.course, SLUG)

    @cached_property
    def assignment(self) -> Assignment:
        return assignment_of(self.authored)

    @cached_property
    def laws(self) -> Mapping[str, Mapping[str, Callable[..., None]]]:
        return laws_of(self.authored)

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        return {e.name: e for e in self.assignment.exercises}

    @cached_property
    def prepared(self) -> dict[str, Prepared]:
        return {name: prepare(e) for name, e in self.exercises.items()}

    def space(self, name: str) -> DeclaredSpace:
        return DeclaredSpace(self.authored, self.authored.declarations[name], self.exercises[name])

    def namespace(self, **functions: Any) -> dict[str, Any]:
        """The reference with other functions in their places."""
        return {**self.authored.reference, **functions}


def write_assignment(course: Path, slug: str = "01_work", **files: str) -> Path:
    """Write `DOUBLE` with other texts: `checks="..."` stands for checks.py."""
    folder = course / "solutions" / slug
    folder.mkdir(parents=True)
    named = {"settings": "assignment.yaml", "work": "work.py"}
    texts = DOUBLE | {named.get(key, f"{key}.py"): text for key, text in files.items()}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return course


def make_exercise(cases: Sequence[Case], **more: Any) -> Exercise:
    """An exercise f(x) -> y with these cases."""
    given: dict[str, Any] = {
        "name": "f",
        "number": "1.1",
        "points": Fraction(10),
        "weights": {
            "value": Fraction(7, 10),
            "edges": Fraction(2, 10),
            "conduct": Fraction(1, 10),
        },
        "calls": (Call("f", ("x",), ("y",)),),
    }
    return Exercise(**{**given, **more}, cases=tuple(cases))


def make_case(name: str, x: Any, *lower: Any, **more: Any) -> Case:
    """A case of f(x) that answers `lower`; a public one of the value check."""
    given: dict[str, Any] = {
        "stratum": "normal",
        "check": "value",
        "public": True,
        "sizes": {},
        "lower": lower,
        "upper": lower,
    }
    return Case(id=name, arguments={"x": x}, **{**given, **more})
