"""Two days compared: each desa as a line from what it was to what it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import isfinite
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import map_text, theme
from analytics.charts.map_metric import MapMetric
from analytics.i18n import _
from analytics.numbers import number

ROW_PX = 25
_RIGHT_PX = 150


def change_rows(
    before: pd.DataFrame,
    now: pd.DataFrame,
    metric: MapMetric,
    sure: Collection[str] | None = None,
) -> pd.DataFrame:
    """The desa of both days, those that got worse most on top.

    Args:
        before, now: `metric_table` of the two days.
        sure: codes of the desa whose change is more than chance; by default those whose two 95 %
            intervals do not overlap.

    Returns:
        ``desa_code, desa_name, before, now, change`` (missing where one of the two is, or is
        still waiting for data), ``sure`` (more than chance), ``y``.
    """
    columns = ["desa_code", "coverage", "ci_low", "ci_high", "state"]
    table = now[["desa_name", *columns]].merge(
        before[columns], on="desa_code", suffixes=("", "_before")
    )
    waiting = (table["state"] == "waiting") | (table["state_before"] == "waiting")
    rows = pd.DataFrame(
        {
            "desa_code": table["desa_code"],
            "desa_name": table["desa_name"],
            "before": table["coverage_before"].astype("float64").mask(waiting),
            "now": table["coverage"].astype("float64").mask(waiting),
        }
    )
    rows["change"] = rows["now"] - rows["before"]
    apart = (table["ci_low"] > table["ci_high_before"]) | (
        table["ci_high"] < table["ci_low_before"]
    )
    named = apart if sure is None else rows["desa_code"].isin(sure)
    rows["sure"] = named & rows["change"].notna()
    rows = rows.sort_values(["change", "desa_name"], ascending=[metric.worse == "low", True])
    return rows.assign(y=range(len(rows))).reset_index(drop=True)


def change_dumbbells(
    rows: pd.DataFrame, metric: MapMetric, *, days: tuple[str, str], selected: str | None = None
) -> go.Figure:
    """Which desa rose, which fell, and by how much?

    Args:
        rows: `change_rows`.
        days: the two days in words, the earlier one first.
        selected: code of the desa to mark.

    Returns:
        One row per desa: a ring where it was, a dot where it is, the change at the right (bold
        where it is more than chance). A click anywhere in a row selects
        ``customdata[0]`` = the desa code.
    """
    if rows.empty:
        return theme.empty_figure(map_text.nothing_to_draw())
    colours = theme.palette()
    longest = rows[["before", "now"]].max().max()
    most = 1.0 if not metric.counts_days or pd.isna(longest) else max(float(longest), 1.0)
    axis = (
        theme.axis(range=[-0.012 * most, 1.012 * most], visible=False)
        if metric.counts_days
        else theme.percent_axis(range=[-0.015, 1.015])
    )
    layout = theme.layout(
        title=None,
        height=58 + ROW_PX * len(rows),
        margin={"l": 8, "r": _RIGHT_PX, "t": 30, "b": 28},
        bargap=0,
        xaxis=axis,
        yaxis=theme.axis(
            range=[len(rows) - 0.5, -0.5],
            tickvals=rows["y"].tolist(),
            ticktext=[_tick(row, selected) for row in map_text.records(rows)],
            tickfont={"size": 13, "color": colours.ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        annotations=[_key(days), *_changes(rows, metric)],
    )
    data = [_links(rows), *_points(rows), _whole_rows(rows, metric, most, days)]
    return go.Figure({"data": data, "layout": layout})


def _tick(row: Mapping[str, Any], selected: str | None) -> str:
    name = str(row["desa_name"])
    return f"<b>{name}</b>" if row["desa_code"] == selected else name


def _key(days: tuple[str, str]) -> dict[str, Any]:
    text = _("○ {before}   ● {now}", before=days[0], now=days[1])
    return theme.note(text, x=0, y=1, yanchor="bottom", yshift=6)


def _links(rows: pd.DataFrame) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row in rows[rows["change"].notna()].to_dict("records"):
        xs += [row["before"], row["now"], None]
        ys += [row["y"], row["y"], None]
    line = {"color": theme.palette().neutral, "width": 3}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"}


def _points(rows: pd.DataFrame) -> list[dict[str, Any]]:
    colours = theme.palette()
    fills = {"before": colours.ground, "now": colours.accent}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": rows[when].tolist(),
            "y": rows["y"].tolist(),
            "marker": {"size": 11, "color": fill, "line": {"width": 2, "color": colours.accent}},
            "hoverinfo": "skip",
            **theme.steady(),
        }
        for when, fill in fills.items()
    ]


def change_text(change: float, metric: MapMetric) -> str:
    """A change in words: ``+4,2 poin``, ``-3 hari``; a missing one says why."""
    if not isfinite(change):
        return _("cannot be compared")
    sign = {True: "+", False: "−"}[change > 0] if change else "±"
    if metric.counts_days:
        return _("{change} days", change=f"{sign}{number(abs(change))}")
    return _("{change} points", change=f"{sign}{number(abs(change) * 100, 1)}")


def _changes(rows: pd.DataFrame, metric: MapMetric) -> list[dict[str, Any]]:
    notes = []
    for row in rows.to_dict("records"):
        text = change_text(row["change"], metric)
        font = {"size": 12.5, "color": theme.palette().ink}
        notes.append(
            theme.note(
                f"<b>{text}</b>" if row["sure"] else text,
                x=1,
                xshift=8,
                y=row["y"],
                yref="y",
                yanchor="middle",
                font=font,
            )
        )
    return notes


def _whole_rows(
    rows: pd.DataFrame, metric: MapMetric, most: float, days: tuple[str, str]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [most] * len(rows),
        "y": rows["y"].tolist(),
        "width": 1.0,
        "marker": {"opacity": 0},
        "customdata": rows[["desa_code"]].to_numpy().tolist(),
        "hovertext": [_hover(row, metric, days) for row in map_text.records(rows)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **theme.steady(0),
    }


def _hover(row: Mapping[str, Any], metric: MapMetric, days: tuple[str, str]) -> str:
    lines = [f"<b>{row['desa_name']}</b>"]
    for day, when in zip(days, ("before", "now"), strict=True):
        value = row[when]
        said = _("cannot be compared") if pd.isna(value) else metric.exact_text(value)
        lines.append(f"{day}: {said}")
    if row["sure"]:
        lines.append(_("More than chance."))
    return "<br>".join(lines)


def describe_change(rows: pd.DataFrame, metric: MapMetric, *, days: tuple[str, str]) -> str:
    """The comparison in words, every desa once."""
    said = [
        f"{row['desa_name']} {change_text(row['change'], metric)}" for row in map_text.records(rows)
    ]
    return _(
        "{measure}, {before} against {now}: {desa}.",
        measure=metric.name,
        before=days[0],
        now=days[1],
        desa=", ".join(said),
    )
