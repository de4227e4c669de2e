"""A submission's file, loaded in a child of its own, as something that answers calls.

The grader's side: it owns the clock, counts, and decodes; nothing that a child does or says can
raise anything here but what is named.
"""

from __future__ import annotations

import unicodedata
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import msgpack  # type: ignore[import-untyped]
import numpy as np

from grader.errors import SandboxError
from grader.model import Reason
from grader.sandbox import codec, sealed, wire
from grader.sandbox.callbacks import Callbacks
from grader.sandbox.link import Clock, Death, DiedError, Link
from grader.sandbox.whereabouts import whereabouts
from grader.sandbox.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from grader.model import Cell, Limits, Source
    from grader.sandbox.opening import Sandbox

    Alone = Callable[[], AbstractContextManager[None]]

__all__ = ["Death", "Loaded", "Session", "open_sandbox"]

LOAD_CPU_SECONDS = 2.0
_SKIPS = 3
_START_SECONDS = 30.0
_ANSWERS = {
    wire.LOAD: wire.LOADED,
    wire.RUN: wire.ANSWER,
    wire.KNOWN: wire.ANSWER,
    wire.TEST: wire.TESTED,
}
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file turned out to hold.

    Attributes:
        defined: Names bound at module level, those of modules aside.
        attempted: Of those, all but functions that only raise NotImplementedError and constants
            that are dots.
        notes: Statements and magics that were left out, and why.
        problem: Why the file cannot be read at all; `defined` is empty then.
    """

    defined: frozenset[str]
    attempted: frozenset[str]
    notes: tuple[str, ...]
    problem: str | None


@dataclass(slots=True)
class _Announced:
    """Which statement a loading child was about to execute."""

    cell: int = -1
    number: int = -1
    shown: str = ""


@dataclass(slots=True)
class Session:
    """One child after the other, for one file; a death ends it, a new session starts afresh.

    Attributes:
        modules: What the file may import beside libraries: name to source.
    """

    start: Callable[[Limits], Link]
    limits: Limits
    modules: Mapping[str, str] = field(default_factory=dict)
    _link: Link | None = None
    _number: int = 0
    _names: tuple[str, ...] = ()
    _rebind: tuple[Callable[..., object], ...] = ()
    _cells: tuple[Cell, ...] = ()
    _printed: str = ""
    _over: bool = False
    _notes: list[str] = field(default_factory=list)

    def load(
        self,
        source: Source,
        *,
        rebind: Mapping[str, Callable[..., object]] | None = None,
        alone: Alone = nullcontext,
    ) -> Loaded | Death:
        """Execute the file in a fresh child, without at most three statements that end it.

        Args:
            source: What the student handed in.
            rebind: Functions of the grader that take the place of the file's own.
            alone: Entered around what is repeated because only the wall clock ran out.

        Raises:
            SandboxError: the child could not be set up.
        """
        rebind = dict(rebind or {})
        self._names, self._rebind = tuple(rebind), tuple(rebind.values())
        self._cells = source.cells
        request = _request(source, list(rebind), dict(self.modules))
        outcome = self._load_watched(request, _Announced())
        if isinstance(outcome, Loaded) or outcome.reason is Reason.PROTOCOL:
            return outcome
        request["announce"] = True
        with ExitStack() as room:
            if outcome.by_wall_clock:
                room.enter_context(alone())
                alone = nullcontext
            return self._load_without_the_worst(request, source, room, alone)

    def _load_without_the_worst(
        self, request: dict[str, Any], source: Source, room: ExitStack, alone: Alone
    ) -> Loaded | Death:
        """Leave out one statement after the other that ends the child, three at most."""
        while True:
            at = _Announced()
            outcome = self._load_watched(request, at)
            if isinstance(outcome, Loaded):
                return outcome
            if outcome.by_wall_clock and alone is not nullcontext:
                room.enter_context(alone())
                alone = nullcontext
                continue
            known = 0 <= at.cell < len(source.cells)
            if not known or len(request["skip"]) == _SKIPS or outcome.reason is Reason.PROTOCOL:
                self._over = True
                return outcome
            request["skip"].append([at.cell, at.number])
            what = at.shown or f"{source.cells[at.cell].label}"
            self._notes.append(f"{what}: {outcome.message}: skipped")

    def _load_watched(self, request: dict[str, Any], at: _Announced) -> Loaded | Death:
        self._renew()
        seconds = 5 * LOAD_CPU_SECONDS
        clock = Clock(self._live(), LOAD_CPU_SECONDS, seconds, "did not finish")
        callbacks = Callbacks(self._rebind, (), seconds)
        try:
            answer = self._ask(wire.LOAD, codec.encode(request), clock, callbacks, at)
            return self._loaded(codec.decode(answer.header, answer.raw))
        except DiedError as error:
            return self._ended(error.death)
        except (codec.CodecError, TypeError, KeyError) as error:
            self._bury()
            return Death(Reason.PROTOCOL, f"gave an answer that cannot be read ({error})")
        finally:
            callbacks.close()

    def _ended(self, death: Death) -> Death:
        """Bury a child that owes an answer; if it used up its time, say where it was."""
        if death.reason is Reason.TIMEOUT and self._link is not None:
            stack = self._link.stack()
            place = escape(whereabouts(stack, self._cells))
            death = replace(death, message=death.message + place)
        self._bury()
        return death

    def _loaded(self, value: dict[str, Any]) -> Loaded:
        """Check what a child says about itself: names and notes are texts, or it is no answer."""
        for key in ("defined", "attempted", "notes"):
            if not all(type(text) is str for text in value[key]):
                raise TypeError(key)
        problem = None if value["problem"] is None else escape(str(value["problem"]))
        notes = (*self._notes, *value["notes"])
        defined = frozenset(value["defined"])
        attempted = frozenset(value["attempted"]) & defined
        return Loaded(defined, attempted, tuple(map(escape, notes)), problem)

    def run(
        self,
        header: bytes,
        raw: bytes,
        *,
        callbacks: Sequence[Callable[..., object]] = (),
        foreseen: sealed.Foreseen = sealed.NONE,
        limits: Limits | None = None,
    ) -> tuple[bytes, bytes] | Death:
        """Have the programs of a frame run; `runner.run` says what comes back.

        Args:
            header: As `codec.encode` gives it.
            raw: Its contents.
            callbacks: Functions of the grader that the request's `Callback(n)` name.
            foreseen: Name of a function that stands in for the file's own to its answers.
            limits: Other limits than the session's own for this question.

        Raises:
            SandboxError: the machine failed, or the session is over.
        """
        limits = limits or self.limits
        link = self._live()
        clock = Clock(link, limits.cpu_seconds, limits.wall_seconds)
        sent = {-1 - at: foreseen[n] for at, n in enumerate(self._names) if n in foreseen}
        served = Callbacks(self._rebind, tuple(callbacks), limits.wall_seconds, sent)
        try:
            _expect_silence(link, "answered before it was asked")
            number = link.known.get(header)
            kind = wire.RUN if number is None else wire.KNOWN
            head = header if number is None else codec.encode(number)[0]
            answer = self._ask(kind, (head, raw), clock, served, None)
            _expect_silence(link, "went on answering after its answer")
        except DiedError as error:
            death = self._ended(error.death)
            self._over = True
            return death
        finally:
            served.close()
        return answer.header, answer.raw

    def test(
        self, request: Mapping[str, Any], callbacks: Sequence[Callable[..., object]]
    ) -> list[list[str]] | Death:
        """Have a file of tests run; `testing.run` says what is asked and what comes back.

        Args:
            request: What to run.
            callbacks: The functions under test, in order.

        Raises:
            SandboxError: the machine failed, or the session is over.
        """
        link = self._live()
        clock = Clock(link, self.limits.cpu_seconds, self.limits.wall_seconds)
        served = Callbacks(self._rebind, tuple(callbacks), self.limits.wall_seconds)
        try:
            answer = self._ask(wire.TEST, codec.encode(dict(request)), clock, served, None)
            return _rows(codec.decode(answer.header, answer.raw))
        except DiedError as error:
            death = self._ended(error.death)
        except (codec.CodecError, TypeError) as error:
            self._bury()
            death = Death(Reason.PROTOCOL, f"gave an answer that cannot be read ({error})")
        finally:
            served.close()
        self._over = True
        return death

    def output(self) -> str:
        """Give what was printed so far: bounded, control characters escaped."""
        if self._link is not None:
            return escape(self._link.output().decode("utf-8", "backslashreplace"))
        return self._printed

    def close(self) -> None:
        """End the child."""
        self._bury()
        self._over = True

    def _renew(self) -> None:
        self._bury()
        self._link = self.start(self.limits)
        self._number = 0
        try:
            frame = self._link.receive(Clock(self._link, _START_SECONDS, _START_SECONDS))
        except DiedError as error:
            self._bury()
            text = f"a child died while it was set up: {error.death.message}"
            raise SandboxError(text) from error
        if frame.kind != wire.READY:
            self._bury()
            text = str(msgpack.unpackb(frame.header))
            raise SandboxError(f"a child could not lock itself in: {text}")

    def _live(self) -> Link:
        if self._link is None or self._over:
            raise SandboxError("this session is over; start another")
        return self._link

    def _bury(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close()
            self._printed = escape(link.output().decode("utf-8", "backslashreplace"))

    def _ask(
        self,
        kind: int,
        question: tuple[bytes, bytes],
        clock: Clock,
        callbacks: Callbacks,
        at: _Announced | None,
    ) -> Frame:
        """Put a question and serve the calls that come before the answer."""
        self._number += 1
        self._live().send(Frame(kind, self._number, *question), clock)
        callbacks.back = partial(self._ask_back, clock, callbacks)
        return self._await(_ANSWERS[kind], clock, callbacks, at)

    def _ask_back(self, clock: Clock, callbacks: Callbacks, question: tuple[bytes, bytes]) -> Frame:
        """Have the child call a function of its own while it waits for one of the grader's."""
        self._live().send(Frame(wire.BACK, self._number, *question), clock)
        return self._await(wire.BACKED, clock, callbacks, None)

    def _await(self, kind: int, clock: Clock, callbacks: Callbacks, at: _Announced | None) -> Frame:
        link = self._live()
        while True:
            frame = link.receive(clock)
            if frame.number != self._number:
                raise DiedError(Death(Reason.PROTOCOL, "answered a question that was not asked"))
            if frame.kind == wire.CALL:
                reply = callbacks.perform(frame)
                for answers in callbacks.due():
                    link.send(Frame(wire.SEALED, self._number, *sealed.pack(answers)), clock)
                link.send(Frame(wire.RESULT, self._number, *reply), clock)
            elif frame.kind == wire.ANNOUNCE and at is not None:
                _announced(frame, at)
            elif frame.kind == kind:
                return frame
            else:
                raise DiedError(Death(Reason.PROTOCOL, "answered with something out of order"))


