"""A measure month by month: is a month unlike the others? (XmR chart)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.runchart_frame import (
    LINE_PX,
    event_bands,
    event_labels,
    initial_band,
    initial_span,
    level_labels,
    level_lines,
    month_ticks,
    positions,
    rule,
    span_of,
    value_ticks,
)
from analytics.charts.runchart_text import hover, value_text
from analytics.events import Event
from analytics.i18n import _
from analytics.numbers import month
from analytics.questions.monthly import Run
from analytics.stats.runchart import moving_ranges

_LABEL_ROOM = 0.1  # of the plot height, below or above a point


def run_chart(
    run: Run,
    events: Sequence[Event] = (),
    *,
    target: float | None = None,
    title: str | None = None,
    height: int = 340,
) -> go.Figure:
    """Each month as a point, with centre line, limits, signals and what happened meanwhile.

    Args:
        run: of `analytics.questions.monthly.judged`.
        events: drawn as bands behind the points.
        target: a share to reach, drawn when given.
        height: of the figure in pixels.
    """
    rows = run.rows[run.rows["value"].notna()]
    if rows.empty:
        return theme.empty_figure(_("No month with data yet."), title=title)
    when = positions(rows, run.measure)
    span = span_of(when)
    low, high = _value_range(run, rows, target)
    bands = [(event.first, event.last, event.label) for event in events]
    early = initial_span(run, when, span)
    labels, label_rows = event_labels(bands, early, span, run.measure)
    top = 12 + LINE_PX * label_rows + (34 if title else 0)
    plot_px = height - top - 44
    lines = level_lines(run, target)
    layout = theme.layout(
        title=title,
        height=height,
        margin={"l": 8, "r": 104, "t": top, "b": 44},
        hovermode="closest",
        xaxis=theme.axis(
            type="date", tickangle=0, range=[str(span[0]), str(span[1])], **month_ticks(when, rows)
        ),
        yaxis=theme.axis(
            range=[low, high],
            automargin=True,
            showgrid=True,
            ticklabelstandoff=6,
            **value_ticks(run, low, high),
        ),
        shapes=[
            *event_bands(bands, span),
            *initial_band(early),
            *[rule(at, colour, dash) for at, _text, colour, dash in lines],
        ],
        annotations=[*labels, *level_labels(lines, (low, high), plot_px)],
    )
    return go.Figure(
        {"data": [*_curve(run, rows, when), *_marks(run, when, (low, high))], "layout": layout}
    )


def _value_range(run: Run, rows: pd.DataFrame, target: float | None) -> tuple[float, float]:
    """Counts from 0 on; shares as far as points, limits and target need."""
    values = rows["value"].tolist()
    if run.limits is not None:
        values += [run.limits.lower, run.limits.upper]
    if target is not None:
        values.append(target)
    low, high = min(values), max(values)
    if not run.measure.is_share:
        top = max(high * 1.12, 1.0)
        # A little room below 0 for the points on it, more when one of them has a label.
        labelled = [s for s in run.named if s.kind == "below"]
        deep = any(run.rows["value"].iloc[s.first] < top * _LABEL_ROOM for s in labelled)
        return -top * (0.13 if deep else 0.03), top
    pad = max(0.03, (high - low) * 0.12)
    return max(low - pad, -0.02), min(high + pad, 1.02)


def _curve(run: Run, rows: pd.DataFrame, when: pd.Series) -> list[dict[str, Any]]:
    """Line and points; a month that may not be compared is hollow."""
    colours = theme.palette()
    left_out = rows["left_out"] != ""
    line = rows["value"].astype(float)
    # The count of a running month would only look like a fall.
    if not run.measure.is_share:
        line = line.where(~rows["left_out"].isin(["running", "late"]))
    # A month without a value interrupts the line.
    gap = rows.index.to_series().diff().fillna(1).to_numpy() > 1
    xs: list[str | None] = []
    ys: list[float | None] = []
    for at, value, broken in zip(when, line, gap, strict=True):
        if broken:
            xs.append(str(at))
            ys.append(None)
        xs.append(str(at))
        ys.append(None if pd.isna(value) else float(value))
    texts = [hover(run, row) for row in rows.to_dict("records")]
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": xs,
            "y": ys,
            "connectgaps": False,
            "line": {"color": colours.accent, "width": 2.2},
            "hoverinfo": "skip",
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": [str(at) for at in when],
            "y": rows["value"].tolist(),
            "marker": {
                "size": 8,
                "color": [colours.hover if out else colours.accent for out in left_out],
                "line": {"color": colours.accent, "width": 1.8},
                "opacity": 1,
            },
            "hovertext": texts,
            "hovertemplate": "%{hovertext}<extra></extra>",
            **theme.steady(),
        },
    ]


def _marks(run: Run, when: pd.Series, span: tuple[float, float]) -> list[dict[str, Any]]:
    """Signals: a large diamond beyond a limit, a ring around the months of a run."""
    colours = theme.palette()
    diamonds: dict[int, str] = {}
    rings: dict[int, str] = {}
    for signal in run.named:
        bad = run.is_bad(signal)
        colour = colours.ink if bad is None else colours.alarm if bad else colours.accent
        marked = diamonds if signal.kind in ("above", "below") else rings
        for place in range(signal.first, signal.last + 1):
            marked.setdefault(place, colour)
    texts = {place: month(run.rows["month_end"].iloc[place]) for place in diamonds}
    made = []
    for marked, symbol, size in ((rings, "circle-open", 15), (diamonds, "diamond", 13)):
        places = sorted(place for place in marked if place in when.index)
        made.append(
            {
                "type": "scatter",
                "mode": "markers+text" if marked is diamonds else "markers",
                "x": [str(when.loc[place]) for place in places],
                "y": [float(run.rows["value"].iloc[place]) for place in places],
                "text": [f"<b>{texts.get(place, '')}</b>" for place in places],
                "textposition": [_label_side(run, place, span) for place in places],
                "textfont": {"size": 12, "color": [marked[place] for place in places]},
                "marker": {
                    "symbol": symbol,
                    "size": size,
                    "color": [marked[place] for place in places],
                    "line": {"width": 2, "color": [marked[place] for place in places]},
                    "opacity": 1,
                },
                "cliponaxis": False,
                "hoverinfo": "skip",
            }
        )
    return [trace for trace in made if trace["x"]]


def _label_side(run: Run, place: int, span: tuple[float, float]) -> str:
    """Away from the curve: below a low point, above a high one; beside it at the plot's edge."""
    value = float(run.rows["value"].iloc[place])
    low = run.limits is not None and value < run.limits.centre
    room = (value - span[0] if low else span[1] - value) / (span[1] - span[0])
    if room < _LABEL_ROOM:
        return "middle left" if place > len(run.rows) / 2 else "middle right"
    return "bottom center" if low else "top center"


