"""The results file's tables, as statements that lead from each version to the next."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

APPLICATION_ID = 0x47524144
"""Tells our files from other databases: "GRAD" in ASCII, in the header of the file."""

_RUNS = (
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
)

_HISTORY = (
    "ALTER TABLE reports RENAME TO reports_1",
    """
    CREATE TABLE exercises (       -- what decides a grade, exercise by exercise
        run  INTEGER NOT NULL REFERENCES runs (id),
        name TEXT NOT NULL,
        key  TEXT NOT NULL,        -- with the submission's digest: the key of contract.md
        PRIMARY KEY (run, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE parts (           -- what many reports share, each once; never changed
        id     INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,  -- of the text, blake2b of 16 bytes
        text   TEXT NOT NULL       -- JSON of a Result or an Isolation: grader/batch/rows.py
    ) STRICT
    """,
    """
    CREATE TABLE reports (         -- only ever added to; of a student's reports the last counts
        id        INTEGER PRIMARY KEY,
        run       INTEGER NOT NULL REFERENCES runs (id),
        student   TEXT NOT NULL,   -- the id; lone surrogates of odd file names escaped
        digest    TEXT NOT NULL,   -- of the submission
        verdicts  TEXT NOT NULL,   -- comma-separated, in the course's order: for exploring
        score     REAL,            -- rounded; NULL where anything is ungraded: for exploring
        max_score REAL NOT NULL,
        graded    TEXT NOT NULL,   -- UTC, ISO 8601
        parts     TEXT NOT NULL,   -- ids in `parts`: the isolation, then the results in order
        report    TEXT NOT NULL    -- all the rest, exactly: JSON of grader/batch/rows.py
    ) STRICT
    """,
    """
    INSERT INTO reports (run, student, digest, verdicts, score, max_score, graded, parts, report)
    SELECT run, student, digest, verdicts, score, max_score, graded,
           gradus_parts(report), gradus_rest(report) FROM reports_1 ORDER BY run, student
    """,
    "DROP TABLE reports_1",
    "CREATE INDEX reports_of_run ON reports (run, student)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_RUNS, _HISTORY)
"""Statements that lead from each version of the schema to the next; `user_version` counts them."""


def migrate(database: sqlite3.Connection, version: int) -> None:
    """Lead a file from its version to the newest, inside the caller's transaction."""
    pending: dict[str, int] = {}

    def parts(report: str) -> str:
        """Collect a version 1 report's shared parts; they are inserted at the end."""
        whole = json.loads(report)
        shared = [whole["isolation"], *whole["exercises"]]
        texts = [json.dumps(part, separators=(",", ":")) for part in shared]
        return ",".join(str(pending.setdefault(text, len(pending) + 1)) for text in texts)

    def rest(report: str) -> str:
        whole = json.loads(report)
        kept = {k: v for k, v in whole.items() if k not in ("isolation", "exercises")}
        return json.dumps(kept, separators=(",", ":"))

    database.create_function("gradus_parts", 1, parts, deterministic=True)
    database.create_function("gradus_rest", 1, rest, deterministic=True)
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            database.execute(statement)
    rows = [(number, digest_of(text), text) for text, number in pending.items()]
    database.executemany("INSERT INTO parts VALUES (?, ?, ?)", rows)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def digest_of(text: str) -> bytes:
    """Give the digest under which a part is found again."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
