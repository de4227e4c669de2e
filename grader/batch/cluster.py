"""Grading on a Dask cluster: batches go out, texts come back, lost workers cost a batch.

The extra `cluster`. Each Dask worker opens a grader of its own, and each submission runs in a
jailed child of that grader, so that a worker does not die of it. A worker that has not got the
assignment, or another one, is sent its folder; one that runs other code refuses.
"""

from __future__ import annotations

import io
import tempfile
import threading
import zipfile
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.batch import rows
from grader.batch.executor import Trouble, attempt
from grader.batch.key import key_of, keys_of
from grader.errors import StaffError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.batch.executor import Answer, Task
    from grader.grade import Grader

BATCH = 50
"""Submissions per task: the scheduler's 2 ms for a task are then 40 us for a submission."""

_SCHEME = "dask://"
_LACKING = "lacking"
_CONNECT_SECONDS = 20
_ONE_BATCH = threading.Lock()
"""In a worker that was started with several threads: a grader serves one."""


class DaskExecutor:
    """An executor whose workers are Dask's, wherever they are."""

    def __init__(self, address: str, order: Order, *, workers: int = 1, batch: int = BATCH) -> None:
        """Connect to a scheduler, or start one here.

        Args:
            address: "dask://HOST:PORT", or "dask://local" for a cluster on this machine.
            order: What workers need.
            workers: How many to start with "dask://local".
            batch: Submissions per task.

        Raises:
            StaffError: Dask is not installed, or there is no scheduler.
        """
        distributed = _distributed()
        self.batch = batch
        self._order = order
        self._cluster: Any = None
        self._flying: set[Any] = set()
        where = address.removeprefix(_SCHEME)
        if where == "local":
            self._cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None
            )
        try:
            self._client = distributed.Client(
                self._cluster or f"tcp://{where}", timeout=_CONNECT_SECONDS
            )
        except (OSError, ValueError) as error:
            message = f"{address}: no Dask scheduler answers there ({error}); start one, or give "
            raise StaffError(f"{message}dask://local") from error
        if not self._client.scheduler_info(n_workers=-1)["workers"] and not self._cluster:
            self._client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
        self.depth = 2 * max(1, len(self._client.scheduler_info(n_workers=-1)["workers"]))

    def submit(self, tasks: Sequence[Task]) -> Future[list[Answer]]:
        """Send a batch out; a worker that lacks the assignment has it sent and the batch again."""
        promised: Future[list[Answer]] = Future()
        self._send(list(tasks), None, promised)
        return promised

    def _send(self, tasks: list[Task], parcel: bytes | None, promised: Future[Any]) -> None:
        sent = self._client.submit(
            grade_batch, self._order.digest, self._order.slug, tasks, parcel,
            pure=False, retries=0,
        )  # fmt: skip

        def done(future: Any) -> None:
            self._flying.discard(future)
            error = future.exception() if future.status != "cancelled" else None
            if future.status != "finished":
                reason = error or RuntimeError("the cluster was shut down")
                promised.set_exception(RuntimeError(f"{type(reason).__name__}: {reason}"))
            elif future.result() == _LACKING:
                self._send(tasks, self._order.parcel, promised)
            else:
                promised.set_result([_answer(text) for text in future.result()])

        self._flying.add(sent)  # Dask forgets a task of which nobody holds the future
        sent.add_done_callback(done)

    def shutdown(self, *, at_once: bool) -> None:
        """Leave the cluster; one that was started here ends."""
        self._client.close(timeout=0.5 if at_once else _CONNECT_SECONDS)
        if self._cluster is not None:
            self._cluster.close(timeout=0.5 if at_once else _CONNECT_SECONDS)


class Order:
    """What every task of a run refers to: the assignment's digest, and the folder behind it."""

    def __init__(self, course: Path, grader: Grader) -> None:
        self.slug = grader.assignment.slug
        self.digest = identity(grader)
        self.parcel = pack(course, self.slug)


def identity(grader: Grader) -> str:
    """Digest of all that decides a grade but the submission: both ends must agree on it."""
    return key_of(grader.assignment, keys_of(grader))


def pack(course: Path, slug: str) -> bytes:
    """Put solutions/SLUG into an archive, the same bytes for the same files."""
    folder = course / "solutions" / slug
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(course)
            if file.is_file() and not any(p.startswith((".", "__")) for p in inside.parts):
                entry = zipfile.ZipInfo(inside.as_posix())
                archive.writestr(entry, file.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def grade_batch(
    digest: str, slug: str, tasks: Sequence[Task], parcel: bytes | None
) -> list[str] | str:
    """Grade a batch: what runs in a Dask worker. Gives a text per submission."""
    from distributed import get_worker  # noqa: PLC0415 -- the extra `cluster`

    with _ONE_BATCH:
        return _grade_batch(get_worker(), digest, slug, tasks, parcel)


def _grade_batch(
    worker: Any, digest: str, slug: str, tasks: Sequence[Task], parcel: bytes | None
) -> list[str] | str:
    graders: dict[str, Grader] = worker.__dict__.setdefault("gradus", {})
    if digest not in graders:
        if parcel is None:
            return _LACKING
        graders[digest] = unpack(parcel, slug, digest, Path(worker.local_directory))
    grader = graders[digest]
    answers = []
    for task in tasks:
        answer = attempt(grader, task)
        if isinstance(answer, Trouble):
            answers.append(f"T{answer.message}")
            graders.pop(digest).__exit__()  # Its sandbox may be broken: the next opens another
            room = Path(worker.local_directory)
            grader = graders[digest] = unpack(_kept(room, digest), slug, digest, room)
        else:
            answers.append(f"R{rows.dumps(answer)}")
    return answers


def unpack(parcel: bytes, slug: str, digest: str, room: Path) -> Grader:
    """Open a grader from a packed assignment.

    Raises:
        StaffError: This worker's code, Python or numpy decides otherwise than the sender's.
    """
    from grader.grade import staff_grader  # noqa: PLC0415 -- only in workers

    _keep(room, digest, parcel)
    with tempfile.TemporaryDirectory(prefix="gradus-", dir=room) as course:
        with zipfile.ZipFile(io.BytesIO(parcel)) as archive:
            archive.extractall(course)
        # A grader reads its assignment when it is opened; the laws' sources are asked for here.
        grader = staff_grader(Path(course), slug, require=None)
        found = identity(grader)
    if found != digest:
        grader.__exit__()
        message = (
            f"a worker would grade {slug} otherwise: {found[:12]} instead of {digest[:12]}; "
            "give all workers the same versions of grader, Python and numpy"
        )
        raise StaffError(message)
    return grader


def _keep(room: Path, digest: str, parcel: bytes) -> None:
    place = room / f"gradus-{digest}.zip"
    if not place.exists():
        place.write_bytes(parcel)


def _kept(room: Path, digest: str) -> bytes:
    return (room / f"gradus-{digest}.zip").read_bytes()


def _answer(text: str) -> Answer:
    return Trouble(text[1:]) if text.startswith("T") else rows.loads(text[1:])


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 -- the extra `cluster`
    except ImportError as error:
        message = "--executor dask://... needs the extra cluster: pip install 'grader[cluster]'"
        raise StaffError(message) from error
    return distributed
