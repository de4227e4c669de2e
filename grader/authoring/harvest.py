"""Make the bank: Hypothesis searches the space that a declaration spans.

What it finds is linted, sorted simplest first and frozen with its expected intervals and the
answers of known mistakes.

`check` regenerates nothing: it asks whether the bank still fits the sources beside it.
"""

from __future__ import annotations

import inspect
import traceback
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring import evaluate, kinds, lint, search, strategies, trial
from grader.authoring.bank import BANK, fill, read_bank, write_bank
from grader.authoring.bounds import assumed, bounds
from grader.authoring.course import Authored, load
from grader.errors import AuthoringError, Problem, StaffError
from grader.judge.compare import EDGE_STRATA, Expected, mismatch
from grader.judge.prepare import arrays_of
from grader.model import Case, Exercise, LawInputs
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.declaration import Declaration, Law
    from grader.authoring.versions import Version

QUOTA = {"grid": 8, "normal": 11, "tiny": 3, "large": 3, "edge": 6, "single": 3, "whole": 3}
"""Cases per stratum; numerics measured 20 stratified cases at 99.97 % in a split-half test."""

LAW_INPUTS = 6  # twice as many where no other case tells right from wrong
_PUBLIC_EVERY = 3
_SPARE_CASES = 60
_CONDUCT = 3
_LAYOUTS = {4: codec.FORTRAN, 7: codec.STRIDED}
"""Ordinary cases in which arrays lie otherwise: column by column, in every other place."""


@dataclass(frozen=True, slots=True)
class _Room:
    """What is needed to make the cases of one exercise."""

    authored: Authored
    declaration: Declaration
    exercise: Exercise
    seed: int

    def expected(
        self, arguments: Mapping[str, Any], keywords: frozenset[str] = frozenset()
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        return bounds(self.authored, self.declaration, self.exercise, arguments, keywords)


def harvest(course: Path, slug: str, number: int) -> bytes:
    """The bank of an assignment, the same bytes for the same sources and seed on one machine.

    Raises:
        AuthoringError: the sources are broken, or a lint fails; each with the offending case.
    """
    authored = load(course, slug)
    exercises, problems = [], []
    for i, exercise in enumerate(authored.exercises()):
        room = _Room(authored, authored.declarations[exercise.name], exercise, number * 1000 + i)
        try:
            filled, found = _harvest_exercise(room)
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- staff's code may raise anything
            problems.append(_blamed(room, error))
            continue
        exercises.append(filled)
        problems += found
    if problems:
        raise AuthoringError(problems)
    return write_bank(exercises, slug=slug, seed=number, sources=authored.sources)


def _blamed(room: _Room, error: BaseException) -> Problem:
    """Where in the author's files an error arose; what arose elsewhere is a defect of ours."""
    shown, name = f"solutions/{room.authored.slug}", room.exercise.name
    if isinstance(error, StaffError):
        return Problem(f"{shown}/checks.py", room.declaration.line, 0, f"{name}: {error}")
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).parent == room.authored.folder]
    if not own:
        raise error
    message = f"{name}: {type(error).__name__}: {error}"
    return Problem(f"{shown}/{Path(own[-1].filename).name}", own[-1].lineno or 0, 0, message)


def _harvest_exercise(room: _Room) -> tuple[Exercise, list[Problem]]:
    cases: list[Case] = []
    if room.declaration.judged_by == "reference":
        for stratum in strategies.STRATA if room.declaration.sampler is None else ("normal",):
            if stratum != "whole" or room.declaration.whole:
                cases += _stratum(room, stratum)
        cases += _author_edges(room)
        cases += _top_up(room, cases)
        if not cases and room.declaration.drawn:
            _try_one(room)
        cases += _conduct(room, cases)
        cases = _in_order(cases)
    exercise = replace(room.exercise, cases=tuple(cases), laws=_laws(room))
    exercise = replace(
        exercise, answers=_answers(room, exercise), changing=_changing(room, exercise)
    )
    return exercise, lint.problems(room.authored, room.declaration, exercise)


