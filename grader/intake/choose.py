"""Which files of one student may be graded, best first."""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.intake.files import (
    ARCHIVES,
    DEPTH,
    FOREIGN_ARCHIVES,
    SOURCES,
    Pile,
    shown,
    stem,
    suffix,
)
from grader.intake.notebook import read_cells
from grader.intake.text import decode
from grader.model import Cell, Source, Submission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.intake.files import Place

_HANDED_OUT = frozenset({"laws.py", "pictures.py", "suspects.py"})
_MOST_CANDIDATES = 5
_MOST_TRIED = 50
_SHOWN_OTHERS = 3


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a submission to this assignment looks like.

    Attributes:
        module: The file that students were given, without its suffix.
        functions: Names of the exercises.
        beside: Names of other files that belong to the assignment.
    """

    module: str
    functions: tuple[str, ...]
    beside: tuple[str, ...] = ()

    def named(self, place: Place) -> bool:
        """Whether this is the file that students were given."""
        return stem(place[-1]).casefold() == self.module.casefold()

    def accompanies(self, place: Place) -> bool:
        """Whether this is one of the other files that belong to the assignment."""
        return place[-1].casefold() in self.beside

    def defines(self, source: Source) -> int:
        """How many exercises stand at the start of a line; nothing is parsed."""
        text = "\n".join(cell.text for cell in source.cells)
        names = set(re.findall(r"^[ \t]*(?:async[ \t]+)?def[ \t]+(\w+)", text, re.MULTILINE))
        return len(names & set(self.functions))


def submission(student: str, pile: Pile, wanted: Wanted) -> Submission:
    """One student's submission; what cannot be read becomes its message.

    Args:
        student: The id.
        pile: Everything that was handed in.
        wanted: What is looked for.
    """
    try:
        pile = _unpacked(pile)
    except SubmissionError as error:
        return Submission(student, (), _digest(pile.files, (str(error),)), (), str(error))
    if pile.problems:
        message = "; ".join(dict.fromkeys(why for _, why in pile.problems[:_SHOWN_OTHERS]))
        return Submission(student, (), _digest(pile.files, (message,)), (), message)
    places = _searched(pile, wanted)
    sources, unreadable = _read_all(pile.files, places)
    chosen, spare = _best(sources, wanted)
    named = any(map(wanted.named, chosen))
    failures = [why for place, why in unreadable.items() if wanted.named(place) or not named]
    others, beside = _beside(pile, wanted)
    if not chosen and beside:
        chosen = {(f"{wanted.module}.py",): Source(f"{wanted.module}.py", (Cell("", ""),))}
        failures.append(f"there is no {wanted.module}.py or {wanted.module}.ipynb")
    unread = [why for place, why in pile.unread.items() if _eligible(place)]
    if not chosen:
        message = "; ".join([*failures, *unread][:_SHOWN_OTHERS]) or _nothing(pile, wanted)
        return Submission(student, (), _digest(pile.files, (message,)), (), message)
    notes = (*_choice_notes(chosen, wanted), *failures, *unread)
    used = {p: pile.files[p] for p in (*chosen, *spare, *others) if p in pile.files}
    return Submission(
        student, tuple(chosen.values()), _digest(used, ()), notes[:20],
        spare=tuple(spare.values()), beside=beside,
    )  # fmt: skip


def _beside(pile: Pile, wanted: Wanted) -> tuple[list[Place], dict[str, str]]:
    """The other files that belong to the assignment, the nearest of each name: text by name."""
    places = [p for p in pile.files if _eligible(p) and wanted.accompanies(p)]
    found: dict[str, str] = {}
    used = []
    for place in sorted(places, key=lambda place: (len(place), place)):
        name = place[-1].casefold()
        if name not in found:
            with contextlib.suppress(SubmissionError):
                found[name], _ = decode(pile.files[place], shown(place))
                used.append(place)
    return used, found


def _unpacked(pile: Pile) -> Pile:
    """The same, or what its archives hold where it holds no source of its own."""
    archives = [place for place in pile.files if suffix(place[-1]) in ARCHIVES]
    if not archives or any(suffix(place[-1]) in SOURCES for place in pile.files):
        return pile
    piles = {place: _opened(place, pile.files[place]) for place in archives}
    before = {place: (shown(place),) if len(piles) > 1 else () for place in piles}
    return Pile(
        {(*before[a], *p): data for a, inner in piles.items() for p, data in inner.files.items()},
        {
            **pile.unread,
            **{(*before[a], *p): w for a, inner in piles.items() for p, w in inner.unread.items()},
        },
        (*pile.problems, *(found for inner in piles.values() for found in inner.problems)),
        (*pile.others, *(p for inner in piles.values() for p in inner.others)),
    )


def _opened(place: Place, data: bytes) -> Pile:
    """What a student's archive holds; archives within it are named, not opened."""
    from grader.intake.archive import STUDENT, read_archive  # noqa: PLC0415 -- few hand in one

    found = read_archive(io.BytesIO(data), shown(place), STUDENT)
    inner = {p: d for p, d in found.files.items() if suffix(p[-1]) in ARCHIVES}
    files = {p: d for p, d in found.files.items() if p not in inner}
    reason = "is an archive within an archive, which is not opened; hand in the files themselves"
    refused = {p: f"{shown(p)} {reason}" for p in inner}
    return Pile(files, {**found.unread, **refused}, found.problems, found.others)


