"""The published record as a JSON document: what every other program reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from grader.reports.record import to_record

if TYPE_CHECKING:
    from grader.model import Results


def write(results: Results) -> str:
    """Write the record of `record.py`; the schema is in docs/reference/results.schema.json."""
    return json.dumps(to_record(results), indent=2, ensure_ascii=False) + "\n"
