"""Tests of `grader.judge.breach` and `transcript`: a broken law with the smallest input."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from grader.authoring import trial
from grader.authoring.bank import BANK
from grader.authoring.course import load
from grader.authoring.harvest import harvest
from grader.authoring.laws import UnequalError, close
from grader.authoring.prepared import assignment_of, laws_of
from grader.authoring.space import DeclaredSpace
from grader.judge.breach import Trial, counterexample
from grader.judge.explain import explained_by_law
from grader.judge.laws import LawInterruptedError, Student
from grader.model import Reason, Result, Verdict
from tests.tiny import write_assignment

CHECKS = """
import numpy as np
from grader.authoring import close, exercise, functions, integers

shifted = exercise("v[N] k -> w[N] top", judged_by="laws", k=integers(1, 40))
dealt = exercise("v[N] rng -> w[N]", judged_by="laws")
summed = exercise("f v[N] -> total", judged_by="laws", f=functions("scalar"))
LIST = exercise("-> words", judged_by="laws")


@shifted.law("The largest one is told", public=True)
def top_is_told(student, v, k):
    w, top = student.shifted(v, k)
    close(top, np.max(np.asarray(w)))


@shifted.law("Two steps are as good as one", public=True)
def two_steps(student, v, k):
    first, _ = student.shifted(v, k)
    close(student.shifted(np.asarray(first), k)[0], student.shifted(v, 2 * k)[0])


@dealt.sample
def some(rng):
    return {"v": rng.normal(size=rng.integers(5, 9)), "rng": {"rng": int(rng.integers(99))}}


@dealt.assume
def a_choice(v):
    return len(v) > 1


@dealt.law("Nothing is lost", public=True)
def nothing_is_lost(student, v, rng):
    if len(student.dealt(v, rng)) != len(v):
        raise AssertionError(f"{len(v)} numbers went in")


@dealt.law("The same seed, the same order", public=True)
def seed_decides(student, v):
    one, other = (np.asarray(student.dealt(v, np.random.default_rng(3))) for _ in range(2))
    if not np.array_equal(one, other):
        raise AssertionError("two generators of the same seed")


@summed.law("f is asked for every number", public=True)
def f_is_asked(student, f, v):
    seen = []

    def watched(x):
        seen.append(x)
        return f(x)

    student.summed(watched, v)
    if len(seen) != len(v):
        raise AssertionError(f"{len(seen)} times")


@LIST.law("There are two", public=True)
def there_are_two(student):
    if len(student.LIST()) != 2:
        raise AssertionError
"""

WORK = """
import numpy as np

LIST = ["a", "b"]


def shifted(v, k):
    return v + k, float(np.max(v + k))


def dealt(v, rng):
    return v[rng.permutation(len(v))]


def summed(f, v):
    return sum(f(x) for x in v.tolist())
"""

SETTINGS = "title: T\nmodule: work\nexercises:\n" + "".join(
    f'  - {{number: "1.{i}", functions: [{name}], points: 10}}\n'
    for i, name in enumerate(("shifted", "dealt", "summed", "LIST"), 1)
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Four exercises that only laws judge."""
    root = tmp_path_factory.mktemp("laws")
    write_assignment(root, settings=SETTINGS, work=WORK, checks=CHECKS)
    (root / "solutions" / "01_work" / BANK).write_bytes(harvest(root, "01_work", 1))
    return load(root, "01_work")


WRONG = Result("f", "1.1", Fraction(0), Fraction(1), Verdict.FAILED, Reason.WRONG)


def explained(course, name, function, *, staff=True):
    """The result of a wrong version, explained."""
    exercise = next(e for e in assignment_of(course).exercises if e.name == name)
    namespace = {**course.reference, name: function}
    result = trial.result_of(course, exercise, namespace)
    space = DeclaredSpace(course, course.declarations[name], exercise) if staff else None
    return explained_by_law(
        exercise, result, laws_of(course)[name], space,
        lambda: trial.student(course, exercise, namespace),
    )  # fmt: skip


