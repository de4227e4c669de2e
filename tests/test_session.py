"""A session loads what can be loaded, answers what is asked, and dies alone."""

from __future__ import annotations

import contextlib
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.errors import SandboxError
from grader.model import Cell, Limits, Reason, Source
from grader.sandbox import codec, wire
from grader.sandbox.codec import Callback
from grader.sandbox.link import autopsy_of_status
from grader.sandbox.opening import can_fork, open_best
from grader.sandbox.session import Death, Loaded, Session, escape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAST = Limits(cpu_seconds=0.1)


@pytest.fixture
def session(start: Callable[[Limits], Session]) -> Iterator[Session]:
    opened = start(Limits())
    yield opened
    opened.close()


def module(text: str) -> Source:
    return Source("layers.py", (Cell("layers.py", text),))


def notebook(*cells: str) -> Source:
    labelled = (Cell(f"cell {n}", text) for n, text in enumerate(cells, 1))
    return Source("layers.ipynb", tuple(labelled), notebook=True)


def load(session: Session, source: Source, **options: Any) -> Loaded:
    loaded = session.load(source, **options)
    assert isinstance(loaded, Loaded), loaded
    return loaded


def ask(session: Session, name: str, *args: Any, **options: Any) -> Any:
    """Ask for one call; the answer as `[kind, value]`, or the death."""
    frame = codec.encode([[[[name, list(args), {}, [], 1]]], []])
    answer = session.run(*frame, **options)
    if isinstance(answer, Death):
        return answer
    return codec.decode(*answer)[0][0]


def test_a_file_is_loaded_and_answers(session: Session) -> None:
    text = "import numpy as np\ndef f(x): return 2 * x\ndef g(): raise NotImplementedError('g')\n"
    loaded = load(session, module(text + "LIMIT = 3"))
    assert loaded == Loaded(frozenset({"f", "g", "LIMIT"}), frozenset({"f", "LIMIT"}), (), None)
    kind, value = ask(session, "f", np.arange(3.0))
    assert (kind, value.tolist()) == (0, [0, 2, 4])
    assert ask(session, "g")[1]["kind"] == "stub"
    assert ask(session, "f", 4.0) == [0, 8.0]


def test_a_statement_that_raises_costs_only_itself(session: Session) -> None:
    text = "import no_such_library\nx = 1 / 0\nraise SystemExit(3)\ndef f(): return __name__\n"
    loaded = load(session, module(text))
    assert loaded.defined == {"f"}
    assert loaded.notes == (
        (
            "line 1: import no_such_library: ModuleNotFoundError:"
            " No module named 'no_such_library': skipped"
        ),
        "line 2: ZeroDivisionError: division by zero: skipped",
        "line 3: SystemExit: 3: skipped",
    )
    assert ask(session, "f") == [0, "layers"]


def test_what_follows_a_failing_statement_is_executed_once(session: Session) -> None:
    text = "import os\nlog = []\n@log.append\n@os.nothing\ndef f(): pass\n"
    text += "log.append(1); 1 / 0; log.append(2)\ndef g(): return log\n"
    loaded = load(session, module(text))
    assert [note.split(":")[0] for note in loaded.notes] == ["line 5", "line 6"]
    assert ask(session, "g") == [0, [1, 2]]


def test_future_imports_of_a_notebook_reach_later_cells(session: Session) -> None:
    source = notebook("from __future__ import annotations", "def f(x: nothing): return x", "1 / 0")
    assert load(session, source).notes == (
        "cell 3, line 1: ZeroDivisionError: division by zero: skipped",
    )
    assert ask(session, "f", 1) == [0, 1]


def test_a_module_that_is_not_python_is_a_problem(session: Session) -> None:
    loaded = load(session, module("x = 1\ndef f(:\n"))
    assert loaded.defined == frozenset()
    assert loaded.problem == "layers.py, line 2: SyntaxError: invalid syntax: def f(:"