def _try_one(room: _Room) -> None:
    """Raise what the author's code raises on ordinary inputs, if that is why there is no case."""
    drawn = search.one(strategies.cases(room.declaration, "normal"), room.seed)
    arguments = {name: value for name, value in drawn.items() if name}
    if assumed(room.declaration, arguments):
        room.expected(arguments)


def _stratum(room: _Room, stratum: str) -> list[Case]:
    check = "edges" if stratum in EDGE_STRATA else "value"
    found: list[Case] = []
    for arguments in _drawn(room, stratum, QUOTA[stratum]):
        sizes = arguments.pop("")
        keywords = _keywords(room, arguments, len(found))
        lower, upper = room.expected(arguments, keywords)
        flags = _LAYOUTS.get(len(found), 0) if stratum == "normal" else 0
        layout = _layout(room, arguments, flags)
        case_id = f"{stratum}-{len(found) + 1}"
        case = Case(
            case_id, stratum, check, public=len(found) % _PUBLIC_EVERY == 0, arguments=arguments,
            sizes=sizes, lower=lower, upper=upper, keywords=keywords, layout=layout,
        )  # fmt: skip
        found.append(case)
    return found


def _keywords(room: _Room, arguments: Mapping[str, Any], index: int) -> frozenset[str]:
    optional = {term.name for term in room.declaration.drawn if term.optional}
    return frozenset(optional & set(arguments)) if index % 2 else frozenset()


def _layout(room: _Room, arguments: Mapping[str, Any], flags: int) -> dict[str, int]:
    """How arguments lie in memory: arrays, alone or in a list or dict, whose arrays lie alike."""
    kept = {n: v for n, v in arguments.items() if not _writable(room.declaration.kind(n))}
    ranks = {n: max((array.ndim for array in arrays_of(v)), default=-1) for n, v in kept.items()}
    rows = codec.STRIDED if flags == codec.FORTRAN else flags
    return {n: flags if rank > 1 else rows for n, rank in ranks.items() if flags and rank >= 0}


def _writable(kind: kinds.Kind) -> bool:
    return isinstance(kind, kinds.Sampled) and kind.writable


def _drawn(room: _Room, stratum: str, wanted: int) -> list[dict[str, Any]]:
    """Distinct drawn arguments that pass the lint, at most `wanted`, of as many forms as occur."""

    def usable(arguments: dict[str, Any]) -> bool:
        return _usable(room, {k: v for k, v in arguments.items() if k})

    strategy = strategies.cases(room.declaration, stratum)
    drawn = {type(room.declaration.kind(term.name)) for term in room.declaration.drawn}
    spare = search.SPARE if drawn & search.FORMS else 1
    found = search.distinct(strategy, usable, wanted=spare * wanted, number=room.seed)
    return search.varied(found, search.words)[:wanted]


def _usable(room: _Room, arguments: Mapping[str, Any]) -> bool:
    return assumed(room.declaration, arguments) and lint.well_conditioned(
        room.authored, room.declaration, room.exercise, arguments
    )


def _author_edges(room: _Room) -> list[Case]:
    found = []
    for e, edge in enumerate(room.declaration.edges):
        for time in range(edge.times):
            rng = np.random.default_rng([room.seed, e, time])
            takes_rng = bool(inspect.signature(edge.make).parameters)
            made = edge.make(rng) if takes_rng else edge.make()
            arguments = strategies.complete(room.declaration, f"edge {edge.make.__name__}", made)
            lower, upper = room.expected(arguments)
            case_id = f"{edge.make.__name__}-{time + 1}"
            found.append(
                Case(case_id, "edge", "edges", public=time == 0, arguments=arguments, sizes={},
                     lower=lower, upper=upper)
            )  # fmt: skip
    return found


