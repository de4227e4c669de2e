"""Students' own tests: run in a child of their own, on versions that the grader answers for."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.suspects import chaff, suspects_of, wheat, write_suspects
from grader.judge.tests import court_of, result_by_tests
from grader.model import (
    Assignment,
    Call,
    Cell,
    Exercise,
    Limits,
    Reason,
    Source,
    Verdict,
)
from grader.sandbox.opening import SpawningStarter, can_fork, open_best
from grader.sandbox.session import Death, Session
from grader.sitting import examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMITS = Limits(cpu_seconds=5.0)


@pytest.fixture(scope="module", params=["forked", "spawned"])
def start(request: pytest.FixtureRequest) -> Iterator[Callable[[], Session]]:
    if request.param == "spawned":
        starter = SpawningStarter()
        yield lambda: Session(starter.start, LIMITS)
        starter.close()
    elif not can_fork():
        pytest.skip("this system cannot fork a child that is under control")
    else:
        with open_best(None) as sandbox:
            yield lambda: sandbox.test_session(LIMITS)


def rows(start: Callable[[], Session], text: str, *functions: Any, **options: Any) -> Any:
    """What the child says of a file of tests."""
    request = {
        "file": "test_mine.py",
        "text": np.frombuffer(text.encode(), np.uint8),
        "module": "under_test",
        "functions": [f.__name__ for f in functions],
        "about": [],
        "wanted": [""],
        "first": False,
        "explain": True,
        **options,
    }
    module = "def one(): return 1\n"
    source = Source("anna.py", (Cell("anna.py", module),))
    served = [lambda *a, f=f, **k: _seen(f, list(a), k) for f in functions]
    return examine(start, source, "work", request, served)


def _seen(function: Any, args: list[Any], kwargs: dict[str, Any]) -> list[Any]:
    return [function(*args, **kwargs), [args, kwargs]]


def double(x: Any) -> Any:
    return 2 * x


def test_tests_of_all_kinds_run_on_what_the_grader_answers(start):
    text = """
import unittest
import numpy as np
import pytest
from hypothesis import given, strategies as st
from under_test import double
from work import one

def test_plain(): assert double(one()) == 2
@pytest.mark.parametrize("n", [1, 2])
def test_more(n): assert double(x=n) == 2 * n
@given(st.integers(-5, 5))
def test_property(n): assert double(n) == n + n
class TestInside(unittest.TestCase):
    def test_method(self): self.assertEqual(double(3), 6)
def test_wrong(): assert double(2) == 5
@pytest.mark.skip
def test_left_out(): assert False
def test_unwritten(): raise NotImplementedError("6.5")
"""
    found = {name: (outcome, kind) for name, outcome, kind, _ in rows(start, text, double)}
    assert found == {
        "test_plain": ("passed", ""),
        "test_more[1]": ("passed", ""),
        "test_more[2]": ("passed", ""),
        "test_property": ("passed", ""),
        "test_method": ("passed", ""),
        "test_wrong": ("failed", "error"),
        "test_left_out": ("skipped", ""),
        "test_unwritten": ("failed", "stub"),
    }


def test_what_a_function_does_to_its_arguments_is_seen(start):
    def fill(params, X):
        params["W"][:] = 7.0
        X += 1.0

    text = """
import numpy as np
from under_test import fill
def test_changed():
    params, X = {"W": np.zeros(2)}, np.zeros((2, 2))
    fill(params, X=X)
    assert params["W"].tolist() == [7, 7] and X.sum() == 4
"""
    assert rows(start, text, fill)[0][:2] == ["test_changed", "passed"]


def test_a_file_that_cannot_be_read_says_why(start):
    (found,) = rows(start, "def broken(:\n", double)
    assert found[1:3] == ["failed", "unreadable"]
    assert "SyntaxError" in found[3]
    (found,) = rows(start, "import what_is_not_there\n", double)
    assert "what_is_not_there" in found[3]
    assert rows(start, "x = 1\n", double) == []


def test_tests_are_told_apart_by_the_names_of_functions(start):
    text = "def test_sigmoid_one(): pass\ndef test_sig(): pass\ndef test_other(): pass\n"
    options = {"about": ["sigmoid", "relu"]}
    names = [r[0] for r in rows(start, text, double, wanted=["sigmoid"], **options)]
    assert names == ["test_sigmoid_one"]
    assert [r[0] for r in rows(start, text, double, wanted=[""], **options)] == [
        "test_sig",
        "test_other",
    ]


def test_the_same_examples_are_drawn_each_time(start):
    text = """
from hypothesis import given, strategies as st
from under_test import double
@given(st.floats(-1e3, 1e3))
def test_all(x): double(x)
"""
    seen: list[list[float]] = []
    for _ in range(2):
        seen.append([])
        rows(start, text, seen[-1].append, functions=["double"])
    assert seen[0] == seen[1]
    assert len(seen[0]) >= 20


def test_a_file_that_ends_the_process_or_hangs_is_a_death(start):
    death = rows(start, "import os\ndef test_end(): os._exit(0)\n", double)
    assert isinstance(death, Death)
    assert death.reason is Reason.EXITED


def test_no_version_and_no_solution_is_in_the_child(start):
    """Neither the code of what is tried nor the grader's own parts that know it."""
    text = """
import gc, sys
def test_nothing_is_there():
    assert not [m for m in sys.modules if m.startswith(("grader.judge", "grader.authoring"))]
    assert "checks" not in sys.modules and "suspects" not in sys.modules
    codes = [o for o in gc.get_objects() if getattr(o, "__name__", "") == "the_secret_version"]
    assert not codes
"""

    def the_secret_version(x: Any) -> Any:
        return x

    assert rows(start, text, the_secret_version, functions=["f"])[0][1] == "passed"