def lines(result):
    return result.counterexample.code.splitlines()


def test_a_broken_law_is_shown_with_its_smallest_input_and_both_sides(course):
    result = explained(course, "shifted", lambda v, k: (v + k, 0.0))
    assert lines(result) == [
        "import numpy as np",
        "v = np.array([0.])",
        "k = 1",
        "shifted(v, k)",
        "# w = np.array([1.])",
        "# top = 0.0",
    ]
    assert (result.counterexample.yours, result.counterexample.expected) == ("0.0", "1.0")
    assert result.message == result.counterexample.difference
    assert result.message == "The largest one is told: 0., expected 1."
    assert result.counterexample.shapes == {"v": (1,)}


def test_all_calls_of_a_law_are_shown_in_order(course):
    def squared(v, k):
        return v + k * k, float(np.max(v + k * k))

    result = explained(course, "shifted", squared)
    assert [line for line in lines(result) if not line.startswith("#")] == [
        "import numpy as np",
        "v = np.array([0.])",
        "k = 1",
        "shifted(v, k)",
        "v = np.array([1.])",
        "shifted(v, k)",
        "v = np.array([0.])",
        "k = 2",
        "shifted(v, k)",
    ]
    assert result.counterexample.yours == "np.array([2.])"
    assert result.counterexample.expected == "np.array([4.])"


def test_where_a_law_compares_nothing_its_title_is_what_was_expected(course):
    result = explained(course, "dealt", lambda v, rng: v[1:])
    assert lines(result) == [
        "import numpy as np",
        "v = np.array([0., 0.])",
        "rng = np.random.default_rng(4720721261117928063)",
        "dealt(v, rng)",
    ]
    assert result.counterexample.yours == "w = np.array([0.])"
    assert result.counterexample.expected == "Nothing is lost"
    assert result.message == "Nothing is lost: 2 numbers went in"


def test_inputs_for_which_the_law_does_not_hold_for_the_reference_are_not_shown(course):
    """Were a_choice not assumed, one number alone would do: the reference keeps it, too."""
    result = explained(course, "dealt", lambda v, rng: np.append(v, 0.0) if len(v) > 2 else v)
    assert "v = np.array([0., 0., 0.])" in lines(result)


def test_a_watched_function_is_shown_as_it_can_be_pasted(course):
    result = explained(course, "summed", lambda f, v: f(v))
    assert any(line.startswith("f = lambda w: ") for line in lines(result))
    assert lines(result)[-1] == "summed(f, v)"
    assert "v = np.array([0., 0.])" in lines(result)


def test_an_exception_is_shown_with_the_smallest_input_that_raises_it(course):
    def picky(v, k):
        raise {1: KeyError, 2: ValueError}.get(len(v), TypeError)("no")

    result = explained(course, "shifted", picky)
    assert (result.verdict, result.reason) == (Verdict.RAISED, Reason.ERROR)
    assert "v = np.array([0., 0., 0.])" in lines(result)
    assert result.counterexample.yours == "raised TypeError: no"


def test_an_argument_that_is_changed_is_shown_before_and_printed_after(course):
    def in_place(v, k):
        v += k
        return v.copy(), float(np.max(v))

    result = explained(course, "shifted", in_place)
    assert "changes its argument v" in result.message
    assert lines(result)[-3:] == ["k = 1", "shifted(v, k)", "print(v)"]
    assert result.counterexample.yours == "v is no longer the same after the call"
    assert result.counterexample.expected == "v = np.array([0.])"


def test_without_a_reference_the_laws_own_input_is_shown(course):
    result = explained(course, "shifted", lambda v, k: (v + k, 0.0), staff=False)
    inputs = next(e for e in assignment_of(course).exercises if e.name == "shifted").laws[0].inputs
    assert result.counterexample.shapes["v"] in {i["v"].shape for i in inputs}


