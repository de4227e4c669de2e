"""The runner answers what was asked, and nothing that student code does escapes it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from grader.sandbox import codec, runner
from grader.sandbox.codec import Callback, Layout, Ref, Rng, Unsupported


def no_call(number: int, args: list[Any]) -> object:
    raise AssertionError((number, args))


def run(
    source: str, programs: list[Any], again: tuple[int, ...] = (), call: Any = no_call
) -> list[Any]:
    namespace: dict[str, Any] = {"np": np}
    exec(compile(source, "layers.py", "exec"), namespace)
    header, raw = codec.encode([programs, [programs[i] for i in again]])
    answer: list[Any] = codec.decode(*runner.run(namespace, header, raw, call))
    return answer


def one(
    name: str, *args: Any, opaque: tuple[int, ...] = (), outputs: int = 1, **kwargs: Any
) -> list[Any]:
    return [name, list(args), kwargs, list(opaque), outputs]


def test_an_answer_is_what_the_function_returned() -> None:
    answers, again, changed, notes = run(
        "def f(x, w, b=0.0): return w * x + b",
        [[one("f", np.arange(3.0), 2.0, 1.0)], [one("f", np.ones(2), 2.0, b=3.0)]],
    )
    assert answers[0][0] == 0
    assert answers[0][1].tolist() == [1, 3, 5]
    assert answers[1][1].tolist() == [5, 5]
    assert (again, changed, notes) == ([], [], [])


@pytest.mark.parametrize(
    "body",
    [
        "yield from ((x, i) for i in range(2))",
        "return iter([[x, 0], [x, 1]])",
        "return zip([x, x], range(2))",
        "return [(x, 0), (x, 1)]",
    ],
)
def test_an_iterable_is_read_to_its_end_where_it_was_made(body: str) -> None:
    answers, *_ = run(f"def f(x): {body}", [[one("f", 3.0, outputs=0)]])
    assert answers == [[0, [[3.0, 0], [3.0, 1]]]]


def test_items_of_an_iterable_are_as_they_were_when_they_were_handed_out() -> None:
    source = "def f(x):\n    for i in range(2):\n        x = x.copy() if i == 0 else x\n"
    source += "        x[:] = i\n        yield x, x[:1]\n"
    answers, *_ = run(source, [[one("f", np.ones(2), outputs=0)]])
    assert [[part.tolist() for part in pair] for pair in answers[0][1]] == [
        [[0, 0], [0]],
        [[1, 1], [1]],
    ]


@pytest.mark.parametrize("body", ["return x", "return None", "return 'ab'", "return {'a': x}"])
def test_what_is_no_iterable_of_parts_is_sent_as_it_is(body: str) -> None:
    program = [one("f", 3.0, outputs=0)], [one("f", 3.0)]
    answers, *_ = run(f"def f(x): {body}", list(program))
    assert answers[0] == answers[1]


def test_an_iterable_that_raises_on_the_way_is_an_error_and_one_without_end_is_too_long() -> None:
    source = "import itertools\ndef f(x):\n    yield 1\n    yield 1 / 0\n"
    source += "def g(x): return itertools.count()\n"
    answers, *_ = run(source, [[one(name, 3.0, outputs=0)] for name in "fg"])
    assert answers[0][1]["type"] == "ZeroDivisionError"
    assert answers[0][1]["where"] == "line 4: yield 1 / 0" or "line 4" in answers[0][1]["where"]
    assert answers[1] == [0, Unsupported("more than 100,000 items")]


def test_the_frame_is_the_one_that_encode_answers_would_write() -> None:
    source = "def f(x): return x, [1, 2.0], {'a': x}"
    program = [one("f", np.arange(3.0))]
    header, raw = codec.encode([[program, program], [program]])
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    value = [0, [np.arange(3.0), [1, 2.0], {"a": np.arange(3.0)}]]
    expected = codec.encode_answers([[value, value], [value], [], []])
    assert runner.run(namespace, header, raw, no_call) == expected


@pytest.mark.parametrize(
    ("body", "kind", "name", "text"),
    [
        ("raise ValueError('no')", "error", "ValueError", "no"),
        ("raise NotImplementedError('8.1 f')", "stub", "NotImplementedError", "8.1 f"),
        ("raise PermissionError(1, 'not here')", "refused", "PermissionError", "[Errno 1] not"),
        ("raise MemoryError('full')", "memory", "MemoryError", "full"),
        ("raise SystemExit(0)", "error", "SystemExit", "0"),
        ("raise KeyboardInterrupt", "error", "KeyboardInterrupt", ""),
        ("raise type('Own', (BaseException,), {})('x')", "error", "Own", "x"),
        ("return f(x)", "error", "RecursionError", "maximum recursion"),
        ("raise ValueError('x' * 10**6)", "error", "ValueError", "xxx"),
    ],
)
def test_whatever_is_raised_is_an_answer(body: str, kind: str, name: str, text: str) -> None:
    (answer,), *_ = run(f"def f(x):\n    {body}", [[one("f", 1.0)]])
    assert answer[0] == 1
    assert answer[1]["kind"] == kind
    assert answer[1]["type"] == name
    assert answer[1]["text"].startswith(text)
    assert len(answer[1]["text"]) <= runner.TEXT_LIMIT + 3
    assert answer[1]["where"].startswith("line 2")


def test_an_exception_whose_text_raises_is_still_an_answer() -> None:
    source = """
