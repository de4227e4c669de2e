"""The smallest input for which a law does not hold, shown with the calls that the law made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge import transcript
from grader.judge.diagnose import alike
from grader.judge.laws import Breach, breach
from grader.judge.shrink import Walk
from grader.judge.simpler import cost
from grader.judge.verdict import change_said
from grader.model import Counterexample, Reason, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.judge.laws import Made, Student
    from grader.judge.shrink import LawSpace
    from grader.model import Exercise, LawInputs, Result

_FILLED = re.compile(r"(?:[\[\](),\s#.]|-?\d[\d.]*(?:e[+-]?\d+)?|\binf\b|\bnan\b)+")
_FEWEST = 60


@dataclass(frozen=True, slots=True)
class Broken:
    """A law that does not hold for some inputs: how, and what the submission was asked."""

    inputs: Mapping[str, Any]
    breach: Breach
    made: tuple[Made, ...]
    changed: str = ""

    @property
    def how(self) -> tuple[Verdict, Reason]:
        """In which way it is broken."""
        return self.breach.verdict, self.breach.reason

    @property
    def is_over(self) -> bool:
        """Did the child die of it?"""
        return self.breach.verdict in (Verdict.TIMED_OUT, Verdict.CRASHED)


@dataclass(frozen=True, slots=True)
class Trial:
    """A law on trial, with whoever answers.

    Attributes:
        student: Gives one that has not been asked anything yet.
    """

    exercise: Exercise
    law: LawInputs
    check: Callable[..., None]
    student: Callable[[], Student]

    @property
    def most(self) -> int:
        """How many inputs are tried at most: it costs about as much as judging by all laws."""
        return max(_FEWEST, 2 * sum(len(law.inputs) for law in self.exercise.laws))

    def first(self, result: Result, *, changed: bool) -> Broken | None:
        """How the law is broken for the simplest of its frozen inputs: as the result says.

        Args:
            result: With the verdict and the reason of what is looked for.
            changed: An argument is changed, and the law holds.
        """
        wanted = (result.verdict, result.reason, changed)
        for inputs in sorted(self.law.inputs, key=cost):
            found = self.of(inputs)
            if found and wanted == (*found.how, bool(found.changed)):
                return found
            if found and found.is_over:
                return None  # others might be as slow
        return None

    def of(self, inputs: Mapping[str, Any]) -> Broken | None:
        """How the law is broken for some inputs: by what was answered, or by what was changed."""
        student = self.student()
        found = breach(self.law, self.check, student, inputs)
        if found:
            return Broken(inputs, found, tuple(student.made))
        name = self.exercise.name
        for number, made in enumerate(student.made, start=1):
            if made.changed and made.calls[-1].function == name:
                text = change_said(name, made.changed[0])
                said = Breach(Verdict.FAILED, Reason.WRONG, text)
                return Broken(inputs, said, tuple(student.made[:number]), made.changed[0])
        return None

    def smallest(self, first: Broken, space: LawSpace) -> Broken:
        """The simplest inputs for which it is broken as it is here; the same if that changes."""

        def failing(batch: Sequence[Mapping[str, Any]]) -> list[Broken | None] | None:
            tried = [self.of(inputs) for inputs in batch]
            if any(found and found.is_over for found in tried):
                return None
            # The reference is only asked where it matters.
            return [
                found if found and _same(found, first) and space.lawful(found.inputs) else None
                for found in tried
            ]

        # One after the other: a law asks its questions itself.
        walk: Walk[Broken] = Walk(space, space.possible, failing, self.most, batches=(1,))
        found = walk.smallest(first.inputs, first)
        return found if self.is_repeated(found) else first

    def is_repeated(self, found: Broken) -> bool:
        """Does the same come of it when it is tried once more?"""
        again = self.of(found.inputs)
        return (
            again is not None
            and again.breach.message == found.breach.message
            and len(again.made) == len(found.made)
            and all(
                alike(one.answer[1], other.answer[1])
                for one, other in zip(again.made, found.made, strict=True)
            )
        )


def _same(one: Broken, other: Broken) -> bool:
    """The same verdict and the same words, but for what is filled in."""
    words = [_FILLED.sub("#", b.breach.message) for b in (one, other)]
    return (one.how, one.changed, words[0]) == (other.how, other.changed, words[1])


def counterexample(trial: Trial, found: Broken) -> Counterexample | None:
    """What a student sees of a broken law; None where the calls cannot be written down."""
    signatures = trial.student().signatures
    last = found.made[-transcript.CALLS :]
    answers = [transcript.answer(made, signatures) for made in last]
    yours, expected, answered = "\n".join(answers), trial.law.title, False
    if found.breach.sides:
        yours, expected = transcript.sides(*found.breach.sides)
        answered = [answer.partition(" = ")[2] for answer in answers] != [yours]
    text = transcript.code(last, signatures, found.inputs, answered=answered)
    if found.changed and text:
        yours = f"{found.changed} is no longer the same after the call"
        expected = transcript.before(last[-1], signatures, found.changed)
        text += f"\nprint({found.changed})"
    if not text:
        return None
    arrays = {n: v for n, v in found.inputs.items() if isinstance(v, np.ndarray)}
    shapes = {name: value.shape for name, value in arrays.items()}
    return Counterexample(text, shapes, yours, expected, found.breach.message)
