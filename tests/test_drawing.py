"""Drawing: from the reference, from a student's functions in the sandbox, from a notebook's own."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from grader.authoring.course import load
from grader.authoring.pictures import Picture, read_pictures
from grader.authoring.stub import FIGURES, write_stub
from grader.cli import main
from grader.drawing import NoPictureError, Own, draw, look
from grader.errors import StaffError
from tests.test_pictures import ROOT, SLUGS

SLUG = "01_loss"
REFERENCE = (ROOT / "solutions" / SLUG / "loss.py").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def given(tmp_path_factory) -> Path:
    """What students receive of 01_loss."""
    folder = tmp_path_factory.mktemp("given") / SLUG
    write_stub(ROOT, SLUG, out=folder)
    return folder


@pytest.fixture
def folder(given, tmp_path, monkeypatch) -> Path:
    """A student's own copy, with the reference in it; the working directory."""
    own = tmp_path / SLUG
    shutil.copytree(given, own)
    (own / "loss.ipynb").unlink()
    (own / "loss.py").write_text(REFERENCE, encoding="utf-8")
    monkeypatch.chdir(own)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    return own


def three(folder: Path) -> None:
    """Pictures that use one function, another, and one handed to the other."""
    (folder / "pictures.py").write_text("""
import numpy as np
from grader.authoring import picture

X = np.array([1.0, 2.0, 3.0, 4.0])

@picture("A line")
def line(student, figure):
    figure.subplots().plot(X, student.predict(X, 1.0, 0.5))

@picture("A loss")
def loss(student, figure):
    figure.subplots().plot([0], [float(student.mae(X, X + 1.0))], "o")

@picture("A loss inside a loss")
def inside(student, figure):
    value = student.loss_at(1.0, 0.5, X, X, lambda p, y: 2.0 * float(student.mae(p, y)))
    figure.subplots().plot([0], [value], "o")
""")


def point(student, figure) -> None:
    figure.subplots().plot([0.0], [student.height(np.zeros(2))], "o")


def refusal(**functions) -> str:
    with pytest.raises(NoPictureError) as caught:
        draw(Picture("A point", point), Own(functions))
    return str(caught.value)


def test_the_same_functions_give_the_same_bytes_without_a_date():
    svg = draw(Picture("A point", point), Own({"height": np.sum}))
    assert svg == draw(Picture("A point", point), Own({"height": np.sum}))
    assert b"<dc:date>" not in svg
    assert b"A point" in svg
    assert ET.fromstring(svg).tag == "{http://www.w3.org/2000/svg}svg"


def test_drawing_leaves_settings_of_matplotlib_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    draw(Picture("A point", point), Own({"height": np.sum}))
    assert dict(mpl.rcParams) == before


def test_what_keeps_a_picture_from_being_drawn_is_said_in_a_line():
    def unwritten(_):
        raise NotImplementedError("1.1 height")

    def broken(_):
        raise ValueError("two\nlines")

    assert refusal() == "height is not defined"
    assert refusal(height=unwritten) == "height is not written yet"
    assert refusal(height=broken) == "height raised ValueError: two lines"
    assert refusal(height=lambda _: {"a": 1}).startswith(
        "what came back cannot be drawn: TypeError"
    )


def test_a_function_that_changes_its_argument_does_not_change_the_pictures_own():
    def shifts(z):
        z += 1.0
        return z

    def drawn(student, figure):
        z = np.zeros(2)
        student.shifts(z)
        assert z.tolist() == [0.0, 0.0]
        figure.subplots()

    draw(Picture("t", drawn), Own({"shifts": shifts}))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_student_who_is_right_gets_the_pictures_of_the_reference(
    slug, tmp_path, monkeypatch, capsys
):
    module = load(ROOT, slug).settings.module
    own = tmp_path / slug
    shutil.copytree(ROOT / "assignments" / slug, own)
    (own / f"{module}.ipynb").unlink()
    shutil.copy(ROOT / "solutions" / slug / f"{module}.py", own)
    monkeypatch.chdir(own)
    assert main(["show"]) == 0
    assert main(["show", slug, "--course", str(ROOT), "--reference", "--out", "right"]) == 0
    said = capsys.readouterr().out
    names = [picture.name for picture in read_pictures(own)]
    assert [line.partition(":")[0] for line in said.splitlines()] == names * 2
    same = numberless if is_trained(load(ROOT, slug)) else bytes
    for name in names:
        mine, theirs = (Path(f, f"{name}.svg").read_bytes() for f in ("pictures", "right"))
        assert same(mine) == same(theirs)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_figures_of_a_handout_say_what_would_be_drawn(slug):
    """Words and the numbers among them; lines and ticks depend on matplotlib's version.

    Where networks are trained, the numbers depend on numpy's version, too.
    """
    authored = load(ROOT, slug)
    for picture in read_pictures(authored.folder):
        kept = (authored.folder / FIGURES / f"{picture.name}.svg").read_bytes()
        drawn = draw(picture, Own(authored.reference))
        assert b"nan" not in drawn, picture.name
        same = numberless if is_trained(authored) else words
        assert same(kept) == same(drawn), picture.name


def is_trained(authored) -> bool:
    return authored.settings.limits.cpu_seconds > 2  # as exercises with training have


def numberless(svg: bytes) -> set[str]:
    """Words alone: what was learned depends on the last bit, and that on the processor."""
    return {re.sub(r"[\d.]+", "", text) for text in words(svg)}


def words(svg: bytes) -> list[str]:
    texts = (
        "".join(node.itertext()).strip()
        for node in ET.fromstring(svg).iter()
        if node.tag.endswith("}text")
    )
    return [text for text in texts if any(character.isalpha() for character in text)]


