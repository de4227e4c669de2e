"""Which mistake is it? The catalogue first, then simple transforms of the right answer.

A mistake is named only where it agrees in all cases; "unknown" is better than a guess.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.judge.compare import Expected, as_numbers, mismatch
from grader.model import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.model import Case, Exercise

AGREEMENT = 1e-7
"""Relative to the largest output (numerics section C: 52 of 52 rewrites named, 0 of 37 novel
mistakes misnamed)."""

_FEWEST = 3


class Raised:
    """An answer that never came: the call raised."""


RAISED = Raised()


def differs(exercise: Exercise, case: Case, answer: Any) -> bool:
    """Is a mistake's stored answer (None: it raises) wrong in this case?"""
    if answer is None:
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
        answers: One per case: the transparent outputs as a list, or `RAISED`.
        changes: Only its conduct is wrong: the mistake, too, must change its arguments.
    """
    known = _from_catalogue(exercise, answers, changes=changes)
    return known or (None if changes else _from_transforms(exercise, answers))


def name_by_laws(exercise: Exercise, trace: Sequence[Any]) -> Mistake | None:
    """The mistake with the same answers, else the first of which the laws say the same.

    Args:
        exercise: With the traces of its known mistakes as their answers.
        trace: What the submission answered, and what each law said of it.
    """
    known = {m.id: m for m in exercise.mistakes if m.id in exercise.answers}
    for key, mistake in known.items():
        if _same(trace[0], exercise.answers[key][0]):
            return mistake
    for key, mistake in known.items():
        if trace[1] == exercise.answers[key][1]:
            return mistake
    return None


def _from_catalogue(exercise: Exercise, answers: Sequence[Any], *, changes: bool) -> Mistake | None:
    # Read-only twins say nothing new, and a mistake that writes raises there for a student only.
    told = [i for i, case in enumerate(exercise.cases) if case.check != "conduct"]
    yours = [answers[i] for i in told]
    found = []
    for mistake in exercise.mistakes:
        theirs = [exercise.answers[mistake.id][i] for i in told if mistake.id in exercise.answers]
        kind = mistake.id in exercise.changing if changes else _shown(exercise, told, theirs)
        if theirs and kind and _agree(yours, theirs):
            found.append(mistake)
    if not found:
        return None
    first = found[0]
    titles = dict.fromkeys(mistake.title for mistake in found)
    return Mistake(first.id, " / or: ".join(titles), first.hints)


def _shown(exercise: Exercise, told: Sequence[int], known: Sequence[Any]) -> bool:
    """Does this mistake differ from a right answer in any case that is at hand?"""
    pairs = zip(told, known, strict=False)
    return any(differs(exercise, exercise.cases[i], answer) for i, answer in pairs)


def _agree(answers: Sequence[Any], known: Sequence[Any]) -> bool:
    """All cases agree, and at least a few of them with finite numbers (or all raise)."""
    finite = 0
    for yours, theirs in zip(answers, known, strict=True):
        if isinstance(yours, Raised) or theirs is None:
            if not (isinstance(yours, Raised) and theirs is None):
                return False
            continue
        same = _same(yours, theirs)
        if same is None:
            return False
        finite += same
    if finite >= min(_FEWEST, len(known)):
        return True
    return bool(known) and all(theirs is None for theirs in known)


def _same(yours: Any, theirs: Any) -> bool | None:
    """True: equal and finite; False: equal but not finite; None: they differ."""
    if isinstance(theirs, dict):
        if not isinstance(yours, dict) or set(yours) != set(theirs):
            return None
        return _all(_same(yours[key], theirs[key]) for key in theirs)
    if isinstance(theirs, (list, tuple)):
        if isinstance(yours, np.ndarray) and yours.ndim:
            yours = list(yours)
        if not isinstance(yours, (list, tuple)) or len(yours) != len(theirs):
            return None
        return _all(_same(a, b) for a, b in zip(yours, theirs, strict=True))
    if theirs is None or isinstance(theirs, (str, bool)):
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
    here, there = np.isfinite(one), np.isfinite(other)
    if not np.array_equal(here, there):
        return None
    if not here.all():
        return False
    scale = np.max(np.abs(other), initial=0)
    return True if np.all(np.abs(one - other) <= AGREEMENT * scale + 1e-300) else None


def _from_transforms(exercise: Exercise, answers: Sequence[Any]) -> Mistake | None:
    """The right answer with the other sign, times a constant or an axis length, transposed."""
    pairs = _number_pairs(exercise, answers)
    if pairs is None:
        return None
    telling = [p for p in pairs if _telling(p)]
    if len(telling) < _FEWEST:
        return None
    for title, transform in _transforms(telling):
        if all(_fits(transform(case, right), yours) for case, right, yours in pairs):
            return Mistake(f"transform:{title}", f"The right answer, {title}")
    return None


def _telling(pair: tuple[Case, np.ndarray, np.ndarray]) -> bool:
    return bool(np.max(np.abs(pair[1]), initial=0) > 0)


def _number_pairs(
    exercise: Exercise, answers: Sequence[Any]
) -> list[tuple[Case, np.ndarray, np.ndarray]] | None:
    """Right and given numbers per case, for exercises with a single array or float output."""
    pairs = []
    for case, answer in zip(exercise.cases, answers, strict=True):
        if case.check != "value" or case.lower is not case.upper:
            continue
        if isinstance(answer, Raised) or len(case.lower) != 1 or len(answer) != 1:
            return None
        yours, right = as_numbers(answer[0]), as_numbers(case.lower[0])
        if not isinstance(yours, np.ndarray) or not isinstance(right, np.ndarray):
            return None
        pairs.append((case, right.astype(float), yours.astype(float)))
    return pairs


def _fits(expected: np.ndarray | None, yours: np.ndarray) -> bool:
    if expected is None or expected.shape != yours.shape:
        return False
    scale = np.max(np.abs(expected), initial=0)
    return bool(np.all(np.abs(expected - yours) <= AGREEMENT * scale + 1e-300))


def _transforms(
    pairs: Sequence[tuple[Case, np.ndarray, np.ndarray]],
) -> Iterator[tuple[str, Callable[[Case, np.ndarray], np.ndarray | None]]]:
    yield "with the other sign", lambda _, right: -right
    yield (
        "transposed",
        lambda _, right: right.T if right.ndim > 1 else None,
    )
    constant = _constant(pairs)
    if constant is not None:
        yield f"times {constant}", lambda _, right: right * float(constant)
    for axis in dict.fromkeys(a for case, _, _ in pairs for a in case.sizes):
        yield f"times {axis}", partial(_scaled, axis=axis, power=1)
        yield f"divided by {axis}", partial(_scaled, axis=axis, power=-1)


def _scaled(case: Case, right: np.ndarray, *, axis: str, power: int) -> np.ndarray | None:
    return right * float(case.sizes[axis]) ** power if axis in case.sizes else None


def _constant(pairs: Sequence[tuple[Case, np.ndarray, np.ndarray]]) -> Fraction | None:
    """A small fraction that every ratio equals, if there is one."""
    _, right, yours = pairs[-1]
    if right.shape != yours.shape:
        return None
    at = np.unravel_index(np.argmax(np.abs(right)), right.shape)
    ratio = float(yours[at] / right[at])
    if not np.isfinite(ratio):
        return None
    near = Fraction(ratio).limit_denominator(12)
    close = abs(float(near) - ratio) <= AGREEMENT * abs(ratio)
    return near if close and near not in (0, 1, -1) and abs(near) <= 12 else None  # noqa: PLR2004
