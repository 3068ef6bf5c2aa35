"""How are we doing, in one row?"""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from analytics.config import FOLLOWUP_STATUSES, load_rules
from analytics.questions.barriers import barriers
from analytics.questions.coverage import coverage, with_interval
from analytics.questions.dates import month_before
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.store import Snapshot


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
        previous_active, previous_covered, previous_coverage, target`` (share),
        ``short_of_target`` (households that would have to be met to reach it), ``never,
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
    target = load_rules().coverage.target
    row["target"] = target
    row["short_of_target"] = (target * row["active"]).map(math.ceil) - row["covered"]
    row["short_of_target"] = row["short_of_target"].clip(lower=0)
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
