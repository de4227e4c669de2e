"""Grade the graders: what a course's checks kill, name, accept and let through.

Per exercise: the stub earns nothing, the reference and every variant earn full marks, every
known mistake loses marks and is named as itself, and generated mutants of the reference die.
Staff's code and its mutants run in the sandbox like any submission: a mutant may loop for ever.
"""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

import yaml

from grader.authoring.audit_tests import tried
from grader.authoring.course import Authored, load
from grader.authoring.mutants import Mutant, mutants
from grader.authoring.prepared import assignment_of, laws_of
from grader.authoring.rehearse import rehearsed
from grader.authoring.stub import stub
from grader.errors import AuthoringError, Problem
from grader.judge.laws import Student, result_by_laws
from grader.judge.prepare import Prepared, prepare
from grader.judge.verdict import judge
from grader.model import Cell, Exercise, Source, Verdict
from grader.sandbox.codec import CodecError
from grader.sandbox.session import Death, Loaded, open_sandbox
from grader.sitting import Sitting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grader.model import Assignment
    from grader.sandbox.opening import Sandbox

EQUIVALENTS = "equivalents.yaml"
MUTANT_SECONDS = 1.0
"""Processor time for one mutant in one exercise: the reference needs milliseconds."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the audit says of one exercise.

    Attributes:
        accepted: Variants, the reference among them, that earn full marks.
        rejected: Ids of those that do not.
        named: Known mistakes that lose marks and are named as themselves.
        unnamed: Id of a mistake and what it is named instead.
        alive: Ids of known mistakes that lose nothing.
        mutants: How many were generated.
        equivalent: How many of those are declared equivalent.
        survivors: Mutants that no check kills and no author declares equivalent.
    """

    exercise: str
    number: str
    accepted: int
    rejected: tuple[str, ...]
    named: int
    unnamed: tuple[tuple[str, str], ...]
    alive: tuple[str, ...]
    mutants: int
    equivalent: int
    survivors: tuple[Mutant, ...]

    @property
    def good(self) -> bool:
        """Nothing falls short."""
        return not (self.rejected or self.unnamed or self.alive or self.survivors)


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit of one assignment; `written` are exercises that the stub leaves no work in."""

    assignment: str
    rows: tuple[Row, ...]
    written: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Nothing falls short."""
        return not self.written and all(row.good for row in self.rows)


def audits(course: Path, slugs: Sequence[str], workers: int) -> Iterator[Audit]:
    """The audits of assignments, in their order; processes share out the exercises.

    Raises:
        AuthoringError, StaffError: an assignment, its bank or its equivalents cannot be read.
    """
    names = {slug: [e.name for e in _room(course, slug)[1].exercises] for slug in slugs}
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=end_with_parent) as pool:
        # The last assignment first: its trainings take the longest.
        found = {
            slug: [pool.submit(_row, course, slug, name) for name in names[slug]]
            for slug in reversed(slugs)
        }
        written = {slug: pool.submit(_written, course, slug) for slug in slugs}
        for slug in slugs:
            rows = tuple(future.result() for future in found[slug])
            yield Audit(slug, rows, written[slug].result())


def audit(course: Path, slug: str) -> Audit:
    """The audit of an assignment, in this process.

    Raises:
        AuthoringError, StaffError: the assignment, its bank or its equivalents cannot be read.
    """
    room = _room(course, slug)
    with open_sandbox(require=None) as sandbox:
        trial = _Trial(*room, sandbox)
        rows = tuple(trial.row(e) for e in trial.assignment.exercises)
        return Audit(slug, rows, trial.written(course))


def end_with_parent() -> None:
    """End this process when the one that started it is gone: nobody would read what it finds."""
    parent = parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    Thread(target=watch, daemon=True).start()


_Room = tuple[Authored, "Assignment", "Mapping[str, Prepared]"]


def _room(course: Path, slug: str) -> _Room:
    """An assignment, ready to try versions of its functions; stale equivalents are refused."""
    authored = load(course, slug)
    assignment = assignment_of(authored)
    known = {m.id for e in assignment.exercises for m in _mutants_of(authored, e)}
    stale = [key for key in read_equivalents(authored) if key not in known]
    if stale:
        file = f"solutions/{slug}/{EQUIVALENTS}"
        text = "names no mutant of the reference; take it out, or copy the id that the audit prints"
        raise AuthoringError([Problem(file, 0, 0, f"{key!r} {text}") for key in stale])
    return authored, assignment, {e.name: prepare(e) for e in assignment.exercises}


_kept_room = cache(_room)
"""For worker processes, which end before a file changes."""


def _row(course: Path, slug: str, name: str) -> Row:
    room = _kept_room(course, slug)
    with open_sandbox(require=None) as sandbox:
        trial = _Trial(*room, sandbox)
        return next(trial.row(e) for e in trial.assignment.exercises if e.name == name)


def _written(course: Path, slug: str) -> tuple[str, ...]:
    with open_sandbox(require=None) as sandbox:
        return _Trial(*_kept_room(course, slug), sandbox).written(course)


def _mutants_of(authored: Authored, exercise: Exercise) -> list[Mutant]:
    source = (authored.folder / f"{authored.settings.module}.py").read_text("utf-8")
    return [] if exercise.file else mutants(source, exercise.name)


