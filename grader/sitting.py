"""A submission sits its examination: a loaded session that is replaced after a death."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from grader.judge.prepare import Request, request
from grader.judge.verdict import Reply, replies_of
from grader.sandbox.codec import CodecError
from grader.sandbox.sealed import NONE
from grader.sandbox.session import Death, Loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from grader.model import Assignment, Call, Case, Source, Submission
    from grader.sandbox.opening import Sandbox
    from grader.sandbox.sealed import Foreseen
    from grader.sandbox.session import Session

    Alone = Callable[[], AbstractContextManager[None]]


class Sitting:
    """One source in a session; whatever dies is replaced by a fresh child that loads it again."""

    def __init__(
        self,
        start: Callable[[], Session],
        source: Source,
        rebind: Mapping[str, Callable[..., object]],
        alone: Alone,
    ) -> None:
        self.source = source
        self._start = start
        self._rebind = rebind
        self._alone = alone
        self._session: Session | None = None
        self.loaded: Loaded | Death = self._load()
        self.notes: tuple[str, ...] = source.notes
        self.message: str | None = None
        if isinstance(self.loaded, Loaded):
            self.notes = (*source.notes, *self.loaded.notes)
            self.message = self.loaded.problem
        else:
            self.message = f"{source.file}: while loading: {self.loaded.message}"

    @property
    def file(self) -> str:
        """The file that is graded, within the submission."""
        return self.source.file

    def _load(self) -> Loaded | Death:
        self._session = self._start()
        loaded = self._session.load(self.source, rebind=self._rebind, alone=self._alone)
        if isinstance(loaded, Death):
            self.discard()
        return loaded

    def discard(self) -> None:
        """End the child; the next question starts a fresh one."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def reply(self, asked: Request, foreseen: Foreseen = NONE) -> tuple[bytes, bytes] | Death:
        """What comes back, undecoded; a death by the wall clock alone is tried once more, alone.

        Args:
            asked: The question.
            foreseen: Name of a function that stands in for the file's own to its answers.
        """
        reply = self._once(asked, foreseen)
        if isinstance(reply, Death) and reply.by_wall_clock:
            with self._alone():
                reply = self._once(asked, foreseen)
        return reply

    def _once(self, asked: Request, foreseen: Foreseen = NONE) -> tuple[bytes, bytes] | Death:
        if self._session is None:
            loaded = self._load()
            if isinstance(loaded, Death):
                return loaded
        assert self._session is not None
        reply = self._session.run(
            asked.header, asked.raw, callbacks=asked.callbacks, foreseen=foreseen
        )
        if isinstance(reply, Death):
            self.discard()
        return reply

    def ask(
        self, calls: Sequence[Call], arguments: Sequence[Mapping[str, Any]]
    ) -> list[Any] | None:
        """One answer per set of arguments, as the child sends them; None if the child died."""
        found = self.ask_openly(calls, arguments)
        return None if found is None or isinstance(found, Death) else found[0]

    def ask_openly(
        self, calls: Sequence[Call], arguments: Sequence[Mapping[str, Any]]
    ) -> tuple[list[Any], list[str]] | Death | None:
        """As `ask`, with the names of changed arguments, or with what the child died of.

        A death by the wall clock alone is tried once more, alone.
        """
        asked = request(calls, [(given, frozenset(), {}) for given in arguments])
        reply = self.reply(asked)
        if isinstance(reply, Death):
            return reply
        found = self._read(reply, len(arguments))
        if found is None:
            return None
        return [r.answer for r in found], [name for r in found for name in r.changed]

    def ask_cases(self, calls: Sequence[Call], cases: Sequence[Case]) -> list[Reply] | None:
        """One reply per case; None if the child died."""
        asked = request(calls, [(c.arguments, c.keywords, c.layout) for c in cases])
        reply = self._once(asked)
        return None if isinstance(reply, Death) else self._read(reply, len(cases))

    def _read(self, reply: tuple[bytes, bytes], programs: int) -> list[Reply] | None:
        try:
            return replies_of(*reply, programs)
        except CodecError:
            self.discard()
            return None


@contextmanager
def sit(
    sandbox: Sandbox,
    assignment: Assignment,
    submission: Submission,
    *,
    rebind: Mapping[str, Callable[..., object]] | None = None,
    alone: Alone = nullcontext,
) -> Iterator[Sitting]:
    """Load the submission's best file: the one with the most exercises attempted.

    Spare files are looked at where nothing is attempted in the others.

    Args:
        rebind: Function name to the grader's function that stands in for it.
        alone: Entered around a repetition that must have the machine for itself.
    """
    names = {e.name for e in assignment.exercises}
    sittings: list[Sitting] = []
    try:
        start = partial(sandbox.session, assignment.limits, beside(assignment, submission))
        for sources in (submission.candidates, submission.spare):
            if not any(_attempted(s, names) > 0 for s in sittings):
                sittings += [Sitting(start, s, rebind or {}, alone) for s in sources]
        best = max(sittings, key=lambda s: _attempted(s, names))
        for other in sittings:
            if other is not best:
                other.discard()
        if len(sittings) > 1:
            others = ", ".join(s.file for s in sittings if s is not best)
            best.notes = (f"graded {best.file}, not {others}", *best.notes)
        yield best
    finally:
        for sitting in sittings:
            sitting.discard()


def beside(assignment: Assignment, submission: Submission) -> dict[str, str]:
    """What a submission may import: given modules, or the student's own of the same names."""
    return {
        name: submission.beside.get(f"{name}.py", text) for name, text in assignment.given.items()
    }


def examine(
    start: Callable[[], Session],
    source: Source,
    module: str,
    tests: Mapping[str, Any],
    functions: Sequence[Callable[..., object]],
) -> list[list[str]] | Death:
    """Have tests run in a fresh child of the second kind, which holds the student's module, too.

    Args:
        start: Starts a session of that kind.
        source: The student's module.
        module: Its name in the course.
        tests: What to run, as `sandbox.testing` is asked for it.
        functions: The functions under test.
    """
    session = start()
    try:
        loaded = session.load(source)
        if isinstance(loaded, Death):
            return loaded
        return session.test({**tests, "alias": [PurePath(source.file).stem, module]}, functions)
    finally:
        session.close()


def _attempted(sitting: Sitting, names: set[str]) -> int:
    loaded = sitting.loaded
    return len(loaded.attempted & names) if isinstance(loaded, Loaded) else -1
