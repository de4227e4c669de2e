"""Known wrong versions and right-but-different versions of an exercise, as authors write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.authoring.declaration import Declaration


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an exercise; `partners` are other functions of its own, by name.

    Attributes:
        title: What a student is told of a mistake; empty for a variant.
        hints: Three for a mistake; none for a variant.
    """

    of: Declaration
    function: Callable[..., Any]
    partners: Mapping[str, Callable[..., Any]]
    title: str = ""
    hints: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def line(self) -> int:
        """Where it stands in its file."""
        return self.function.__code__.co_firstlineno


def mistake(
    of: Declaration, *, title: str, hints: Sequence[str], **partners: Callable[..., Any]
) -> Callable[[Any], Version]:
    """Decorate a wrong version that students really write.

    Args:
        of: The exercise, as declared in checks.py.
        title: A sentence that names the mistake to the student.
        hints: Three: what to look at, the concept, nearly the step; never code.
        partners: Functions that belong to it: `affine_forward=...` makes its cache.
    """

    def register(function: Callable[..., Any]) -> Version:
        return Version(of, function, partners, title, tuple(hints))

    return register


def variant(of: Declaration, **partners: Callable[..., Any]) -> Callable[[Any], Version]:
    """Decorate a right version written differently; it must earn full marks."""

    def register(function: Callable[..., Any]) -> Version:
        return Version(of, function, partners)

    return register
