"""One file per output format; the registry that names them; nothing is imported before its use."""

from __future__ import annotations

import importlib
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.model import Results

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "json": "grader.reports.json_",
        "csv": "grader.reports.csv_",
        "junit": "grader.reports.junit",
        "gradescope": "grader.reports.gradescope",
        "github": "grader.reports.github",
        "terminal": "grader.reports.terminal",
    }
)
"""Formats that are one document: name to the module whose `write(results)` makes its text."""

FOLDERS: Mapping[str, str] = MappingProxyType({"html": "grader.reports.html"})
"""Formats that are several files: name to the module whose `write(results)` makes them all."""


def document(name: str) -> Callable[[Results], str]:
    """Give the writer of a format that is one document."""
    module = importlib.import_module(DOCUMENTS[name])
    return cast("Callable[[Results], str]", module.write)


def folder(name: str) -> Callable[..., Mapping[str, str]]:
    """Give the writer of a format that is several files: relative path to text."""
    module = importlib.import_module(FOLDERS[name])
    return cast("Callable[..., Mapping[str, str]]", module.write)