def test_of_a_laws_own_inputs_the_simplest_that_breaks_it_comes_first(course):
    exercise = next(e for e in assignment_of(course).exercises if e.name == "shifted")
    law = replace(exercise.laws[0], inputs=({"k": 7}, {"k": 30}, {"k": 2}, {"k": 9}))

    def not_two(student, k):
        if k != 2:
            raise AssertionError("too many")

    tried = Trial(exercise, law, not_two, lambda: Student({}, lambda *_: None))
    assert tried.first(WRONG, changed=False).inputs == {"k": 7}
    assert tried.first(WRONG, changed=True) is None
    raised = replace(WRONG, verdict=Verdict.RAISED, reason=Reason.ERROR)
    assert tried.first(raised, changed=False) is None


def test_answers_that_come_by_chance_are_shown_with_no_input(course):
    """Whatever input was shown, another run of the same submission would show another answer."""

    def by_chance(v, rng, calls=[]):  # noqa: B006 -- that is how it keeps count
        calls.append(v)
        return v[min(len(v), 1 + len(calls) % 5) :]

    result = explained(course, "dealt", by_chance)
    assert result.verdict is Verdict.FAILED
    assert result.counterexample is None
    assert explained(course, "dealt", by_chance, staff=False).counterexample is not None


def test_a_law_that_is_broken_is_not_explained_by_an_argument_that_is_changed(course):
    def both(v, k):
        if len(v) < 4:
            v += k
            return v.copy(), float(np.max(v))
        return v + k, 0.0

    result = explained(course, "shifted", both)
    assert result.message.startswith("The largest one is told")
    assert "print" not in result.counterexample.code


def test_what_asks_for_nothing_has_no_input_to_show(course):
    result = explained(course, "LIST", ["a"])
    assert result.verdict is Verdict.FAILED
    assert result.counterexample is None


def test_a_child_that_dies_ends_the_search(course):
    exercise = next(e for e in assignment_of(course).exercises if e.name == "dealt")
    space = DeclaredSpace(course, course.declarations["dealt"], exercise)
    law, asked = exercise.laws[0], []

    def dies(student, v, rng):
        asked.append(len(v))
        if len(asked) == 1:
            raise AssertionError("once")
        raise LawInterruptedError(Verdict.TIMED_OUT, Reason.TIMEOUT, "too slow")

    trial_ = Trial(exercise, law, dies, lambda: Student({}, lambda *_: None))
    first = trial_.first(WRONG, changed=False)
    assert trial_.smallest(first, space.of_law(law.id)) is first
    assert len(asked) <= 3


def test_a_function_that_cannot_be_written_down_leaves_the_example_out(course):
    exercise = next(e for e in assignment_of(course).exercises if e.name == "summed")
    law = exercise.laws[0]

    def unnamed(student, f, v):
        student.summed(lambda x: x, v)
        raise AssertionError("whatever")

    inputs = {"v": np.ones(2), "f": None}
    asked = Trial(exercise, law, unnamed, lambda: trial.student(course, exercise, course.reference))
    found = asked.of(inputs)
    assert found is not None
    assert counterexample(asked, found) is None


def test_close_says_both_sides():
    for found, expected in ((1.0, 2.0), ([1.0], [1.0, 2.0]), (np.ones(2), np.ones(3))):
        with pytest.raises(UnequalError) as error:
            close(found, expected)
        np.testing.assert_equal(error.value.sides, (found, expected))


def test_a_child_that_dies_of_a_simpler_input_is_not_asked_for_the_others(course):
    exercise = next(e for e in assignment_of(course).exercises if e.name == "shifted")
    law = replace(exercise.laws[0], inputs=({"k": 7}, {"k": 30}, {"k": 2}))
    asked = []

    def slow(student, k):
        asked.append(k)
        if k < 9:
            raise LawInterruptedError(Verdict.TIMED_OUT, Reason.TIMEOUT, "too slow")
        raise AssertionError("too many")

    tried = Trial(exercise, law, slow, lambda: Student({}, lambda *_: None))
    assert tried.first(WRONG, changed=False) is None
    assert asked == [2]
