"""`grader new`: a folder that loads, harvests, stubs and grades."""

from __future__ import annotations

import pytest

from grader.authoring.bank import BANK
from grader.authoring.harvest import check, harvest
from grader.authoring.new import new, template
from grader.authoring.stub import check_stub, write_stub
from grader.cli import main
from grader.errors import StaffError
from grader.grade import staff_grader, student_grader
from grader.intake import read_student
from grader.model import Verdict

SLUG = "03_quantiles"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("new")
    folder = new(root, SLUG)
    (folder / BANK).write_bytes(harvest(root, SLUG, 0))
    write_stub(root, SLUG)
    return root


def graded(grader, path):
    names = [e.name for e in grader.assignment.exercises]
    return grader.grade(read_student(path, module="quantiles", functions=names))


def test_a_new_assignment_harvests_and_stubs(course):
    assert check(course, SLUG) == []
    assert check_stub(course, SLUG) == []


def test_its_reference_earns_full_marks_from_staff_and_student(course):
    reference = course / "solutions" / SLUG / "quantiles.py"
    with staff_grader(course, SLUG, require=None) as grader:
        report = graded(grader, reference)
        assert report.score == report.max_score == 100
        stub = graded(grader, course / "assignments" / SLUG)
        assert {r.verdict for r in stub.exercises} == {Verdict.NOT_ATTEMPTED}
    with student_grader(course / "assignments" / SLUG) as grader:
        assert graded(grader, reference).score == 100


def test_its_mistake_is_named(course, tmp_path):
    source = (course / "solutions" / SLUG / "quantiles.py").read_text(encoding="utf-8")
    wrong = source.replace("/ y.size", "")
    assert wrong != source
    (tmp_path / "jdoe.py").write_text(wrong, encoding="utf-8")
    with staff_grader(course, SLUG, require=None) as grader:
        report = graded(grader, tmp_path / "jdoe.py")
    (found,) = [r for r in report.exercises if r.verdict is not Verdict.PASSED]
    assert found.mistake.id == "no_division_by_n"
    assert len(found.mistake.hints) == 3


def test_its_picture_is_drawn(course, tmp_path, capsys):
    where = ["show", SLUG, "--course", str(course), "--reference", "--out", str(tmp_path)]
    assert main(where) == 0
    assert (tmp_path / "cost_of_an_error.svg").is_file()


def test_no_word_of_the_template_is_left():
    files = template("12_my_topic")
    assert set(files) == {
        "assignment.yaml", "handout.md", "my_topic.py", "checks.py", "mistakes.py", "variants.py",
        "pictures.py",
    }  # fmt: skip
    text = "".join(files.values())
    assert "emplate" not in text
    assert "99" not in text
    assert '"12.1"' in files["assignment.yaml"]


@pytest.mark.parametrize(
    "slug", ["quantiles", "3_quantiles", "03_Quantiles", "03-q", "../03_q", ""]
)
def test_a_name_that_is_none_is_refused(slug, tmp_path):
    with pytest.raises(StaffError, match="write two digits, an underscore and a name"):
        new(tmp_path, slug)


def test_a_name_that_is_taken_is_refused(tmp_path):
    with pytest.raises(StaffError, match=r"checks\.py is another file of the folder"):
        new(tmp_path, "03_checks")


def test_a_folder_that_is_there_is_left_alone(tmp_path):
    new(tmp_path, SLUG)
    with pytest.raises(StaffError, match="is there already"):
        new(tmp_path, SLUG)