def test_a_broken_cell_costs_only_itself(session: Session) -> None:
    source = notebook("%matplotlib inline\nk = 2", "def g(:", "def f(x): return k * x")
    loaded = load(session, source)
    assert loaded.problem is None
    assert loaded.defined == {"f", "k"}
    assert loaded.notes == (
        "cell 1, line 1: %matplotlib inline: left out",
        "cell 2, line 1: SyntaxError: invalid syntax: def g(:: the cell is left out",
    )
    assert ask(session, "f", 3) == [0, 6]


def test_an_error_names_its_line(session: Session) -> None:
    load(session, module("def f(x):\n    y = x\n    return y @ 1\n"))
    assert ask(session, "f", 2)[1]["where"] == "line 3: return y @ 1"
    other = notebook("", "def f(x):\n    return x[7]")
    load(session, other)
    assert ask(session, "f", [])[1]["where"] == "cell 2, line 2: return x[7]"


def test_statements_that_end_the_child_are_left_out(session: Session) -> None:
    text = "import os\ndef f(): return 1\nos._exit(3)\ndef g(): return 2\nos.abort()\n"
    loaded = load(session, module(text))
    assert loaded.defined == {"f", "g"}
    assert loaded.notes == (
        "line 3: ended the process (status 3) instead of returning: skipped",
        "line 5: crashed the Python process (SIGABRT): skipped",
    )
    assert ask(session, "g") == [0, 2]


def test_more_than_three_such_statements_are_too_many(session: Session) -> None:
    death = session.load(module("import os\n" + "os._exit(0)\n" * 4))
    assert isinstance(death, Death)
    assert death.reason is Reason.EXITED
    with pytest.raises(SandboxError, match="this session is over; start another"):
        session.run(b"", b"")


def test_a_rebound_name_calls_the_grader_also_from_defaults(session: Session) -> None:
    text = "def f(x): return 0\ndef g(x, f=f): return f(x=x) + f(x)\nboth = (f, f)\n"
    loaded = load(session, module(text), rebind={"f": lambda x: 10 * x, "h": lambda: (1, 2.0)})
    assert loaded.defined >= {"f", "g", "h"}
    assert ask(session, "g", 2.0) == [0, 40.0]
    assert ask(session, "h") == [0, [1, 2.0]]


def test_a_generator_that_is_handed_back_stays_and_another_one_is_made_from_it(
    session: Session,
) -> None:
    def draw(rng: np.random.Generator) -> Iterator[float]:
        yield rng.random()

    text = (
        "def f(rng):\n    return [draw(rng) for _ in range(2)] + [rng.random()]\ndef draw(r): ..."
    )
    load(session, module(text), rebind={"draw": draw})
    kind, found = ask(session, "f", codec.Rng(7))
    assert kind == 0
    assert len({*found[0], *found[1], found[2]}) == 3
    assert ask(session, "f", codec.Rng(7)) == [0, found]


def test_callbacks_are_called_with_what_the_student_passed(session: Session) -> None:
    load(session, module("def f(g): return g(1.5, [2], k=(3,))\ndef h(g): return g(object())"))
    got = []

    def given(*args: Any, **kwargs: Any) -> str:
        got.append((args, kwargs))
        return "yes"

    assert ask(session, "f", Callback(0), callbacks=[given]) == [0, "yes"]
    assert got == [((1.5, [2]), {"k": (3,)})]
    answer = ask(session, "h", Callback(0), callbacks=[given])
    assert answer[1]["text"] == "cannot be called with an object of type object"


