"""A Report as JSON and back, exactly: what the store keeps and workers send.

Unlike the published record nothing is rounded, hidden or left out: fractions are "p/q", and any
text comes back as it was, lone surrogates included. What many reports share (their isolation,
the result of an exercise) is a text of its own, and is read once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from fractions import Fraction
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from grader.model import (
    CheckResult,
    Counterexample,
    Isolation,
    Mistake,
    Reason,
    Report,
    Result,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T", Result, Isolation)

_SHARED = ("isolation", "exercises")
_OWN = tuple(f.name for f in fields(Report) if f.name not in _SHARED)


def split(report: Report) -> tuple[list[str], str]:
    """Write a report as texts that others may share, the isolation first, and the rest; ASCII."""
    shared = [_isolation.write(report.isolation), *map(_results.write, report.exercises)]
    return shared, _text({name: getattr(report, name) for name in _OWN})


def join(shared: Sequence[str], own: str) -> Report:
    """Read what `split` wrote.

    Raises:
        ValueError, KeyError, TypeError: The texts are not a report of this version.
    """
    isolation, *results = shared
    row = json.loads(own)
    row["notes"] = tuple(row["notes"])
    exercises = tuple(map(_results.read, results))
    return Report(**row, isolation=_isolation.read(isolation), exercises=exercises)


def dumps(report: Report) -> str:
    """Write a report as one text."""
    return _text(split(report))


def loads(text: str) -> Report:
    """Read what `dumps` wrote; raises as `join` does."""
    shared, own = json.loads(text)
    return join(shared, own)


def _text(value: object) -> str:
    return json.dumps(value, default=str, separators=(",", ":"))


class _Shared(Generic[T]):
    """Objects that many reports share: each is written once, and each text is read once.

    An object is found by its identity, since fractions are slow to hash and to compare; while it is
    kept no other has its id. What was read is equal to what was written, but another.
    The oldest are forgotten.
    """

    def __init__(self, read: Callable[[str], T], most: int) -> None:
        self._make: Callable[[str], T] = read
        self._most = most
        self._texts: dict[int, tuple[T, str]] = {}
        self._objects: dict[str, T] = {}
        self._lock = Lock()

    def write(self, value: T) -> str:
        """Its text."""
        kept = self._texts.get(id(value))
        if kept is None:
            kept = value, _text(asdict(value))
            self._keep(self._texts, id(value), kept)
        return kept[1]

    def read(self, text: str) -> T:
        """The object; equal texts give the same one."""
        kept = self._objects.get(text)
        if kept is None:
            kept = self._make(text)
            self._keep(self._objects, text, kept)
        return kept

    def _keep(self, where: dict[Any, Any], key: object, value: object) -> None:
        with self._lock:  # workers' threads read, too
            where[key] = value
            if len(where) > self._most:
                del where[next(iter(where))]


def _read_result(text: str) -> Result:
    row = json.loads(text)
    mistake, example, reason = row["mistake"], row["counterexample"], row["reason"]
    return Result(
        **(
            row
            | {
                "points": row["points"] and _fraction(row["points"]),
                "max_points": _fraction(row["max_points"]),
                "verdict": Verdict(row["verdict"]),
                "reason": reason and Reason(reason),
                "notes": tuple(row["notes"]),
                "mistake": mistake and Mistake(**(mistake | {"hints": tuple(mistake["hints"])})),
                "counterexample": example and _example(example),
                "checks": tuple(_check(check) for check in row["checks"]),
            }
        )
    )


def read_isolation(text: str) -> Isolation:
    """Read the first of what `split` shares; equal texts give the same object."""
    return _isolation.read(text)


def _read_isolation(text: str) -> Isolation:
    row = json.loads(text)
    return Isolation(**(row | {"missing": tuple(row["missing"])}))


_results = _Shared(_read_result, 256)
_isolation = _Shared(_read_isolation, 64)


def _example(row: dict[str, Any]) -> Counterexample:
    shapes = {name: tuple(shape) for name, shape in row["shapes"].items()}
    return Counterexample(**(row | {"shapes": shapes}))


def _check(row: dict[str, Any]) -> CheckResult:
    exact = {
        "verdict": Verdict(row["verdict"]),
        "points": row["points"] and _fraction(row["points"]),
        "max_points": _fraction(row["max_points"]),
    }
    return CheckResult(**(row | exact))


@lru_cache(maxsize=1024)
def _fraction(text: str) -> Fraction:
    """Equal texts give the same object, which is found equal to itself at once."""
    return Fraction(text)
