"""Shares per desa and month, as a design needs them."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd

from analytics.config import load_rules
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.questions.trend_desa import trend_desa
from analytics.store import Snapshot

RESOLVE_DAYS = 30
"""A barrier counts as solved in time within so many days (part of the outcome's name)."""
LOOKS_AHEAD_DAYS = {"resolved_30": RESOLVE_DAYS}
"""So many days after its month an outcome is decided."""
_OF_TREND = {
    "coverage": ("covered", "active", "window_full"),
    "past_due_share": ("past_due", "active", "cadence_full"),
    "met_share": ("visits_met", "visits", "month_full"),
}
COLUMNS = ["desa_code", "month_start", "counted", "out_of", "share"]


def looks_back_days(outcome: str, window_days: int) -> int:
    """Over so many days before its month's end an outcome looks back; 0 = over its month only."""
    if outcome == "coverage":
        return window_days
    cadence = load_rules().cadence_days
    longest = max(cadence.tinggi, cadence.sedang, cadence.rendah)
    return longest if outcome == "past_due_share" else 0


def panel(snapshot: Snapshot, filters: Filters, outcome: str) -> pd.DataFrame:
    """What was the outcome in each desa and month that can be compared?

    Left out: months that look back on days before the first visit, the running month, months
    whose data can be late; for barriers those of which one is followed for fewer than
    `RESOLVE_DAYS`.

    Args:
        outcome: of `analytics.designs.OUTCOMES`.

    Returns:
        One row per desa × month: ``desa_code, month_start``; ``counted, out_of`` (households,
        visits or barriers; out of at least 1); ``share`` (0–1).
    """
    if outcome == "resolved_30":
        return _finished(_barriers(snapshot, filters))
    counted, out_of, complete = _OF_TREND[outcome]
    table = trend_desa(snapshot, filters)
    if table.empty:
        return pd.DataFrame(columns=COLUMNS)
    usable = table[table[complete].astype(bool) & table["whole"].astype(bool)]
    return _finished(usable.rename(columns={counted: "counted", out_of: "out_of"}))


def _barriers(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    started = snapshot.query(sql_of("trend_start"), filters.parameters())["started_on"].iloc[0]
    if pd.isna(started):
        return pd.DataFrame(columns=["desa_code", "month_start", "counted", "out_of"])
    first = started.date()
    if first.day > 1:  # a month that began before the data
        first = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = (filters.as_of - timedelta(days=RESOLVE_DAYS) + timedelta(days=1)).replace(day=1)
    table = resolved(snapshot, filters, first, last - timedelta(days=1))
    return table.rename(columns={"resolved": "counted", "opened": "out_of"})


def resolved(snapshot: Snapshot, filters: Filters, first: date, last: date) -> pd.DataFrame:
    """Barriers opened from *first* to *last*, and those of them solved in `RESOLVE_DAYS`.

    Returns:
        ``desa_code, month_start, opened, resolved``.
    """
    return snapshot.query(
        sql_of("resolved"),
        {
            **filters.parameters(),
            "opened_from": first,
            "opened_to": last,
            "resolve_days": RESOLVE_DAYS,
        },
    )


def _finished(table: pd.DataFrame) -> pd.DataFrame:
    table = table[table["out_of"].astype("Float64").fillna(0) > 0].copy()
    for name in ("counted", "out_of"):
        table[name] = table[name].astype("int64")
    table["share"] = table["counted"] / table["out_of"]
    return table[COLUMNS].reset_index(drop=True)


def together(table: pd.DataFrame) -> pd.DataFrame:
    """All desa together, month by month: the columns of `panel` without the desa."""
    total = table.groupby("month_start", as_index=False)[["counted", "out_of"]].sum()
    total["share"] = total["counted"] / total["out_of"]
    return total