def test_a_function_of_the_childs_own_can_be_called_by_the_grader(session: Session) -> None:
    text = (
        "def f(slope, c): return slope(lambda t: c(t)[0] ** 2, 3.0)\n"
        "def raising(slope, c): return slope(lambda t: 1 / 0, 1.0)\n"
        "def given(slope, c): return slope(c, 1.0)\n"
        "def kept(slope, c): return slope(abs, -2.0)\n"
    )
    load(session, module(text))

    def slope(f: Any, at: float) -> Any:
        return f(at + 1) - f(at - 1)

    def candidate(t: float) -> tuple[float, float]:
        return 2 * t, 0.0

    callbacks = [slope, candidate]
    asked = (Callback(0), Callback(1))
    assert ask(session, "f", *asked, callbacks=callbacks) == [0, 48.0]
    kind, said = ask(session, "raising", *asked, callbacks=callbacks)
    assert (kind, said["text"]) == (1, "ZeroDivisionError: division by zero")
    assert ask(session, "kept", *asked, callbacks=callbacks) == [0, -2.0]
    kind, said = ask(session, "given", *asked, callbacks=callbacks)
    assert said["type"] == "TypeError"


def test_a_function_of_the_childs_own_that_does_not_end_is_a_timeout(
    start: Callable[[Limits], Session],
) -> None:
    session = start(FAST)
    load(session, module("def f(g):\n    def h(x):\n        while True: pass\n    return g(h)\n"))
    death = ask(session, "f", Callback(0), callbacks=[lambda h: h(1.0)])
    assert isinstance(death, Death)
    assert death.reason is Reason.TIMEOUT


def test_functions_may_come_in_a_dict_and_a_set_may_come_back(session: Session) -> None:
    load(session, module("def f(found): return {n for n, g in found.items() if g(2.0) > 3}"))
    functions = {"a": Callback(0), "b": Callback(1)}
    answer = ask(session, "f", functions, callbacks=[lambda x: x, lambda x: 2 * x])
    assert answer == [0, frozenset({"b"})]


@pytest.mark.parametrize(("raised", "name"), [(ValueError, "ValueError"),
                                              (SandboxError, "RuntimeError")])  # fmt: skip
def test_what_a_callback_raises_is_raised_in_the_students_code(
    session: Session, raised: type[Exception], name: str
) -> None:
    def given(x: float) -> float:
        raise raised(f"bad {x}")

    load(session, module("def f(g): return g(1.0)"))
    answer = ask(session, "f", Callback(0), callbacks=[given])
    assert answer[1]["type"] == name
    assert answer[1]["text"].endswith("bad 1.0")


def test_calls_back_are_counted_and_measured(session: Session) -> None:
    text = "import numpy as np\ndef f(g):\n for i in range(20_000): g(i)\n"
    load(session, module(text + "def h(g): return g(np.zeros(1 << 18))"))
    answer = ask(session, "f", Callback(0), callbacks=[abs], limits=Limits(cpu_seconds=20))
    assert answer[1]["text"] == "more than 10,000 calls back"
    answer = ask(session, "h", Callback(0), callbacks=[abs])
    assert answer[1]["text"] == "arguments of more than 1 MiB"


def test_the_output_is_kept_escaped_and_bounded(session: Session) -> None:
    load(session, module("print('a\\x1b[1m\\u202e\\tb')\ndef f(): print('x' * 200_000)"))
    ask(session, "f")
    session.close()
    printed = session.output()
    assert printed.startswith("a\\x1b[1m\\u202e\tb\n")
    assert len(printed) < (64 << 10) + 100
    assert printed.endswith("more bytes were printed]\n")


def test_there_is_no_keyboard(session: Session) -> None:
    load(
        session, module("import sys\ndef f(): return input('x')\ndef g(): return sys.stdin.read()")
    )
    assert ask(session, "f")[1]["text"] == "there is no keyboard when graded"
    assert ask(session, "g") == [0, ""]


def test_an_endless_loop_ends_the_session_with_a_plain_sentence() -> None:
    if not can_fork():
        pytest.skip("only the wall clock is watched here")
    with open_best(None) as sandbox:
        session = sandbox.session(FAST)
        load(session, module("def f():\n    while True: pass"))
        death = ask(session, "f")
    message = "no answer within 0.1 s of processor time, so the process was stopped"
    message += "; it was in the loop at line 2 of f: while True: pass"
    assert death == Death(Reason.TIMEOUT, message)


