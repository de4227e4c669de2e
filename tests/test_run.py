"""A run grades each submission once, whatever happens to it and to its workers."""

from __future__ import annotations

import dataclasses
import functools
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import Future
from pathlib import Path

import pytest

from grader.batch import progress
from grader.batch.crew import Crew
from grader.batch.executor import Task, Trouble, as_answered, closing
from grader.batch.key import key_of, keys_of
from grader.batch.room import Room
from grader.batch.run import Plan, run
from grader.batch.store import Store
from grader.errors import StaffError
from grader.model import Reason, Results, Submission, Verdict
from grader.reports.record import to_record
from tests.fake_grader import FakeGrader, make_assignment, make_submission, open_fake, refuse

ROOT = Path(__file__).parent.parent


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "log"


def graded(log: Path) -> list[str]:
    """Which students the graders were asked about, in order."""
    return log.read_text().split() if log.exists() else []


def go(log: Path, submissions, *, workers: int = 1, level: str = "full", **options):
    """Run with fake graders and the store beside the log."""
    digest = options.pop("digest", "a" * 64)
    shown = options.pop("progress", progress.silent)
    open_grader = functools.partial(open_fake, log, level=level, digest=digest)
    plan = Plan(open_grader, workers, **options)
    with open_grader() as grader, Store(log.parent / "results.db") as store:
        return read(run(grader, submissions, plan, store=store, progress=shown))


def read(results: Results) -> Results:
    """Read all reports while the store is open."""
    return dataclasses.replace(results, reports=tuple(results.reports))


def verdicts(results) -> dict[str, Verdict]:
    return {r.student: r.exercises[0].verdict for r in results.reports}


def test_reports_are_ordered_by_student(log) -> None:
    results = go(log, [make_submission(s) for s in ("zoe", "anna", "mia")])

    assert [r.student for r in results.reports] == ["anna", "mia", "zoe"]
    assert (results.assignment, results.bank) == ("08_layers", "a" * 64)


def test_one_and_two_workers_give_equal_reports(log) -> None:
    submissions = [make_submission(f"s{n:02}", "fail" if n % 3 else "pass") for n in range(8)]
    one = go(log, submissions)
    two = go(log, submissions, workers=2, regrade=True)

    assert to_record(one) == to_record(two)
    assert Counter(graded(log)) == {s.student: 2 for s in submissions}


def test_what_is_stored_is_not_graded_again(log) -> None:
    submissions = [make_submission(s) for s in ("anna", "ben")]
    first = go(log, submissions)
    again = go(log, [*submissions, make_submission("chiara")])

    assert graded(log) == ["anna", "ben", "chiara"]
    assert again.reports[:2] == first.reports


def test_a_changed_submission_is_graded_again(log) -> None:
    go(log, [make_submission("anna", "pass")])
    results = go(log, [make_submission("anna", "fail")])

    assert graded(log) == ["anna", "anna"]
    assert verdicts(results) == {"anna": Verdict.FAILED}


def test_a_changed_assignment_is_a_new_run(log) -> None:
    go(log, [make_submission("anna")])
    go(log, [make_submission("anna")], digest="c" * 64)

    assert graded(log) == ["anna", "anna"]


def test_only_the_exercise_whose_checks_changed_is_graded_again(log) -> None:
    first = functools.partial(open_fake, log)
    second = functools.partial(open_fake, log, changed="g")
    submissions = [make_submission("anna"), make_submission("ben", "fail")]
    with Store(log.parent / "results.db") as store:
        for open_grader in (first, second, second):
            with open_grader() as grader:
                run(grader, submissions, Plan(open_grader), store=store)
        assert len(store.runs()) == 2

    assert graded(log) == ["anna", "ben", "anna", "ben"]
    assert (log.parent / "log.stale").read_text().split() == ["g", "g"]


def test_regrade_grades_all_as_a_new_run_beside_the_old(log) -> None:
    go(log, [make_submission("anna")])
    go(log, [make_submission("anna")], regrade=True)

    assert graded(log) == ["anna", "anna"]
    with Store(log.parent / "results.db") as store:
        assert len(store.runs("08_layers")) == 2
        assert all(len(store.reports(number)) == 1 for number in store.runs("08_layers"))


@pytest.mark.parametrize(
    ("before", "required", "times"),
    [("reduced", "full", 2), ("full", "full", 1), ("full", "limits-only", 1), ("odd", "full", 2)],
)
def test_what_was_graded_under_less_isolation_than_required_is_graded_again(
    log, before, required, times
) -> None:
    go(log, [make_submission("anna")], level=before)
    go(log, [make_submission("anna")], require=required)

    assert graded(log) == ["anna"] * times


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_submissions_are_graded_once_and_reported_for_each_student(log, workers) -> None:
    twins = [make_submission(s, digest="same") for s in ("ben", "anna")]
    results = go(log, [*twins, make_submission("zoe")], workers=workers)
    go(log, [*twins, make_submission("chiara", digest="same")], workers=workers)

    assert sorted(graded(log)) == ["anna", "zoe"]
    assert [r.student for r in results.reports] == ["anna", "ben", "zoe"]


