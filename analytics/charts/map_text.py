"""What the map says in words: labels, hover, legend entries and the text alternative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd

from analytics.charts import theme
from analytics.charts.labels import Wish, wrapped
from analytics.i18n import _, ngettext
from analytics.numbers import day, number, percent


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries by column name."""
    return cast(list[dict[str, Any]], rows.to_dict("records"))


def look(rows: pd.DataFrame) -> pd.Series:
    """How each desa is filled: ``class``, ``zero``, ``waiting`` or ``no_data``.

    Zero means: there are households and data, and none was met. Without a share, whatever the
    state says, there is nothing to show but "no data".
    """
    result = pd.Series("class", index=rows.index, dtype=object)
    result[rows["coverage"].astype("float64") == 0] = "zero"
    result[rows["state"] == "waiting"] = "waiting"
    missing = rows["coverage"].isna() & (rows["state"] != "waiting")
    result[(rows["state"] == "no_data") | missing] = "no_data"
    return result


def value_text(row: Mapping[str, Any]) -> str:
    """The short value under a desa's name."""
    if row["look"] == "waiting":
        return _("waiting")
    if row["look"] == "no_data":
        return _("no data")
    return percent(row["coverage"], 0)


def wish(row: Mapping[str, Any], *, narrow: bool = False) -> Wish:
    """What a desa's label says, from the fullest text to the shortest.

    Where only one of the two fits, a wide frame says the name (the fill says the class) and a
    narrow one the share, which is shorter.
    """
    name, value = str(row["desa_name"]), value_text(row)
    texts = [f"{name}<br>{value}", f"{wrapped(name)}<br>{value}"]
    if row["look"] in ("class", "zero") and narrow:
        texts.append(value)
    else:
        texts += [name, wrapped(name)]
    return Wish(tuple(dict.fromkeys(texts)), f"{name} {value}")


def count_text(row: Mapping[str, Any]) -> str:
    """``41 dari 90 keluarga``."""
    return _(
        "{covered} of {active} households",
        covered=number(row["covered"]),
        active=number(row["active"]),
    )


def state_sentence(row: Mapping[str, Any]) -> str:
    """What to keep in mind about a desa's figure; empty when there is nothing."""
    if row["look"] == "no_data":
        return _("No data yet. This is not zero.")
    if row["look"] == "waiting":
        return _("Waiting for data for {days} days; not neglect.", days=_days(row))
    if row["state"] == "small":
        return _("Few households: shown, not ranked.")
    if row["look"] == "zero":
        return _("No household was met in the window.")
    return ""


def _days(row: Mapping[str, Any]) -> str:
    return number(row["days_since_data"])


def hover(row: Mapping[str, Any]) -> str:
    """The hover text of a desa."""
    lines = [f"<b>{row['desa_name']}</b>"]
    if row["look"] != "no_data":
        lines.append(f"{percent(row['coverage'])} · {count_text(row)}")
        if pd.notna(row["ci_low"]):
            lines.append(
                _(
                    "95% interval {low} to {high}",
                    low=percent(row["ci_low"]),
                    high=percent(row["ci_high"]),
                )
            )
        lines.append(_("Data through {date}", date=day(row["data_through"], "medium")))
    lines.append(state_sentence(row))
    return "<br>".join(line for line in lines if line)


def legend_label(text: str, count: int) -> str:
    """A legend entry with its count."""
    return f"{text} ({number(count)})"


def state_labels() -> dict[str, str]:
    """The legend's words for what is not a class."""
    return {
        "zero": _("zero: 0%"),
        "small": _("few households"),
        "waiting": _("waiting for data"),
        "no_data": _("no data"),
    }


def legend_title() -> str:
    """What the map's colours count."""
    return _("Households met in the window (number of desa)")


def schematic_sentence() -> str:
    """The remark on a map that is not drawn from official boundaries."""
    return _("Schematic map, not official boundaries")


def nothing_to_draw() -> str:
    """What stands in place of a figure without desa."""
    return _("No desa to draw for this choice.")


def describe_map(table: pd.DataFrame, *, schematic: bool = False) -> str:
    """The map in words: how many desa are in each class and state, the lowest ones by name."""
    rows = table.assign(look=look(table))
    if rows.empty:
        return nothing_to_draw()
    parts = [
        ngettext("Map of coverage in {count} desa.", "Map of coverage in {count} desa.", len(rows))
    ]
    shares = rows.loc[rows["look"] == "class", "coverage"].astype("float64")
    classes = shares.map(theme.coverage_class).value_counts()
    for index in sorted(classes.index, reverse=True):
        parts.append(
            _("{label}: {count} desa.", label=theme.class_label(index), count=classes[index])
        )
    for state, label in state_labels().items():
        column = "state" if state == "small" else "look"
        if count := int((rows[column] == state).sum()):
            parts.append(_("{label}: {count} desa.", label=label, count=count))
    ranked = rows[rows["look"].isin(["class", "zero"]) & (rows["state"] != "small")]
    lowest = ranked.sort_values(["coverage", "desa_name"]).head(3)
    if len(lowest):
        names = ", ".join(
            f"{row['desa_name']} {percent(row['coverage'])}" for row in lowest.to_dict("records")
        )
        parts.append(_("Lowest: {names}.", names=names))
    if schematic:
        parts.append(schematic_sentence() + ".")
    return " ".join(parts)
