"""What students hand in, as files and folders."""

from __future__ import annotations

import codecs
import hashlib
import json
import os
import re
import shutil
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import StaffError, SubmissionError
from grader.intake import read_student, read_submissions
from grader.intake.notebook import NOTEBOOK_LIMIT, read_cells
from grader.intake.text import TEXT_LIMIT, decode

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = ("predict", "mae", "mse")
WORK = "def predict(x, w, b):\n    return b + w * x\n"


def notebook(*sources: str, **extra: object) -> bytes:
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": s}
        for s in sources
    ]
    return json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **extra}
    ).encode()


def students(path: Path):
    found = read_submissions(path, module="loss", functions=FUNCTIONS)
    return {s.student: s for s in found}


def student(path: Path):
    return read_student(path, module="loss", functions=FUNCTIONS)


def texts(submission) -> list[str]:
    return [cell.text for source in submission.candidates for cell in source.cells]


# Text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r")))
def test_any_text_survives_as_utf8(text):
    declared = re.search(r"coding[:=]", text) is not None
    if not declared and not text.startswith("\ufeff"):
        assert decode(text.encode(), "a.py") == (text, ())


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_message(data):
    try:
        text, notes = decode(data, "a.py")
    except SubmissionError as error:
        assert "a.py" in str(error)
    else:
        assert "\r" not in text
        assert "\0" not in text
        assert all("a.py" in note for note in notes)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (codecs.BOM_UTF8 + "é = 1\n".encode(), "é = 1\n"),
        ("# -*- coding: latin-1 -*-\né = 1\n".encode("latin-1"), "# -*- coding: latin-1 -*-\né = 1\n"),
        ("#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
         "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n"),
        (b"x = 1\r\ny = 2\rz = 3\n", "x = 1\ny = 2\nz = 3\n"),
        (b"\tx = 1\f\n", "\tx = 1\f\n"),
        (b"", ""),
    ],
)  # fmt: skip
def test_ordinary_encodings_need_no_note(data, text):
    assert decode(data, "a.py") == (text, ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings_with_a_mark_are_read_and_noted(encoding):
    text, notes = decode("x = 'é'\r\n".encode(encoding), "a.py")
    assert text == "x = 'é'\n"
    assert notes == (f"a.py was read as {encoding.upper()}; save it as UTF-8",)


def test_bytes_of_no_declared_encoding_are_replaced_and_noted():
    text, notes = decode(b"x = 1\n# caf\xe9\n", "a.py")
    assert text == "x = 1\n# caf\N{REPLACEMENT CHARACTER}\n"
    assert notes == ("a.py, line 2: bytes that are not UTF-8 were replaced",)


def test_bytes_that_do_not_fit_what_is_declared_are_read_as_utf8():
    assert decode("# coding: ascii\nx = 'é'".encode(), "a.py") == ("# coding: ascii\nx = 'é'", ())


@pytest.mark.parametrize("name", ["nonsense", "punycode", "rot13", "unicode_escape", "../x"])
def test_an_unusable_declared_encoding_is_noted_and_passed_over(name):
    text, notes = decode(f"# coding: {name}\nx = 1\n".encode(), "a.py")
    assert text.endswith("x = 1\n")
    if name != "../x":
        assert notes == (f"a.py declares the unknown encoding {name!r}; read as UTF-8",)


def test_a_coding_line_counts_only_among_the_first_two_and_after_comments():
    data = "x = 1\n# coding: latin-1\ny = 'é'\n".encode()
    assert "é" in decode(data, "a.py")[0]
    data = "\n\n# coding: latin-1\ny = 'é'\n".encode()
    assert "é" in decode(data, "a.py")[0]


def test_a_nul_byte_makes_a_file_unreadable():
    with pytest.raises(SubmissionError, match=r"a\.py, line 2: there is a NUL byte"):
        decode(b"x = 1\ny = \x00\n", "a.py")


def test_a_file_that_is_too_long_is_not_read():
    with pytest.raises(SubmissionError, match=r"a\.py is 1,048,577 bytes long"):
        decode(b"#" * (TEXT_LIMIT + 1), "a.py")


# Notebooks


def test_code_cells_come_in_document_order_and_are_numbered():
    data = json.loads(notebook("a = 1", ["b = 2\n", "c = 3"]))
    data["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": "# text"})
    cells, notes = read_cells(json.dumps(data).encode(), "a.ipynb")
    assert [(c.label, c.text) for c in cells] == [("cell 1", "a = 1"), ("cell 2", "b = 2\nc = 3")]
    assert notes == ()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"))))
