"""Mistakes in the words of somebody who knows their titles alone, and mistakes nobody listed."""

from __future__ import annotations

from tests.bench import judge
from tests.bench.wrong import Course

SLUGS = ("01_loss", "02_gradient_descent", "08_layers")


def test_rewrites_are_named_and_novel_mistakes_get_no_name_of_the_catalogue() -> None:
    assert judge.rewrites([Course(slug) for slug in SLUGS])
