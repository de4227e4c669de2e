"""Laws: what a submission must obey where no single answer is right, and where a law explains."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring import evaluate
from grader.errors import GraderError
from grader.judge.compare import describe
from grader.judge.diagnose import alike, name_by_laws
from grader.judge.verdict import TITLES, change_said, shares, whole
from grader.model import Call, CheckResult, Reason, Result, Verdict
from grader.sandbox import codec
from grader.sandbox.link import Death

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.model import Exercise, LawInputs

    Ask = Callable[
        [Sequence[Call], Sequence[Mapping[str, Any]]], tuple[list[Any], list[str]] | Death | None
    ]
    """Answers, and the names of the arguments that were changed; or what the child died of."""


_NUMBER = re.compile(r"-?\d[\d,.]*(e[+-]?\d+)?|\binf\b|\bnan\b")

TELLING = 3
"""Inputs that break a law, after which it is left: in a single one two mistakes may look alike."""

AGAIN = 6
"""Calls that are made a second time, after all laws have been tried."""


class LawInterruptedError(GraderError):
    """The student's function raised or the child died while a law was asking it."""

    def __init__(self, verdict: Verdict, reason: Reason, message: str) -> None:
        self.verdict, self.reason = verdict, reason
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays in the child: an opaque output of calls that are made again when it is used."""

    calls: tuple[Call, ...]
    arguments: Mapping[str, Any]
    output: int


@dataclass(frozen=True, slots=True)
class Made:
    """Calls that a law made: the last one is its own, the others gave what stays in the child.

    Attributes:
        arguments: By the names that stand in the calls.
        answer: As the child sends it.
        changed: Names of the student's for arguments that are others afterwards.
    """

    calls: tuple[Call, ...]
    arguments: Mapping[str, Any]
    answer: Any
    changed: tuple[str, ...]


class Student:
    """The submission as a law sees it: `student.softmax(Z)` asks the child.

    Attributes:
        heard: Everything that it has answered so far, in order.
        made: What it was asked so far, with what came of it.
        once: A question that was put before is not put again: its answer is known.
        claims: Numbers that were handed in beside the functions, by name.
        changed: Function to the first argument that it was seen to change.
    """

    def __init__(self, signatures: Mapping[str, Call], ask: Ask, *, once: bool = False) -> None:
        self.heard: list[Any] = []
        self.once = once
        self.claims: Mapping[str, float] = {}
        self._known: dict[str, Any] = {}
        self.changed: dict[str, str] = {}
        self.made: list[Made] = []
        self.signatures = signatures
        self._ask = ask

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in self.signatures:
            raise AttributeError(name)
        return lambda *arguments: self._call(self.signatures[name], arguments)

    def defines(self, *names: str) -> bool:
        """Are all of these functions there to be asked?"""
        return all(name in self.signatures for name in names)

    @property
    def afresh(self) -> Student:
        """The same submission, which is asked again what it was asked before."""
        return Student(self.signatures, self._ask)

    def _call(self, signature: Call, given: tuple[Any, ...]) -> Any:
        calls: tuple[Call, ...] = ()
        arguments: dict[str, Any] = {}
        places: list[str | tuple[int, int]] = []
        for position, value in enumerate(given):
            if isinstance(value, Kept):
                first = len(calls)
                calls += tuple(_behind(call, first) for call in value.calls)
                arguments |= {f"{first}/{name}": v for name, v in value.arguments.items()}
                places.append((len(calls) - 1, value.output))
            else:
                arguments[str(position)] = _seeded(value)
                places.append(str(position))
        call = replace(signature, arguments=tuple(places))
        made = (*calls, call)
        found = self._answers(made, arguments)
        if found is None or isinstance(found, Death):
            raise _interrupted(signature.function, found)
        answers, changed = found
        named = [str(signature.arguments[int(n)]) if n.isdigit() else n for n in changed]
        for name in named[:1]:
            self.changed.setdefault(signature.function, name)
        self.made.append(Made(made, arguments, answers[0], tuple(named)))
        value = _value(made, arguments, answers[0])
        self.heard.append(answers[0][1])
        return value

    def _answers(
        self, made: tuple[Call, ...], arguments: dict[str, Any]
    ) -> tuple[list[Any], list[str]] | Death | None:
        if not self.once:
            return self._ask(made, [arguments])
        try:
            key = repr(made) + codec.digest(arguments)
        except codec.CodecError:  # a function among the arguments
            return self._ask(made, [arguments])
        if key not in self._known:
            self._known[key] = self._ask(made, [arguments])
        known: tuple[list[Any], list[str]] | Death | None = copy.deepcopy(self._known[key])
        return known

    def differs_again(self, function: str) -> bool:
        """Does a function answer otherwise now than when a law asked it? The latest come first."""
        asked = [m for m in self.made if m.calls[-1].function == function and m.answer[0] == 0]
        for made in asked[::-1][:AGAIN]:
            found = self._ask(made.calls, [made.arguments])
            if found is None or isinstance(found, Death) or found[0][0][0] != 0:
                return True
            if not alike(found[0][0][1], made.answer[1]):
                return True
        return False


def _seeded(value: Any) -> Any:
    """A generator stays here; the student gets a fresh one, seeded from it."""
    if isinstance(value, np.random.Generator):
        return {"rng": int(value.integers(1 << 63))}
    return value


def _interrupted(function: str, death: Death | None) -> LawInterruptedError:
    if death is None:
        message = f"{function} did not come back"
        return LawInterruptedError(Verdict.CRASHED, Reason.CRASHED, message)
    verdict = Verdict.TIMED_OUT if death.reason is Reason.TIMEOUT else Verdict.CRASHED
    return LawInterruptedError(verdict, death.reason, f"{function}: {death.message}")


def _behind(call: Call, first: int) -> Call:
    """A call that is made after `first` others; its arguments have names of their own."""
    places = [
        f"{first}/{a}" if isinstance(a, str) else (a[0] + first, a[1]) for a in call.arguments
    ]
    return replace(call, arguments=tuple(places))


def _value(calls: tuple[Call, ...], arguments: Mapping[str, Any], answer: Any) -> Any:
    kind, value = answer
    call = calls[-1]
    if kind != 0:
        raise LawInterruptedError(Verdict.RAISED, Reason.ERROR, _raised(call.function, value))
    if len(call.outputs) == 1:
        return value
    several = isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0)
    if not several or len(value) != len(call.outputs):
        asked = f"{len(call.outputs)} values ({', '.join(call.outputs)}) are asked for"
        text = f"{describe(value)} came back where {asked}"
        raise LawInterruptedError(Verdict.FAILED, Reason.BAD_TYPE, text)
    kept = {i: Kept(calls, arguments, i) for i in call.opaque}
    return tuple(kept.get(i, v) for i, v in enumerate(value))


def _raised(function: str, told: Mapping[str, str]) -> str:
    """What a call that gave no answer says of it."""
    if told.get("kind") == "stub":
        return f"{function} is not written yet"
    if told.get("kind") == "missing":
        return told["text"]
    return f"{function} raised {told.get('type', told.get('function', ''))}: {told.get('text', '')}"


@dataclass(frozen=True, slots=True)
class Breach:
    """How a law is broken.

    Attributes:
        sides: What was found and what was expected, where the law compares two.
    """

    verdict: Verdict
    reason: Reason
    message: str
    sides: tuple[Any, Any] | None = None


def breach(
    law: LawInputs, check: Callable[..., None], student: Student, inputs: Mapping[str, Any]
) -> Breach | None:
    """What a law says of a submission for some inputs, or None if it holds there."""
    try:
        check(student, **{name: evaluate.realise(value) for name, value in inputs.items()})
    except AssertionError as error:
        text = f"{law.title}: {error}".removesuffix(": ")
        return Breach(Verdict.FAILED, Reason.WRONG, text, getattr(error, "sides", None))
    except LawInterruptedError as error:
        return Breach(error.verdict, error.reason, f"{law.title}: {error}")
    except Exception as error:  # noqa: BLE001 -- the law met an answer that it did not expect
        text = f"{law.title}: {type(error).__name__}: {error}"
        return Breach(Verdict.FAILED, Reason.BAD_TYPE, text)
    return None


def broken(
    law: LawInputs, check: Callable[..., None], student: Student
) -> tuple[Verdict, Reason, str] | None:
    """What a law says of a submission, or None if it holds for all frozen inputs."""
    return next(_breaks(law, check, student), None)


def _breaks(
    law: LawInputs, check: Callable[..., None], student: Student
) -> Iterator[tuple[Verdict, Reason, str]]:
    """What a law says, once for each of the inputs that break it; no answer ends them."""
    for inputs in law.inputs:
        if found := breach(law, check, student, inputs):
            yield found.verdict, found.reason, found.message
            if found.verdict is not Verdict.FAILED:
                return


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of one law.

    Attributes:
        heard: All that was answered meanwhile.
        outcomes: What the law says of the first inputs that break it, if any do.
    """

    heard: tuple[Any, ...]
    outcomes: tuple[tuple[Verdict, Reason, str], ...]

    @property
    def outcome(self) -> tuple[Verdict, Reason, str] | None:
        """What counts, and what a student reads: the first."""
        return self.outcomes[0] if self.outcomes else None

    @property
    def said(self) -> str | None:
        """All that the law says."""
        return "\n".join(text for *_, text in self.outcomes) if self.outcomes else None


