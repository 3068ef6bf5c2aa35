"""The rows of the coverage bars: their order and groups, and what they say in words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.charts import map_text
from analytics.charts.map_metric import COVERAGE, MapMetric
from analytics.config import load_rules
from analytics.i18n import _, ngettext
from analytics.numbers import number, percent

GROUPS = ("ranked", "small", "waiting", "hidden", "no_data")


def ordered(
    table: pd.DataFrame, lowest_first: bool, metric: MapMetric = COVERAGE
) -> tuple[pd.DataFrame, list[tuple[str, int]]]:
    """The rows in order with their ``group`` and place ``y``, and the headings between
    groups with theirs."""
    rows = table.assign(look=map_text.look(table, metric))
    rows["group"] = "ranked"
    rows.loc[rows["state"] == "small", "group"] = "small"
    for look in ("waiting", "hidden", "no_data"):
        rows.loc[rows["look"] == look, "group"] = look
    rows["coverage"] = rows["coverage"].astype("float64")
    rows = rows.sort_values(["coverage", "desa_name"], ascending=[lowest_first, True])
    words = {
        "small": _("Few households, not ranked"),
        "waiting": _("Waiting for data, not ranked"),
        "hidden": _("Hidden: a small count"),
        "no_data": metric.without.capitalize(),
    }
    parts, headings, y = [], [], 0
    for name in GROUPS:
        part = rows[rows["group"] == name]
        if part.empty:
            continue
        if name in words and y:
            headings.append((words[name], y))
            y += 1
        parts.append(part.assign(y=range(y, y + len(part))))
        y += len(part)
    return pd.concat(parts), headings


def value(row: dict[str, Any], metric: MapMetric = COVERAGE) -> str:
    """What stands beside a bar: the share and "n dari N", or why there is none."""
    if row["group"] in ("no_data", "hidden"):
        return map_text.value_text(row, metric)
    if row["group"] == "waiting":
        if "days_since_data" not in row:
            return _("waiting")
        return _("waiting {days} days", days=number(row["days_since_data"]))
    if metric.counts_days:
        return f"<b>{metric.value_text(row['coverage'])}</b>"
    return f"<b>{metric.value_text(row['coverage'])}</b>  " + _(
        "{covered} of {active}", covered=number(row["covered"]), active=number(row["active"])
    )


def describe_bars(
    table: pd.DataFrame, metric: MapMetric = COVERAGE, *, target: float | None = None
) -> str:
    """The bars in words: how many desa are below the target, surely or perhaps, and the lowest;
    of a measure without a target, every desa in order."""
    if table.empty:
        return map_text.nothing_to_draw()
    if not metric.goal:
        return _in_order(table, metric)
    goal = load_rules().coverage.target if target is None else target
    rows = table.assign(look=map_text.look(table))
    ranked = rows[rows["look"].isin(["class", "zero"]) & (rows["state"] != "small")]
    below = ranked[ranked["coverage"].astype("float64") < goal]
    sure = below[below["ci_high"].astype("float64") < goal]
    parts = [
        ngettext(
            "Bars of coverage in {count} desa.", "Bars of coverage in {count} desa.", len(rows)
        ),
        _(
            "{below} of {ranked} ranked desa are below the target of {target}, {sure} of them by"
            " more than chance.",
            below=number(len(below)),
            ranked=number(len(ranked)),
            target=percent(goal, 0),
            sure=number(len(sure)),
        ),
    ]
    lowest = ranked.sort_values(["coverage", "desa_name"]).head(3).to_dict("records")
    if lowest:
        named = [f"{row['desa_name']} {percent(row['coverage'])}" for row in lowest]
        parts.append(_("Lowest: {names}.", names=", ".join(named)))
    unranked = len(rows) - len(ranked)
    if unranked:
        parts.append(_("{count} desa are shown without a rank.", count=number(unranked)))
    return " ".join(parts)


def _in_order(table: pd.DataFrame, metric: MapMetric) -> str:
    rows, _headings = ordered(table, metric.worse == "low", metric)
    named = [
        f"{row['desa_name']} {map_text.value_text(row, metric)}" for row in map_text.records(rows)
    ]
    return f"{metric.name}: {', '.join(named)}."
