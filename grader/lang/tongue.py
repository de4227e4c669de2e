"""A language: labels by key, patterns of what the judge says, phrases of an assignment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_LONGEST = 4000
_RECURSED = frozenset({"rest", "other", "what", "expected", "got", *"abcdefghij"})
"""Placeholders whose contents are texts of the judge again; letters are those of laws."""

_FORMS: Mapping[str, str] = {
    "place": r"[A-Za-z_]\w*(?:\[[^\]\n]{1,40}\])*",
    "name": r"\w+",
    "type": r"\w+",
    "kind": r"(?:int|float|complex|bool)",
    "names": r"\w+(?:, \w+)*",
    "n": r"[\d,]+",
    "m": r"[\d,]+",
    "where": r"\[[\d, ]*\]",
    "shape": r"\([\d, ]*\)",
    "other_shape": r"\([\d, ]*\)",
    "file": r"(?:(?!; ).)+?",
    "statement": (
        r"(?:cell \d+, )?line \d+"
        r"(?:: (?:import [^:]+|from [^:]+ import \.\.\.|def [^:]+|class [^:]+))?"
    ),
    "syntax": r"(?:Syntax|Indentation|Tab)Error",
    "line": r"(?:cell \d+, )?line \d+.*",
}
"""Placeholder to what it may hold; others hold anything."""


def pattern_of(english: str) -> re.Pattern[str]:
    """What fits a text with placeholders."""
    parts, at = [], 0
    for found in _PLACEHOLDER.finditer(english):
        # A letter is of a law, which may have no reason to give.
        form = _FORMS.get(found[1], r".*?" if len(found[1]) == 1 else r".+?")
        parts += [re.escape(english[at : found.start()]), f"(?P<{found[1]}>{form})"]
        at = found.end()
    return re.compile("".join(parts) + re.escape(english[at:]), re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language as students read it.

    Attributes:
        labels: Key to the text with its placeholders.
        patterns: What the judge may say, with the translation; the first that fits counts.
        phrases: Titles and hints of the assignment, whole, in English, with their translations.
    """

    lang: str
    labels: Mapping[str, str] = field(default_factory=dict)
    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()
    phrases: Mapping[str, str] = field(default_factory=dict)

    def label(self, key: str, english: str, values: Mapping[str, Any]) -> str:
        """A label with its values filled in."""
        return self.labels.get(key, english).format(**values)

    def text(self, english: str) -> str:
        """A text of the judge or of the assignment; as it is where it is not known."""
        if english in self.phrases:
            return self.phrases[english]
        if not self.patterns or len(english) > _LONGEST:
            return english
        if english.startswith("\n"):  # a list, an entry per line
            return "\n".join(self.text(line) for line in english.split("\n"))
        titled = self._after_a_title(english)
        if titled is not None:
            return titled
        for pattern, translation in self.patterns:
            found = pattern.fullmatch(english)
            if found:
                values = {
                    name: self._part(name, value) for name, value in found.groupdict().items()
                }
                return translation.format(**values)
        return english

    def _part(self, name: str, value: str) -> str:
        return self.text(value) if name in _RECURSED else value

    def _after_a_title(self, english: str) -> str | None:
        """A law's title, a colon, and what was found."""
        for colon in re.finditer(": ", english):
            title = self.phrases.get(english[: colon.start()])
            if title is not None:
                return f"{title}：{self.text(english[colon.end() :])}"  # noqa: RUF001 -- Chinese
        return None


ENGLISH = Tongue("en")
"""As everything stands in the code."""
