"""The results file: exact, resumable, and never the victim of what goes wrong."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from grader.batch import rows
from grader.batch.schema import APPLICATION_ID, MIGRATIONS
from grader.batch.store import Run, Store
from grader.errors import StoreError
from tests.result_examples import HOSTILE, any_reports, make_report

RUN = Run("08_layers", "Layers", "b" * 64, "0.1.0", "key one")
ROOT = Path(__file__).parent.parent


@given(any_reports())
def test_a_report_comes_back_exactly_from_its_row(report) -> None:
    assert rows.loads(rows.dumps(report)) == report


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(
    st.lists(any_reports(), max_size=4, unique_by=lambda r: r.student.encode("utf-8", "replace"))
)
@example(reports=[make_report("\ud800"), make_report("a\x00b")])
def test_reports_come_back_exactly_by_student(tmp_path, reports) -> None:
    with Store(tmp_path / "results.db") as store:
        run = store.begin(RUN)
        for report in reports:
            store.put(run, report)

        assert store.reports(run) == {r.student: r for r in reports}
        assert list(store.reports(run)) == sorted(r.student for r in reports)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None
)
@given(st.lists(any_reports(), max_size=4, unique_by=lambda r: r.student), st.randoms())
def test_stored_reports_are_a_sequence_in_the_order_that_was_asked_for(
    tmp_path, reports, rng
) -> None:
    with Store(tmp_path / "results.db") as store:
        run = store.begin(RUN)
        store.put(run, *reports)
        rng.shuffle(reports)
        stored = store.latest(run, [report.student for report in reports])

        assert [len(stored), *stored] == [len(reports), *reports]
        assert list(stored) == list(stored)
        assert stored[1:] == tuple(reports[1:])
        assert not reports or stored[-1] == reports[-1]


def test_what_was_not_committed_is_written_anew(tmp_path) -> None:
    """Parts that a failed transaction added are not there any more."""
    doomed: list[str] = []

    def before_commit() -> None:
        if doomed:
            raise KeyboardInterrupt(doomed.pop())

    with Store(tmp_path / "results.db", before_commit=before_commit) as store:
        run = store.begin(RUN)
        doomed.append("once")
        with pytest.raises(KeyboardInterrupt):
            store.put(run, make_report("anna"))
        store.put(run, make_report("ben", ()))
        store.put(run, make_report("anna"))

        assert store.reports(run) == {"anna": make_report("anna"), "ben": make_report("ben", ())}


def test_reports_outlive_the_store(tmp_path) -> None:
    with Store(tmp_path / "results.db") as store:
        store.put(store.begin(RUN), make_report("\ud800", text=HOSTILE))
    with Store(tmp_path / "results.db") as store:
        run = store.resume(RUN)

        assert store.reports(run) == {"\ud800": make_report("\ud800", text=HOSTILE)}


def test_a_second_report_of_a_student_counts_and_the_first_stays(tmp_path) -> None:
    with Store(tmp_path / "results.db") as store:
        run = store.begin(RUN)
        store.put(run, make_report("anna"))
        store.put(run, make_report("anna", ()))

        assert store.reports(run) == {"anna": make_report("anna", ())}
        assert store.history(run, "anna") == [make_report("anna"), make_report("anna", ())]
        entry = store.entries(run)["anna"]
        assert store.report(entry.id) == make_report("anna", ())
        assert entry.graded


def test_a_file_of_version_1_is_led_to_this_one(tmp_path) -> None:
    path = tmp_path / "results.db"
    database = sqlite3.connect(path)
    for statement in MIGRATIONS[0]:
        database.execute(statement)
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute("PRAGMA user_version = 1")
    database.execute("INSERT INTO runs VALUES (1, '08_layers', 'Layers', 'b', '0.1.0', 'k', 't')")
    reports = [make_report("anna", text=HOSTILE), make_report("ben")]
    for r in reports:
        old = json.dumps(asdict(r), default=str, separators=(",", ":"))
        values = (r.student, r.digest, "", None, 1.0, "t", old)
        database.execute("INSERT INTO reports VALUES (1, ?, ?, ?, ?, ?, ?, ?)", values)
    database.commit()
    database.close()
    with Store(path) as store:
        assert list(store.reports(1).values()) == reports
        store.put(1, make_report("zoe"))
    with Store(path) as store:
        assert len(store.reports(1)) == 3


def test_the_same_key_resumes_and_another_begins(tmp_path) -> None:
    other = Run("08_layers", "Layers", "b" * 64, "0.1.0", "key two")
    with Store(tmp_path / "results.db") as store:
        first = store.resume(RUN)

        assert store.resume(RUN) == first
        assert store.resume(other) != first
        assert store.begin(RUN) not in (first, store.resume(other))
        assert list(store.runs("08_layers").values()) == [RUN, other, RUN]
        assert store.runs("01_loss") == {}


def test_the_file_is_wal_ours_and_readable_by_its_owner_alone(tmp_path) -> None:
    path = tmp_path / "results.db"
    with Store(path):
        pass
    database = sqlite3.connect(path)

    assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    assert database.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    database.close()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_file_can_be_explored_with_plain_sql(tmp_path) -> None:
    with Store(tmp_path / "results.db") as store:
        store.put(store.begin(RUN), make_report("anna", ()))
    database = sqlite3.connect(tmp_path / "results.db")
    found = database.execute("SELECT student, score, max_score, verdicts FROM reports").fetchall()
    database.close()

    assert found == [("anna", 0.0, 0.0, "")]


def test_what_was_stored_outlives_kill_9(tmp_path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from grader.batch.store import Store; from tests.test_store import RUN\n"
        "from tests.result_examples import make_report\n"
        "store = Store(Path(sys.argv[1])); run = store.begin(RUN)\n"
        "for n in range(50): store.put(run, make_report(f'student {n:02}'))\n"
        "store._database.execute('BEGIN IMMEDIATE')\n"
        "store._database.execute('DELETE FROM reports')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "results.db"
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, check=False)

    assert done.returncode == -signal.SIGKILL
    with Store(path) as store:
        assert len(store.reports(store.resume(RUN))) == 50


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path) -> None:
    path = tmp_path / "grades.txt"
    path.write_text("anna 12\n" * 500)

    with pytest.raises(
        StoreError, match=r"grades\.txt: cannot open .* not a database and was left"
    ):
        Store(path)
    assert path.read_text() == "anna 12\n" * 500


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path) -> None:
    path = tmp_path / "other.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE notes (text)")
    database.execute("PRAGMA user_version = 9")
    database.commit()
    database.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="a database of another program, left as it is"):
        Store(path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_grader_is_refused(tmp_path) -> None:
    path = tmp_path / "results.db"
    with Store(path) as store:
        store._database.execute("PRAGMA user_version = 99")

    with pytest.raises(StoreError, match=r"made by a newer grader \(schema 99.*update grader"):
        Store(path)


def test_a_full_disk_is_reported_and_loses_nothing(tmp_path) -> None:
    path = tmp_path / "results.db"
    with Store(path) as store:
        run = store.begin(RUN)
        store.put(run, make_report("anna"))
        pages = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count = {pages}")
        huge = make_report("ben", text=HOSTILE * 500)
        with pytest.raises(StoreError, match="the disk is full; what was stored is safe"):
            store.put(run, huge)

        assert "anna" in store.reports(run)
        store._database.execute("PRAGMA max_page_count = 100000")
        store.put(run, make_report("zoe"))
    with Store(path) as store:
        assert {"anna", "zoe"} <= set(store.reports(run))


def test_a_locked_file_is_reported(tmp_path) -> None:
    path = tmp_path / "results.db"
    with Store(path) as first, Store(path, patience_seconds=0.01) as second:
        run = first.begin(RUN)
        first._database.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process is writing to it"):
            second.put(run, make_report())
        first._database.execute("ROLLBACK")
        second.put(run, make_report())

        assert list(first.reports(run)) == ["anna"]


def test_a_folder_a_missing_folder_and_a_read_only_file_are_reported(tmp_path) -> None:
    with pytest.raises(StoreError, match="is it a file in a folder you can write to"):
        Store(tmp_path)
    with pytest.raises(StoreError, match=r"No such file or directory; give another --store"):
        Store(tmp_path / "missing" / "results.db")
    with Store(tmp_path / "results.db") as store:
        store._database.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError, match="it is read-only; change its permissions"):
            store.begin(RUN)


def test_a_report_that_cannot_be_read_is_reported(tmp_path) -> None:
    with Store(tmp_path / "results.db") as store:
        run = store.begin(RUN)
        store.put(run, make_report())
        store._database.execute("UPDATE reports SET report = '{}'")
        with pytest.raises(StoreError, match="holds a report that cannot be read"):
            store.reports(run)


@pytest.mark.parametrize("change", ["UPDATE parts SET text = '{'", "DELETE FROM parts"])
def test_a_damaged_part_is_reported(tmp_path, change) -> None:
    with Store(tmp_path / "results.db") as store:
        run = store.begin(RUN)
        store.put(run, make_report())
        store._database.execute(change)
        with pytest.raises(StoreError, match="holds a report that cannot be read"):
            store.entries(run)


def test_reports_that_are_not_there_or_no_longer_are_reported(tmp_path) -> None:
    with Store(tmp_path / "results.db") as store:
        run = store.begin(RUN)
        store.put(run, make_report("anna"))
        with pytest.raises(StoreError, match="run 1 holds no report of 'ben'"):
            store.latest(run, ["anna", "ben"])
        stored = store.latest(run, ["anna"])
    with pytest.raises(StoreError, match="it was closed; reports are read while it is open"):
        list(stored)


def test_a_report_that_is_read_is_not_the_one_that_was_written() -> None:
    """Else nothing here would say that reading works."""
    report = make_report()
    read = rows.loads(rows.dumps(report))
    assert read == report
    assert all(a is not b for a, b in zip(read.exercises, report.exercises, strict=True))
    assert rows.loads(rows.dumps(report)).exercises[0] is read.exercises[0]


def test_an_unknown_error_keeps_its_words(tmp_path) -> None:
    with Store(tmp_path / "results.db") as store:
        store._database.execute("DROP TABLE reports")
        with pytest.raises(StoreError, match=r"give another --store \(no such table: reports\)"):
            store.put(1, make_report())