def tried(
    exercise: Exercise, checks: Mapping[str, Callable[..., None]], student: Student
) -> dict[str, Tried]:
    """Law id to what came of it, for the laws that are at hand."""
    found: dict[str, Tried] = {}
    overdue: tuple[tuple[Verdict, Reason, str], ...] = ()
    for law in exercise.laws:
        if law.id in checks:
            before = len(student.heard)
            # The first time-out ends its exercise: what comes behind it is not asked any more.
            outcomes = overdue or tuple(islice(_breaks(law, checks[law.id], student), TELLING))
            overdue = tuple(o for o in outcomes if o[0] is Verdict.TIMED_OUT)
            found[law.id] = Tried(tuple(student.heard[before:]), outcomes)
    return found


def trace(exercise: Exercise, found: Mapping[str, Tried], student: Student) -> list[Any]:
    """What tells one mistake from another where laws decide: answers and words per law.

    The last entry is conduct's: no answers, and what is said of a changed argument. Of a training
    the answers say nothing, nor do the numbers in what laws say.
    """
    rows: list[Any] = [[list(row.heard), row.said] for row in found.values()]
    if student.once:
        rows = [[[], text and _NUMBER.sub("#", text)] for _, text in rows]
    return [*rows, [[], _conduct(exercise, student)]]


