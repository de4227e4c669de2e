"""Fixtures that several test modules share."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from grader.sandbox.opening import SpawningStarter, can_fork, open_best
from grader.sandbox.session import Session
from tests import tiny as tiny_course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.model import Limits


# pytest parses modules of ours to rewrite their assertions, which CPython 3.11 cannot do in two
# threads at once ("AST constructor recursion depth mismatch"): what a command imports beside its
# opening sandbox is imported here.
for _name in ("sandbox", "judge", "reports", "intake", "lang"):
    _package = importlib.import_module(f"grader.{_name}")
    for _found in pkgutil.iter_modules(_package.__path__, f"{_package.__name__}."):
        if sys.platform == "linux":  # some of them need what other systems lack
            importlib.import_module(_found.name)
importlib.import_module("grader.grade")
importlib.import_module("grader.authoring.bank")
importlib.import_module("grader.authoring.public_laws")

# How long an example takes says nothing on a machine that does other work.
settings.register_profile("default", deadline=None)
settings.register_profile("long", deadline=None, max_examples=10_000)
settings.load_profile("default")


@pytest.fixture(scope="module", params=["forked", "spawned"])
def start(request: pytest.FixtureRequest) -> Iterator[Callable[[Limits], Session]]:
    """Both kinds of children have to do the same."""
    if request.param == "spawned":
        starter = SpawningStarter()
        yield lambda limits: Session(starter.start, limits)
        starter.close()
    elif not can_fork():
        pytest.skip("this system cannot fork a child that is under control")
    else:
        with open_best(None) as sandbox:
            yield sandbox.session


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tiny_course.Tiny:
    """The tiny course, copied and harvested with seed 1."""
    from grader.authoring.bank import BANK
    from grader.authoring.harvest import harvest

    course: Path = tmp_path_factory.mktemp("tiny") / "course"
    shutil.copytree(tiny_course.SOURCE, course)
    bank = harvest(course, tiny_course.SLUG, 1)
    (course / "solutions" / tiny_course.SLUG / BANK).write_bytes(bank)
    return tiny_course.Tiny(course)
