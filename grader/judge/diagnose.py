"""Which mistake is it? The catalogue first, then simple transforms of the right answer.

A mistake is named only where it agrees in all cases; "unknown" is better than a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge import transforms
from grader.judge.compare import Expected, as_numbers, mismatch
from grader.model import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.model import Case, Exercise

AGREEMENT = 1e-7
"""Relative to the largest output (numerics section C: 52 of 52 rewrites named, 0 of 37 novel
mistakes misnamed)."""

_FEWEST = 3


@dataclass(frozen=True, slots=True)
class Raised:
    """An answer that never came: the call raised an exception of this class."""

    kind: str = ""


RAISED = Raised()


def differs(exercise: Exercise, case: Case, answer: Any) -> bool:
    """Is a mistake's stored answer (a text: it raises that) wrong in this case?"""
    if isinstance(answer, str):
        return True
    call = exercise.calls[-1]
    names = [name for i, name in enumerate(call.outputs) if i not in call.opaque]
    expected = Expected(names, frozenset(), case.lower, case.upper)
    found, _ = mismatch(expected, answer[0] if len(names) == 1 else list(answer))
    return found is not None


def name_mistake(exercise: Exercise, answers: Sequence[Any], *, changes: bool) -> Mistake | None:
    """The mistake that answers as this submission does, in every case.

    Args:
        exercise: With the answers of its known mistakes.
        answers: One per case: the transparent outputs as a list, or `Raised`.
        changes: Only its conduct is wrong: the mistake, too, must change its arguments.
    """
    every = [i for i, case in enumerate(exercise.cases) if case.check != "conduct"]
    known = _from_catalogue(exercise, answers, every, changes=changes)
    if known or changes:
        return known
    # At the edges one mistake has several answers: infinite or huge, raised or broadcast.
    normal = [i for i, case in enumerate(exercise.cases) if _is_generic(case)]
    return _from_transforms(exercise, answers) or (
        _from_catalogue(exercise, answers, normal, changes=False)
        if len(normal) >= _FEWEST
        else None
    )


def _is_generic(case: Case) -> bool:
    """Ordinary numbers in arrays of which no two lengths are equal by chance."""
    return case.stratum == "normal" and case.check == "value"


def name_by_laws(exercise: Exercise, trace: Sequence[Any]) -> Mistake | None:
    """The mistake with the same answers, else the first of which the laws say the same.

    Args:
        exercise: With the traces of its known mistakes as their answers.
        trace: Per law, what the submission answered and what the law said; then conduct.
    """
    known = [
        (m, exercise.answers[m.id])
        for m in exercise.mistakes
        if len(exercise.answers.get(m.id, ())) == len(trace)
    ]
    heard, said = [row[0] for row in trace], _said(trace)
    for mistake, rows in known:
        shown = [text is not None for text in _said(rows)]
        alike_in_conduct = said[-1] == _said(rows)[-1]
        # Of a training no two answers are the same.
        told = any(shown) and exercise.judged_by != "training"
        if told and alike_in_conduct and _same(heard, [row[0] for row in rows]):
            return mistake
    for mistake, rows in known:
        if said == _said(rows):
            return mistake
    return None


def _said(trace: Sequence[Any]) -> list[Any]:
    """What each law said; of conduct, whether anything was said: it names a student's argument."""
    *laws, conduct = [row[1] for row in trace]
    return [*laws, None if conduct is None else True]


def alike(one: Any, other: Any) -> bool:
    """Are two answers of a submission the same, but for rounding?"""
    return _same(one, other) is not None


def _from_catalogue(
    exercise: Exercise, answers: Sequence[Any], told: Sequence[int], *, changes: bool
) -> Mistake | None:
    """The mistakes that agree in the cases `told`.

    Read-only twins say nothing new, and a mistake that writes raises there for a student only.
    """
    found = []
    for mistake in exercise.mistakes:
        if not told or mistake.id not in exercise.answers:
            continue
        pairs = list(zip(answers, exercise.answers[mistake.id], strict=True))
        if not all(_alike(*pairs[i]) for i in told) or not _telling(pairs):
            continue
        shown = {i: pairs[i] for i in told}
        if mistake.id in exercise.changing if changes else _shown(exercise, shown):
            found.append(mistake)
    if not found:
        return None
    first = found[0]
    titles = dict.fromkeys(mistake.title for mistake in found)
    return Mistake(first.id, " / or: ".join(titles), first.hints)


def _shown(exercise: Exercise, told: Mapping[int, tuple[Any, Any]]) -> bool:
    """Is there a case at hand in which this mistake is wrong, and the submission, too?

    Far enough that who agrees with the mistake does not agree with the right answer.
    """
    return any(
        differs(exercise, exercise.cases[i], theirs)
        and _apart(exercise.cases[i], theirs)
        and (isinstance(yours, Raised) or differs(exercise, exercise.cases[i], yours))
        for i, (yours, theirs) in told.items()
    )


