"""Where a child was is said in the file's own words, the same each time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.model import Cell, Limits, Source
from grader.sandbox import codec
from grader.sandbox.opening import SpawningStarter, can_fork, open_best
from grader.sandbox.session import Death, Session
from grader.sandbox.whereabouts import HEAD, whereabouts

TEXT = """def step(w):
    return w - 1

async def other():
    async for x in y:
        pass

def descend(w):
    while w != 0.5:

        for _ in range(3):
            w = step(w)
    return w

z = descend(3)"""
CELLS = (Cell("loss.py", TEXT), Cell("cell 2", "x = 1\nwhile x:\n    x += 1"))


def stack(*frames: tuple[str, int]) -> bytes:
    lines = "".join(f'  File "{file}", line {line} in f\n' for file, line in frames)
    return b"printed\nCurrent thread 0x1 " + HEAD + lines.encode()


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        ([("loss.py", 2), ("loss.py", 12)], "in the loop at line 9 of descend: while w != 0.5:"),
        ([("numpy.py", 2), ("loss.py", 11)], "in the loop at line 9 of descend: while w != 0.5:"),
        ([("loss.py", 9), ("loss.py", 15)], "in the loop at line 9 of descend: while w != 0.5:"),
        ([("loss.py", 6)], "in the loop at line 5 of other: async for x in y:"),
        ([("loss.py", 2), ("loss.py", 15)], "at line 2 of step: return w - 1"),
        ([("loss.py", 15), ("runner.py", 3)], "at line 15: z = descend(3)"),
        ([("cell 2", 3)], "in the loop at cell 2, line 2: while x:"),
    ],
)
def test_the_outermost_loop_is_named_or_the_innermost_line(
    frames: list[tuple[str, int]], said: str
) -> None:
    assert whereabouts(stack(*frames), CELLS) == f"; it was {said}"


@pytest.mark.parametrize(
    "frames", [[], [("runner.py", 3)], [("loss.py", 0)], [("loss.py", 99_999)]]
)
def test_without_a_line_of_the_file_nothing_is_said(frames: list[tuple[str, int]]) -> None:
    assert not whereabouts(stack(*frames), CELLS)
    assert not whereabouts(b"no stack", CELLS)


@given(st.binary(), st.text())
def test_any_stack_of_any_file_gives_words_or_none(said: bytes, text: str) -> None:
    words = whereabouts(stack(("loss.py", 1)) + said, (Cell("loss.py", text),))
    assert not words or words.startswith("; it was ")
    assert len(words) < 400


def timed_out(session: Session, text: str) -> str:
    session.load(Source("a.py", (Cell("a.py", text),)))
    death = session.run(*codec.encode([[[["f", [], {}, [], 1]]], []]))
    session.close()
    assert isinstance(death, Death)
    return death.message


LIMITS = Limits(cpu_seconds=0.1)


@pytest.mark.skipif(not can_fork(), reason="not Linux")
def test_a_child_says_where_it_was_unless_it_refuses() -> None:
    with open_best(None) as sandbox:
        ask = [
            "def f():\n    x = 0\n    while x >= 0:\n        x += 1\n        print('x')",
            "import signal, os\ndef f():\n    os.kill(os.getpid(), signal.SIGSTOP)",
            "import signal\ndef f():\n    signal.signal(signal.SIGUSR1, signal.SIG_DFL)\n    while True: pass",
        ]
        said = [timed_out(sandbox.session(LIMITS), text) for text in ask]
    assert said[0].endswith("; it was in the loop at line 3 of f: while x >= 0:")
    assert said[1].endswith("so the process was stopped")
    assert said[2].endswith("so the process was stopped")


@pytest.mark.skipif(not can_fork(), reason="not Linux")
def test_the_same_loop_is_named_each_time_and_the_prints_are_kept() -> None:
    text = "def f():\n    print('mine', flush=True)\n    x = 0\n    while True:\n        x += 1\n        x -= 1"
    with open_best(None) as sandbox:
        found = set()
        for _ in range(8):
            session = sandbox.session(LIMITS)
            found.add(timed_out(session, text))
            assert session.output() == "mine\n"
    assert len(found) == 1


def test_a_spawned_child_says_it_too() -> None:
    if not hasattr(__import__("faulthandler"), "register"):
        pytest.skip("not Linux, nor any unix")
    starter = SpawningStarter()
    began = time.monotonic()
    message = timed_out(Session(starter.start, LIMITS), "def f():\n    while True:\n        pass")
    starter.close()
    assert message.endswith("; it was in the loop at line 2 of f: while True:")
    assert time.monotonic() - began < 20
