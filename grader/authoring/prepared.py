"""From solutions/NN_name to what a grader needs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.authoring.bank import BANK, digested, fill, read_bank
from grader.authoring.course import Authored, load
from grader.authoring.space import DeclaredSpace
from grader.errors import StaffError
from grader.model import Assignment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from grader.authoring.suspects import Suspect
    from grader.judge.shrink import Space

    Laws = Mapping[str, Mapping[str, Callable[..., None]]]


def assignment_of(authored: Authored) -> Assignment:
    """The assignment with the cases of its bank.

    Raises:
        StaffError: the bank is absent or broken, or lacks an exercise.
    """
    path = authored.folder / BANK
    data = read_bank(path)
    remedy = f"run `grader harvest {authored.slug}`"
    exercises = []
    for exercise in authored.exercises():
        if exercise.name not in data["exercises"]:
            raise StaffError(f"{path}: no cases for {exercise.name}; {remedy}")
        exercises.append(digested(fill(exercise, data["exercises"][exercise.name])))
    return Assignment(
        authored.slug,
        authored.settings.title,
        authored.settings.module,
        tuple(exercises),
        authored.limits,
        data["digest"],
        authored.given,
        authored.helpers,
    )


def laws_of(authored: Authored) -> Laws:
    """Exercise name to law id to the law."""
    return {n: {law.id: law.check for law in d.laws} for n, d in authored.declarations.items()}


def staff_parts(
    course: Path, slug: str
) -> tuple[
    Assignment,
    Laws,
    Mapping[str, Callable[..., Any]],
    Mapping[str, Space],
    tuple[Suspect, ...],
]:
    """Assignment, laws, reference, input spaces, and versions for students' tests.

    Raises:
        AuthoringError, StaffError: the assignment or its bank is broken.
    """
    authored = load(course, slug)
    assignment = assignment_of(authored)
    spaces = {
        e.name: DeclaredSpace(authored, authored.declarations[e.name], e)
        for e in assignment.exercises
    }
    return assignment, laws_of(authored), authored.reference, spaces, authored.suspects
