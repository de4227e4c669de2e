"""The table of the lecture's headings: every exercise stands in it, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.authoring.course import slugs
from grader.authoring.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent
INDEX = ROOT / "assignments" / "README.md"


def rows() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Heading to its entries: a number, and names of functions where they are given."""
    found = {}
    for line in INDEX.read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"\| (.+) \| (.+) \|", line)
        if match and match[1] != "the lecture":
            entries = [entry.strip() for entry in match[2].split(";")]
            found[match[1]] = [(e.split()[0], tuple(re.findall(r"`(\w+)`", e))) for e in entries]
    return found


def settings(number: str) -> Settings:
    """The assignment of an exercise."""
    prefix = f"{int(number.partition('.')[0]):02d}_"
    slug = next(slug for slug in slugs(ROOT) if slug.startswith(prefix))
    return read_settings(ROOT / "solutions" / slug / "assignment.yaml", slug)


def test_every_heading_has_exercises() -> None:
    assert len(rows()) >= 20
    for heading, entries in rows().items():
        assert all(re.fullmatch(r"\d+\.\d+", number) for number, _ in entries), heading


@pytest.mark.parametrize("heading", rows())
def test_what_stands_at_a_heading_is_an_exercise(heading: str) -> None:
    for number, names in rows()[heading]:
        functions = {row.number: row.functions for row in settings(number).exercises}
        assert number in functions
        assert names
        assert set(names) <= set(functions[number]), number


@pytest.mark.parametrize("slug", slugs(ROOT))
def test_every_exercise_stands_at_a_heading(slug: str) -> None:
    shown: dict[str, set[str]] = {}
    for number, names in (entry for entries in rows().values() for entry in entries):
        shown.setdefault(number, set()).update(names)
    for row in read_settings(ROOT / "solutions" / slug / "assignment.yaml", slug).exercises:
        assert row.number in shown
        assert shown[row.number] == set(row.functions), row.number
