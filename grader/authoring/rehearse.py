"""Judge staff's own versions in this process: the reference, every variant, every mistake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.authoring import trial
from grader.judge.diagnose import name_mistake
from grader.judge.explain import explained
from grader.judge.prepare import Prepared, request
from grader.judge.verdict import Judgement, Reply, judge, replies_of, result_of
from grader.sandbox import runner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.authoring.course import Authored
    from grader.judge.shrink import Space
    from grader.model import Call, Case, Exercise, Result


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


def rehearsed(
    authored: Authored,
    exercise: Exercise,
    prepared: Prepared,
    namespace: Mapping[str, Callable[..., Any]],
) -> Result:
    """The result and the named mistake, by the reference or by laws; nothing is shrunk."""
    if exercise.by_laws:
        return trial.result_of(authored, exercise, namespace)
    judgement = rehearse(prepared, namespace)
    result = result_of(exercise, judgement)
    if judgement.passed:
        return result
    conduct = judgement.first is judgement.failures.get("conduct")
    mistake = name_mistake(exercise, judgement.answers, changes=conduct)
    return replace(result, mistake=mistake)


def rehearsed_result(
    prepared: Prepared, namespace: Mapping[str, Callable[..., Any]], space: Space | None = None
) -> Result:
    """The whole result, counterexample and named mistake included."""

    def ask(calls: Sequence[Call], cases: Sequence[Case]) -> list[Reply]:
        asked = request(calls, [(c.arguments, c.keywords, c.layout) for c in cases])

        def call(number: int, arguments: list[Any], keywords: Any = None) -> Any:
            return asked.callbacks[number](*arguments, **(keywords or {}))

        return replies_of(*runner.run(namespace, asked.header, asked.raw, call), len(cases))

    judgement = rehearse(prepared, namespace)
    result = result_of(prepared.exercise, judgement)
    if judgement.passed:
        return result
    return explained(prepared.exercise, result, judgement, space, ask)
