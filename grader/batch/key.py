"""The key of a run: a digest of everything that decides a grade but the submission itself."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model import Assignment

_SOURCES = ("model.py", "functions.py", "grade.py", "sitting.py", "sandbox", "judge")
"""Parts of this package that decide grades, as contract.md "Keys" lists them."""


def key_of(assignment: Assignment) -> str:
    """Give the key; it changes with the assignment, our sources, Python's and numpy's minor."""
    python = ".".join(map(str, sys.version_info[:2]))
    numpy = ".".join(version("numpy").split(".")[:2])
    exercises = ",".join(f"{e.name}:{e.points}:{e.digest}" for e in assignment.exercises)
    limits = f"{assignment.limits.cpu_seconds}:{assignment.limits.memory_mib}"
    parts = (assignment.digest, exercises, limits, _sources(), python, numpy)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def grader_version() -> str:
    """Give this package's version; "0+source" where it runs from a tree, not installed."""
    try:
        return version("grader")
    except PackageNotFoundError:
        return "0+source"


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
