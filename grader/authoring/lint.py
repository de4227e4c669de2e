"""What a bank must be: well conditioned, telling, and enough of it; offending cases are shown."""

from __future__ import annotations

import zlib
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring import evaluate, trial
from grader.authoring.bounds import bounds
from grader.errors import Problem, StaffError
from grader.judge.compare import ANYTHING, TOLERANCE
from grader.judge.diagnose import differs
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.course import Authored
    from grader.authoring.declaration import Declaration, Term
    from grader.model import Case, Exercise

LEAST = 30
"""Cases per exercise, at the least (contract)."""

TELLING = 10
"""Cases per output in which 0, -e and 2e fail by a factor of 100 (contract)."""

_FACTOR = 100
_ROW = 2
_PERTURBED = 3
_RELATIVE = 4e-16


def well_conditioned(
    authored: Authored,
    declaration: Declaration,
    exercise: Exercise,
    arguments: Mapping[str, Any],
) -> bool:
    """Is the answer finite, and hardly moved when the last bit of every float input is shaken?

    A sampled condition number: it may move by a hundredth of the tolerance.
    """
    try:
        lower, upper = bounds(authored, declaration, exercise, arguments)
        codec.encode([list(lower), list(upper)])
        rng = np.random.default_rng(zlib.crc32(codec.dumps(dict(arguments))))
        shaken = [_shake(dict(arguments), rng) for _ in range(_PERTURBED)]
        answers = [evaluate.answer(exercise.calls, authored.reference, a) for a in shaken]
    except (ArithmeticError, ValueError, IndexError, codec.CodecError):
        return False
    if not finite([lower, upper]):
        return False
    if declaration.interval_of is not None:
        _require_same_form(
            declaration.interval_of.__name__, lower, upper, _judged(lower, answers[0])
        )
    return all(_near(lower, upper, _judged(lower, answer)) for answer in answers)


def _judged(bound: Any, answer: Any) -> Any:
    """The answer without what the bounds leave open."""
    if isinstance(bound, dict) and bound == ANYTHING:
        return bound
    if isinstance(bound, (list, tuple)) and isinstance(answer, (list, tuple)):
        return [_judged(b, a) for b, a in zip(bound, answer, strict=False)]
    return answer


def finite(value: Any) -> bool:
    """Is every number in an answer finite?"""
    return all(np.isfinite(leaf).all() for leaf in _leaves(value))


def _shake(value: Any, rng: np.random.Generator) -> Any:
    if isinstance(value, dict):
        if "function" in value or "rng" in value:
            return value
        return {key: _shake(item, rng) for key, item in value.items()}
    if isinstance(value, list):
        return [_shake(item, rng) for item in value]
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * (1 + _RELATIVE * rng.choice([-1.0, 0.0, 1.0], size=value.shape))
    if isinstance(value, float):
        return value * (1 + _RELATIVE * float(rng.choice([-1.0, 0.0, 1.0])))
    return value


def _require_same_form(name: str, lower: Any, upper: Any, answer: Any) -> None:
    given, other, wanted = ([leaf.shape for leaf in _leaves(v)] for v in (lower, upper, answer))
    if not given == other == wanted:
        shapes = f"{given} and {other}"
        raise StaffError(f"{name} gives bounds of shapes {shapes}; the reference answers {wanted}")


def _near(lower: Any, upper: Any, answer: Any) -> bool:
    rows = list(zip_longest(_leaves(lower), _leaves(upper), _leaves(answer)))
    if any(leaf is None for row in rows for leaf in row):
        return False  # another number of numbers: the last bit decided about the form
    for low, high, got in rows:
        slack = TOLERANCE / _FACTOR * (1 + np.max(np.maximum(abs(low), abs(high)), initial=0))
        if low.shape != got.shape or not np.all((got >= low - slack) & (got <= high + slack)):
            return False
    return True


def _leaves(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, (int, float, np.ndarray)) and not isinstance(value, bool):
        yield np.asarray(value, np.float64)


def telling(lower: Any, upper: Any) -> bool:
    """Would answering 0, -e or 2e for this output fail by a factor of 100?"""
    for low, high in zip(_leaves(lower), _leaves(upper), strict=True):
        scale = TOLERANCE * (1 + np.max(np.maximum(abs(low), abs(high)), initial=0))
        least = np.where((low <= 0) & (high >= 0), 0.0, np.minimum(abs(low), abs(high)))
        if np.any(least > _FACTOR * scale):
            return True
    return False


def tells(case: Case, output: int) -> bool:
    """Is the answer of a case telling in one of its outputs?"""
    return telling(case.lower[output], case.upper[output])


