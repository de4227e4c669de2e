"""One small interface between a run and whatever grades for it, shaped like concurrent.futures.

A run submits batches of tasks and takes answers as they come. What an executor must keep: a
future ends, whatever becomes of a worker; an exception in it costs the batch, which is then
split until the submission that causes it is alone.
"""

from __future__ import annotations

import contextlib
import traceback
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from grader.model import Assignment, Isolation, Report, Result, Submission


class Grading(Protocol):
    """What a run needs of `grade.Grader`."""

    @property
    def assignment(self) -> Assignment:
        """What is graded."""

    @property
    def isolation(self) -> Isolation:
        """Under which protections student code runs."""

    def grade(
        self,
        submission: Submission,
        *,
        known: Mapping[str, Result],
        stale: Collection[str],
        alone: Callable[[], AbstractContextManager[None]],
    ) -> Report:
        """Grade a submission; may raise SandboxError."""


@dataclass(frozen=True, slots=True)
class Task:
    """A submission to grade, and what is known of it from an earlier run.

    Attributes:
        stale: Of the known results, those whose exercise is to be graded anew.
    """

    submission: Submission
    known: Mapping[str, Result] = field(default_factory=dict)
    stale: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trouble:
    """Instead of a report: the grader or the machine failed, in words for staff."""

    message: str


if TYPE_CHECKING:
    OpenGrader = Callable[[], AbstractContextManager[Grading]]
    Answer = Report | Trouble


class Executor(Protocol):
    """Grades batches somewhere.

    Attributes:
        batch: Tasks that a batch should have.
        depth: Batches that keep all workers busy.
    """

    batch: int
    depth: int

    def submit(self, tasks: Sequence[Task]) -> Future[list[Answer]]:
        """Have a batch graded; the answers are in its order."""

    def shutdown(self, *, at_once: bool) -> None:
        """End all workers, at once or when they are done with what they were given."""


@contextlib.contextmanager
def closing(executor: Executor) -> Iterator[Executor]:
    """Shut an executor down at the end: at once if something went wrong."""
    try:
        yield executor
    except BaseException:
        executor.shutdown(at_once=True)
        raise
    executor.shutdown(at_once=False)


def as_answered(executor: Executor, tasks: Iterable[Task]) -> Iterator[list[tuple[Task, Answer]]]:
    """Give tasks with their answers, batch by batch, in whatever order they are finished."""
    tasks = iter(tasks)
    flying: dict[Future[list[Answer]], list[Task]] = {}
    done: SimpleQueue[Future[list[Answer]]] = SimpleQueue()

    def submit(batch: list[Task]) -> None:
        future = executor.submit(batch)
        flying[future] = batch
        future.add_done_callback(done.put)

    while True:
        while len(flying) < executor.depth and (batch := list(islice(tasks, executor.batch))):
            submit(batch)
        if not flying:
            return
        future = done.get()
        batch = flying.pop(future)
        error = future.exception()
        if error is None:
            yield list(zip(batch, future.result(), strict=True))
        elif len(batch) == 1:
            yield [(batch[0], Trouble(f"its worker was lost: {error}"))]
        else:
            half = len(batch) // 2
            submit(batch[:half])
            submit(batch[half:])


class Here:
    """Grades in this process, with a grader that is open already."""

    def __init__(self, grader: Grading) -> None:
        self.batch = 1
        self.depth = 1
        self._grader = grader

    def submit(self, tasks: Sequence[Task]) -> Future[list[Answer]]:
        """Grade, and give a future that is done."""
        done: Future[list[Answer]] = Future()
        done.set_result([attempt(self._grader, task) for task in tasks])
        return done

    def shutdown(self, *, at_once: bool) -> None:
        """Do nothing: whoever opened the grader closes it."""


def attempt(
    grader: Grading,
    task: Task,
    *,
    alone: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
) -> Answer:
    """Grade a submission, or say what went wrong on our side."""
    try:
        return grader.grade(task.submission, known=task.known, stale=task.stale, alone=alone)
    except GraderError as error:
        return Trouble(str(error))
    except Exception as error:  # noqa: BLE001 -- a defect of ours must cost one submission, no more
        return Trouble(_defect(error))


def _defect(error: Exception) -> str:
    """Say where in our code an unexpected error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "?"
    return f"a defect of the grader: {type(error).__name__}: {error} ({place})"
