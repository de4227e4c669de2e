"""Two runs side by side: who gains and loses what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    from grader.model import Report, Result


@dataclass(frozen=True, slots=True)
class Change:
    """An exercise of a student whose outcome is another one.

    Attributes:
        before: None where the exercise, or the student, is only in the second run.
        after: None where it is only in the first.
        same_files: The student's files are the same in both runs.
    """

    student: str
    exercise: str
    before: Result | None
    after: Result | None
    same_files: bool

    @property
    def gain(self) -> Fraction | None:
        """Points gained, negative if lost; None where one side has no score."""
        before = self.before.points if self.before else None
        after = self.after.points if self.after else None
        return None if before is None or after is None else after - before


def differences(before: Mapping[str, Report], after: Mapping[str, Report]) -> Iterator[Change]:
    """Give every exercise whose verdict, points or known mistake changed, by student."""
    for student in sorted({*before, *after}):
        old, new = before.get(student), after.get(student)
        was = {r.name: r for r in old.exercises} if old else {}
        now = {r.name: r for r in new.exercises} if new else {}
        same = old is not None and new is not None and old.digest == new.digest
        for name in {**was, **now}:
            pair = was.get(name), now.get(name)
            if _outcome(pair[0]) != _outcome(pair[1]):
                yield Change(student, name, *pair, same)


def _outcome(result: Result | None) -> object:
    if result is None:
        return None
    mistake = result.mistake.id if result.mistake else None
    return result.verdict, result.points, mistake, result.carried


def words(result: Result | None) -> str:
    """Say an outcome in a few words: "failed (db_is_a_mean)", "passed, carried"."""
    if result is None:
        return "not there"
    mistake = f" ({result.mistake.id})" if result.mistake else ""
    carried = ", carried" if result.carried and result.verdict is Verdict.PASSED else ""
    return f"{result.verdict.replace('_', ' ')}{mistake}{carried}"
