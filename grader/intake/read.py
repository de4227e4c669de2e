"""A path to Submissions: one file, a student's folder, a class as folder or archive.

Whatever a student handed in becomes a Submission, with a message if it cannot be read; only
what staff gave (the path itself) raises.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.errors import StaffError, SubmissionError
from grader.intake.choose import Wanted, submission
from grader.intake.exported import owned
from grader.intake.files import (
    ARCHIVES,
    FOREIGN_ARCHIVES,
    SOURCES,
    Pile,
    clean,
    ignored,
    read_folder,
    read_regular,
    stem,
    suffix,
    wanted,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from grader.model import Submission

_STAFFS = frozenset(
    {".csv", ".db", ".html", ".json", ".log", ".md", ".toml", ".xlsx", ".xml", ".yaml", ".yml"}
)
"""Files beside submissions that are lists and results, not a student's."""


def read_submissions(
    path: Path, *, module: str, functions: Sequence[str], beside: Sequence[str] = ()
) -> list[Submission]:
    """Everything that was handed in, sorted by student.

    Args:
        path: One file, a folder with a file or folder per student, or an archive of one. A folder
            or archive that holds nothing but `module.py` or `module.ipynb` is one student's.
        module: The file that students were given, without its suffix.
        functions: Names of the exercises.
        beside: Names of other files that belong to the assignment.

    Raises:
        StaffError: the path does not exist, or is an archive that cannot be read at all.
    """
    sought = Wanted(module, tuple(functions), tuple(beside))
    if path.is_dir():
        return list(_class_folder(path, sought))
    if suffix(path.name) in ARCHIVES:
        return _class_archive(path, sought)
    if suffix(path.name) in FOREIGN_ARCHIVES and path.is_file():
        why = "an archive of a kind that is not opened; unpack it, or give a zip or tar"
        raise StaffError(f"{path}: {why}")
    return [_file(path, sought)]


@dataclass(frozen=True, slots=True)
class Listing:
    """What was handed in, read one at a time whenever it is iterated over: a class is large.

    Attributes:
        students: The ids, sorted.
    """

    students: tuple[str, ...]
    _read: Callable[[str], Submission]

    def __len__(self) -> int:
        return len(self.students)

    def __iter__(self) -> Iterator[Submission]:
        return map(self._read, self.students)

    def only(self, wanted: Callable[[str], bool]) -> Listing:
        """Keep the students for whom this is True."""
        return replace(self, students=tuple(s for s in self.students if wanted(s)))


def list_submissions(
    path: Path, *, module: str, functions: Sequence[str], beside: Sequence[str] = ()
) -> Listing:
    """The same as `read_submissions`; the files of a folder are read when their turn comes."""
    sought = Wanted(module, tuple(functions), tuple(beside))
    if path.is_dir():
        return _class_folder(path, sought)
    every = read_submissions(path, module=module, functions=functions, beside=beside)
    found = {s.student: s for s in every}
    return Listing(tuple(found), found.__getitem__)


def read_student(
    path: Path, *, module: str, functions: Sequence[str], beside: Sequence[str] = ()
) -> Submission:
    """What one student handed in.

    Args:
        path: One file, or the student's folder.
        module: The file that students were given, without its suffix.
        functions: Names of the exercises.
        beside: Names of other files that belong to the assignment.

    Raises:
        StaffError: the path does not exist.
    """
    sought = Wanted(module, tuple(functions), tuple(beside))
    if path.is_dir():
        return submission(clean(path.resolve().name), read_folder(path), sought)
    return _file(path, sought)


def _file(path: Path, sought: Wanted) -> Submission:
    if not path.exists():
        raise StaffError(f"{path}: there is no such file or folder")
    name = clean(path.name)
    return submission(stem(name), _piled(path.resolve(), name), sought)


def _piled(path: Path, name: str) -> Pile:
    """One file as a pile; a kind that is not read counts as another file."""
    if not wanted(name):
        return Pile(others=((name,),))
    found = read_regular(path, (name,))
    if isinstance(found, str):
        return Pile(unread={(name,): found})
    return Pile(files={(name,): found})


