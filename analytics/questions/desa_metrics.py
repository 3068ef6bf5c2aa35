"""Every measure of a desa, and of the RT in one: coverage, past due, never met."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from analytics.config import PAST_DUE, load_rules
from analytics.questions.coverage import coverage, with_interval
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.stats.intervals import wilson_interval
from analytics.store import Snapshot

_COUNTS = ("past_due", "never", "due_soon")


def desa_metrics(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which desa fall behind, by each measure? From the coverage and the follow-up questions.

    Returns:
        One row per desa: the columns of `coverage`, then ``past_due`` (never met, lost or
        overdue), ``never`` (status never), ``due_soon`` (households), and for the first two
        ``…_share, …_low, …_high`` (of the active households, 0–1, Wilson's 95 % interval;
        missing where no household is active or no visit ever came).
    """
    table = coverage(snapshot, filters)
    counts = _counted(followup(snapshot, filters), ["desa_code"])
    table = table.merge(counts, on="desa_code", how="left")
    known = table["coverage"].notna()
    return _with_shares(table, known)


def rt(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which RT of a desa fall behind?

    An RT rarely has more than a handful of households: its share is shown with its interval and
    never ranked.

    Returns:
        One row per desa × RT with an active household: ``desa_code, desa_name, rt`` (missing:
        not recorded), ``active, covered`` (households), ``coverage, ci_low, ci_high`` (0–1),
        ``past_due, never, due_soon`` (households), ``past_due_share`` … as `desa_metrics`,
        ``few`` (fewer households than the rules want for a rank). Order: desa, RT.
    """
    rows = followup(snapshot, filters)
    since = pd.Timestamp(filters.as_of - timedelta(days=filters.window_days))
    # The last contact lies in the window exactly when there is one in it.
    rows = rows.assign(covered=pd.to_datetime(rows["last_contact_on"]) > since)
    groups = ["desa_code", "desa_name", "rt"]
    table = rows.groupby(groups, dropna=False, as_index=False).agg(
        active=("household_id", "size"), covered=("covered", "sum")
    )
    heard = coverage(snapshot, filters).set_index("desa_code")["data_through"].notna()
    known = table["desa_code"].map(heard).astype(bool)
    table["coverage"] = (table["covered"] / table["active"]).where(known)
    table = with_interval(table)
    table = table.merge(_counted(rows, groups), on=groups, how="left")
    table["few"] = table["active"] < load_rules().coverage.small_desa_households
    return _with_shares(table, known).sort_values(groups, ignore_index=True)


def _counted(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    flags = rows[by].assign(
        past_due=rows["status"].isin(PAST_DUE),
        never=rows["status"] == "never",
        due_soon=rows["status"] == "due_soon",
    )
    return flags.groupby(by, dropna=False, as_index=False)[list(_COUNTS)].sum()


def _with_shares(table: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    for name in _COUNTS:
        table[name] = table[name].fillna(0).astype("int64")
    whole = table["active"].where(known, 0)
    for name in ("past_due", "never"):
        table[f"{name}_share"] = (table[name] / whole.where(whole > 0)).astype("float64")
        table[f"{name}_low"], table[f"{name}_high"] = wilson_interval(table[name], whole)
    return table