def test_any_cells_come_back(sources):
    assert [c.text for c in read_cells(notebook(*sources), "a.ipynb")[0]] == sources


def json_values():
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    keys = st.sampled_from(["cells", "nbformat", "metadata", "worksheets", "source", "cell_type"])
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner),
        max_leaves=20,
    )


@given(json_values())
def test_any_json_gives_cells_or_a_message(value):
    try:
        cells, _ = read_cells(json.dumps(value).encode(), "a.ipynb")
    except SubmissionError as error:
        assert str(error).startswith("a.ipynb")
    else:
        assert all(isinstance(c.text, str) for c in cells)


@pytest.mark.parametrize("version", [2, 3])
def test_old_formats_are_upgraded(version):
    cell = {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python",
            "outputs": [{"output_type": "pyout"}], "collapsed": False, "prompt_number": 1}  # fmt: skip
    text = {"cell_type": "heading", "level": 2, "source": "T"}
    data = {"nbformat": version, "nbformat_minor": 0, "metadata": {"name": ""},
            "worksheets": [{"cells": [text, cell], "metadata": {}}]}  # fmt: skip
    cells, _ = read_cells(json.dumps(data).encode(), "a.ipynb")
    assert [c.text for c in cells] == ["x = 1\ny = 2"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "a.ipynb is damaged: it is not JSON"),
        (b'{"cells": [', "a.ipynb is damaged: it is not JSON"),
        (b"\xff\x00{}", "a.ipynb is damaged"),
        (b"[" * 200_000, "a.ipynb is nested too deeply"),
        (b'{"cells": [' + b"9" * 10_000 + b"]}", "holds a number that is too long"),
        (b"[]", "a.ipynb holds a list"),
        (b'{"nbformat": 4}', "a.ipynb has no list of cells"),
        (b'{"nbformat": -1}', "a.ipynb states the notebook format -1"),
        (b'{"nbformat": 3, "worksheets": 5}', "a.ipynb"),
        (b'{"nbformat": true}', "a.ipynb has no list of cells"),
        (b'{"nbformat": 1}', "a.ipynb is a damaged notebook of the old format 1"),
    ],
)
def test_a_broken_notebook_says_how(data, said):
    with pytest.raises(SubmissionError) as caught:
        read_cells(data, "a.ipynb")
    assert said in str(caught.value)


def test_half_a_surrogate_pair_is_replaced():
    cells, _ = read_cells(notebook("x = '\ud800'"), "a.ipynb")
    assert cells[0].text == "x = '\N{REPLACEMENT CHARACTER}'"


def test_too_much_code_in_a_notebook_is_refused():
    with pytest.raises(SubmissionError, match="characters of code"):
        read_cells(notebook("#" * TEXT_LIMIT, "x"), "a.ipynb")


def test_another_language_is_noted():
    data = notebook("x <- 1", metadata={"language_info": {"name": "R"}})
    assert read_cells(data, "a.ipynb")[1] == (
        "a.ipynb says that it is written in 'R', not in Python",
    )


def test_a_huge_notebook_is_refused_by_its_size_alone(tmp_path):
    path = tmp_path / "jdoe.ipynb"
    with path.open("wb") as file:
        file.truncate(500 << 20)
    found = student(path)
    assert found.candidates == ()
    assert found.message is not None
    assert "500 MB" in found.message
    assert "clear all outputs" in found.message
    with pytest.raises(SubmissionError, match="clear all outputs"):
        read_cells(b" " * (NOTEBOOK_LIMIT + 1), "a.ipynb")


# One student


