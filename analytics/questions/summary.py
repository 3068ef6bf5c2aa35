"""How are we doing, in one row?"""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.config import FOLLOWUP_STATUSES, load_rules
from analytics.questions.barriers import barriers
from analytics.questions.coverage import coverage, with_interval
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.store import Snapshot


def month_before(day: date) -> date:
    """The same day a month earlier (31 March → 28 or 29 February)."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _total(table: pd.DataFrame) -> pd.DataFrame:
    total = pd.DataFrame({"active": [table["active"].sum()], "covered": [table["covered"].sum()]})
    heard = (total["active"] > 0) & bool(table["data_through"].notna().any())
    total["coverage"] = (total["covered"] / total["active"]).where(heard)
    return with_interval(total)


def summary(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Coverage now and a month ago, households by follow-up status, open barriers, late desa.

    Built from the same questions as every other page, so that no two screens can disagree.

    Returns:
        One row: ``active, covered, coverage, ci_low, ci_high, previous_as_of,
        previous_active, previous_covered, previous_coverage, target`` (share), ``never,
        lost, overdue, due_soon, on_time`` (households), ``barriers_open,
        barriers_oldest_days, desa_waiting, desa_no_data`` (desa), ``data_through``.
    """
    now = coverage(snapshot, filters)
    row = _total(now)
    earlier = month_before(filters.as_of)
    before = _total(coverage(snapshot, replace(filters, as_of=earlier)))
    row["previous_as_of"] = pd.Timestamp(earlier)
    for name in ("active", "covered", "coverage"):
        row[f"previous_{name}"] = before[name]
    row["target"] = load_rules().coverage.target
    counts = followup(snapshot, filters)["status"].value_counts()
    for status in FOLLOWUP_STATUSES:
        row[status] = int(counts.get(status, 0))
    open_barriers = barriers(snapshot, filters)
    row["barriers_open"] = len(open_barriers)
    row["barriers_oldest_days"] = open_barriers["age_days"].max()
    row["desa_waiting"] = int((now["state"] == "waiting").sum())
    row["desa_no_data"] = int((now["state"] == "no_data").sum())
    row["data_through"] = now["data_through"].max()
    return row
