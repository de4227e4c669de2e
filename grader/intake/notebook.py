"""A notebook's bytes to its code cells; outputs are never looked at, nothing is run."""

from __future__ import annotations

import json
from typing import Any

from grader.errors import SubmissionError
from grader.intake.text import TEXT_LIMIT
from grader.model import Cell

NOTEBOOK_LIMIT = 32 << 20
"""Bytes: parsing takes about ten times as much memory."""

_NEWEST = 4
_MAJORS = range(1, 100)
_UNCONVERTED = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


def read_cells(data: bytes, shown: str) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """The code cells in document order, labelled "cell 1", "cell 2", ..., and notes.

    Args:
        data: The file's bytes.
        shown: The file's name, for messages.

    Raises:
        SubmissionError: too large, not JSON, nested too deeply, or not a notebook.
    """
    if len(data) > NOTEBOOK_LIMIT:
        raise SubmissionError(too_large(shown, len(data)))
    notebook = _current(_parsed(data, shown), shown)
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise SubmissionError(f"{shown} has no list of cells, so it is not a notebook")
    found = [c for c in cells if isinstance(c, dict) and c.get("cell_type") == "code"]
    texts = [_clean(_joined(cell.get("source"))) for cell in found]
    if sum(map(len, texts)) > TEXT_LIMIT:
        raise SubmissionError(f"{shown} holds more than {TEXT_LIMIT:,} characters of code")
    return tuple(Cell(f"cell {n}", t) for n, t in enumerate(texts, 1)), _notes(notebook, shown)


def too_large(shown: str, size: int) -> str:
    """What to say of a notebook that is too large to be parsed."""
    return (
        f"{shown} is {size / 2**20:,.0f} MB large, more than {NOTEBOOK_LIMIT >> 20} are not read; "
        "clear all outputs, save, and hand it in again"
    )


def _parsed(data: bytes, shown: str) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except json.JSONDecodeError as error:
        reason = f"{error.msg} in line {error.lineno}, column {error.colno}"
        raise SubmissionError(f"{shown} is damaged: it is not JSON ({reason})") from error
    except UnicodeDecodeError as error:
        raise SubmissionError(f"{shown} is damaged: it is not UTF-8") from error
    except RecursionError as error:
        raise SubmissionError(f"{shown} is nested too deeply to be read") from error
    except ValueError as error:  # an integer of more than 4,300 digits
        raise SubmissionError(f"{shown} is damaged: it holds a number that is too long") from error
    if not isinstance(found, dict):
        raise SubmissionError(f"{shown} holds a {type(found).__name__}, so it is not a notebook")
    return found


def _current(notebook: dict[str, Any], shown: str) -> dict[str, Any]:
    """The same notebook in format 4, without its outputs."""
    major = notebook.get("nbformat")
    if type(major) is not int or major >= _NEWEST or "cells" in notebook:
        return notebook
    if major not in _MAJORS:
        raise SubmissionError(f"{shown} states the notebook format {major}, which does not exist")
    import nbformat  # noqa: PLC0415 -- loads slowly, and only old notebooks need it

    bare = _without_outputs(notebook)
    try:
        found: dict[str, Any] = nbformat.convert(nbformat.from_dict(bare), _NEWEST)
    except (nbformat.ValidationError, *_UNCONVERTED) as error:
        message = f"{shown} is a damaged notebook of the old format {major}"
        raise SubmissionError(f"{message} ({type(error).__name__}: {error})"[:400]) from error
    return found


def _without_outputs(notebook: dict[str, Any]) -> dict[str, Any]:
    """Formats 1 to 3: cells lie in worksheets; the outputs are large and of no use."""
    sheets = notebook.get("worksheets")
    if not isinstance(sheets, list):
        return {**notebook, "metadata": {}}
    kept = [
        {"metadata": {}, "cells": [_bare(cell) for cell in _cells_of(sheet)]} for sheet in sheets
    ]
    return {**notebook, "metadata": {}, "worksheets": kept}


def _cells_of(sheet: object) -> list[dict[str, Any]]:
    cells = sheet.get("cells") if isinstance(sheet, dict) else None
    return [c for c in cells if isinstance(c, dict)] if isinstance(cells, list) else []


def _bare(cell: dict[str, Any]) -> dict[str, Any]:
    if cell.get("cell_type") != "code":
        return {"cell_type": "markdown", "metadata": {}, "source": ""}
    return {
        "cell_type": "code",
        "metadata": {},
        "language": "python",
        "input": _joined(cell.get("input")),
        "outputs": [],
        "collapsed": False,
    }


def _joined(source: object) -> str:
    """A cell's source: a string, or a list of lines."""
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return ""


def _clean(text: str) -> str:
    """Line ends alike, and no half of a surrogate pair: it could not be sent on."""
    plain = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _notes(notebook: dict[str, Any], shown: str) -> tuple[str, ...]:
    """A kernel of another language is worth a word."""
    metadata = notebook.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    language = info.get("name") if isinstance(info, dict) else None
    if isinstance(language, str) and not language.lower().startswith(("python", "ipython")):
        return (f"{shown} says that it is written in {language[:40]!r}, not in Python",)
    return ()
