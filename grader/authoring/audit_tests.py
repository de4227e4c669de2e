"""Grade the graders of files of their own: right ones earn all points, weak ones lose some.

`versions/` holds others than the reference's: test_mine_right_*.py and test_mine_weak_*.py.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from grader.authoring import trial
from grader.judge.tests import court_of, result_by_tests
from grader.model import Cell, Source, Verdict
from grader.sitting import examine

if TYPE_CHECKING:
    from pathlib import Path

    from grader.authoring.course import Authored
    from grader.model import Assignment, Exercise, Result
    from grader.sandbox.opening import Sandbox

VERSIONS = "versions"


def tried(
    authored: Authored, assignment: Assignment, exercise: Exercise, sandbox: Sandbox
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Right files that are accepted and rejected; weak ones that lose points and that do not."""
    folder, (stem, kind) = authored.folder, exercise.file.split(".")
    right = [folder / exercise.file, *_files(folder, f"{stem}_right_*.{kind}")]
    weak = _files(folder, f"{stem}_weak_*.{kind}")

    def verdict(path: Path) -> bool:
        text = path.read_text(encoding="utf-8")
        return result_of(authored, assignment, exercise, sandbox, text=text).verdict is (
            Verdict.PASSED
        )

    passed = {path: verdict(path) for path in (*right, *weak)}
    return (
        tuple(p.stem for p in right if passed[p]),
        tuple(p.stem for p in right if not passed[p]),
        tuple(p.stem for p in weak if not passed[p]),
        tuple(p.stem for p in weak if passed[p]),
    )


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted((folder / VERSIONS).glob(pattern))


def result_of(
    authored: Authored, assignment: Assignment, exercise: Exercise, sandbox: Sandbox, *, text: str
) -> Result:
    """The result of a file of tests or claims, beside the reference's own module."""
    if exercise.judged_by != "tests":
        return trial.result_of(authored, exercise, authored.reference, claims=text)
    file = f"{authored.settings.module}.py"
    source = Source(file, (Cell(file, (authored.folder / file).read_text("utf-8")),))
    start = partial(sandbox.test_session, assignment.limits, authored.given)
    run = partial(examine, start, source, assignment.module)
    return result_by_tests(
        exercise, court_of(assignment, exercise.file, text, authored.suspects, run)
    )
