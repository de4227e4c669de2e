"""The bank: frozen cases as data, in the session's codec, with a digest.

`bank.msgpack` (hidden and public cases, staff's) holds cases and the answers of known mistakes;
`public.bank` (students') holds whole exercises, public cases only, and nothing else is needed
to judge by it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from grader.errors import StaffError
from grader.model import (
    Assignment,
    Call,
    Case,
    Exercise,
    LawInputs,
    Limits,
    Mistake,
)
from grader.sandbox import codec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SCHEMA = "gradus/bank/1"
PUBLIC_SCHEMA = "gradus/public/1"
BANK = "bank.msgpack"
PUBLIC = "public.bank"


def write_bank(exercises: Sequence[Exercise], *, slug: str, seed: int, sources: str) -> bytes:
    """The hidden bank of harvested exercises."""
    body = {
        "schema": SCHEMA,
        "assignment": slug,
        "seed": seed,
        "sources": sources,
        "exercises": {
            e.name: {
                "cases": [_case_data(c) for c in e.cases],
                "answers": {key: list(values) for key, values in e.answers.items()},
                "changing": sorted(e.changing),
                "laws": [_law_data(law) for law in e.laws],
            }
            for e in exercises
        },
    }
    return codec.dumps({**body, "digest": codec.digest(body)})


def read_bank(path: Path) -> dict[str, Any]:
    """The bank's data, its schema and digest checked.

    Raises:
        StaffError: it is absent, of another schema, or was changed after its harvest.
    """
    data = _read(path, SCHEMA, f"run `grader harvest {path.parent.name}`")
    stated = data.pop("digest", None)
    if stated != codec.digest(data):
        raise StaffError(f"{path}: its digest does not fit its cases; harvest it again")
    return {**data, "digest": stated}


def _read(path: Path, schema: str, remedy: str) -> dict[str, Any]:
    try:
        data = codec.loads(path.read_bytes())
    except OSError as error:
        raise StaffError(f"{path}: cannot be read ({error.strerror}); {remedy}") from error
    except codec.CodecError as error:
        raise StaffError(f"{path}: not a bank ({error}); {remedy}") from error
    found = data.get("schema") if isinstance(data, dict) else None
    if found != schema:
        raise StaffError(f"{path}: schema is {found!r}, this grader reads {schema!r}; {remedy}")
    return data  # type: ignore[no-any-return]


def fill(exercise: Exercise, data: Mapping[str, Any]) -> Exercise:
    """An exercise with the cases, answers and law inputs of a bank."""
    known = {mistake.id for mistake in exercise.mistakes}
    return replace(
        exercise,
        cases=tuple(_case(c) for c in data["cases"]),
        answers={k: tuple(v) for k, v in data["answers"].items() if k in known},
        changing=frozenset(data["changing"]),
        laws=tuple(_law(law) for law in data["laws"]),
    )


def digested(exercise: Exercise) -> Exercise:
    """The same exercise with the digest of everything that decides its results."""
    return replace(exercise, digest=codec.digest(_exercise_data(exercise)))


def public_part(exercise: Exercise) -> Exercise:
    """The same exercise with public cases and public laws alone."""
    if exercise.by_laws:
        # A trace has an entry for each law, and one for conduct.
        kept = [i for i, law in enumerate(exercise.laws) if law.public] + [len(exercise.laws)]
    else:
        kept = [i for i, case in enumerate(exercise.cases) if case.public]
    return replace(
        exercise,
        cases=tuple(case for case in exercise.cases if case.public),
        answers={k: tuple(v[i] for i in kept if i < len(v)) for k, v in exercise.answers.items()},
        laws=tuple(_shown(law) for law in exercise.laws if law.public),
    )


def _shown(law: LawInputs) -> LawInputs:
    return law if law.shown is None else replace(law, inputs=law.shown, shown=None)


def write_public(assignment: Assignment) -> bytes:
    """What students receive of a prepared assignment."""
    return codec.dumps(
        {
            "schema": PUBLIC_SCHEMA,
            "slug": assignment.slug,
            "title": assignment.title,
            "module": assignment.module,
            "digest": assignment.digest,
            "limits": [assignment.limits.cpu_seconds, assignment.limits.memory_mib],
            "exercises": [_exercise_data(public_part(e)) for e in assignment.exercises],
            **_if_any("given", list(assignment.given)),
            **_if_any("helpers", [_call_data(c) for c in assignment.helpers]),
        }
    )


def read_public(folder: Path) -> Assignment:
    """The assignment in a folder that students received.

    Raises:
        StaffError: there is no public.bank, or it cannot be read.
    """
    remedy = "take the assignment's folder anew"
    data = _read(folder / PUBLIC, PUBLIC_SCHEMA, remedy)
    try:
        return Assignment(
            slug=data["slug"],
            title=data["title"],
            module=data["module"],
            exercises=tuple(_exercise(e) for e in data["exercises"]),
            limits=Limits(*data["limits"]),
            digest=data["digest"],
            given={m: (folder / f"{m}.py").read_text("utf-8") for m in data.get("given", ())},
            helpers=tuple(map(_call, data.get("helpers", ()))),
        )
    except OSError as error:
        message = f"{error.filename}: cannot be read ({error.strerror}); {remedy}"
        raise StaffError(message) from error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        message = f"{folder / PUBLIC}: not a whole bank ({type(error).__name__}: {error}); {remedy}"
        raise StaffError(message) from error


def _exercise_data(e: Exercise) -> dict[str, Any]:
    return {
        "name": e.name,
        "number": e.number,
        "points": str(e.points),
        "weights": {key: str(share) for key, share in e.weights.items()},
        "calls": [_call_data(c) for c in e.calls],
        "mistakes": [[m.id, m.title, list(m.hints)] for m in e.mistakes],
        "forward": e.forward,
        "judged_by": e.judged_by,
        "stars": e.stars,
        "lines": e.lines,
        "cases": [_case_data(c) for c in e.cases],
        "answers": {key: list(values) for key, values in e.answers.items()},
        "changing": sorted(e.changing),
        "laws": [_law_data(law) for law in e.laws],
        **_if_any("file", e.file),
        **_if_any("under_test", list(e.under_test)),
    }


def _exercise(data: Mapping[str, Any]) -> Exercise:
    exercise = Exercise(
        name=data["name"],
        number=data["number"],
        points=Fraction(data["points"]),
        weights={key: Fraction(share) for key, share in data["weights"].items()},
        calls=tuple(map(_call, data["calls"])),
        cases=(),
        mistakes=tuple(Mistake(i, title, tuple(hints)) for i, title, hints in data["mistakes"]),
        forward=data["forward"],
        judged_by=data["judged_by"],
        stars=data["stars"],
        lines=data["lines"],
        file=data.get("file", ""),
        under_test=tuple(data.get("under_test", ())),
    )
    return fill(exercise, data)


def _if_any(key: str, value: Any) -> dict[str, Any]:
    """An entry that most banks do not have."""
    return {key: value} if value else {}


def _call_data(c: Call) -> list[Any]:
    arguments = [a if isinstance(a, str) else list(a) for a in c.arguments]
    iterable = [True] if c.iterable else []
    return [c.function, arguments, list(c.outputs), sorted(c.opaque), *iterable]


def _call(data: Sequence[Any]) -> Call:
    function, arguments, outputs, opaque, *iterable = data
    places = tuple(a if isinstance(a, str) else (a[0], a[1]) for a in arguments)
    return Call(function, places, tuple(outputs), frozenset(opaque), *iterable)


def _case_data(c: Case) -> dict[str, Any]:
    same = codec.dumps(list(c.lower)) == codec.dumps(list(c.upper))
    return {
        "id": c.id,
        "stratum": c.stratum,
        "check": c.check,
        "public": c.public,
        "arguments": dict(c.arguments),
        "sizes": dict(c.sizes),
        "lower": list(c.lower),
        "upper": None if same else list(c.upper),
        "keywords": sorted(c.keywords),
        "layout": dict(c.layout),
    }


def _case(data: Mapping[str, Any]) -> Case:
    lower = tuple(data["lower"])
    return Case(
        id=data["id"],
        stratum=data["stratum"],
        check=data["check"],
        public=data["public"],
        arguments=data["arguments"],
        sizes=data["sizes"],
        lower=lower,
        upper=lower if data["upper"] is None else tuple(data["upper"]),
        keywords=frozenset(data["keywords"]),
        layout=data["layout"],
    )


def _law_data(law: LawInputs) -> list[Any]:
    shown = [] if law.shown is None else [[dict(i) for i in law.shown]]
    inputs = [dict(i) for i in law.inputs]
    return [law.id, law.title, law.public, inputs, list(law.free), *shown]


def _law(data: Sequence[Any]) -> LawInputs:
    key, title, public, inputs, free, *shown = data
    return LawInputs(
        key, title, public, tuple(inputs), tuple(free), tuple(shown[0]) if shown else None
    )