def _conduct(exercise: Exercise, student: Student) -> str | None:
    argument = student.changed.get(exercise.name)
    return change_said(exercise.name, argument) if argument is not None else None


def result_by_laws(
    exercise: Exercise, checks: Mapping[str, Callable[..., None]], student: Student
) -> Result:
    """The result of an exercise that only laws decide; they share its points but for conduct.

    Args:
        exercise: With its laws' inputs and the traces of its known mistakes.
        checks: Law id to the law.
        student: Asks the child.
    """
    found = tried(exercise, checks, student)
    if not found:
        text = "none of the laws that judge it is at hand: laws.py is missing or is another one's"
        return whole(exercise, Verdict.UNGRADED, Reason.GRADER_ERROR, text)
    first = next((row.outcome for row in found.values() if row.outcome), None)
    said = _conduct(exercise, student)
    named = None
    if first or said:
        named = name_by_laws(exercise, trace(exercise, found, student))
    elif not student.once and student.differs_again(exercise.name):
        said = "the same call gave another answer the second time"
    first = first or ((Verdict.FAILED, Reason.WRONG, said) if said else None)
    rows = _rows(exercise, found, said)
    return Result(
        exercise.name, exercise.number,
        sum((r.points for r in rows if r.points is not None), Fraction(0)), exercise.points,
        first[0] if first else Verdict.PASSED, first[1] if first else None,
        mistake=named, message=first[2] if first else "", checks=tuple(rows),
    )  # fmt: skip


def _rows(exercise: Exercise, found: Mapping[str, Tried], said: str | None) -> list[CheckResult]:
    """One check per law, and conduct, which is earned only where all of them hold."""
    parts = shares(exercise)
    conduct = parts.pop("conduct", Fraction(0))
    each = sum(parts.values(), Fraction(0)) / len(found)
    titles = {law.id: law.title for law in exercise.laws}
    rows = [_row(name, titles[name], row.outcome, each) for name, row in found.items()]
    good = said is None and not any(row.outcome for row in found.values())
    verdict = Verdict.PASSED if good else Verdict.FAILED
    earned = conduct if good else Fraction(0)
    return [*rows, CheckResult("conduct", TITLES["conduct"], verdict, earned, conduct)]


def _row(
    name: str, title: str, found: tuple[Verdict, Reason, str] | None, most: Fraction
) -> CheckResult:
    verdict = found[0] if found else Verdict.PASSED
    return CheckResult(name, title, verdict, Fraction(0) if found else most, most)
