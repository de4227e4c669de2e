"""Fixtures that several test modules share."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import tiny as tiny_course

if TYPE_CHECKING:
    from pathlib import Path


# How long an example takes says nothing on a machine that does other work.
settings.register_profile("default", deadline=None)
settings.register_profile("long", deadline=None, max_examples=10_000)
settings.load_profile("default")


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
