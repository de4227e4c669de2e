"""Sealed answers: opened by their question alone, the same as the grader would give, fewer calls."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import foreseen as module
from grader.authoring.foreseen import foreseen
from grader.grade import staff_grader
from grader.judge.prepare import prepare
from grader.model import Call, Cell, Limits, Source, Submission, Verdict
from grader.sandbox import codec, sealed
from grader.sandbox.callbacks import Callbacks, answered
from grader.sandbox.session import Loaded, Session
from grader.sandbox.wire import CALL, Frame
from tests.tiny import make_case, make_exercise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from grader.grade import Grader
    from grader.model import Report

ROOT = Path(__file__).parents[1]
LAYERS = (ROOT / "solutions" / "08_layers" / "layers.py").read_text("utf-8")

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
questions = st.lists(
    st.builds(sealed.asked, st.sampled_from("fg"), st.lists(plain, max_size=3), st.just({})),
    max_size=6,
    unique=True,
)


@given(questions, st.data())
def test_an_answer_is_opened_by_its_own_question_and_by_no_other(asked, data) -> None:
    frames = [codec.encode(data.draw(plain)) for _ in asked]
    held = asked[: len(asked) // 2]
    closed = [sealed.seal(question, *frame) for question, frame in zip(held, frames, strict=False)]
    answers = sealed.unpack(*sealed.pack(closed))
    for question, frame in zip(asked, frames, strict=True):
        assert answers.open(question) == (frame if question in held else None)


def test_nothing_of_question_or_answer_can_be_read_in_what_travels() -> None:
    numbers = [np.arange(5.0) + 0.1, np.arange(7.0) - 0.3]
    question = sealed.asked("softmax", [numbers[0]], {})
    header, raw = sealed.pack([sealed.seal(question, *codec.encode([0, numbers[1]]))])
    told = header + raw
    for secret in (b"softmax", *(v.tobytes()[i : i + 8] for v in numbers for i in range(0, 40, 8))):
        assert secret not in told  # fmt: skip


def test_arguments_that_do_not_travel_make_no_question() -> None:
    with pytest.raises(codec.CodecError):
        sealed.asked("f", [object()], {})


NAMES = ["affine_forward", "affine_backward", "sigmoid_forward", "relu_forward", "softmax"]

SQUARES = "def square(x): return 0\ndef total(xs): return sum(square(x) for x in xs)\n"


def answers_to(*numbers: float) -> list[sealed.Sealed]:
    asked = [sealed.asked("square", [x], {}) for x in numbers]
    return [sealed.seal(q, *codec.encode([0, x * x])) for q, x in zip(asked, numbers, strict=True)]


def total_of(session: Session, numbers: list[float], **options: Any) -> Any:
    frame = codec.encode([[[["total", [numbers], {}, [], 1]]], []])
    return codec.decode(*session.run(*frame, **options))[0][0]


@pytest.fixture
def heard() -> list[float]:
    """What the grader is asked to square."""
    return []


@pytest.fixture
def loaded(
    start: Callable[[Limits], Session], heard: list[float]
) -> Iterator[Callable[[str], Session]]:
    """Loads a text, in which the grader's own `square` stands in."""
    session = start(Limits())

    def square(x: float) -> float:
        heard.append(x)
        return x * x

    def load(text: str) -> Session:
        source = Source("m.py", (Cell("m.py", text),))
        assert isinstance(session.load(source, rebind={"square": square}), Loaded)
        return session

    yield load
    session.close()


def test_the_first_call_goes_to_the_grader_and_what_is_known_stays_in_the_child(
    loaded, heard
) -> None:
    session = loaded(SQUARES)
    known = answers_to(1.0, 2.0, 3.0)
    assert total_of(session, [1.0, 2.0, 3.0, 4.0, 3.0], foreseen={"square": known}) == [0, 39.0]
    assert heard == [1.0, 4.0]
    heard.clear()
    assert total_of(session, [2.0, 3.0]) == [0, 13.0]
    assert heard == [2.0, 3.0], "answers belong to the question with which they came"


def test_arguments_by_name_are_another_question_than_by_position(loaded, heard) -> None:
    """As `f(x=1)` is another call than `f(1)`; what is not foreseen is asked."""
    session = loaded(SQUARES.replace("square(x) for", "square(x=x) for"))
    named = sealed.asked("square", [], {"x": 3.0})
    known = [*answers_to(1.0, 2.0), sealed.seal(named, *codec.encode([0, 9.0]))]
    assert total_of(session, [1.0, 2.0, 3.0], foreseen={"square": known}) == [0, 14.0]
    assert heard == [1.0, 2.0]


def opened(
    answers: sealed.Answers, function: Callable[..., Any], name: str, args: list[Any]
) -> tuple[tuple[bytes, bytes] | None, tuple[bytes, bytes]]:
    """What is sealed for a call, and what the grader says to it when a child asks."""
    callbacks = Callbacks((function,), (), 5.0)
    said = callbacks.perform(Frame(CALL, 0, *codec.encode([-1, args, {}])))
    callbacks.close()
    return answers.open(sealed.asked(name, args, {})), said


@pytest.fixture(scope="module")
def layers() -> Iterator[Grader]:
    with staff_grader(ROOT, "08_layers", require=None) as grader:
        yield grader


