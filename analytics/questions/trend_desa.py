"""How did each desa develop from month to month: coverage, households past due, visits?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics.config import load_rules
from analytics.questions.coverage import with_interval
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.questions.trend import month_ends
from analytics.store import Snapshot

_DONE = ["visits", "visits_met", "households_met"]
_RESULT = [
    "month_start",
    "month_end",
    "active",
    "covered",
    "coverage",
    "ci_low",
    "ci_high",
    "past_due",
    "past_due_share",
    "visits",
    "visits_met",
    "met_share",
    "households_met",
    "visits_per_100",
    "met_per_100",
    "data_from",
    "data_through",
    "state",
    "whole",
    "month_full",
    "window_full",
    "cadence_full",
]


def trend_desa(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How did each desa develop, month by month from the store's first visit to the as-of date?

    Returns:
        One row per desa × month, by desa code, oldest month first: ``desa_code, desa_name``;
        ``month_start``; ``month_end`` (the as-of date in its own month). At the month's end:
        ``active, covered, past_due`` (households), ``coverage, ci_low, ci_high,
        past_due_share`` (of ``active``, 0–1). In the month: ``visits``, ``visits_met``
        (outcome met), ``met_share`` (of ``visits``, 0–1), ``households_met`` (distinct),
        ``visits_per_100, met_per_100`` (visits and households met per 100 active households).
        ``data_from, data_through``: first and newest visit of the desa up to the as-of date.
        ``state`` at the month's end: ``ok``, ``small``, ``waiting`` (as `coverage`, by the
        visits up to it) or ``no_data``. ``whole``: the month is over and its data can be there;
        ``month_full``: the first visit was not later than its first day (else the month began
        before the data); ``window_full, cadence_full``: a whole coverage window, or the longest
        cadence, lies between the first visit and the month's end.

        Missing, not 0: shares before the first visit; what was done in months outside
        ``data_from`` … ``data_through``.
    """
    months, known = _asked(snapshot, filters)
    if months.empty:
        return pd.DataFrame(columns=["desa_code", "desa_name", *_RESULT])
    heard = snapshot.query(sql_of("trend_heard"), filters.parameters())
    table = months.merge(known, on=["desa_code", "month_start"], how="left").merge(
        heard, on="desa_code"
    )
    for name in _DONE:
        table[name] = table[name].fillna(0).astype("int64")
    return _finished(table, filters, ["desa_code", "desa_name"])


def activity(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How did the chosen desa together develop, month by month?

    Returns:
        One row per month: as `trend_desa`, without the desa; every count is the sum of theirs,
        and ``data_from, data_through`` are the first and the newest visit of any.
    """
    months, known = _asked(snapshot, filters)
    if months.empty:
        return pd.DataFrame(columns=_RESULT)
    keys = ["month_start", "month_end"]
    total = months.groupby(keys, as_index=False)[["active", "covered", "past_due"]].sum()
    done = known.groupby("month_start", as_index=False)[_DONE].sum()
    heard = snapshot.query(sql_of("trend_heard"), filters.parameters())
    table = total.merge(done, on="month_start", how="left")
    for name in _DONE:
        table[name] = table[name].fillna(0).astype("int64")
    table["data_from"] = heard["data_from"].min()
    table["data_through"] = heard["data_through"].max()
    return _finished(table, filters, [])


def _asked(snapshot: Snapshot, filters: Filters) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Households at each month's end, and visits in each month, per desa."""
    parameters = filters.parameters()
    started = snapshot.query(sql_of("trend_start"), parameters)["started_on"].iloc[0]
    first: date = filters.as_of if pd.isna(started) else started.date()
    ends = month_ends(first, filters.as_of)
    name = "trend_desa_targeted" if filters.programs else "trend_desa"
    months = snapshot.query(sql_of(name), {**parameters, "month_ends": ends})
    start = pd.to_datetime(months["month_end"]).dt.to_period("M").dt.to_timestamp()
    months["month_start"] = start.astype(months["month_end"].dtype)
    done = snapshot.query(sql_of("activity_desa"), parameters)
    done["month_start"] = done["month_start"].astype(months["month_end"].dtype)
    return months, done


def _finished(table: pd.DataFrame, filters: Filters, keys: list[str]) -> pd.DataFrame:
    """Shares, rates and what each month can be used for, from the counts."""
    rules, as_of = load_rules(), pd.Timestamp(filters.as_of)
    begun = (table["data_from"] <= table["month_end"]).fillna(value=False).astype(bool)
    active = table["active"].where(table["active"] > 0)
    table["coverage"] = (table["covered"] / active).where(begun)
    table["past_due_share"] = (table["past_due"] / active).where(begun)
    with_interval(table)
    # A month that no visit of the desa can tell about yet, or any more, is unknown, which is not 0.
    told = begun & (table["month_start"] <= table["data_through"])
    for name in _DONE:
        table[name] = table[name].astype("Int64").where(told)
    visits = table["visits"].astype("Float64").astype("float64")
    table["met_share"] = table["visits_met"].astype("Float64").astype("float64") / visits.where(
        visits > 0
    )
    table["visits_per_100"] = 100 * visits / active
    met = table["households_met"].astype("Float64").astype("float64")
    table["met_per_100"] = 100 * met / active
    wait = pd.Timedelta(days=rules.data.waiting_after_days)
    calendar_end = table["month_start"] + pd.offsets.MonthEnd(0)
    table["whole"] = (calendar_end <= as_of) & (
        (table["data_through"] + wait >= calendar_end).fillna(value=False).astype(bool)
    )
    table["month_full"] = begun & (table["data_from"] <= table["month_start"])
    since = (table["month_end"] - table["data_from"]).dt.days
    longest = max(rules.cadence_days.tinggi, rules.cadence_days.sedang, rules.cadence_days.rendah)
    table["window_full"] = (since + 1 >= filters.window_days).fillna(value=False).astype(bool)
    table["cadence_full"] = (since + 1 >= longest).fillna(value=False).astype(bool)
    table["state"] = _states(table, begun, wait)
    return table[[*keys, *_RESULT]]


def _states(table: pd.DataFrame, begun: pd.Series, wait: pd.Timedelta) -> pd.Series:
    small = load_rules().coverage.small_desa_households
    state = pd.Series("ok", index=table.index)
    state[table["active"] < small] = "small"
    state[begun & (table["data_through"] + wait < table["month_end"])] = "waiting"
    state[~begun | (table["active"] == 0)] = "no_data"
    return state
