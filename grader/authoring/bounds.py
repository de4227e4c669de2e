"""The right answers to new inputs: what the author's interval or the reference gives."""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring import evaluate
from grader.errors import StaffError
from grader.judge.compare import describe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.authoring.course import Authored
    from grader.authoring.declaration import Declaration
    from grader.model import Exercise

_BOUNDS = 2  # of an interval


def bounds(
    authored: Authored,
    declaration: Declaration,
    exercise: Exercise,
    arguments: Mapping[str, Any],
    keywords: frozenset[str] = frozenset(),
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Least and greatest right answers of a case; the reference itself where there is no kink."""
    if declaration.interval_of is not None:
        names = _parameters(declaration.interval_of)
        given_ = {n: evaluate.realise(arguments[n]) for n in names if n in arguments}
        with np.errstate(all="ignore"):
            pair = declaration.interval_of(**given_)
        name = declaration.interval_of.__name__
        if not isinstance(pair, (tuple, list)) or len(pair) != _BOUNDS:
            raise StaffError(f"{name} gives {describe(pair)}; return least and greatest answer")
        low, high = pair
        several = len(declaration.signature.outputs) > 1
        lower, upper = (tuple(x) if several else (x,) for x in (low, high))
        if not len(lower) == len(upper) == _transparent(declaration):
            wanted = ", ".join(t.name for t in declaration.signature.outputs)
            raise StaffError(f"{name} gives bounds of {len(lower)} outputs; declared are {wanted}")
        return tuple(map(evaluate.plain, lower)), tuple(map(evaluate.plain, upper))
    answer = evaluate.right_answer(exercise.calls, authored.reference, arguments, keywords)
    return answer, answer


def _transparent(declaration: Declaration) -> int:
    return sum(t.name not in declaration.opaque for t in declaration.signature.outputs)


@lru_cache(maxsize=256)
def _parameters(function: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function).parameters


def assumed(declaration: Declaration, arguments: Mapping[str, Any]) -> bool:
    """Do the author's assumptions hold, the forward's included, as far as they are about these?"""
    before = declaration.gradient_of if declaration.needs_forward else None
    for assumption in (*declaration.assumed, *(before.assumed if before else ())):
        names = _parameters(assumption)
        given = {n: evaluate.realise(arguments[n]) for n in names if n in arguments}
        if any(p.default is p.empty for n, p in names.items() if n not in given):
            continue
        with np.errstate(all="ignore"):
            holds = assumption(**given)
        if not holds:
            return False
    return True