def range_chart(run: Run, *, height: int = 170) -> go.Figure:
    """How far was each month from the one before (or from the one that shares no day with it)?"""
    if run.limits is None:
        return theme.empty_figure(_("Too few months for limits."), height=height)
    colours, found = theme.palette(), run.limits
    values = run.rows["value"].where(run.rows["left_out"] == "")
    ranges = moving_ranges(values, found.lag)
    kept = run.rows[~pd.isna(ranges)]
    ys = [float(each) for each in ranges[~pd.isna(ranges)]]
    when = positions(kept, run.measure)
    out = [y > found.upper_range for y in ys]
    high = max([*ys, found.upper_range]) * 1.15 or 1.0
    lines = [
        (found.mean_range, value_text(run.measure, found.mean_range), colours.muted_ink, "solid"),
        (
            found.upper_range,
            value_text(run.measure, found.upper_range),
            colours.muted_ink,
            "5px,4px",
        ),
    ]
    layout = theme.layout(
        title=None,
        height=height,
        margin={"l": 8, "r": 104, "t": 10, "b": 40},
        xaxis=theme.axis(
            type="date",
            tickangle=0,
            range=[str(each) for each in span_of(when)],
            **month_ticks(when, kept),
        ),
        yaxis=theme.axis(
            range=[0, high], automargin=True, showgrid=True, **value_ticks(run, 0.0, high)
        ),
        shapes=[rule(at, colour, dash) for at, _text, colour, dash in lines],
        annotations=level_labels(lines, (0.0, high), height - 50),
    )
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [str(at) for at in when],
        "y": ys,
        "line": {"color": colours.neutral, "width": 1.6},
        "marker": {
            "size": [11 if each else 6 for each in out],
            "symbol": ["diamond" if each else "circle" for each in out],
            "color": [colours.alarm if each else colours.neutral for each in out],
        },
        "hovertext": [
            f"<b>{month(end)}</b><br>{value_text(run.measure, y)}"
            for end, y in zip(kept["month_end"], ys, strict=True)
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }
    return go.Figure({"data": [trace], "layout": layout})