def test_what_is_foreseen_is_what_the_grader_says_when_it_is_asked(layers: Grader) -> None:
    reference = layers.staff.reference
    found = foreseen(layers.prepared["net_forward"], reference, NAMES)
    assert set(found) == {"affine_forward", "sigmoid_forward", "relu_forward"}
    exercise = layers.prepared["net_forward"].exercise
    tables = {n: sealed.unpack(*sealed.pack(a)) for n, a in found.items()}
    for case in exercise.cases:
        params, A = case.arguments["params"], case.arguments["X"]
        for layer in range(1, len(params) // 2 + 1):
            args = [A, params[f"W{layer}"], params[f"b{layer}"]]
            known, said = opened(
                tables["affine_forward"], reference["affine_forward"], "affine_forward", args
            )
            assert known == said
            name = f"{case.arguments['act']}_forward"
            A = codec.decode(*said)[1][0]
            if layer < len(params) // 2:
                known, said = opened(tables[name], reference[name], name, [A])
                assert known == said
                A = codec.decode(*said)[1][0]


def test_no_more_is_kept_than_the_limit_says(layers: Grader, monkeypatch) -> None:
    all_of_it = foreseen(layers.prepared["net_forward"], layers.staff.reference, NAMES)
    monkeypatch.setattr(module, "BYTES_LIMIT", 100_000)
    some = foreseen(layers.prepared["net_forward"], layers.staff.reference, NAMES)
    assert 0 < len(some["affine_forward"]) < len(all_of_it["affine_forward"])


def wrong(name: str, body: str) -> Submission:
    text = f"{LAYERS}\n\n{body}\n".replace("DEF", f"def {name}")
    return Submission("kim", (Source("layers.py", (Cell("layers.py", text),)),), "digest")


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("affine_forward", "DEF(X, W, b):\n    return np.round(X @ W.T + b, 4), (X, W)"),
        ("affine_backward", "DEF(dZ, cache):\n    X, W = cache\n    return dZ @ W, dZ.T @ X, dZ.mean(0)"),
        ("relu_forward", "DEF(Z):\n    return np.maximum(Z, 0.0), Z < 0"),
    ],
)  # fmt: skip
def test_reports_are_equal_with_and_without_and_calls_are_few(
    layers: Grader, monkeypatch, name, body
) -> None:
    calls: list[int] = []
    perform = Callbacks.perform

    def counted(callbacks: Callbacks, frame: Any) -> tuple[bytes, bytes]:
        calls.append(frame.number)
        return perform(callbacks, frame)

    def without_seconds(report: Report) -> Report:
        return replace(report, seconds=0.0)

    monkeypatch.setattr(Callbacks, "perform", counted)
    with_them = without_seconds(layers.grade(wrong(name, body)))
    few = len(calls)
    calls.clear()
    nothing: Callable[[str], Mapping[str, Any]] = lambda _: {}  # noqa: E731
    monkeypatch.setattr(layers, "staff", replace(layers.staff, foreseen=nothing))
    assert without_seconds(layers.grade(wrong(name, body))) == with_them
    assert [r for r in with_them.exercises if r.carried and r.verdict is Verdict.PASSED]
    assert few <= 10
    assert len(calls) > 10 * few


ODD = {
    "a helper that writes into its argument": """
def _add_into(total, row):
    total += row
def total_of(rows):
    total = np.zeros(rows.shape[1])
    for row in rows:
        _add_into(total, row)
    return total
""",
    "a helper without end": """
def _ones():
    while True:
        yield 1.0
def total_of(rows):
    return sum(w * row for w, row in zip(_ones(), rows))
""",
    "a helper that goes on where it was": """
def _walk(rows):
    yield from rows
def total_of(rows):
    left, total = _walk(rows), np.zeros(rows.shape[1])
    while two := list(islice(left, 2)):
        total = total + sum(two)
    return total
""",
    "a helper that keeps something in the module": """
_total = None
def _add(row):
    global _total
    _total = _total + row
def total_of(rows):
    global _total
    _total = np.zeros(rows.shape[1])
    for row in rows:
        _add(row)
    return _total
""",
}


@pytest.mark.parametrize("reference", ODD.values(), ids=ODD)
def test_whatever_the_reference_does_within_it_is_what_it_says_that_is_sealed(reference) -> None:
    """The exercise gets the value, what is sealed is what the function says when it is asked."""
    namespace: dict[str, Any] = {"np": np, "islice": islice}
    text = f"{reference}\ndef mean_of(rows):\n    return total_of(rows) / len(rows)\n"
    exec(text, namespace)
    rows = np.arange(6.0).reshape(3, 2)
    case = replace(make_case("a", None, rows.mean(0), rows.mean(0)), arguments={"rows": rows})
    exercise = make_exercise([case], name="mean_of", calls=[Call("mean_of", ("rows",), ("m",))])
    before = dict(namespace)
    found = foreseen(prepare(exercise), namespace, ["total_of", "mean_of", "_walk"])
    assert namespace["total_of"] is before["total_of"]
    answers = sealed.unpack(*sealed.pack(found["total_of"]))
    header, raw = answers.open(sealed.asked("total_of", [rows], {}))
    assert codec.decode(header, raw)[1].tolist() == rows.sum(0).tolist()


def test_the_grader_hears_of_what_is_called_although_it_is_asked_once(layers: Grader) -> None:
    report = layers.grade(wrong("relu_forward", "DEF(Z):\n    return np.maximum(Z, 0.0), Z < 0"))
    (net,) = [r for r in report.exercises if r.name == "net_backward"]
    assert net.carried
    assert any("right versions of what it calls: relu_" in note for note in net.notes)


def test_an_answer_without_end_is_an_error_not_a_wait() -> None:
    def ones() -> Iterator[float]:
        while True:
            yield 1.0

    with pytest.raises(codec.CodecError, match="items"):
        answered(ones, [], {})
