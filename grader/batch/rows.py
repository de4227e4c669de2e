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
from typing import TYPE_CHECKING, Any

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
    from collections.abc import Sequence

_SHARED = ("isolation", "exercises")
_OWN = tuple(f.name for f in fields(Report) if f.name not in _SHARED)


def split(report: Report) -> tuple[list[str], str]:
    """Write a report as texts that others may share, the isolation first, and the rest; ASCII."""
    # Without a counterexample a result can be hashed, and most results are like another's.
    results = [_seen(r) if r.counterexample is None else _text(asdict(r)) for r in report.exercises]
    shared = [_text(asdict(report.isolation)), *results]
    return shared, _text({name: getattr(report, name) for name in _OWN})


def join(shared: Sequence[str], own: str) -> Report:
    """Read what `split` wrote.

    Raises:
        ValueError, KeyError, TypeError: The texts are not a report of this version.
    """
    isolation, *results = shared
    row = json.loads(own)
    row["notes"] = tuple(row["notes"])
    exercises = tuple(read_result(text) for text in results)
    return Report(**row, isolation=read_isolation(isolation), exercises=exercises)


def dumps(report: Report) -> str:
    """Write a report as one text."""
    return _text(split(report))


def loads(text: str) -> Report:
    """Read what `dumps` wrote; raises as `join` does."""
    shared, own = json.loads(text)
    return join(shared, own)


@lru_cache(maxsize=1024)
def _seen(result: Result) -> str:
    return _text(asdict(result))


def _text(value: object) -> str:
    return json.dumps(value, default=str, separators=(",", ":"))


@lru_cache(maxsize=4096)
def read_result(text: str) -> Result:
    """Read one exercise's result; equal texts give the same object."""
    row = json.loads(text)
    mistake, example, reason = row["mistake"], row["counterexample"], row["reason"]
    return Result(
        **(
            row
            | {
                "points": _fraction(row["points"]),
                "max_points": Fraction(row["max_points"]),
                "verdict": Verdict(row["verdict"]),
                "reason": reason and Reason(reason),
                "notes": tuple(row["notes"]),
                "mistake": mistake and Mistake(**(mistake | {"hints": tuple(mistake["hints"])})),
                "counterexample": example and _example(example),
                "checks": tuple(_check(check) for check in row["checks"]),
            }
        )
    )


@lru_cache(maxsize=64)
def read_isolation(text: str) -> Isolation:
    """Read an isolation; equal texts give the same object."""
    row = json.loads(text)
    return Isolation(**(row | {"missing": tuple(row["missing"])}))


def _example(row: dict[str, Any]) -> Counterexample:
    shapes = {name: tuple(shape) for name, shape in row["shapes"].items()}
    return Counterexample(**(row | {"shapes": shapes}))


def _check(row: dict[str, Any]) -> CheckResult:
    exact = {
        "verdict": Verdict(row["verdict"]),
        "points": _fraction(row["points"]),
        "max_points": Fraction(row["max_points"]),
    }
    return CheckResult(**(row | exact))


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
