"""Wrong and right versions of a course's exercises, tried in this process against a time limit."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import types
import warnings
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring import rehearse, trial
from grader.authoring.course import load, slugs
from grader.authoring.execute import _plain_names
from grader.authoring.mutants import mutants
from grader.authoring.prepared import staff_parts
from grader.judge import verdict
from grader.judge.explain import explained_by_law
from grader.judge.prepare import prepare, request
from grader.sandbox import runner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.course import Authored
    from grader.judge.prepare import Prepared
    from grader.model import Case, Exercise, Result

ROOT = Path(__file__).parents[2]
SECONDS = 2.0


class TooSlow(BaseException):
    """A version that would loop for ever; nothing that it catches may stop this."""


@contextlib.contextmanager
def within(seconds: float = SECONDS) -> Iterator[None]:
    """Raise `TooSlow` after so many seconds of processor time; swallow what is printed."""

    def stop(*_: object) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            with contextlib.redirect_stdout(io.StringIO()):
                yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


class Course:
    """One assignment with everything that a bench asks of it."""

    def __init__(self, slug: str, root: Path = ROOT) -> None:
        self.slug = slug
        self.authored: Authored = load(root, slug)
        self.assignment, _, _, self.spaces, _ = staff_parts(root, slug)
        self.prepared = {e.name: prepare(e) for e in self.assignment.exercises}
        module = self.authored.folder / f"{self.authored.settings.module}.py"
        self.source = module.read_text("utf-8")

    @property
    def exercises(self) -> list[Exercise]:
        """Those that a reference judges."""
        return [e for e in self.assignment.exercises if e.judged_by == "reference"]

    def mistakes(self, exercise: str) -> dict[str, Mapping[str, Any]]:
        """Mistake id to its namespace."""
        of = self.authored.declarations[exercise]
        return {m.id: self.authored.namespace(m) for m in self.authored.mistakes if m.of is of}

    def mutants(self, exercise: str) -> dict[str, Mapping[str, Any]]:
        """Mutant id to its namespace, of those that can be loaded."""
        found = {}
        for mutant in mutants(self.source, exercise):
            with contextlib.suppress(Exception):
                found[mutant.id] = self.loaded(mutant.source)
        return found

    def loaded(self, text: str) -> dict[str, Any]:
        """What a version of the whole module defines."""
        with within():
            return executed({**self.authored.given, "version": text})

    def judgement(self, exercise: Exercise, namespace: Mapping[str, Any]) -> verdict.Judgement:
        """What the judge says of a version."""
        return rehearse.rehearse(self.prepared[exercise.name], namespace)

    def replies(
        self, exercise: Exercise, namespace: Mapping[str, Any], cases: Sequence[Case]
    ) -> list[verdict.Reply]:
        """What a version answers to some cases."""
        asked = request(exercise.calls, [(c.arguments, c.keywords, c.layout) for c in cases])

        def call(number: int, arguments: list[Any], keywords: Any = None) -> Any:
            return asked.callbacks[number](*arguments, **(keywords or {}))

        frame = runner.run(namespace, asked.header, asked.raw, call)
        return verdict.replies_of(*frame, len(cases))

    def explained(self, exercise: Exercise, namespace: Mapping[str, Any]) -> Result:
        """The whole result of a version, counterexample included."""
        prepared, space = self.prepared[exercise.name], self.spaces[exercise.name]
        if not exercise.by_laws:
            return rehearse.rehearsed_result(prepared, namespace, space)
        result = trial.result_of(self.authored, exercise, namespace)
        laws = {law.id: law.check for law in self.authored.declarations[exercise.name].laws}
        student = partial(trial.student, self.authored, exercise, namespace)
        return explained_by_law(exercise, result, laws, space, student)


def executed(modules: Mapping[str, str]) -> dict[str, Any]:
    """What the last of some modules defines, which may import the others by name."""
    with _plain_names(*modules):
        for name, text in modules.items():
            module = sys.modules[name] = types.ModuleType(name)
            exec(compile(text, f"{name}.py", "exec"), vars(module))
        return vars(module)


def courses() -> list[Course]:
    """All assignments whose bank is there."""
    ready = [s for s in slugs(ROOT) if (ROOT / "solutions" / s / "bank.msgpack").is_file()]
    return [Course(slug) for slug in ready]


def judged(prepared: Prepared, space: Mapping[str, Any]) -> verdict.Judgement | None:
    """What the judge says; None where it takes too long."""
    try:
        with within():
            return rehearse.rehearse(prepared, space)
    except TooSlow:
        return None


def killers(prepared: Prepared, space: Mapping[str, Any]) -> frozenset[str]:
    """The strata with a case that this version fails, and "conduct"; all where it takes too long."""
    exercise = prepared.exercise
    callbacks = prepared.request.callbacks

    def call(number: int, arguments: list[Any], keywords: Any = None) -> Any:
        return callbacks[number](*arguments, **(keywords or {}))

    try:
        with within():
            frame = runner.run(space, prepared.request.header, prepared.request.raw, call)
    except TooSlow:
        return frozenset(case.stratum for case in exercise.cases) | {"conduct"}
    answers, again, changed, _ = verdict._parts(prepared, *frame)
    found = set()
    for index, (case, answer) in enumerate(zip(exercise.cases, answers, strict=True)):
        if verdict.case_failure(exercise, case, index, answer)[0]:
            found.add("conduct" if case.check == "conduct" else case.stratum)
    second = zip(prepared.request.again, again, strict=True)
    if verdict._changed(exercise, changed) or verdict._unlike(exercise, answers, second):
        found.add("conduct")
    return frozenset(found)
