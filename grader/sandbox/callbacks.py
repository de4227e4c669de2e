"""Serve a child's calls to functions of the grader, within bounds of number, memory and time.

The functions are staff's code, the arguments a stranger's: two columns of 65,000 numbers make
a product of 34 GB, and a count of 10**12 steps never ends. While such a function runs, this
process may not grow beyond a margin nor use more processor time than the question has.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.model import Reason
from grader.sandbox import codec
from grader.sandbox.link import Death, DiedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.sandbox.sealed import Sealed
    from grader.sandbox.wire import Frame

CALLBACK_LIMIT = 10_000
CALLBACK_BYTES = 1 << 20
MEMORY_MARGIN = 512 << 20
_AGAIN_SECONDS = 0.1
_ARGUMENTS = 3


class _OverdueError(Exception):
    """Raised by the alarm inside a function of the grader."""


class _ForeignError(Exception):
    """An argument of a kind that does not travel."""


def answered(
    function: Callable[..., object], args: Sequence[Any], kwargs: Mapping[str, Any]
) -> tuple[bytes, bytes]:
    """The frame that says what a function of the grader returns.

    Raises:
        CodecError: what it returns does not travel.
        Exception: whatever it raises.
    """
    value = function(*args, **kwargs)
    if isinstance(value, Iterator):
        value = list(islice(value, codec.ITEM_LIMIT + 1))  # one more than the codec carries
    return codec.encode([0, value])


@dataclass(slots=True)
class Callbacks:
    """The functions that one question may use; closed when it is answered.

    Attributes:
        rebound: Stand in for the file's own: numbers -1, -2, ...
        given: Those that the question's `Callback(n)` name: numbers 0, 1, ...
        seconds: Processor time of this process for all calls together.
        foreseen: Number of a function to its sealed answers, until it is called: see `due`.
        back: Puts a question to the child meanwhile: its own function, called with arguments.
    """

    rebound: tuple[Callable[..., object], ...]
    given: tuple[Callable[..., object], ...]
    seconds: float
    foreseen: dict[int, Sequence[Sealed]] = field(default_factory=dict)
    back: Callable[[tuple[bytes, bytes]], Frame] | None = None
    _due: list[Sequence[Sealed]] = field(default_factory=list)
    _count: int = 0
    _bounds: _Bounds | None = None

    def perform(self, frame: Frame) -> tuple[bytes, bytes]:
        """Call a function of the grader; what it raises goes back, whatever it is.

        Raises:
            DiedError: the child asked for nonsense, or for more time than there is.
        """
        self._count += 1
        if self._count > CALLBACK_LIMIT:
            return codec.encode([1, "RuntimeError", f"more than {CALLBACK_LIMIT:,} calls back"])
        if len(frame.header) + len(frame.raw) > CALLBACK_BYTES:
            return codec.encode([1, "ValueError", "arguments of more than 1 MiB"])
        try:
            number, args, kwargs = _call(codec.decode(frame.header, frame.raw))
            function = self._function(number)
            if number in self.foreseen:
                self._due.append(self.foreseen.pop(number))
            args = [self._returned(value) for value in args]
            kwargs = {name: self._returned(value) for name, value in kwargs.items()}
        except _ForeignError as error:
            return codec.encode([1, "TypeError", f"cannot be called with {error}"])
        except (codec.CodecError, IndexError, TypeError, ValueError):
            text = "asked the grader for something that is not there"
            raise DiedError(Death(Reason.PROTOCOL, text)) from None
        return self._bounded(function, args, kwargs)

    def due(self) -> list[Sequence[Sealed]]:
        """What is to go with this answer: sealed answers of a function that was not called before.

        So the grader hears of every function that is called.
        """
        due, self._due = self._due, []
        return due

    def _bounded(
        self, function: Callable[..., object], args: list[Any], kwargs: dict[str, Any]
    ) -> tuple[bytes, bytes]:
        if self._bounds is None:
            self._bounds = _Bounds(self.seconds)
        try:
            with self._bounds.kept():
                return answered(function, args, kwargs)
        except _OverdueError:
            text = (
                "called a function of the grader that did not end within"
                f" {self.seconds:g} s, so the process was stopped"
            )
            raise DiedError(Death(Reason.TIMEOUT, text)) from None
        except DiedError:  # while one of the child's own functions was asked
            raise
        # Called with whatever the student passed: any exception belongs to the student's code.
        except Exception as error:  # noqa: BLE001
            return codec.encode([1, type(error).__name__, str(error)[:500]])

    def _function(self, number: int) -> Callable[..., object]:
        """A function of the grader by its number; IndexError if there is none."""
        return self.rebound[-1 - number] if number < 0 else self.given[number]

    def _returned(self, value: object) -> object:
        """An argument as it is, the grader's own function that was handed back, a generator."""
        if type(value) is codec.Callback and value.number & codec.OWN and value.number < 1 << 31:
            return partial(self._own, value.number - codec.OWN)
        if type(value) is codec.Callback:
            return self._function(_signed(value.number))
        if type(value) is codec.Rng:
            return np.random.default_rng(value.seed)
        return value

    def _own(self, index: int, *args: Any) -> object:
        """Have the child call one of its own functions.

        Raises:
            DiedError: it does not answer, or not as agreed.
        """
        self._count += 1
        if self.back is None or self._count > CALLBACK_LIMIT:
            raise RuntimeError(f"more than {CALLBACK_LIMIT:,} calls back")
        frame = self.back(codec.encode([index, list(args)]))
        try:
            outcome = codec.decode(frame.header, frame.raw)
            if outcome[0] == 0:
                return outcome[1]
            text = f"{outcome[1]}: {outcome[2]}"
        except (codec.CodecError, LookupError, TypeError) as error:
            text = f"gave an answer that cannot be read ({error})"
            raise DiedError(Death(Reason.PROTOCOL, text)) from None
        raise RuntimeError(text)

    def close(self) -> None:
        """Take the alarm off."""
        self.back = None  # it holds this: no circle is left for the collector
        if self._bounds is not None:
            self._bounds.close()
            self._bounds = None