def read_equivalents(authored: Authored) -> dict[str, str]:
    """Mutant id to the reason why it is equivalent.

    Raises:
        AuthoringError: the file is not a mapping from texts to texts.
    """
    path = authored.folder / EQUIVALENTS
    if not path.is_file():
        return {}
    shown = f"solutions/{authored.slug}/{EQUIVALENTS}"
    try:
        data = yaml.safe_load(path.read_text("utf-8")) or {}
    except yaml.YAMLError as error:
        raise AuthoringError([Problem(shown, 0, 0, f"not YAML: {error}")]) from error
    good = isinstance(data, dict) and all(
        isinstance(k, str) and isinstance(v, str) and v.strip() for k, v in data.items()
    )
    if not good:
        message = "must map each mutant's id to the reason why it is equivalent"
        raise AuthoringError([Problem(shown, 0, 0, message)])
    return data


@dataclass(frozen=True, slots=True)
class _Trial:
    authored: Authored
    assignment: Assignment
    prepared: Mapping[str, Prepared]
    sandbox: Sandbox

    def row(self, exercise: Exercise) -> Row:
        if exercise.file:
            return self._row_of_files(exercise)
        made, equivalents = _mutants_of(self.authored, exercise), read_equivalents(self.authored)
        declaration = self.authored.declarations[exercise.name]
        variants = [v for v in self.authored.variants if v.of is declaration]
        spaces = [("the reference", self.authored.reference)]
        spaces += [(v.id, self.authored.namespace(v)) for v in variants]
        rejected = [key for key, space in spaces if self._verdict(exercise, space)[0]]
        mistakes = [m for m in self.authored.mistakes if m.of is declaration]
        outcomes = [(m.id, *self._verdict(exercise, self.authored.namespace(m))) for m in mistakes]
        undeclared = [mutant for mutant in made if mutant.id not in equivalents]
        return Row(
            exercise=exercise.name,
            number=exercise.number,
            accepted=len(spaces) - len(rejected),
            rejected=tuple(rejected),
            named=sum(lost and name == key for key, lost, name in outcomes),
            unnamed=tuple(
                (k, name or "unknown") for k, lost, name in outcomes if lost and name != k
            ),
            alive=tuple(key for key, lost, _ in outcomes if not lost),
            mutants=len(made),
            equivalent=len(made) - len(undeclared),
            survivors=tuple(m for m in undeclared if self._survives(m)),
        )

    def _row_of_files(self, exercise: Exercise) -> Row:
        right, wrong, lost, kept = tried(self.authored, self.assignment, exercise, self.sandbox)
        return Row(
            exercise.name, exercise.number, len(right), wrong, len(lost), (), kept, 0, 0, ()
        )  # fmt: skip

    def written(self, course: Path) -> tuple[str, ...]:
        """Exercises that the stub does not leave to be written."""
        module = f"{self.authored.settings.module}.py"
        sitting = self._sitting(stub(course, self.authored.slug)[module].decode())
        sitting.discard()
        loaded = sitting.loaded
        names = [e.name for e in self.assignment.exercises if not e.file]
        attempted = loaded.attempted if isinstance(loaded, Loaded) else frozenset(names)
        return tuple(name for name in names if name in attempted)

    def _sitting(self, text: str, seconds: float = MUTANT_SECONDS) -> Sitting:
        file = f"{self.authored.settings.module}.py"
        limits = replace(self.assignment.limits, cpu_seconds=seconds)
        start = partial(self.sandbox.session, limits, self.authored.given)
        return Sitting(start, Source(file, (Cell(file, text),)), {}, nullcontext)

    def _verdict(
        self, exercise: Exercise, space: Mapping[str, Callable[..., object]]
    ) -> tuple[bool, str]:
        """Does it lose points, and as which mistake is it named?"""
        result = rehearsed(self.authored, exercise, self.prepared[exercise.name], space)
        return result.verdict is not Verdict.PASSED, result.mistake.id if result.mistake else ""

    def _survives(self, mutant: Mutant) -> bool:
        """Does no exercise that calls the mutated function notice?"""
        training = self.authored.declarations[mutant.exercise].judged_by == "training"
        seconds = self.assignment.limits.cpu_seconds if training else MUTANT_SECONDS
        sitting = self._sitting(mutant.source, seconds)
        try:
            if isinstance(sitting.loaded, Death) or sitting.loaded.problem is not None:
                return False
            return not any(self._notices(e, sitting) for e in self._callers(mutant.exercise))
        finally:
            sitting.discard()

    def _callers(self, name: str) -> Iterator[Exercise]:
        """The exercise itself, and those whose cases call it first."""
        for exercise in self.assignment.exercises:
            if any(call.function == name for call in exercise.calls):
                yield exercise

    def _notices(self, exercise: Exercise, sitting: Sitting) -> bool:
        if exercise.by_laws:
            signatures = {e.name: e.calls[-1] for e in self.assignment.exercises}
            signatures |= {c.function: c for c in self.authored.helpers}
            student = Student(signatures, sitting.ask_openly, once=exercise.judged_by == "training")
            checks = laws_of(self.authored)[exercise.name]
            return result_by_laws(exercise, checks, student).verdict is not Verdict.PASSED
        reply = sitting.reply(self.prepared[exercise.name].request)
        if isinstance(reply, Death):
            return True
        try:
            return not judge(self.prepared[exercise.name], *reply).passed
        except CodecError:
            return True
