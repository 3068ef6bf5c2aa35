"""Which desa are falling or rising, beyond what chance and overlapping windows explain?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from analytics.config import load_rules
from analytics.questions.coverage import coverage
from analytics.questions.dates import month_before
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.stats.paired import adjusted, mcnemar_exact
from analytics.store import Snapshot

_KEPT = ["desa_code", "desa_name", "state", "active", "covered", "coverage"]


def coverage_change(
    snapshot: Snapshot, filters: Filters, before: date | None = None
) -> pd.DataFrame:
    """How did the coverage of each desa change since an earlier day, and is that a signal?

    The two windows overlap and the households are the same, so two Wilson intervals may not be
    compared. Compared are the households active on both days: those that fell out of coverage
    against those that came under it (McNemar's exact test), with the share of false alarms over
    all desa held down (Benjamini and Hochberg).

    Args:
        before: the earlier day; by default the same day a month before.

    Returns:
        One row per desa: ``desa_code, desa_name, state`` (as `coverage`, now), ``active,
        covered, coverage`` (now), ``before_as_of``, ``active_before, covered_before,
        coverage_before, change`` (coverage now less before, −1 to 1), ``in_both, gained,
        lost`` (households), ``p_value, p_adjusted`` (missing where there is nothing to
        compare), ``direction`` (``falling``, ``rising`` or ``steady``; only a desa whose state
        was and is ``ok`` can be anything but steady).
    """
    rules = load_rules().attention
    earlier = before or month_before(filters.as_of)
    then = replace(filters, as_of=earlier)
    now, past = coverage(snapshot, filters), coverage(snapshot, then)
    parameters = {
        **filters.parameters(),
        "before": earlier,
        "before_window_start": earlier - timedelta(days=filters.window_days),
    }
    moved = snapshot.query(sql_of("coverage_change"), parameters)
    table = now[_KEPT].merge(
        past[["desa_code", "state", "active", "covered", "coverage"]],
        on="desa_code",
        suffixes=("", "_before"),
    )
    table.insert(6, "before_as_of", pd.Timestamp(earlier))
    table["change"] = table["coverage"] - table["coverage_before"]
    table = table.merge(moved, on="desa_code", how="left")
    for name in ("in_both", "gained", "lost"):
        table[name] = table[name].fillna(0).astype("int64")
    judged = (table["state"] == "ok") & (table["state_before"] == "ok") & (table["in_both"] > 0)
    table["p_value"] = mcnemar_exact(table["gained"], table["lost"]).where(judged)
    table["p_adjusted"] = adjusted(table["p_value"])
    clear = (table["p_adjusted"] < rules.false_alarm_share) & (
        table["change"].abs() >= rules.change_points
    )
    table["direction"] = "steady"
    table.loc[clear & (table["change"] < 0) & (table["lost"] > table["gained"]), "direction"] = (
        "falling"
    )
    table.loc[clear & (table["change"] > 0) & (table["gained"] > table["lost"]), "direction"] = (
        "rising"
    )
    return table.drop(columns="state_before")
