"""Public checks as pytest items: `pytest` in an assignment's folder, for students, IDEs and CI.

A folder with a `public.bank` gives an item per exercise and check,
`public.bank::affine_backward::value`. The submission runs in a session of the sandbox: neither
its module nor its own test files are ever imported here.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import GraderError, StaffError
from grader.lang import LANGUAGES, current, said, speaking

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _pytest._code.code import TerminalRepr

    from grader.lang.tongue import Tongue
    from grader.model import Assignment, Exercise, Report, Result

BANK = "public.bank"


class NotPassedError(Exception):
    """A check that did not pass; its text is what the student reads."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> BankFile | None:
    """Collect a public bank."""
    return BankFile.from_parent(parent, path=file_path) if file_path.name == BANK else None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Keep pytest from importing Python files that lie beside a public bank."""
    if collection_path.suffix != ".py" or collection_path.name == "conftest.py":
        return None
    return True if (collection_path.parent / BANK).is_file() else None


class BankFile(pytest.File):
    """A public bank: collects its exercises, and grades the submission beside it once."""

    _report: Report | None = None

    def collect(self) -> Iterable[ExerciseNode]:
        """Give a node per exercise, in the course's order."""
        for exercise in self._assignment().exercises:
            yield ExerciseNode.from_parent(self, name=exercise.name, exercise=exercise)

    def result(self, name: str) -> Result:
        """Give what became of an exercise; the first that asks has all of them graded."""
        if self._report is None:
            self._report = self._graded()
        return next(result for result in self._report.exercises if result.name == name)

    @contextmanager
    def speaking(self) -> Iterator[Tongue]:
        """Let what is said in here be in the language of GRADER_LANG."""
        from grader.lang.catalogue import tongue_for  # noqa: PLC0415 -- YAML: where it is used

        lang = os.environ.get("GRADER_LANG") or LANGUAGES[0]
        if lang not in LANGUAGES:
            there = ", ".join(LANGUAGES)
            raise StaffError(f"GRADER_LANG is {lang!r}, no language that is there; set {there}")
        with speaking(tongue_for(lang, self._assignment(), self.path.parent)):
            yield current()

    def _assignment(self) -> Assignment:
        from grader.authoring.bank import read_public  # noqa: PLC0415 -- numpy: where it is used

        try:
            return read_public(self.path.parent)
        except GraderError as error:
            raise self.CollectError(str(error)) from error

    def _graded(self) -> Report:
        from grader.grade import student_grader  # noqa: PLC0415 -- numpy: where it is used
        from grader.intake import read_student, sought  # noqa: PLC0415

        with student_grader(self.path.parent) as grader:
            return grader.grade(read_student(self.path.parent, **sought(grader.assignment)))


class ExerciseNode(pytest.Collector):
    """One exercise: collects its checks."""

    parent: BankFile

    def __init__(self, *, exercise: Exercise, **rest: object) -> None:
        super().__init__(**rest)  # type: ignore[arg-type]
        self.exercise = exercise

    def collect(self) -> Iterable[CheckItem]:
        """Give an item per check of the exercise."""
        from grader.judge.verdict import shares  # noqa: PLC0415 -- numpy: where it is used

        for check in shares(self.exercise):
            yield CheckItem.from_parent(self, name=check)


class CheckItem(pytest.Item):
    """One check of one exercise."""

    parent: ExerciseNode

    def runtest(self) -> None:
        """Pass, skip, or raise what the student should read."""
        result = self.parent.parent.result(self.parent.exercise.name)
        found = [check.verdict for check in result.checks if check.id == self.name]
        verdict = found[0] if found else result.verdict
        if verdict == "passed":
            return
        if verdict == "skipped":
            with self.parent.parent.speaking() as tongue:
                first = said("earlier_first", "an earlier exercise is needed first")
                pytest.skip(tongue.text(result.message) or first)
        raise NotPassedError(self._said(result))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Show the student's message; our own frames stay out of it."""
        if isinstance(excinfo.value, (NotPassedError, GraderError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item as people do."""
        exercise = self.parent.exercise
        return self.path, None, f"{exercise.number} {exercise.name}: {self.name}"

    def _said(self, result: Result) -> str:
        from grader.lang.results import translated_result  # noqa: PLC0415
        from grader.reports.text import explanation, name, word  # noqa: PLC0415

        with self.parent.parent.speaking():
            told = explanation(translated_result(result))
            return f"{name(result)}: {word(result.verdict)}\n{told}".rstrip()
