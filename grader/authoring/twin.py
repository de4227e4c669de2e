"""The notebook twin of a stub: the handout's text with each exercise's cell beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.authoring.cut import Block

_CHECK = """\
# Save this notebook first, then run this cell.
if __name__ == "__main__":
    import sys

    get_ipython().system(f'"{{sys.executable}}" -m grader check {file}')
"""
_LOOK = """\
# Draws the pictures from your functions above; it needs matplotlib, and nothing of it is graded.
if __name__ == "__main__":
    from grader.drawing import look

    look(globals())
"""
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def twin(
    blocks: Sequence[Block],
    handout: str,
    numbers: Mapping[str, str],
    *,
    module: str,
    pictures: Sequence[str] = (),
) -> bytes:
    """A notebook of format 4.5, the same bytes for the same stub.

    Args:
        blocks: Top-level statements of the stub, in order.
        handout: Markdown; each `## ` section becomes a cell.
        numbers: Exercise name to number: an exercise follows the first section whose heading
            has its name or number.
        module: The module's name.
        pictures: Titles of what pictures.py draws; a last section shows them, if there are any.
    """
    import nbformat  # noqa: PLC0415 -- loads slowly
    from nbformat import v4  # noqa: PLC0415

    cells: list[Any] = []
    code: Any = v4.new_code_cell
    for n, (kind, name, text) in enumerate(_cells(blocks, handout, numbers)):
        make = code if kind == "code" else v4.new_markdown_cell
        cells.append(make(text, id=_id(n, name)))
    how = f"## Check\n\nOr type `grader check {module}.ipynb` in a terminal in this folder."
    cells.append(v4.new_markdown_cell(how, id="how-to-check"))
    cells.append(code(_CHECK.format(file=f"{module}.ipynb"), id="check"))
    if pictures:
        shown = "\n".join(f"- {title}" for title in pictures)
        cells.append(v4.new_markdown_cell(f"## Look\n\n{shown}", id="what-to-look-at"))
        cells.append(code(_LOOK, id="look"))
    notebook: Any = v4.new_notebook(cells=cells, metadata=_METADATA)
    return str(nbformat.writes(notebook)).encode().rstrip(b"\n") + b"\n"


def _id(n: int, name: str) -> str:
    """A cell's id: letters, digits, - and _, at most 64. Source: nbformat 4.5's schema."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", f"{n:02d}-{name}")[:64].rstrip("-")


def _cells(
    blocks: Sequence[Block], handout: str, numbers: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Kind, name and text of each cell; code stays in the module's order."""
    sections = _sections(handout)
    shown = 0
    for name, text in _grouped(blocks):
        if name in numbers:
            for i in range(shown, len(sections)):
                if _is_about(sections[i], name, numbers[name]):
                    yield from (("markdown", _title(s), s) for s in sections[shown : i + 1])
                    shown = i + 1
                    break
        elif shown == 0 and sections:
            yield "markdown", _title(sections[0]), sections[0]
            shown = 1
        yield "code", name or "given", text
    yield from (("markdown", _title(s), s) for s in sections[shown:])


def _sections(handout: str) -> list[str]:
    """The handout, cut before each heading of the second level that is not in a code block."""
    found: list[list[str]] = [[]]
    fenced = False
    for line in handout.splitlines():
        fenced ^= line.startswith("```")
        if not fenced and re.match(r"##+ ", line):
            found.append([])
        found[-1].append(line)
    texts = ["\n".join(lines).strip() for lines in found]
    return [text for text in texts if text]


def _title(section: str) -> str:
    return section.splitlines()[0].lstrip("# ")[:40]


def _is_about(section: str, name: str, number: str) -> bool:
    heading = section.splitlines()[0]
    return (
        re.search(rf"(?<![\w.])({re.escape(name)}|{re.escape(number)})(?![\w])", heading)
        is not None
    )


def _grouped(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Each function alone; what stands between two functions together."""
    group: list[str] = []
    for block in blocks:
        if not block.name:
            group.append(block.text)
            continue
        if group:
            yield "", "\n".join(group)
            group = []
        yield block.name, block.text
    if group:
        yield "", "\n".join(group)
