"""What is graded again after a change equals what grading everything would give."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path

import pytest

from grader.authoring.laws import close
from grader.batch.key import keys_of
from grader.grade import staff_grader
from grader.intake import read_submissions

ROOT = Path(__file__).parents[1]
SLUG = "08_layers"
CLASS = ROOT / "tests" / "cases" / "sample_class" / SLUG


@pytest.fixture(scope="module")
def grader():
    with staff_grader(ROOT, SLUG, require=None) as opened:
        yield opened


def submissions(grader):
    names = [e.name for e in grader.assignment.exercises]
    return [
        s
        for s in read_submissions(CLASS, module="layers", functions=names)
        if "while True" not in str(s.candidates)
    ]


def told(report):
    return dataclasses.replace(report, seconds=0.0)


def test_grading_one_stale_exercise_gives_the_report_of_grading_all(grader) -> None:
    for n, submission in enumerate(submissions(grader)[:12]):
        whole = grader.grade(submission)
        known = {r.name: r for r in whole.exercises}
        stale = {grader.assignment.exercises[n % len(known)].name}

        assert told(grader.grade(submission, known=known, stale=stale)) == told(whole)


def test_with_a_function_that_hangs_it_is_the_same_report_too(grader) -> None:
    submission = next(s for s in submissions(grader) if s.student == "adaeze_eze")
    source = submission.candidates[0]
    hangs = "\n\ndef sigmoid_backward(dA, cache):\n    while True:\n        pass\n"
    cell = dataclasses.replace(source.cells[0], text=source.cells[0].text + hangs)
    submission = dataclasses.replace(
        submission, candidates=(dataclasses.replace(source, cells=(cell,)),)
    )
    whole = grader.grade(submission)
    known = {r.name: r for r in whole.exercises}

    assert known["net_backward"].carried
    for stale in ("sigmoid_backward", "net_backward", "softmax"):
        assert told(grader.grade(submission, known=known, stale={stale})) == told(whole)


def test_a_wrong_former_result_of_a_stale_exercise_is_corrected_with_all_that_hung_on_it(
    grader,
) -> None:
    for submission in submissions(grader)[:6]:
        whole = grader.grade(submission)
        first, *others = whole.exercises
        # As if the first exercise's checks had let everything pass, or nothing.
        turned = dataclasses.replace(first, carried=not first.carried)
        known = {r.name: r for r in (turned, *others)}

        assert told(grader.grade(submission, known=known, stale={first.name})) == told(whole)


def test_only_the_stale_exercise_is_asked(grader, monkeypatch) -> None:
    submission = next(s for s in submissions(grader) if s.student == "adaeze_eze")
    known = {r.name: r for r in grader.grade(submission).exercises}
    asked = []
    from grader.sitting import Sitting

    reply = Sitting.reply
    monkeypatch.setattr(
        Sitting, "reply", lambda self, q, *known: asked.append(q) or reply(self, q, *known)
    )
    grader.grade(submission, known=known, stale={"softmax"})

    assert len(asked) == 1


def law_one(student):
    close(student.f(1.0), 2.0)


def helper(x):
    return x + SHIFT


SHIFT = 1.0


def law_two(student):
    close(student.f(1.0), helper(1.0))


def test_an_exercise_s_key_changes_with_its_own_checks_alone(grader) -> None:
    before = keys_of(grader)
    softmax, *_ = [e for e in grader.assignment.exercises if e.name == "softmax"]
    others = tuple(e for e in grader.assignment.exercises if e is not softmax)

    class Changed:
        laws = grader.laws
        assignment = dataclasses.replace(
            grader.assignment, exercises=(*others, dataclasses.replace(softmax, digest="other"))
        )

    after = keys_of(Changed)
    assert {n for n in before if before[n] != after[n]} == {"softmax"}


def test_a_law_and_what_it_reaches_are_in_the_key(grader, monkeypatch) -> None:
    class Laws:
        assignment = grader.assignment

    Laws.laws = {"softmax": {"one": law_one}}
    plain = keys_of(Laws)
    Laws.laws = {"softmax": {"one": law_two}}
    reaching = keys_of(Laws)
    monkeypatch.setitem(globals(), "SHIFT", 2.0)

    assert len({plain["softmax"], reaching["softmax"], keys_of(Laws)["softmax"]}) == 3
    assert inspect.getsource(helper) in Path(__file__).read_text()