def test_waiting_is_decided_by_the_wall_clock(start: Callable[[Limits], Session]) -> None:
    session = start(FAST)
    load(session, module("import time\ndef f(): time.sleep(99)"))
    death = ask(session, "f")
    message = "no answer within 0.5 s, so the process was stopped"
    message += "; it was at line 2: def f(): time.sleep(99)"
    assert death == Death(Reason.TIMEOUT, message, by_wall_clock=True)


def test_leaving_is_no_answer(session: Session) -> None:
    load(session, module("import os\ndef f(): os._exit(0)"))
    message = "ended the process (status 0) instead of returning"
    assert ask(session, "f") == Death(Reason.EXITED, message)


FORGERY = """
import os, struct, time
from grader.sandbox import wire
def f(kind, number, header, extra):
    head = struct.pack("<4sBxxxIIQ", b"grdp", kind, number, len(header), 0)
    for fd in range(3, 40):
        try: os.write(fd, head + header.encode("latin1") + b"x" * extra)
        except OSError: pass
    return 1
"""


@pytest.mark.parametrize(
    ("kind", "number", "header", "extra", "message"),
    [
        (wire.ANSWER, 1, "", 0, "answered a question that was not asked"),
        (wire.LOADED, 2, "", 0, "answered with something out of order"),
        (wire.ANNOUNCE, 2, "", 0, "answered with something out of order"),
        (wire.CALL, 2, "", 0, "asked the grader for something that is not there"),
        (wire.CALL, 2, "\x93\x07\x90\x80", 0, "asked the grader for something that is not there"),
        (wire.CALL, 2, "\x93\x07\x80\x80", 0, "asked the grader for something that is not there"),
        (wire.CALL, 2, "\x93\x07\x90\x81\x01\x01", 0, "asked the grader for something that is not"),
        (wire.ANSWER, 2, "", 9, "went on answering after its answer"),
    ],
)
def test_forged_answers_end_the_session(  # noqa: PLR0913, PLR0917 - one per field of a frame
    session: Session, kind: int, number: int, header: str, extra: int, message: str
) -> None:
    load(session, module(FORGERY))
    death = ask(session, "f", kind, number, header, extra)
    assert isinstance(death, Death)
    assert death.reason is Reason.PROTOCOL
    assert death.message.startswith(message)


def test_an_answer_before_the_question_is_noticed(session: Session) -> None:
    late = "import threading\ndef g(): return 2\ndef late():\n    time.sleep(0.05)\n"
    forge = f"    f({wire.ANSWER}, 2, '', 0)\nthreading.Thread(target=late).start()\n"
    load(session, module(FORGERY + late + forge))
    assert session._link is not None
    while session._link.silent():
        pass
    assert ask(session, "g") == Death(Reason.PROTOCOL, "answered before it was asked")


def test_a_hostile_load_answer_is_a_protocol_death(session: Session) -> None:
    text = FORGERY + f"f({wire.LOADED}, 1, '\\x93\\x01\\x02\\x03', 0)\n"
    death = session.load(module(text))
    assert isinstance(death, Death)
    assert death.reason is Reason.PROTOCOL


def test_bytes_that_are_no_frame_end_the_session(session: Session) -> None:
    load(session, module("import os\ndef f():\n for fd in range(3, 40):\n"
                         "  try: os.write(fd, b'x' * 99)\n  except OSError: pass"))  # fmt: skip
    death = ask(session, "f")
    assert death.message == "wrote something of its own where answers are read"


def test_large_arguments_and_answers_travel(session: Session) -> None:
    load(session, module("def f(x): return x + 1"))
    answer = ask(session, "f", np.zeros(1 << 20))
    assert answer[1].sum() == 1 << 20