def test_a_picture_whose_function_is_not_there_is_left_out_and_the_others_are_made(folder, capsys):
    three(folder)
    text = REFERENCE.replace("return float(np.mean(np.abs(y_pred - y)))", "raise ValueError('no')")
    (folder / "loss.py").write_text(text)
    assert main(["show", "--out", "o"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "line: o/line.svg",
        "loss: no picture: mae raised ValueError: no",
        "inside: no picture: mae raised ValueError: no",
    ]
    assert [path.name for path in sorted(Path("o").iterdir())] == ["line.svg"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise NotImplementedError('1.2 mae')", "mae is not written yet"),
        ("import os; os._exit(1)", "mae: ended the process (status 1)"),
        ("return 'much'", "what came back cannot be drawn: "),
    ],
)
def test_each_way_of_giving_no_answer_has_its_words(folder, capsys, body, said):
    three(folder)
    text = REFERENCE.replace("return float(np.mean(np.abs(y_pred - y)))", body)
    (folder / "loss.py").write_text(text)
    assert main(["show", "loss.py", "--out", "o"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "line: o/line.svg"
    assert lines[1].startswith(f"loss: no picture: {said}")


def test_what_keeps_a_picture_from_being_drawn_is_told_in_the_language(folder, capsys):
    three(folder)
    (folder / "loss.py").write_text(REFERENCE.replace("def mae(", "def mean_error("))
    assert main(["show", "--out", "o", "--lang", "zh-Hant"]) == 1
    assert "loss：沒有圖：沒有定義 mae" in capsys.readouterr().out
    (folder / "loss.py").write_bytes(b"\0")
    assert main(["show", "--out", "o", "--lang", "zh-Hans"]) == 2
    assert "有 NUL 字节" in capsys.readouterr().err


def test_a_function_that_is_missing_and_a_file_that_cannot_be_read_are_told(folder, capsys):
    three(folder)
    (folder / "loss.py").write_text(REFERENCE.replace("def mae(", "def mean_error("))
    assert main(["show", "--out", "o"]) == 1
    assert "loss: no picture: mae is not defined" in capsys.readouterr().out
    (folder / "loss.py").write_text("def predict(:\n")
    assert main(["show", "--out", "o"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert "syntax" in said[0]
    assert said[1] == "line: no picture: predict is not defined"


def test_a_folder_is_found_by_path_by_its_own_name_and_in_a_course(folder, monkeypatch, capsys):
    three(folder)
    assert main(["show", SLUG, "--out", "a"]) == 0
    monkeypatch.chdir(folder.parent)
    assert main(["show", SLUG, "--out", "a"]) == 0
    (folder.parent / "solutions" / SLUG).mkdir(parents=True)
    (folder.parent / "solutions" / SLUG / "assignment.yaml").touch()
    (folder.parent / "assignments").mkdir()
    shutil.move(folder, folder.parent / "assignments" / SLUG)
    assert main(["show", "1", "--out", "a"]) == 0
    assert (
        capsys.readouterr().out.splitlines()
        == [f"{n}: {Path('a', f'{n}.svg')}" for n in ("line", "loss", "inside")] * 3
    )


def test_a_place_without_an_assignment_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    assert main(["show"]) == 2
    assert "no public.bank here; run `grader show` in the assignment's folder" in (
        capsys.readouterr().err
    )


def test_a_path_that_is_not_there_is_told_with_where_it_was_sought(folder, monkeypatch, capsys):
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    assert main(["show", "los.py"]) == 2
    err = " ".join(capsys.readouterr().err.split())
    assert f"los.py: there is no such file or folder; {folder} is searched" in err
    assert "did you mean 'loss.py'? Else give the assignment's folder or a file in it" in err


def test_without_matplotlib_the_extra_is_named(folder, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(StaffError, match="extra `plots`"):
        draw(Picture("A point", point), Own({}))
    assert main(["show"]) == 2
    assert "pictures need matplotlib, which is not installed" in capsys.readouterr().err
    assert not (folder / "pictures").exists()


def shown(monkeypatch, functions, folder) -> list[str]:
    """What a notebook's last cell displays, as text."""
    import IPython.display

    found: list[str] = []

    def display(what, **_):
        found.append(what["text/plain"] if isinstance(what, dict) else what.data)

    monkeypatch.setattr(IPython.display, "display", display)
    look(functions, folder)
    return found


def test_a_notebook_shows_what_can_be_drawn_and_says_what_cannot(folder, monkeypatch):
    three(folder)
    space = dict(load(ROOT, SLUG).reference)
    del space["mae"]
    found = shown(monkeypatch, space, folder)
    assert found[0].startswith("<svg")
    assert found[1:] == [f"{name}: no picture: mae is not defined" for name in ("loss", "inside")]


def test_a_notebook_without_matplotlib_or_pictures_says_so_and_goes_on(
    folder, tmp_path, monkeypatch
):
    assert "this assignment has no pictures" in shown(monkeypatch, {}, tmp_path)[0]
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "its extra `plots`" in shown(monkeypatch, {}, folder)[0]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_notebooks_last_cell_draws_from_the_functions_above_it(slug, monkeypatch):
    import IPython.display

    module = load(ROOT, slug).settings.module
    folder = ROOT / "assignments" / slug
    cells = json.loads((folder / f"{module}.ipynb").read_text("utf-8"))["cells"]
    code = "".join(cells[-1]["source"])
    monkeypatch.chdir(folder)
    found = []
    monkeypatch.setattr(IPython.display, "display", lambda what, **_: found.append(what))
    exec(code, {**load(ROOT, slug).reference, "__name__": module})
    assert found == []
    exec(code, {**load(ROOT, slug).reference, "__name__": "__main__"})
    assert len(found) == len(read_pictures(folder))
    assert all(isinstance(what, IPython.display.SVG) for what in found)