@dataclass(slots=True)
class _Bounds:
    """An alarm on this process's own processor time, and a lid on its memory.

    Where the system has neither, or in a thread, there is none of them: students' own machines.
    """

    seconds: float
    _depth: int = 0
    _before: Any = None
    _armed: bool = False
    _lid: Callable[[], None] = field(init=False)
    _no_lid: Callable[[], None] = field(init=False)

    def __post_init__(self) -> None:
        self._lid, self._no_lid = _memory_lid()
        if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
            return
        self._before = signal.signal(signal.SIGVTALRM, self._ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, self.seconds, _AGAIN_SECONDS)
        self._armed = True

    def _ring(self, *_: object) -> None:
        if self._depth:
            raise _OverdueError

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is called here within the bounds."""
        try:
            self._lid()
            try:
                self._depth += 1  # a function may ask back, and be called from there again
                yield
            finally:
                self._depth -= 1
        finally:  # apart, because the alarm may still ring in the line above
            if not self._depth:
                self._no_lid()

    def close(self) -> None:
        if sys.platform != "win32" and self._armed:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, self._before or signal.SIG_DFL)
            self._armed = False


def _memory_lid() -> tuple[Callable[[], None], Callable[[], None]]:
    """What lowers the address space of this process to a margin, and what raises it again."""
    statm = Path("/proc/self/statm")
    if sys.platform == "win32" or not statm.exists():
        return _nothing, _nothing
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return _nothing, _nothing
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    size = int(statm.read_text("ascii").split()[0]) * os.sysconf("SC_PAGESIZE") + MEMORY_MARGIN
    least = size if soft == resource.RLIM_INFINITY else min(size, soft)
    put = partial(resource.setrlimit, resource.RLIMIT_AS)
    return partial(put, (least, hard)), partial(put, (soft, hard))


def _nothing() -> None:
    """No bound where the system has none."""


def _signed(number: int) -> int:
    """The number of a function that was handed back: negative for one that stands in."""
    return number - (1 << 32) if number >= 1 << 31 else number


def _call(value: object) -> tuple[int, list[Any], dict[str, Any]]:
    """Check the form of what a child sends to a callback; TypeError if it is another."""
    if not (type(value) is list and len(value) == _ARGUMENTS and type(value[0]) is int):
        raise TypeError
    number, args, kwargs = value
    if type(args) is not list or type(kwargs) is not dict:
        raise TypeError
    if not all(type(name) is str for name in kwargs):
        raise TypeError
    for argument in (*args, *kwargs.values()):
        if type(argument) is codec.Unsupported:
            raise _ForeignError(argument.text)
    return number, args, kwargs