@pytest.mark.parametrize(
    ("status", "reason", "text"),
    [
        (-9, Reason.MEMORY, "stopped by the system"),
        (-11, Reason.CRASHED, "SIGSEGV"),
        (-24, Reason.TIMEOUT, "processor time"),
        (-63, Reason.CRASHED, "signal 63"),
        (72, Reason.MEMORY, "needed more than 512 MiB of memory"),
        (71, Reason.CRASHED, "broke the process from within"),
        (0xC0000005, Reason.CRASHED, "0xc0000005"),
        (1, Reason.EXITED, "status 1"),
    ],
)
def test_each_way_to_die_has_its_sentence(status: int, reason: Reason, text: str) -> None:
    death = autopsy_of_status(status, 512)
    assert death.reason is reason
    assert text in death.message


def test_escaped_text_is_harmless() -> None:
    assert escape("plain\ttext\n") == "plain\ttext\n"
    assert escape("é → \x00\x1b\u202e\ud800\r") == "é → \\x00\\x1b\\u202e\\ud800\\r"


def test_a_dead_zygote_is_replaced() -> None:
    if not can_fork():
        pytest.skip("there is no zygote")
    with open_best(None) as sandbox:
        sandbox._starter._zygote._process.kill()  # type: ignore[union-attr]
        session = sandbox.session(Limits())
        with pytest.raises(SandboxError, match="does not answer"):
            session.load(module("x = 1"))
        assert load(sandbox.session(Limits()), module("def f(): return 1")).defined == {"f"}


KNOWN = """
def f(x, given, eta, *, t=None):
    x += eta
    given["b"] = x.sum()
    return x, len(given), eta, t.flags.f_contiguous, t
"""


def known_request(scale: float = 1.0) -> tuple[bytes, bytes]:
    turned = codec.Layout(scale * np.arange(6.0).reshape(2, 3), codec.FORTRAN | codec.READ_ONLY)
    args = [scale * np.arange(3.0), {"a": np.full(2, scale)}, scale]
    programs = [[["f", args, {"t": turned}, [], 5]]]
    return codec.encode([programs, programs])


@pytest.fixture
def knowing() -> Iterator[tuple[Any, tuple[bytes, bytes]]]:
    """A sandbox whose children know the outline of a request."""
    if not can_fork():
        pytest.skip("there is no zygote")
    request = known_request()
    with open_best(None) as sandbox:
        sandbox.know((codec.encode([[], []]), request))
        yield sandbox, request


def sent(session: Session) -> list[int]:
    """The kinds of frames that a session sends from now on."""
    kinds: list[int] = []
    real = session._link.send

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(link, name)

        def send(self, frame: wire.Frame, clock: Any) -> None:
            kinds.append(frame.kind)
            real(frame, clock)

    link = session._link
    session._link = Watched()
    return kinds


def test_a_request_that_is_known_is_answered_like_one_that_is_sent(knowing) -> None:
    """However often, although the function changes what it is given; with other numbers, too."""
    sandbox, request = knowing
    requests = [request, known_request(2.5), request]
    with contextlib.closing(sandbox.session(Limits())) as session:
        load(session, module(KNOWN))
        kinds = sent(session)
        known = [session.run(*request) for request in requests]
    with open_best(None) as other, contextlib.closing(other.session(Limits())) as session:
        load(session, module(KNOWN))
        kinds += sent(session)
        whole = [session.run(*request) for request in requests]
    assert kinds == [wire.KNOWN] * 3
    assert known == whole
    first, again, changed, _ = codec.decode(*known[1])
    for answer in (first[0][1], again[0][1]):
        assert answer[0].tolist() == [2.5, 5.0, 7.5]
        assert answer[1:4] == [2, 2.5, True]
        assert answer[4].tolist() == [[0.0, 2.5, 5.0], [7.5, 10.0, 12.5]]
    assert changed == [[0, "x"], [0, "given"]]


def test_what_one_child_does_to_a_known_request_no_other_sees(knowing) -> None:
    sandbox, request = knowing
    answers = []
    for _ in range(2):
        with contextlib.closing(sandbox.session(Limits())) as session:
            load(session, module(KNOWN))
            answers.append(session.run(*request))
    assert answers[0] == answers[1]