def test_one_file_is_the_student_of_its_stem(tmp_path):
    (tmp_path / "jdoe.py").write_text(WORK)
    found = student(tmp_path / "jdoe.py")
    assert (found.student, texts(found), found.message) == ("jdoe", [WORK], None)
    assert found.candidates[0].file == "jdoe.py"
    assert read_submissions(tmp_path / "jdoe.py", module="loss", functions=FUNCTIONS) == [found]


def test_the_digest_is_of_names_and_bytes(tmp_path):
    (tmp_path / "jdoe.py").write_text(WORK)
    data = WORK.encode()
    parts = f"7 jdoe.py{len(data)} ".encode() + data
    assert student(tmp_path / "jdoe.py").digest == hashlib.sha256(parts).hexdigest()


def test_a_changed_file_changes_the_digest(tmp_path):
    path = tmp_path / "jdoe.py"
    path.write_text(WORK)
    before = student(path).digest
    path.write_text(WORK + "\n")
    assert student(path).digest != before


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    root = tmp_path / "jdoe"
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def test_module_and_notebook_are_both_candidates(tmp_path):
    root = folder(tmp_path, **{"loss.py": WORK, "loss.ipynb": notebook(WORK), "test_loss.py": "x"})
    found = student(root)
    assert [c.file for c in found.candidates] == ["loss.py", "loss.ipynb"]
    assert found.notes == ()


def test_the_only_file_counts_whatever_its_name(tmp_path):
    found = student(folder(tmp_path, **{"Solution (final).PY": WORK, "notes.txt": "hello"}))
    assert [c.file for c in found.candidates] == ["Solution (final).PY"]


def test_else_the_file_that_defines_most_exercises_comes_first(tmp_path):
    more = WORK + "def mae(a, b): ...\n"
    found = student(folder(tmp_path, **{"a.py": WORK, "b.ipynb": notebook(more), "c.py": "x = 1"}))
    assert [c.file for c in found.candidates] == ["b.ipynb", "a.py"]
    assert found.notes == ("there is no loss.py or loss.ipynb; found b.ipynb, a.py",)


def test_other_files_are_spare_where_one_has_the_given_name(tmp_path):
    files = {"loss.py": WORK, "loss (1).py": WORK, "notes.py": "x = 1", "broken.ipynb": "{"}
    found = student(folder(tmp_path, **files))
    assert [c.file for c in found.candidates] == ["loss.py"]
    assert [c.file for c in found.spare] == ["loss (1).py"]
    assert found.notes == ()
    before = found.digest
    (tmp_path / "jdoe" / "loss (1).py").write_text(WORK + "\n")
    assert student(tmp_path / "jdoe").digest != before


def test_folders_are_searched_three_deep(tmp_path):
    found = student(folder(tmp_path, **{"a/b/loss.py": WORK, "a/b/c/loss.py": "x = 1"}))
    assert [c.file for c in found.candidates] == ["a/b/loss.py"]
    deep = student(folder(tmp_path / "other", **{"a/b/c/loss.py": WORK, "a/x.pdf": "x"}))
    assert (
        deep.message == "there is no .py or .ipynb file within three folders, only a/b/c/, a/x.pdf"
    )


@pytest.mark.parametrize(
    "name",
    ["__MACOSX/loss.py", "._loss.py", ".ipynb_checkpoints/loss.ipynb", "__pycache__/loss.py",
     ".git/loss.py", "venv/loss.py"],
)  # fmt: skip
def test_what_tools_leave_behind_is_passed_over(tmp_path, name):
    found = student(folder(tmp_path, **{name: "x = 1", "mine.py": WORK}))
    assert texts(found) == [WORK]


def test_an_unreadable_file_beside_a_readable_one_is_noted(tmp_path):
    found = student(folder(tmp_path, **{"loss.py": WORK, "loss.ipynb": "{"}))
    assert [c.file for c in found.candidates] == ["loss.py"]
    assert found.notes[0].startswith("loss.ipynb is damaged")


