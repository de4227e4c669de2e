"""Load what staff write: a course root, an assignment's folder, all of its mistakes at once."""

from __future__ import annotations

import difflib
import hashlib
import inspect
import os
import types
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.authoring.declaration import Declaration, problems_of
from grader.authoring.execute import execute_all
from grader.authoring.settings import Settings, read_settings
from grader.authoring.suspects import Suspect, suspects_of
from grader.authoring.versions import Version
from grader.errors import AuthoringError, Problem, StaffError
from grader.model import Call, Exercise, Limits, Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FILES = ("checks.py", "mistakes.py", "variants.py", "suspects.py", "pictures.py")
_HINTS = 3


@dataclass(frozen=True, slots=True)
class Authored:
    """Everything that staff wrote for one assignment.

    Attributes:
        slug: The folder's name.
        folder: solutions/NN_name.
        reference: Every function of the reference module, by name; exercises may be constants.
        declarations: Exercise name to its declaration, in the course's order.
        sources: sha256 of the files from which the bank is made.
        suspects: Versions that students' own tests are to tell apart.
        given: Modules of earlier assignments, complete: name to source.
        helpers: Functions that laws may ask for where they are there.
    """

    slug: str
    folder: Path
    settings: Settings
    reference: Mapping[str, Callable[..., Any]]
    declarations: Mapping[str, Declaration]
    mistakes: tuple[Version, ...]
    variants: tuple[Version, ...]
    sources: str
    suspects: tuple[Suspect, ...] = ()
    given: Mapping[str, str] = field(default_factory=dict)
    helpers: tuple[Call, ...] = ()

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
                    file=row.file,
                    under_test=declaration.under_test,
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
    arguments = tuple(
        hidden.get(t.name, f"*{t.name}" if t.spread else t.name)
        for t in declaration.signature.parameters
    )
    opaque = frozenset(i for i, name in enumerate(outputs) if name in declaration.opaque)
    call = Call(declaration.name, arguments, outputs, opaque, declaration.iterable)
    return (*before, call)


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
    folder, shown = course / "solutions" / slug, f"solutions/{slug}"
    problems: list[Problem] = []
    settings = None
    try:
        settings = read_settings(folder / "assignment.yaml", f"{shown}/assignment.yaml")
    except AuthoringError as error:
        problems += error.problems
    module = settings.module if settings else _likely_module(folder)
    given = _given(course, settings, shown, problems) if settings else {}
    loaded = execute_all(folder, module, given, shown, problems)
    whole = not problems
    declarations = {k: v for k, v in vars(loaded["checks"]).items() if isinstance(v, Declaration)}
    for name, declaration in declarations.items():
        declaration.name = name
        problems += problems_of(declaration, f"{shown}/checks.py")
    if settings is None or not whole:
        raise AuthoringError(_in_order(problems))
    authored = Authored(
        slug,
        folder,
        settings,
        _reference(vars(loaded[module]), settings),
        {name: declarations[name] for name in settings.functions if name in declarations},
        tuple(v for v in vars(loaded["mistakes"]).values() if isinstance(v, Version)),
        tuple(v for v in vars(loaded["variants"]).values() if isinstance(v, Version)),
        sources_digest(folder, module),
        suspects_of(loaded["suspects"]),
        given,
        tuple(calls_of(d)[-1] for d in declarations.values() if d.judged_by == "helper"),
    )
    problems += _mismatches(authored, declarations, shown)
    problems += _unwritten(authored, declarations, shown)
    problems += _versions(authored, declarations, shown)
    if problems:
        raise AuthoringError(_in_order(problems))
    return authored