@pytest.mark.skipif(not can_fork(), reason="not Linux")
def test_the_second_kind_of_child_is_locked_in_like_the_first():
    text = """
import os, socket, sys
import numpy as np
import pytest

@pytest.mark.parametrize("attempt", [
    lambda: open("/etc/passwd"),
    lambda: open(os.path.join(os.path.dirname(os.__file__), "os.py"), "a"),
    lambda: socket.socket(),
    lambda: os.fork(),
    lambda: os.execv(sys.executable, [sys.executable]),
    lambda: os.kill(os.getppid(), 9),
    lambda: os.chmod("/", 0o777),
    lambda: os.listdir("/"),
])
def test_refused(attempt):
    with pytest.raises(OSError):
        attempt()

def test_memory():
    with pytest.raises(MemoryError):
        np.ones(2**33)

def test_surroundings():
    assert os.path.realpath(os.getcwd()) == os.path.realpath(os.environ["HOME"])
    assert not [name for name in os.environ if "TOKEN" in name or "GRADER" in name]
"""
    with open_best("full") as sandbox:
        found = rows(lambda: sandbox.test_session(LIMITS), text, double)
        assert [row[0] for row in found if row[1] != "passed"] == []
        assert len(found) == 10
        quick = Limits(cpu_seconds=0.5)
        endless = "def test_endless():\n    while True: pass\n"
        death = rows(lambda: sandbox.test_session(quick), endless, double)
        assert isinstance(death, Death)
        assert death.reason is Reason.TIMEOUT
        assert "of processor time" in death.message


# --- the judge -----------------------------------------------------------------------------


@wheat("f", "as it is", public=True)
def right(x):
    return 2.0 * x


@wheat("f", "rounded otherwise")
def right_too(x):
    return x + x * (1 + 1e-15)


@chaff("f", "Negative numbers are not doubled")
def wrong_below_zero(x):
    return np.where(x < 0, x, 2.0 * x)


@chaff("f", "One is added", public=True)
def one_too_much(x):
    return helper_of_the_public(x)


@wheat("g", "the other function")
def other(x):
    return -x


def helper_of_the_public(x):
    return 2.0 * x + 1


SUSPECTS = (right, right_too, wrong_below_zero, one_too_much, other)


def exercise(*functions: str) -> Exercise:
    weights = {"value": Fraction(1)}
    call = Call("test_mine", (), ("tests",))
    return Exercise("test_mine", "6.5", Fraction(10), weights, (call,), (), judged_by="tests",
                    file="test_mine.py", under_test=functions)  # fmt: skip


def judged(start: Callable[[], Session], text: str) -> Any:
    one = exercise("f")
    assignment = Assignment("06", "T", "work", (one,), LIMITS, "")
    source = Source("work.py", (Cell("work.py", ""),))

    def run(request, functions):
        return examine(start, source, "work", request, functions)

    return result_by_tests(one, court_of(assignment, "test_mine.py", text, SUSPECTS, run))


HEAD = "import numpy as np\nfrom under_test import f\n"


def test_points_are_the_share_of_wrong_versions_that_are_caught(start):
    whole = judged(
        start, HEAD + "def test_f(): assert np.allclose(f(np.array([-1.0, 2])), [-2, 4])"
    )
    assert (whole.verdict, whole.points) == (Verdict.PASSED, 10)
    half = judged(start, HEAD + "def test_f(): assert np.allclose(f(np.array([2.0])), 4)")
    assert (half.verdict, half.points) == (Verdict.FAILED, 5)
    assert half.message == (
        "1 of 2 wrong versions are caught. Your tests do not notice:\n"
        "- Negative numbers are not doubled"
    )
    none = judged(start, HEAD + "def test_f(): f(np.ones(1))")
    assert (none.verdict, none.points) == (Verdict.FAILED, 0)


def test_a_right_version_that_is_rejected_costs_all_points(start):
    result = judged(start, HEAD + "def test_f(): assert f(np.array(0.1)) == 0.2")
    assert (result.verdict, result.points) == (Verdict.FAILED, 0)
    assert "test_f rejects a right version of f (rounded otherwise)" in result.message


def test_nothing_written_is_not_attempted(start):
    for text in ("x = 1\n", "def test_f(): raise NotImplementedError('6.5')\n"):
        assert judged(start, text).verdict is Verdict.NOT_ATTEMPTED
    assert judged(start, "def test_f(:\n").verdict is Verdict.RAISED


def test_students_receive_public_versions_with_what_they_use_and_no_others():
    from pathlib import Path

    text = write_suspects(Path(__file__).read_text(encoding="utf-8"), SUSPECTS)
    assert "def right(" in text
    assert "def helper_of_the_public(" in text
    assert "public=" not in text
    assert "right_too" not in text
    assert "wrong_below_zero" not in text
    import types

    module = types.ModuleType("suspects")
    exec(text.replace("import fractions", ""), vars(module))
    assert [s.id for s in suspects_of(module)] == ["right", "one_too_much"]
