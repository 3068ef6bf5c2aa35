"""Months before and after each desa's start: was it quiet before, and what came after?"""

from __future__ import annotations

from math import isnan
from typing import Any

import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.differences import points
from analytics.i18n import _
from analytics.numbers import number
from analytics.questions.evaluate import Starts

_LONGEST = 12


def event_study(starts: Starts, *, height: int = 330) -> go.Figure:
    """What differs from what would have been, month by month around the start?

    Args:
        starts: of `analytics.questions.evaluate.evaluate_starts`.

    Returns:
        Points with 95 % intervals: grey before the start (they should lie around 0), coloured
        after it. Months more than `_LONGEST` after the start are left out.
    """
    events = shown(starts)
    if not events:
        return theme.empty_figure(_("Nothing to compare yet."))
    colours = theme.palette()
    found = [(k, events[k]) for k in sorted(events)]
    known = [
        abs(each)
        for _k, e in found
        for each in (e.estimate, max(min(e.low, 1), -1), max(min(e.high, 1), -1))
        if not isnan(each)
    ]
    reach = min(max(known) * 1.1, 1.05)
    bars: dict[str, Any] = {"x": [], "y": []}
    for k, e in found:
        if not isnan(e.se):
            bars["x"] += [k, k, None]
            bars["y"] += [max(e.low, -reach), min(e.high, reach), None]
    ticks = [k for k, _e in found if k == -1 or k % 3 == 0]
    levels = [-round(reach, 1) / 2, 0.0, round(reach, 1) / 2]
    return go.Figure(
        {
            "data": [
                {
                    "type": "scatter",
                    "mode": "lines",
                    **bars,
                    "line": {"color": colours.neutral, "width": 4},
                    "opacity": 0.55,
                    "hoverinfo": "skip",
                },
                {
                    "type": "scatter",
                    "mode": "markers",
                    "x": [k for k, _e in found],
                    "y": [e.estimate for _k, e in found],
                    "marker": {
                        "size": 11,
                        "color": [colours.ground if k < 0 else colours.accent for k, _e in found],
                        "line": {
                            "width": 2,
                            "color": [
                                colours.muted_ink if k < 0 else colours.accent for k, _e in found
                            ],
                        },
                    },
                    "hovertext": [_said(k, e.estimate, e.low, e.high) for k, e in found],
                    "hovertemplate": "%{hovertext}<extra></extra>",
                    **theme.steady(),
                },
            ],
            "layout": theme.layout(
                title=None,
                height=height,
                margin={"l": 8, "r": 12, "t": 30, "b": 48},
                xaxis=theme.axis(
                    range=[found[0][0] - 0.7, found[-1][0] + 0.7],
                    tickvals=ticks,
                    ticktext=[number(k).replace("-", "−") for k in ticks],
                    tickangle=0,
                ),
                yaxis=theme.axis(
                    range=[-reach, reach],
                    tickvals=levels,
                    ticktext=[points(each) if each else "0" for each in levels],
                    showgrid=True,
                    automargin=True,
                ),
                shapes=[
                    _line(x0=-0.5, x1=-0.5, y0=0, y1=1, yref="paper", colour=colours.warn),
                    _line(x0=0, x1=1, xref="paper", y0=0, y1=0, colour=colours.muted_ink),
                ],
                annotations=[
                    theme.note(
                        _("start"),
                        x=-0.5,
                        xref="x",
                        xanchor="center",
                        y=1,
                        yanchor="bottom",
                        font={"size": 13, "color": colours.warn, "weight": 600},
                    ),
                    theme.note(
                        _("months since the start in the desa"),
                        x=0.5,
                        xanchor="center",
                        y=0,
                        yshift=-26,
                    ),
                ],
            ),
        }
    )


def shown(starts: Starts) -> dict[int, Any]:
    """The months of the figure."""
    if starts.found is None:
        return {}
    events = starts.found.events
    return {k: e for k, e in events.items() if k <= _LONGEST and not isnan(e.estimate)}


def _line(*, colour: str, **place: Any) -> dict[str, Any]:
    return {"type": "line", "layer": "below", "line": {"color": colour, "width": 1.5}, **place}


def _said(k: int, estimate: float, low: float, high: float) -> str:
    when = _("month {n} after the start", n=k) if k >= 0 else _("{n} months before", n=-k)
    sentence = f"{when}: {points(estimate)}"
    if isnan(low):
        return sentence
    return sentence + " " + _("(95% interval {low} to {high})", low=points(low), high=points(high))


def describe_events(starts: Starts) -> str:
    """The figure in words."""
    events = shown(starts)
    said = [_said(k, e.estimate, e.low, e.high) for k, e in sorted(events.items())]
    return "; ".join(said) + "." if said else _("Nothing to compare yet.")
