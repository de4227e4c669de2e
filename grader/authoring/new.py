"""A new assignment's folder that loads, harvests, stubs and grades, made from a template."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING

from grader.errors import StaffError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SLUG = re.compile(r"([0-9]{2})_([a-z][a-z0-9_]*)")
_TAKEN = frozenset({"checks", "mistakes", "variants", "laws", "pictures"})
_FILES = (
    "assignment.yaml", "handout.md", "template_module.py", "checks.py", "mistakes.py",
    "variants.py", "pictures.py",
)  # fmt: skip


def template(slug: str) -> Mapping[str, str]:
    """The files of a new assignment, by name.

    Raises:
        StaffError: the slug is not NN_name, or its name is taken by one of these files.
    """
    found = _SLUG.fullmatch(slug)
    if found is None:
        raise StaffError(
            f"{slug!r} is not an assignment's name; write two digits, an underscore and a name in "
            "lower case, as in 03_linear_model"
        )
    number, module = found.groups()
    if module in _TAKEN:
        raise StaffError(f"{slug!r}: {module}.py is another file of the folder; choose a new name")
    folder = resources.files("grader.authoring") / "template"
    words = {
        "template_module": module,
        "99_template": slug,
        "Template title": module.replace("_", " ").capitalize(),
        '"99.': f'"{int(number)}.',
        "## 99.": f"## {int(number)}.",
        "# 99 ": f"# {number} ",
        '"""99 ': f'"""{number} ',
    }
    return {_filled(name, words): _filled((folder / name).read_text("utf-8"), words)
            for name in _FILES}  # fmt: skip


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, other in words.items():
        text = text.replace(word, other)
    return text


def new(course: Path, slug: str) -> Path:
    """Write a new assignment's folder, and give it.

    Args:
        course: The course's root; solutions/ is made if it is not there.
        slug: NN_name.

    Raises:
        StaffError: the slug is not one, or the folder is there already.
    """
    files = template(slug)
    folder = course / "solutions" / slug
    if folder.exists():
        raise StaffError(f"{folder}: is there already; remove it or choose another name")
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
