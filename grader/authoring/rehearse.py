"""Judge staff's own versions in this process: the reference, every variant, every mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.judge.explain import explained
from grader.judge.prepare import Prepared, request
from grader.judge.verdict import Judgement, answers_of, judge, result_of
from grader.sandbox import runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.judge.shrink import Space
    from grader.model import Call, Case, Result


def rehearse(prepared: Prepared, namespace: Mapping[str, Callable[..., Any]]) -> Judgement:
    """What the judge says of functions that may be trusted to run here.

    Args:
        prepared: The exercise.
        namespace: Function name to callable.
    """
    callbacks = prepared.request.callbacks

    def call(number: int, arguments: list[Any], keywords: Mapping[str, Any] | None = None) -> Any:
        return callbacks[number](*arguments, **(keywords or {}))

    return judge(
        prepared, *runner.run(namespace, prepared.request.header, prepared.request.raw, call)
    )


def rehearsed_result(
    prepared: Prepared, namespace: Mapping[str, Callable[..., Any]], space: Space | None = None
) -> Result:
    """The whole result, counterexample and named mistake included."""

    def ask(calls: Sequence[Call], cases: Sequence[Case]) -> list[Any]:
        asked = request(calls, [(c.arguments, c.keywords, c.layout) for c in cases])

        def call(number: int, arguments: list[Any], keywords: Any = None) -> Any:
            return asked.callbacks[number](*arguments, **(keywords or {}))

        return answers_of(*runner.run(namespace, asked.header, asked.raw, call))

    judgement = rehearse(prepared, namespace)
    result = result_of(prepared.exercise, judgement)
    if judgement.passed:
        return result
    return explained(prepared.exercise, result, judgement, space, ask)
