"""Workers: processes that grade side by side; one that dies or hangs costs what it was grading.

A worker answers with text, never with pickled objects. It opens its own grader, so it owns its
own sandbox. A thread of ours sits beside each worker, hands it what is next, and replaces it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import sys
import tempfile
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch import rows
from grader.batch.executor import Trouble, attempt
from grader.batch.room import Room
from grader.errors import GraderError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from grader.batch.executor import Answer, OpenGrader, Task

    Order = tuple[Sequence[Task], Future[list[Answer]]]

_GRACE_SECONDS = 0.5
_PATIENCE_SECONDS = 1800.0
"""A worker that is silent for so long hangs: above all limits of the longest assignment."""


class Crew:
    """An executor of processes on this machine."""

    def __init__(
        self, open_grader: OpenGrader, size: int, *, patience_seconds: float = _PATIENCE_SECONDS
    ) -> None:
        """Workers start with the first batches.

        Args:
            open_grader: Opens a grader in each worker.
            size: How many workers.
            patience_seconds: How long one submission may take before its worker is replaced.
        """
        self.batch = 1
        self.depth = 2 * size  # one is being graded, one is waiting at hand
        self._open_grader = open_grader
        self._size = size
        self._patience = patience_seconds
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._workers: dict[int, _Worker] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="grader-")

    def submit(self, tasks: Sequence[Task]) -> Future[list[Answer]]:
        """Hand a batch to the next worker that is free."""
        future: Future[list[Answer]] = Future()
        self._orders.put((tasks, future))
        if len(self._threads) < self._size:
            number = len(self._threads)
            thread = threading.Thread(target=self._serve, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()
        return future

    def shutdown(self, *, at_once: bool) -> None:
        """End all workers."""
        if at_once:
            self._stopping.set()
            for worker in list(self._workers.values()):
                worker.stop()
        for _ in self._threads:
            self._orders.put(None)
        for thread in self._threads:
            thread.join()
        self._folder.cleanup()

    def _serve(self, number: int) -> None:
        """Beside one worker: give it what is next, replace it when it is lost."""
        while (order := self._orders.get()) is not None:
            tasks, future = order
            answers: list[Answer] = []
            for task in tasks:
                if self._stopping.is_set():
                    break
                worker = self._workers.get(number)
                if worker is None:
                    worker = _Worker(self._open_grader, Path(self._folder.name))
                    self._workers[number] = worker
                answers.append(worker.grade(task, self._patience))
                if not worker.alive:
                    self._workers.pop(number).dismiss(at_once=True)
            if len(answers) == len(tasks):
                future.set_result(answers)
            else:
                future.cancel()
        worker = self._workers.pop(number, None)
        if worker is not None:
            worker.dismiss(at_once=self._stopping.is_set())


class _Worker:
    """One process, and our end of the pipe to it."""

    def __init__(self, open_grader: OpenGrader, folder: Path) -> None:
        # Spawned, not forked: a copy of this process would hold its database and its threads.
        context = multiprocessing.get_context("spawn")
        self.alive = True
        self._connection, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_work, args=(theirs, open_grader, folder), name="grader worker"
        )
        self._process.start()
        theirs.close()

    def grade(self, task: Task, patience_seconds: float) -> Answer:
        """Ask and wait; what is lost with the worker is Trouble, and `alive` is False then."""
        try:
            self._connection.send(task)
            if not self._connection.poll(patience_seconds):
                self.alive = False
                return Trouble(f"its worker did not answer within {patience_seconds:g} s")
            text = self._connection.recv_bytes().decode()
        except (EOFError, OSError):
            self.alive = False
            self._process.join(_GRACE_SECONDS)
            code = self._process.exitcode
            return Trouble(f"its worker ended while grading it (exit code {code})")
        if text.startswith("T"):
            self.alive = False  # it ends after trouble: its sandbox may be broken
            return Trouble(text[1:])
        return rows.loads(text[1:])

    def stop(self) -> None:
        """Ask it to end; safe from another thread."""
        with contextlib.suppress(ValueError):  # closed already
            self._process.terminate()

    def dismiss(self, *, at_once: bool) -> None:
        """End it; it has a moment to close its sandbox."""
        self._connection.close()
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
    signal.signal(signal.SIGTERM, _leave)
    try:
        with open_grader() as grader, Room(folder) as room:
            while True:
                task = connection.recv()
                with room.shared():
                    answer = attempt(grader, task, alone=room.alone)
                if isinstance(answer, Trouble):
                    text = f"T{answer.message}"
                    connection.send_bytes(text.encode("utf-8", "backslashreplace"))
                    return
                connection.send_bytes(f"R{rows.dumps(answer)}".encode())
    except (EOFError, ConnectionError):
        return  # whoever asked is gone
    except GraderError as error:
        sys.exit(f"grader worker: {error}")


def _leave(*_: object) -> None:
    """End by the way on which the sandbox is closed and its folders removed."""
    sys.exit(128 + signal.SIGTERM)
