"""What the map says in words: labels, hover, legend entries and the text alternative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from analytics.charts.labels import Wish, wrapped
from analytics.charts.map_metric import COVERAGE, MapMetric
from analytics.i18n import _, ngettext
from analytics.numbers import day, number, percent


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries by column name."""
    return cast(list[dict[str, Any]], rows.to_dict("records"))


def look(rows: pd.DataFrame, metric: MapMetric = COVERAGE) -> pd.Series:
    """How each desa is filled: ``class``, ``zero``, ``waiting``, ``no_data`` or ``hidden``.

    Zero means, where it is what needs somebody: there are households and data, and none was met
    (or reached). Without a value, whatever the state says, there is nothing to show but "no data".
    """
    result = pd.Series("class", index=rows.index, dtype=object)
    if metric.zero_is_bad:
        result[rows["coverage"].astype("float64") == 0] = "zero"
    result[rows["state"] == "waiting"] = "waiting"
    missing = rows["coverage"].isna() & (rows["state"] != "waiting")
    result[(rows["state"] == "no_data") | missing] = "no_data"
    result[rows["state"] == "hidden"] = "hidden"
    return result


def value_text(row: Mapping[str, Any], metric: MapMetric = COVERAGE) -> str:
    """The short value under a desa's name."""
    if row["look"] == "waiting":
        return _("waiting")
    if row["look"] == "hidden":
        return _("hidden")
    if row["look"] == "no_data":
        return _("no data") if metric.code != "reach" else _("no target")
    return metric.value_text(row["coverage"])


def wish(row: Mapping[str, Any], metric: MapMetric = COVERAGE, *, narrow: bool = False) -> Wish:
    """What a desa's label says, from the fullest text to the shortest.

    Where only one of the two fits, a wide frame says the name (the fill says the class) and a
    narrow one the share, which is shorter.
    """
    name, value = str(row["desa_name"]), value_text(row, metric)
    texts = [f"{name}<br>{value}", f"{wrapped(name)}<br>{value}"]
    if row["look"] in ("class", "zero") and narrow:
        texts.append(value)
    else:
        texts += [name, wrapped(name)]
    return Wish(tuple(dict.fromkeys(texts)), f"{name} {value}")


def state_sentence(row: Mapping[str, Any], metric: MapMetric = COVERAGE) -> str:
    """What to keep in mind about a desa's figure; empty when there is nothing."""
    if row["look"] == "no_data":
        if metric.code == "reach":
            return _("No household is a target here, or no data came yet. This is not zero.")
        return _("No data yet. This is not zero.")
    if row["look"] == "hidden":
        return _("A small count is behind it, so it is hidden. This is not zero.")
    if row["look"] == "waiting":
        return _waiting(row)
    if row["state"] == "small":
        return _("Few households: shown, not ranked.")
    return metric.zero_sentence if row["coverage"] == 0 else ""


def _waiting(row: Mapping[str, Any]) -> str:
    if "days_since_data" not in row:  # published figures do not say since when
        return _("Waiting for data; not neglect.")
    return _("Waiting for data for {days} days; not neglect.", days=number(row["days_since_data"]))


def hover(row: Mapping[str, Any], metric: MapMetric = COVERAGE) -> str:
    """The hover text of a desa."""
    lines = [f"<b>{row['desa_name']}</b>"]
    if row["look"] not in ("no_data", "hidden"):
        parts = (metric.exact_text(row["coverage"]), metric.count_text(row))
        lines.append(" · ".join(part for part in parts if part))
        if pd.notna(row["ci_low"]):
            lines.append(
                _(
                    "95% interval {low} to {high}",
                    low=percent(row["ci_low"]),
                    high=percent(row["ci_high"]),
                )
            )
        if "data_through" in row:
            lines.append(_("Data through {date}", date=day(row["data_through"], "medium")))
    lines.append(state_sentence(row, metric))
    return "<br>".join(line for line in lines if line)


def legend_label(text: str, count: int) -> str:
    """A legend entry with its count."""
    return f"{text} ({number(count)})"


def state_labels(metric: MapMetric = COVERAGE) -> dict[str, str]:
    """The legend's words for what is not a class."""
    return {
        "zero": _("zero: 0%"),
        "small": _("few households"),
        "waiting": _("waiting for data"),
        "no_data": metric.without,
        "hidden": _("hidden: a small count"),
    }


def schematic_sentence() -> str:
    """The remark on a map that is not drawn from official boundaries."""
    return _("Schematic map, not official boundaries")


def nothing_to_draw() -> str:
    """What stands in place of a figure without desa."""
    return _("No desa to draw for this choice.")


def describe_map(
    table: pd.DataFrame, metric: MapMetric = COVERAGE, *, schematic: bool = False
) -> str:
    """The map in words: how many desa are in each class and state, the worst ones by name."""
    rows = table.assign(look=look(table, metric))
    if rows.empty:
        return nothing_to_draw()
    parts = [
        ngettext(
            "Map of {count} desa: {measure}.",
            "Map of {count} desa: {measure}.",
            len(rows),
            measure=metric.name.lower(),
        )
    ]
    shares = rows.loc[rows["look"] == "class", "coverage"].astype("float64")
    classes = shares.map(metric.class_of).value_counts()
    for index in sorted(classes.index, reverse=True):
        parts.append(
            _("{label}: {count} desa.", label=metric.class_label(index), count=classes[index])
        )
    for state, label in state_labels(metric).items():
        column = "state" if state == "small" else "look"
        if count := int((rows[column] == state).sum()):
            parts.append(_("{label}: {count} desa.", label=label, count=count))
    ranked = rows[rows["look"].isin(["class", "zero"]) & (rows["state"] != "small")]
    order = [metric.worse == "low", True]
    worst = ranked.sort_values(["coverage", "desa_name"], ascending=order).head(3)
    if len(worst):
        names = ", ".join(
            f"{row['desa_name']} {metric.exact_text(row['coverage'])}"
            for row in worst.to_dict("records")
        )
        said = _("Lowest: {names}.") if metric.worse == "low" else _("Highest: {names}.")
        parts.append(said.format(names=names))
    if schematic:
        parts.append(schematic_sentence() + ".")
    return " ".join(parts)