def dull(exercise: Exercise, cases: Sequence[Case]) -> dict[int, int]:
    """The outputs that are telling in too few of these cases, and in how many they are."""
    least = min(TELLING, max(1, len(cases)))
    found = {}
    for i in range(len(_judged_outputs(exercise))):
        good = sum(tells(case, i) for case in cases)
        if good < least and any(True for c in cases for _ in _leaves(c.lower[i])):
            found[i] = good
    return found


def _judged_outputs(exercise: Exercise) -> list[str]:
    last = exercise.calls[-1]
    return [name for i, name in enumerate(last.outputs) if i not in last.opaque]


def problems(authored: Authored, declaration: Declaration, exercise: Exercise) -> list[Problem]:
    """What is amiss with the cases of an exercise, at its declaration's line."""
    file = f"solutions/{authored.slug}/checks.py"
    if declaration.judged_by == "tests":
        return []
    messages = [*_messages(declaration, exercise), *trial.unlawful(authored, exercise)]
    return [Problem(file, declaration.line, 0, message) for message in messages]


def _law_messages(exercise: Exercise) -> Iterator[str]:
    if not all(law.inputs for law in exercise.laws):
        yield f"{exercise.name}: a law found no inputs; widen its kinds"
    for mistake in exercise.mistakes:
        trace = exercise.answers.get(mistake.id, ())
        if len(trace) != len(exercise.laws) + 1 or any(len(row) != _ROW for row in trace):
            yield f"{exercise.name}: made by another version; run `grader harvest`"
            return
        if not any(said for _, said in trace):
            yield (
                f"{exercise.name}: every law holds for the mistake {mistake.id} "
                f"({mistake.title!r}); add a law, or drop the mistake"
            )


def _messages(declaration: Declaration, exercise: Exercise) -> Iterator[str]:
    if exercise.by_laws:
        yield from _law_messages(exercise)
        return
    if declaration.drawn and len(exercise.cases) < LEAST:
        yield (
            f"{exercise.name}: {len(exercise.cases)} usable cases, {LEAST} are needed; "
            "loosen assume or widen the kinds"
        )
    names = _judged_outputs(exercise)
    for i, good in dull(exercise, exercise.cases).items():
        shown = next((c for c in exercise.cases if not tells(c, i)), None)
        yield (
            f"{exercise.name}: output {names[i]} is telling in {good} cases, {TELLING} are "
            f"needed (0, -e or 2e would pass, as in {_show(shown)}); widen the kinds"
        )
    for case in exercise.cases:
        if not finite([case.lower, case.upper]):
            yield f"{exercise.name}: the right answer is not finite in {_show(case)}"
            break
    yield from _misshapen(declaration, exercise)
    for key, title in _alive(exercise):
        yield (
            f"{exercise.name}: no case tells the mistake {key} ({title!r}) from the reference; "
            "add an edge, or drop the mistake"
        )


def _misshapen(declaration: Declaration, exercise: Exercise) -> Iterator[str]:
    """Outputs of the reference that have not the shape that is declared."""
    terms = [t for t in declaration.signature.outputs if t.name not in declaration.opaque]
    for i, term in enumerate(terms):
        for case in exercise.cases:
            shape = _declared_shape(term, case) if term.axes and case.sizes else None
            if shape is not None and np.shape(case.lower[i]) != shape:
                yield (
                    f"{exercise.name}: output {term.name} has shape {np.shape(case.lower[i])}, "
                    f"declared is {shape}, in {_show(case)}"
                )
                break


def _declared_shape(term: Term, case: Case) -> tuple[int, ...] | None:
    """The lengths of a term's axes; None where one of them is known only to the author."""
    known = {n: v for n, v in case.arguments.items() if type(v) is int} | dict(case.sizes)
    lengths = []
    for axis in term.axes:
        name, _, more = axis.partition("+")
        if not name.isdigit() and name not in known:
            return None
        lengths.append((int(name) if name.isdigit() else known[name]) + int(more or 0))
    return tuple(lengths)


def _show(case: Case | None) -> str:
    return f"case {case.id}: {dict(case.arguments)!r}"[:300] if case else "no case"


def _alive(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Mistakes that answer every case within its interval; in-place ones are conduct's."""
    titles = {m.id: m.title for m in exercise.mistakes}
    for key, answers in exercise.answers.items():
        if (
            exercise.cases
            and key not in exercise.changing
            and not any(
                differs(exercise, case, answer)
                for case, answer in zip(exercise.cases, answers, strict=True)
            )
        ):
            yield key, titles.get(key, key)
