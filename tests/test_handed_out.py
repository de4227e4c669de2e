"""What students receive of each assignment, used as they use it: the folder and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grader.authoring.course import load, slugs
from grader.cli import main
from grader.model import Verdict
from grader.reports import record

ROOT = Path(__file__).parents[1]


def checked(slug: str, room: Path, *, solved: bool, extra: tuple[str, ...] = ()):
    """A student's folder, with the stub or the reference in it, checked by the public cases."""
    folder = room / slug
    shutil.copytree(ROOT / "assignments" / slug, folder)
    module = load(ROOT, slug).settings.module
    (folder / f"{module}.ipynb").unlink()
    if solved:
        for source in (ROOT / "solutions" / slug).glob("*"):
            if source.name in {f"{module}.py", "claims.yaml"} or source.name.startswith("test_"):
                shutil.copy(source, folder)
    code = main(["check", str(folder), "--json", str(room / "found.json"), *extra])
    return code, record.from_json((room / "found.json").read_text("utf-8")).reports[0]


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_a_solved_folder_passes_its_own_check(slug, tmp_path, capsys) -> None:
    code, report = checked(slug, tmp_path, solved=True)
    assert [r.name for r in report.exercises if r.verdict is not Verdict.PASSED] == []
    assert code == 0
    assert "points" in capsys.readouterr().out or report.max_score == 0


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_a_folder_as_it_is_handed_out_earns_nothing_and_crashes_nothing(slug, tmp_path) -> None:
    code, report = checked(slug, tmp_path, solved=False)
    assert code == 1
    assert report.passed == 0


@pytest.mark.parametrize("slug", ["01_loss", "04_activations", "08_layers"])
def test_exploring_a_right_folder_finds_nothing(slug, tmp_path, capsys) -> None:
    code, _ = checked(slug, tmp_path, solved=True, extra=("--explore", "3"))
    said = capsys.readouterr().out
    assert int(said.partition("Explored: ")[2].split()[0]) > 0
    assert code == 0