def _class_folder(folder: Path, sought: Wanted) -> Listing:
    """One student at a time: a whole class does not fit into memory."""
    entries = {clean(name): name for name in os.listdir(folder)}  # noqa: PTH208 -- names do
    entries = {n: entry for n, entry in sorted(entries.items()) if not ignored((n,))}
    folders = [n for n, entry in entries.items() if _is_folder(folder / entry)]
    inside = frozenset(folders)
    files = [n for n in entries if n not in inside and _handed_in(n)]
    if _one_student(folders, files, sought):
        student = clean(folder.resolve().name)
        return Listing((student,), lambda s: submission(s, read_folder(folder), sought))
    students: dict[str, tuple[str, ...]] = {}
    for name in (*folders, *files):
        student = name if name in inside else _owner(name)[0]
        students[student] = (*students.get(student, ()), name)

    def read(student: str) -> Submission:
        piles = [
            read_folder(path) if n in inside else _piled(path, _owner(n)[1])
            for n in students[student]
            for path in (folder / entries[n],)
        ]
        return submission(student, _joined(piles), sought)

    return Listing(tuple(sorted(students)), read)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _class_archive(path: Path, sought: Wanted) -> list[Submission]:
    from grader.intake.archive import CLASS, read_archive  # noqa: PLC0415 -- few hand in one

    try:
        with path.open("rb") as file:
            pile = read_archive(file, path.name, CLASS)
    except SubmissionError as error:
        raise StaffError(f"{path}: {error}") from error
    except OSError as error:
        raise StaffError(f"{path}: cannot be read ({error.strerror})") from error
    folders, files = _tops(pile)
    while len(folders) == 1 and not files:
        inner = pile.below(folders[0])
        inner_folders, inner_files = _tops(inner)
        if not inner_folders and len(inner_files) <= 1:
            break
        if _one_student(inner_folders, inner_files, sought):
            break
        pile, folders, files = inner, inner_folders, inner_files
    if _one_student(folders, files, sought):
        return [submission(stem(clean(path.name)), pile, sought)]
    return _students(pile, folders, files, sought)


def _tops(pile: Pile) -> tuple[list[str], list[str]]:
    folders, files = pile.tops()
    others = {place[0] for place in pile.others if len(place) == 1}
    empty = [name for name in files if name in others and not suffix(name)]
    return [*folders, *empty], [n for n in files if n not in empty and _handed_in(n)]


def _students(
    pile: Pile, folders: Sequence[str], files: Sequence[str], sought: Wanted
) -> list[Submission]:
    students: dict[str, list[Pile]] = {name: [pile.below(name)] for name in folders}
    for name in files:
        students.setdefault(_owner(name)[0], []).append(_alone(pile, name))
    return [submission(s, _joined(p), sought) for s, p in sorted(students.items())]


def _alone(pile: Pile, name: str) -> Pile:
    """One file beside the folders of an archive, under the name that its owner gave it."""
    place, own = (name,), (_owner(name)[1],)
    return Pile(
        {own: pile.files[place]} if place in pile.files else {},
        {own: pile.unread[place]} if place in pile.unread else {},
        tuple(problem for problem in pile.problems if problem[0] == place),
        (own,) if place in pile.others else (),
    )


def _owner(name: str) -> tuple[str, str]:
    """The student whose file this is, and the file's name."""
    return owned(name) or (stem(name), name)


def _handed_in(name: str) -> bool:
    """Whether a file beside submissions is one: only lists and results are not."""
    if owned(name):
        return True
    return suffix(name) not in _STAFFS and not name.casefold().startswith(("readme", "license"))


def _one_student(folders: Sequence[str], files: Sequence[str], sought: Wanted) -> bool:
    """Whether a folder holds nothing but the files that students were given."""
    given = [n for n in files if suffix(n) in SOURCES and sought.named((n,))]
    beside = [n for n in files if sought.accompanies((n,))]
    return bool(given) and not folders and len(given) + len(beside) == len(files)


def _joined(piles: Sequence[Pile]) -> Pile:
    """What a student handed in twice over: jdoe.py beside jdoe.ipynb or jdoe/."""
    if len(piles) == 1:
        return piles[0]
    joined = Pile()
    for n, pile in enumerate(piles, 1):
        files = {p if p not in joined.files else (f"{n}", *p): d for p, d in pile.files.items()}
        joined = replace(
            joined,
            files={**joined.files, **files},
            unread={**joined.unread, **pile.unread},
            problems=(*joined.problems, *pile.problems),
            others=(*joined.others, *pile.others),
        )
    return joined