class Bad(Exception):
    def __str__(self): raise SystemExit
def f(): raise Bad
"""
    (answer,), *_ = run(source, [[one("f")]])
    assert answer[1]["type"] == "Bad"
    assert answer[1]["text"] == "(its text could not be made)"


def test_a_missing_name_suggests_near_ones_and_what_it_is_instead() -> None:
    answers, *_ = run("affine_foward = len\nx = 3", [[one("affine_forward")], [one("x", 1)]])
    assert answers[0][1]["kind"] == answers[1][1]["kind"] == "missing"
    assert "did you mean affine_foward?" in answers[0][1]["text"]
    assert answers[1][1]["text"] == "x is not a function; its type is int"


def test_a_cache_stays_in_the_child_and_goes_into_the_next_step() -> None:
    source = """
def forward(x): return x * 2, {"object": object(), "x": x}
def backward(d, cache): return d * cache["x"]
"""
    forward = one("forward", np.ones(2), opaque=(1,), outputs=2)
    answers, again, *_ = run(
        source, [[forward], [forward, one("backward", np.full(2, 3.0), Ref(0, 1))]], (1, 0)
    )
    assert answers[0][1][0].tolist() == [2, 2]
    assert answers[0][1][1] is None
    assert answers[1][1].tolist() == [3, 3]
    assert again[0][1].tolist() == [3, 3]
    assert again[1][1][0].tolist() == [2, 2]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("return x", "it returned a ndarray instead of 2 values"),
        ("pass", "it returned nothing instead of 2 values"),
        ("return 1, 2, 3", "it returned 3 values instead of 2"),
        ("raise ValueError('bad')", "ValueError: bad"),
    ],
)
def test_a_step_without_a_cache_names_the_function(body: str, text: str) -> None:
    (answer,), *_ = run(
        f"def forward(x): {body}\ndef backward(cache): return 1",
        [[one("forward", np.ones(2), opaque=(1,), outputs=2), one("backward", Ref(0, 1))]],
    )
    assert answer == [2, {"function": "forward", "text": text}]


def test_a_missing_earlier_step_gives_no_answer() -> None:
    (answer,), *_ = run("def g(c): return 1", [[one("f"), one("g", Ref(0, 0))]])
    assert answer == [2, {"function": "f", "text": "NameError: f is not defined"}]


def test_a_missing_last_step_is_missing() -> None:
    (answer,), *_ = run("def f(): return 1", [[one("f"), one("g", Ref(0, 0))]])
    assert answer[1]["kind"] == "missing"


def test_a_wholly_opaque_answer_is_none() -> None:
    (answer,), *_ = run("def f(): return object()", [[one("f", opaque=(0,))]])
    assert answer == [0, None]


def test_the_wrong_number_of_outputs_is_sent_as_it_is() -> None:
    (answer,), *_ = run("def f(): return 1, 2, 3", [[one("f", opaque=(1,), outputs=2)]])
    assert answer == [0, [1, 2, 3]]


def test_changed_arguments_are_named_and_do_not_reach_the_second_pass() -> None:
    source = """
