"""The course's data: daily, seeded, and with the lecture's story in it."""

from __future__ import annotations

import ast
import subprocess
import sys

import numpy as np
import pytest

from grader.data import views

SEED = 2021
STORY = {1: (0.517, 0.602), 7: (0.331, 0.351), 28: (0.250, 0.260), 56: (0.234, 0.250)}
"""Days to the mean absolute errors of least squares, 2017 to 2020 and 2021 (course.md)."""


def _errors(dates: np.ndarray, v: np.ndarray, k: int) -> tuple[float, float]:
    """Fit the last k days to the next one on 2017 to 2020; errors there and in 2021."""
    lags = np.stack([v[k - 1 - j : len(v) - 1 - j] for j in range(k)], axis=1)
    features = np.column_stack([np.ones(len(lags)), lags])
    known = dates[k:] < np.datetime64("2021-01-01")
    found, *_ = np.linalg.lstsq(features[known], v[k:][known], rcond=None)
    size = np.abs(features @ found - v[k:])
    return float(size[known].mean()), float(size[~known].mean())


@pytest.mark.parametrize("k", STORY)
def test_the_errors_are_those_of_the_course_within_a_tenth(k: int) -> None:
    assert _errors(*views(SEED), k) == pytest.approx(STORY[k], rel=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_more_days_help_on_every_channel(seed: int) -> None:
    dates, v = views(seed)
    unseen = [_errors(dates, v, k)[1] for k in (1, 7, 28)]
    assert unseen == sorted(unseen, reverse=True)


def test_a_week_ago_has_the_largest_weight() -> None:
    _, v = views(SEED)
    lags = np.stack([v[6 - j : len(v) - 1 - j] for j in range(7)], axis=1)
    features = np.column_stack([np.ones(len(lags)), lags])
    weights = np.linalg.lstsq(features, v[7:], rcond=None)[0][1:]
    assert np.argmax(weights) == 6


def test_there_is_one_number_per_day_of_five_years() -> None:
    dates, v = views(SEED)
    assert dates.dtype == np.dtype("datetime64[D]")
    assert (str(dates[0]), str(dates[-1])) == ("2017-01-01", "2021-12-31")
    assert np.all(np.diff(dates) == np.timedelta64(1, "D"))
    assert v.shape == dates.shape == (1826,)
    assert v.dtype == np.float64
    assert v.min() >= 0.4


def test_fridays_and_saturdays_are_low_and_sundays_high() -> None:
    dates, v = views(SEED)
    weekday = (dates.astype(int) + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    mean = [v[weekday == day].mean() for day in range(7)]
    assert sorted(range(7), key=mean.__getitem__)[:2] in ([5, 4], [4, 5])
    assert np.argmax(mean) == 6


def test_a_seed_always_gives_the_same_channel_and_another_one_another() -> None:
    assert np.array_equal(views(7)[1], views(7)[1])
    assert not np.array_equal(views(7)[1], views(8)[1])


def test_students_can_import_it_without_anything_but_numpy() -> None:
    code = "import sys, grader.data; print([m for m in sys.modules if m.startswith('grader.')])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = {name.removeprefix("grader.data") for name in ast.literal_eval(found.stdout)}
    assert names == {"", ".adder", ".channel", ".digits", ".toys"}
