"""A submission with some of its functions put right: is one wrong, or only its neighbour?"""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from grader.model import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.grade import Grader
    from grader.judge.shrink import Space
    from grader.judge.verdict import Judgement
    from grader.model import Exercise, Submission
    from grader.sandbox.sealed import Foreseen
    from grader.sitting import Sitting


@dataclass(frozen=True, slots=True)
class Staff:
    """What is known where `solutions/` is at hand, per exercise.

    Attributes:
        reference: Function name to the reference.
        spaces: Exercise name to its input space, for shrinking.
        foreseen: Of an exercise, what it will ask of each function of the reference.
    """

    reference: Mapping[str, Callable[..., Any]]
    spaces: Mapping[str, Space]
    foreseen: Callable[[str], Foreseen]


@dataclass(frozen=True, slots=True)
class Again:
    """What came of judging an exercise once more.

    Attributes:
        sitting: Where it was judged.
        called: Of the functions that were put right, those that were called.
    """

    result: Result
    judgement: Judgement | None
    sitting: Sitting
    called: frozenset[str]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A submission in which right functions stand in for some; one sitting for each set of them.

    Attributes:
        desk: Opens a sitting.
        open: The sittings that are to be closed.
    """

    grader: Grader
    submission: Submission
    desk: Callable[..., Any]
    open: ExitStack = field(default_factory=ExitStack)
    _sittings: dict[frozenset[str], Sitting] = field(default_factory=dict)
    _again: dict[tuple[str, frozenset[str]], Again] = field(default_factory=dict)
    _heard: set[str] = field(default_factory=set)

    def put_right(self, exercise: Exercise, others: Mapping[str, Result]) -> Again | None:
        """Judged with what is wrong of the others put right, carried if any of that was called.

        What was carried itself is put right, too: in this file it stands on what is wrong. None
        where nothing can stand in for any of them: a constant is read, a file of tests is run.
        """
        staff = self.grader.staff
        if staff is None:
            return None
        own = {exercise.name, exercise.forward}
        failing = [n for n, r in others.items() if r.verdict is not Verdict.PASSED and n not in own]
        standing = [n for n, r in others.items() if r.carried and n not in own]
        pairs = self._pairs([*failing, *standing], own)
        names = [n for n in pairs if callable(staff.reference.get(n))]
        if not names:
            return None
        key = exercise.name, frozenset(names)
        if key not in self._again:
            self._again[key] = self._once_more(exercise, staff, names, failing)
        return self._again[key]

    def _once_more(
        self, exercise: Exercise, staff: Staff, names: list[str], failing: list[str]
    ) -> Again:
        sitting = self._sitting(staff, names)
        foreseen = {} if exercise.by_laws else staff.foreseen(exercise.name)
        answers = {name: foreseen[name] for name in names if name in foreseen}
        self._heard.clear()
        result, judgement = self.grader.judged(exercise, sitting, answers)
        called = [n for n in failing if n in self._heard] or sorted(self._heard)
        if result.verdict is Verdict.PASSED and called:
            note = f"judged with right versions of what it calls: {', '.join(called)}"
            result = replace(result, carried=True, notes=(*result.notes, note))
        return Again(result, judgement, sitting, frozenset(self._heard))

    def with_given_modules(self, exercise: Exercise) -> Result | None:
        """Full points where only the student's own version of a given module is wrong."""
        given, beside = self.grader.assignment.given, self.submission.beside
        own = [name for name, text in given.items() if beside.get(f"{name}.py", text) != text]
        if not own:
            return None
        key = frozenset(own)
        if key not in self._sittings:
            without = replace(self.submission, beside={})
            self._sittings[key] = self.open.enter_context(self.desk(without))
        again, _ = self.grader.judged(exercise, self._sittings[key])
        if again.verdict is not Verdict.PASSED:
            return None
        note = f"judged with the given {', '.join(f'{name}.py' for name in own)} in its place"
        return replace(again, carried=True, notes=(*again.notes, note))

    def mentioned(self, name: str) -> bool:
        """May anything in this submission use a function, to go by the text? Prose counts, too."""
        sources = (*self.submission.candidates, *self.submission.spare)
        texts = [cell.text for source in sources for cell in source.cells]
        used = re.compile(rf"(?<!def )\b{re.escape(name)}\b(?!`)")
        return any(used.search(text) for text in texts)

    def _sitting(self, staff: Staff, names: list[str]) -> Sitting:
        """A sitting in which the reference stands in for some functions; one for each set."""
        key = frozenset(names)
        if key not in self._sittings:
            functions = {n: _listening(n, staff.reference[n], self._heard) for n in names}
            opened = self.desk(self.submission, rebind=functions)
            self._sittings[key] = self.open.enter_context(opened)
        return self._sittings[key]

    def _pairs(self, failing: list[str], own: set[str | None]) -> list[str]:
        """A forward and its backward share a cache: both are put right, or neither."""
        found = dict.fromkeys(failing)
        for exercise in self.grader.assignment.exercises:
            if exercise.forward and {exercise.name, exercise.forward} & set(failing):
                found |= dict.fromkeys((exercise.forward, exercise.name))
        return [name for name in found if name not in own]


def _listening(name: str, function: Callable[..., Any], called: set[str]) -> Callable[..., Any]:
    """A function whose name is put down where it is called."""

    def heard(*args: Any, **kwargs: Any) -> Any:
        called.add(name)
        return function(*args, **kwargs)

    return heard
