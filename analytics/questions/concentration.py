"""Who has more of it: the poorer, the more vulnerable, those who live far away?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from analytics.indicators import distance_from
from analytics.questions.filters import Filters
from analytics.questions.places import desa_list
from analytics.questions.sql import sql_of
from analytics.stats import concentration as stats
from analytics.store import Snapshot

ORDERS = ("desil", "vulnerability", "distance")
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "coverage": ("covered", "active"),
    "past_due": ("past_due", "active"),
    "reached": ("received", "targeted"),
}
"""Outcome → its columns: counted, out of."""
EARTH_KM = 6371.0088
COLUMNS = (
    "ordered_by outcome counted out_of share index ci_low ci_high erreygers erreygers_low "
    "erreygers_high wagstaff unknown"
).split()


def distance_km(lon: float, lat: float) -> float:
    """Straight-line distance to `analytics.indicators.distance_from`, in km; missing without."""
    origin = distance_from()
    if origin is None or pd.isna(lon) or pd.isna(lat):
        return float("nan")
    here, there = math.radians(lat), math.radians(origin.lat)
    across = math.radians(lon - origin.lon)
    h = math.sin((here - there) / 2) ** 2
    h += math.cos(here) * math.cos(there) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def equity_groups(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Households by what puts them in order, from the first in need (or nearest) on.

    Returns:
        One row per order × group: ``ordered_by`` (of `ORDERS`); ``value`` (desil 1 to 10; number
        of vulnerabilities; km from `distance_from`, straight, to the point of the desa; missing
        = not known), ``position`` (what the groups are ranked by: poorest, most vulnerable,
        nearest first); ``active, covered, past_due, targeted, received`` (households).
    """
    table = snapshot.query(sql_of("concentration"), filters.parameters())
    places = desa_list(snapshot).set_index("desa_code")
    km = {
        code: round(distance_km(row["lon"], row["lat"]), 1)
        for code, row in places[["lon", "lat"]].to_dict("index").items()
    }
    parts = []
    for name, values in (
        ("desil", table["desil"].astype("Float64").astype("float64")),
        ("vulnerability", table["vulnerabilities"].astype("float64")),
        ("distance", table["desa_code"].map(km).astype("float64")),
    ):
        counts = table[["active", "covered", "past_due", "targeted", "received"]]
        part = counts.groupby(values.rename("value"), dropna=False).sum().reset_index()
        part.insert(0, "ordered_by", name)
        part.insert(2, "position", -part["value"] if name == "vulnerability" else part["value"])
        parts.append(part.sort_values("position", na_position="last"))
    return pd.concat(parts, ignore_index=True)


def concentration(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Is coverage, delay or reach concentrated among the poorer, more vulnerable or nearer?

    Returns:
        One row per order × outcome: ``ordered_by`` (of `ORDERS`), ``outcome`` (of `OUTCOMES`);
        ``counted, out_of`` (households), ``share``; ``index, ci_low, ci_high`` (concentration
        index; below 0 = more among the poorest, most vulnerable or nearest; missing where it
        cannot be worked out); ``erreygers, erreygers_low, erreygers_high, wagstaff`` (for
        shares); ``unknown`` (households left out because their place in the order is unknown).
    """
    return indices(equity_groups(snapshot, filters))


def indices(groups: pd.DataFrame) -> pd.DataFrame:
    """The rows of `concentration` from those of `equity_groups`."""
    rows = []
    for ordered_by, part in groups.groupby("ordered_by", sort=False):
        known = part[part["position"].notna()]
        for outcome, (counted, out_of) in OUTCOMES.items():
            if counted not in part:
                continue
            whole = int(known[out_of].sum())
            row: dict[str, object] = dict.fromkeys(COLUMNS) | {
                "ordered_by": ordered_by,
                "outcome": outcome,
                "counted": int(known[counted].sum()),
                "out_of": whole,
                "share": known[counted].sum() / whole if whole else None,
                "unknown": int(part[out_of].sum()) - whole,
            }
            found = stats.concentration(
                known["position"],
                known[counted],
                known[out_of],
                together=ordered_by == "distance",
            )
            if found is not None:
                row |= {
                    "index": found.index,
                    "ci_low": found.low,
                    "ci_high": found.high,
                    "erreygers": found.bounded,
                    "erreygers_low": found.bounded_low,
                    "erreygers_high": found.bounded_high,
                    "wagstaff": found.wagstaff,
                }
            rows.append(row)
    return pd.DataFrame(rows, columns=COLUMNS)
