"""The concentration curve: is something spread alike from the first to the last household?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import percent
from analytics.stats.concentration import curve


def concentration_curve(
    groups: pd.DataFrame, counted: str, out_of: str, *, first: str, height: int = 380
) -> go.Figure:
    """Above the diagonal the first ones have more of it, below it less.

    Args:
        groups: rows of ``equity_groups`` of one order, with ``position``.
        counted, out_of: columns of the outcome.
        first: who stands at the left, in words (``the poorest``).
    """
    known = groups[groups["position"].notna() & (groups[out_of] > 0)]
    if len(known) < 2 or not known[counted].sum():
        return theme.empty_figure(_("There are too few groups to compare."))
    colours = theme.palette()
    x, y = curve(known["position"], known[counted], known[out_of])
    hover = [
        _("the first {part} of the households have {share} of it", part=percent(a, 0),
          share=percent(b, 0))
        for a, b in zip(x, y, strict=True)
    ]  # fmt: skip
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    shared: dict[str, Any] = {"tickvals": ticks, "ticktext": [percent(each, 0) for each in ticks]}
    middle = int(np.argmax(np.abs(y - x)))
    return go.Figure(
        {
            "data": [
                {
                    "type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1],
                    "line": {"color": colours.muted_ink, "width": 1.5, "dash": "4px,3px"},
                    "hoverinfo": "skip",
                },
                {
                    "type": "scatter", "mode": "lines+markers", "x": x, "y": y,
                    "line": {"color": colours.accent, "width": 3},
                    "marker": {"size": 7, "color": colours.accent},
                    "hovertext": hover, "hovertemplate": "%{hovertext}<extra></extra>",
                    **theme.steady(),
                },
            ],
            "layout": theme.layout(
                title=None,
                height=height,
                margin={"l": 8, "r": 12, "t": 12, "b": 46},
                xaxis=theme.percent_axis(range=[-0.01, 1.02], **shared),
                yaxis=theme.percent_axis(range=[-0.02, 1.03], **shared, automargin=True),
                annotations=[
                    theme.note(
                        _("all households, {first} at the left", first=first),
                        x=0.5, xanchor="center", yshift=-24,
                    ),
                    theme.note(
                        _("alike"), x=0.72, xref="x", y=0.66, yref="y", xanchor="left",
                        yanchor="top",
                    ),
                    theme.note(
                        percent(float(y[middle]), 0), x=float(x[middle]), xref="x",
                        y=float(y[middle]), yref="y", xanchor="right", yanchor="bottom",
                        xshift=-8, font={"size": 13, "color": colours.accent_ink, "weight": 600},
                    ),
                ],
            ),
        }
    )  # fmt: skip


def describe_curve(groups: pd.DataFrame, counted: str, out_of: str) -> str:
    """The curve in words: what the first quarter, half and three quarters have."""
    known = groups[groups["position"].notna() & (groups[out_of] > 0)]
    if len(known) < 2 or not known[counted].sum():
        return _("There are too few groups to compare.")
    x, y = curve(known["position"], known[counted], known[out_of])
    said = [
        _("the first {part} of the households have {share} of it", part=percent(part, 0),
          share=percent(float(np.interp(part, x, y)), 0))
        for part in (0.25, 0.5, 0.75)
    ]  # fmt: skip
    return "; ".join(said) + "."