def _top_up(room: _Room, cases: Sequence[Case]) -> list[Case]:
    """More of the normal stratum where others gave little: kinks, assumptions, no axes.

    And more of those that tell 0, -e and 2e from the answer, where too few do.
    """
    if not room.declaration.drawn:
        return []
    found: list[Case] = []
    missing = lint.LEAST - len(cases)
    if missing > 0:
        found = _more(room, missing, 500, 0)
    if lint.dull(room.exercise, [*cases, *found]):
        for case in _more(room, _SPARE_CASES, 700, len(found)):
            if any(lint.tells(case, i) for i in lint.dull(room.exercise, [*cases, *found])):
                found.append(case)
    return found


def _more(room: _Room, wanted: int, shift: int, first: int) -> list[Case]:
    found: list[Case] = []
    drawn = _drawn(replace(room, seed=room.seed + shift), "normal", wanted)
    for n, arguments in enumerate(drawn, first):
        sizes, public = arguments.pop(""), n % _PUBLIC_EVERY == 0
        bounds = room.expected(arguments)
        found.append(Case(f"more-{n + 1}", "normal", "value", public, arguments, sizes, *bounds))
    return found


def _conduct(room: _Room, cases: Sequence[Case]) -> list[Case]:
    """Read-only twins of ordinary cases: who writes into an argument is found out."""
    normal = [c for c in cases if c.stratum == "normal" and not c.layout and not c.keywords]
    kept = [(c, _layout(room, c.arguments, codec.READ_ONLY)) for c in normal[:_CONDUCT]]
    return [
        replace(case, id=f"read-only-{i + 1}", check="conduct", public=i == 0, layout=layout)
        for i, (case, layout) in enumerate(pair for pair in kept if pair[1])
    ]


def _in_order(cases: Sequence[Case]) -> list[Case]:
    checks = {"value": 0, "edges": 1, "conduct": 2}
    return sorted(cases, key=lambda c: (checks[c.check], complexity(c.arguments), c.id))


