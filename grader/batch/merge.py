"""Merge results files: runs of the same key become one run."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.batch.store import Store
    from grader.model import Report

_AT_ONCE = 500


def merge(source: Store, target: Store) -> int:
    """Add the reports of all runs that the target has not got; their number.

    A run is found again by its assignment and key. A student's report that is there already, for
    the same files and graded, stays the one that counts.
    """
    added = 0
    for number, run in source.runs().items():
        into = target.resume(run)
        new = _new(source, number, target, into)
        while batch := list(itertools.islice(new, _AT_ONCE)):
            target.put(into, *batch)
            added += len(batch)
    return added


def _new(source: Store, number: int, target: Store, into: int) -> Iterator[Report]:
    there = target.entries(into)
    for student, entry in source.entries(number).items():
        has = there.get(student)
        known = has is not None and has.digest == entry.digest
        if has is None or not known or (entry.graded and not has.graded):
            yield source.report(entry.id)
