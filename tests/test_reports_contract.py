"""Every verdict renders in every format and survives hostile text."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import reports
from grader.model import Reason, Results, Verdict
from grader.reports import html
from grader.reports.audience import for_students
from grader.reports.text import WORDS, visible
from tests.result_examples import (
    GOOD,
    HOSTILE,
    any_reports,
    make_report,
    make_result,
    make_results,
    results_of_exercises,
)

FORMATS = tuple(reports.DOCUMENTS)
ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def written(name: str, results: Results) -> str:
    """Write a format, HTML included, as one text."""
    if name in reports.FOLDERS:
        return "\n".join(reports.folder(name)(results).values())
    return reports.document(name)(results)


class _Outline(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", [*FORMATS, "html"])
@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_renders_in_every_format(name: str, verdict: Verdict) -> None:
    text = written(name, make_results(make_report(verdicts=(verdict, Verdict.PASSED))))

    if name not in ("csv", "junit"):
        assert verdict.value in text or WORDS[verdict] in text.lower()
    assert "exercise_1" in text.replace("\\_", "_")


@pytest.mark.parametrize("name", [*FORMATS, "html"])
def test_every_format_survives_hostile_text(name: str) -> None:
    text = written(name, make_results(make_report("=evil/../\x1b[2J", text=HOSTILE)))

    text.encode("utf-8")
    assert not ACTING.search(text)


@pytest.mark.parametrize("name", sorted({*FORMATS, "html"} - {"gradescope"}))
def test_a_class_of_hostile_students_renders(name: str) -> None:
    students = ("../../etc/passwd", "..", "", "con", "CON.py", "a" * 300, "@SUM(A1)", HOSTILE)
    text = written(name, make_results(*(make_report(s, text=HOSTILE) for s in students)))

    text.encode("utf-8")
    assert not ACTING.search(text)


@pytest.mark.parametrize("name", sorted({*FORMATS, "html"} - {"gradescope"}))
def test_a_run_without_submissions_renders(name: str) -> None:
    assert written(name, make_results())


@settings(max_examples=30, deadline=None)
@given(report=any_reports(), name=st.sampled_from([*FORMATS, "html"]))
def test_any_report_renders_in_any_format(report, name: str) -> None:
    text = written(name, make_results(report))

    text.encode("utf-8")
    assert not ACTING.search(text)


def test_html_has_no_tag_or_address_of_a_student() -> None:
    hostile = '"><img src=x onerror=alert(1)> <script>x</script> javascript:alert(1)'
    plain, other = _Outline(), _Outline()
    plain.feed(written("html", make_results(make_report(text="harmless"))))
    other.feed(written("html", make_results(make_report(text=hostile))))

    assert [tag for tag, _ in other.tags] == [tag for tag, _ in plain.tags]
    for _, attributes in other.tags:
        assert not any(key.startswith("on") or key == "src" for key in attributes)
        assert not (attributes.get("href") or "").startswith(("javascript", "http"))


def test_html_loads_nothing_from_elsewhere_and_runs_no_script() -> None:
    outline = _Outline()
    outline.feed(written("html", make_results(make_report("anna"), make_report("ben"))))

    tags = {tag for tag, _ in outline.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "form"}
    policies = [a["content"] for t, a in outline.tags if a.get("http-equiv")]
    assert set(policies) == {"default-src 'none'; style-src 'unsafe-inline'"}


def test_junit_reads_back_with_all_counts() -> None:
    root = ET.fromstring(written("junit", make_results(make_report(), make_report("ben", GOOD))))

    assert (root.get("tests"), root.get("failures")) == ("11", "5")
    assert (root.get("errors"), root.get("skipped")) == ("1", "1")
    suite = root[0]
    tags = [case[1].tag for case in suite.iter("testcase") if len(case) > 1]
    assert tags == ["failure"] * 5 + ["skipped", "error"]
    assert next(suite.iter("testcase")).get("name") == "8.1 exercise_1 (12.5/12.5)"


def test_junit_carries_hostile_text_as_text() -> None:
    root = ET.fromstring(written("junit", make_results(make_report("a", text=HOSTILE))))

    texts = [failure.text or "" for failure in root.iter("failure")]
    assert any("<script>alert(1)</script> ]]>" in text for text in texts)


def test_csv_has_a_row_per_student_and_runs_no_formula() -> None:
    students = ("=1+1", "+1", "-1", "@x", "\tx", " =1", "anna")
    text = written("csv", make_results(*(make_report(s, GOOD) for s in students)))
    rows = list(csv.reader(io.StringIO(text)))

    assert rows[0] == ["student", "score", "exercise_1", "exercise_2", "exercise_3"]
    assert [row[0][:1] for row in rows[1:]] == ["'"] * 6 + ["a"]
    assert rows[-1] == ["anna", "37.50", "12.50", "12.50", "12.50"]


def test_csv_leaves_the_ungraded_empty() -> None:
    text = written("csv", make_results(make_report(verdicts=(Verdict.PASSED, Verdict.UNGRADED))))

    assert text.splitlines()[1] == "anna,,12.50,"


@pytest.mark.parametrize("name", ["terminal", "html", "csv", "github", "gradescope"])
def test_an_assignment_without_points_is_reported_as_n_of_m_passed(name: str) -> None:
    report = make_report(verdicts=(*GOOD, Verdict.FAILED), max_points=Fraction(0))

    assert re.search(r"3 (<small>)?of 4 passed", written(name, make_results(report)))


def test_an_assignment_without_points_has_quartiles_of_what_passed() -> None:
    class_ = [
        make_report(s, v, max_points=Fraction(0))
        for s, v in (("anna", GOOD), ("ben", (*GOOD[:1], Verdict.FAILED, Verdict.FAILED)))
    ]

    assert "Scores of 3 passed: lowest 1" in written("terminal", make_results(*class_))


def test_the_registry_names_a_writer_per_format() -> None:
    assert FORMATS == ("json", "csv", "junit", "gradescope", "github", "terminal")
    assert tuple(reports.FOLDERS) == ("html",)


def test_students_pages_say_nothing_that_a_submission_said_of_hidden_cases() -> None:
    secret = "ValueError: the hidden case is [3.25, 4.5]"
    raised = dataclasses.replace(
        make_result(Verdict.RAISED, name="softmax"),
        message=secret,
        notes=(f"UserWarning: {secret}", "answers are float32"),
    )
    example = dataclasses.replace(raised.counterexample, yours=secret, difference=secret)
    raised = dataclasses.replace(raised, counterexample=example)
    report = dataclasses.replace(make_report(), exercises=(raised,))
    results = make_results(report)
    page = html.write(results)["students/anna.html"]

    assert "hidden case is" not in page
    assert "answers are float32" in page
    assert "dZ = np.array" in page
    assert "hidden case is" in html.write_for_staff(results)["students/anna.html"]
    assert "hidden case is" not in written("gradescope", results)
    public = dataclasses.replace(results, public_only=True)
    assert "hidden case is" in html.write(public)["students/anna.html"]


@given(st.lists(st.text(min_size=1), unique=True, max_size=6))
def test_page_names_are_safe_and_unique_on_every_system(students: list[str]) -> None:
    names = html.page_names(tuple(students))

    assert len({name.casefold() for name in names.values()}) == len(students)
    for name in names.values():
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*\.html", name)


def test_page_names_avoid_devices_hidden_files_and_twins_by_case() -> None:
    names = html.page_names(("con", ".hidden", "Anna", "anna", "ok"))

    assert names["ok"] == "ok.html"
    assert names["Anna"] == "Anna.html"
    assert re.fullmatch(r"anna-[0-9a-f]{8}\.html", names["anna"])
    assert re.fullmatch(r"con-[0-9a-f]{8}\.html", names["con"])
    assert re.fullmatch(r"hidden-[0-9a-f]{8}\.html", names[".hidden"])


def test_visible_is_idempotent_and_leaves_readable_text_alone() -> None:
    text = "naïve Ω = 3.5 kΩ\n\tdone 🎓"

    assert visible(text) == text
    assert visible(visible(HOSTILE)) == visible(HOSTILE)


@given(results_of_exercises("f"))
def test_json_of_any_result_is_valid_json(result) -> None:
    report = dataclasses.replace(make_report(), exercises=(result,))

    assert json.loads(written("json", make_results(report)))["schema"] == "gradus/results/1"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("raised ValueError: [3.25, 4.5] (line 6: Z = X @ W.T)", "It raised ValueError in line 6."),
        ("raised ValueError: (line 3: a)\nsecret", "It raised ValueError. "),
        ("raised Case_3_25: secret (line 6: Z)", "It raised an exception in line 6."),
        ("secret", "It raised an exception. "),
    ],
)
def test_students_read_the_kind_and_the_line_of_an_exception_alone(message, said) -> None:
    raised = dataclasses.replace(make_result(Verdict.RAISED), message=message)
    report = dataclasses.replace(make_report(), exercises=(raised,))
    shown = for_students(make_results(report)).reports[0].exercises[0].message

    assert shown.startswith(said)
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("reason", "said"),
    [(Reason.REFUSED, "not allowed while graded"), (Reason.MEMORY, "ran out of memory")],
)
def test_students_read_why_something_was_refused_in_our_words(reason, said) -> None:
    raised = dataclasses.replace(
        make_result(Verdict.RAISED), message="secret", reason=reason, counterexample=None
    )
    report = dataclasses.replace(make_report(), exercises=(raised,))
    shown = for_students(make_results(report)).reports[0].exercises[0].message

    assert said in shown
    assert "secret" not in shown
