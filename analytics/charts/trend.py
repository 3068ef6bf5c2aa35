"""Coverage over time: is it getting better, and is the last month complete?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import day, month, number, percent

_BAND = "rgba(11,110,105,0.16)"


def coverage_trend(
    table: pd.DataFrame,
    *,
    title: str | None = None,
    target: float | None = None,
    as_of: date | None = None,
    height: int = 300,
) -> go.Figure:
    """How did coverage develop from month to month?

    Args:
        table: the trend question: ``month_end, active, covered, coverage, ci_low, ci_high``, one
            row per month; a month without active households has no share.
        target: share to reach; the rules' target when not given.
        as_of: when it is not the last day of its month, the last point is marked as a month that
            is still running. The last ``month_end`` when not given.
        height: of the figure in pixels.
    """
    rows = table[table["coverage"].notna()].sort_values("month_end")
    if rows.empty:
        return theme.empty_figure(_("No month with active households."), title=title)
    goal = load_rules().coverage.target if target is None else target
    days = pd.to_datetime(rows["month_end"])
    partial = is_partial(as_of if as_of is not None else days.iloc[-1])
    shares = rows["coverage"].astype("float64").tolist()
    colours = theme.palette()
    dates = [stamp.strftime("%Y-%m-%d") for stamp in days]
    whole = len(dates) - 1 if partial else len(dates)
    hover = [_hover(row) for row in rows.to_dict("records")]
    data = [
        *_band(dates, rows),
        _line(dates[:whole], shares[:whole], colours.accent, "solid"),
        *([_line(dates[-2:], shares[-2:], colours.accent, "4px,4px")] if partial else []),
        {
            "type": "scatter",
            "mode": "markers",
            "x": dates,
            "y": shares,
            "marker": {
                "size": [6] * (len(dates) - 1) + [11],
                "color": [colours.accent] * whole + [colours.hover] * (len(dates) - whole),
                "line": {"color": colours.accent, "width": 2},
                "opacity": 1,
            },
            "hovertext": hover,
            "hovertemplate": "%{hovertext}<extra></extra>",
            **theme.steady(),
        },
    ]
    ticks = _ticks(days)
    layout = theme.layout(
        title=title,
        height=height,
        margin={"l": 8, "r": 74, "t": 44 if title else 14, "b": 44},
        hovermode="x",
        xaxis=theme.axis(
            type="date",
            tickvals=[dates[k] for k in ticks],
            ticktext=_tick_texts(days, ticks, partial),
            tickangle=0,
            range=_range(days),
        ),
        yaxis=theme.percent_axis(
            tickvals=(0, 0.2, 0.4, 0.6, 0.8, 1.0),
            ticktext=[percent(tick, 0) for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0)],
            automargin=True,
            ticklabelstandoff=6,
            range=[0, 1.02],
        ),
        shapes=[_target_line(goal)],
        annotations=_notes(shares[-1], goal),
    )
    return go.Figure({"data": data, "layout": layout})


def is_partial(when: date | pd.Timestamp) -> bool:
    """Whether a day is before the end of its month."""
    stamp = pd.Timestamp(when)
    return bool(stamp.day != stamp.days_in_month)


def _hover(row: dict[Any, Any]) -> str:
    counts = _(
        "{covered} of {active} households",
        covered=number(row["covered"]),
        active=number(row["active"]),
    )
    interval = _(
        "95% interval {low} to {high}", low=percent(row["ci_low"]), high=percent(row["ci_high"])
    )
    return f"<b>{day(row['month_end'])}</b><br>{percent(row['coverage'])} · {counts}<br>{interval}"


def _line(x: list[str], y: list[float], colour: str, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": 2.6, "dash": dash},
        "hoverinfo": "skip",
    }


def _band(dates: list[str], rows: pd.DataFrame) -> list[dict[str, Any]]:
    base = {
        "type": "scatter",
        "mode": "lines",
        "x": dates,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    low, high = rows["ci_low"].astype("float64"), rows["ci_high"].astype("float64")
    return [
        base | {"y": low.tolist()},
        base | {"y": high.tolist(), "fill": "tonexty", "fillcolor": _BAND},
    ]


def _range(days: pd.Series) -> list[str]:
    pad = pd.Timedelta(days=max(4, (days.iloc[-1] - days.iloc[0]).days // 40))
    return [(days.iloc[0] - pad).strftime("%Y-%m-%d"), (days.iloc[-1] + pad).strftime("%Y-%m-%d")]


def _ticks(days: pd.Series) -> list[int]:
    """At most four months are written, counted back from the last one."""
    step = max(1, -(-len(days) // 4))
    return sorted(range(len(days) - 1, -1, -step))


def _target_line(goal: float) -> dict[str, Any]:
    line = {"color": theme.palette().alarm, "width": 1.4, "dash": "4px,3px"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": goal, "y1": goal, "line": line}


def _tick_texts(days: pd.Series, ticks: list[int], partial: bool) -> list[str]:
    """Months; a running last one also says up to which day it is known."""
    texts = [month(days.iloc[k]) for k in ticks]
    if partial:
        texts[-1] = _("{month}<br>(until the {day})", month=texts[-1], day=days.iloc[-1].day)
    return texts


def _notes(last: float, goal: float) -> list[dict[str, Any]]:
    colours = theme.palette()
    bold = {"weight": 700, "color": colours.accent_ink, "size": 15}
    alarm = {"weight": 600, "color": colours.alarm, "size": 12}
    # Two labels at the right edge: the target's gives way to the value's.
    gap = last - goal
    shift = 0 if abs(gap) > 0.09 else (-14 if gap >= 0 else 14)
    return [
        theme.note(percent(last), x=1, xshift=6, y=last, yref="y", yanchor="middle", font=bold),
        theme.note(
            _("Target {share}", share=percent(goal, 0)),
            x=1,
            xshift=6,
            y=goal,
            yref="y",
            yshift=shift,
            yanchor="middle",
            font=alarm,
        ),
    ]


def describe_trend(
    table: pd.DataFrame, *, target: float | None = None, as_of: date | None = None
) -> str:
    """The trend in words: first and last share, the change, the months at the target."""
    rows = table[table["coverage"].notna()].sort_values("month_end")
    if rows.empty:
        return _("No month with active households.")
    goal = load_rules().coverage.target if target is None else target
    first, last = rows.iloc[0], rows.iloc[-1]
    change = (float(last["coverage"]) - float(first["coverage"])) * 100
    reached = int((rows["coverage"].astype("float64") >= goal).sum())
    parts = [
        _(
            "Coverage was {first} on {first_day} and {last} on {last_day}, a change of {change}"
            " percentage points.",
            first=percent(first["coverage"]),
            first_day=day(first["month_end"]),
            last=percent(last["coverage"]),
            last_day=day(last["month_end"]),
            change=f"{'+' if change > 0 else '−' if change < 0 else ''}{number(abs(change), 1)}",
        ),
        _(
            "The target of {target} was reached in {reached} of {months} months.",
            target=percent(goal, 0),
            reached=number(reached),
            months=number(len(rows)),
        ),
    ]
    if is_partial(as_of if as_of is not None else last["month_end"]):
        parts.append(_("The last month is still running."))
    return " ".join(parts)