def test_unreadable_submissions_are_never_taken_for_equal(log) -> None:
    unread = [
        Submission(s, make_submission(s).candidates, "", message="broken") for s in ("anna", "ben")
    ]
    go(log, unread)

    assert graded(log) == ["anna", "ben"]


def test_two_submissions_of_one_student_are_refused(log) -> None:
    with pytest.raises(StaffError, match=r"two submissions of the same student: 'anna'; put both"):
        go(log, [make_submission("anna"), make_submission("anna", "fail"), make_submission("b")])


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("doing", "said"),
    [
        ("trouble", "the zygote does not answer"),
        (
            "defect",
            "a defect of the grader: RuntimeError: an unforeseen state (fake_grader.py, line",
        ),
    ],
)
def test_what_our_side_fails_at_twice_is_ungraded_and_retried_next_time(
    log, workers, doing, said
) -> None:
    submissions = [make_submission("anna"), make_submission("ben", doing), make_submission("zoe")]
    results = go(log, submissions, workers=workers)
    report = results.reports[1]

    assert sorted(graded(log)) == ["anna", "ben", "ben", "zoe"]
    assert report.score is None
    assert {r.verdict for r in report.exercises} == {Verdict.UNGRADED}
    assert {r.reason for r in report.exercises} == {Reason.GRADER_ERROR}
    assert report.exercises[0].message.startswith(said)
    assert {c.points for r in report.exercises for c in r.checks} == {None}
    go(log, submissions, workers=workers)
    assert sorted(graded(log)) == ["anna", "ben", "ben", "ben", "ben", "zoe"]


def test_a_worker_that_dies_is_replaced_and_costs_nobody_anything(log, tmp_path) -> None:
    submissions = [make_submission(f"s{n}") for n in range(6)]
    submissions[2] = make_submission("s2", f"once {tmp_path / 'mark'}")
    results = go(log, submissions, workers=2)

    assert set(verdicts(results).values()) == {Verdict.PASSED}
    assert Counter(graded(log)) == {f"s{n}": 2 if n == 2 else 1 for n in range(6)}


def test_a_submission_whose_workers_die_twice_is_ungraded_and_the_others_go_on(log) -> None:
    submissions = [make_submission(f"s{n}") for n in range(5)]
    submissions[1] = make_submission("s1", "die")
    results = go(log, submissions, workers=2)

    assert [s for s, v in verdicts(results).items() if v is Verdict.UNGRADED] == ["s1"]
    assert (
        "its worker ended while grading it (exit code 7)" in results.reports[1].exercises[0].message
    )


def test_workers_whose_graders_do_not_open_leave_all_ungraded(log) -> None:
    submissions = [make_submission("anna"), make_submission("ben")]
    plan = Plan(functools.partial(refuse, "the bank is broken"), 2)
    with open_fake(log) as grader, Store(log.parent / "results.db") as store:
        results = read(run(grader, submissions, plan, store=store))

    assert set(verdicts(results).values()) == {Verdict.UNGRADED}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_goes_on_where_it_was(log, workers, name) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs ignore it
    submissions = [make_submission(f"s{n}") for n in range(6)]
    stop = make_submission("s3", f"signal {os.getpid()} {name}")
    with pytest.raises(KeyboardInterrupt):
        go(log, [*submissions[:3], stop, *submissions[4:]], workers=workers)
    before = signal.getsignal(signal.SIGTERM)
    stored, before_resumed = _stored(log), graded(log)
    results = go(log, submissions, workers=workers)

    assert before == signal.SIG_DFL
    assert "s3" not in stored
    assert len(before_resumed) - len(stored) <= (1 if workers == 1 else 4)
    times = Counter(graded(log))
    assert all(times[s] == 1 for s in stored)
    assert len(results.reports) == 6


def _stored(log: Path) -> set[str]:
    with Store(log.parent / "results.db") as store:
        return {s for number in store.runs("08_layers") for s in store.reports(number)}


