"""Say where a child was when its time was up, from the stack that it wrote when it was asked.

The stack is untrusted text: only line numbers of the student's own file are taken from it, and
the words come from the file itself. Of a loop its head is named, not the line that happened to
be executed, so that the same submission gets the same sentence each time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model import Cell

HEAD = b"(most recent call first):\n"
"""With which faulthandler begins a stack."""

END = (b" in <module>\n", b"  ...\n")
"""With which it ends: the outermost frame, or too many of them."""

_FRAME = re.compile(r'^  File "(.{1,300})", line (\d{1,7}) in ', re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_LOOP = re.compile(r"(?:async\s+)?(?:while|for)\b")
_FUNCTION = re.compile(r"(?:async\s+)?def\s+(\w{1,80})")
_SHOWN = 100


def whereabouts(stack: bytes, cells: Sequence[Cell]) -> str:
    """Words to put behind a message; empty if nothing in the stack is of these cells."""
    text = stack[stack.rfind(HEAD) + len(HEAD) :] if HEAD in stack else b""
    lines = {cell.label: _LINE_END.split(cell.text) for cell in cells}
    frames = [(f[1], int(f[2])) for f in _FRAME.finditer(text.decode("ascii", "replace"))]
    own = [(f, n) for f, n in reversed(frames) if f in lines and 0 < n <= len(lines[f])]
    if not own:
        return ""
    for file, number in own:
        loop = _loop_around(lines[file], number - 1)
        if loop is not None:
            return f"; it was in the loop at {_say(file, lines[file], loop)}"
    file, number = own[-1]
    return f"; it was at {_say(file, lines[file], number - 1)}"


def _loop_around(lines: list[str], index: int) -> int | None:
    """The outermost loop that holds a line, within its function."""
    found = index if _LOOP.match(lines[index].strip()) else None
    depth = _indent(lines[index])
    for above in range(index - 1, -1, -1):
        line = lines[above]
        if line.strip() and _indent(line) < depth:
            depth = _indent(line)
            if _FUNCTION.match(line.strip()):
                break
            if _LOOP.match(line.strip()):
                found = above
    return found


def _say(file: str, lines: list[str], index: int) -> str:
    name = _function_around(lines, index)
    inside = f" of {name}" if name else ""
    cell = f"{file}, " if file.startswith("cell ") else ""
    shown = lines[index].strip()
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "..."
    return f"{cell}line {index + 1}{inside}: {shown}"


def _function_around(lines: list[str], index: int) -> str:
    depth = _indent(lines[index])
    for above in range(index - 1, -1, -1):
        line = lines[above]
        if line.strip() and _indent(line) < depth:
            depth = _indent(line)
            if match := _FUNCTION.match(line.strip()):
                return match[1]
    return ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
