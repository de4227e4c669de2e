"""A child cannot make the grader's own functions eat the machine or its time."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.model import Cell, Limits, Reason, Source
from grader.sandbox import codec, wire
from grader.sandbox.callbacks import Callbacks
from grader.sandbox.link import DiedError
from grader.sandbox.opening import can_fork, open_best
from grader.sandbox.session import Death
from grader.sandbox.wire import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

linux = pytest.mark.skipif(not can_fork(), reason="not Linux")


@pytest.fixture
def serving() -> Iterator[Callable[..., Callbacks]]:
    made = []

    def serve(*functions: Callable[..., object]) -> Callbacks:
        made.append(Callbacks((), functions, 0.2))
        return made[-1]

    yield serve
    for one in made:
        one.close()


def call(served: Callbacks, *args: object) -> Any:
    header, raw = served.perform(Frame(wire.CALL, 1, *codec.encode([0, list(args), {}])))
    return codec.decode(header, raw)


@linux
def test_a_product_of_two_columns_does_not_fill_the_memory(
    serving: Callable[..., Callbacks],
) -> None:
    column = np.ones((65_000, 1))
    served = serving(lambda X, W: X @ W.T)
    outcome = call(served, column, column)
    assert outcome[0] == 1
    assert outcome[1].endswith("MemoryError")
    assert call(served, np.ones((2, 1)), np.ones((1, 1)))[0] == 0
    served.close()
    before = sys.modules["resource"].getrlimit(sys.modules["resource"].RLIMIT_AS)
    assert before[0] == sys.modules["resource"].RLIM_INFINITY or before[0] > 1 << 32


@linux
def test_a_function_that_does_not_end_is_stopped(serving: Callable[..., Callbacks]) -> None:
    def descend(steps: int) -> int:
        done = 0
        while done < steps:
            done += 1
        return done

    before = signal.getsignal(signal.SIGVTALRM)
    served = serving(descend)
    assert call(served, 3) == [0, 3]
    with pytest.raises(DiedError, match="a function of the grader that did not end within"):
        call(served, 10**12)
    served.close()
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)


def test_in_a_thread_there_is_no_alarm_and_all_works(serving: Callable[..., Callbacks]) -> None:
    served, found = serving(abs), []
    thread = threading.Thread(target=lambda: found.append(call(served, -3)))
    thread.start()
    thread.join()
    assert found == [[0, 3]]


def test_where_there_are_no_limits_calls_are_served(
    serving: Callable[..., Callbacks], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert call(serving(abs), -3) == [0, 3]


def test_what_is_not_a_call_ends_the_child(serving: Callable[..., Callbacks]) -> None:
    for value in (
        [1, [], {}],
        [0, {}, {}],
        [0, [], []],
        [0, [], {1: 2}],
        7,
        [0, [codec.Callback(5)], {}],
    ):
        with pytest.raises(DiedError, match="something that is not there"):
            serving(abs).perform(Frame(wire.CALL, 1, *codec.encode(value)))
    with pytest.raises(DiedError):
        serving(abs).perform(Frame(wire.CALL, 1, b"\xc1", b""))


def test_functions_of_the_grader_can_be_handed_back(serving: Callable[..., Callbacks]) -> None:
    assert call(serving(lambda f, x: f(x), abs), codec.Callback(1), -2.5) == [0, 2.5]


@linux
def test_a_session_ends_with_a_plain_sentence() -> None:
    def forever() -> None:
        while True:
            pass

    with open_best(None) as sandbox:
        session = sandbox.session(Limits(cpu_seconds=0.05))
        session.load(Source("a.py", (Cell("a.py", "def f(g): return g()"),)))
        frame = codec.encode([[[["f", [codec.Callback(0)], {}, [], 1]]], []])
        death = session.run(*frame, callbacks=[forever])
        session.close()
    assert isinstance(death, Death)
    assert (death.reason, death.by_wall_clock) == (Reason.TIMEOUT, False)


def test_what_a_child_says_of_its_own_function_is_checked(
    serving: Callable[..., Callbacks],
) -> None:
    served = serving(lambda f: f(2.0) + 1)
    own = codec.Callback(codec.OWN)
    assert call(served, own) == [
        1,
        "RuntimeError",
        "more than 10,000 calls back",
    ]  # nobody is there
    asked = []

    def answering(*reply: bytes) -> Callable[[tuple[bytes, bytes]], Frame]:
        return lambda question: (
            asked.append(codec.decode(*question)) or Frame(wire.BACKED, 1, *reply)
        )

    served.back = answering(*codec.encode([0, 2.5]))
    assert call(served, own) == [0, 3.5]
    assert asked == [[0, [2.0]]]
    served.back = answering(*codec.encode([1, "ValueError", "no"]))
    assert call(served, own) == [1, "RuntimeError", "ValueError: no"]
    for nonsense in ((b"\xc1", b""), codec.encode([]), codec.encode(7), codec.encode([1])):
        served.back = answering(*nonsense)
        with pytest.raises(DiedError, match="cannot be read"):
            call(served, own)
