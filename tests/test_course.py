"""Tests of `grader.authoring.course`: which assignment is meant, and all that is amiss with it."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.authoring.course import find_course, load, resolve, slugs, sources_digest
from grader.errors import AuthoringError, StaffError
from grader.model import Call, Limits
from tests.tiny import DOUBLE, SLUG, SOURCE, write_assignment

if TYPE_CHECKING:
    from pathlib import Path

HINTS = "hints=['a', 'b', 'c']"


def slips(tmp_path: Path, **files: str) -> list[str]:
    """What `load` says of `DOUBLE` with other texts."""
    with pytest.raises(AuthoringError) as caught:
        load(write_assignment(tmp_path, **files), "01_work")
    return str(caught.value).replace("solutions/01_work/", "").splitlines()


def a_mistake(text: str) -> str:
    return f"from checks import double\nfrom grader.authoring import mistake, variant\n{text}"


def test_a_course_is_what_is_named(tmp_path, monkeypatch):
    course = write_assignment(tmp_path / "course")
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    assert find_course(course) == course.resolve()
    with pytest.raises(StaffError, match="no folder solutions/ in it; give the course's root"):
        find_course(tmp_path)
    monkeypatch.setenv("GRADER_COURSE", str(course))
    assert find_course(None) == course.resolve()


def test_a_course_is_the_nearest_folder_above(tmp_path, monkeypatch):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    course = write_assignment(tmp_path / "course")
    monkeypatch.chdir(course / "solutions" / "01_work")
    assert find_course(None) == course
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StaffError, match=r"no course here or above .*; use --course DIR"):
        find_course(None)


def test_an_assignment_is_named_by_its_folder_its_number_or_a_part(tmp_path):
    for slug in ("01_loss", "08_layers", "10_layers_again"):
        write_assignment(tmp_path, slug)
    assert slugs(tmp_path) == ["01_loss", "08_layers", "10_layers_again"]
    for text in ("01_loss", "01", "1", "loss", "los"):
        assert resolve(tmp_path, text) == "01_loss"
    assert resolve(tmp_path, "8") == "08_layers"
    with pytest.raises(StaffError, match="'layers' is ambiguous: 08_layers, 10_layers_again"):
        resolve(tmp_path, "layers")
    with pytest.raises(StaffError, match=r"no assignment '01_lost' in .*; did you mean '01_loss'?"):
        resolve(tmp_path, "01_lost")
    with pytest.raises(StaffError, match="there are 01_loss, 08_layers, 10_layers_again"):
        resolve(tmp_path, "")


def test_a_course_without_assignments_says_so(tmp_path):
    with pytest.raises(StaffError, match="there are none"):
        resolve(tmp_path, "01")


def test_exercises_come_in_order_with_exact_shares_of_their_rows_points():
    exercises = list(load(SOURCE, SLUG).exercises())
    names = [e.name for e in exercises]
    assert names[:3] == ["affine_forward", "affine_backward", "relu_forward"]
    assert exercises[1].points == Fraction(25, 2)
    assert exercises[1].forward == "affine_forward"
    assert exercises[1].number == "1.1"
    assert [m.id for m in exercises[1].mistakes] == ["db_is_a_mean", "transposed"]
    assert load(SOURCE, SLUG).limits == Limits(2.0, 512)


def test_a_backward_is_called_with_what_its_forward_kept():
    backward = next(e for e in load(SOURCE, SLUG).exercises() if e.name == "affine_backward")
    assert backward.calls == (
        Call("affine_forward", ("X", "W", "b"), ("Z", "cache"), frozenset({1})),
        Call("affine_backward", ("dZ", (0, 1)), ("dX", "dW", "db")),
    )


def test_a_version_stands_in_the_references_place_with_its_partners():
    authored = load(SOURCE, SLUG)
    variant = next(v for v in authored.variants if v.id == "mask_in_a_dict")
    space = authored.namespace(variant)
    assert space["relu_backward"] is variant.function
    assert space["relu_forward"].__name__ == "_keeping_a_mask"
    assert space["softmax"] is authored.reference["softmax"]


def test_loading_leaves_no_module_behind(tmp_path):
    before = dict(sys.modules)
    load(write_assignment(tmp_path), "01_work")
    assert sys.modules.get("checks") is before.get("checks")
    assert "work" not in sys.modules


def test_a_module_of_the_same_name_is_there_again_afterwards(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "checks", sys)
    load(write_assignment(tmp_path), "01_work")
    assert sys.modules["checks"] is sys


def test_line_endings_do_not_change_the_sources_digest(tmp_path):
    folder = write_assignment(tmp_path) / "solutions" / "01_work"
    before = sources_digest(folder, "work")
    (folder / "work.py").write_bytes((folder / "work.py").read_bytes().replace(b"\n", b"\r\n"))
    assert sources_digest(folder, "work") == before
    (folder / "checks.py").write_text(DOUBLE["checks.py"] + "#")
    assert sources_digest(folder, "work") != before


def test_problems_of_all_files_are_told_at_once(tmp_path):
    found = slips(
        tmp_path,
        settings=DOUBLE["assignment.yaml"].replace("10", "-10") + "colour: 1\n",
        work="def double(x:\n",
        checks=DOUBLE["checks.py"] + 'other = exercise("x[N-1] -> y")\n1 / 0\n',
        mistakes="import checks\nraise ValueError('here')\n",
        variants="\x00",
    )
    assert found == [
        (
            "assignment.yaml:4:50: exercises[0].points is -10: input should be greater than or "
            "equal to 0"
        ),
        (
            "assignment.yaml:5:1: colour is not a key here; known keys are title, module, exercises, "
            "given, limits, weights"
        ),
        "checks.py:3:19: axis 'N-1' of x; write a name, name+1 or a number",
        "checks.py:4: ZeroDivisionError while loading: division by zero",
        "mistakes.py:2: ValueError while loading: here",
        found[5],
        "work.py:1:11: syntax error: '(' was never closed",
    ]
    assert found[5].startswith("variants.py")
    assert "null bytes" in found[5]


def test_what_only_follows_from_another_files_problem_is_not_told(tmp_path):
    found = slips(
        tmp_path,
        checks="from grader.authoring import exercise\nboom\n",
        mistakes="from checks import double\n",
    )
    assert found == ["checks.py:2: NameError while loading: name 'boom' is not defined"]


def test_a_file_that_ends_the_program_is_told_with_its_line(tmp_path):
    found = slips(tmp_path, checks=DOUBLE["checks.py"] + "raise SystemExit(3)\n")
    assert found == ["checks.py:3: SystemExit while loading: 3"]


def test_without_settings_the_module_is_guessed(tmp_path):
    assert len(slips(tmp_path, settings="", work="1 / 0")) == 2


def test_without_settings_and_with_two_modules_the_rest_is_read(tmp_path):
    found = slips(tmp_path, settings="", another="", work="1 / 0", checks="1 / 0")
    assert found == [
        (
            "assignment.yaml:1:1: the file is None: input should be a valid dictionary or instance "
            "of Settings"
        ),
        "checks.py:1: ZeroDivisionError while loading: division by zero",
    ]


def test_a_file_that_is_not_there_is_told(tmp_path):
    course = write_assignment(tmp_path)
    (course / "solutions" / "01_work" / "mistakes.py").unlink()
    with pytest.raises(AuthoringError, match=r"mistakes\.py: cannot be read: No such file"):
        load(course, "01_work")


def test_a_file_that_is_not_utf8_is_told(tmp_path):
    course = write_assignment(tmp_path)
    (course / "solutions" / "01_work" / "variants.py").write_bytes(b"\xff")
    with pytest.raises(AuthoringError, match=r"variants\.py: cannot be read: not UTF-8"):
        load(course, "01_work")


def test_an_error_from_deep_inside_has_the_line_of_the_file(tmp_path):
    found = slips(tmp_path, work="import json\n\n\njson.loads('{')\n")
    assert found[0].startswith("work.py:4: JSONDecodeError while loading: ")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"checks": DOUBLE["checks.py"].replace("double", "dubble")},
            "checks.py: double is not declared; did you mean 'dubble'?",
        ),
        (
            {"checks": DOUBLE["checks.py"].replace("double", "dubble")},
            (
                "checks.py:2: dubble is declared but not listed in assignment.yaml; did you mean "
                "'double'?"
            ),
        ),
        ({"checks": ""}, "checks.py: double is not declared; add double = exercise(...)"),
        (
            {"checks": DOUBLE["checks.py"] + 'other = exercise("x -> y")\n'},
            (
                "checks.py:3: other is declared but not listed in assignment.yaml; add it to "
                "assignment.yaml"
            ),
        ),
        (
            {"work": "def duble(x): ..."},
            "work.py: double is not defined; did you mean 'duble'?",
        ),
        ({"work": ""}, "work.py: double is not defined; add def double(...)"),
        (
            {"work": "\ndef double(x, y): ..."},
            "work.py:2: double(x, y): missing a required argument: 'y'; it is declared with x",
        ),
        (
            {"work": "double = 2"},
            "work.py: double is not a function; a constant is declared without parameters",
        ),
        (
            {"work": "\ndef double(): ..."},
            "work.py:2: double(): too many positional arguments; it is declared with x",
        ),
        (
            {
                "work": "def double(): ...",
                "checks": DOUBLE["checks.py"].replace("x[N] ->", "x? ->"),
            },
            "work.py:1: double(): too many positional arguments; it is declared with x",
        ),
        (
            {
                "work": "def double(y=1): ...",
                "checks": DOUBLE["checks.py"].replace("x[N] ->", "x? ->"),
            },
            "work.py:1: double(y=1): no parameter 'x', which comes by name",
        ),
        (
            {"checks": DOUBLE["checks.py"].replace('y[N]"', 'y[N]", judged_by="laws"')},
            "checks.py:2: double is judged by laws but has none; add @double.law(...)",
        ),
        (
            {
                "checks": DOUBLE["checks.py"].replace('y[N]"', 'y[N]", judged_by="laws"')
                + "@double.law('l')\ndef law(student, x): ...\n"
            },
            "checks.py:2: double is judged by laws, none of them public; give one public=True",
        ),
        (
            {"checks": DOUBLE["checks.py"] + "def f(): ...\ndef f(): ...\n"},
            "checks.py:4:5: f stands in line 3, too; names are ids",
        ),
        (
            {
                "mistakes": a_mistake(
                    "@mistake(double, title='t', hints=['a', ' ', 'c'])\ndef m(x): ..."
                )
            },
            "mistakes.py:3: m has 3 hints; write 3, none empty",
        ),
        (
            {"mistakes": a_mistake("@mistake(double, title='t', hints=['a'])\ndef m(x): ...")},
            "mistakes.py:3: m has 1 hints; write 3, none empty",
        ),
        (
            {"mistakes": a_mistake(f"@mistake(double, title='', {HINTS})\ndef m(x): ...")},
            "mistakes.py:3: m has no title; write title='...'",
        ),
        (
            {"mistakes": a_mistake(f"@mistake('double', title='t', {HINTS})\ndef m(x): ...")},
            "mistakes.py:3: m: 'double' is not a declaration of checks.py",
        ),
        (
            {"mistakes": a_mistake(f"@mistake(double, title='t', {HINTS})\ndef m(): ...")},
            "mistakes.py:3: m(): too many positional arguments; it is declared with x",
        ),
        (
            {"variants": a_mistake("@variant(1)\ndef v(x): ...")},
            "variants.py:3: v: 1 is not a declaration of checks.py",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path, files, message):
    assert message in slips(tmp_path, **files)


def test_a_callable_object_is_taken_at_its_word(tmp_path):
    authored = load(
        write_assignment(tmp_path, work="import numpy as np\ndouble = np.square\n"), "01_work"
    )
    assert "double" in authored.reference
