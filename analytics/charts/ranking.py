"""Shares of small desa pulled towards the usual one, and how sure their ranks are."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import number, percent

ROW_PX = 25


def _compared(table: pd.DataFrame) -> pd.DataFrame:
    rows = table[table["estimate"].notna()]
    return rows.sort_values("rank_expected").reset_index(drop=True)


def shrunk_dots(table: pd.DataFrame) -> go.Figure:
    """What is the share of each desa, allowing for how few households it has?

    Args:
        table: the question ``funnel``.

    Returns:
        One row per desa: its own share as a ring, the estimate as a dot with its 95 % interval,
        and a thin line from the one to the other.
    """
    rows = _compared(table)
    if rows.empty:
        return theme.empty_figure(_("Too few desa with data to compare."))
    colours = theme.palette()
    at = list(range(len(rows)))
    expected = float(rows["expected"].iloc[0])
    hover = [
        f"<b>{row['desa_name']}</b><br>"
        + _(
            "own {own}, estimate {estimate} ({low} to {high}); {weight} from its own households",
            own=percent(row["share"]),
            estimate=percent(row["estimate"]),
            low=percent(row["est_low"], 0),
            high=percent(row["est_high"], 0),
            weight=percent(row["own_weight"], 0),
        )
        for row in rows.to_dict("records")
    ]
    data = [
        _bars(rows["est_low"], rows["est_high"], 5, 0.5),
        _dots(rows["share"].tolist(), at, colours.ground, colours.muted_ink, 10, hover),
        _dots(rows["estimate"].tolist(), at, colours.accent, colours.accent, 11, hover),
    ]
    figures = [
        theme.note(
            f"<b>{percent(value, 0)}</b>", x=1, xshift=8, y=i, yref="y", yanchor="middle",
            font={"size": 12.5, "color": colours.ink},
        )
        for i, value in enumerate(rows["estimate"])
    ]  # fmt: skip
    line = {"color": colours.muted_ink, "width": 1.5, "dash": "4px,3px"}
    return _figure(
        rows,
        data,
        theme.percent_axis(range=[-0.015, 1.015]),
        annotations=[
            theme.note(
                _("all {share}", share=percent(expected, 0)),
                x=expected, xref="x", xanchor="center", y=1, yanchor="bottom",
            ),
            *figures,
        ],
        shapes=[
            {
                "type": "line", "layer": "below", "line": line, "x0": expected, "x1": expected,
                "y0": 0, "y1": 1, "yref": "paper",
            }
        ],
    )  # fmt: skip


def rank_lines(table: pd.DataFrame) -> go.Figure:
    """Between which ranks does each desa lie?

    Args:
        table: the question ``funnel``.

    Returns:
        One row per desa: the 95 % interval of its rank, 1 at the left; grey for desa that are
        neither surely in the upper nor in the lower half.
    """
    rows = _compared(table)
    if rows.empty:
        return theme.empty_figure(_("Too few desa with data to compare."))
    colours, count = theme.palette(), len(rows)
    tied = rows["tied"].astype(bool).tolist()
    hover = [
        f"<b>{row['desa_name']}</b><br>"
        + _(
            "rank {low} to {high} of {all}",
            low=number(row["rank_low"]),
            high=number(row["rank_high"]),
            all=number(count),
        )
        for row in rows.to_dict("records")
    ]
    marks = [colours.neutral if each else colours.accent for each in tied]
    data = [
        _bars(rows["rank_low"], rows["rank_high"], 6, 0.5),
        _dots(rows["rank_expected"].tolist(), list(range(count)), marks, marks, 9, hover),
    ]
    figures = [
        theme.note(
            f"{number(row['rank_low'])}–{number(row['rank_high'])}", x=1, xshift=8, y=i, yref="y",
            yanchor="middle", font={"size": 12.5, "color": colours.ink},
        )
        for i, row in enumerate(rows.to_dict("records"))
    ]  # fmt: skip
    ticks = sorted({1, round(count / 2), count})
    axis = theme.axis(
        range=[0.3, count + 0.7], tickvals=ticks, ticktext=[number(each) for each in ticks],
        tickangle=0, showgrid=True,
    )  # fmt: skip
    return _figure(rows, data, axis, annotations=figures, shapes=[])


def _figure(
    rows: pd.DataFrame,
    data: list[dict[str, Any]],
    axis: dict[str, Any],
    *,
    annotations: list[dict[str, Any]],
    shapes: list[dict[str, Any]],
) -> go.Figure:
    layout = theme.layout(
        title=None,
        height=64 + ROW_PX * len(rows),
        margin={"l": 8, "r": 58, "t": 28, "b": 30},
        xaxis=axis,
        yaxis=theme.axis(
            range=[len(rows) - 0.5, -0.5],
            tickvals=list(range(len(rows))),
            ticktext=rows["desa_name"].tolist(),
            tickfont={"size": 13, "color": theme.palette().ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        annotations=annotations,
        shapes=shapes,
    )
    return go.Figure({"data": data, "layout": layout})


def _bars(low: pd.Series, high: pd.Series, width: int, opacity: float) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for i, (left, right) in enumerate(zip(low, high, strict=True)):
        xs += [float(left), float(right), None]
        ys += [i, i, None]
    return {
        "type": "scatter", "mode": "lines", "x": xs, "y": ys, "opacity": opacity,
        "line": {"color": theme.palette().neutral, "width": width}, "hoverinfo": "skip",
    }  # fmt: skip


def _dots(x: list[float], y: list[int], fill: Any, edge: Any, size: int, hover: list[str]) -> Any:
    return {
        "type": "scatter", "mode": "markers", "x": x, "y": y,
        "marker": {"size": size, "color": fill, "line": {"width": 2, "color": edge}},
        "hovertext": hover, "hovertemplate": "%{hovertext}<extra></extra>", **theme.steady(),
    }  # fmt: skip


def describe_shrunk(table: pd.DataFrame) -> str:
    """The estimates in words, from the highest on."""
    rows = _compared(table).to_dict("records")
    said = [
        f"{row['desa_name']} {percent(row['estimate'], 0)} ({percent(row['est_low'], 0)}–"
        f"{percent(row['est_high'], 0)})"
        for row in rows
    ]
    return "; ".join(said) + "." if said else _("Too few desa with data to compare.")


def describe_ranks(table: pd.DataFrame) -> str:
    """The rank intervals in words."""
    rows = _compared(table).to_dict("records")
    said = [f"{row['desa_name']} {row['rank_low']:.0f}–{row['rank_high']:.0f}" for row in rows]
    return "; ".join(said) + "." if said else _("Too few desa with data to compare.")
