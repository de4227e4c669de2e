"""Hypothesis as a source of examples: distinct, usable, of as many forms as there are."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from grader.authoring import kinds
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hypothesis.strategies import SearchStrategy

FORMS = frozenset({kinds.Choices, kinds.Functions, kinds.Network})
"""Kinds by which one case may be of another form than the next."""

SPARE = 8
"""Drawn for one that is kept, where cases are of several forms: a search repeats itself."""

_TRIES = 25
_SMALL = 10
"""Hypothesis begins with a tenth of its examples small: what is drawn last in them, such as a
number of updates, is nearly always the least that there is."""


class _EnoughError(Exception):
    """Ends a search: Hypothesis would go on drawing to its last example."""


def distinct(
    strategy: SearchStrategy[dict[str, Any]],
    usable: Callable[[dict[str, Any]], bool],
    *,
    wanted: int,
    number: int,
) -> list[dict[str, Any]]:
    """Distinct usable examples, at most `wanted`, in the order found, after the small ones.

    Args:
        strategy: Draws arguments by name.
        usable: Is an example any good?
        number: The same one gives the same examples.
    """
    found: dict[bytes, dict[str, Any]] = {}
    small = iter(range(_TRIES * wanted // _SMALL))

    @seed(number)
    @settings(
        max_examples=_TRIES * wanted, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    )  # fmt: skip
    @given(strategy)
    def collect(arguments: dict[str, Any]) -> None:
        if len(found) >= wanted:
            raise _EnoughError
        if next(small, None) is not None:
            return
        key = codec.dumps(arguments)
        if key not in found and usable(arguments):
            found[key] = arguments

    with contextlib.suppress(_EnoughError):
        collect()
    return list(found.values())


def varied(
    found: Sequence[dict[str, Any]], form: Callable[[dict[str, Any]], tuple[Any, ...]]
) -> list[dict[str, Any]]:
    """The same examples: the first of every form, then the second of every form, and so on."""
    rows: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for arguments in found:
        rows.setdefault(form(arguments), []).append(arguments)
    rounds = itertools.zip_longest(*rows.values())
    return [one for row in rounds for one in row if one is not None]


def signs(arguments: Mapping[str, Any]) -> tuple[float, ...]:
    """On which side of zero each single number lies."""
    numbers = [v for name, v in arguments.items() if name and isinstance(v, (int, float))]
    return tuple(float(np.sign(value)) for value in numbers)


def words(arguments: Mapping[str, Any]) -> tuple[str, ...]:
    """What cannot be seen from the numbers: words, names of functions, how many parameters."""
    named = [value for name, value in arguments.items() if name]
    words = [value for value in named if isinstance(value, str)]
    tables = [value for value in named if isinstance(value, dict)]
    return (*words, *(str(value.get("function", len(value))) for value in tables))


def one(strategy: SearchStrategy[Any], number: int) -> Any:
    """One example of a strategy, not the simplest."""
    drawn: list[Any] = []

    @seed(number)
    @settings(max_examples=5, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(strategy)
    def collect(value: Any) -> None:
        drawn.append(value)

    collect()
    return drawn[-1]


def seeds(number: int, count: int) -> list[int]:
    """Different seeds that cannot be guessed from one another, the same for the same number."""
    drawn = np.random.default_rng([number, 1_000_003]).choice(2**31, size=count, replace=False)
    return [int(s) for s in drawn]