def f(x, w): x += 1; return x + w
def g(params): params["W"][0] = 7; return params["W"]
def h(x): x.shape = (4, 1); return x
def k(params): params.append(1); return 0
"""
    programs = [
        [one("f", np.zeros(2), 1.0)],
        [one("g", {"W": np.zeros(2)})],
        [one("h", np.zeros(4))],
        [one("k", [1.5])],
        [one("f", w=1.0, x=np.zeros(2))],
        [one("f", Layout(np.zeros(2), codec.STRIDED), 1.0)],
    ]
    answers, again, changed, _ = run(source, programs, (0, 1))
    assert changed == [[0, "x"], [1, "params"], [2, "x"], [3, "params"], [4, "x"], [5, "x"]]
    assert again[0][1].tolist() == answers[0][1].tolist() == [2, 2]
    assert again[1][1].tolist() == [7, 0]


def test_what_an_earlier_step_changes_is_not_told_of_the_judged_one() -> None:
    source = """
def forward(x, w): x *= 2; return x + w, (x, w)
def backward(d, cache): return d * cache[0]
def writing(d, cache): d += 1; cache[1][0] = 5; return d * cache[0]
"""
    forward = one("forward", np.ones(2), np.ones(2), opaque=(1,), outputs=2)
    last = [one(name, np.full(2, 3.0), Ref(0, 1)) for name in ("backward", "writing")]
    *_, changed, _ = run(source, [[forward], *([forward, step] for step in last)])
    assert changed == [[0, "x"], [2, "w"], [2, "d"]]


def test_nan_arguments_are_not_taken_for_changed() -> None:
    *_, changed, _ = run("def f(p): return 0", [[one("f", {"a": float("nan"), "b": (1, None)})]])
    assert changed == []


def test_a_read_only_argument_cannot_be_written_to() -> None:
    (answer,), *_ = run("def f(x): x[0] = 1", [[one("f", Layout(np.zeros(2), codec.READ_ONLY))]])
    assert "read-only" in answer[1]["text"]


def test_callbacks_get_positions_and_keywords() -> None:
    calls = []

    def call(number: int, args: list[Any], kwargs: dict[str, Any] | None = None) -> object:
        calls.append((number, args, kwargs))
        return 2 * args[0] if args else None

    (answer, none), *_ = run(
        "def f(g, x): return g(x)\ndef h(g): return g(x=1)",
        [[one("f", Callback(3), 4.0)], [one("h", g=Callback(1))]],
        call=call,
    )
    assert answer == [0, 8.0]
    assert none == [0, None]
    assert calls == [(3, [4.0], None), (1, [], {"x": 1})]


def test_a_generator_argument_is_fresh_in_each_pass() -> None:
    (answer,), (again,), *_ = run("def f(r): return r.random()", [[one("f", Rng(3))]], (0,))
    assert answer[1] == np.random.default_rng(3).random()
    assert again[1] == answer[1]


def test_global_randomness_shows_in_the_second_pass() -> None:
    (answer,), (again,), *_ = run("def f(): return np.random.rand()", [[one("f")]], (0,))
    assert answer != again


def test_what_is_kept_outside_the_cache_is_not_found_the_second_time() -> None:
    source = """
def forward(x):
    global last
    last = x
    return x * 2, None
