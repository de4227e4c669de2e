"""Tests of `grader.authoring.bank` and `prepared`: what is written is read, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.authoring.bank import (
    BANK,
    PUBLIC,
    digested,
    fill,
    public_part,
    read_bank,
    read_public,
    write_bank,
    write_public,
)
from grader.authoring.prepared import assignment_of, staff_parts
from grader.errors import StaffError
from grader.judge.laws import Student, result_by_laws
from grader.model import Assignment, Call, Case, Exercise, LawInputs, Limits, Mistake
from grader.sandbox import codec
from tests.tiny import SLUG

WORDS = st.text(max_size=5)
NUMBERS = st.floats(allow_nan=False)
ARRAYS = hnp.arrays(np.float64, hnp.array_shapes(max_side=3), elements=NUMBERS)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), NUMBERS, WORDS, ARRAYS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=4,
)
ARGUMENTS = st.dictionaries(WORDS, VALUES, max_size=3)
POINTS = st.fractions(min_value=0, max_value=100, max_denominator=60)


@st.composite
def cases(draw):
    lower = tuple(draw(st.lists(VALUES, min_size=1, max_size=1)))
    upper = lower if draw(st.booleans()) else tuple(draw(st.lists(VALUES, min_size=1, max_size=1)))
    return Case(
        draw(WORDS), draw(WORDS), draw(st.sampled_from(["value", "edges", "conduct"])),
        draw(st.booleans()), draw(ARGUMENTS), draw(st.dictionaries(WORDS, st.integers(0, 9))),
        lower, upper, draw(st.frozensets(WORDS)), draw(st.dictionaries(WORDS, st.integers(0, 7))),
    )  # fmt: skip


@st.composite
def exercises(draw):
    found = tuple(draw(st.lists(cases(), max_size=4)))
    mistakes = draw(st.lists(st.builds(Mistake, WORDS, WORDS, st.tuples(WORDS, WORDS, WORDS)),
                             max_size=2, unique_by=lambda m: m.id))  # fmt: skip
    answer = st.one_of(st.none(), st.lists(VALUES, max_size=2))
    return Exercise(
        name=draw(WORDS), number=draw(WORDS), points=draw(POINTS),
        weights={"value": draw(POINTS)},
        calls=(Call("f", ("x",), ("y", "c"), frozenset({1})), Call("g", ((0, 1), "d"), ("dx",))),
        cases=found, mistakes=tuple(mistakes),
        answers={m.id: tuple(draw(answer) for _ in found) for m in mistakes},
        changing=frozenset(draw(st.sampled_from(mistakes)).id for _ in range(bool(mistakes))),
        forward=draw(st.one_of(st.none(), WORDS)), judged_by=draw(WORDS),
        laws=tuple(draw(st.lists(st.builds(
            LawInputs, WORDS, WORDS, st.booleans(), st.lists(ARGUMENTS, max_size=2).map(tuple)
        ), max_size=2))),
        stars=draw(st.integers(1, 3)), lines=draw(st.integers(1, 9)),
    )  # fmt: skip


def same(one, other) -> bool:
    """Equal, arrays included: everything in a record is plain data."""
    return codec.dumps(plain(one)) == codec.dumps(plain(other))


def plain(e: Exercise):
    return [
        e.name, e.number, str(e.points), {k: str(v) for k, v in e.weights.items()},
        [[c.function, list(c.arguments), c.outputs, sorted(c.opaque)] for c in e.calls],
        [
            [c.id, c.stratum, c.check, c.public, c.arguments, c.sizes, list(c.lower),
             list(c.upper), sorted(c.keywords), c.layout]
            for c in e.cases
        ],
        [[m.id, m.title, m.hints] for m in e.mistakes],
        {k: list(v) for k, v in e.answers.items()},
        sorted(e.changing), e.forward, e.judged_by, e.stars, e.lines,
        [[w.id, w.title, w.public, list(w.inputs)] for w in e.laws],
    ]  # fmt: skip


@given(st.lists(exercises(), max_size=2))
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_what_students_receive_is_the_public_part_and_nothing_else(tmp_path_factory, several):
    folder = tmp_path_factory.mktemp("a")
    given_ = Assignment("s", "t", "m", tuple(several), Limits(1.5, 100), "digest")
    (folder / PUBLIC).write_bytes(write_public(given_))
    found = read_public(folder)
    assert (found.slug, found.title, found.module, found.limits, found.digest) == (
        "s", "t", "m", Limits(1.5, 100), "digest",
    )  # fmt: skip
    assert len(found.exercises) == len(several)
    for one, other in zip(found.exercises, several, strict=True):
        assert same(one, public_part(other))
        assert all(case.public for case in one.cases)
        assert all(law.public for law in one.laws)


@given(exercises())
def test_a_bank_is_read_as_it_was_written(tmp_path_factory, exercise):
    path = tmp_path_factory.mktemp("b") / BANK
    path.write_bytes(write_bank([exercise], slug="s", seed=3, sources="abc"))
    data = read_bank(path)
    assert (data["assignment"], data["seed"], data["sources"]) == ("s", 3, "abc")
    bare = replace(exercise, cases=(), answers={}, changing=frozenset(), laws=())
    filled = fill(bare, data["exercises"][exercise.name])
    assert same(filled, exercise)
    assert digested(filled).digest == digested(exercise).digest


def test_the_digest_of_an_exercise_changes_with_its_cases(tiny):
    e = tiny.exercises["softmax"]
    data = read_bank(tiny.course / "solutions" / SLUG / BANK)["exercises"]["softmax"]
    data["cases"][0]["lower"][0][0, 0] += 1
    assert digested(fill(e, data)).digest != e.digest


def test_answers_of_mistakes_that_are_gone_are_left_out(tiny):
    data = read_bank(tiny.course / "solutions" / SLUG / BANK)["exercises"]["softmax"]
    assert set(fill(replace(tiny.exercises["softmax"], mistakes=()), data).answers) == set()


def test_the_public_part_keeps_the_answers_of_its_cases(tiny):
    e = tiny.exercises["softmax"]
    part = public_part(e)
    kept = [i for i, case in enumerate(e.cases) if case.public]
    assert 0 < len(kept) < len(e.cases)
    assert [part.answers["axis_zero"][i] for i in range(len(kept))] == [
        e.answers["axis_zero"][i] for i in kept
    ]


def test_the_public_part_keeps_what_is_known_of_its_laws(tiny):
    e = tiny.exercises["pick"]
    assert [law.public for law in e.laws] == [False, True]
    part = public_part(e)
    assert list(part.answers["turned_around"]) == list(e.answers["turned_around"][1:])
    asked = Student({"pick": e.calls[-1]}, lambda *_: ([[0, [5.0, 5.0]]], []))
    assert result_by_laws(part, tiny.laws["pick"], asked).verdict == "failed"


def test_a_bank_that_was_changed_is_told(tiny, tmp_path):
    data = read_bank(tiny.course / "solutions" / SLUG / BANK)
    path = tmp_path / BANK
    path.write_bytes(codec.dumps({**data, "seed": 2}))
    with pytest.raises(StaffError, match="its digest does not fit its cases; harvest it again"):
        read_bank(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"cannot be read \(No such file or directory\); run `grader harvest work`"),
        (b"", r"not a bank \(shorter than a frame's first line\); run `grader harvest work`"),
        (codec.dumps([1]), "schema is None, this grader reads 'gradus/bank/1'; run"),
        (codec.dumps({"schema": "x"}), "schema is 'x', this grader reads 'gradus/bank/1'; run"),
    ],
)
def test_what_is_no_bank_is_told_with_a_remedy(tmp_path, content, message):
    path = tmp_path / "work" / BANK
    path.parent.mkdir()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StaffError, match=message):
        read_bank(path)


def test_a_folder_without_a_public_bank_is_told(tmp_path):
    with pytest.raises(StaffError, match=r"public\.bank: .*; take the assignment's folder anew"):
        read_public(tmp_path)


@pytest.mark.parametrize(
    "spoilt", [{"exercises": 3}, {"exercises": [{}]}, {"limits": [1, 2, 3]}, {}]
)
def test_a_public_bank_that_is_not_whole_is_told(tmp_path, tiny, spoilt):
    data = codec.loads(write_public(tiny.assignment))
    data = {**data, **spoilt} if spoilt else {"schema": data["schema"]}
    (tmp_path / PUBLIC).write_bytes(codec.dumps(data))
    with pytest.raises(StaffError, match=r"not a whole bank .*; take the assignment's folder anew"):
        read_public(tmp_path)


def test_a_bank_without_an_exercise_is_told(tiny, tmp_path):
    data = read_bank(tiny.course / "solutions" / SLUG / BANK)
    authored = replace(tiny.authored, folder=tmp_path)
    body = {k: v for k, v in data.items() if k != "digest"}
    body["exercises"] = {k: v for k, v in body["exercises"].items() if k != "softmax"}
    (tmp_path / BANK).write_bytes(codec.dumps({**body, "digest": codec.digest(body)}))
    with pytest.raises(StaffError, match="no cases for softmax; run `grader harvest 01_tiny`"):
        assignment_of(authored)


def test_staff_have_the_assignment_its_laws_its_reference_and_its_spaces(tiny):
    assignment, laws, reference, spaces, _ = staff_parts(tiny.course, SLUG)
    assert assignment.points == Fraction(100)
    assert assignment.digest == tiny.assignment.digest
    assert set(laws["softmax"]) == {"shift_invariant", "adds_up"}
    assert reference["softmax"](np.zeros((1, 2))).tolist() == [[0.5, 0.5]]
    assert set(spaces) == {e.name for e in assignment.exercises}
