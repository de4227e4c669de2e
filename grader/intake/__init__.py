"""From files, notebooks and archives to Submissions; parses no Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.intake.read import Listing, list_submissions, read_student, read_submissions

if TYPE_CHECKING:
    from grader.model import Assignment

__all__ = ["Listing", "list_submissions", "read_student", "read_submissions", "sought"]


def sought(assignment: Assignment) -> dict[str, Any]:
    """What a submission to an assignment looks like, as the functions here are asked for it."""
    files = [e.file for e in assignment.exercises if e.file]
    files += [f"{name}.py" for name in assignment.given]
    return {
        "module": assignment.module,
        "functions": tuple(e.name for e in assignment.exercises if not e.file),
        "beside": tuple(dict.fromkeys(files)),
    }
