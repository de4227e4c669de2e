"""From files, notebooks and archives to Submissions; parses no Python."""

from __future__ import annotations

from grader.intake.read import Listing, list_submissions, read_student, read_submissions

__all__ = ["Listing", "list_submissions", "read_student", "read_submissions"]