def _apart(case: Case, answer: Any) -> bool:
    if isinstance(answer, str):
        return True
    return all(
        _same(list(answer), list(right)) is not True or _names(answer) != _names(right)
        for right in (case.lower, case.upper)
    )


def _names(answer: Sequence[Any]) -> list[frozenset[Any]]:
    return [frozenset(value) for value in answer if isinstance(value, dict)]


def _alike(yours: Any, theirs: Any) -> bool:
    """The same answer, or an exception on both sides."""
    if isinstance(yours, Raised) or isinstance(theirs, str):
        return isinstance(yours, Raised) and isinstance(theirs, str)
    return _same(yours, theirs) is not None


def _telling(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Do enough cases agree in finite numbers, or all in the class of an exception?

    A name that is missing is not the mistake of an exponential that takes no array.
    """
    finite = sum(
        not isinstance(yours, Raised)
        and not isinstance(theirs, str)
        and _same(yours, theirs) is True
        for yours, theirs in pairs
    )
    if finite >= min(_FEWEST, len(pairs)):
        return True
    return all(isinstance(yours, Raised) and yours.kind == theirs for yours, theirs in pairs)


def _same(yours: Any, theirs: Any) -> bool | None:
    """True: equal and finite; False: equal but not finite; None: they differ."""
    if isinstance(theirs, dict):
        if not isinstance(yours, dict) or len(yours) != len(theirs):
            return None
        if set(yours) == set(theirs):
            return _all(_same(yours[key], theirs[key]) for key in theirs)
        if set(yours) & set(theirs):
            return None
        # The same numbers under other names: which names is all that differs.
        names = zip(sorted(yours, key=str), sorted(theirs, key=str), strict=True)
        return _all(_same(yours[a], theirs[b]) for a, b in names)
    if isinstance(theirs, (list, tuple)):
        if isinstance(yours, np.ndarray) and yours.ndim:
            yours = list(yours)
        if not isinstance(yours, (list, tuple)) or len(yours) != len(theirs):
            return None
        return _all(_same(a, b) for a, b in zip(yours, theirs, strict=True))
    if theirs is None or isinstance(theirs, (str, bool, frozenset)):
        return True if type(yours) is type(theirs) and yours == theirs else None
    return _same_numbers(yours, theirs)


def _all(found: Iterator[bool | None]) -> bool | None:
    every = list(found)
    return None if None in every else all(every)


def _same_numbers(yours: Any, theirs: Any) -> bool | None:
    one, other = as_numbers(yours), as_numbers(theirs)
    if not isinstance(one, np.ndarray) or not isinstance(other, np.ndarray):
        return None
    if one.shape != other.shape:
        if one.size != 1 or other.size != 1:
            return None
        one = one.reshape(other.shape)
    other = other.astype(np.float64, copy=False)  # of two truth values there is no difference
    scale = np.abs(other).max(initial=0)
    if not np.isfinite(scale):
        return False if np.array_equal(np.isfinite(one), np.isfinite(other)) else None
    with np.errstate(over="ignore"):
        return True if (np.abs(one - other) <= AGREEMENT * scale + 1e-300).all() else None


def _from_transforms(exercise: Exercise, answers: Sequence[Any]) -> Mistake | None:
    """How the answers differ from the right ones, or from a known mistake's by a factor."""
    told = [
        i
        for i, case in enumerate(exercise.cases)
        if case.check == "value" and case.lower is case.upper
    ]
    yours = [answers[i] for i in told]
    if not told or any(isinstance(answer, Raised) for answer in yours):
        return None
    cases = [exercise.cases[i] for i in told]
    call = exercise.calls[-1]
    names = [name for i, name in enumerate(call.outputs) if i not in call.opaque]
    label = transforms.said(cases, names, yours)
    if label != transforms.EQUAL:
        return Mistake(f"transform:{label.key}", label.text)
    if all(_same(a, list(c.lower)) is True for a, c in zip(yours, cases, strict=True)):
        return None  # right but at the edges: two wrongs that make a right are no mistake
    for mistake in exercise.mistakes:
        theirs = [exercise.answers[mistake.id][i] for i in told if mistake.id in exercise.answers]
        label = transforms.factor(cases, theirs, yours) if theirs else transforms.EQUAL
        if label != transforms.EQUAL:
            title = f"{mistake.title}; and what comes out {label.text}"
            return Mistake(f"{mistake.id}+transform:{label.key}", title, mistake.hints)
    return None
