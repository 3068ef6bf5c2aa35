"""A series with a start in it: what was, what would have been, what is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import month, percent
from analytics.questions.evaluate import Series


def its_chart(series: Series, *, height: int = 320) -> go.Figure:
    """Did the series break at the start?

    Args:
        series: of `analytics.questions.evaluate.evaluate_series`.

    Returns:
        Months as points, the fitted line before and after, the line from before carried on as a
        dashed one, and the start as a vertical line.
    """
    rows = series.months
    if series.found is None or rows.empty:
        return theme.empty_figure(_("Too few months on one side of the start."))
    colours = theme.palette()
    days = pd.to_datetime(rows["month_start"])
    at = np.arange(len(rows))
    share = rows["share"].astype("float64")
    found, begins = series.found, series.start - 0.5
    low = min(float(share.min()), float(np.nanmin(found.fitted)), float(found.expected.min()))
    high = max(float(share.max()), float(np.nanmax(found.fitted)), float(found.expected.max()))
    room = max((high - low) * 0.18, 0.02)
    scale = [max(low - room, -0.02), min(high + room, 1.04)]
    before, after = at < series.start, at >= series.start

    def line(mask: np.ndarray, values: np.ndarray, dash: str, colour: str) -> dict[str, object]:
        return {
            "type": "scatter",
            "mode": "lines",
            "x": at[mask],
            "y": np.asarray(values)[mask],
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "hoverinfo": "skip",
            "connectgaps": True,
        }

    points = {
        "type": "scatter",
        "mode": "markers",
        "x": at,
        "y": share,
        "marker": {
            "size": 9,
            "color": [colours.neutral if k < series.start else colours.accent for k in at],
        },
        "hovertext": [
            f"<b>{month(day)}</b><br>{percent(value)}"
            for day, value in zip(days, share, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **theme.steady(),
    }
    ticks = sorted({0, series.start, len(at) - 1})
    return go.Figure(
        {
            "data": [
                line(before, found.fitted, "solid", colours.neutral),
                line(after, found.expected, "6px,4px", colours.muted_ink),
                line(after, found.fitted, "solid", colours.accent),
                points,
            ],
            "layout": theme.layout(
                title=None,
                height=height,
                margin={"l": 8, "r": 16, "t": 30, "b": 34},
                xaxis=theme.axis(
                    range=[-0.7, len(at) - 0.3],
                    tickvals=ticks,
                    ticktext=[month(days.iloc[k]) for k in ticks],
                    tickangle=0,
                ),
                yaxis=theme.axis(range=scale, **_levels(scale), showgrid=True, automargin=True),
                shapes=[
                    {
                        "type": "line",
                        "x0": begins,
                        "x1": begins,
                        "y0": 0,
                        "y1": 1,
                        "yref": "paper",
                        "line": {"color": colours.warn, "width": 2},
                    }
                ],
                annotations=[
                    theme.note(
                        _("start"),
                        x=begins,
                        xref="x",
                        xanchor="center",
                        y=1,
                        yanchor="bottom",
                        font={"size": 13, "color": colours.warn, "weight": 600},
                    ),
                    theme.note(
                        _("without it"),
                        x=float(at[-1]),
                        xref="x",
                        xanchor="right",
                        y=float(found.expected[-1]),
                        yref="y",
                        yanchor=_side(found.expected[-1], found.fitted[-1]),
                        yshift=-6 if found.expected[-1] < found.fitted[-1] else 6,
                    ),
                ],
            ),
        }
    )


def _side(expected: float, fitted: float) -> str:
    return "top" if expected < fitted else "bottom"


def _levels(scale: list[float]) -> dict[str, list[object]]:
    step = 0.2 if scale[1] - scale[0] > 0.5 else 0.1 if scale[1] - scale[0] > 0.2 else 0.05
    values = [k * step for k in range(round(1 / step) + 1) if scale[0] <= k * step <= scale[1]]
    return {"tickvals": list(values), "ticktext": [percent(each, 0) for each in values]}


def describe_its(series: Series) -> str:
    """The figure in words."""
    if series.found is None:
        return _("Too few months on one side of the start.")
    last = len(series.months) - 1
    return _(
        "Before the start in {month} there are {before} months, after it {after}. In the last "
        "month the fitted line is at {fitted}; the line from before would be at {expected}.",
        month=month(pd.Timestamp(series.design.waves[0].start)),
        before=series.found.before,
        after=series.found.after,
        fitted=percent(float(series.found.fitted[last])),
        expected=percent(float(series.found.expected[last])),
    )
