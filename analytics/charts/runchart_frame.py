"""The frame of a run chart: axes, lines with their labels, and bands with theirs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.charts import theme
from analytics.charts.runchart_text import value_text
from analytics.charts.trend import is_partial
from analytics.i18n import _
from analytics.numbers import month
from analytics.questions.monthly import Measure, Run

_NARROW_PX = 215  # of the plot on a phone: labels that keep clear there keep clear everywhere
_LETTER_PX = 6.2
LINE_PX = 15
_EVENT_FILL = {False: "rgba(179,92,0,0.10)", True: "rgba(234,169,90,0.16)"}
_INITIAL_FILL = {False: "rgba(124,141,139,0.13)", True: "rgba(139,160,157,0.16)"}


def positions(rows: pd.DataFrame, measure: Measure) -> pd.Series:
    """Where a month stands on the time axis: at its end, or for what was done in it, within it."""
    if measure.at_month_end:
        return pd.to_datetime(rows["month_end"])
    begins, ends = pd.to_datetime(rows["month_start"]), pd.to_datetime(rows["month_end"])
    return begins + (ends - begins) / 2


def span_of(when: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The time axis: from a little before the first month to a little after the last."""
    pad = pd.Timedelta(days=max(12, (when.iloc[-1] - when.iloc[0]).days // 36))
    return when.iloc[0] - pad, when.iloc[-1] + pad


def value_ticks(run: Run, low: float, high: float) -> dict[str, Any]:
    """Round values, at most seven of them."""
    steps = (
        (0.05, 0.1, 0.2)
        if run.measure.is_share
        else [b * 10**k for k in range(9) for b in (1, 2, 5)]
    )
    step = next((s for s in steps if (high - low) / s <= 6), steps[-1])
    first = max(0, -int(-low // step))
    ticks = [k * step for k in range(first, int(high / step + 1e-9) + 1)]
    return {"tickvals": ticks, "ticktext": [value_text(run.measure, tick, 0) for tick in ticks]}


def month_ticks(when: pd.Series, rows: pd.DataFrame) -> dict[str, Any]:
    """At most four months are written, counted back from the last one; every month has a mark."""
    step = max(1, -(-len(rows) // 4))
    shown = sorted(range(len(rows) - 1, -1, -step))
    texts = [month(rows["month_end"].iloc[k]) for k in shown]
    last = rows["month_end"].iloc[-1]
    if is_partial(last):
        texts[-1] = _("{month}<br>(until the {day})", month=texts[-1], day=last.day)
    return {
        "tickvals": [str(when.iloc[k]) for k in shown],
        "ticktext": texts,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": theme.palette().grid,
    }


def level_lines(run: Run, target: float | None) -> list[tuple[float, str, str, str]]:
    """Height, label, colour and dash of every horizontal line."""
    colours, measure = theme.palette(), run.measure
    lines = []
    if (found := run.limits) is not None:
        centre = _("Mean {value}", value=value_text(measure, found.centre))
        lines.append((found.centre, centre, colours.muted_ink, "solid"))
        for at in (found.upper, found.lower):
            text = _("Limit {value}", value=value_text(measure, at))
            lines.append((at, text, colours.muted_ink, "5px,4px"))
    if target is not None:
        text = _("Target {share}", share=value_text(measure, target, 0))
        lines.append((target, text, colours.alarm, "2px,3px"))
    return lines


def rule(at: float, colour: str, dash: str) -> dict[str, Any]:
    """A line across the whole plot."""
    line = {"color": colour, "width": 1.3, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": at, "y1": at, "line": line}


def level_labels(
    lines: list[tuple[float, str, str, str]], span: tuple[float, float], plot_px: int
) -> list[dict[str, Any]]:
    """One label per line at the right edge, pushed apart where they would touch."""
    per_px = (span[1] - span[0]) / plot_px
    made, below = [], None
    for at, text, colour, _dash in sorted(lines, key=lambda line: line[0]):
        place = at if below is None else max(at, below + LINE_PX * per_px)
        below = place
        made.append(
            theme.note(
                text,
                x=1,
                xshift=6,
                y=place,
                yref="y",
                yanchor="middle",
                font={"size": 12, "color": colour},
            )
        )
    return made


def band(x0: str, x1: str, fill: str) -> dict[str, Any]:
    """A band of time behind the points."""
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": x0,
        "x1": x1,
        "y0": 0,
        "y1": 1,
        "fillcolor": fill,
        "line": {"width": 0},
        "layer": "below",
    }


def event_bands(bands: list[Any], span: tuple[pd.Timestamp, pd.Timestamp]) -> list[dict[str, Any]]:
    """A band for each event (first day, last day, name), as far as it lies on the axis."""
    fill = _EVENT_FILL[theme.dark.get()]
    return [
        band(str(max(pd.Timestamp(first), span[0])), str(min(_after(last), span[1])), fill)
        for first, last, _label in bands
        if _after(last) > span[0] and pd.Timestamp(first) < span[1]
    ]


def _after(last: Any) -> pd.Timestamp:
    return pd.Timestamp(last) + pd.Timedelta(days=1)


Span = tuple[pd.Timestamp, pd.Timestamp]


def initial_span(run: Run, when: pd.Series, span: Span) -> Span | None:
    """Where the first months stand, which look back on days before the data begins."""
    early = [place for place in when.index if run.rows["left_out"].iloc[place] == "initial"]
    if not early:
        return None
    after = [place for place in when.index if place > early[-1]]
    middle = when.loc[early[-1]]
    return span[0], middle + (when.loc[after[0]] - middle) / 2 if after else span[1]


def initial_band(early: Span | None) -> list[dict[str, Any]]:
    """The first months, on grey."""
    if early is None:
        return []
    return [band(str(early[0]), str(early[1]), _INITIAL_FILL[theme.dark.get()])]


def event_labels(
    bands: list[Any], early: Span | None, span: Span, measure: Measure
) -> tuple[list[dict[str, Any]], int]:
    """A label above each band, in as many rows as it takes to keep them apart on a phone."""
    colours = theme.palette()
    named = [
        (max(pd.Timestamp(first), span[0]), min(_after(last), span[1]), text, colours.warn)
        for first, last, text in bands
    ]
    if early is not None:
        text = _("first window not full") if measure.at_month_end else _("part of a month")
        named.insert(0, (*early, text, colours.muted_ink))
    days = (span[1] - span[0]) / pd.Timedelta(days=1)
    rows: list[float] = []  # right end of the last label in each row, in pixels
    made = []
    for begin, end, text, colour in named:
        if begin >= end:
            continue
        middle = _NARROW_PX * (begin + (end - begin) / 2 - span[0]) / pd.Timedelta(days=1) / days
        need = len(text) * _LETTER_PX
        left = min(max(middle - need / 2, 0), max(_NARROW_PX - need, 0))
        row = next((k for k, taken in enumerate(rows) if left > taken + 6), len(rows))
        rows[row : row + 1] = [left + need]
        at, anchor = begin + (end - begin) / 2, "center"
        if middle < need / 2:
            at, anchor = begin, "left"
        elif middle > _NARROW_PX - need / 2:
            at, anchor = end, "right"
        made.append(
            theme.note(
                text,
                x=str(at),
                xref="x",
                xanchor=anchor,
                y=1,
                yanchor="bottom",
                yshift=2 + LINE_PX * row,
                font={"size": 12, "color": colour},
            )
        )
    return made, len(rows)
