"""How a run shows that it goes on: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from grader.model import Report

    Clock = Callable[[], float]

_EVERY_SECONDS = 10.0


class Progress(Protocol):
    """What a run calls: `with progress(total, done) as graded: graded(report)`."""

    def __call__(self, total: int, done: int) -> AbstractContextManager[Callable[[Report], None]]:
        """Begin, with how many submissions there are and how many need no grading."""


@contextlib.contextmanager
def silent(total: int, done: int) -> Iterator[Callable[[Report], None]]:  # noqa: ARG001
    """Show nothing."""
    yield lambda _: None


@contextlib.contextmanager
def bar(total: int, done: int) -> Iterator[Callable[[Report], None]]:
    """Show a bar with rate and time left; it goes away when the run ends."""
    from rich.console import Console  # noqa: PLC0415 -- not paid for where nothing is drawn
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[trouble]}"),
    )
    troubles = 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        task = drawn.add_task("grading", total=total, completed=done, trouble="")

        def graded(report: Report) -> None:
            nonlocal troubles
            troubles += report.score is None
            trouble = f"{troubles} ungraded" if troubles else ""
            drawn.update(task, advance=1, trouble=trouble)

        yield graded


@contextlib.contextmanager
def lines(
    total: int, done: int, *, clock: Clock = time.monotonic
) -> Iterator[Callable[[Report], None]]:
    """Write a plain line at the start, every ten seconds, and at the end."""
    began = said = clock()
    start = done

    def say() -> None:
        seconds = clock() - began
        rate = f", {(done - start) / seconds:.1f} a second" if done > start and seconds else ""
        sys.stderr.write(f"graded {done} of {total}{rate}\n")
        sys.stderr.flush()

    def graded(_: Report) -> None:
        nonlocal done, said
        done += 1
        if clock() - said >= _EVERY_SECONDS and done < total:
            said = clock()
            say()

    if start:
        sys.stderr.write(f"{start} of {total} are in the store already\n")
    if total > start:
        sys.stderr.write(f"grading {total - start} submissions\n")
    yield graded
    if total > start:
        say()


def suitable() -> Progress:
    """Give the bar if standard error is a terminal, lines otherwise."""
    return bar if sys.stderr.isatty() else lines
