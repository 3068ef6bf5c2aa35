"""When people visit and when they do not: weekdays, the market day, holidays, Ramadan, Lebaran.

The fasting months are facts (`data/events.toml`); how much work is left in them is simulated.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.events import LEBARAN_DAYS, load_events

RAMADAN = load_events().ramadan  # first and last day of fasting
HOLIDAYS = ((1, 1), (5, 1), (6, 1), (8, 17), (12, 25))  # month, day
MARKET_WEEKDAY = 2  # Wednesday, simulated: fewer visits, fewer people at home

_WEEKDAY = np.array([1.15, 1.15, 0.75, 1.15, 0.6, 0.3, 0.08])  # Monday to Sunday
_RAMADAN_FACTOR = 0.42
_LEBARAN_FACTOR = 0.06
_HOLIDAY_FACTOR = 0.04


def ramadan_windows(start: date, end: date) -> tuple[tuple[date, date], ...]:
    """The fasting months that touch ``[start, end]``, whole (first day, last day)."""
    return tuple(window for window in RAMADAN if window[0] <= end and window[1] >= start)


def low_season(start: date, end: date) -> bool:
    """Whether any day of ``[start, end]`` falls into Ramadan or the week after it."""
    pause = timedelta(days=LEBARAN_DAYS)
    return any(first <= end and last + pause >= start for first, last in RAMADAN)


def activity(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much visiting happens on each day; 1 = an ordinary working day.

    Args:
        days: proleptic ordinals (`date.toordinal`).

    Returns:
        One factor per day, the product of weekday and season.
    """
    factor: NDArray[np.float64] = _WEEKDAY[(days - 1) % 7]  # ordinal 1 was a Monday
    for first, last in RAMADAN:
        fasting = (days >= first.toordinal()) & (days <= last.toordinal())
        feast = (days > last.toordinal()) & (days <= last.toordinal() + LEBARAN_DAYS)
        factor = factor * np.where(fasting, _RAMADAN_FACTOR, np.where(feast, _LEBARAN_FACTOR, 1.0))
    closed = [(date.fromordinal(int(d)).month, date.fromordinal(int(d)).day) for d in days]
    return factor * np.where([day in HOLIDAYS for day in closed], _HOLIDAY_FACTOR, 1.0)


def market_day(days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which days are the (simulated) weekly market, when fewer people are at home."""
    return np.asarray((days - 1) % 7 == MARKET_WEEKDAY)
