"""Try the laws on staff's own functions, in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.authoring import evaluate
from grader.judge.claims import read_claims
from grader.judge.laws import Student, result_by_laws, trace, tried

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.authoring.course import Authored
    from grader.model import Call, Exercise, Result


def trace_of(
    authored: Authored, exercise: Exercise, namespace: Mapping[str, Callable[..., Any]]
) -> list[Any]:
    """What functions answer to each of an exercise's laws, and what is said of it.

    Args:
        authored: Whose laws.
        exercise: With its laws' inputs.
        namespace: Function name to callable.
    """
    asked = student(authored, exercise, namespace)
    return trace(exercise, tried(exercise, _checks(authored, exercise), asked), asked)


def result_of(
    authored: Authored,
    exercise: Exercise,
    namespace: Mapping[str, Callable[..., Any]],
    *,
    claims: str | None = None,
) -> Result:
    """The result of functions that only laws judge, with other claims than the reference's."""
    asked = student(authored, exercise, namespace)
    if claims is not None:
        asked.claims = read_claims(claims)
    return result_by_laws(exercise, _checks(authored, exercise), asked)


def _checks(authored: Authored, exercise: Exercise) -> dict[str, Callable[..., None]]:
    return {law.id: law.check for law in authored.declarations[exercise.name].laws}


def student(
    authored: Authored, exercise: Exercise, namespace: Mapping[str, Callable[..., Any]]
) -> Student:
    """Whoever answers for functions that may be trusted to run here."""

    def ask(
        calls: Sequence[Call], arguments: Sequence[Mapping[str, Any]]
    ) -> tuple[list[Any], list[str]]:
        found = [_answer(calls, namespace, given) for given in arguments]
        return [answer for answer, _ in found], [name for _, names in found for name in names]

    signatures = {e.name: e.calls[-1] for e in authored.exercises()}
    signatures |= {c.function: c for c in authored.helpers if c.function in namespace}
    asked = Student(signatures, ask, once=exercise.judged_by == "training")
    if exercise.file:
        asked.claims = read_claims((authored.folder / exercise.file).read_text("utf-8"))
    return asked


def unlawful(authored: Authored, exercise: Exercise) -> list[str]:
    """Laws that the reference itself does not obey: they would fail every student."""
    found = trace_of(authored, exercise, authored.reference)
    known = {law.id for law in authored.declarations[exercise.name].laws}
    laws = [f"law {law.id}" for law in exercise.laws if law.id in known]
    return [
        f"{exercise.name}: {law} does not hold for the reference: {text}"
        for law, (_, text) in zip([*laws, "good conduct"], found, strict=True)
        if text
    ]


def _answer(
    calls: Sequence[Call],
    namespace: Mapping[str, Callable[..., Any]],
    arguments: Mapping[str, Any],
) -> tuple[list[Any], list[str]]:
    try:
        answer, changed = evaluate.answer_and_changes(calls, namespace, arguments)
    except Exception as error:  # noqa: BLE001 -- staff's wrong versions may raise anything
        return [1, {"type": type(error).__name__, "text": str(error)}], []
    last = calls[-1]
    if len(last.outputs) == 1:
        return [0, answer[0]], changed
    transparent = iter(answer)
    values = [None if i in last.opaque else next(transparent, None)
              for i in range(len(last.outputs))]  # fmt: skip
    return [0, values], changed
