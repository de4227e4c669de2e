"""Keys: digests of everything that decides an exercise's result but the submission itself.

With the submission's digest beside it, such a key is the key of contract.md: two results with the
same pair are the same result.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
import textwrap
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from grader.authoring.suspects import Suspect
    from grader.batch.executor import Grading
    from grader.model import Assignment

_SOURCES = (
    "model.py",
    "functions.py",
    "fields.py",
    "data",
    "grade.py",
    "examination.py",
    "neighbours.py",
    "sitting.py",
    "sandbox",
    "judge",
    "authoring/foreseen.py",
)
"""Parts of this package that decide grades, as contract.md "Keys" lists them."""


def keys_of(grader: Grading) -> dict[str, str]:
    """Give each exercise's key; one exercise's checks change no other's key.

    `Exercise.digest` covers its declaration, its cases and its mistakes with their answers.
    """
    assignment = grader.assignment
    limits = f"{assignment.limits.cpu_seconds}:{assignment.limits.memory_mib}"
    given = (part for pair in sorted(assignment.given.items()) for part in pair)
    common = (limits, _sources(), *_versions(), *given)
    laws = getattr(grader, "laws", {})
    suspects = getattr(grader, "suspects", ())
    return {
        e.name: _digest(
            *(e.name, str(e.points), e.digest, _laws(laws.get(e.name, {}))),
            *_versions_under_test(e.under_test, suspects),
            *common,
        )
        for e in assignment.exercises
    }


def key_of(assignment: Assignment, exercises: Mapping[str, str]) -> str:
    """Give a run's key: it changes with the bank and with any exercise's key."""
    return _digest(assignment.slug, assignment.digest, *exercises.values())


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _versions() -> tuple[str, str]:
    python = ".".join(map(str, sys.version_info[:2]))
    return python, ".".join(np.__version__.split(".")[:2])


def _laws(laws: Mapping[str, Callable[..., object]]) -> str:
    """Digest the syntax trees of laws and of all functions of the course that they reach."""
    found: dict[str, str] = {}
    for name, law in laws.items():
        for label, tree in _trees(law, set()):
            found[f"{name} {label}"] = tree
    return _digest(*(f"{label}\n{tree}" for label, tree in sorted(found.items())))


def _trees(function: object, seen: set[int]) -> Iterator[tuple[str, str]]:
    """Give a function's tree, then those of the functions and the values that it names."""
    function = inspect.unwrap(function) if callable(function) else function
    if not isinstance(function, FunctionType) or id(function) in seen:
        return
    seen.add(id(function))
    # Ours is covered by the version of the sources; other packages' by their own versions.
    if function.__module__.partition(".")[0] in ("numpy", "grader", *sys.stdlib_module_names):
        return
    yield function.__qualname__, _tree(function)
    for name in _names(function):
        value = function.__globals__.get(name)
        if callable(value):
            yield from _trees(value, seen)
        elif isinstance(value, (int, float, str, tuple, bool)):
            yield name, repr(value)


def _versions_under_test(names: Sequence[str], suspects: Iterable[Suspect]) -> Iterator[str]:
    """What students' own tests are tried on, for those functions."""
    for suspect in suspects:
        if suspect.of in names:
            yield f"{suspect.id} {suspect.title} {suspect.right}"
            yield _laws({suspect.id: suspect.function})


def _tree(function: FunctionType) -> str:
    try:
        return ast.dump(ast.parse(textwrap.dedent(inspect.getsource(function))))
    except (OSError, SyntaxError):  # Its source is gone: its code, then
        return repr((function.__code__.co_code, function.__code__.co_consts))


def _names(function: FunctionType) -> list[str]:
    """Names that a function and the functions inside it use."""
    codes = [function.__code__]
    names: set[str] = set()
    while codes:
        code = codes.pop()
        names.update(code.co_names)
        codes += [c for c in code.co_consts if isinstance(c, type(code))]
    return sorted(names)


@cache
def _sources() -> str:
    root = Path(__file__).parent.parent
    digest = hashlib.sha256()
    for part in _SOURCES:
        found = sorted((root / part).rglob("*.py")) if (root / part).is_dir() else [root / part]
        for file in found:
            if file.is_file():
                digest.update(file.relative_to(root).as_posix().encode() + b"\0")
                digest.update(file.read_bytes() + b"\0")
    return digest.hexdigest()
