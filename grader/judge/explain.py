"""Explain a failure: the smallest input, what came back, which known mistake answers so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.judge import breach
from grader.judge.diagnose import name_mistake
from grader.judge.show import counterexample
from grader.judge.shrink import smallest, smallest_misconduct
from grader.model import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.judge.laws import Student
    from grader.judge.shrink import Space
    from grader.judge.verdict import Judgement, Reply
    from grader.model import Call, Case, Exercise

    AskCases = Callable[[Sequence[Call], Sequence[Case]], list[Reply] | None]


def explained(
    exercise: Exercise, result: Result, judgement: Judgement, space: Space | None, ask: AskCases
) -> Result:
    """The result with its counterexample and, where it is known, its mistake.

    Args:
        exercise: With cases and the answers of known mistakes.
        result: Verdict and points, which stay as they are.
        judgement: What each case answered.
        space: Legal inputs and their right answers; None where there is no reference.
        ask: The submission.
    """
    failure = judgement.first
    if failure.verdict is Verdict.SKIPPED:
        return result
    case = exercise.cases[failure.case]
    conduct = failure is judgement.failures.get("conduct")
    if space is not None:
        walk = smallest_misconduct if conduct else smallest
        case, failure = walk(exercise, case, failure, space, lambda c: ask(exercise.calls, c))
    shown = counterexample(exercise, case, failure)
    return replace(
        result,
        message=failure.message,
        counterexample=shown,
        mistake=name_mistake(exercise, judgement.answers, changes=conduct),
    )


def explained_by_law(
    exercise: Exercise,
    result: Result,
    checks: Mapping[str, Callable[..., None]],
    space: Space | None,
    student: Callable[[], Student],
) -> Result:
    """The result with the smallest input for which the first broken law does not hold.

    Args:
        exercise: With its laws' inputs.
        result: Verdict, points and mistake, which stay as they are.
        checks: Law id to the law.
        space: Legal inputs; None where there is no reference, and the law's own are shown.
        student: Gives the submission, not asked anything yet.
    """
    wrong = {row.id for row in result.checks if row.verdict in (Verdict.FAILED, Verdict.RAISED)}
    laws = [law for law in exercise.laws if law.id in checks]
    only_conduct = wrong == {"conduct"}
    for law in laws:
        asked_for = law.id in wrong or only_conduct
        if not asked_for or not any(law.inputs):
            continue  # without an input there is none that could be shown
        trial = breach.Trial(exercise, law, checks[law.id], student)
        found = trial.first(result, changed=only_conduct)
        if found is None:
            continue
        if space is not None:
            if not trial.is_repeated(found):
                return result  # what comes by chance can be shown with no input
            found = trial.smallest(found, space.of_law(law.id))
        shown = breach.counterexample(trial, found)
        return replace(result, message=found.breach.message, counterexample=shown)
    return result
