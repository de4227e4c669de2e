"""Read translations: the grader's own from the package, an assignment's from its folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from grader.errors import StaffError
from grader.lang.tongue import ENGLISH, Tongue, pattern_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from grader.model import Assignment

FOLDER = "lang"
"""In an assignment's folder: a file per language."""

_PARTS = ("title", "mistakes", "laws", "messages")
_HINTS = 3


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of one assignment into one language.

    Attributes:
        title: Of the assignment; empty where there is none.
        mistakes: Mistake id to its title and its three hints.
        laws: Law id to its title.
        messages: What a law says where it is broken, in English with {a}, {b}, ... for what is
            filled in, to its translation.
    """

    title: str = ""
    mistakes: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    laws: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)


def read_catalogue(folder: Path, lang: str) -> Catalogue:
    """What lies in lang/ of an assignment's folder; nothing where there is no such file.

    Raises:
        StaffError: the file is not what it should be.
    """
    path = folder / FOLDER / f"{lang}.yaml"
    if not path.is_file():
        return Catalogue()
    import yaml  # noqa: PLC0415 -- English needs none

    try:
        data = yaml.safe_load(path.read_text("utf-8")) or {}
        unknown = sorted(set(data) - set(_PARTS))
        if unknown:
            raise StaffError(
                f"{path}: {', '.join(unknown)} is no part; there are {', '.join(_PARTS)}"
            )
        mistakes = {key: _mistake(value) for key, value in (data.get("mistakes") or {}).items()}
        laws = {key: str(value) for key, value in (data.get("laws") or {}).items()}
        said = {str(key): str(value) for key, value in (data.get("messages") or {}).items()}
        return Catalogue(str(data.get("title") or ""), mistakes, laws, said)
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, LookupError) as error:
        form = "title, mistakes: {id: {title, hints}}, laws: {id: title}, messages: {text: text}"
        raise StaffError(
            f"{path}: not readable as {form} ({type(error).__name__}: {error})"
        ) from error


def _mistake(data: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return str(data["title"]), tuple(str(hint) for hint in data["hints"])


def tongue_for(lang: str, assignment: Assignment, folder: Path) -> Tongue:
    """A language for the reports on an assignment.

    Args:
        lang: One of `LANGUAGES`.
        assignment: With its titles and hints in English.
        folder: Where its lang/ is: what students received, or what staff wrote.

    Raises:
        StaffError: a file of translations cannot be read.
    """
    if lang == ENGLISH.lang:
        return ENGLISH
    labels, patterns = messages(lang)
    known = read_catalogue(folder, lang)
    own = tuple((pattern_of(english), text) for english, text in known.messages.items())
    return Tongue(lang, labels, (*own, *patterns), dict(_phrases(assignment, known)))


def _phrases(assignment: Assignment, known: Catalogue) -> Iterator[tuple[str, str]]:
    if known.title:
        yield assignment.title, known.title
    for exercise in assignment.exercises:
        for mistake in exercise.mistakes:
            title, hints = known.mistakes.get(mistake.id, (mistake.title, mistake.hints))
            yield mistake.title, title
            yield from zip(mistake.hints, hints, strict=False)
        for law in exercise.laws:
            yield law.title, known.laws.get(law.id, law.title)


@lru_cache
def messages(lang: str) -> tuple[Mapping[str, str], tuple[tuple[Any, str], ...]]:
    """The grader's own labels and patterns in a language; patterns in the order of en.yaml."""
    data, english = read_messages(lang), read_messages(ENGLISH.lang)["patterns"]
    known = data["patterns"]
    pairs = tuple((pattern_of(text), known[key]) for key, text in english.items() if key in known)
    return data["labels"], pairs


def read_messages(lang: str) -> dict[str, dict[str, str]]:
    """The data file of a language: labels and patterns by key."""
    import yaml  # noqa: PLC0415 -- English needs none

    text = resources.files("grader.lang").joinpath(f"{lang}.yaml").read_text("utf-8")
    data = yaml.safe_load(text)
    return {part: data.get(part) or {} for part in ("labels", "patterns")}
