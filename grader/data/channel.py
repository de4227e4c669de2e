"""The daily views of an invented video channel."""

from __future__ import annotations

import numpy as np

FIRST_DAY = np.datetime64("2017-01-01", "D")
"""A Sunday."""

END = np.datetime64("2022-01-01", "D")
"""The day after the last one: 2017 to 2020 are for training, 2021 is the unseen year."""

_YEAR = 365.25
_FIRST_WEEKDAY = 6
_WEEKDAY_FACTOR = (1.10, 1.08, 1.05, 1.02, 0.72, 0.70, 1.13)
_NOISE_MEMORY = 0.55
_NOISE_SD = 0.28
_NOISE_SHARE = 0.9
_BURST_CHANCE = 0.03
_BURST_SHAPE, _BURST_SCALE = 2.0, 0.45
_BURST_DECAY = (1.0, 0.6, 0.3, 0.15)
_FLOOR = 0.4


def views(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Invent the daily views of a video channel, 2017-01-01 to 2021-12-31.

    They rise slowly, swing twice a year, are low on Fridays and Saturdays and high on Sundays;
    the noise remembers yesterday, and now and then an upload brings a burst that dies away
    within four days. With least squares on the last k days the mean absolute errors fall with
    k = 1, 7, 28, 56 as in the lecture's table, and 2021 is a little harder than the years before.

    Args:
        seed: Any int >= 0: which channel. The lecture's numbers are near those of seed 2021.

    Returns:
        A tuple (dates, v), both of length 1826: dates as datetime64[D], one per day without a
        gap, and views in k (thousands), float64, rounded to single views, at least 0.4.
    """
    rng = np.random.default_rng(seed)
    dates = np.arange(FIRST_DAY, END)
    n_days = len(dates)
    t = np.arange(n_days)
    level = 3.2 + 0.9 * t / n_days + 0.5 * np.sin(4 * np.pi * t / _YEAR + 0.7)
    weekday = np.array(_WEEKDAY_FACTOR)[(t + _FIRST_WEEKDAY) % 7]
    total = level * weekday + _NOISE_SHARE * _noise(rng, n_days) + _bursts(rng, n_days)
    return dates, np.round(np.maximum(total, _FLOOR), 3)


def _noise(rng: np.random.Generator, n_days: int) -> np.ndarray:
    """Noise of the first order: a part of yesterday's, and news with the given deviation."""
    news = rng.normal(0.0, _NOISE_SD, size=n_days)
    noise = np.empty(n_days)
    last = 0.0
    for day in range(n_days):
        last = _NOISE_MEMORY * last + news[day]
        noise[day] = last
    return noise


def _bursts(rng: np.random.Generator, n_days: int) -> np.ndarray:
    """Sudden views after some uploads, dying away over four days."""
    height = rng.gamma(_BURST_SHAPE, _BURST_SCALE, size=n_days)
    height[rng.random(n_days) >= _BURST_CHANCE] = 0.0
    return np.convolve(height, _BURST_DECAY)[:n_days]
