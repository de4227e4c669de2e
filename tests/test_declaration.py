"""Tests of `grader.authoring.declaration`, `misuse` and `kinds`: what an author may declare."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.authoring import (
    choices,
    exercise,
    floats,
    functions,
    increasing,
    integers,
    labels,
    network,
    sampled,
)
from grader.authoring.declaration import Declaration, Signature, Term, parse, problems_of

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,6}", fullmatch=True)
AXES = st.lists(
    st.one_of(NAMES, st.integers(0, 9).map(str), st.builds("{}+{}".format, NAMES, st.just(1))),
    max_size=3,
).map(tuple)
PARAMETERS = st.lists(
    st.builds(Term, NAMES, AXES, st.booleans(), st.booleans()),
    max_size=4,
    unique_by=lambda term: term.name,
)
OUTPUTS = st.lists(st.builds(Term, NAMES, AXES), min_size=1, max_size=3)


def written(term: Term) -> str:
    axes = f"[{', '.join(term.axes)}]" if term.axes else ""
    return f"{'*' if term.spread else ''}{term.name}{axes}{'?' if term.optional else ''}"


@given(PARAMETERS, OUTPUTS)
def test_a_signature_is_read_as_it_was_written(parameters, outputs):
    text = f"{' '.join(map(written, parameters))} -> {'  '.join(map(written, outputs))}"
    assert parse(text) == (Signature(tuple(parameters), tuple(outputs)), [])


@given(st.text())
def test_any_text_gives_problems_within_it_and_never_an_exception(text):
    _, problems = parse(text)
    assert all(0 <= at <= len(text) and message for at, message in problems)


def test_axes_are_named_once_in_order():
    signature, _ = parse("X[N,I] W[O,I] b[O] k[3] -> Z[N,O]")
    assert signature.axes == ("N", "I", "O")


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("x[N]", 4, "no '->' in 'x[N]'; write 'inputs -> outputs'"),
        ("x -> ", 5, "no output after '->'; name what the function returns"),
        ("x x -> y", 0, "parameter 'x' stands twice; give each its own name"),
        ("x[N -> y", 0, "'x[N' is not a term; write name, name[N,I] or name?"),
        ("x -> 3y z", 5, "'3y' is not a term; write name, name[N,I] or name?"),
        ("x[N-1] -> y", 0, "axis 'N-1' of x; write a name, name+1 or a number"),
    ],
)
def test_each_slip_of_a_signature_is_told_with_its_place(text, at, message):
    _, problems = parse(text)
    assert (at, message) in problems


def test_all_slips_of_a_signature_are_told_at_once():
    _, problems = parse("x x[N-1] 3y ->")
    assert len(problems) == 4


def told(declaration: Declaration) -> list[str]:
    return [p.message for p in problems_of(declaration, "checks.py")]


def test_a_problem_has_the_line_and_column_of_the_text():
    declaration = exercise("x[N-1] -> y")
    (problem,) = problems_of(declaration, "checks.py")
    line = inspect.getsource(test_a_problem_has_the_line_and_column_of_the_text).split("\n")[1]
    assert problem.column == line.find("x[N-1]") + 1
    assert problem.line == declaration.line
    assert str(problem).startswith(f"checks.py:{problem.line}:{problem.column}: axis 'N-1'")


forward = exercise("X[N,I] W[O,I] -> Z[N,O] cache", opaque=["cache"])


@pytest.mark.parametrize(
    ("declaration", "message"),
    [
        (
            exercise("x[N] -> y cache", opaque=["cash"]),
            "opaque='cash' is not an output; outputs are cache, y",
        ),
        (
            exercise("x[N] -> y", whole=["X"]),
            "whole='X' is not a parameter; parameters are x",
        ),
        (exercise("-> y", w=floats()), "w= names no parameter; parameters are none"),
        (exercise("x -> y", x=3), "x=3 is not a kind; use floats(...), integers(...)"),
        (
            exercise("x -> y", judged_by="law"),
            "judged_by='law'; write 'reference', 'laws' or 'training'",
        ),
        (
            exercise("dZ cache -> dX", gradient_of="forward"),
            "gradient_of='forward' is not a declaration; give the forward's",
        ),
        (
            exercise("dZ Z -> dX", gradient_of=forward),
            "parameter 'Z' is an output of the forward that is not opaque; give the forward",
        ),
        (
            exercise("g cache -> dX", gradient_of=forward),
            "no parameter is the slope from above; name it d and the forward's output: dZ",
        ),
        (
            exercise("*x[N] y -> z"),
            "parameter *x: write it last, with one axis: *x[N]",
        ),
        (exercise("*x -> z"), "parameter *x: write it last, with one axis: *x[N]"),
        (exercise("*x[N]? -> z"), "parameter *x: write it last, with one axis: *x[N]"),
        (exercise("x -> *z[N]"), "output *z: only a parameter can have a star"),
        (
            exercise("xk[K+1] -> c[K]"),
            "axis 'K+1' of parameter xk; write a name or a number",
        ),
        (
            exercise("h? w -> y"),
            "parameter 'w' follows the optional 'h'; put optional last",
        ),
        (exercise("x -> y* z"), "a `*` is for a single output that is not opaque"),
        (exercise("x* -> y"), "parameter 'x' has a `*`, which is for outputs"),
        (exercise("x -> y?"), "output 'y' has a `?`, which is for parameters"),
        (exercise("x -> y", x=floats(0)), "x=floats(0, None) has one bound; give both or none"),
        (exercise("x -> y", x=floats(2, 1)), "x=floats(2, 1) is empty; give the lower bound first"),
        (exercise("x[N] -> y", x=increasing(1, 1)), "x=increasing(1, 1) is empty; give the lower"),
        (exercise("n -> y", n=integers(2, 1)), "n=integers(2, 1) is empty; give the lower bound"),
        (exercise("n -> y", n=choices()), "n=choices() is empty; give at least one word"),
        (
            exercise("f -> y", f=functions("scaler")),
            "f=functions('scaler') is not a family; did you mean 'scalar'?",
        ),
        (
            exercise("f -> y", f=functions("x")),
            "f=functions('x') is not a family; activation, field, loss, loss_grad, plane_slope, scalar, slope",
        ),
        (
            exercise("theta -> g", theta=sampled(writable=True)),
            "theta=sampled(...) is made by nobody; add @....sample",
        ),
        (
            exercise("Z[N,C] y[N] -> L", y=labels("K")),
            "y=labels('K'): no axis 'K'; axes are C, N",
        ),
        (
            exercise("params X[N,I] -> Z[N,O]", params=network("I", "P")),
            "params=network('I', 'P'): no axis 'P'; axes are I, N, O",
        ),
    ],
)
def test_each_misuse_is_told(declaration, message):
    assert [text for text in told(declaration) if text.startswith(message)]


def test_a_declaration_in_order_has_no_problems():
    for declaration in (
        forward,
        exercise("dZ[N,O] cache -> dX[N,I] dW[O,I]", gradient_of=forward),
        exercise("f w h? -> slope", f=functions("scalar"), h=floats(1e-6, 1e-2)),
        exercise("p X[N,I] -> Z[N,O]", p=network("I", "O"), X=floats(-1, 1)),
        exercise("xk[K] n act -> y", xk=increasing(), n=integers(0, 2), act=choices("a")),
    ):
        assert told(declaration) == []


def test_decorated_functions_that_ask_for_unknown_arguments_are_told():
    declaration = exercise("Z[N,C] h? -> P[N,C]")

    @declaration.interval
    def bounds(Z, g): ...

    @declaration.assume
    def fine(z, h=1): ...

    @declaration.law("a law", c=floats(0), d=3, e=floats())
    def law(learner, Z, c, d): ...

    @declaration.edge("an edge")
    def edge(rng, size): ...

    @declaration.edge("never", times=0)
    def never(): ...

    assert told(declaration) == [
        "interval bounds asks for 'g'; there are Z, h",
        "assume fine asks for 'z'; there are Z, h",
        "law law: its first parameter must be `student`",
        "law law asks for 'learner'; there are Z, c, d, e, h, student",
        "law law: c=floats(0, None) has one bound; give both or none",
        "law law: d=3 is not a kind; use floats(...), integers(...), labels(...), ...",
        "law law: e= names none of its parameters",
        "edge edge: takes (rng) or nothing, times at least 1",
        "edge never: takes (rng) or nothing, times at least 1",
    ]
    lines = [p.line for p in problems_of(declaration, "checks.py")]
    assert lines == sorted(lines)
    assert lines[0] > declaration.line


def test_a_backward_is_drawn_with_its_forwards_arguments_and_its_own():
    backward = exercise("dZ[N,O] cache -> dX[N,I]", gradient_of=forward)
    assert [term.name for term in backward.drawn] == ["X", "W", "dZ"]
    assert backward.needs_forward
    kept = exercise("w[I] -> dw[I]", gradient_of=exercise("w[I] -> y", w=floats(0, 1)))
    assert [term.name for term in kept.drawn] == ["w"]
    assert not kept.needs_forward


def test_a_backward_takes_the_kinds_of_its_forward():
    first = exercise("X act -> Z cache", opaque=["cache"], act=choices("relu"))
    backward = exercise("cache dZ -> dX", gradient_of=first, dZ=integers(0, 1))
    assert backward.kind("act") == choices("relu")
    assert backward.kind("dZ") == integers(0, 1)
    assert backward.kind("X") == floats()


def test_decorators_give_the_function_back():
    declaration = exercise("x -> y")

    def function(student):
        return np.pi

    assert declaration.interval(function) is function
    assert declaration.assume(function) is function
    assert declaration.edge("e")(function) is function
    assert declaration.law("l")(function) is function
    assert declaration.laws[0].id == "function"
