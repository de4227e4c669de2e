"""claims.yaml: what a student says of a run, one `name: number` in each line."""

from __future__ import annotations

import re

_LINES = 40
_LINE = re.compile(r"([A-Za-z_]\w{0,39})\s*:\s*([-+]?[\d_]*\.?\d*(?:[eE][-+]?\d{1,3})?)", re.ASCII)


def read_claims(text: str) -> dict[str, float]:
    """The numbers by name; a line of comment begins with #.

    This is the part of YAML that a list of numbers needs: a stranger's file gets no parser that
    could do more.

    Raises:
        ValueError: a line is something else; the message has its number.
    """
    found: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = line.split("#")[0].strip()
        if not said or said in ("---", "..."):
            continue
        match = _LINE.fullmatch(said)
        try:
            if match is None or number > _LINES:
                raise ValueError(said)  # noqa: TRY301 -- one message for all
            found[match[1]] = float(match[2])
        except ValueError:
            message = f"line {number} is {said[:60]!r}; write one name: number in each line"
            raise ValueError(message) from None
    return found
