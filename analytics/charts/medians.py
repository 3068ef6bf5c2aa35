"""Median time to resolution of several groups as dots with intervals."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import number, percent

_ROW_PX = 30


def median_dots(rows: pd.DataFrame) -> go.Figure:
    """Which group takes how long, and how sure is that?

    Args:
        rows: rows of the question resolution with a column ``label``, in the order to draw.

    Returns:
        One row per group: the median as a dot with its 95 % interval (open to the right when the
        upper end is not reached), hollow where few were resolved; the limit as a short upright
        line; the figures at the right.
    """
    if rows.empty:
        return theme.empty_figure(_("No barrier has been noted yet."), height=140)
    colours = theme.palette()
    table = rows.reset_index(drop=True)
    ends = table[["median_days", "median_low", "median_high", "limit_days"]].max(axis=1)
    most = float(ends.max()) * 1.08 if ends.notna().any() else 1.0
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, row in enumerate(table.to_dict("records")):
        if pd.notna(row["median_low"]):
            high = float(row["median_high"]) if pd.notna(row["median_high"]) else most
            xs += [float(row["median_low"]), high, None]
            ys += [place, place, None]
    known = table[table["median_days"].notna()]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": known["median_days"].tolist(),
        "y": known.index.tolist(),
        "marker": {
            "size": 12,
            "color": [colours.ground if few else colours.accent for few in known["few"]],
            "line": {"width": 2, "color": colours.accent},
        },
        "hovertext": [escape(median_sentence(row)) for row in known.to_dict("records")],
        "hoverinfo": "text",
        **theme.steady(),
    }
    line: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "hoverinfo": "skip",
    }
    line |= {"line": {"color": colours.neutral, "width": 5}, "opacity": 0.55}
    limits = [
        {
            "type": "line",
            "x0": each,
            "x1": each,
            "y0": place - 0.36,
            "y1": place + 0.36,
            "line": {"color": colours.ink, "width": 2},
        }
        for place, each in enumerate(table["limit_days"])
        if pd.notna(each)
    ]
    layout = theme.layout(
        title=None,
        height=64 + _ROW_PX * len(table),
        margin={"l": 8, "r": 132, "t": 10, "b": 38},
        xaxis=theme.axis(
            range=[-most * 0.01, most], showgrid=True, tickformat=",d", nticks=4, tickangle=0
        ),
        yaxis=theme.axis(
            range=[len(table) - 0.5, -0.5],
            tickvals=table.index.tolist(),
            ticktext=[escape(str(each)) for each in table["label"]],
            tickfont={"size": 13, "color": colours.ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        shapes=limits,
        annotations=[
            theme.note(
                _("median days (upright line: the limit)"), x=1, xanchor="right", y=0, yshift=-20
            ),
            *(_figures(place, row) for place, row in enumerate(table.to_dict("records"))),
        ],
    )
    return go.Figure({"data": [line, dots], "layout": layout})


def _figures(place: int, row: dict[Any, Any]) -> dict[str, Any]:
    text = _(
        "{days} days · {part} of {whole}",
        days=number(row["median_days"]),
        part=number(row["resolved"]),
        whole=number(row["barriers"]),
    )
    font = {"size": 12, "color": theme.palette().ink}
    return theme.note(
        text, x=1, xshift=8, xanchor="left", y=place, yref="y", yanchor="middle", font=font
    )


def median_sentence(row: dict[Any, Any]) -> str:
    """A row of the question resolution, with its ``label``, in a sentence."""
    high = row["median_high"]
    return _(
        "{group}: half resolved after {days} days (between {low} and {high}); {share} within the "
        "limit; {part} of {whole} resolved",
        group=str(row["label"]),
        days=number(row["median_days"]),
        low=number(row["median_low"]),
        high=number(high) if pd.notna(high) else _("not reached yet"),
        share=percent(row["in_limit"], 0),
        part=number(row["resolved"]),
        whole=number(row["barriers"]),
    )


def describe_medians(rows: pd.DataFrame) -> str:
    """`median_dots` in words."""
    said = [median_sentence(row) for row in rows[rows["median_days"].notna()].to_dict("records")]
    return _("Time to resolution per group.") + " " + "; ".join(said) + "."
