"""assignment.yaml: read with line numbers, validated, all mistakes at once."""

from __future__ import annotations

import difflib
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from grader.errors import AuthoringError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


_PERCENT = 100


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Row(_Strict):
    """A row of the course's table: one or more functions that share its points equally."""

    number: str = Field(pattern=r"^\d+\.\d+$", description="As the course numbers it: '8.1'")
    functions: tuple[str, ...] = Field(min_length=1, description="Names of the functions")
    points: float = Field(ge=0, description="Points of the row, shared equally")
    stars: int = Field(default=1, ge=1, le=3, description="Difficulty, 1 to 3")
    lines: int = Field(default=1, ge=1, description="About how many lines a student writes")
    file: str = Field(
        default="",
        pattern=r"^([a-z_][a-z0-9_]*\.(py|yaml))?$",
        description="Where it is handed in, if not in the module",
    )


class LimitSettings(_Strict):
    """What one exercise may use."""

    cpu_seconds: float = Field(default=2.0, gt=0, le=60)
    memory_mib: int = Field(default=512, ge=64, le=16384)


class Weights(_Strict):
    """Shares of the points, in percent; edges fold into value where there are none."""

    value: float = Field(default=70, ge=0)
    edges: float = Field(default=20, ge=0)
    conduct: float = Field(default=10, ge=0)

    @field_validator("conduct")
    @classmethod
    def _adds_up(cls, conduct: float, info: Any) -> float:
        total = conduct + info.data.get("value", 0) + info.data.get("edges", 0)
        if total != _PERCENT:
            msg = f"weights add up to {total:g}; make them 100"
            raise ValueError(msg)
        return conduct

    def shares(self) -> dict[str, Fraction]:
        """Check to its exact share."""
        return {k: Fraction(str(v)) / 100 for k, v in self.model_dump().items()}


class Settings(_Strict):
    """The whole of assignment.yaml."""

    title: str = Field(min_length=1, description="Shown in every report")
    module: str = Field(pattern=r"^[a-z_][a-z0-9_]*$", description="The module students edit")
    exercises: tuple[Row, ...] = Field(min_length=1)
    given: tuple[str, ...] = Field(
        default=(), description="Modules of earlier assignments, complete, beside the stub"
    )
    limits: LimitSettings = LimitSettings()
    weights: Weights = Weights()

    @property
    def functions(self) -> tuple[str, ...]:
        """All exercises, in the course's order."""
        return tuple(name for row in self.exercises for name in row.functions)

    @property
    def elsewhere(self) -> frozenset[str]:
        """Exercises that are handed in in a file of their own."""
        return frozenset(name for row in self.exercises if row.file for name in row.functions)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's numbers and booleans; no aliases, which could make a circle."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """As usual, but for an alias."""
        if self.check_event(yaml.AliasEvent):
            problem = "an alias (*name); write the value itself"
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, problem, mark)
        return super().compose_node(parent, index)


# YAML 1.1 reads 1e-6 as text and `no` as False (measured with PyYAML 6.0.3).
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if not tag.endswith((":bool", ":float"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?$|^[-+]?\.(inf|Inf)$|^\.(nan|NaN)$"),
    list("-+0123456789."),
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|false|False)$"), list("tTfF")
)


def read_settings(path: Path, shown: str) -> Settings:
    """The settings of an assignment.

    Args:
        path: Of assignment.yaml.
        shown: The path as messages show it.

    Raises:
        AuthoringError: every mistake in the file, with line and column.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8"
        raise AuthoringError([Problem(shown, 0, 0, f"cannot be read: {reason}")]) from error
    try:
        node = yaml.compose(text, _Loader)
        data = yaml.load(text, _Loader)  # noqa: S506 -- a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        problem = Problem(shown, *place, f"not YAML: {error.problem}")
        raise AuthoringError([problem]) from error
    except yaml.reader.ReaderError as error:
        place = (text.count("\n", 0, error.position) + 1, 0)
        message = f"not YAML: the character U+{error.character:04X}; remove it"
        raise AuthoringError([Problem(shown, *place, message)]) from error
    places = dict(_places(node, ())) if node else {}
    problems = [Problem(shown, *places[p], message) for p, message in _doubled(node, ())]
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        slips = [dict(e) for e in error.errors()]
        # Where every item of a list is wrong, pydantic also calls the list empty.
        slips = [e for e in slips if e["type"] != "too_short" or not e["input"]]
        problems += [_problem(slip, places, shown) for slip in slips]
        raise AuthoringError(problems) from error
    problems += _repeated(settings, places, shown)
    if problems:
        raise AuthoringError(problems)
    return settings


def _repeated(settings: Settings, places: dict[Any, Any], shown: str) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for r, row in enumerate(settings.exercises):
        for f, name in enumerate(row.functions):
            if name in seen:
                line, column = places[("exercises", r, "functions", f)]
                message = f"exercises[{r}].functions has {name!r} again; list each function once"
                found.append(Problem(shown, line, column, message))
            seen.add(name)
    return found


def _places(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], tuple[int, int]]]:
    yield path, (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*path, key.value, "key"), (key.start_mark.line + 1, key.start_mark.column + 1)
            yield from _places(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _places(value, (*path, i))


def _doubled(node: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        for key in dict.fromkeys(keys):
            if keys.count(key) > 1:
                yield (*path, key, "key"), f"{key!r} stands twice; keep one"
        for key, value in node.value:
            yield from _doubled(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for i, value in enumerate(node.value):
            yield from _doubled(value, (*path, i))


def _problem(error: dict[str, Any], places: dict[Any, tuple[int, int]], shown: str) -> Problem:
    path = tuple(error["loc"])
    name = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).lstrip(".")
    if error["type"] == "extra_forbidden":
        known = _known_keys(path)
        near = difflib.get_close_matches(str(path[-1]), known, 1)
        remedy = f"did you mean {near[0]!r}?" if near else f"known keys are {', '.join(known)}"
        message = f"{name} is not a key here; {remedy}"
        return Problem(shown, *places.get((*path, "key"), (0, 0)), message)
    place = path
    while place and place not in places:
        place = place[:-1]
    if error["type"] == "missing":
        return Problem(shown, *places.get(place, (1, 1)), f"{name} is missing; add it")
    said = error["msg"].removeprefix("Value error, ")
    message = f"{name or 'the file'} is {error['input']!r}: {said[:1].lower()}{said[1:]}"
    return Problem(shown, *places.get(place, (1, 1)), message)


def _known_keys(path: tuple[Any, ...]) -> list[str]:
    model: type[BaseModel] = Settings
    nested: dict[str, type[BaseModel]] = {
        "exercises": Row,
        "limits": LimitSettings,
        "weights": Weights,
    }
    for part in path[:-1]:
        model = nested.get(str(part), model)
    return list(model.model_fields)
