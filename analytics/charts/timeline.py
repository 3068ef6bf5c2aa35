"""One household's story on one screen: visits, programs, barriers, and when it is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.timeline_lanes import Lane, barriers, programs, visits
from analytics.config import OUTCOMES
from analytics.i18n import _, ngettext
from analytics.numbers import day, month, number

LANE_PX = 46
_MOST_TICKS, _NAME_LETTERS, _MANY_POINTS = 4, 44, 30
_VISIT_SYMBOLS = {
    "bertemu": "circle",
    "tidak_di_tempat": "circle-open",
    "menolak": "x",
    "pindah": "triangle-right",
}


def outcome_labels() -> dict[str, str]:
    """The outcomes of a visit in words."""
    words = (_("Met"), _("Not at home"), _("Refused"), _("Moved away"))
    return dict(zip(OUTCOMES, words, strict=True))


def household_timeline(
    events: pd.DataFrame,
    *,
    title: str | None = None,
    due_on: date | None = None,
    as_of: date | None = None,
    program_names: Mapping[str, str] | None = None,
) -> go.Figure:
    """What happened to this household, and when is somebody due there again?

    Args:
        events: the household question: ``on_date, event, detail, programs`` (list), ``benefit,
            barriers`` (list), in any order.
        due_on: the day the next contact is due (drawn as a line).
        as_of: the day the question is asked about; the newest event when not given.
        program_names: names for program codes.
    """
    if events.empty:
        return theme.empty_figure(_("Nothing is recorded for this household."), title=title)
    rows = events.assign(on=pd.to_datetime(events["on_date"]))
    end = pd.Timestamp(as_of) if as_of is not None else rows["on"].max()
    lanes = [
        visits(rows),
        *programs(rows, end, program_names or {}),
        *barriers(rows, end),
    ]
    data: list[dict[str, Any]] = []
    for y, lane in enumerate(lanes):
        data += [_span(span, y, lane.kind) for span in lane.spans]
        data += _points(lane, y, few=len(lane.points) <= _MANY_POINTS)
    due = pd.Timestamp(due_on) if due_on is not None and pd.notna(due_on) else None
    first, last = rows["on"].min(), max(end, due) if due is not None else end
    key = _key(data)
    top, bottom = (44 if title else 12) + 22, 50 + 17 * (key["text"].count("<br>") + 1)
    layout = theme.layout(
        title=title,
        height=LANE_PX * len(lanes) + top + bottom,
        margin={"l": 8, "r": 8, "t": top, "b": bottom},
        xaxis=_time_axis(first, last),
        yaxis=theme.axis(
            range=[len(lanes) - 0.65, -0.65],
            tickvals=list(range(len(lanes))),
            ticktext=[lane.name for lane in lanes],
            showticklabels=False,
            showgrid=True,
        ),
        shapes=_lines(due, end),
        annotations=[*_names(lanes), *_line_notes(due, end, first, last), key],
    )
    return go.Figure({"data": data, "layout": layout})


def _span(span: tuple[pd.Timestamp, pd.Timestamp, str], y: int, kind: str) -> dict[str, Any]:
    colours = theme.palette()
    colour = colours.accent_soft if kind == "program" else colours.warn
    middle = span[0] + (span[1] - span[0]) / 2
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [_iso(span[0]), _iso(middle), _iso(span[1])],
        "y": [y, y, y],
        "line": {"color": colour, "width": 11 if kind == "program" else 4},
        "hovertext": [span[2]] * 3,
        "hovertemplate": "%{hovertext}<extra></extra>",
        "name": _("target of the program") if kind == "program" else _("barrier open"),
        "legendgroup": kind,
    }


def _points(lane: Lane, y: int, *, few: bool = True) -> list[dict[str, Any]]:
    """The points of a lane, a trace per symbol so that the legend can name it."""
    words = outcome_labels()
    colours = theme.palette()
    traces = []
    groups = (
        [(code, lane.points[lane.points["event"] == code]) for code in OUTCOMES]
        if lane.kind == "visit"
        else [("received", lane.points)]
    )
    for code, part in groups:
        if part.empty:
            continue
        visit = lane.kind == "visit"
        name = words[code] if visit else _("Program received")
        lost = code in ("menolak", "pindah")
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [_iso(moment) for moment in part["on"]],
                "y": [y] * len(part),
                "name": name,
                "legendgroup": code,
                "marker": {
                    "symbol": _VISIT_SYMBOLS[code] if visit else "diamond",
                    "size": 12 if few else 8,
                    "color": colours.alarm if lost else colours.accent,
                    "line": {
                        "width": 2 if code == "tidak_di_tempat" else 1,
                        "color": colours.accent if code == "tidak_di_tempat" else colours.ground,
                    },
                    "opacity": 1,
                },
                "hovertext": [_hover(row, name) for row in part.to_dict("records")],
                "hovertemplate": "%{hovertext}<extra></extra>",
                **theme.steady(),
            }
        )
        if not visit:
            traces.append(_ratings(part, y, code, name))
    return traces


def _ratings(part: pd.DataFrame, y: int, code: str, name: str) -> dict[str, Any]:
    """How great the benefit was felt to be, as a figure below each receipt."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [_iso(moment) for moment in part["on"]],
        "y": [y + 0.14] * len(part),
        "text": [number(rating) if pd.notna(rating) else "" for rating in part["benefit"]],
        "textposition": "bottom center",
        "textfont": {"size": 11, "color": theme.palette().muted_ink},
        "name": name,
        "legendgroup": code,
        "hoverinfo": "skip",
    }


