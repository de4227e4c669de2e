"""What staff write with: declarations, kinds of arguments, laws, mistakes, variants, pictures."""

from __future__ import annotations

from grader.authoring.declaration import exercise, helper, tests
from grader.authoring.kinds import (
    choices,
    floats,
    functions,
    increasing,
    integers,
    labels,
    network,
    sampled,
)
from grader.authoring.laws import close
from grader.authoring.pictures import picture
from grader.authoring.suspects import chaff, wheat
from grader.authoring.versions import mistake, variant
from grader.judge.compare import ANYTHING

__all__ = [
    "ANYTHING",
    "chaff",
    "choices",
    "close",
    "exercise",
    "floats",
    "functions",
    "helper",
    "increasing",
    "integers",
    "labels",
    "mistake",
    "network",
    "picture",
    "sampled",
    "tests",
    "variant",
    "wheat",
]
