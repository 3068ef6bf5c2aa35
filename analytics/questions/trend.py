"""How did coverage develop?"""

from __future__ import annotations

import calendar
from datetime import date

import pandas as pd

from analytics.questions.coverage import with_interval
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def month_ends(first: date, as_of: date) -> list[date]:
    """The last day of every month from *first*'s to *as_of*'s, the last cut to *as_of*."""
    ends = []
    year, month = first.year, first.month
    while (year, month) <= (as_of.year, as_of.month):
        last = date(year, month, calendar.monthrange(year, month)[1])
        ends.append(min(last, as_of))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return ends


def trend(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What was coverage at the end of each month, from the first visit to the as-of date?

    Returns:
        One row per month, oldest first: ``month_end`` (the as-of date for its own month),
        ``active, covered`` (households), ``coverage, ci_low, ci_high`` (shares 0–1).
    """
    started = snapshot.query(sql_of("trend_start"), filters.parameters())["started_on"].iloc[0]
    first = filters.as_of if pd.isna(started) else started.date()
    parameters = {**filters.parameters(), "month_ends": month_ends(first, filters.as_of)}
    name = "trend_targeted" if filters.programs else "trend"
    return with_interval(snapshot.query(sql_of(name), parameters))
