"""The error tree; the class says whose fault it is.

    GraderError
    ├── StaffError            a broken assignment, bank, store, course root or command line
    │   ├── AuthoringError    one or more mistakes in an author's files, all listed at once
    │   ├── StoreError        the results file cannot be opened, read or written
    │   └── IsolationError    the machine lacks protections that were required
    ├── SubmissionError       a student's file that cannot be read
    └── SandboxError          the machine or the grader failed; retried, never a student's zero

Only `GraderError` is caught at the command line; anything else is a defect of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class GraderError(Exception):
    """Root of all errors that are reported without a traceback."""


class StaffError(GraderError):
    """Something that staff can mend; exit code 2."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in an author's file.

    Attributes:
        file: As the author knows it.
        line: From 1; 0 if it belongs to the whole file.
        column: From 1; 0 if it belongs to the whole line.
        message: What is wrong with which value, and what to write instead.
    """

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])
        return f"{place}: {self.message}"


class AuthoringError(StaffError):
    """The files of an assignment hold mistakes; all of them are listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in problems))


class StoreError(StaffError):
    """The results file cannot be used; nothing in it was changed."""


class IsolationError(StaffError):
    """This machine does not give the protections that were required."""


class SubmissionError(GraderError):
    """A student's file cannot be read; the message is meant for the student."""


class SandboxError(GraderError):
    """The sandbox could not be set up or broke through no fault of the submission."""