def _reference(space: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Every function of the reference, and the constants that are exercises."""
    wanted = settings.functions
    return {
        name: value
        for name, value in space.items()
        if (callable(value) or name in wanted) and not name.startswith("__")
    }


def _given(course: Path, settings: Settings, shown: str, problems: list[Problem]) -> dict[str, str]:
    """The sources of the modules that an assignment builds on, by name."""
    found: dict[str, str] = {}
    for name in settings.given:
        places = sorted((course / "solutions").glob(f"*/{name}.py"))
        if len(places) == 1:
            found[name] = places[0].read_text(encoding="utf-8")
        else:
            message = f"given: {len(places)} assignments have a module {name}; name one of them"
            problems.append(Problem(f"{shown}/assignment.yaml", 0, 0, message))
    return found


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.column))


def _likely_module(folder: Path) -> str:
    """The reference's name where assignment.yaml does not say it; "" if that is not clear."""
    names = [path.stem for path in folder.glob("*.py") if path.name not in FILES]
    return names[0] if len(names) == 1 else ""


def sources_digest(folder: Path, module: str) -> str:
    """sha256 over the files from which a bank is made, line endings aside."""
    found = hashlib.sha256()
    for name in (f"{module}.py", "checks.py", "mistakes.py"):
        data = (folder / name).read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{name} {len(data)}\n".encode() + data)
    return found.hexdigest()


def _mismatches(
    authored: Authored, declarations: Mapping[str, Declaration], shown: str
) -> Iterator[Problem]:
    """Names that stand in one file and not in the other."""
    functions = authored.settings.functions
    for name in functions:
        if name not in declarations:
            near = difflib.get_close_matches(name, declarations, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"add {name} = exercise(...)"
            yield Problem(f"{shown}/checks.py", 0, 0, f"{name} is not declared; {hint}")
    for name, declaration in declarations.items():
        if name not in functions and declaration.judged_by != "helper":
            near = difflib.get_close_matches(name, functions, 1)
            hint = f"did you mean {near[0]!r}?" if near else "add it to assignment.yaml"
            message = f"{name} is declared but not listed in assignment.yaml; {hint}"
            yield Problem(f"{shown}/checks.py", declaration.line, 0, message)
        by_laws = declaration.judged_by in ("laws", "training")
        if by_laws and not declaration.laws:
            message = f"{name} is judged by laws but has none; add @{name}.law(...)"
            yield Problem(f"{shown}/checks.py", declaration.line, 0, message)
        elif by_laws and not any(law.public for law in declaration.laws):
            message = f"{name} is judged by laws, none of them public; give one public=True"
            yield Problem(f"{shown}/checks.py", declaration.line, 0, message)


def _unwritten(
    authored: Authored, declarations: Mapping[str, Declaration], shown: str
) -> Iterator[Problem]:
    """Exercises that the reference module lacks, or that cannot be called as declared."""
    module = f"{authored.settings.module}.py"
    for name in authored.settings.functions:
        if name in authored.settings.elsewhere:
            continue
        if name not in authored.reference:
            near = difflib.get_close_matches(name, authored.reference, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"add def {name}(...)"
            yield Problem(f"{shown}/{module}", 0, 0, f"{name} is not defined; {hint}")
        elif name in declarations:
            function = authored.reference[name]
            for message in _misfits(declarations[name], function):
                code = getattr(function, "__code__", None)
                yield Problem(f"{shown}/{module}", code.co_firstlineno if code else 0, 0, message)


def _versions(
    authored: Authored, declarations: Mapping[str, Declaration], shown: str
) -> Iterator[Problem]:
    """What is amiss with mistakes and variants."""
    known = set(map(id, declarations.values()))
    for file, versions in (("mistakes.py", authored.mistakes), ("variants.py", authored.variants)):
        for version in versions:
            if id(version.of) not in known:
                message = f"{version.id}: {version.of!r} is not a declaration of checks.py"
                yield Problem(f"{shown}/{file}", version.line, 0, message)
            else:
                for message in _misfits(version.of, version.function):
                    yield Problem(f"{shown}/{file}", version.line, 0, message)
    for version in authored.mistakes:
        file = f"{shown}/mistakes.py"
        if len(version.hints) != _HINTS or not all(hint.strip() for hint in version.hints):
            message = f"{version.id} has {len(version.hints)} hints; write {_HINTS}, none empty"
            yield Problem(file, version.line, 0, message)
        if not version.title.strip():
            yield Problem(file, version.line, 0, f"{version.id} has no title; write title='...'")


def _misfits(declaration: Declaration, function: Callable[..., Any]) -> Iterator[str]:
    """Ways in which a function cannot be called as its exercise is declared."""
    if not callable(function) and declaration.signature.parameters:
        yield f"{declaration.name} is not a function; a constant is declared without parameters"
    if not isinstance(function, types.FunctionType):
        return  # a callable object or a ufunc says too little about its parameters
    terms = declaration.signature.parameters
    found = inspect.signature(function)
    least = [term.name for term in terms if not term.optional]
    for given in (least, [term.name for term in terms]):
        try:
            found.bind(*given)
        except TypeError as error:
            wanted = ", ".join(term.name for term in terms) or "nothing"
            yield f"{function.__name__}{found}: {error}; it is declared with {wanted}"
            return
    for term in terms:
        if term.optional and term.name not in found.parameters:
            yield f"{function.__name__}{found}: no parameter {term.name!r}, which comes by name"
