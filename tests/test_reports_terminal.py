"""The terminal: the first failure expanded, no meaning in colour alone, any encoding."""

from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from grader.model import Isolation, Verdict
from grader.reports import terminal
from grader.reports.text import shown, standing
from tests.result_examples import (
    GOOD,
    HOSTILE,
    MISTAKE,
    make_report,
    make_result,
    make_results,
)

ROOT = Path(__file__).parent.parent
WRONG = (Verdict.PASSED, Verdict.FAILED, Verdict.RAISED)


def printed(show, results, *report, width: int = 100, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="backslashreplace")
    show(results, *report, Console(file=file, width=width, color_system=None, highlight=False))
    file.flush()
    return file.buffer.getvalue().decode(encoding)


def test_the_first_failure_is_expanded_and_the_others_are_named() -> None:
    report = make_report(verdicts=WRONG)
    text = printed(terminal.show_first, make_results(report), report)

    for part in (
        "✓  8.1 exercise_1  12.5/12.5  passed",
        "✗  8.2 exercise_2  0/12.5     failed  db is a mean over the batch",
        "8.2 exercise_2: failed (wrong)",
        "Smallest input:\n    import numpy as np\n",
        "Shapes:   dZ (2, 1)",
        "Yours:    db = array([1.])",
        "Expected: db = array([2.])",
        "db[0] is 1.0, expected 2.0",
        "Looks like: db is a mean over the batch",
        "Hint 1 of 3: Look at db.",
        "Not passed yet, too: exercise_3.",
        "12.5 of 37.5 points.",
    ):
        assert part in text
    assert "8.3 exercise_3: raised" not in text
    assert MISTAKE.hints[1] not in text


def test_as_many_hints_are_shown_as_are_asked_for() -> None:
    report = make_report(verdicts=WRONG)

    def show(results, report, console):
        terminal.show_first(results, report, console, hints=2)

    text = printed(show, make_results(report), report)
    assert f"Hint 2 of 3: {MISTAKE.hints[1]}" in text
    assert MISTAKE.hints[2] not in text


def test_what_was_tried_is_expanded_before_what_is_still_a_stub() -> None:
    verdicts = (Verdict.NOT_ATTEMPTED, Verdict.PASSED, Verdict.FAILED)
    report = make_report(verdicts=verdicts)
    text = printed(terminal.show_first, make_results(report), report)
    assert "8.3 exercise_3: failed (wrong)" in text
    assert "Not passed yet, too: exercise_1." in text


def test_in_full_every_failure_is_expanded_with_its_checks_and_notes() -> None:
    noted = dataclasses.replace(make_result(), notes=("answers are float32",))
    report = dataclasses.replace(
        make_report(verdicts=WRONG), notes=("line 3: skipped",), message="read with trouble"
    )
    carried = dataclasses.replace(report.exercises[1], carried=True)
    report = dataclasses.replace(
        report, exercises=(noted, carried, *report.exercises[1:], make_result(name="last"))
    )
    text = printed(terminal.show_full, make_results(report), report)

    for part in (
        "8.2 exercise_2: failed (wrong)",
        "8.3 exercise_3: raised (error)",
        "  value: failed  0/8.75",
        "Note: answers are float32",
        "Note: line 3: skipped",
        "read with trouble",
        "failed, carried",
        "neighbours put right (carried)",
    ):
        assert part in text


def test_public_cases_only_and_missing_protections_are_said() -> None:
    report = make_report(verdicts=GOOD)
    report = dataclasses.replace(
        report, isolation=dataclasses.replace(report.isolation, missing=("Landlock",))
    )
    text = printed(terminal.show_first, make_results(report, public_only=True), report)

    assert "Public cases only" in text
    assert "Missing protections: Landlock." in text