def _rows(value: object) -> list[list[str]]:
    """Check the form of what a child says of its tests; TypeError if it is another."""
    if type(value) is not list or not all(type(row) is list for row in value):
        raise TypeError("not a table")
    if not all(len(row) == _COLUMNS and all(type(t) is str for t in row) for row in value):
        raise TypeError("a row of another form")
    return [[escape(text) for text in row] for row in value]


def _expect_silence(link: Link, otherwise: str) -> None:
    if not link.silent():
        raise DiedError(Death(Reason.PROTOCOL, otherwise))


def _announced(frame: Frame, at: _Announced) -> None:
    try:
        cell, number, shown = codec.decode(frame.header, frame.raw)
    except (codec.CodecError, TypeError, ValueError):
        cell = number = shown = None
    if type(cell) is int and type(number) is int and type(shown) is str:
        at.cell, at.number, at.shown = cell, number, shown[:200]
    else:
        raise DiedError(Death(Reason.PROTOCOL, "announced nothing that can be read"))


def _request(source: Source, rebind: list[str], modules: dict[str, str]) -> dict[str, Any]:
    cells = [[cell.label, _bytes(cell.text)] for cell in source.cells]
    return {
        "module": PurePath(source.file).stem,
        "file": source.file,
        "notebook": source.notebook,
        "cells": cells,
        "modules": {name: _bytes(text) for name, text in modules.items()},
        "rebind": rebind,
        "skip": [],
        "announce": False,
    }


def _bytes(text: str) -> np.ndarray:
    """A text of any length: the codec's own texts are short."""
    return np.frombuffer(text.encode("utf-8", "replace"), np.uint8)


def open_sandbox(*, require: str | None) -> Sandbox:
    """Open the best sandbox that this machine offers; a context manager.

    Args:
        require: The least level: full, reduced, limits-only, timeouts-only; None for any.

    Raises:
        IsolationError: the level is not reached; lists what is missing.
        SandboxError: not even a plain process could be started.
    """
    from grader.sandbox.opening import open_best  # noqa: PLC0415 - opening imports this module

    return open_best(require)


def escape(text: str) -> str:
    """Make control, format and surrogate characters visible; lines and tabs stay."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else _shown(c)
        for c in text
    )


def _shown(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii", "replace")
