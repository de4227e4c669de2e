"""GitHub Actions: nothing of a student's is a command, a link or markup; limits are kept."""

from __future__ import annotations

import dataclasses
import re

from grader.model import Verdict
from grader.reports import github
from tests.result_examples import GOOD, HOSTILE, make_report, make_results

FAILED = (Verdict.FAILED,)


def test_the_summary_of_a_submission_expands_what_failed() -> None:
    text = github.write(
        make_results(make_report(verdicts=(Verdict.PASSED, *FAILED)), public_only=True)
    )

    assert "| 8.1 exercise\\_1 | 12.5/12.5 | :white_check_mark: passed |" in text
    assert "| 8.2 exercise\\_2 | 0/12.5 | :x: failed |" in text
    assert "### 8.2 exercise\\_2: failed" in text
    assert "```python\nimport numpy as np\n" in text
    assert "Looks like: **db is a mean over the batch**" in text
    assert "Hint: Look at db." in text
    assert "Public cases only" in text


def test_the_summary_of_a_class_has_a_row_per_student_and_all_that_is_ungraded() -> None:
    class_ = make_results(make_report("anna"), make_report("b|n", GOOD))
    class_ = make_results(make_report("anna", GOOD), make_report("b|n", (*FAILED, *GOOD[:2])))
    text = github.write(class_)
    both = github.write(make_results(make_report("anna"), make_report("ben")))

    assert "| anna | 37.5 of 37.5 points |" in text
    assert "| b\\|n | 25 of 37.5 points |" in text
    assert "Quartiles of 37.5: 28.13 / 31.25 / 34.38" in text
    assert "1 x db is a mean over the batch" in text
    assert both.count("Ungraded, not the student's fault") == 2


def test_a_summary_stays_below_githubs_limit_and_says_what_is_left_out() -> None:
    huge = dataclasses.replace(make_report(), message="é" * 3000)
    class_ = make_results(*(dataclasses.replace(huge, student=f"{n}é" * 400) for n in range(2000)))
    text = github.write(class_)

    assert len(text.encode()) < 1024 * 1024
    assert re.search(r"and \d+ more parts, left out for their size", text)


def test_a_fence_is_longer_than_any_run_of_backticks_in_it() -> None:
    report = make_report(verdicts=FAILED, text="`````\n# free")
    text = github.write(make_results(report))

    assert "``````python\n`````\n# free\n``````" in text


def test_markdown_of_a_student_is_text() -> None:
    report = dataclasses.replace(make_report(verdicts=()), message=HOSTILE, notes=(HOSTILE,))
    text = github.write(make_results(report))

    assert "<script>" not in text
    assert "@someone" not in text
    assert "[a](" not in text
    assert not re.search(r"^#+ head", text, re.MULTILINE)


def test_annotations_are_nine_and_a_count() -> None:
    lines = github.annotate(make_results(make_report(verdicts=FAILED * 14))).splitlines()

    assert len(lines) == 10
    assert lines[0] == (
        "::error title=8.1 exercise_1%3A failed,file=layers.py::It failed.%0A"
        "Looks like: db is a mean over the batch"
    )
    assert lines[-1] == "::error title=grader::and 5 more; all are in the step summary"
    assert github.annotate(make_results(make_report(verdicts=GOOD))) == ""


def test_an_annotation_names_file_and_line() -> None:
    report = make_report(verdicts=(Verdict.RAISED,))
    raised = dataclasses.replace(report.exercises[0], message="ValueError, line 12: dW = dZ @ X")
    report = dataclasses.replace(report, exercises=(raised,))

    assert ",file=hw/08/layers.py,line=12::" in github.annotate(
        make_results(report), folder="hw/08"
    )


def test_an_annotation_cannot_be_forged() -> None:
    hostile = "x,y:z%\r\n::error::forged\n::set-env name=PATH::."
    report = dataclasses.replace(make_report(text=hostile), file=f"{hostile}.py")
    lines = github.annotate(make_results(report)).splitlines()

    assert all(line.startswith("::error title=8.") for line in lines)
    assert all(":" not in line.split("::")[1].replace("error ", "") for line in lines)


def test_guarded_text_stops_commands_and_starts_them_again() -> None:
    assert (
        github.guarded("a\n::error::x", token="t0k")
        == "::stop-commands::t0k\na\n::error::x\n::t0k::\n"
    )
    assert github.guarded("a\n", token="t") == "::stop-commands::t\na\n::t::\n"


def test_without_a_file_an_annotation_has_none() -> None:
    report = dataclasses.replace(make_report(verdicts=(Verdict.CRASHED,)), file="")

    assert "file=" not in github.annotate(make_results(report))
