"""How long does it take to resolve a barrier, when some are still open?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from analytics.config import load_rules
from analytics.questions.barriers import against_limit, spelled_alike
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.stats.survival import kaplan_meier, log_rank
from analytics.store import Snapshot

BY = ("agency", "category")
"""What times are compared by, besides all of them together (``all``)."""
NO_AGENCY = ""
"""Group of the barriers that name no agency."""


def barrier_times(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How long did each barrier take, or how long is it open already?

    Returns:
        One row per barrier opened up to the day: ``barrier_id, desa_code, desa_name,
        household_id, category, agency, opened_on, closed_on`` (missing while open), ``status``
        (on the day), ``solution, days`` (to the closing, else to the day), ``is_resolved``
        (status ``selesai``; one turned down is not), ``limit_days, over_days, over_limit``.
    """
    table = snapshot.query(sql_of("barrier_times"), filters.parameters())
    return against_limit(spelled_alike(snapshot, table), "days")


def _groups(times: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """(by, group, its barriers): all, then each agency and each category with any."""
    if len(times):
        yield "all", "", times
    named = times.assign(agency=times["agency"].fillna(NO_AGENCY))
    for by in BY:
        for group, rows in named.groupby(by, sort=True):
            yield by, str(group), rows


def resolution(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How long until half of the barriers are resolved, and who resolves within the limit?

    Kaplan–Meier: barriers still open on the day are censored on it, those that were turned down
    on the day they were (they were not resolved, and nobody waits for them any more).

    Returns:
        One row per group, first all together: ``by`` (``all`` or of `BY`), ``group_code`` (an
        agency, empty = none named; a category), ``barriers, resolved, still_open, turned_down``
        (barriers), ``median_days, median_low, median_high`` (missing = not reached yet),
        ``in_limit, in_limit_low, in_limit_high`` (share resolved within the limit of its own
        category, 0–1: the same curve on the scale days ÷ limit; missing while no barrier is old
        enough to say it; no interval where none or all were resolved by then), ``limit_days``
        (missing where categories with different limits are together), ``few`` (fewer resolved
        than the rules want for a comparison), ``p_value, chi_square, freedom`` (log-rank over the
        groups of this ``by`` that are not few; missing when fewer than two are left).
    """
    times = barrier_times(snapshot, filters)
    rows = [_row(by, group, part) for by, group, part in _groups(times)]
    columns = (
        "by group_code barriers resolved still_open turned_down median_days median_low "
        "median_high in_limit in_limit_low in_limit_high limit_days few"
    )
    table = pd.DataFrame(rows, columns=columns.split())
    for name in ("p_value", "chi_square", "freedom"):
        table[name] = math.nan
    for by in BY:
        compared = table.loc[(table["by"] == by) & ~table["few"].astype(bool), "group_code"]
        if len(compared) > 1:
            named = times[by].fillna(NO_AGENCY)
            part = times[named.isin(compared)]
            test = log_rank(part["days"], part["is_resolved"], named[part.index].to_numpy())
            mine = table["by"] == by
            table.loc[mine, "p_value"] = test.p_value
            table.loc[mine, "chi_square"] = test.chi_square
            table.loc[mine, "freedom"] = test.freedom
    return table


def _row(by: str, group: str, rows: pd.DataFrame) -> dict[str, object]:
    resolved = int(rows["is_resolved"].sum())
    turned_down = int((rows["status"] == "ditolak").sum())
    median, low, high = kaplan_meier(rows["days"], rows["is_resolved"]).quantile()
    limits = rows["limit_days"].unique()
    left, left_low, left_high = kaplan_meier(
        rows["days"] / rows["limit_days"], rows["is_resolved"]
    ).at(1.0)
    if left >= 1:  # none in time: that is no certainty, so no interval (as where all were)
        left_low = left_high = math.nan
    return {
        "by": by,
        "group_code": group,
        "barriers": len(rows),
        "resolved": resolved,
        "still_open": len(rows) - resolved - turned_down,
        "turned_down": turned_down,
        "median_days": median,
        "median_low": low,
        "median_high": high,
        "in_limit": 1 - left,
        "in_limit_low": 1 - left_high,
        "in_limit_high": 1 - left_low,
        "limit_days": float(limits[0]) if len(limits) == 1 else math.nan,
        "few": resolved < load_rules().barrier.few_resolved,
    }


def resolution_curve(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What share of the barriers is still not resolved after each number of days?

    Returns:
        One row per group (as in `resolution`) × day on which one was resolved: ``by, group_code,
        days, at_risk, resolved`` (barriers), ``unresolved, ci_low, ci_high`` (0–1, missing where
        none is left); ``last_days`` (the longest time known in the group,
        to which the last step holds). Each group begins with a row at day 0.
    """
    parts = []
    for by, group, rows in _groups(barrier_times(snapshot, filters)):
        curve = kaplan_meier(rows["days"], rows["is_resolved"])
        part = pd.DataFrame(
            {
                "by": by,
                "group_code": group,
                "days": curve.time,
                "at_risk": curve.at_risk,
                "resolved": curve.events,
                "unresolved": curve.surviving,
                "ci_low": curve.low,
                "ci_high": curve.high,
            }
        )
        parts.append(_from_zero(part, by, group, len(rows)).assign(last_days=rows["days"].max()))
    columns = "by group_code days at_risk resolved unresolved ci_low ci_high last_days".split()
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _from_zero(part: pd.DataFrame, by: str, group: str, count: int) -> pd.DataFrame:
    if len(part) and part["days"].iloc[0] == 0:
        return part
    start = {"by": by, "group_code": group, "days": 0.0, "at_risk": float(count), "resolved": 0.0}
    shares = dict.fromkeys(("unresolved", "ci_low", "ci_high"), 1.0)
    return pd.concat([pd.DataFrame([{**start, **shares}]), part], ignore_index=True)