def _eligible(place: Place) -> bool:
    return len(place) <= DEPTH


def _handed_out(place: Place, wanted: Wanted) -> bool:
    """Whether this lies beside every module that is handed out: nobody's work."""
    return place[-1].casefold() in _HANDED_OUT and not wanted.named(place)


def _searched(pile: Pile, wanted: Wanted) -> list[Place]:
    """Places to read: files with the given name first, then the others; nearest first."""
    places = [p for p in pile.files if _eligible(p) and suffix(p[-1]) in SOURCES]
    places = [p for p in places if not wanted.accompanies(p) and not _handed_out(p, wanted)]
    places.sort(key=lambda place: (len(place), suffix(place[-1]) != ".py", place))
    places.sort(key=lambda place: not wanted.named(place))
    return places[:_MOST_TRIED]


def _read_all(
    files: Mapping[Place, bytes], places: Sequence[Place]
) -> tuple[dict[Place, Source], dict[Place, str]]:
    sources: dict[Place, Source] = {}
    failures: dict[Place, str] = {}
    for place in places:
        try:
            sources[place] = read_source(place, files[place])
        except SubmissionError as error:
            failures[place] = str(error)
    return sources, failures


def read_source(place: Place, data: bytes) -> Source:
    """One file as text.

    Raises:
        SubmissionError: it cannot be read; the message says why.
    """
    name = shown(place)
    if suffix(place[-1]) == ".ipynb":
        cells, notes = read_cells(data, name)
        return Source(name, cells, notebook=True, notes=notes)
    text, notes = decode(data, name)
    return Source(name, (Cell(name, text),), notes=notes)


def _best(
    sources: Mapping[Place, Source], wanted: Wanted
) -> tuple[dict[Place, Source], dict[Place, Source]]:
    """The candidates and the spare files: those that define most exercises first.

    Files of the given name are the candidates where there are any, and the others are spare.
    """
    if len(sources) == 1:
        return dict(sources), {}
    named = {place: source for place, source in sources.items() if wanted.named(place)}
    others = {place: source for place, source in sources.items() if place not in named}
    counts = {place: wanted.defines(source) for place, source in others.items()}
    some = sorted((p for p in others if counts[p]), key=lambda place: -counts[place])
    best = {place: others[place] for place in some[:_MOST_CANDIDATES]}
    if named:
        return dict(list(named.items())[:_MOST_CANDIDATES]), best
    return best or dict(list(others.items())[:_MOST_CANDIDATES]), {}


def _choice_notes(chosen: Mapping[Place, Source], wanted: Wanted) -> list[str]:
    places = list(chosen)
    if len(places) == 1 and len(places[0]) == 1:
        return []  # a file of one's own name, or the only one: nothing was chosen
    if any(wanted.named(place) for place in places):
        return []
    names = ", ".join(shown(place) for place in places)
    return [f"there is no {wanted.module}.py or {wanted.module}.ipynb; found {names}"]


def _nothing(pile: Pile, wanted: Wanted) -> str:
    """What to say where there is no source at all."""
    if any(_eligible(p) and suffix(p[-1]) in SOURCES for p in pile.files):
        return f"there is no {wanted.module}.py or {wanted.module}.ipynb"
    packed = [shown(p) for p in pile.others if suffix(p[-1]) in FOREIGN_ARCHIVES]
    if packed:
        return f"{packed[0]} is an archive of a kind that is not opened; hand in a zip instead"
    seen = [shown(place) for place in pile.others[:_SHOWN_OTHERS]]
    if not seen:
        return "nothing was handed in: there is no .py or .ipynb file"
    deep = any(not _eligible(place) for place in pile.files)
    deep = deep or any(place[-1].endswith("/") for place in pile.others)
    more = ", ..." if len(pile.others) > _SHOWN_OTHERS else ""
    found = f"{', '.join(seen)}{more}"
    if deep:
        return f"there is no .py or .ipynb file within three folders, only {found}"
    return f"there is no .py or .ipynb file, only {found}"


def _digest(files: Mapping[Place, bytes], also: Sequence[str]) -> str:
    """sha256 over names and bytes, each with its length before it."""
    found = hashlib.sha256()
    for place, data in files.items():
        for part in (shown(place).encode(), data):
            found.update(f"{len(part)} ".encode() + part)
    for text in also:
        found.update(text.encode())
    return found.hexdigest()
