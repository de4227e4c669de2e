"""The process that holds student code: it loads a file and answers calls.

All that is done with student code is done after the process has locked itself in. What it says is
untrusted. What it knows beforehand, it was forked with: see `Known`.
"""

from __future__ import annotations

import builtins
import contextlib
import linecache
import os
import random
import sys
import traceback
import types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from grader.sandbox import asked, codec, runner, sealed, source, wire
from grader.sandbox.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

_NOTES_LIMIT = 50
_SEED = 20_240_229
_SEEDS = 1 << 63
_BROKEN_STATUS, _MEMORY_STATUS = 71, 72


@dataclass(slots=True)
class Channel:
    """The two descriptors towards the grader, and which question is being answered.

    Attributes:
        own: Functions of this process that the grader may call meanwhile.
        known: Number of a function of the grader to more of its answers; for one question.
    """

    questions: int
    answers: int
    number: int = 0
    own: list[Callable[..., object]] = field(default_factory=list)
    known: dict[int, sealed.Answers] = field(default_factory=dict)

    def receive(self) -> Frame:
        """Wait for a question."""
        self.own.clear()
        self.known.clear()
        frame = wire.read(self.questions)
        self.number = frame.number
        return frame

    def send(self, kind: int, header: bytes, raw: bytes = b"") -> None:
        """Answer the question that was received last."""
        wire.write(self.answers, Frame(kind, self.number, header, raw))

    def call(self, number: int, args: list[Any], kwargs: dict[str, Any] | None = None) -> object:
        """Ask the grader to call one of its functions; raise what it raised."""
        sent = {name: self._handed(value) for name, value in (kwargs or {}).items()}
        return _outcome(*self._asked(number, [self._handed(value) for value in args], sent))

    def call_again(self, number: int, name: str, args: list[Any], kwargs: dict[str, Any]) -> object:
        """As `call`, of a function that stands in for one of the file's own.

        With the first result more answers come, sealed: whoever asks for one of them finds it here.
        """
        sent = {key: self._handed(value) for key, value in kwargs.items()}
        handed = [self._handed(value) for value in args]
        found = None
        if number in self.known:
            with contextlib.suppress(codec.CodecError):
                found = self.known[number].open(sealed.asked(name, handed, sent))
        return _outcome(*(found or self._asked(number, handed, sent)))

    def _asked(self, number: int, args: list[Any], kwargs: dict[str, Any]) -> tuple[bytes, bytes]:
        self.send(wire.CALL, *_encode_call([number, args, kwargs]))
        while (reply := wire.read(self.questions)).kind != wire.RESULT:
            if reply.kind == wire.SEALED:
                self.known[number] = sealed.unpack(reply.header, reply.raw)
            else:
                self._answer_back(reply)
        return reply.header, reply.raw

    def _handed(self, value: object) -> object:
        """A function goes as a number: the grader's own as its number, another as one of ours.

        A generator stays here; what is called gets a fresh one, seeded from it.
        """
        if isinstance(value, np.random.Generator):
            return codec.Rng(int(value.integers(_SEEDS)))
        if not callable(value) or isinstance(value, type):
            return value
        number = getattr(value, "grader_number", None)
        if type(number) is int:
            return codec.Callback(number & 0xFFFFFFFF)
        self.own.append(value)
        return codec.Callback(codec.OWN + len(self.own) - 1)

    def _answer_back(self, asked: Frame) -> None:
        """Call a function of this process for the grader; whatever it raises is its answer."""
        index, args = codec.decode(asked.header, asked.raw, writable=True)
        try:
            outcome = codec.encode_answers([0, self.own[index](*args)])
        except Exception as error:  # noqa: BLE001 - student code may raise anything
            outcome = codec.encode([1, runner.type_name(error), runner.text_of(error)])
        self.send(wire.BACKED, *outcome)


@dataclass(frozen=True, slots=True)
class Known:
    """Requests of which the outline was read before the child was forked.

    Attributes:
        headers: Of all of them, in order.
        fresh: By number, the outlines that nobody has used yet: each serves for one run.
    """

    headers: list[bytes] = field(default_factory=list)
    fresh: dict[int, asked.Asked] = field(default_factory=dict)

    def learn(self, header: bytes, size: int, call: Callable[..., object]) -> None:
        """Read the outline of one more, whose contents have so many bytes."""
        self.fresh[len(self.headers)] = asked.outline(header, size, call)
        self.headers.append(header)

    def take(self, number: int, raw: bytes, call: Callable[..., object]) -> asked.Asked:
        """One of them, with its contents."""
        drawn = self.fresh.pop(number, None)
        return drawn.filled(raw) if drawn else asked.read(self.headers[number], raw, call)


