"""Load what staff write: a course root, an assignment's folder, all of its mistakes at once."""

from __future__ import annotations

import difflib
import hashlib
import linecache
import os
import sys
import traceback
import types
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.authoring.declaration import Declaration, problems_of
from grader.authoring.settings import Settings, read_settings
from grader.authoring.versions import Version
from grader.errors import AuthoringError, Problem, StaffError
from grader.model import Call, Exercise, Limits, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FILES = ("checks.py", "mistakes.py", "variants.py")
_HINTS = 3


@dataclass(frozen=True, slots=True)
class Authored:
    """Everything that staff wrote for one assignment.

    Attributes:
        slug: The folder's name.
        folder: solutions/NN_name.
        reference: Every function of the reference module, by name.
        declarations: Exercise name to its declaration, in the course's order.
        sources: sha256 of the files from which the bank is made.
    """

    slug: str
    folder: Path
    settings: Settings
    reference: Mapping[str, Callable[..., Any]]
    declarations: Mapping[str, Declaration]
    mistakes: tuple[Version, ...]
    variants: tuple[Version, ...]
    sources: str

    @property
    def limits(self) -> Limits:
        """Time and memory of one exercise."""
        return Limits(self.settings.limits.cpu_seconds, self.settings.limits.memory_mib)

    def exercises(self) -> Iterator[Exercise]:
        """The exercises, without cases, in the course's order."""
        shares = self.settings.weights.shares()
        for row in self.settings.exercises:
            for name in row.functions:
                declaration = self.declarations[name]
                yield Exercise(
                    name=name,
                    number=row.number,
                    points=Fraction(str(row.points)) / len(row.functions),
                    weights=shares,
                    calls=calls_of(declaration),
                    cases=(),
                    mistakes=tuple(
                        Mistake(m.id, m.title, m.hints)
                        for m in self.mistakes
                        if m.of is declaration
                    ),
                    forward=declaration.gradient_of.name if declaration.gradient_of else None,
                    judged_by=declaration.judged_by,
                    stars=row.stars,
                    lines=row.lines,
                )

    def namespace(self, version: Version) -> Mapping[str, Callable[..., Any]]:
        """The reference with a version in its place."""
        return {**self.reference, **version.partners, version.of.name: version.function}


def calls_of(declaration: Declaration) -> tuple[Call, ...]:
    """What is called for each case of an exercise."""
    forward = declaration.gradient_of
    before = calls_of(forward) if forward and declaration.needs_forward else ()
    hidden = {
        term.name: (len(before) - 1, index)
        for index, term in enumerate(forward.signature.outputs if forward else ())
        if forward and term.name in forward.opaque
    }
    outputs = tuple(term.name for term in declaration.signature.outputs)
    arguments = tuple(hidden.get(t.name, t.name) for t in declaration.signature.parameters)
    opaque = frozenset(i for i, name in enumerate(outputs) if name in declaration.opaque)
    return (*before, Call(declaration.name, arguments, outputs, opaque))


def find_course(given: Path | None) -> Path:
    """The course's root: what is given, else GRADER_COURSE, else the nearest folder above.

    Raises:
        StaffError: there is no folder with `solutions/` in it.
    """
    named = given or (Path(os.environ["GRADER_COURSE"]) if "GRADER_COURSE" in os.environ else None)
    if named is not None:
        if (named / "solutions").is_dir():
            return named.resolve()
        raise StaffError(f"{named}: no folder solutions/ in it; give the course's root")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "solutions").is_dir():
            return folder
    raise StaffError(f"{here}: no course here or above (no solutions/); use --course DIR")


def slugs(course: Path) -> list[str]:
    """The assignments of a course, in order."""
    folders = (course / "solutions").glob("*/assignment.yaml")
    return sorted(path.parent.name for path in folders)


def resolve(course: Path, text: str) -> str:
    """The assignment that is meant: its folder's name, or an unambiguous number or part of it.

    Raises:
        StaffError: none or several fit; the message lists them.
    """
    known = slugs(course)
    if text in known:
        return text
    numbered = [
        s for s in known if text.isdigit() and s.split("_")[0].lstrip("0") == text.lstrip("0")
    ]
    found = numbered or [slug for slug in known if text and text in slug]
    if len(found) == 1:
        return found[0]
    if found:
        raise StaffError(f"assignment {text!r} is ambiguous: {', '.join(found)}")
    near = difflib.get_close_matches(text, known, 1, 0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known) or 'none'}"
    raise StaffError(f"no assignment {text!r} in {course}; {hint}")


