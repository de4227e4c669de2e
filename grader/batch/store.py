"""The results file: one SQLite database in WAL mode, written by one process.

Every report is committed on its own, so that whatever ends the program (a signal, a full disk,
the power) costs at most what was being graded. SQLite does the rest:
https://www.sqlite.org/wal.html.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from grader.batch import rows
from grader.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grader.model import Report

APPLICATION_ID = 0x47524144
"""Tells our files from other databases: "GRAD" in ASCII, in the header of the file."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    # Version 1: runs and their reports.
    (
        """
        CREATE TABLE runs (
            id         INTEGER PRIMARY KEY,
            assignment TEXT NOT NULL,  -- slug: 08_layers
            title      TEXT NOT NULL,
            bank       TEXT NOT NULL,  -- digest of the cases
            grader     TEXT NOT NULL,  -- version that began the run
            key        TEXT NOT NULL,  -- digest of all that decides a grade but the submission
            started    TEXT NOT NULL   -- UTC, ISO 8601
        ) STRICT
        """,
        """
        CREATE TABLE reports (
            run       INTEGER NOT NULL REFERENCES runs (id),
            student   TEXT NOT NULL,   -- the id; lone surrogates of odd file names escaped
            digest    TEXT NOT NULL,   -- of the submission
            verdicts  TEXT NOT NULL,   -- comma-separated, in the course's order: for exploring
            score     REAL,            -- rounded; NULL where anything is ungraded: for exploring
            max_score REAL NOT NULL,
            graded    TEXT NOT NULL,   -- UTC, ISO 8601
            report    TEXT NOT NULL,   -- everything, exactly: JSON of grader/batch/rows.py
            PRIMARY KEY (run, student)
        ) STRICT, WITHOUT ROWID
        """,
    ),
)
"""Statements that lead from each version of the schema to the next; `user_version` counts them."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run grades against; two runs with the same key give the same grades."""

    assignment: str
    title: str
    bank: str
    grader: str
    key: str


class Store:
    """An open results file; a context manager.

    Every method raises StoreError where SQLite does, with what to do; what was stored before
    stays stored.
    """

    def __init__(self, path: Path, *, patience_seconds: float = 10.0) -> None:
        """Open or create the file.

        Args:
            path: Created, readable by its owner alone, if it does not exist.
            patience_seconds: How long to wait for another process that is writing.
        """
        self.path = path
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
            values = (run.assignment, run.title, run.bank, run.grader, run.key, _now())
            cursor = self._database.execute(
                "INSERT INTO runs (assignment, title, bank, grader, key, started)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                values,
            )
        return int(cursor.lastrowid or 0)

    def put(self, run: int, report: Report) -> None:
        """Store a report, in place of the student's former one in this run."""
        values = (
            run,
            _storable(report.student),
            _storable(report.digest),
            ",".join(r.verdict for r in report.exercises),
            None if report.score is None else float(report.score),
            float(report.max_score),
            _now(),
            rows.dumps(report),
        )
        with self._explained("write"), self._transaction():
            self._database.execute(
                "INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values
            )

    def reports(self, run: int) -> dict[str, Report]:
        """Give all reports of a run by student, in the students' order."""
        with self._explained("read"):
            query = "SELECT report FROM reports WHERE run = ?"
            stored = self._database.execute(query, (run,)).fetchall()
        try:
            reports = [rows.loads(row[0]) for row in stored]
        except (ValueError, KeyError, TypeError) as error:
            message = (
                f"{self.path}: holds a report that cannot be read ({error!r}); "
                "give another --store to grade anew."
            )
            raise StoreError(message) from error
        return {r.student: r for r in sorted(reports, key=lambda r: r.student)}

    def runs(self, assignment: str) -> dict[int, Run]:
        """Give all runs of an assignment, oldest first."""
        with self._explained("read"):
            found = self._database.execute(
                "SELECT id, assignment, title, bank, grader, key FROM runs"
                " WHERE assignment = ? ORDER BY id",
                (assignment,),
            ).fetchall()
        return {row[0]: Run(*row[1:]) for row in found}

    def _prepare(self) -> None:
        self._refuse_strangers()
        self._database.execute("PRAGMA journal_mode = WAL")
        # Commits survive the end of this process; after a power cut the last ones may be lost.
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("PRAGMA foreign_keys = ON")
        if self._version() < len(MIGRATIONS):
            with self._transaction():
                # Asked again: another process may have been first.
                for statements in MIGRATIONS[self._version() :]:
                    for statement in statements:
                        self._database.execute(statement)
                self._database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                self._database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

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
    return f"{known[0] if known else 'give another --store'} ({error})."


def _storable(text: str) -> str:
    """Escape lone surrogates, which file names may hold and SQLite's UTF-8 cannot."""
    return text.encode("utf-8", "backslashreplace").decode()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
