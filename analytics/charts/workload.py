"""Share on time per assistant as dots with intervals: who needs help, and how sure is that?"""

from __future__ import annotations

from collections.abc import Hashable
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import number, percent

_ROW_PX = 26


def _known(table: pd.DataFrame) -> pd.DataFrame:
    """Assistants with at least one household, in the order of the table."""
    return table[table["assistant_id"].notna() & (table["households"] > 0)]


def on_time_dots(table: pd.DataFrame) -> go.Figure:
    """Of the households that each assistant looks after, which share is on time?

    Args:
        table: the workload question.

    Returns:
        One row per assistant, in the order of the table (no ranking): the share as a dot, its
        Wilson interval as a line, ``n of N`` at the right.
    """
    rows = _known(table)
    if rows.empty:
        return theme.empty_figure(_("No active household."), height=140)
    colours = theme.palette()
    count = len(rows)
    places = list(range(count))
    xs: list[float | None] = []
    ys: list[float | None] = []
    for place, low, high in zip(places, rows["ci_low"], rows["ci_high"], strict=True):
        xs += [float(low), float(high), None]
        ys += [place, place, None]
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "hoverinfo": "skip",
        "line": {"color": colours.neutral, "width": 3},
    }
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": rows["on_time_share"].tolist(),
        "y": places,
        "marker": {"size": 10, "color": colours.accent},
        "hovertext": [escape(_sentence(row)) for row in rows.to_dict("records")],
        "hoverinfo": "text",
        **theme.steady(),
    }
    notes = [
        theme.note(
            _("{part} of {whole}", part=number(row["on_time"]), whole=number(row["households"])),
            x=1.02,
            xanchor="left",
            y=place,
            yref="y",
            yanchor="middle",
            font={"size": 12, "color": colours.muted_ink},
        )
        for place, row in zip(places, rows.to_dict("records"), strict=True)
    ]
    layout = theme.layout(
        title=None,
        height=44 + _ROW_PX * count,
        margin={"l": 8, "r": 96, "t": 8, "b": 30},
        xaxis=theme.percent_axis(range=[-0.01, 1.01]),
        yaxis=theme.axis(
            range=[count - 0.5, -0.5],
            tickvals=places,
            ticktext=[escape(str(each)) for each in rows["assistant_id"]],
            tickfont={"size": 13, "color": colours.ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        annotations=notes,
    )
    return go.Figure({"data": [line, dots], "layout": layout})


def _sentence(row: dict[Hashable, Any]) -> str:
    return _(
        "{assistant}: {share} on time, {part} of {whole} households (between {low} and {high})",
        assistant=str(row["assistant_id"]),
        share=percent(row["on_time_share"], 0),
        part=number(row["on_time"]),
        whole=number(row["households"]),
        low=percent(row["ci_low"], 0),
        high=percent(row["ci_high"], 0),
    )


def describe_on_time(table: pd.DataFrame) -> str:
    """`on_time_dots` in words."""
    rows = _known(table)
    if rows.empty:
        return _("No active household.")
    return (
        _("Households on time per assistant.")
        + " "
        + "; ".join(_sentence(row) for row in rows.to_dict("records"))
    )