def backward(d, cache): return d * last
"""
    programs = [
        [
            one("forward", np.full(2, value), opaque=(1,), outputs=2),
            one("backward", np.ones(2), Ref(0, 1)),
        ]
        for value in (1.0, 2.0)
    ]
    answers, again, *_ = run(source, programs, (0, 1))
    assert [a[1].tolist() for a in answers] == [[1, 1], [2, 2]]
    assert [a[1].tolist() for a in again] == [[1, 1], [1, 1]]


def test_answers_are_taken_as_they_are_at_the_time() -> None:
    source = "buffer = np.zeros(2)\ndef f(x):\n    buffer[:] = x\n    return buffer"
    answers, *_ = run(source, [[one("f", 1.0)], [one("f", 2.0)]])
    assert [a[1].tolist() for a in answers] == [[1, 1], [2, 2]]


def test_warnings_are_noted_once_and_do_not_raise() -> None:
    source = "def f(x): return np.exp(x)"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        *_, notes = run(source, [[one("f", np.full(2, 1e5))]] * 3)
    assert notes == ["RuntimeWarning: overflow encountered in exp"]


def test_notes_are_bounded() -> None:
    source = "import warnings\ndef f(n):\n  for i in range(n): warnings.warn('x' * 300 + str(i))"
    *_, notes = run(source, [[one("f", 50)]])
    assert len(notes) == 1
    source = "import warnings\ndef f(n):\n  for i in range(n): warnings.warn(str(i) + 'x' * 300)"
    *_, notes = run(source, [[one("f", 50)]])
    assert len(notes) == runner.NOTES_LIMIT
    assert max(map(len, notes)) == runner.NOTE_LIMIT


def test_an_answer_that_is_too_big_costs_only_itself() -> None:
    answers, *_ = run(
        "def f(n): return np.zeros(n)\ndef g(n): return ['x' * 60000] * n",
        [[one("f", 9 << 20)], [one("f", 2)], [one("g", 30)], [one("g", 1)]],
    )
    assert answers[0][1] == Unsupported("more than 64 MiB of numbers")
    assert answers[1][1].tolist() == [0, 0]
    assert answers[2][1] == Unsupported("more than 1 MiB of texts and containers")
    assert len(answers[3][1][0]) == 60000


def test_a_generator_is_named_as_what_it_is() -> None:
    (answer,), *_ = run("def f(): yield 1", [[one("f")]])
    assert answer[1] == Unsupported("a generator; wrap it in list(...)")


def test_a_subclass_that_raises_when_it_is_looked_at_is_an_answer() -> None:
    source = "class L(list):\n  def __iter__(self): raise KeyError('no')\ndef f(): return L([1])"
    (answer,), *_ = run(source, [[one("f")]])
    assert answer[1]["type"] == "KeyError"


def test_the_place_names_the_cell_of_a_notebook() -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def f():\n    1 / 0", "cell 3", "exec"), namespace)
    header, raw = codec.encode([[[one("f")]], []])
    (answer,), *_ = codec.decode(*runner.run(namespace, header, raw, no_call))
    assert answer[1]["where"] == "cell 3, line 2"


def test_an_argument_that_was_put_into_itself_is_changed() -> None:
    *_, changed, _ = run("def f(x): x.append(x)", [[one("f", [1.0])]])
    assert changed == [[0, "x"]]


def test_a_constant_is_read_where_nothing_is_handed_over() -> None:
    answers, again, _, _ = run("C = {'a': 'x'}\nD = None", [[one("C")], [one("D")]], again=(0,))
    assert answers == [[0, {"a": "x"}], [0, None]]
    assert again == [[0, {"a": "x"}]]


def test_a_constant_is_not_called_with_arguments() -> None:
    answers, *_ = run("C = 3", [[one("C", 1.0)], [one("C", a=1.0)], [one("E")]])
    assert [answer[1]["text"] for answer in answers] == [
        "C is not a function; its type is int", "C is not a function; its type is int", "E is not defined",
    ]  # fmt: skip
