"""The language in which students read: English stands in the code, translations in data files.

A label has a key and its English text where it is printed: `said("hint", "Hint {n} of {total}")`.
What the judge says is made in English, kept in English, and translated when it is shown, by
patterns (`en.yaml`) with the same keys. Titles and hints are the assignment's; its folder `lang/`
has them. Whatever has no translation is shown in English.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from grader.lang.tongue import ENGLISH, Tongue

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("en", "zh-Hant", "zh-Hans")
"""English, and Chinese in traditional and in simplified characters."""

_CURRENT: ContextVar[Tongue] = ContextVar("tongue", default=ENGLISH)


@contextmanager
def speaking(tongue: Tongue) -> Iterator[None]:
    """Let everything that is written in here be in a language."""
    token = _CURRENT.set(tongue)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Tongue:
    """The language that is spoken now."""
    return _CURRENT.get()


def said(key: str, english: str, **values: Any) -> str:
    """A label in the language that is spoken now, its values filled in.

    Args:
        key: Where the translation is found.
        english: The label with its placeholders; what is shown where there is none.
        values: For the placeholders.
    """
    return _CURRENT.get().label(key, english, values)
