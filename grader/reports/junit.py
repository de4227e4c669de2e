"""JUnit XML for GitLab, Jenkins and whatever else reads it: a suite per student.

Format: https://github.com/testmoapp/junitxml. It knows no points: they stand in the names and
in the properties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.model import Verdict
from grader.reports.text import WORDS, explanation, name, one_line, shown, visible, worth

if TYPE_CHECKING:
    from grader.model import Report, Result, Results


def write(results: Results) -> str:
    """Write all students; ungraded is an error, skipped is skipped, the rest are failures."""
    root = ET.Element("testsuites", name=one_line(results.assignment))
    for report in results.reports:
        root.append(_suite(results.assignment, report))
    _count(root, [r for report in results.reports for r in report.exercises])
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="utf-8"?>\n', "\n")
    )


def _suite(assignment: str, report: Report) -> ET.Element:
    suite = ET.Element("testsuite", name=one_line(report.student))
    _count(suite, list(report.exercises))
    suite.set("time", f"{report.seconds:.3f}")
    properties = ET.SubElement(suite, "properties")
    _property(properties, "score", shown(report.score))
    _property(properties, "max_score", shown(report.max_score))
    for result in report.exercises:
        suite.append(_case(assignment, report, result))
    if report.notes or report.message:
        output = ET.SubElement(suite, "system-out")
        output.text = visible("\n".join([*filter(None, [report.message]), *report.notes]))
    return suite


def _case(assignment: str, report: Report, result: Result) -> ET.Element:
    title = f"{name(result)} ({worth(result)})" if worth(result) else name(result)
    classname = f"{assignment}.{report.student}"
    case = ET.Element("testcase", classname=one_line(classname), name=title)
    case.set("file", one_line(report.file))
    properties = ET.SubElement(case, "properties")
    _property(properties, "points", shown(result.points))
    _property(properties, "max_points", shown(result.max_points))
    if result.verdict is not Verdict.PASSED:
        tags = {Verdict.UNGRADED: "error", Verdict.SKIPPED: "skipped"}
        outcome = ET.SubElement(case, tags.get(result.verdict, "failure"))
        outcome.set("message", one_line(result.message) or WORDS[result.verdict])
        outcome.set("type", result.verdict.value)
        outcome.text = explanation(result)
    return case


def _property(parent: ET.Element, key: str, value: str) -> None:
    ET.SubElement(parent, "property", name=key, value=value)


def _count(element: ET.Element, exercises: list[Result]) -> None:
    verdicts = [result.verdict for result in exercises]
    wrong = [v for v in verdicts if v not in (Verdict.PASSED, Verdict.SKIPPED, Verdict.UNGRADED)]
    element.set("tests", str(len(verdicts)))
    element.set("failures", str(len(wrong)))
    element.set("errors", str(verdicts.count(Verdict.UNGRADED)))
    element.set("skipped", str(verdicts.count(Verdict.SKIPPED)))