@pytest.mark.parametrize("given", ["laws.py", "pictures.py", "suspects.py"])
def test_what_was_handed_out_beside_the_module_is_never_taken_for_the_work(tmp_path, given):
    (tmp_path / given).write_text("def mae(Z):\n    return Z\n")
    assert student(tmp_path).message == "there is no loss.py or loss.ipynb"
    (tmp_path / "loss.py").write_bytes(b"\0")
    alone = student(tmp_path)
    assert alone.candidates == ()
    assert alone.message.startswith("loss.py, line 1: there is a NUL byte")
    (tmp_path / "mine.py").write_text("x = 1\n")
    assert [source.file for source in student(tmp_path).candidates] == ["mine.py"]


def test_a_module_may_be_called_as_what_is_handed_out(tmp_path):
    (tmp_path / "laws.py").write_text("x = 1\n")
    found = read_student(tmp_path, module="laws", functions=["softmax"])
    assert [source.file for source in found.candidates] == ["laws.py"]


def test_nothing_at_all_is_a_message(tmp_path):
    (tmp_path / "jdoe").mkdir()
    found = student(tmp_path / "jdoe")
    assert found.message == "nothing was handed in: there is no .py or .ipynb file"
    report = student(folder(tmp_path, **{"report.pdf": "x"}))
    assert report.message == "there is no .py or .ipynb file, only report.pdf"


@pytest.mark.parametrize("name", ["work.rar", "work.7z", "work.gz"])
def test_an_archive_of_another_kind_is_told_with_what_to_hand_in_instead(tmp_path, name):
    found = student(folder(tmp_path, **{name: "x", "report.pdf": "x"}))
    assert found.message == (
        f"{name} is an archive of a kind that is not opened; hand in a zip instead"
    )
    packed = tmp_path / name
    packed.write_bytes(b"x")
    with pytest.raises(StaffError, match="not opened; unpack it, or give a zip or tar"):
        students(packed)


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 1")
    root = folder(tmp_path, **{"a.txt": "x"})
    (root / "loss.py").symlink_to(secret)
    (root / "sub").symlink_to(tmp_path)
    found = student(root)
    assert found.candidates == ()
    assert found.message == "loss.py is a link, which is not followed; hand in the file itself"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes: not Linux")
def test_a_pipe_is_not_opened(tmp_path):
    root = folder(tmp_path, **{"a.txt": "x"})
    os.mkfifo(root / "loss.py")
    assert student(root).message == "loss.py is not an ordinary file"


def test_a_path_that_is_not_there_is_staffs(tmp_path):
    with pytest.raises(StaffError, match="there is no such file or folder"):
        student(tmp_path / "nobody.py")


# A class


def test_a_class_is_a_file_or_a_folder_per_student(tmp_path):
    (tmp_path / "amy.py").write_text(WORK)
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "loss.ipynb").write_bytes(notebook(WORK))
    (tmp_path / "cid.ipynb").write_bytes(notebook(WORK))
    (tmp_path / "dee.docx").write_text("x")
    (tmp_path / "roster.csv").write_text("x")
    (tmp_path / "README.txt").write_text("x")
    (tmp_path / ".DS_Store").write_text("x")
    found = students(tmp_path)
    assert list(found) == ["amy", "bob", "cid", "dee"]
    assert found["dee"].message == "there is no .py or .ipynb file, only dee.docx"
    assert all(found[name].message is None for name in ("amy", "bob", "cid"))


def test_two_files_of_one_stem_are_one_student(tmp_path):
    (tmp_path / "jdoe.py").write_text("x = 1\n")
    (tmp_path / "jdoe.ipynb").write_bytes(notebook(WORK))
    found = students(tmp_path)
    assert list(found) == ["jdoe"]
    assert [c.file for c in found["jdoe"].candidates] == ["jdoe.ipynb"]


def test_a_folder_and_a_file_of_one_student_are_both_read(tmp_path):
    (tmp_path / "jdoe").mkdir()
    (tmp_path / "jdoe" / "jdoe.py").write_text(WORK)
    (tmp_path / "jdoe.py").write_text(WORK + "\n")
    found = students(tmp_path)
    assert sorted(texts(found["jdoe"])) == [WORK, WORK + "\n"]


def test_a_folder_of_given_names_is_one_student(tmp_path):
    root = folder(tmp_path, **{"loss.py": WORK, "loss.ipynb": notebook(WORK), "handout.md": "x"})
    assert list(students(root)) == ["jdoe"]


