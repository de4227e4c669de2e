"""One class on many machines: parts, templates, merging, Dask; one process is killed in between."""

from __future__ import annotations

import dataclasses
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from grader.batch.store import Store
from grader.cli import main
from grader.cli.options import in_shard
from grader.errors import StaffError
from grader.grade import staff_grader
from tests.fake_grader import make_assignment
from tests.result_examples import make_report

ROOT = Path(__file__).parents[1]
SLUG = "08_layers"
TEMPLATES = ROOT / "docs" / "how-to" / "cluster"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Eight students, all of whom a worker can grade in no time."""
    target = tmp_path_factory.mktemp("class")
    text = (ROOT / "solutions" / SLUG / "layers.py").read_text("utf-8")
    for n in range(7):
        (target / f"student_{n}.py").write_text(f"# {n}\n{text}", "utf-8")
    (target / "student_7.py").write_text("def softmax(Z): return Z\n", "utf-8")
    return target


@pytest.fixture(scope="module")
def whole(folder, tmp_path_factory) -> dict:
    """What one machine says."""
    store = tmp_path_factory.mktemp("whole") / "whole.db"
    grade = ["grade", folder, "-a", SLUG, "--course", ROOT, "--store", store, "--workers", "1"]
    assert main([*map(str, grade)]) == 0
    return told(store)


def told(path: Path) -> dict:
    with Store(path) as store:
        return {
            student: dataclasses.replace(report, seconds=0.0)
            for number in store.runs()
            for student, report in store.reports(number).items()
        }


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    command = tmp_path / "grader"
    if not command.exists():  # one that runs cannot be written
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grader "$@"\n')
        command.chmod(0o755)
    return {**os.environ, "GRADER": str(command), "PYTHONPATH": str(ROOT), **more}


def all_parts(start, results: Path) -> None:
    """Run three tasks side by side; the second is killed when it has begun, and started again."""
    running = [start(part) for part in (1, 2, 3)]
    store = results / f"{SLUG}.part-2-of-3.db"
    while running[1].poll() is None and not store.exists():
        os.sched_yield()
    running[1].send_signal(signal.SIGKILL)
    for process in running:
        process.wait()
    again = start(2)
    assert again.wait() == 0
    assert [running[0].returncode, running[2].returncode] == [0, 0]


def merged(results: Path) -> dict:
    parts = sorted(results.glob("*.part-*.db"))
    assert len(parts) == 3
    for _ in range(2):
        assert main(["merge", str(results / "all.db"), *map(str, parts)]) == 0
    return told(results / "all.db")


@pytest.mark.skipif(shutil.which("bash") is None, reason="not Linux")
def test_the_slurm_template_grades_a_class_though_a_task_is_killed(tmp_path, folder, whole) -> None:
    results = tmp_path / "results"

    def start(part: int) -> subprocess.Popen:
        task = {"SLURM_ARRAY_TASK_ID": str(part), "SLURM_ARRAY_TASK_COUNT": "3"}
        arguments = [str(ROOT), str(folder), SLUG, str(results)]
        return subprocess.Popen(
            ["bash", str(TEMPLATES / "slurm.sh"), *arguments],
            env=environment(tmp_path, **task), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    all_parts(start, results)
    assert merged(results) == whole


@pytest.mark.skipif(shutil.which("bash") is None, reason="not Linux")
def test_the_kubernetes_template_grades_a_class_though_a_pod_is_killed(
    tmp_path, folder, whole
) -> None:
    job = yaml.safe_load((TEMPLATES / "kubernetes.yaml").read_text("utf-8"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    stated = {e["name"]: e["value"] for e in container["env"]}
    assert int(stated["PARTS"]) == job["spec"]["completions"]
    results = tmp_path / "results"
    results.mkdir()
    own = {"COURSE": ROOT, "SUBMISSIONS": folder, "RESULTS": results, "PARTS": 3}

    def start(part: int) -> subprocess.Popen:
        task = (
            stated | {k: str(v) for k, v in own.items()} | {"JOB_COMPLETION_INDEX": str(part - 1)}
        )
        return subprocess.Popen(
            container["command"], env=environment(tmp_path, **task),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    all_parts(start, results)
    assert merged(results) == whole


def test_every_student_is_in_exactly_one_part() -> None:
    for student in ("anna", "jos\u00e9", "\ud800", ""):
        assert [in_shard(student, n, 7) for n in range(1, 8)].count(True) == 1


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0", "-1/4"])
def test_a_part_that_there_is_not_is_refused(text, capsys) -> None:
    assert main(["grade", str(ROOT), "-a", SLUG, f"--shard={text}"]) == 2
    assert "is not a part: give 1/8, 2/8, ... or 8/8" in capsys.readouterr().err


def put(path: Path, *reports) -> None:
    from tests.test_store import RUN

    with Store(path) as store:
        store.put(store.resume(RUN), *reports)


def test_merge_keeps_what_is_graded(tmp_path, capsys) -> None:
    from grader.model import Verdict

    good, bad = make_report("anna", (Verdict.PASSED,)), make_report("anna", (Verdict.UNGRADED,))
    put(tmp_path / "a.db", bad, make_report("ben", ()))
    put(tmp_path / "b.db", good)
    files = [str(tmp_path / name) for name in ("all.db", "a.db", "b.db", "a.db")]

    assert main(["merge", *files]) == 0
    assert told(tmp_path / "all.db")["anna"].exercises == good.exercises
    assert re.findall(r": (\d) reports", capsys.readouterr().out) == ["2", "1", "0"]
    assert main(["merge", files[0], files[0]]) == 2
    assert "is the file that the others are merged into" in capsys.readouterr().err
    assert main(["merge", files[0], str(tmp_path / "no.db")]) == 2
    assert "there is no such results file" in capsys.readouterr().err


def test_diff_says_who_gains_and_loses_what(tmp_path, capsys) -> None:
    from grader.model import Verdict

    passed, failed, lost = (Verdict.PASSED,), (Verdict.FAILED,), (Verdict.UNGRADED,)
    before = [make_report("anna", failed), make_report("ben", passed), make_report("eva", passed)]
    after = [make_report("anna", passed), make_report("ben", failed), make_report("eva", passed)]
    put(tmp_path / "a.db", *before, make_report("gone", passed), make_report("u", passed))
    put(tmp_path / "b.db", *after, make_report("u", lost))
    table = tmp_path / "changes.csv"
    a, b = str(tmp_path / "a.db"), str(tmp_path / "b.db")

    assert main(["diff", a, f"{b}:1", "--csv", str(table)]) == 0
    said = capsys.readouterr().out
    assert "anna: 0.00 -> 12.50\n   +12.50 exercise_1: failed (db_is_a_mean) -> passed" in said
    assert "ben: 12.50 -> 0.00\n   -12.50 exercise_1: passed -> failed (db_is_a_mean)" in said
    assert (
        "gone: 12.50 -> not there, other files\n        ? exercise_1: passed -> not there" in said
    )
    assert "u: 12.50 -> ungraded" in said
    assert "1 gain points, 1 lose points, 2 change without, 1 are as before." in said
    assert table.read_text().splitlines()[1] == (
        "anna,exercise_1,12.50,failed (db_is_a_mean),passed,yes"
    )
    assert main(["diff", "1", "1", "--store", a]) == 0
    assert "5 are as before" in capsys.readouterr().out
    for wrong in ("7", f"{a}:x", "nothing.db"):
        assert main(["diff", wrong, a]) == 2
        assert "no such run; give FILE.db, FILE.db:NUMBER" in capsys.readouterr().err
    assert main(["diff", f"{a}:3", a]) == 2
    assert "has no run 3; there are: 1" in capsys.readouterr().err


def test_an_executor_that_there_is_not_is_refused(folder, tmp_path, capsys) -> None:
    grade = ["grade", str(folder), "-a", SLUG, "--course", str(ROOT), "--executor", "ray://x"]

    assert main([*grade, "--store", str(tmp_path / "a.db")]) == 2
    assert "there are dask://HOST:PORT and dask://local" in capsys.readouterr().err


def test_without_dask_its_extra_is_named(monkeypatch) -> None:
    from grader.batch.cluster import DaskExecutor

    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(StaffError, match=r"pip install 'grader\[cluster\]'"):
        DaskExecutor("dask://local", None)


def test_a_worker_with_another_assignment_refuses(tmp_path) -> None:
    from grader.batch.cluster import pack, unpack

    with pytest.raises(StaffError, match=r"would grade 08_layers otherwise: .* instead of 0000"):
        unpack(pack(ROOT, SLUG), SLUG, "0" * 64, tmp_path)
    assert pack(ROOT, SLUG) == pack(ROOT, SLUG)
    assert make_assignment().slug == SLUG


@pytest.fixture
def cluster():
    """A scheduler and two workers in processes of their own."""
    distributed = pytest.importorskip("distributed", reason="the cluster extra is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


def watched(cluster, log) -> None:
    """Have every worker, also one that replaces another, write down which batches it begins."""
    distributed = pytest.importorskip("distributed")

    class Log(distributed.WorkerPlugin):
        def transition(self, key, start, finish, **_) -> None:
            if finish == "executing":
                with log.open("a") as file:
                    file.write(f"{key}\n")

    with distributed.Client(cluster) as client:
        client.register_plugin(Log())


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_reports_though_a_worker_is_killed(
    cluster, folder, whole, tmp_path
) -> None:
    from grader.batch.cluster import DaskExecutor, Order
    from grader.batch.run import Plan, run
    from grader.intake import list_submissions

    log = tmp_path / "begun"
    watched(cluster, log)
    address = cluster.scheduler_address.replace("tcp://", "dask://")
    pids = [nanny.process.pid for nanny in cluster.workers.values()]
    open_grader = functools.partial(staff_grader, ROOT, SLUG, require=None)
    with open_grader() as grader, Store(tmp_path / "dask.db") as store:
        names = [e.name for e in grader.assignment.exercises]
        found = list_submissions(folder, module="layers", functions=names)
        order = Order(ROOT, grader)
        plan = Plan(open_grader, executor=functools.partial(DaskExecutor, address, order, batch=2))
        put_before, killed = store.put, []

        def put(number, *reports) -> None:
            put_before(number, *reports)
            if reports and not killed:
                killed.append(os.kill(pids[0], signal.SIGKILL))

        store.put = put
        results = run(grader, found, plan, store=store)
        assert {r.student: dataclasses.replace(r, seconds=0.0) for r in results.reports} == whole

    assert killed
    begun = Counter(log.read_text().split())
    assert len(begun) >= len(found) // 2
    twice = begun.total() - len(begun)
    assert twice <= 2, "it costs what it was doing, and one answer that was on its way"


@pytest.mark.cluster
@pytest.mark.filterwarnings("ignore")
def test_a_worker_with_several_threads_grades_one_batch_at_a_time(
    folder, whole, tmp_path, monkeypatch
) -> None:
    from grader.batch import cluster
    from grader.batch.run import Plan, run
    from grader.intake import list_submissions

    distributed = pytest.importorskip("distributed", reason="the cluster extra is not installed")
    real, busy, together = cluster.attempt, [], []

    def attempt(grader, task):
        busy.append(task)
        together.append(len(busy))
        time.sleep(0.01)
        try:
            return real(grader, task)
        finally:
            busy.remove(task)

    monkeypatch.setattr(cluster, "attempt", attempt)
    open_grader = functools.partial(staff_grader, ROOT, SLUG, require=None)
    with (
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=3,
            processes=False,
            protocol="tcp",
            dashboard_address=None,
            silence_logs=50,
        ) as started,
        open_grader() as grader,
        Store(tmp_path / "dask.db") as store,
    ):
        address = started.scheduler_address.replace("tcp://", "dask://")
        names = [e.name for e in grader.assignment.exercises]
        found = list_submissions(folder, module="layers", functions=names)
        order = cluster.Order(ROOT, grader)
        executor = functools.partial(cluster.DaskExecutor, address, order, batch=1)
        results = run(grader, found, Plan(open_grader, executor=executor), store=store)
        assert {r.student: dataclasses.replace(r, seconds=0.0) for r in results.reports} == whole
    assert together
    assert max(together) == 1


@pytest.mark.cluster
def test_no_scheduler_is_told_as_one(monkeypatch) -> None:
    pytest.importorskip("distributed", reason="the cluster extra is not installed")
    from grader.batch import cluster

    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.2)
    with pytest.raises(StaffError, match=r"dask://127\.0\.0\.1:1: no Dask scheduler answers there"):
        cluster.DaskExecutor("dask://127.0.0.1:1", None)