def load(course: Path, slug: str) -> Authored:
    """Everything of solutions/NN_name.

    Raises:
        AuthoringError: every mistake in its files, with file, line and column.
    """
    folder = course / "solutions" / slug
    shown = f"solutions/{slug}"
    settings = read_settings(folder / "assignment.yaml", f"{shown}/assignment.yaml")
    with _plain_names(settings.module):
        reference = _execute(folder / f"{settings.module}.py", settings.module, shown)
        checks = _execute(folder / "checks.py", "checks", shown)
        declarations = {k: v for k, v in vars(checks).items() if isinstance(v, Declaration)}
        for name, declaration in declarations.items():
            declaration.name = name
        mistakes = _execute(folder / "mistakes.py", "mistakes", shown)
        variants = _execute(folder / "variants.py", "variants", shown)
    authored = Authored(
        slug,
        folder,
        settings,
        {k: v for k, v in vars(reference).items() if callable(v) and not k.startswith("__")},
        {name: declarations[name] for name in settings.functions if name in declarations},
        tuple(v for v in vars(mistakes).values() if isinstance(v, Version)),
        tuple(v for v in vars(variants).values() if isinstance(v, Version)),
        sources_digest(folder, settings.module),
    )
    problems = [*_mismatches(authored, declarations, shown), *_versions(authored, shown)]
    for declaration in declarations.values():
        problems += problems_of(declaration, f"{shown}/checks.py")
    if problems:
        raise AuthoringError(sorted(problems, key=lambda p: (p.file, p.line, p.column)))
    return authored


def sources_digest(folder: Path, module: str) -> str:
    """sha256 over the files from which a bank is made, line endings aside."""
    found = hashlib.sha256()
    for name in (f"{module}.py", "checks.py", "mistakes.py"):
        data = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{name} {len(data)}\n".encode() + data)
    return found.hexdigest()


class _plain_names:  # noqa: N801 -- reads as a verb where it is used
    """Let an assignment's files import each other by plain name while they are loaded."""

    def __init__(self, module: str) -> None:
        self.names = (module, "checks", "mistakes", "variants")
        self.before: dict[str, types.ModuleType] = {}

    def __enter__(self) -> None:
        self.before = {n: sys.modules.pop(n) for n in self.names if n in sys.modules}

    def __exit__(self, *_: object) -> None:
        for name in self.names:
            sys.modules.pop(name, None)
        sys.modules.update(self.before)


def _execute(path: Path, name: str, shown: str) -> types.ModuleType:
    file = f"{shown}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise AuthoringError([Problem(file, 0, 0, f"cannot be read: {reason}")]) from error
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    linecache.cache[str(path)] = (len(text), None, text.splitlines(keepends=True), str(path))
    try:
        exec(compile(text, str(path), "exec"), vars(module))  # noqa: S102 -- staff's own code
    except SyntaxError as error:
        problem = Problem(file, error.lineno or 0, error.offset or 0, f"syntax error: {error.msg}")
        raise AuthoringError([problem]) from error
    except Exception as error:  # staff's code may raise anything; the author is told where
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
        line = (frames[-1].lineno or 0) if frames else 0
        message = f"{type(error).__name__} while loading: {error}"
        raise AuthoringError([Problem(file, line, 0, message)]) from error
    return module


def _mismatches(
    authored: Authored, declarations: Mapping[str, Declaration], shown: str
) -> Iterator[Problem]:
    """Names that stand in one file and not in the other."""
    functions = authored.settings.functions
    module = f"{authored.settings.module}.py"
    for name in functions:
        if name not in declarations:
            near = difflib.get_close_matches(name, declarations, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"add {name} = exercise(...)"
            yield Problem(f"{shown}/checks.py", 0, 0, f"{name} is not declared; {hint}")
        if name not in authored.reference:
            near = difflib.get_close_matches(name, authored.reference, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"add def {name}(...)"
            yield Problem(f"{shown}/{module}", 0, 0, f"{name} is not defined; {hint}")
    for name, declaration in declarations.items():
        if name not in functions:
            near = difflib.get_close_matches(name, functions, 1)
            hint = f"did you mean {near[0]!r}?" if near else "add it to assignment.yaml"
            message = f"{name} is declared but not listed in assignment.yaml; {hint}"
            yield Problem(f"{shown}/checks.py", declaration.line, 0, message)
        if declaration.judged_by == "laws" and not declaration.laws:
            message = f"{name} is judged by laws but has none; add @{name}.law(...)"
            yield Problem(f"{shown}/checks.py", declaration.line, 0, message)


def _versions(authored: Authored, shown: str) -> Iterator[Problem]:
    """What is amiss with mistakes and variants."""
    for file, versions in (("mistakes.py", authored.mistakes), ("variants.py", authored.variants)):
        for version in versions:
            if not isinstance(version.of, Declaration):
                message = f"{version.id}: {version.of!r} is not a declaration of checks.py"
                yield Problem(f"{shown}/{file}", version.line, 0, message)
    for version in authored.mistakes:
        file = f"{shown}/mistakes.py"
        if len(version.hints) != _HINTS or not all(hint.strip() for hint in version.hints):
            message = f"{version.id} has {len(version.hints)} hints; write {_HINTS}, none empty"
            yield Problem(file, version.line, 0, message)
        if not version.title.strip():
            yield Problem(file, version.line, 0, f"{version.id} has no title; write title='...'")