def test_a_class_is_a_table_with_everything_that_is_ungraded() -> None:
    ungraded = make_report("mia", (Verdict.PASSED, Verdict.UNGRADED, Verdict.PASSED))
    nameless = dataclasses.replace(ungraded.exercises[1], message="")
    nameless = dataclasses.replace(ungraded, student="noa", exercises=(nameless,) * 3)
    class_ = make_results(make_report("anna", WRONG), make_report("ben", GOOD), ungraded, nameless)
    text = printed(terminal.show_class, class_, width=120)

    for part in (
        "4 submissions. Scores of 37.5 points: lowest 12.5, quartiles 18.75 / 25 / 31.25, highest",
        "highest 37.5, mean 25.",
        "   1 x exercise_2: db is a mean over the batch",
        "Ungraded, through no fault of the student (4):",
        "  mia: exercise_2: It ungraded.",
        "  noa: exercise_2: no reason given",
    ):
        assert part in text
    assert "8.1 exercise_1 3/3 100 % 100 % 1 ungraded" in " ".join(text.split())


def test_a_class_that_was_graded_says_so() -> None:
    class_ = make_results(make_report("anna", GOOD), make_report("ben", GOOD))

    assert "Everything was graded." in printed(terminal.show_class, class_)
    assert "0 submissions, none with a score." in terminal.write(make_results())


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1"])
def test_an_encoding_without_check_marks_gets_plain_ones(encoding: str) -> None:
    report = make_report(text=HOSTILE)
    text = printed(terminal.show_full, make_results(report), report, encoding=encoding)

    assert " ok  8.1 exercise_1" in text
    assert " XX  8.2 exercise_2" in text
    assert " ..  8.6 exercise_6" in text
    assert " ??  8.8 exercise_8" in text


def test_code_is_not_wrapped_and_long_values_are_cut() -> None:
    result = make_result(Verdict.FAILED)
    example = dataclasses.replace(
        result.counterexample, code="x = " + "1 + " * 100 + "1", yours="9" * 9000, shapes={}
    )
    report = dataclasses.replace(
        make_report(), exercises=(dataclasses.replace(result, counterexample=example),)
    )
    text = printed(terminal.show_first, make_results(report), report)

    assert "    x = " + "1 + " * 100 + "1\n" in text
    assert "(5000 more characters)" in text.replace("\n", "")
    assert "Shapes" not in text


SCRIPT = """
from grader.reports import terminal
from tests.result_examples import HOSTILE, make_report, make_results
report = make_report(text=HOSTILE)
terminal.show_full(make_results(report), report, terminal.open_console())
"""


@pytest.mark.parametrize("extra", [{"PYTHONIOENCODING": "cp1252"}, {"NO_COLOR": "1"}])
def test_a_pipe_of_any_encoding_gets_no_colours_and_no_error(extra: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, env=os.environ | extra, capture_output=True,
        check=True,
    )  # fmt: skip

    assert b"\x1b" not in done.stdout
    assert b"exercise_8" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(("extra", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_no_color_is_respected_on_a_terminal(extra: dict[str, str], *, coloured: bool) -> None:
    import pty

    leader, follower = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, stdout=follower,
        env=environment | {"TERM": "xterm"} | extra,
    ):  # fmt: skip
        os.close(follower)
        seen = b""
        while chunk := _read(leader):
            seen += chunk
    os.close(leader)

    assert (b"\x1b[32m" in seen or b"\x1b[31m" in seen) is coloured
    assert b"\x1b]0;title" not in seen


def _read(file: int) -> bytes:
    try:
        return os.read(file, 65536)
    except OSError:  # Linux says so when the other end is closed
        return b""


def test_points_and_standings_in_words() -> None:
    assert [shown(p) for p in (None, *(make_result().max_points * k for k in (0, 1, 8)))] == [
        "-", "0", "12.5", "100",
    ]  # fmt: skip
    assert standing(make_report()) == "not graded yet, of 100 points"


def test_a_class_says_under_which_isolation_and_whether_it_is_mixed() -> None:
    strict, loose = make_report("anna", GOOD), make_report("ben", GOOD)
    loose = dataclasses.replace(loose, isolation=Isolation("limits-only", ("no network",)))
    alone = printed(terminal.show_class, make_results(strict))
    both = printed(terminal.show_class, make_results(strict, loose))

    assert f"Isolation: {strict.isolation.level}." in alone
    assert "mixed" not in alone
    assert "Missing protections: no network" in " ".join(both.split())
    assert "The levels are mixed" in both
