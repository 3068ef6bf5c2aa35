"""Barriers per week: how many came, how many were closed, and how many stayed open?"""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import day, month, number

_HEIGHT = 430
_FLOW, _STOCK = [0.0, 0.52], [0.64, 1.0]


def flow_chart(table: pd.DataFrame) -> go.Figure:
    """Do more barriers come than are closed, and does the stock of open ones grow?

    Args:
        table: the question barrier_flow, or its last weeks.

    Returns:
        Two panels over the same weeks, each with its own axis: above the barriers that were open
        at the end of the week as a line; below the opened ones as bars upwards and the resolved
        and turned-down ones as bars downwards. A week that is still running is hatched.
    """
    if table.empty:
        return theme.empty_figure(_("No barrier has been noted yet."))
    colours = theme.palette()
    weeks = pd.to_datetime(table["week_start"])
    closed = table["resolved"] + table["turned_down"]
    hover = [escape(_sentence(row)) for row in table.to_dict("records")]
    running = table["running"].tolist()
    shared = {"x": weeks.tolist(), "hovertext": hover, "hoverinfo": "text", "width": 5 * 86_400_000}
    stock = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": weeks.tolist(),
        "y": table["open_at_end"].tolist(),
        "yaxis": "y2",
        "line": {"color": colours.accent, "width": 2.6, "shape": "hv"},
        "marker": {"size": [0] * (len(table) - 1) + [9], "color": colours.accent},
        "hovertext": hover,
        "hoverinfo": "text",
        **theme.steady(),
    }
    most = max(int(table["opened"].max()), int(closed.max()), 1)
    top = max(int(table["open_at_end"].max()), 1)
    layout = theme.layout(
        title=None,
        height=_HEIGHT,
        margin={"l": 44, "r": 92, "t": 26, "b": 34},
        barmode="overlay",
        xaxis=theme.axis(
            anchor="y",
            tickvals=[each for each in weeks if each.day <= 7 and each.month % 3 == 1],
            ticktext=[month(each) for each in weeks if each.day <= 7 and each.month % 3 == 1],
            range=[weeks.iloc[0] - pd.Timedelta(days=5), weeks.iloc[-1] + pd.Timedelta(days=5)],
        ),
        yaxis=theme.axis(
            domain=_FLOW,
            range=[-most * 1.12, most * 1.12],
            zeroline=True,
            zerolinecolor=colours.muted_ink,
            zerolinewidth=1,
            **_ticks(most, both=True),
        ),
        yaxis2=theme.axis(domain=_STOCK, range=[0, top * 1.12], showgrid=True, **_ticks(top)),
        annotations=[
            _panel(_("Open at the end of the week"), 1.0),
            _panel(_("Per week: opened above, closed below the line"), 0.54),
            _beside(number(table["open_at_end"].iloc[-1]), weeks, table["open_at_end"].iloc[-1]),
            _side(_("opened"), most * 0.55, colours.warn),
            _side(_("closed"), -most * 0.55, colours.accent_ink),
        ],
    )
    data = [
        _bars(shared, table["opened"], colours.warn, running),
        _bars(shared, -closed, colours.accent, running),
        stock,
    ]
    return go.Figure({"data": data, "layout": layout})


def _bars(
    shared: dict[str, Any], counts: pd.Series, colour: str, running: list[bool]
) -> dict[str, Any]:
    pattern = {"shape": ["/" if each else "" for each in running], "fgcolor": "#ffffff", "size": 5}
    return {
        "type": "bar",
        **shared,
        "y": counts.tolist(),
        "marker": {"color": colour, "pattern": pattern},
        **theme.steady(),
    }


def _ticks(most: int, *, both: bool = False) -> dict[str, Any]:
    """Two or three round numbers up to *most*, and the same below zero."""
    size = 10 ** (len(str(max(most // 2, 1))) - 1)
    step = max(each * size for each in (1, 2, 5) if each * size <= max(most / 2, 1))
    values = list(range(0, most + 1, step))
    signed = [-each for each in values[:0:-1]] + values if both else values
    return {"tickvals": signed, "ticktext": [number(abs(each)) for each in signed]}


def _panel(text: str, y: float) -> dict[str, Any]:
    font = {"size": 12.5, "color": theme.palette().muted_ink, "weight": 600}
    return theme.note(text, x=0, y=y, yanchor="bottom", font=font)


def _beside(text: str, weeks: pd.Series, y: float) -> dict[str, Any]:
    font = {"size": 15, "color": theme.palette().accent_ink, "weight": 700}
    return theme.note(
        text, x=1, xshift=6, xanchor="left", y=float(y), yref="y2", yanchor="middle", font=font
    )


def _side(text: str, y: float, colour: str) -> dict[str, Any]:
    font = {"size": 13, "color": colour, "weight": 600}
    return theme.note(
        text, x=1, xshift=6, xanchor="left", y=y, yref="y", yanchor="middle", font=font
    )


def _sentence(row: dict[Any, Any]) -> str:
    sentence = _(
        "{first} to {last}: {opened} opened, {resolved} resolved, {turned_down} turned down; "
        "{left} open at the end",
        first=day(row["week_start"], "medium"),
        last=day(row["week_end"], "medium"),
        opened=number(row["opened"]),
        resolved=number(row["resolved"]),
        turned_down=number(row["turned_down"]),
        left=number(row["open_at_end"]),
    )
    return sentence + (" " + _("(week still running)") if row["running"] else "")


def describe_flow(table: pd.DataFrame, until: date) -> str:
    """`flow_chart` in words: the sums of its weeks, and the stock at the end.

    Args:
        until: the day that the question was asked about; a week that is still running ends on it.
    """
    if table.empty:
        return _("No barrier has been noted yet.")
    first, last = table.iloc[0], table.iloc[-1]
    return _(
        "In the {weeks} weeks from {first} to {last}, {opened} barriers were opened, {resolved} "
        "resolved and {turned_down} turned down; {left} were open at the end.",
        weeks=number(len(table)),
        first=day(first["week_start"], "medium"),
        last=day(min(last["week_end"].date(), until), "medium"),
        opened=number(table["opened"].sum()),
        resolved=number(table["resolved"].sum()),
        turned_down=number(table["turned_down"].sum()),
        left=number(last["open_at_end"]),
    )
