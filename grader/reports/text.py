"""What all formats share: untrusted text made visible, points rounded, verdicts in words."""

from __future__ import annotations

import math
import re
import unicodedata
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.lang import said
from grader.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model import Counterexample, Report, Result, Results

# Control characters but newline and tab; zero-width and bidirectional controls, which reorder
# what a reader sees (CVE-2021-42574); lone surrogates; what XML 1.0 forbids; invisible tags.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)

_VALUE_LIMIT = 4000

WORDS: Mapping[Verdict, str] = MappingProxyType(
    {verdict: verdict.value.replace("_", " ") for verdict in Verdict}
)
"""Verdict to the words that people read, in English."""


def word(verdict: Verdict) -> str:
    """Write a verdict in the language that is spoken."""
    return said(f"verdict.{verdict}", WORDS[verdict])


def visible(text: str) -> str:
    """Replace every character that acts without being seen by its escape; newlines stay."""
    return _HIDDEN.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """Make text visible and put it on one line."""
    return " ".join(visible(text).split())


def shortened(text: str, limit: int) -> str:
    """Cut text to a number of characters and say how many were left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}... ({len(text) - limit} more characters)"


def rounded(points: Fraction) -> float:
    """Round exact points to two decimals, halves up: this is the only rounding there is."""
    return math.floor(points * 100 + Fraction(1, 2)) / 100


def shown(points: Fraction | None) -> str:
    """Write points as people do: 12.5, 10, or a dash where there are none."""
    return "-" if points is None else f"{rounded(points):.2f}".rstrip("0").rstrip(".")


def percent(part: int, whole: int) -> str:
    """Write a share as a whole percentage; a dash where there is nothing to share."""
    return f"{math.floor(100 * part / whole + 0.5)} %" if whole else "-"


def standing(report: Report) -> str:
    """Say how a submission did: its points, or, where there are none, how many passed."""
    if not report.max_score:
        total = len(report.exercises)
        return said(
            "standing.passed", "{passed} of {total} passed", passed=report.passed, total=total
        )
    best = shown(report.max_score)
    if report.score is None:
        return said("standing.not_yet", "not graded yet, of {total} points", total=best)
    points = shown(report.score)
    return said("standing.points", "{points} of {total} points", points=points, total=best)


def name(result: Result) -> str:
    """Name an exercise as the course does: 8.1 affine_backward."""
    return one_line(f"{result.number} {result.name}")


def worth(result: Result) -> str:
    """Write an exercise's points: 8.5/12.5, or nothing where it is worth nothing."""
    return f"{shown(result.points)}/{shown(result.max_points)}" if result.max_points else ""


def failures(report: Report) -> tuple[Result, ...]:
    """Give the exercises without full points, in the course's order."""
    return tuple(r for r in report.exercises if r.verdict is not Verdict.PASSED)


def to_explain(report: Report) -> tuple[Result, ...]:
    """Give the failures that say more than the report's own message does."""
    return tuple(r for r in failures(report) if not report.message or r.message != report.message)


def explanation(result: Result) -> str:
    """Say in plain text all there is to say about an exercise that did not pass."""
    parts = [visible(result.message)] if result.message else []
    example = result.counterexample
    if example is not None:
        parts += [f"{said('smallest_input', 'Smallest input:')}\n{indented(example.code)}"]
        parts += [compared(example)]
        parts += [visible(text) for text in difference(result)]
    if result.mistake is not None:
        title = visible(result.mistake.title)
        parts.append(said("looks_like", "Looks like: {title}", title=title))
        parts += [one_hint(hint) for hint in result.mistake.hints[:1]]
    parts += [noted(note) for note in result.notes]
    return "\n\n".join(parts)


def difference(result: Result) -> tuple[str, ...]:
    """Give where yours and the expected first differ, if the message has not said so already."""
    text = result.counterexample.difference if result.counterexample else ""
    return (text,) if text and text not in result.message else ()


def noted(note: str) -> str:
    """Write a note, visibly."""
    return said("note", "Note: {note}", note=visible(note))


def one_hint(hint: str) -> str:
    """Write a hint where only the first is shown."""
    return said("one_hint", "Hint: {hint}", hint=visible(hint))


def public_only() -> str:
    """Say that hidden cases were not asked."""
    english = "Public cases only: what is handed in is judged by hidden ones, too."
    return said("public_only", english)


def heading(results: Results) -> str:
    """Name the assignment: 08_layers: Layers, forward and backward."""
    return one_line(
        f"{results.assignment}: {results.title}" if results.title else results.assignment
    )


def compared(example: Counterexample) -> str:
    """Put what came back above what is right, the lines of each aligned."""
    yours, expected = said("yours", "Yours:    "), said("expected", "Expected: ")
    return f"{_labelled(yours, example.yours)}\n{_labelled(expected, example.expected)}"


def indented(text: str) -> str:
    """Make text visible, four spaces in front of each line."""
    return "\n".join(f"    {line}" for line in visible(text).split("\n"))


def _labelled(label: str, value: str) -> str:
    text = shortened(visible(value), _VALUE_LIMIT)
    # Chinese characters are two columns wide.
    width = sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in label)
    return label + text.replace("\n", "\n" + " " * width)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= 0xFF:  # noqa: PLR2004 -- as Python's own escapes: \x, \u, \U by size
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