def _key(data: list[dict[str, Any]]) -> dict[str, Any]:
    """What the signs mean, as text: a plotly legend would not wrap in the room there is."""
    colours = theme.palette()
    signs = {
        "bertemu": ("●", colours.accent),
        "tidak_di_tempat": ("○", colours.accent),
        "menolak": ("✖", colours.alarm),
        "pindah": ("▶", colours.alarm),
        "received": ("◆", colours.accent),
        "program": ("▬", colours.neutral),
        "barrier": ("▬", colours.warn),
    }
    seen = {trace["legendgroup"]: trace["name"] for trace in data}
    words = [
        f'<span style="color:{colour}">{sign}</span>\u00a0{seen[kind]}'
        for kind, (sign, colour) in signs.items()
        if kind in seen
    ]
    lines = ["   ".join(words[k : k + 3]) for k in range(0, len(words), 3)]
    text = "<br>".join(lines)
    return theme.note(text, yshift=-42, yanchor="top")


def _hover(row: dict[Any, Any], name: str) -> str:
    lines = [f"<b>{day(row['on'])}</b>", name]
    if pd.notna(row.get("benefit")) and row["event"] == "bertemu":
        lines.append(_("Benefit {rating} of 5", rating=number(row["benefit"])))
    return "<br>".join(lines)


def _names(lanes: list[Lane]) -> list[dict[str, Any]]:
    """The name of each lane above it: beside it, it would leave a phone no room for the days."""
    colours = theme.palette()
    return [
        theme.note(
            name if len(name) <= _NAME_LETTERS else f"{name[: _NAME_LETTERS - 1].rstrip()}…",
            yref="y",
            y=y,
            yshift=8,
            yanchor="bottom",
            xshift=-4,
            font={"size": 12.5, "color": colours.ink},
        )
        for y, name in enumerate(lane.name for lane in lanes)
    ]


def _iso(moment: pd.Timestamp) -> str:
    return moment.strftime("%Y-%m-%d")


def _time_axis(first: pd.Timestamp, last: pd.Timestamp) -> dict[str, Any]:
    """Few enough ticks for a phone, on first days of months (the first day of a short story)."""
    pad = pd.Timedelta(days=max(6, (last - first).days // 25))
    months = pd.date_range(first, last, freq="MS")
    step = max(1, -(-len(months) // _MOST_TICKS))
    ticks = list(months[::step]) if len(months) > 1 else [first]
    words = (
        [month(tick).replace(" ", "<br>") for tick in ticks]
        if len(months) > 1
        else [day(first, "medium")]
    )
    return theme.axis(
        type="date",
        range=[_iso(first - pad), _iso(last + pad)],
        tickvals=[_iso(tick) for tick in ticks],
        ticktext=words,
        tickangle=0,
        showgrid=True,
    )


def _lines(due: pd.Timestamp | None, end: pd.Timestamp) -> list[dict[str, Any]]:
    colours = theme.palette()
    shapes = []
    for moment, colour, dash in ((end, colours.neutral, "dot"), (due, colours.alarm, "4px,3px")):
        if moment is not None:
            shapes.append(
                {
                    "type": "line",
                    "x0": _iso(moment),
                    "x1": _iso(moment),
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "line": {"color": colour, "width": 1.6, "dash": dash},
                }
            )
    return shapes


def _line_notes(
    due: pd.Timestamp | None, end: pd.Timestamp, first: pd.Timestamp, last: pd.Timestamp
) -> list[dict[str, Any]]:
    """The due day is named; the as-of day only where the two names do not meet."""
    colours = theme.palette()
    places = [] if due is None else [(due, _("Due {date}", date=day(due, "medium")), colours.alarm)]
    apart = due is None or abs((end - due).days) > 0.45 * max((last - first).days, 1)
    if apart:
        places.append((end, day(end, "medium"), colours.muted_ink))
    notes = []
    for moment, text, colour in places:
        late = (moment - first) > 0.5 * (last - first)
        notes.append(
            theme.note(
                text,
                x=_iso(moment),
                xref="x",
                xanchor="right" if late else "left",
                y=1,
                yanchor="bottom",
                font={"size": 12, "color": colour, "weight": 600},
            )
        )
    return notes


def describe_timeline(
    events: pd.DataFrame, *, due_on: date | None = None, as_of: date | None = None
) -> str:
    """The story in words: how many visits of which outcome, the last contact, the due day."""
    visits = events[events["event"].isin(OUTCOMES)] if len(events) else events
    if visits.empty:
        parts = [_("No visit is recorded for this household.")]
    else:
        words = outcome_labels()
        counts = visits["event"].value_counts()
        listed = ", ".join(
            f"{words[code].lower()} {number(counts[code])}" for code in OUTCOMES if code in counts
        )
        head = ngettext("{count} visit", "{count} visits", len(visits))
        parts = [f"{head}: {listed}."]
        met = visits.loc[visits["event"] == "bertemu", "on_date"]
        if len(met):
            parts.append(_("Last met on {date}.", date=day(pd.to_datetime(met).max())))
    if due_on is not None and pd.notna(due_on):
        late = as_of is not None and pd.Timestamp(due_on) < pd.Timestamp(as_of)
        sentence = _("Was due on {date}.") if late else _("Due on {date}.")
        parts.append(sentence.format(date=day(due_on)))
    return " ".join(parts)
