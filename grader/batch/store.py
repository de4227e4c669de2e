"""The results file: one SQLite database in WAL mode, written by one process.

What a worker hands over is committed at once, so that whatever ends the program (a signal, a full
disk, the power) costs at most what was being graded. Nothing is ever overwritten: a student's last
report in a run counts, the former ones stay. SQLite does the rest: https://www.sqlite.org/wal.html.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, overload

from grader.batch import rows
from grader.batch.schema import APPLICATION_ID, MIGRATIONS, digest_of, migrate
from grader.errors import StoreError
from grader.model import Report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from grader.model import Isolation

_INSERT = """
    INSERT INTO reports (run, student, digest, verdicts, score, max_score, graded, parts, report)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_TEXTS_KEPT = 256
_CACHE_KIB = 1024


@dataclass(frozen=True, slots=True)
class Run:
    """What a run grades against; two runs with the same key give the same grades.

    Attributes:
        exercises: Exercise to the digest of all that decides its result but the submission.
    """

    assignment: str
    title: str
    bank: str
    grader: str
    key: str
    exercises: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored report's row, but for the report.

    Attributes:
        id: Names it to `Store.report`.
        graded: No exercise is ungraded.
        isolation: Under which it was graded.
    """

    id: int
    student: str
    digest: str
    graded: bool
    isolation: Isolation


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _nothing() -> None:
    """Do nothing before a commit."""


@dataclass(frozen=True, slots=True, eq=False)
class Stored(Sequence[Report]):
    """Reports that are read whenever they are looked at: a large class is never in memory.

    Only as long as the store is open.

    Attributes:
        ids: Of their rows, in order.
    """

    store: Store
    ids: array[int]

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Report: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Report, ...]: ...
    def __getitem__(self, index: int | slice) -> Report | tuple[Report, ...]:
        if isinstance(index, slice):
            return tuple(map(self.store.report, self.ids[index]))
        return self.store.report(self.ids[index])

    def __iter__(self) -> Iterator[Report]:
        return map(self.store.report, self.ids)


class Store:
    """An open results file; a context manager.

    Every method raises StoreError where SQLite does, with what to do; what was stored before
    stays stored.
    """

    def __init__(
        self,
        path: Path,
        *,
        patience_seconds: float = 10.0,
        clock: Callable[[], str] = _now,
        before_commit: Callable[[], None] = _nothing,
    ) -> None:
        """Open or create the file.

        Args:
            path: Created, readable by its owner alone, if it does not exist.
            patience_seconds: How long to wait for another process that is writing.
            clock: Tells the time as it is stored; nothing is decided by it.
            before_commit: Called before each commit; a test makes the disk slow by it.
        """
        self.path = path
        self._clock = clock
        self._before_commit = before_commit
        self._texts: dict[int, str] = {}
        self._parts: dict[str, int] = {}
        with self._explained("open"):
            _create(path)
            self._database = sqlite3.connect(path, timeout=patience_seconds, isolation_level=None)
        try:
            with self._explained("open"):
                self._prepare()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def resume(self, run: Run) -> int:
        """Give the latest run with this key, or begin one."""
        with self._explained("read"):
            found = self._database.execute(
                "SELECT max(id) FROM runs WHERE assignment = ? AND key = ?",
                (run.assignment, run.key),
            ).fetchone()
        return self.begin(run) if found[0] is None else int(found[0])

    def begin(self, run: Run) -> int:
        """Begin a new run beside those that there are."""
        with self._explained("write"), self._transaction():
            values = (run.assignment, run.title, run.bank, run.grader, run.key, self._clock())
            cursor = self._database.execute(
                "INSERT INTO runs (assignment, title, bank, grader, key, started)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
            number = int(cursor.lastrowid or 0)
            self._database.executemany(
                "INSERT INTO exercises VALUES (?, ?, ?)",
                [(number, name, key) for name, key in run.exercises.items()],
            )
        return number

    def put(self, run: int, *reports: Report) -> None:
        """Add reports to a run, all or none."""
        try:
            self._put(run, reports)
        except BaseException:
            self._parts.clear()  # what was not committed is not there
            raise

    def _put(self, run: int, reports: Sequence[Report]) -> None:
        with self._explained("write"), self._transaction():
            for report in reports:
                shared, own = rows.split(report)
                values = (
                    run,
                    storable(report.student),
                    storable(report.digest),
                    ",".join(r.verdict for r in report.exercises),
                    None if report.score is None else float(report.score),
                    float(report.max_score),
                    self._clock(),
                    ",".join(str(self._part(text)) for text in shared),
                    own,
                )
                self._database.execute(_INSERT, values)

    def _part(self, text: str) -> int:
        """The id of a text, which is added if it is not there."""
        if text not in self._parts:
            self._parts[text] = self._found_part(text)
            if len(self._parts) > _TEXTS_KEPT:
                del self._parts[next(iter(self._parts))]
        return self._parts[text]

    def _found_part(self, text: str) -> int:
        digest = digest_of(text)
        found = self._database.execute("SELECT id FROM parts WHERE digest = ?", (digest,))
        row = found.fetchone()
        if row is not None:
            return int(row[0])
        values = (digest, text)
        cursor = self._database.execute("INSERT INTO parts (digest, text) VALUES (?, ?)", values)
        return int(cursor.lastrowid or 0)

    def entries(self, run: int) -> dict[str, Entry]:
        """Give the last entry of each student in a run, the student escaped as `storable` does."""
        with self._explained("read"):
            query = (
                "SELECT max(id), student, digest, verdicts NOT LIKE '%ungraded%', parts"
                " FROM reports WHERE run = ? GROUP BY student"
            )
            found = self._database.execute(query, (run,))
            return {
                student: Entry(number, student, digest, bool(graded), self._isolation(parts))
                for number, student, digest, graded, parts in found
            }

    def _isolation(self, parts: str) -> Isolation:
        with self._readable():
            return rows.read_isolation(self._text(int(parts.partition(",")[0])))

    def report(self, number: int) -> Report:
        """Give the report with this id."""
        with self._explained("read"):
            query = "SELECT parts, report FROM reports WHERE id = ?"
            row = self._database.execute(query, (number,)).fetchone()
            return self._read(*row)

    def latest(self, run: int, students: Sequence[str]) -> Stored:
        """The last report of each of some students in a run, in this order."""
        ids = array("q")
        with self._explained("read"):
            query = "SELECT max(id) FROM reports WHERE run = ? AND student = ?"
            for student in students:
                (found,) = self._database.execute(query, (run, storable(student))).fetchone()
                if found is None:
                    raise StoreError(f"{self.path}: run {run} holds no report of {student!r}")
                ids.append(found)
        return Stored(self, ids)

    def reports(self, run: int) -> dict[str, Report]:
        """Give the last report of each student in a run, in the students' order."""
        found = [self.report(entry.id) for entry in self.entries(run).values()]
        return {r.student: r for r in sorted(found, key=lambda r: r.student)}

    def history(self, run: int, student: str) -> list[Report]:
        """Give all reports of a student in a run, oldest first."""
        with self._explained("read"):
            query = "SELECT parts, report FROM reports WHERE run = ? AND student = ? ORDER BY id"
            found = self._database.execute(query, (run, storable(student))).fetchall()
            return [self._read(*row) for row in found]

    def _read(self, parts: str, own: str) -> Report:
        with self._readable():
            return rows.join([self._text(int(part)) for part in parts.split(",")], own)

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            message = (
                f"{self.path}: holds a report that cannot be read ({error!r}); "
                "give another --store to grade anew."
            )
            raise StoreError(message) from error

    def _text(self, part: int) -> str:
        if part not in self._texts:
            query = "SELECT text FROM parts WHERE id = ?"
            self._texts[part] = self._database.execute(query, (part,)).fetchone()[0]
            if len(self._texts) > _TEXTS_KEPT:
                self._texts.pop(next(iter(self._texts)))
        return self._texts[part]

    def runs(self, assignment: str | None = None) -> dict[int, Run]:
        """Give all runs, or those of an assignment, oldest first."""
        with self._explained("read"):
            found = self._database.execute(
                "SELECT id, assignment, title, bank, grader, key FROM runs"
                " WHERE ? IN (assignment, '') ORDER BY id",
                (assignment or "",),
            ).fetchall()
            keys = self._database.execute("SELECT run, name, key FROM exercises").fetchall()
        named: dict[int, dict[str, str]] = {row[0]: {} for row in found}
        for number, name, key in keys:
            named.setdefault(number, {})[name] = key
        return {n: Run(*[*values, named[n]]) for n, *values in found}

    def _prepare(self) -> None:
        self._refuse_strangers()
        self._database.execute("PRAGMA journal_mode = WAL")
        # Commits survive the end of this process; after a power cut the last ones may be lost.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("PRAGMA foreign_keys = ON")
        self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")  # twice as much by itself
        if self._version() < len(MIGRATIONS):
            with self._transaction():
                # Asked again: another process may have been first.
                migrate(self._database, self._version())

    def _refuse_strangers(self) -> None:
        version = self._version()
        if version > len(MIGRATIONS):
            message = (
                f"{self.path}: made by a newer grader (schema {version}, this one knows "
                f"{len(MIGRATIONS)}); update grader or give another --store."
            )
            raise StoreError(message)
        tables = self._database.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not version and tables:
            message = (
                f"{self.path}: a database of another program, left as it is; give another --store."
            )
            raise StoreError(message)

    def _version(self) -> int:
        ours = self._database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        return int(self._database.execute("PRAGMA user_version").fetchone()[0]) if ours else 0

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._before_commit()
            self._database.execute("COMMIT")
        except BaseException:
            # SQLite has rolled back by itself where the disk is full.
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def _explained(self, doing: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            message = f"{self.path}: cannot {doing} the results file: {_remedy(error)}"
            raise StoreError(message) from error
        except OSError as error:
            message = f"{self.path}: cannot {doing} the results file: {error.strerror}; "
            raise StoreError(message + "give another --store.") from error


def _create(path: Path) -> None:
    """Create the file so that only its owner reads what students did."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _remedy(error: sqlite3.Error) -> str:
    remedies = {
        "SQLITE_FULL": "the disk is full; what was stored is safe. Make room, run it again",
        "SQLITE_BUSY": "another process is writing to it; wait for it or give another --store",
        "SQLITE_READONLY": "it is read-only; change its permissions or give another --store",
        "SQLITE_NOTADB": "it is not a database and was left as it is; give another --store",
        "SQLITE_CORRUPT": "it is damaged; keep a copy and give another --store",
        "SQLITE_CANTOPEN": "it cannot be opened; is it a file in a folder you can write to?",
    }
    name = str(getattr(error, "sqlite_errorname", ""))
    known = [text for key, text in remedies.items() if name.startswith(key)]
    if isinstance(error, sqlite3.ProgrammingError):
        known = ["it was closed; reports are read while it is open"]
    return f"{known[0] if known else 'give another --store'} ({error})."


def storable(text: str) -> str:
    """Escape lone surrogates, which file names may hold and SQLite's UTF-8 cannot."""
    return text.encode("utf-8", "backslashreplace").decode()
