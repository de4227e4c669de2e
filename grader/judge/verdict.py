"""From what came back to what it is worth: one outcome per case, then checks, points, a verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.judge.compare import STRICT_STRATA, Expected, Mismatch, mismatch
from grader.judge.diagnose import RAISED, Raised
from grader.judge.simpler import count
from grader.model import CHECKS, CheckResult, Reason, Result, Verdict
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.judge.prepare import Prepared
    from grader.model import Case, Exercise
    from grader.sandbox.link import Death

TITLES = {
    "value": "The right answer on ordinary inputs",
    "edges": "The right answer at the edges: ties, zeros, saturation, extreme sizes",
    "conduct": "Arguments unchanged, and the same answer twice",
}

_REASONS = {
    "error": (Verdict.RAISED, Reason.ERROR),
    "refused": (Verdict.RAISED, Reason.REFUSED),
    "memory": (Verdict.RAISED, Reason.MEMORY),
    "stub": (Verdict.NOT_ATTEMPTED, Reason.STUB),
    "missing": (Verdict.NOT_ATTEMPTED, Reason.MISSING),
}


_SHAPE = re.compile(r"\([\d, ]*\)")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a case is not right.

    Attributes:
        case: Index of the case.
        answer: What came back, `Raised` if nothing did.
        where: First differing place, or the line that raised.
        changed: The argument that is another one afterwards; the value may be right.
    """

    case: int
    verdict: Verdict
    reason: Reason
    message: str
    answer: Any = RAISED
    where: str = ""
    changed: str = ""


class Reply(NamedTuple):
    """What came back for one case: the answer, and the names of the arguments that it changed."""

    answer: list[Any]
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one exercise's reply says.

    Attributes:
        failures: Check to a failure among its cases: of all that fail as the first in the bank's
            order does, the one with the smallest input.
        answers: One per case: transparent outputs as a list, or `Raised`.
        notes: Warnings and remarks on style; they cost nothing.
    """

    failures: Mapping[str, Failure]
    answers: Sequence[Any] = ()
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Nothing failed."""
        return not self.failures

    @property
    def first(self) -> Failure:
        """The failure that the verdict is about: value before edges before conduct."""
        return next(self.failures[check] for check in CHECKS if check in self.failures)


def judge(prepared: Prepared, header: bytes, raw: bytes) -> Judgement:
    """Judge a reply: at once where it is right in every byte that matters, else case by case.

    Raises:
        CodecError: the reply is not a frame.
    """
    if prepared.right is not None and prepared.right.fits(header, raw):
        return Judgement({})
    return _case_by_case(prepared, *_parts(prepared, header, raw))


def _parts(prepared: Prepared, header: bytes, raw: bytes) -> tuple[list[Any], ...]:
    """The four lists of a reply, each entry of the form that was agreed on."""
    reply = codec.decode(header, raw)
    if not isinstance(reply, list) or len(reply) != 4:  # noqa: PLR2004 -- the protocol's four
        raise codec.CodecError("a reply has four parts")
    answers, again, changed, notes = reply
    cases = len(prepared.exercise.cases)
    fits = (
        all(isinstance(part, list) for part in reply)
        and len(answers) == cases
        and len(again) == len(prepared.request.again)
        and all(_is_answer(a) for a in (*answers, *again))
        and all(_is_change(c, cases) for c in changed)
        and all(isinstance(note, str) for note in notes)
    )
    if not fits:
        raise codec.CodecError("a reply of another form than was asked for")
    return answers, again, changed, notes


def replies_of(header: bytes, raw: bytes, programs: int) -> list[Reply]:
    """What came back for each of so many programs.

    Raises:
        CodecError: the reply is not of the form that was agreed on.
    """
    reply = codec.decode(header, raw)
    if not isinstance(reply, list) or len(reply) != 4 or not isinstance(reply[0], list):  # noqa: PLR2004
        raise codec.CodecError("a reply has four parts")
    answers, _, changed, _ = reply
    if len(answers) != programs or not all(_is_answer(answer) for answer in answers):
        raise codec.CodecError("an answer of another form than was asked for")
    if not isinstance(changed, list) or not all(_is_change(c, programs) for c in changed):
        raise codec.CodecError("a change of another form than was agreed on")
    return [
        Reply(answer, tuple(name for at, name in changed if at == index))
        for index, answer in enumerate(answers)
    ]


def _is_answer(answer: Any) -> bool:
    if not isinstance(answer, list) or len(answer) != 2:  # noqa: PLR2004
        return False
    if type(answer[0]) is not int or not 0 <= answer[0] <= 2:  # noqa: PLR2004 -- may be an array
        return False
    keys = {0: (), 1: ("type", "text", "where", "kind"), 2: ("function", "text")}[answer[0]]
    return answer[0] == 0 or (
        isinstance(answer[1], dict) and all(isinstance(answer[1].get(k), str) for k in keys)
    )