def complexity(arguments: Mapping[str, Any]) -> tuple[int, float]:
    """How hard a case is to read: how many numbers, then how long they are."""
    numbers = [n for value in arguments.values() for n in _numbers(value)]
    return len(numbers), float(sum(len(f"{abs(n):g}") + (n < 0) for n in numbers))


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _numbers(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
        yield from value.ravel().tolist()
    elif isinstance(value, (int, float)):
        yield float(value)


def _answers(room: _Room, exercise: Exercise) -> dict[str, tuple[Any, ...]]:
    """What each known mistake answers to each case; where it raises, the exception's name."""
    found: dict[str, tuple[Any, ...]] = {}
    for version in room.authored.mistakes:
        if version.of is room.declaration:
            space = room.authored.namespace(version)
            if exercise.by_laws:
                found[version.id] = tuple(trial.trace_of(room.authored, exercise, space))
                continue
            found[version.id] = tuple(_answer_of(exercise, space, case) for case in exercise.cases)
    return found


def _answer_of(exercise: Exercise, space: Mapping[str, Any], case: Case) -> Any:
    try:
        answer = evaluate.answer(exercise.calls, space, case.arguments, case.keywords)
        codec.encode(list(answer))
    except Exception as error:  # noqa: BLE001 -- a mistake may raise anything; that is its answer
        return type(error).__name__
    return list(answer)


def _changing(room: _Room, exercise: Exercise) -> frozenset[str]:
    """Mistakes that leave an argument of some case other than it was."""
    return frozenset(
        version.id
        for version in room.authored.mistakes
        if version.of is room.declaration
        and any(_changes(room, exercise, version, case) for case in exercise.cases)
    )


def _changes(room: _Room, exercise: Exercise, version: Version, case: Case) -> bool:
    space = room.authored.namespace(version)
    try:
        return evaluate.changes(exercise.calls, space, case.arguments, case.keywords)
    except Exception:  # noqa: BLE001 -- a mistake may raise anything
        return False


def _laws(room: _Room) -> tuple[LawInputs, ...]:
    if room.declaration.judged_by == "training":
        hidden, shown = ({"seed": s} for s in search.seeds(room.seed, 2))
        return tuple(
            LawInputs(law.id, law.title, law.public, (hidden,), shown=(shown,))
            for law in room.declaration.laws
        )
    return tuple(
        LawInputs(law.id, law.title, law.public, tuple(_law_inputs(room, law)), _free(room, law))
        for law in room.declaration.laws
    )


def _free(room: _Room, law: Law) -> tuple[str, ...]:
    """Inputs in which any numbers are legal.

    None where cases are sampled or something is assumed of them, and none beside a function,
    from which a step too large leads out of all bounds.
    """
    declaration = room.declaration
    before = declaration.gradient_of if declaration.needs_forward else None
    kinds_ = {term.name: declaration.kind(term.name) for term in declaration.drawn}
    bound = any(isinstance(kind, kinds.Functions) for kind in kinds_.values())
    if bound or declaration.sampler or declaration.assumed or (before and before.assumed):
        return ()
    names = [n for n in inspect.signature(law.check).parameters if n in kinds_]
    return tuple(
        n for n in names if kinds_[n] == kinds.Floats() or isinstance(kinds_[n], kinds.Network)
    )


def _law_inputs(room: _Room, law: Law) -> list[dict[str, Any]]:
    names = [n for n in inspect.signature(law.check).parameters if n != "student"]
    if not names:
        return [{}]
    found: list[dict[str, Any]] = []
    extra = {n: k for n, k in law.kinds.items() if n in names}
    for i, arguments in enumerate(_drawn_for_laws(room, law.times or LAW_INPUTS)):
        sizes = arguments.pop("")
        drawn = {
            n: search.one(strategies.value(n, kind, (), "normal", sizes), room.seed + i)
            for n, kind in extra.items()
        }
        found.append({n: {**arguments, **drawn}[n] for n in names})
    return found


def _drawn_for_laws(room: _Room, wanted: int) -> list[dict[str, Any]]:
    """As for cases; where laws alone decide, numbers of both signs come before their likes."""
    if room.declaration.judged_by != "laws":
        return _drawn(room, "normal", wanted)
    found = _drawn(room, "normal", search.SPARE * wanted)
    return search.varied(found, search.signs)[: 2 * wanted]


def check(course: Path, slug: str) -> list[Problem]:
    """What is amiss with a bank that lies there; nothing is made anew.

    Raises:
        AuthoringError, StaffError: the sources or the bank cannot be read at all.
    """
    authored = load(course, slug)
    shown = f"solutions/{slug}/{BANK}"
    try:
        data = read_bank(authored.folder / BANK)
    except StaffError as error:
        return [Problem(shown, 0, 0, str(error))]
    remedy = f"run `grader harvest {slug}`"
    found = []
    if data["sources"] != authored.sources:
        found.append(Problem(shown, 0, 0, f"made from other sources; {remedy}"))
    for exercise in authored.exercises():
        if exercise.name not in data["exercises"]:
            found.append(Problem(shown, 0, 0, f"no cases for {exercise.name}; {remedy}"))
            continue
        filled = fill(exercise, data["exercises"][exercise.name])
        declaration = authored.declarations[exercise.name]
        found += _outside(authored, filled, shown)
        found += lint.problems(authored, declaration, filled)
    return found


def _outside(authored: Authored, exercise: Exercise, shown: str) -> Iterator[Problem]:
    """Cases for which the reference no longer answers within the stored interval."""
    call = exercise.calls[-1]
    for case in exercise.cases:
        try:
            answer = evaluate.right_answer(
                exercise.calls, authored.reference, case.arguments, case.keywords
            )
        except Exception as error:  # noqa: BLE001 -- staff's code may raise anything
            message = f"the reference now raises {type(error).__name__}: {error}"
            yield Problem(shown, 0, 0, f"{exercise.name}, case {case.id}: {message}")
            continue
        outputs = [name for i, name in enumerate(call.outputs) if i not in call.opaque]
        value = answer[0] if len(outputs) == 1 else list(answer)
        expected = Expected(outputs, frozenset(), case.lower, case.upper)
        found, _ = mismatch(expected, value)
        if found:
            message = f"{exercise.name}, case {case.id}: the reference now answers {found.text}"
            yield Problem(shown, 0, 0, f"{message}; run `grader harvest`")
