"""Print the n-th `sh` block of the README's quick start, exactly as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def blocks(text: str) -> list[str]:
    """Give the sh blocks below the heading Quick start, without their fences."""
    section = text.partition("\n## Quick start\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, flags=re.MULTILINE | re.DOTALL)


if __name__ == "__main__":
    readme = Path(__file__).resolve().parent.parent / "README.md"
    sys.stdout.write(blocks(readme.read_text(encoding="utf-8"))[int(sys.argv[1]) - 1])