def _is_change(change: Any, cases: int) -> bool:
    return (
        isinstance(change, list)
        and len(change) == 2  # noqa: PLR2004
        and isinstance(change[0], int)
        and 0 <= change[0] < cases
        and isinstance(change[1], str)
    )


def _case_by_case(
    prepared: Prepared, answers: list[Any], again: list[Any], changed: list[Any], notes: list[Any]
) -> Judgement:
    exercise = prepared.exercise
    found: dict[str, list[Failure]] = {}
    remarks = [f"{note} (noted, it costs nothing)" for note in notes[:10]]
    for index, (case, answer) in enumerate(zip(exercise.cases, answers, strict=True)):
        failure, style = case_failure(exercise, case, index, answer)
        remarks += style
        # A forward that does not bear read-only arguments is told so in a result of its own.
        forwards = case.check == "conduct" and failure and failure.reason is Reason.NO_CACHE
        if failure and not forwards:
            found.setdefault(case.check, []).append(failure)
    failures = {check: _smallest(exercise, several) for check, several in found.items()}
    second = zip(prepared.request.again, again, strict=True)
    bad = _changed(exercise, changed) or _unlike(exercise, answers, second)
    if bad:
        failures["conduct"] = bad
    elif "conduct" in failures and "value" not in failures:
        failures["conduct"] = _read_only(failures["conduct"])
    outputs = [_outputs(exercise, answer) for answer in answers]
    return Judgement(failures, outputs, _once(remarks))


def _smallest(exercise: Exercise, failures: Sequence[Failure]) -> Failure:
    """Of those that are like the first the one whose input holds the fewest numbers."""
    like = (one for one in failures if fails_alike(one, failures[0]))
    return min(like, key=lambda one: count(exercise.cases[one.case].arguments))


def _once(remarks: Sequence[str]) -> tuple[str, ...]:
    """Each remark once: of those that differ by the sizes in a shape alone, the first."""
    kept: dict[str, str] = {}
    for remark in remarks:
        kept.setdefault(_SHAPE.sub("()", remark), remark)
    return tuple(kept.values())


def case_failure(
    exercise: Exercise, case: Case, index: int, answer: list[Any]
) -> tuple[Failure | None, tuple[str, ...]]:
    """What is wrong with the answer to one case, and notes on style."""
    kind, value = answer
    if kind == 1:
        return _raised(exercise, index, value), ()
    if kind == 2:  # noqa: PLR2004 -- the protocol's third kind of answer
        text = f"skipped: {value['function']} gave no cache ({value['text']})"
        return Failure(index, Verdict.SKIPPED, Reason.NO_CACHE, text), ()
    found, notes = mismatch(expected_of(exercise, case), value)
    if found is None:
        return None, notes
    return _wrong(index, found, value), notes


def fails_alike(one: Failure, other: Failure) -> bool:
    """The same verdict and reason; for an exception, of the same class.

    A wrong shape stays one, and numbers stay numbers; they may stand in another output.
    """
    same = (one.verdict, one.reason) == (other.verdict, other.reason)
    shaped = all(
        (words in one.message) == (words in other.message)
        for words in ("shape", "nan instead", "inf instead")
    )
    raised = one.message.split(":")[0] == other.message.split(":")[0]
    return same and shaped and (raised or not one.message.startswith("raised"))


def expected_of(exercise: Exercise, case: Case) -> Expected:
    """What the last call of a case must answer."""
    call = exercise.calls[-1]
    ordinary = case.stratum not in STRICT_STRATA
    return Expected(call.outputs, call.opaque, case.lower, case.upper, ordinary)


def _wrong(index: int, found: Mismatch, value: Any) -> Failure:
    return Failure(index, Verdict.FAILED, found.reason, found.text, value, found.where)


def _raised(exercise: Exercise, index: int, raised: Mapping[str, str]) -> Failure:
    verdict, reason = _REASONS.get(raised["kind"], _REASONS["error"])
    text = f"{raised['type']}: {raised['text']}".removesuffix(": ")
    if reason is Reason.STUB:
        text = f"{exercise.name} is not written yet ({text})"
    elif reason is not Reason.MISSING:
        text = f"raised {text}" + (f" ({raised['where']})" if raised["where"] else "")
    else:
        text = raised["text"]
    return Failure(index, verdict, reason, text, where=raised["where"])


