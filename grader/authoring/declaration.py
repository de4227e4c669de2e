"""One declaration per exercise: "X[N,I] W[O,I] b[O] -> Z[N,O] cache" and what belongs to it.

Nothing here raises for an author's mistake: problems are collected with line and column, so
that a course reports all of them at once.
"""

from __future__ import annotations

import inspect
import linecache
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.authoring.kinds import Floats, Kind
from grader.authoring.misuse import misused
from grader.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_WORD = re.compile(
    r"(?P<spread>\*)?(?P<name>[A-Za-z_]\w*)(?:\[(?P<axes>[^\]]*)\])?(?P<mark>[?*])?(?=\s|$)",
    re.ASCII,
)
_AXIS = re.compile(r"[A-Za-z_]\w*(\+\d+)?|\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """A parameter or an output: its name and axes; no axes means a single number or object.

    Attributes:
        optional: The parameter has a default.
        spread: Its entries are handed over one by one: `*factors[N]`.
        iterable: The output may be any iterable, a generator, too: `batches*`.
    """

    name: str
    axes: tuple[str, ...] = ()
    optional: bool = False
    spread: bool = False
    iterable: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What goes in and what comes out, in order."""

    parameters: tuple[Term, ...]
    outputs: tuple[Term, ...]

    @property
    def axes(self) -> tuple[str, ...]:
        """Named axes of the parameters, each once, in order."""
        seen = dict.fromkeys(axis for term in self.parameters for axis in term.axes)
        return tuple(axis for axis in seen if axis.isidentifier())


@dataclass(frozen=True, slots=True)
class Law:
    """A property that needs no right answer: `check(student, ...)` raises AssertionError."""

    title: str
    public: bool
    check: Callable[..., None]
    kinds: Mapping[str, Kind]
    times: int | None = None

    @property
    def id(self) -> str:
        """The function's name."""
        return self.check.__name__


@dataclass(frozen=True, slots=True)
class Edge:
    """Extra cases of the edges check: `make(rng)` returns all arguments by name."""

    title: str
    times: int
    make: Callable[..., Mapping[str, Any]]


@dataclass(slots=True, eq=False)
class Declaration:
    """An exercise as its author declares it; complete once its module has been loaded."""

    text: str
    signature: Signature
    kinds: dict[str, Kind]
    opaque: frozenset[str]
    whole: frozenset[str]
    gradient_of: Declaration | None
    judged_by: str
    line: int
    name: str = ""
    under_test: tuple[str, ...] = ()
    interval_of: Callable[..., Any] | None = None
    sampler: Callable[..., Mapping[str, Any]] | None = None
    assumed: list[Callable[..., bool]] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    laws: list[Law] = field(default_factory=list)
    problems: list[tuple[int, int, str]] = field(default_factory=list)

    def interval(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate the function that gives the least and the greatest right answer."""
        self.interval_of = function
        return function

    def assume(self, function: Callable[..., bool]) -> Callable[..., bool]:
        """Decorate a function that is False where a drawn case is to be dropped."""
        self.assumed.append(function)
        return function

    def sample(self, function: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
        """Decorate the function that makes all arguments of an ordinary case from a Generator.

        For arguments that depend on each other in ways that axes do not say.
        """
        self.sampler = function
        return function

    def edge(self, title: str, *, times: int = 1) -> Callable[[Any], Any]:
        """Decorate a function that makes all arguments of an edge case from a Generator."""

        def register(function: Callable[..., Mapping[str, Any]]) -> Callable[..., Any]:
            self.edges.append(Edge(title, times, function))
            return function

        return register

    def law(
        self, title: str, *, public: bool = False, times: int | None = None, **kinds: Kind
    ) -> Callable[[Any], Any]:
        """Decorate a law: `check(student, ...)`, its parameters drawn by name, so many times."""

        def register(function: Callable[..., None]) -> Callable[..., None]:
            self.laws.append(Law(title, public, function, kinds, times))
            return function

        return register

    @property
    def iterable(self) -> bool:
        """May its one output be any iterable?"""
        return any(term.iterable for term in self.signature.outputs)

    @property
    def drawn(self) -> tuple[Term, ...]:
        """Terms that a case holds: the forward's, then this one's own that are not opaque."""
        before = self.gradient_of.drawn if self.gradient_of and self.needs_forward else ()
        known = {term.name for term in before}
        hidden = self.gradient_of.opaque if self.gradient_of else frozenset()
        own = [t for t in self.signature.parameters if t.name not in known | hidden]
        return (*before, *own)

    @property
    def needs_forward(self) -> bool:
        """Does it take what only the student's own forward can give?"""
        hidden = self.gradient_of.opaque if self.gradient_of else frozenset()
        return any(term.name in hidden for term in self.signature.parameters)

    def kind(self, name: str) -> Kind:
        """How the values of a parameter are drawn."""
        if name in self.kinds:
            return self.kinds[name]
        if self.gradient_of and self.needs_forward:
            return self.gradient_of.kind(name)
        return Floats()


def exercise(
    text: str,
    *,
    opaque: Sequence[str] = (),
    whole: Sequence[str] = (),
    gradient_of: Declaration | None = None,
    judged_by: str = "reference",
    **kinds: Kind,
) -> Declaration:
    """Declare an exercise; its name is the variable to which it is assigned.

    Args:
        text: Parameters, an arrow, outputs: "X[N,I] w h? -> Z[N] cache", "X y -> batches*".
        opaque: Outputs that are the student's own business: handed to the backward, never read.
        whole: Array parameters that may also come with integers.
        gradient_of: The forward whose derivative this one is.
        judged_by: "reference"; "laws" where no single right answer exists; "training" where
            a network is trained: each question is put once, laws get a `seed`.
        kinds: Parameter to `integers(...)`, `labels(...)`, `functions(...)` and so on.
    """
    frame = inspect.stack()[1]
    signature, problems = parse(text)
    declaration = Declaration(
        text=text,
        signature=signature,
        kinds=dict(kinds),
        opaque=frozenset(opaque),
        whole=frozenset(whole),
        gradient_of=gradient_of,
        judged_by=judged_by,
        line=frame.lineno,
    )
    shift = _column(frame.filename, frame.lineno, text)
    declaration.problems += [(frame.lineno, shift + at, message) for at, message in problems]
    return declaration


def tests(*functions: str) -> Declaration:
    """Declare an exercise that is answered with tests: of these functions, in suspects.py."""
    declaration = exercise("-> tests", judged_by="tests")
    declaration.line = inspect.stack()[1].lineno
    declaration.under_test = functions
    return declaration


def helper(text: str, *, opaque: Sequence[str] = ()) -> Declaration:
    """Declare a function that is no exercise here, but that laws may ask for where it is there."""
    declaration = exercise(text, opaque=opaque, judged_by="helper")
    declaration.line = inspect.stack()[1].lineno
    return declaration


def _column(file: str, line: int, text: str) -> int:
    """Where the declaration's text begins in its line, from 1; 0 if it is not on that line."""
    return linecache.getline(file, line).find(text) + 1


def parse(text: str) -> tuple[Signature, list[tuple[int, str]]]:
    """The signature of a declaration, with a problem (offset, message) for each thing amiss."""
    problems: list[tuple[int, str]] = []
    left, arrow, right = text.partition("->")
    if not arrow:
        problems.append((len(text), f"no '->' in {text!r}; write 'inputs -> outputs'"))
    parameters = _terms(left, 0, problems)
    outputs = _terms(right, len(left) + len(arrow), problems)
    if arrow and not outputs:
        problems.append((len(text), "no output after '->'; name what the function returns"))
    names = [term.name for term in parameters]
    problems += [
        (text.find(n), f"parameter {n!r} stands twice; give each its own name")
        for n in dict.fromkeys(names)
        if names.count(n) > 1
    ]
    return Signature(parameters, outputs), problems


def _terms(text: str, shift: int, problems: list[tuple[int, str]]) -> tuple[Term, ...]:
    terms, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _WORD.match(text, at)
        if not match:
            word = re.split(r"\s(?![^\[]*\])", text[at:], maxsplit=1)[0]
            problems.append((shift + at, f"{word!r} is not a term; write name, name[N,I] or name?"))
            at += len(word) or 1
            continue
        axes = tuple(a.strip() for a in (match["axes"] or "").split(",") if a.strip())
        problems += [
            (shift + at, f"axis {axis!r} of {match['name']}; write a name, name+1 or a number")
            for axis in axes
            if not _AXIS.fullmatch(axis)
        ]
        spread, mark = match["spread"] is not None, match["mark"]
        terms.append(Term(match["name"], axes, mark == "?", spread, mark == "*"))
        at = match.end()
    return tuple(terms)


def problems_of(declaration: Declaration, file: str) -> list[Problem]:
    """The declaration's problems as an author reads them."""
    found = [Problem(file, *place) for place in declaration.problems]
    if found:
        return found  # what does not parse cannot fit either
    return [Problem(file, line, 0, message) for line, message in misused(declaration)]
