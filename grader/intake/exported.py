"""Names of files in exports of a class: whose file is it, and what did its owner call it?

Sources: Canvas, lib/content_zipper.rb; Moodle, mod/assign/locallib.php.
"""

from __future__ import annotations

import re

_CANVAS = re.compile(
    r"(?P<student>[^\W\d]\w*?)(?:_LATE)?_(?P<number>\d{3,})_\d{3,}_(?P<file>.+)", re.DOTALL
)
"""`doejane_LATE_10231_88712_layers-1.py`: name, user, attachment; -1 tells equal names apart."""

_MOODLE = re.compile(r"(?P<student>.+_\d+_assignsubmission_file_)(?P<file>.+)", re.DOTALL)
"""`Jane Doe_101_assignsubmission_file_layers.py`: the export without folders."""

_AGAIN = re.compile(r"-\d+(?=\.\w+$)")


def owned(name: str) -> tuple[str, str] | None:
    """The student's id and the file's own name; None if no platform has named it.

    Several files of one student come one by one there: a module and the tests for it.
    """
    found = _MOODLE.fullmatch(name)
    if found:
        return found["student"], found["file"]
    found = _CANVAS.fullmatch(name)
    if found:
        return f"{found['student']}_{found['number']}", _AGAIN.sub("", found["file"])
    return None
