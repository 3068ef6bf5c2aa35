"""Coverage by desa as sorted bars: who is behind, how sure are we, and of whom we cannot say."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import map_text, theme
from analytics.charts.bars_rows import GROUPS, describe_bars, ordered, value
from analytics.charts.map_metric import COVERAGE, MapMetric
from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import percent

ROW_PX = 25
_RIGHT_PX, _TOP_PX = 128, 26


def coverage_bars(
    table: pd.DataFrame,
    metric: MapMetric = COVERAGE,
    *,
    title: str | None = None,
    target: float | None = None,
    selected: str | None = None,
    worst_first: bool = True,
) -> go.Figure:
    """Which desa fall behind (the target, where there is one), and is that more than chance?

    Args:
        table: the coverage question (one row per desa), or `metric_table`.
        metric: the measure that ``coverage`` holds.
        target: share to reach; the rules' target when not given.
        selected: code of the desa to mark.
        worst_first: the desa that need help on top, else the best ones.

    Returns:
        A figure with one row per desa; ranked ones first, then those with few households, those
        waiting for data and those without any, each under its own heading. A click anywhere in a
        row selects a point with ``customdata[0]`` = the desa code.
    """
    if table.empty:
        return theme.empty_figure(map_text.nothing_to_draw(), title=title)
    goal = load_rules().coverage.target if target is None else target
    rows, headings = ordered(table, worst_first == (metric.worse == "low"), metric)
    count = int(rows["y"].max()) + 1
    longest = rows["coverage"].max()
    most = 1.0 if not metric.counts_days or pd.isna(longest) else max(float(longest), 1.0)
    data = [
        *(
            _bars(group, name, metric)
            for name in GROUPS
            if len(group := rows[rows["group"] == name])
        ),
        *_intervals(rows),
        _whole_rows(rows, metric, most),
    ]
    margin = {"l": 8, "r": _RIGHT_PX, "t": _TOP_PX + (40 if title else 6), "b": 28}
    layout = theme.layout(
        title=title,
        height=margin["t"] + margin["b"] + ROW_PX * count,
        margin=margin,
        barmode="overlay",
        bargap=0.0,
        xaxis=theme.percent_axis(range=[-0.012, 1.0])
        if not metric.counts_days
        else theme.axis(range=[-0.012 * most, most], visible=False),
        yaxis=theme.axis(
            range=[count - 0.5, -0.5],
            tickvals=rows["y"].tolist(),
            ticktext=[_tick(row, selected) for row in map_text.records(rows)],
            tickfont={"size": 13, "color": theme.palette().ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        shapes=(_target_line(goal) if metric.goal else []) + _selection(rows, selected),
        annotations=[
            *([_target_note(goal)] if metric.goal else []),
            *(_heading(text, y) for text, y in headings),
            *_values(rows, metric),
        ],
    )
    return go.Figure({"data": data, "layout": layout})


def _heading(text: str, y: int) -> dict[str, Any]:
    font = {"size": 12, "color": theme.palette().muted_ink, "weight": 600}
    return theme.note(text, x=0, xanchor="left", y=y + 0.12, yref="y", yanchor="middle", font=font)


def _tick(row: dict[str, Any], selected: str | None) -> str:
    name = str(row["desa_name"])
    return f"<b>{name}</b>" if row["desa_code"] == selected else name


def _bars(group: pd.DataFrame, name: str, metric: MapMetric) -> dict[str, Any]:
    """The bars of a group; their pattern says the same as on the map."""
    shares = group["coverage"].fillna(0.0)
    fills = [metric.fill(share) for share in shares]
    marker: dict[str, Any] = {"color": fills, "line": {"width": 0}}
    if name == "waiting":
        marker["color"] = theme.WAITING_FILL
        marker["line"] = {"width": 1, "color": theme.WAITING_LINE}
        marker["pattern"] = _pattern("/", theme.WAITING_LINE, 0.16)
    if name == "small":
        inks = [metric.ink(share) for share in shares]
        marker["pattern"] = _pattern(".", inks, 0.2)
    return {
        "type": "bar",
        "orientation": "h",
        "x": shares.tolist(),
        "y": group["y"].tolist(),
        "width": 0.62,
        "marker": marker,
        "hoverinfo": "skip",
        **theme.steady(),
    }


def _pattern(shape: str, colour: str | list[str], solidity: float) -> dict[str, Any]:
    return {
        "shape": shape,
        "fgcolor": colour,
        "size": 6,
        "solidity": solidity,
        "fillmode": "overlay",
    }


def _intervals(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """The 95 % interval as a line with a casing, and the share itself as a dot on it."""
    known = rows[rows["ci_low"].notna() & rows["group"].isin(["ranked", "small"])]
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row in known.to_dict("records"):
        xs += [float(row["ci_low"]), float(row["ci_high"]), None]
        ys += [row["y"], row["y"], None]
    ink = theme.DARK_TEXT
    base = {"type": "scatter", "hoverinfo": "skip", "x": xs, "y": ys, "mode": "lines"}
    zero = known["look"] == "zero"
    hollow = (known["group"] == "small") | zero
    lines = [
        theme.ZERO_LINE if nobody else ink if few else "#ffffff"
        for nobody, few in zip(zero, hollow, strict=True)
    ]
    return [
        base | {"line": {"color": "rgba(255,255,255,0.85)", "width": 4.5}},
        base | {"line": {"color": ink, "width": 1.6}},
        {
            "type": "scatter",
            "mode": "markers",
            "x": known["coverage"].tolist(),
            "y": known["y"].tolist(),
            "marker": {
                "size": 9,
                "color": ["#ffffff" if k else ink for k in hollow],
                "line": {"width": 1.8, "color": lines},
            },
            "hoverinfo": "skip",
            **theme.steady(),
        },
    ]


def _values(rows: pd.DataFrame, metric: MapMetric) -> list[dict[str, Any]]:
    """The figures beside the bars: share and "n dari N"."""
    font = {"size": 12.5, "color": theme.palette().ink}
    return [
        theme.note(
            value(row, metric), x=1, xshift=8, y=row["y"], yref="y", yanchor="middle", font=font
        )
        for row in map_text.records(rows)
    ]


def _whole_rows(rows: pd.DataFrame, metric: MapMetric, most: float) -> dict[str, Any]:
    """Unseen bars over the whole width: the place to point at and to click."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": [most] * len(rows),
        "y": rows["y"].tolist(),
        "width": 1.0,
        "marker": {"opacity": 0},
        "customdata": rows[["desa_code"]].to_numpy().tolist(),
        "hovertext": [map_text.hover(row, metric) for row in map_text.records(rows)],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **theme.steady(0),
    }


def _target_line(goal: float) -> list[dict[str, Any]]:
    line = {"color": theme.palette().alarm, "width": 1.6, "dash": "4px,3px"}
    return [
        {"type": "line", "x0": goal, "x1": goal, "y0": 0, "y1": 1, "yref": "paper", "line": line}
    ]


def _target_note(goal: float) -> dict[str, Any]:
    return theme.note(
        _("Target {share}", share=percent(goal, 0)),
        x=goal,
        xref="x",
        xanchor="center",
        y=1,
        yanchor="bottom",
        font={"size": 12, "color": theme.palette().alarm, "weight": 600},
    )


def _selection(rows: pd.DataFrame, selected: str | None) -> list[dict[str, Any]]:
    places = rows.loc[rows["desa_code"] == selected, "y"]
    return [
        {
            "type": "rect",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": y - 0.5,
            "y1": y + 0.5,
            "layer": "below",
            "fillcolor": theme.palette().grid,
            "line": {"width": 0},
        }
        for y in places
    ]


__all__ = ["coverage_bars", "describe_bars"]
