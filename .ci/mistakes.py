"""Write docs/reference/mistakes.md from the solutions and from what `grader audit --json` found.

Usage: python .ci/mistakes.py AUDIT.json. What stands above the marker is kept as it is.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.authoring.course import load, slugs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.course import Authored

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "mistakes.md"
MARKER = "<!-- From here on made by .ci/mistakes.py; do not edit. -->\n"
MATRIX = (
    "\n| exercise | right versions accepted | mistakes named | mutants killed"
    " | equivalent |\n|---|---|---|---|---|\n"
)


def main(arguments: Sequence[str]) -> int:
    """Write the page."""
    audits = {a["assignment"]: a for a in json.loads(Path(arguments[0]).read_text("utf-8"))}
    kept, marker, _ = PAGE.read_text("utf-8").partition(MARKER)
    parts = [section(load(ROOT, slug), audits[slug]["rows"]) for slug in slugs(ROOT)]
    PAGE.write_text(kept + marker + "".join(parts), "utf-8")
    return 0


def section(authored: Authored, rows: Sequence[Mapping[str, Any]]) -> str:
    """An assignment's kill matrix and the titles of its mistakes."""
    lines = [f"\n## {authored.slug}\n", MATRIX]
    lines += [matrix_row(row) for row in rows]
    for row in rows:
        lines.append(f"\n{row['number']} `{row['exercise']}`:\n\n")
        lines += [f"- {title}\n" for title in titles(authored, str(row["exercise"]))]
    return "".join(lines)


def matrix_row(row: Mapping[str, Any]) -> str:
    """One exercise of the kill matrix."""
    right = row["accepted"] + len(row["rejected"])
    wrong = row["named"] + len(row["unnamed"]) + len(row["alive"])
    mutants = row["mutants"] - row["equivalent"]
    cells = (
        f"{row['number']} `{row['exercise']}`",
        f"{row['accepted']} of {right}",
        f"{row['named']} of {wrong}",
        f"{mutants - len(row['survivors'])} of {mutants}" if row["mutants"] else "",
        str(row["equivalent"]) if row["mutants"] else "",
    )
    return f"| {' | '.join(cells)} |\n"


def titles(authored: Authored, name: str) -> Iterator[str]:
    """What an exercise's mistakes are called; of files of tests or claims, the weak ones."""
    file = next(row.file for row in authored.settings.exercises if name in row.functions)
    if not file:
        declaration = authored.declarations[name]
        yield from (m.title for m in authored.mistakes if m.of is declaration)
        return
    stem, _, kind = file.partition(".")
    for path in sorted((authored.folder / "versions").glob(f"{stem}_weak_*.{kind}")):
        docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) if kind == "py" else None
        words = path.stem.partition("_weak_")[2].replace("_", " ")
        yield (docstring or words.capitalize()).partition("\n")[0].rstrip(".")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
