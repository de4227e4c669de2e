"""What was handed in, as names and bytes; from a folder, links and devices are never opened."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from grader.intake.notebook import NOTEBOOK_LIMIT, too_large
from grader.intake.text import TEXT_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    Place = tuple[str, ...]
    """A path within what was handed in, part by part."""

ARCHIVE_LIMIT = 64 << 20
"""Bytes of a student's archive."""

DEPTH = 3
"""Folders of a student that are searched: `a/b/c.py` is found, `a/b/c/d.py` is not."""

SOURCES = (".py", ".ipynb")
TEXTS = (".yaml",)
"""Files that some assignments ask for beside the module."""

ARCHIVES = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz",
)  # fmt: skip
FOREIGN_ARCHIVES = (".7z", ".rar", ".gz", ".bz2", ".xz", ".zst", ".lz")

_IGNORED = frozenset({"__MACOSX", "__pycache__", "venv", "node_modules", "site-packages"})
_FEW = 20_000


@dataclass(frozen=True, slots=True)
class Pile:
    """Files by their place, and what kept others out.

    Attributes:
        files: Sources and archives with their bytes.
        unread: Sources and archives that are not read, each with its reason.
        problems: Places that make all that lies beside them untrustworthy, with reasons.
        others: Everything else that was seen, folders included, at most 20,000.
    """

    files: Mapping[Place, bytes] = field(default_factory=dict)
    unread: Mapping[Place, str] = field(default_factory=dict)
    problems: tuple[tuple[Place, str], ...] = ()
    others: tuple[Place, ...] = ()

    def below(self, first: str) -> Pile:
        """What lies in one top folder, with places that begin there."""
        return Pile(
            {place[1:]: data for place, data in self.files.items() if _in(place, first)},
            {place[1:]: why for place, why in self.unread.items() if _in(place, first)},
            tuple((place[1:], why) for place, why in self.problems if _in(place, first)),
            tuple(place[1:] for place in self.others if _in(place, first)),
        )

    def tops(self) -> tuple[dict[str, None], dict[str, None]]:
        """Names of the top folders, and names of the files beside them, in order."""
        places = sorted(
            {*self.files, *self.unread, *self.others, *(place for place, _ in self.problems)}
        )
        folders = dict.fromkeys(place[0] for place in places if len(place) > 1)
        alone = dict.fromkeys(p[0] for p in places if len(p) == 1 and p[0] not in folders)
        return folders, alone


def _in(place: Place, first: str) -> bool:
    return len(place) > 1 and place[0] == first


@lru_cache(maxsize=64)
def suffix(name: str) -> str:
    """The file's kind, in lower case: ".py", ".tar.gz"; empty if it has none."""
    low = name.lower()
    known = (*SOURCES, *ARCHIVES, *FOREIGN_ARCHIVES)
    found = [s for s in known if low.endswith(s) and len(low) > len(s)]
    return max(found, key=len) if found else os.path.splitext(low)[1]  # noqa: PTH122 -- not a path


def stem(name: str) -> str:
    """A file's name without its kind: the student's id."""
    return name[: len(name) - len(suffix(name))]


def shown(place: Place) -> str:
    """A place as people write it."""
    return "/".join(place)


def ignored(place: Place) -> bool:
    """Whether a tool left this behind: hidden, a cache, a virtual environment."""
    return any(part.startswith(".") or part in _IGNORED for part in place)


def wanted(name: str) -> bool:
    """Whether a file's bytes are of interest."""
    return suffix(name) in (*SOURCES, *TEXTS, *ARCHIVES)


def size_limit(name: str) -> int:
    """Bytes of this kind of file that are read at most."""
    kind = suffix(name)
    if kind in (".py", *TEXTS):
        return TEXT_LIMIT
    return NOTEBOOK_LIMIT if kind == ".ipynb" else ARCHIVE_LIMIT


def oversized(place: Place, size: int) -> str:
    """What to say of a file above its limit."""
    name = shown(place)
    if suffix(name) == ".ipynb":
        return too_large(name, size)
    limit = size_limit(name)
    remedy = "hand in a smaller file"
    if suffix(name) in ARCHIVES:
        remedy = "hand in your .py or .ipynb file alone"
    return f"{name} is {size:,} bytes large, more than {limit:,} are not read; {remedy}"


def clean(name: str) -> str:
    """A file's name as text: bytes that are not UTF-8 are written in hexadecimal."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return name if text == name else text  # a class has many: one object each is enough


def read_folder(folder: Path) -> Pile:
    """What lies in a student's folder, to depth 3."""
    files: dict[Place, bytes] = {}
    unread: dict[Place, str] = {}
    others: list[Place] = []
    for place, path in _walk(folder, ()):
        if len(others) + len(files) >= _FEW:
            unread[place] = f"more than {_FEW:,} files; the rest was not looked at"
            break
        if not wanted(place[-1]):
            others.append(place)
            continue
        found = read_regular(path, place)
        if isinstance(found, str):
            unread[place] = found
        else:
            files[place] = found
    return Pile(files, unread, (), tuple(others))


def _walk(folder: Path, before: Place) -> Iterator[tuple[Place, Path]]:
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 -- names are needed, not paths
    except OSError:
        return
    for name in names:
        place = (*before, clean(name))
        path = folder / name
        if ignored(place):
            continue
        if path.is_dir() and not path.is_symlink():
            if len(place) < DEPTH:
                yield from _walk(path, place)
            else:
                yield (*before, f"{place[-1]}/"), path  # named, not looked into
        else:
            yield place, path


def read_regular(path: Path, place: Place) -> bytes | str:
    """A file's bytes, or why it is not read.

    A link could lead to another student's work, and a device may never end.
    """
    name = shown(place)
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return f"{name} is a link, which is not followed; hand in the file itself"
        if not stat.S_ISREG(status.st_mode):
            return f"{name} is not an ordinary file"
        if status.st_size > size_limit(place[-1]):
            return oversized(place, status.st_size)
        return path.read_bytes()
    except OSError as error:
        return f"{name} cannot be read: {error.strerror or type(error).__name__}"
