"""From solutions/NN_name to assignments/NN_name: everything that a student receives.

What lies in assignments/ is never edited by hand: `check_stub` says what differs from what
would be made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.authoring.bank import PUBLIC, write_public
from grader.authoring.course import load
from grader.authoring.cut import Task, blocks, cut
from grader.authoring.pictures import PICTURES, read_pictures, require_plain
from grader.authoring.prepared import assignment_of
from grader.authoring.public_laws import LAWS, write_laws
from grader.authoring.suspects import SUSPECTS, write_suspects
from grader.authoring.translations import translation_files
from grader.authoring.twin import twin
from grader.errors import AuthoringError, Problem, StaffError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from grader.authoring.settings import Settings

HANDOUT = "handout.md"
FIGURES = "figures"
"""A folder beside the handout; everything in it goes to students."""

EXTRA = "extra"
"""The same, but what is in it goes to the top of the students' folder."""

_IGNORED = frozenset({"__pycache__"})
_TEXT = (".md", ".py", ".ipynb", ".svg", ".yaml")


def stub(course: Path, slug: str) -> Mapping[str, bytes]:
    """What students receive, by path within the assignment's folder.

    Raises:
        AuthoringError: the assignment's files hold mistakes, or cannot be made into a stub.
        StaffError: there is no bank yet, or it does not fit.
    """
    authored = load(course, slug)
    settings = authored.settings
    shown = f"solutions/{slug}"
    files = {HANDOUT: _handout(authored.folder, shown), **_folder(authored.folder, FIGURES)}
    _require_figures(files, shown, slug)
    source = (authored.folder / f"{settings.module}.py").read_text(encoding="utf-8")
    tasks = _tasks(settings)
    module = cut(source, tasks, f"{shown}/{settings.module}.py", given=settings.given)
    files[f"{settings.module}.py"] = module.code.encode()
    numbers = {name: task.number for name, task in tasks.items()}
    titles = []
    if (authored.folder / PICTURES).is_file():
        require_plain(authored.folder, shown)
        files[PICTURES] = (authored.folder / PICTURES).read_bytes()
        titles = [picture.title for picture in read_pictures(authored.folder)]
    handout = files[HANDOUT].decode()
    files[f"{settings.module}.ipynb"] = twin(
        list(blocks(module, tasks)), handout, numbers, module=settings.module, pictures=titles
    )
    files |= {n.partition("/")[2]: d for n, d in _folder(authored.folder, EXTRA).items()}
    files |= {f"{name}.py": text.encode() for name, text in authored.given.items()}
    if authored.suspects:
        text = (authored.folder / SUSPECTS).read_text(encoding="utf-8")
        files[SUSPECTS] = write_suspects(text, authored.suspects).encode()
    files[LAWS] = write_laws(authored).encode()
    files |= translation_files(authored)
    files[PUBLIC] = write_public(assignment_of(authored))
    return files


def write_stub(course: Path, slug: str, *, out: Path | None = None) -> list[Path]:
    """Write what students receive, into assignments/NN_name or into `out` itself.

    Returns:
        The files that were written.

    Raises:
        AuthoringError, StaffError: as `stub`; or `out` holds other files of these names.
    """
    files = stub(course, slug)
    folder = out if out is not None else course / "assignments" / slug
    if out is not None:
        _refuse_to_overwrite(files, out)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in files]


def check_stub(course: Path, slug: str) -> list[str]:
    """What in assignments/NN_name is not what would be made; empty if all is well.

    Raises:
        AuthoringError, StaffError: as `stub`.
    """
    files = stub(course, slug)
    folder = course / "assignments" / slug
    shown = f"assignments/{slug}"
    remedy = f"run `grader stub {slug}`"
    found = []
    for name, data in files.items():
        path = folder / name
        if not path.is_file():
            found.append(f"{shown}/{name}: is not there; {remedy}")
        elif not _same(path.read_bytes(), data, name):
            found.append(f"{shown}/{name}: differs from what would be made; {remedy}")
    extra = [name for name in _present(folder) if name not in files]
    return found + [f"{shown}/{n}: is not made from solutions/{slug}; remove it" for n in extra]


def _tasks(settings: Settings) -> dict[str, Task]:
    return {
        name: Task(row.number, row.stars, row.lines)
        for row in settings.exercises
        for name in row.functions
        if not row.file
    }


def _handout(folder: Path, shown: str) -> bytes:
    try:
        text = (folder / HANDOUT).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        problem = Problem(f"{shown}/{HANDOUT}", 0, 0, f"cannot be read: {reason}")
        raise AuthoringError([problem]) from error
    return text.encode()


def _require_figures(files: Mapping[str, bytes], shown: str, slug: str) -> None:
    """See to it that every file that the handout shows is handed out, too."""
    remedy = f"draw it: `grader show {slug} --reference --out {shown}/{FIGURES}`"
    problems = [
        Problem(f"{shown}/{HANDOUT}", number, 0, f"{target} is not there; {remedy}")
        for number, line in enumerate(files[HANDOUT].decode().splitlines(), start=1)
        for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)", line)
        if "://" not in target and target not in files
    ]
    if problems:
        raise AuthoringError(problems)


def _folder(folder: Path, name: str) -> dict[str, bytes]:
    found = sorted(p for p in (folder / name).rglob("*") if p.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in found
        if not path.name.startswith(".")
    }


def _refuse_to_overwrite(files: Mapping[str, bytes], out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise StaffError(f"{out}: is not a folder; give another --out")
    other = [
        name
        for name, data in files.items()
        if (out / name).exists() and not _same((out / name).read_bytes(), data, name)
    ]
    if other:
        raise StaffError(f"{out}: holds another {', '.join(other)}; give an empty folder as --out")


def _same(found: bytes, made: bytes, name: str) -> bool:
    """Equal, line ends aside where Git may change them."""
    if name.endswith(_TEXT):
        return found.replace(b"\r\n", b"\n") == made.replace(b"\r\n", b"\n")
    return found == made


def _present(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        place = path.relative_to(folder)
        hidden = any(part.startswith(".") or part in _IGNORED for part in place.parts)
        if path.is_file() and not hidden:
            yield place.as_posix()