def test_a_zygote_that_replaces_a_dead_one_knows_the_same(knowing) -> None:
    sandbox, request = knowing
    sandbox._starter._zygote._process.kill()
    with pytest.raises(SandboxError, match="does not answer"):
        sandbox.session(Limits()).load(module("x = 1"))
    with contextlib.closing(sandbox.session(Limits())) as session:
        load(session, module(KNOWN))
        kinds = sent(session)
        assert not isinstance(session.run(*request), Death)
        assert kinds == [wire.KNOWN]


@pytest.mark.parametrize(
    "argument", [7, codec.Rng(5), 1j, [1.5], {"a": 2}, (np.ones(2),), {"a", "b"}]
)
def test_a_request_with_numbers_in_its_form_is_sent_whole(argument) -> None:
    if not can_fork():
        pytest.skip("there is no zygote")
    with open_best(None) as sandbox:
        sandbox.know((codec.encode([[[["f", [argument], None, [], 1]]], []]),))
        assert not sandbox._starter._zygote.known


LOOKING = """
import gc, struct, sys
frames, todo, seen = sys._getframe(), [], set()
while frames:
    todo, frames = [*todo, *frames.f_locals.values()], frames.f_back
arrays, told, number = 0, [], struct.pack("<d", 1234.5)
while todo and len(seen) < 100_000:
    thing = todo.pop()
    if id(thing) not in seen and type(thing) is not type(sys):
        seen.add(id(thing))
        arrays += type(thing).__name__ == "ndarray"
        if thing == 1234.5 if type(thing) is float else False:
            told.append(thing)
        if type(thing) in (bytes, bytearray) and number in thing:
            told.append(thing)
        if type(thing).__name__ == "ndarray" and number in thing.tobytes():
            told.append(thing)
        todo += gc.get_referents(thing)
told = [one for one in told if one is not number]
raise AssertionError(f"{arrays > 0} {told}")
"""


def test_while_a_file_is_loaded_no_number_of_a_question_is_in_its_process() -> None:
    """What happens then is told to students, in the notes of their report."""
    if not can_fork():
        pytest.skip("there is no zygote")
    programs = [[["f", [np.full(3, 1234.5), 1234.5], None, [], 1]]]
    with open_best(None) as sandbox:
        sandbox.know((codec.encode([programs, programs]),))
        assert sandbox._starter._zygote.known
        with contextlib.closing(sandbox.session(Limits())) as session:
            loaded = load(session, module(LOOKING))
            called = module("def f(x, eta):\n" + textwrap.indent(LOOKING, "    "))
            load(session, called)
            answer = codec.decode(*session.run(*codec.encode([programs, programs])))[0][0]
    assert len(loaded.notes) == 1
    assert "AssertionError: True []" in loaded.notes[0]
    assert "1234.5" in answer[1]["text"], "it would have been found"


def test_loading_that_only_waits_is_repeated_alone() -> None:
    """A statement that sleeps is left out only after it slept with the machine for itself."""
    if not can_fork():
        pytest.skip("not Linux")
    entered: list[str] = []

    @contextlib.contextmanager
    def alone() -> Iterator[None]:
        entered.append("in")
        yield
        entered.append("out")

    text = "import time\ntime.sleep(99)\ndef f(): return 1"
    with open_best(None) as sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.sandbox.session.LOAD_CPU_SECONDS", 0.05)
        session = sandbox.session(Limits())
        loaded = session.load(module(text), alone=alone)
        assert ask(session, "f") == [0, 1]
        session.close()
    assert isinstance(loaded, Loaded)
    assert entered == ["in", "out"]
    why = "did not finish within 0.25 s, so the process was stopped"
    assert loaded.notes == (f"line 2: {why}; it was at line 2: time.sleep(99): skipped",)