def serve(channel: Channel, known: Known) -> NoReturn:
    """Answer questions until the grader hangs up; leave without running any exit hook."""
    _prepare()
    status = _BROKEN_STATUS
    try:
        _answer_all(channel, known)
    except EOFError:
        status = 0
    except MemoryError:
        status = _MEMORY_STATUS
    except BaseException:  # noqa: BLE001 - student code broke what the runner stands on
        with contextlib.suppress(BaseException):
            os.write(2, traceback.format_exc(-3).encode("utf-8", "replace")[-2000:])
    finally:
        os._exit(status)


def _answer_all(channel: Channel, known: Known) -> NoReturn:
    namespace: dict[str, Any] = {}
    while True:
        question = channel.receive()
        if question.kind == wire.LOAD:
            request = codec.decode(question.header, question.raw)
            loading = Loading(request, channel)
            namespace = loading.namespace
            header, raw = codec.encode(loading.run())
            kind = wire.LOADED
        elif question.kind == wire.TEST:
            header, raw = _test(codec.decode(question.header, question.raw), channel)
            kind = wire.TESTED
        else:
            header, raw = runner.perform(namespace, _request(question, known, channel))
            kind = wire.ANSWER
        _flush()
        channel.send(kind, header, raw)


def _request(question: Frame, known: Known, channel: Channel) -> asked.Asked:
    if question.kind == wire.KNOWN:
        return known.take(codec.decode(question.header, b""), question.raw, channel.call)
    return asked.read(question.header, question.raw, channel.call)


def _test(request: dict[str, Any], channel: Channel) -> tuple[bytes, bytes]:
    """Run tests: what they need is there in the second kind of child alone."""
    from grader.sandbox import testing  # noqa: PLC0415 - pytest and hypothesis come with it

    return codec.encode(testing.run(request, channel.call))


def _prepare() -> None:
    """Give student code the surroundings that its author would expect, without a keyboard."""
    builtins.input = _no_keyboard
    random.seed(_SEED)
    np.random.seed(_SEED)  # noqa: NPY002 - the generator that students' code may use


def _no_keyboard(_prompt: object = "", /) -> NoReturn:
    raise EOFError("there is no keyboard when graded")


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        # Students replace the streams; whatever flushing them raises is no answer's business.
        with contextlib.suppress(BaseException):
            stream.flush()


def _outcome(header: bytes, raw: bytes) -> object:
    """What a function of the grader returned; raise what it raised."""
    outcome = codec.decode(header, raw)
    if outcome[0] == 0:
        return outcome[1]
    raise _exception(outcome[1], outcome[2])


def _encode_call(value: list[Any]) -> tuple[bytes, bytes]:
    try:
        return codec.encode(value)
    except codec.CodecError:
        return codec.encode_answers(value)


def _exception(name: str, text: str) -> Exception:
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, Exception):
        with contextlib.suppress(TypeError):
            return kind(text)
    return RuntimeError(f"{name}: {text}")