def test_an_unreadable_submission_leaves_the_others_alone(tmp_path):
    (tmp_path / "amy.py").write_bytes(b"\0")
    (tmp_path / "bob.py").write_text(WORK)
    (tmp_path / "cid.zip").write_bytes(b"no archive")
    found = students(tmp_path)
    assert "NUL" in found["amy"].message
    assert "cid.zip is damaged" in found["cid"].message
    assert texts(found["bob"]) == [WORK]


CANVAS = {
    "doejane_10231_88712_loss-1.py": WORK,
    "doejane_10231_88713_test_mine.py": "def test_x(): pass\n",
    "doejane_10231_88714_claims.yaml": "loss: 1\n",
    "lee_LATE_10300_88801_loss.py": WORK,
    "oconnormaeve_10400_88900_text.html": "<p>done</p>",
}
MOODLE = {
    "Jane Doe_101_assignsubmission_file_loss.py": WORK,
    "Jane Doe_101_assignsubmission_file_test_mine.py": "def test_x(): pass\n",
    "王小明_102_assignsubmission_file_loss.py": WORK,
}


def exported(place):
    found = read_submissions(
        place, module="loss", functions=["mae"], beside=("test_mine.py", "claims.yaml")
    )
    return {s.student: s for s in found}


@pytest.mark.parametrize("packed", [False, True])
def test_files_of_an_export_belong_to_their_student(tmp_path, packed):
    """Canvas and Moodle put several files of one student side by side."""
    for name, files in (("canvas", CANVAS), ("moodle", MOODLE)):
        (tmp_path / name).mkdir()
        for file, text in files.items():
            (tmp_path / name / file).write_text(text)
        if packed:
            shutil.make_archive(str(tmp_path / name), "zip", tmp_path / name)
    ending = ".zip" if packed else ""
    canvas = exported(tmp_path / f"canvas{ending}")
    assert list(canvas) == ["doejane_10231", "lee_10300", "oconnormaeve_10400"]
    assert [c.file for c in canvas["doejane_10231"].candidates] == ["loss.py"]
    assert set(canvas["doejane_10231"].beside) == {"test_mine.py", "claims.yaml"}
    assert "only text.html" in canvas["oconnormaeve_10400"].message
    moodle = exported(tmp_path / f"moodle{ending}")
    assert sorted(moodle) == [f"{s}_assignsubmission_file_" for s in ("Jane Doe_101", "王小明_102")]
    assert set(moodle["Jane Doe_101_assignsubmission_file_"].beside) == {"test_mine.py"}


@pytest.mark.parametrize(
    "name", ["group_1_2_final.py", "loss_2024.py", "a_b_c.py", "12_345_678_x.py"]
)
def test_a_name_that_no_platform_gives_is_the_students_own(tmp_path, name):
    (tmp_path / name).write_text(WORK)
    (tmp_path / "other.py").write_text(WORK)
    assert name.removesuffix(".py") in students(tmp_path)


NAMES = ["a\nb", "\N{RIGHT-TO-LEFT OVERRIDE}yp.x", "é" * 100, "-rf", "x" * 252, "CON", "numpy",
         "a b", "'; DROP TABLE", "a=b", "%s"]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made: not Linux")
def test_strange_names_survive(tmp_path):
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(WORK)
    found = students(tmp_path)
    assert sorted(found) == sorted(NAMES)
    assert all(texts(s) == [WORK] for s in found.values())


@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made: not Linux")
def test_names_that_are_no_text_stay_distinct_and_can_be_written(tmp_path):
    for raw in (b"\xff.py", b"\xfe.py"):
        (tmp_path / os.fsdecode(raw)).write_text(WORK)
    found = students(tmp_path)
    assert list(found) == [r"\xfe", r"\xff"]
    json.dumps(list(found)).encode()


def test_composed_and_decomposed_names_are_two_students(tmp_path):
    for form in ("NFC", "NFD"):
        (tmp_path / f"{unicodedata.normalize(form, 'é')}.py").write_text(WORK)
    assert len(students(tmp_path)) == len(list(tmp_path.iterdir()))
