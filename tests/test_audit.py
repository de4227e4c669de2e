"""The audit of the tiny course: what falls short is listed, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.authoring.audit import EQUIVALENTS, audit, audits
from grader.authoring.audit_page import page
from grader.authoring.bank import BANK
from grader.authoring.harvest import harvest
from grader.cli import group, main
from grader.errors import AuthoringError
from tests.tiny import DOUBLE

if TYPE_CHECKING:
    from pathlib import Path

SLUG = "01_double"
MISTAKES = """
from checks import double
from grader.authoring import mistake

@mistake(double, title="It is tripled", hints=["a", "b", "c"])
def tripled(x):
    return 3.0 * x
"""
VARIANTS = """
from checks import double
from grader.authoring import variant

@variant(double)
def added(x):
    return x + x
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "solutions" / SLUG
    folder.mkdir(parents=True)
    files = {**DOUBLE, "mistakes.py": MISTAKES, "variants.py": VARIANTS, "handout.md": "# T\n"}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    (folder / BANK).write_bytes(harvest(tmp_path, SLUG, 1))
    return tmp_path


def rewritten(course: Path, name: str, text: str) -> Path:
    (course / "solutions" / SLUG / name).write_text(text, "utf-8")
    (course / "solutions" / SLUG / BANK).write_bytes(harvest(course, SLUG, 1))
    return course


def test_nothing_falls_short_of_good_checks(course: Path) -> None:
    found = audit(course, SLUG)
    (row,) = found.rows
    assert found.good
    assert (row.accepted, row.named, row.survivors) == (2, 1, ())
    assert row.mutants >= 5


def test_processes_find_what_one_process_finds_and_keep_the_order(course: Path) -> None:
    shutil.copytree(course / "solutions" / SLUG, course / "solutions" / "02_again")
    one = [audit(course, slug) for slug in (SLUG, "02_again")]
    assert list(audits(course, [SLUG, "02_again"], 2)) == one
    assert [found.assignment for found in one] == [SLUG, "02_again"]


ORPHAN = """
import os, sys, time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from grader.authoring.audit import end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=end_with_parent)
    pool.submit(time.sleep, 600)
    while not pool._processes:
        time.sleep(0.01)
    print(*pool._processes, flush=True)
    time.sleep(600)
"""


def test_a_worker_ends_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    (tmp_path / "orphan.py").write_text(ORPHAN, "utf-8")
    with subprocess.Popen(
        [sys.executable, tmp_path / "orphan.py"], stdout=subprocess.PIPE
    ) as began:
        assert began.stdout is not None
        pid = int(began.stdout.readline())
        time.sleep(2)
        os.kill(pid, 0)
        began.kill()
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on for nobody")


def test_a_wrong_variant_is_rejected_and_listed(course: Path) -> None:
    rewritten(course, "variants.py", VARIANTS.replace("x + x", "x"))
    (row,) = audit(course, SLUG).rows
    assert row.rejected == ("added",)


def test_a_mistake_that_answers_as_another_is_unnamed(course: Path) -> None:
    again = MISTAKES.split("@")[1].replace("tripled(x)", "again(x)")
    rewritten(course, "mistakes.py", f"{MISTAKES}\n@{again}")
    (row,) = audit(course, SLUG).rows
    assert row.unnamed == (("again", "tripled"),)


def test_a_survivor_is_listed_until_it_is_declared_equivalent(course: Path) -> None:
    rewritten(course, "work.py", "def double(x):\n    return 0 + (x + x)\n")
    (row,) = audit(course, SLUG).rows
    survivors = {mutant.id for mutant in row.survivors}
    assert any("double: return 0 + (x + x) -> return x + x" in key for key in survivors)
    lines = "\n".join(f"'{key}': adding nothing changes nothing" for key in survivors)
    (course / "solutions" / SLUG / EQUIVALENTS).write_text(lines, "utf-8")
    (row,) = audit(course, SLUG).rows
    assert row.good
    assert row.equivalent == len(survivors)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'double: a -> b': no reason to be", "names no mutant of the reference"),
        ("- a list", "must map each mutant's id"),
        ("a: [", "not YAML"),
    ],
)
def test_what_is_amiss_with_equivalents_is_told(course: Path, text: str, message: str) -> None:
    (course / "solutions" / SLUG / EQUIVALENTS).write_text(text, "utf-8")
    with pytest.raises(AuthoringError, match=message):
        audit(course, SLUG)


def test_a_mutant_that_never_ends_is_killed(course: Path) -> None:
    text = "def double(x):\n    n = 2\n    while n > 1:\n        n -= 1\n    return (n + 1) * x\n"
    rewritten(course, "work.py", text)
    (row,) = audit(course, SLUG).rows
    assert not any("n + 1" in mutant.after and "n -=" in mutant.after for mutant in row.survivors)


def test_the_command_prints_the_matrix_and_says_by_its_status(course: Path, tmp_path: Path) -> None:
    where = ["--course", str(course), "--json", str(tmp_path / "a.json")]
    run = CliRunner().invoke(group, ["audit", SLUG, *where, "--html", str(tmp_path / "a.html")],
                             standalone_mode=False)  # fmt: skip
    assert run.return_value == 0
    assert "1.1 double" in run.output
    assert '"assignment": "01_double"' in (tmp_path / "a.json").read_text("utf-8")
    assert "nothing falls short" in (tmp_path / "a.html").read_text("utf-8")
    shutil.rmtree(course / "solutions" / SLUG / "__pycache__", ignore_errors=True)
    rewritten(course, "variants.py", VARIANTS.replace("x + x", "x"))
    run = CliRunner().invoke(group, ["audit", SLUG, "--course", str(course)], standalone_mode=False)
    assert run.return_value == 1
    assert "rejected: added" in run.output


def test_the_page_escapes_what_authors_write(course: Path) -> None:
    rewritten(course, "work.py", "def double(x):\n    return 2.0 * x if 1 < 2 else x\n")
    assert "1 &lt; 2" in page([audit(course, SLUG)])


def test_the_audit_goes_to_standard_output_alone_where_its_file_is_a_dash(course, capsys):
    assert main(["audit", "--course", str(course), "--json", "-", "--workers", "1"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)[0]["assignment"] == SLUG
    assert "1.1 double" in told.err
