"""Explain a failure: the smallest input, what came back, which known mistake answers so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.judge.diagnose import name_mistake
from grader.judge.show import counterexample
from grader.judge.shrink import smallest, smallest_misconduct
from grader.model import Result, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