@pytest.mark.parametrize("workers", [1, 2])
def test_kill_9_loses_at_most_what_was_in_flight_and_leaves_no_worker(log, workers) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from tests.test_run import go; from tests.fake_grader import make_submission\n"
        "submissions = [make_submission(f's{n}') for n in range(8)]\n"
        "submissions[5] = make_submission('s5', f'signal {os.getpid()} SIGKILL')\n"
        "go(Path(sys.argv[1]), submissions, workers=int(sys.argv[2]))"
    )
    # Its workers hold the pipe of standard error: this returns when the last one has ended.
    done = subprocess.run(
        [sys.executable, "-c", code, log, str(workers)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    before = Counter(graded(log))
    stored = _stored(log)
    results = go(log, [make_submission(f"s{n}") for n in range(8)])

    assert (done.returncode, done.stderr) == (-signal.SIGKILL, "")
    assert before.total() - len(stored) <= 2 * workers
    assert all(n == 1 for student, n in Counter(graded(log)).items() if student in stored)
    assert len(results.reports) == 8


def test_a_run_outside_the_main_thread_leaves_signals_alone(log) -> None:
    found = []
    thread = threading.Thread(target=lambda: found.append(go(log, [make_submission("anna")])))
    thread.start()
    thread.join()

    assert len(found[0].reports) == 1


def test_a_repetition_alone_ends_with_any_number_of_workers(log) -> None:
    submissions = [make_submission(f"s{n}", "alone") for n in range(9)]
    results = go(log, submissions, workers=3)

    assert set(verdicts(results).values()) == {Verdict.PASSED}


@pytest.mark.skipif(os.name != "posix", reason="record locks are POSIX")
def test_alone_waits_for_whoever_is_in_the_room(tmp_path) -> None:
    code = (
        "import sys; from pathlib import Path; from grader.batch.room import Room\n"
        "with Room(Path(sys.argv[1])) as room, room.shared():\n"
        "    print('in', flush=True); sys.stdin.readline()\n"
        "    with room.alone(): print('alone', flush=True)\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with other, Room(tmp_path) as room:
        with room.shared():
            assert other.stdout.readline() == "in\n"
            other.stdin.write("go\n")
            other.stdin.flush()
            with room.alone():
                pass
        assert other.stdout.readline() == "alone\n"


def test_a_worker_that_hangs_is_replaced(log) -> None:
    tasks = [Task(make_submission("anna", f"signal 0 SIGSTOP {log}")), Task(make_submission("ben"))]
    with closing(Crew(functools.partial(open_fake, log), 1, patience_seconds=2)) as crew:
        answers = [answer for batch in as_answered(crew, tasks) for _, answer in batch]

    assert answers[0] == Trouble("its worker did not answer within 2 s")
    assert answers[1].student == "ben"


def test_a_batch_that_kills_its_worker_is_split_until_the_culprit_is_alone() -> None:
    tasks = [Task(make_submission(f"s{n}")) for n in range(8)]
    executor = Poisoned("s5")
    found = {
        task.submission.student: answer
        for batch in as_answered(executor, tasks)
        for task, answer in batch
    }

    assert found.pop("s5") == Trouble("its worker was lost: KilledWorker")
    assert set(found.values()) == {"graded"}
    assert executor.sizes == [8, 4, 4, 2, 2, 1, 1]


class Poisoned:
    """An executor whose batches are lost if a certain student is in them."""

    batch = 8
    depth = 2

    def __init__(self, student: str) -> None:
        self.student = student
        self.sizes: list[int] = []

    def submit(self, tasks) -> Future:
        self.sizes.append(len(tasks))
        future = Future()
        if self.student in [t.submission.student for t in tasks]:
            future.set_exception(RuntimeError("KilledWorker"))
        else:
            future.set_result(["graded"] * len(tasks))
        return future


def test_the_key_changes_with_the_assignment_alone_here() -> None:
    grader = FakeGrader(Path())
    keys = keys_of(grader)
    key = key_of(grader.assignment, keys)

    assert keys == keys_of(grader)
    assert key != key_of(make_assignment(digest="c" * 64), keys)
    assert key != key_of(grader.assignment, keys | {"f": "other"})
    assert {len(k) for k in (key, *keys.values())} == {64}


def test_plain_lines_say_what_is_done_without_a_terminal(log, capsys) -> None:
    submissions = [make_submission(s) for s in ("anna", "ben")]
    go(log, submissions[:1], progress=progress.lines)
    first = capsys.readouterr().err
    go(log, submissions, progress=progress.lines)
    second = capsys.readouterr().err
    go(log, submissions, progress=progress.lines)
    third = capsys.readouterr().err

    assert first.startswith("grading 1 submissions\ngraded 1 of 1")
    assert second.startswith("1 of 2 are in the store already\ngrading 1 submissions\n")
    assert third == "2 of 2 are in the store already\n"


def test_plain_lines_come_every_ten_seconds(capsys) -> None:
    times = iter(range(0, 1000, 4))
    with progress.lines(5, 0, clock=lambda: next(times)) as said:
        for _ in range(5):
            said(None)

    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "grading 5 submissions", "graded 3 of 5", "graded 5 of 5",
    ]  # fmt: skip


def test_the_bar_counts_what_is_ungraded(log, capsys) -> None:
    go(log, [make_submission("anna"), make_submission("ben", "trouble")], progress=progress.bar)

    assert progress.suitable() is progress.lines
    assert capsys.readouterr().out == ""
