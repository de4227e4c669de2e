"""pictures.py: what it may import, what the handouts show, what students receive."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from grader.authoring.course import slugs
from grader.authoring.pictures import read_pictures, require_plain
from grader.authoring.stub import FIGURES, stub
from grader.errors import AuthoringError, StaffError
from tests.tiny import SLUG

ROOT = Path(__file__).parent.parent
SLUGS = [slug for slug in slugs(ROOT) if (ROOT / "solutions" / slug / "pictures.py").is_file()]
ONE = """
from grader.authoring import picture

@picture("One point")
def one(student, figure):
    figure.subplots().plot([0], [1], "o")
"""


@pytest.fixture
def course(tiny, tmp_path) -> Path:
    """The tiny course with one picture; its handout shows nothing yet."""
    root = tmp_path / "course"
    shutil.copytree(tiny.course, root)
    folder = root / "solutions" / SLUG
    (folder / "handout.md").write_text("# Tiny\n")
    (folder / "pictures.py").write_text(ONE)
    return root


def test_pictures_come_in_the_order_of_the_file(tmp_path):
    (tmp_path / "pictures.py").write_text(ONE + ONE.replace("one", "another"))
    found = read_pictures(tmp_path)
    assert [(p.name, p.title) for p in found] == [("one", "One point"), ("another", "One point")]


def test_a_folder_without_pictures_is_told_apart_from_a_broken_file(tmp_path):
    with pytest.raises(StaffError, match="this assignment has no pictures"):
        read_pictures(tmp_path)
    (tmp_path / "pictures.py").write_text("1 / 0")
    with pytest.raises(
        StaffError, match=r"ZeroDivisionError: .*; take the assignment's folder anew"
    ):
        read_pictures(tmp_path)


def test_what_students_may_not_have_is_not_imported(tmp_path):
    (tmp_path / "pictures.py").write_text(
        "import math, scipy\nimport numpy.linalg\nfrom grader.data import views\n"
        "from grader.authoring import picture, close\nfrom loss import mae\n"
    )
    with pytest.raises(AuthoringError) as caught:
        require_plain(tmp_path, "s")
    said = [str(problem).partition(";")[0] for problem in caught.value.problems]
    assert said == [
        "s/pictures.py:1: imports scipy",
        "s/pictures.py:4: imports grader.authoring.close",
        "s/pictures.py:5: imports loss.mae",
    ]


def test_a_stub_brings_pictures_along_and_its_notebook_ends_with_them(course):
    files = stub(course, SLUG)
    assert files["pictures.py"].decode() == ONE
    cells = json.loads(files["tiny.ipynb"])["cells"]
    assert "".join(cells[-2]["source"]) == "## Look\n\n- One point"
    assert "look(globals())" in "".join(cells[-1]["source"])


def test_without_pictures_the_notebook_has_nothing_to_look_at(course):
    (course / "solutions" / SLUG / "pictures.py").unlink()
    files = stub(course, SLUG)
    assert "pictures.py" not in files
    assert b"## Look" not in files["tiny.ipynb"]


def test_a_handout_cannot_show_what_is_not_there(course):
    folder = course / "solutions" / SLUG
    (folder / "handout.md").write_text(
        "# T\n\n![x](figures/one.svg)\n![y](https://example.org/y)\n"
    )
    with pytest.raises(AuthoringError, match=r"handout\.md:3: figures/one\.svg is not there; draw"):
        stub(course, SLUG)
    (folder / FIGURES).mkdir()
    (folder / FIGURES / "one.svg").write_text("<svg/>")
    assert stub(course, SLUG)["figures/one.svg"] == b"<svg/>"


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_every_figure_that_a_handout_shows_exists(slug):
    for part in ("solutions", "assignments"):
        folder = ROOT / part / slug
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", (folder / "handout.md").read_text()):
            assert (folder / target).is_file(), target


@pytest.mark.parametrize("slug", SLUGS)
def test_every_picture_is_a_figure_of_the_handout_and_the_other_way_round(slug):
    folder = ROOT / "solutions" / slug
    names = {picture.name for picture in read_pictures(folder)}
    shown = re.findall(r"!\[[^\]]+\]\(figures/(\w+)\.svg\)", (folder / "handout.md").read_text())
    assert names == set(shown) == {path.stem for path in (folder / FIGURES).iterdir()}
    assert len(shown) == len(set(shown))


@pytest.mark.parametrize("slug", SLUGS)
def test_figures_are_small(slug):
    sizes = {p.name: p.stat().st_size for p in (ROOT / "solutions" / slug / FIGURES).iterdir()}
    assert not {name: size for name, size in sizes.items() if size > 120_000}
