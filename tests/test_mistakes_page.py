"""docs/reference/mistakes.md says what the solutions hold; only `grader audit` itself is not run."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from grader.authoring.audit import read_equivalents
from grader.authoring.course import load, slugs
from grader.authoring.mutants import mutants

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / ".ci" / "mistakes.py"
SPEC = importlib.util.spec_from_file_location("mistakes_page", SCRIPT)
assert SPEC is not None
assert SPEC.loader is not None
PAGE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PAGE)
TEXT = PAGE.PAGE.read_text("utf-8")


def section(slug: str) -> str:
    return TEXT.partition(f"\n## {slug}\n")[2].partition("\n## ")[0]


def counts(slug: str) -> dict[str, list[int]]:
    """Exercise to the numbers of its row of the kill matrix."""
    rows = re.findall(r"^\| \S+ `(\w+)` \|(.*)\|$", section(slug), re.MULTILINE)
    return {name: [int(n) for n in re.findall(r"\d+", cells)] for name, cells in rows}


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_the_page_has_every_title_of_a_mistake_and_no_other(slug: str) -> None:
    authored = load(ROOT, slug)
    for exercise in authored.exercises():
        head = f"\n{exercise.number} `{exercise.name}`:\n\n"
        listed = section(slug).partition(head)[2].partition("\n\n")[0].splitlines()
        assert listed == [f"- {title}" for title in PAGE.titles(authored, exercise.name)]


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_the_kill_matrix_counts_what_is_there_and_nothing_falls_short(slug: str) -> None:
    authored, found = load(ROOT, slug), counts(slug)
    source = (authored.folder / f"{authored.settings.module}.py").read_text("utf-8")
    equivalents = read_equivalents(authored)
    assert list(found) == list(authored.settings.functions)
    for exercise in authored.exercises():
        accepted, right, named, wrong, *rest = found[exercise.name]
        assert (accepted, named) == (right, wrong)
        assert wrong == len(list(PAGE.titles(authored, exercise.name)))
        if exercise.file:
            continue
        declaration = authored.declarations[exercise.name]
        assert right == 1 + sum(v.of is declaration for v in authored.variants)
        made = mutants(source, exercise.name)
        equivalent = sum(mutant.id in equivalents for mutant in made)
        wanted = [len(made) - equivalent, len(made) - equivalent, equivalent]
        assert rest == (wanted if made else [])
