"""Tests of `grader.authoring.settings`: assignment.yaml, all slips at once, each with its place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.authoring.settings import Settings, read_settings
from grader.errors import AuthoringError
from tests.tiny import DOUBLE

GOOD = DOUBLE["assignment.yaml"]


def read(tmp_path, text: str | bytes) -> Settings:
    path = tmp_path / "assignment.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_settings(path, "assignment.yaml")


def slips(tmp_path, text: str | bytes) -> list[str]:
    with pytest.raises(AuthoringError) as caught:
        read(tmp_path, text)
    return str(caught.value).splitlines()


def test_defaults_are_two_seconds_and_seventy_twenty_ten(tmp_path):
    settings = read(tmp_path, GOOD)
    assert settings.limits.cpu_seconds == 2
    assert settings.weights.shares() == {
        "value": Fraction(7, 10),
        "edges": Fraction(2, 10),
        "conduct": Fraction(1, 10),
    }
    assert settings.functions == ("double",)
    assert settings.exercises[0].stars == 1


def test_shares_are_exact(tmp_path):
    settings = read(tmp_path, GOOD + "weights: {value: 66.6, edges: 23.4, conduct: 10}\n")
    assert sum(settings.weights.shares().values()) == 1


def test_numbers_and_words_are_read_as_yaml_1_2_does(tmp_path):
    settings = read(tmp_path, GOOD.replace("title: T", "title: no") + "limits: {cpu_seconds: 5e-1}")
    assert settings.title == "no"
    assert settings.limits.cpu_seconds == 0.5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace("points: 10", "points: -2"),
            "assignment.yaml:4:50: exercises[0].points is -2: input should be greater than or",
        ),
        (
            GOOD.replace("points", "point"),
            "assignment.yaml:4:42: exercises[0].point is not a key here; did you mean 'points'?",
        ),
        (
            GOOD.replace("points", "point"),
            "assignment.yaml:4:5: exercises[0].points is missing; add it",
        ),
        (
            GOOD + "colour: red\n",
            "assignment.yaml:5:1: colour is not a key here; known keys are title, module, exer",
        ),
        (
            GOOD + "limits: {cpu: 2}\n",
            "assignment.yaml:5:10: limits.cpu is not a key here; known keys are cpu_seconds, memory_mib",
        ),
        (
            GOOD + "weights: {values: 2}\n",
            "assignment.yaml:5:11: weights.values is not a key here; did you mean 'value'?",
        ),
        (
            GOOD + "weights: {value: 50, edges: 20, conduct: 10}\n",
            "assignment.yaml:5:42: weights.conduct is 10: weights add up to 80; make them 100",
        ),
        (
            GOOD.replace('"1.1"', "1.1"),
            "assignment.yaml:4:14: exercises[0].number is 1.1: input should be a valid string",
        ),
        (
            GOOD.replace("work", "Work it"),
            "assignment.yaml:2:9: module is 'Work it': string should match pattern",
        ),
        (
            GOOD.replace("points: 10", "points: .inf"),
            "assignment.yaml:4:50: exercises[0].points is inf: input should be a finite number",
        ),
        (GOOD.replace("title: T\n", ""), "assignment.yaml:1:1: title is missing; add it"),
        (GOOD + "title: again\n", "assignment.yaml:5:1: 'title' stands twice; keep one"),
        (
            GOOD.replace("points: 10", "points: 10, points: 11"),
            "assignment.yaml:4:54: 'points' stands twice; keep one",
        ),
        (
            GOOD.replace("[double]", "[double, double]"),
            "assignment.yaml:4:41: exercises[0].functions has 'double' again; list each",
        ),
        ("title: [", "assignment.yaml:1:9: not YAML: expected the node content"),
        ("a: &b [*b]", "assignment.yaml:1:8: not YAML: an alias (*name); write the value itself"),
        ("a: 1\nb: \x01", "assignment.yaml:2: not YAML: the character U+0001; remove it"),
        ("\x01", "assignment.yaml:1: not YAML: the character U+0001; remove it"),
        (
            "exercises: []",
            "assignment.yaml:1:12: exercises is []: tuple should have at least 1 item",
        ),
        ("", "assignment.yaml:1:1: the file is None: input should be a valid dictionary"),
        ("- a\n", "assignment.yaml:1:1: the file is ['a']: input should be a valid dictionary"),
        (b"title: \xff", "assignment.yaml: cannot be read: not UTF-8"),
    ],
)
def test_each_slip_is_told_with_line_column_value_and_remedy(tmp_path, text, message):
    assert [line for line in slips(tmp_path, text) if line.startswith(message)]


def test_all_slips_are_told_at_once(tmp_path):
    text = GOOD.replace("points: 10", "points: -1, stars: 9, line: 2") + "modul: x\nmodul: y\n"
    assert len(slips(tmp_path, text)) == 5


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(AuthoringError, match=r"a\.yaml: cannot be read: No such file"):
        read_settings(tmp_path / "none.yaml", "a.yaml")
