"""Notebook twins run from top to bottom in a real kernel, with the reference in their cells."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.course import load, slugs
from grader.authoring.pictures import read_pictures

ROOT = Path(__file__).parent.parent
ABSENT = [name for name in ("nbclient", "ipykernel") if importlib.util.find_spec(name) is None]

pytestmark = [
    pytest.mark.skipif(
        bool(ABSENT), reason=f"a kernel is needed: {', '.join(ABSENT)} not installed"
    ),
    pytest.mark.filterwarnings("default"),  # What a kernel's libraries warn of is theirs
]


def definitions(source: str) -> dict[str, str]:
    """Name to text of each function and each value that a module defines."""
    lines, found = source.splitlines(), {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
        else:
            continue
        for name in names:
            found[name] = "\n".join(lines[node.lineno - 1 : node.end_lineno])
    return found


def needed(name: str, known: dict[str, str], exercises: tuple[str, ...]) -> set[str]:
    """An exercise and the reference's own helpers that it uses, at any depth."""
    found, left = set(), {name}
    while left:
        one = left.pop()
        found.add(one)
        left |= {
            other
            for other in known
            if other not in {*exercises, *found} and re.search(rf"\b{other}\b", known[one])
        }
    return found


def pasted(notebook: Any, source: str, exercises: tuple[str, ...]) -> int:
    """Put the reference into each exercise's cell, with helpers of its own in front; how many."""
    known, count = definitions(source), 0
    for cell in notebook.cells:
        name = re.sub(r"^\d+-", "", cell.id)
        if cell.cell_type == "code" and name in exercises:
            wanted = needed(name, known, exercises)
            texts = dict.fromkeys(text for other, text in known.items() if other in wanted)
            cell.source = "\n\n".join(texts)
            count += 1
    return count


def run(slug: str, room: Path) -> tuple[Any, int]:
    """A folder as it is handed out, its notebook solved, saved and run."""
    import nbformat
    from nbclient import NotebookClient

    authored, folder = load(ROOT, slug), room / slug
    shutil.copytree(ROOT / "assignments" / slug, folder)
    for given in authored.folder.glob("*"):
        if given.name == "claims.yaml" or given.name.startswith("test_"):
            shutil.copy(given, folder)
    module = authored.settings.module
    (folder / f"{module}.py").unlink()
    file = folder / f"{module}.ipynb"
    notebook = nbformat.read(file, 4)
    source = (authored.folder / f"{module}.py").read_text("utf-8")
    count = pasted(notebook, source, tuple(authored.settings.functions))
    nbformat.write(notebook, file)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook, count


def said(cell: Any) -> str:
    return "".join(o.text for o in cell.outputs if o.output_type == "stream")


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_a_solved_notebook_runs_checks_itself_and_draws(slug: str, tmp_path: Path) -> None:
    authored = load(ROOT, slug)
    notebook, count = run(slug, tmp_path)
    cells = {cell.id: cell for cell in notebook.cells}
    assert count == len(
        [n for n in authored.settings.functions if n not in authored.settings.elsewhere]
    )
    drawn = [o.data for o in cells["look"].outputs if o.output_type == "display_data"]
    assert len(drawn) == len(read_pictures(authored.folder))
    assert all(data["image/svg+xml"].startswith("<svg") for data in drawn)
    names = [e.name for e in authored.exercises()]
    checked = said(cells["check"])
    assert [n for n in names if n not in checked] == []
    assert "FAIL" not in checked.upper(), checked
