"""Workers: processes that grade side by side; one that dies costs what it was grading.

A worker is given submissions and answers with text, never with pickled objects. It opens its
own grader, so it owns its own sandbox.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import tempfile
import traceback
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

from grader.batch import rows
from grader.batch.room import Room
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from grader.model import Assignment, Isolation, Report, Submission

_GRACE_SECONDS = 5.0


class Grading(Protocol):
    """What a run needs of `grade.Grader`."""

    assignment: Assignment

    @property
    def isolation(self) -> Isolation:
        """Under which protections student code runs."""

    def grade(
        self, submission: Submission, *, alone: Callable[[], AbstractContextManager[None]]
    ) -> Report:
        """Grade a submission; may raise SandboxError."""


if TYPE_CHECKING:
    OpenGrader = Callable[[], AbstractContextManager[Grading]]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Instead of a report: the grader or the machine failed, in words for staff."""

    message: str


def attempt(
    grader: Grading,
    submission: Submission,
    *,
    alone: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
) -> Report | Trouble:
    """Grade a submission, or say what went wrong on our side."""
    try:
        return grader.grade(submission, alone=alone)
    except GraderError as error:
        return Trouble(str(error))
    except Exception as error:  # noqa: BLE001 -- a defect of ours must cost one submission, no more
        return Trouble(_defect(error))


class Crew:
    """A number of workers; a context manager, at whose end none is left."""

    def __init__(self, open_grader: OpenGrader, size: int) -> None:
        self._open_grader = open_grader
        self._size = size
        self._workers: list[_Worker] = []
        self._folder = tempfile.TemporaryDirectory(prefix="grader-")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        for worker in self._workers:
            worker.dismiss(at_once=kind is not None)
        self._folder.cleanup()

    def grade(
        self, submissions: Iterable[Submission]
    ) -> Iterator[tuple[Submission, Report | Trouble]]:
        """Grade all, in whatever order they are finished."""
        waiting = deque(submissions)
        while waiting or any(worker.submission for worker in self._workers):
            self._hand_out(waiting)
            busy = {w.connection: w for w in self._workers if w.submission}
            for connection in wait(list(busy)):
                worker = busy[connection]  # type: ignore[index]
                submission, answer = worker.answer()
                if not worker.alive:
                    worker.dismiss(at_once=True)
                    self._workers.remove(worker)
                yield submission, answer

    def _hand_out(self, waiting: deque[Submission]) -> None:
        while waiting and len(self._workers) < self._size:
            self._workers.append(_Worker(self._open_grader, Path(self._folder.name)))
            self._workers[-1].give(waiting.popleft())
        for worker in self._workers:
            if waiting and worker.submission is None:
                worker.give(waiting.popleft())


class _Worker:
    """One process and the submission that it is grading."""

    def __init__(self, open_grader: OpenGrader, folder: Path) -> None:
        # Spawned, not forked: a copy of this process would hold its database and its threads.
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.submission: Submission | None = None
        self.alive = True
        self._process: SpawnProcess = context.Process(
            target=_work, args=(theirs, open_grader, folder), name="grader worker"
        )
        self._process.start()
        theirs.close()

    def give(self, submission: Submission) -> None:
        self.submission = submission
        # A worker that is dead already is noticed when its answer is read.
        with contextlib.suppress(OSError):
            self.connection.send(submission)

    def answer(self) -> tuple[Submission, Report | Trouble]:
        submission, self.submission = self.submission, None
        if submission is None:
            message = "a worker answered without being asked"
            raise AssertionError(message)
        try:
            text = self.connection.recv_bytes().decode()
        except (EOFError, OSError):
            self.alive = False
            self._process.join(_GRACE_SECONDS)
            code = self._process.exitcode
            return submission, Trouble(f"its worker ended while grading it (exit code {code})")
        if text.startswith("T"):
            self.alive = False  # it ends after trouble: its sandbox may be broken
            return submission, Trouble(text[1:])
        return submission, rows.loads(text[1:])

    def dismiss(self, *, at_once: bool) -> None:
        self.connection.close()
        if at_once:
            self._process.terminate()
        self._process.join(_GRACE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._process.close()


def _work(connection: Connection, open_grader: OpenGrader, folder: Path) -> None:
    """Grade what comes until the other end closes: the life of a worker."""
    # Ctrl-C reaches every process of a terminal; the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with open_grader() as grader, Room(folder) as room:
            while True:
                submission = connection.recv()
                with room.shared():
                    answer = attempt(grader, submission, alone=room.alone)
                if isinstance(answer, Trouble):
                    text = f"T{answer.message}"
                    connection.send_bytes(text.encode("utf-8", "backslashreplace"))
                    return
                connection.send_bytes(f"R{rows.dumps(answer)}".encode())
    except (EOFError, ConnectionError):
        return  # whoever asked is gone
    except GraderError as error:
        sys.exit(f"grader worker: {error}")


def _defect(error: Exception) -> str:
    """Say where in our code an unexpected error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "?"
    return f"a defect of the grader: {type(error).__name__}: {error} ({place})"
