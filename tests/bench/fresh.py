"""Do mutants that are declared equivalent answer rightly to fresh inputs, too?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from grader.authoring import evaluate, strategies
from grader.authoring.audit import read_equivalents
from grader.authoring.bounds import assumed, bounds
from grader.authoring.mutants import mutants
from grader.judge.compare import Expected, mismatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model import Exercise
    from tests.bench.wrong import Course

INPUTS = 20_000


def equivalents(found: list[Course]) -> bool:
    """Print every declared equivalent that a fresh input tells from the reference."""
    from tests.bench.judge import say

    asked, caught, least = 0, [], INPUTS
    for course in found:
        declared = read_equivalents(course.authored)
        for exercise in course.exercises:
            made = [m for m in mutants(course.source, exercise.name) if m.id in declared]
            if made:
                spaces = {m.id: course.loaded(m.source) for m in made}
                drawn, wrong = _tried(course, exercise, spaces)
                asked, least = asked + len(made), min(least, drawn)
                caught += wrong
    for line in caught:
        print(f"    {line}")
    least = least if asked else 0
    what = f"{asked - len(caught)}/{asked} survive {least} inputs"
    return say("equivalent mutants on fresh inputs", what, f"all, {INPUTS}", not caught)


def _tried(
    course: Course, exercise: Exercise, spaces: Mapping[str, Mapping[str, Any]]
) -> tuple[int, list[str]]:
    """How many usable inputs were drawn, and which versions failed one of them."""
    declaration = course.authored.declarations[exercise.name]
    call = exercise.calls[-1]
    names = [name for i, name in enumerate(call.outputs) if i not in call.opaque]
    strata = [s for s in strategies.STRATA if s != "whole" or declaration.whole]
    caught: dict[str, str] = {}
    count = [0]

    def collect(arguments: dict[str, Any]) -> None:
        arguments.pop("", None)
        if not assumed(declaration, arguments):
            return
        try:
            lower, upper = bounds(course.authored, declaration, exercise, arguments)
        except (ArithmeticError, ValueError):
            return
        count[0] += 1
        for key, space in spaces.items():
            answer = evaluate.answer(exercise.calls, space, arguments)
            value = answer[0] if len(names) == 1 else list(answer)
            wrong, _ = mismatch(Expected(names, frozenset(), lower, upper), value)
            if wrong:
                caught.setdefault(key, f"{key}: {arguments!r:.300}")

    rounds = 0
    while count[0] < INPUTS and rounds < 20:
        for number, stratum in enumerate(strata):
            _draw(declaration, stratum, 1000 * rounds + number, collect)
        rounds += 1
    return count[0], list(caught.values())


def _draw(declaration: Any, stratum: str, number: int, collect: Any) -> None:
    @seed(number)
    @settings(
        max_examples=INPUTS // 5, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(strategies.cases(declaration, stratum))
    def run(arguments: dict[str, Any]) -> None:
        collect(arguments)

    run()
