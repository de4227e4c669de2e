"""A Report as one line of JSON and back, exactly: what the store keeps.

Unlike the published record nothing is rounded, hidden or left out: fractions are "p/q", and any
text comes back as it was, lone surrogates included.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from fractions import Fraction
from typing import Any

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


def dumps(report: Report) -> str:
    """Write a report; the text is ASCII."""
    return json.dumps(asdict(report), default=str, separators=(",", ":"))


def loads(text: str) -> Report:
    """Read what `dumps` wrote.

    Raises:
        ValueError, KeyError, TypeError: The text is not a report of this version.
    """
    row = json.loads(text)
    isolation = row["isolation"]
    return Report(
        **(
            row
            | {
                "notes": tuple(row["notes"]),
                "isolation": Isolation(**(isolation | {"missing": tuple(isolation["missing"])})),
                "exercises": tuple(_result(result) for result in row["exercises"]),
            }
        )
    )


def _result(row: dict[str, Any]) -> Result:
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