@dataclass(slots=True)
class Loading:
    """One pass over a submission's file, statement by statement."""

    request: dict[str, Any]
    channel: Channel
    notes: list[str] = field(default_factory=list)
    flags: int = 0
    module: types.ModuleType = field(init=False)

    def __post_init__(self) -> None:
        self.module = types.ModuleType(self.request["module"])
        self.module.__file__ = self.request["file"]
        sys.modules.setdefault(self.module.__name__, self.module)
        beside = {name: data.tobytes().decode() for name, data in self.request["modules"].items()}
        if beside:
            sys.meta_path.insert(0, source.Beside(beside))

    @property
    def namespace(self) -> dict[str, Any]:
        """Where the submission's names live."""
        return self.module.__dict__

    def run(self) -> dict[str, Any]:
        """Execute the file and tell what it defines."""
        problem = None
        for index, (label, data) in enumerate(self.request["cells"]):
            text = data.tobytes().decode()
            if self._hurry(label, text):
                continue
            piece = self._read(index, label, text)
            if piece.problem is not None and not self.request["notebook"]:
                problem = piece.problem
            elif piece.problem is not None:
                self._note(f"{piece.problem}: the cell is left out")
            self.notes += piece.notes
            self._execute(index, piece)
        self._rebind(self.request["rebind"])
        defined = (
            []
            if problem
            else [n for n, value in self._names() if type(value) is not types.ModuleType]
        )
        attempted = [n for n in defined if not source.is_stub(self.namespace[n])]
        notes = [note[:500] for note in self.notes[:_NOTES_LIMIT]]
        return {"defined": defined, "attempted": attempted, "notes": notes, "problem": problem}

    def _names(self) -> list[tuple[str, object]]:
        names = list(self.namespace.items())
        return [(n, v) for n, v in names if type(n) is str and not n.startswith("__")][:10_000]

    def _hurry(self, label: str, text: str) -> bool:
        """Execute a piece at once if nothing is to be done between its statements.

        If one of them raises, the others follow one by one.
        """
        if self.request["announce"] or self.request["rebind"]:
            return False
        code = source.whole(label, text, self.flags)
        if code is None:
            return False
        self._remember(label, text)
        try:
            exec(code, self.namespace)  # noqa: S102 - this is what the jail is for
        except BaseException as error:  # noqa: BLE001 - it costs only one statement
            piece = self._parse(label, text)
            failed = source.failing(piece, code, error)
            self._failed(piece, piece.statements[failed], error)
            self._execute(-1, piece, failed + 1)
        self.flags |= source.future_flags(code) if self.request["notebook"] else 0
        return True

    def _read(self, index: int, label: str, text: str) -> source.Piece:
        if [index, -1] in self.request["skip"]:
            return source.Piece(label, "", problem=f"{label}: Python cannot read it")
        self._announce(index, -1)
        piece = self._parse(label, text)
        self.flags |= piece.flags if self.request["notebook"] else 0
        self._remember(label, piece.text)
        return piece

    def _parse(self, label: str, text: str) -> source.Piece:
        if self.request["notebook"]:
            return source.read_cell(label, text, self.flags)
        return source.read_module(label, text)

    def _remember(self, label: str, text: str) -> None:
        """Let tracebacks show the lines of a file that is not there."""
        linecache.cache[label] = (len(text), None, text.splitlines(keepends=True), label)

    def _execute(self, index: int, piece: source.Piece, first: int = 0) -> None:
        for number, statement in enumerate(piece.statements[first:], first):
            if [index, number] in self.request["skip"]:
                continue
            self._announce(index, number, self._show(piece, statement))
            try:
                exec(statement.code, self.namespace)  # noqa: S102 - this is what the jail is for
            except BaseException as error:  # noqa: BLE001 - it costs only this statement
                self._failed(piece, statement, error)
            self._rebind(n for n in statement.binds if n in self.request["rebind"])

    def _show(self, piece: source.Piece, statement: source.Statement) -> str:
        place = f"{piece.label}, line" if self.request["notebook"] else "line"
        return f"{place} {statement.line}: {statement.shown}".removesuffix(": ")

    def _failed(
        self, piece: source.Piece, statement: source.Statement, error: BaseException
    ) -> None:
        what = f"{runner.type_name(error)}: {runner.text_of(error)}".removesuffix(": ")
        self._note(f"{self._show(piece, statement)}: {what}: skipped")

    def _rebind(self, names: Any) -> None:
        """Let names call the grader; negative numbers tell these from a request's callbacks."""
        for name in names:
            number = -1 - self.request["rebind"].index(name)
            self.namespace[name] = _calling(self.channel.call_again, number, name)

    def _announce(self, index: int, number: int, shown: str = "") -> None:
        if self.request["announce"]:
            _flush()
            self.channel.send(wire.ANNOUNCE, *codec.encode([index, number, shown]))

    def _note(self, text: str) -> None:
        if len(self.notes) < _NOTES_LIMIT:
            self.notes.append(text)


def _calling(call: Callable[..., object], number: int, name: str) -> Callable[..., object]:
    def rebound(*args: object, **kwargs: object) -> object:
        return call(number, name, list(args), kwargs)

    rebound.__name__ = rebound.__qualname__ = name
    return asked.numbered(rebound, number)
