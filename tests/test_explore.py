"""Exploring finds what the bank does not hold, and offers it as code that can be pasted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.authoring.explore import Found, explore
from grader.grade import staff_grader
from grader.model import Cell, Source, Submission

ROOT = Path(__file__).parents[1]
SLUG = "01_loss"
LOSS = (ROOT / "solutions" / SLUG / "loss.py").read_text("utf-8")


def found(text: str) -> dict[str, Found]:
    submission = Submission("s", (Source("loss.py", (Cell("loss.py", text),)),), "0")
    with staff_grader(ROOT, SLUG, require=None) as grader:
        return {one.exercise: one for one in explore(grader, ROOT, submission, seconds=12)}


@pytest.mark.timeout(120)
def test_a_case_that_fails_is_found_and_can_be_pasted() -> None:
    seen = found(LOSS + "\n\ndef mae(y_pred, y):\n    return float(np.mean(y_pred - y))\n")
    assert seen["mse"].message == ""
    assert seen["mse"].edge == ""
    assert "instead of" in seen["mae"].message
    assert seen["mae"].edge.startswith('@mae.edge("found by exploring")\ndef found_by_exploring():')
    space = {"np": np}
    exec(seen["mae"].edge.split("\n", 1)[1], space)
    arguments = space["found_by_exploring"]()
    assert set(arguments) == {"y_pred", "y"}
    assert arguments["y"].dtype == np.float64


def test_tables_are_written_as_code() -> None:
    one = Found("f", 1, 0.0, "wrong", {"params": {"W1": np.ones((1, 2))}, "act": "relu"})
    space = {"np": np}
    exec(one.edge.split("\n", 1)[1], space)
    assert space["found_by_exploring"]()["params"]["W1"].shape == (1, 2)