def _changed(exercise: Exercise, changed: list[Any]) -> Failure | None:
    if not changed:
        return None
    index, name = changed[0]
    text = change_said(exercise.name, name)
    return Failure(index, Verdict.FAILED, Reason.WRONG, text, changed=name)


def conduct_failure(exercise: Exercise, case: Case, index: int, reply: Reply) -> Failure | None:
    """What is wrong with the conduct in one case: a changed argument, or one that cannot be."""
    if reply.changed:
        return _changed(exercise, [[index, reply.changed[0]]])
    found, _ = case_failure(exercise, case, index, reply.answer)
    return _read_only(found) if found and case.check == "conduct" else None


def change_said(function: str, argument: str) -> str:
    """What is told of a function that writes into an argument."""
    return f"{function} changes its argument {argument}, which belongs to the caller"


def _read_only(failure: Failure) -> Failure:
    """What fails only where arguments cannot be written to is a matter of conduct."""
    text = f"with read-only arguments: {failure.message}"
    return replace(failure, verdict=Verdict.FAILED, reason=Reason.WRONG, message=text)


def _unlike(exercise: Exercise, answers: list[Any], second: Any) -> Failure | None:
    """The first case whose second answer is not right although its first was."""
    for index, answer in second:
        case = exercise.cases[index]
        before, _ = case_failure(exercise, case, index, answers[index])
        after, _ = case_failure(exercise, case, index, answer)
        if before is None and after is not None:
            text = _again_said(exercise, after.message)
            return Failure(index, Verdict.FAILED, Reason.WRONG, text, after.answer, after.where)
    return None


def _again_said(exercise: Exercise, after: str) -> str:
    """What is told of a second answer: a backward is asked again after other forwards."""
    if len(exercise.calls) == 1:
        return f"the same call gave another answer the second time: {after}"
    forward = exercise.calls[-2].function
    return (
        f"with other calls of {forward} in between, the same call gave another answer;"
        f" what it needs belongs in the cache: {after}"
    )


def _outputs(exercise: Exercise, answer: list[Any]) -> Any:
    if answer[0] != 0:
        return Raised(answer[1].get("type", ""))
    call = exercise.calls[-1]
    if len(call.outputs) == 1:
        return [answer[1]]
    if not isinstance(answer[1], list) or len(answer[1]) != len(call.outputs):
        return [answer[1]]
    return [value for i, value in enumerate(answer[1]) if i not in call.opaque]


def shares(exercise: Exercise) -> dict[str, Fraction]:
    """Check to its points; edges fold into value where the exercise has none."""
    weights = dict(exercise.weights)
    if not any(case.check == "edges" for case in exercise.cases):
        weights["value"] = weights["value"] + weights.pop("edges", Fraction(0))
    return {check: weights[check] * exercise.points for check in CHECKS if check in weights}


def result_of(exercise: Exercise, judgement: Judgement) -> Result:
    """The result without explanation: points per check, the verdict of the first failure."""
    if judgement.passed:
        return whole(exercise, Verdict.PASSED, None, "", judgement.notes)
    first = judgement.first
    checks = []
    for check, most in shares(exercise).items():
        earned = check not in judgement.failures and "value" not in judgement.failures
        verdict = Verdict.PASSED if check not in judgement.failures else (
            judgement.failures[check].verdict
        )  # fmt: skip
        points = most if earned else Fraction(0)
        checks.append(CheckResult(check, TITLES[check], verdict, points, most))
    points = sum((c.points for c in checks if c.points is not None), Fraction(0))
    return Result(
        exercise.name, exercise.number, points, exercise.points, first.verdict, first.reason,
        notes=judgement.notes, message=first.message, checks=tuple(checks),
    )  # fmt: skip


def whole(
    exercise: Exercise,
    verdict: Verdict,
    reason: Reason | None,
    message: str,
    notes: tuple[str, ...] = (),
) -> Result:
    """A result that is the same for every check: passed, not attempted, timed out, ungraded."""
    passed, ungraded = verdict is Verdict.PASSED, verdict is Verdict.UNGRADED
    checks = tuple(
        CheckResult(
            check,
            TITLES[check],
            verdict,
            None if ungraded else most if passed else Fraction(0),
            most,
        )
        for check, most in shares(exercise).items()
    )
    points = None if ungraded else exercise.points if passed else Fraction(0)
    return Result(
        exercise.name, exercise.number, points, exercise.points, verdict, reason,
        notes=notes, message=message, checks=checks,
    )  # fmt: skip


def died(exercise: Exercise, death: Death) -> Result:
    """A result where the child ended before it had answered."""
    verdict = Verdict.TIMED_OUT if death.reason is Reason.TIMEOUT else Verdict.CRASHED
    return whole(exercise, verdict, death.reason, death.message)
