"""Time to resolution: the Kaplan–Meier curve of one group of barriers."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.medians import median_sentence
from analytics.i18n import _
from analytics.numbers import number, percent

FEWEST_LEFT = 5
"""The curve is drawn while at least so many barriers are neither resolved nor censored."""


def resolution_chart(
    curve: pd.DataFrame, row: pd.Series, everybody: pd.DataFrame | None = None
) -> go.Figure:
    """What share of the barriers is still unresolved after so many days?

    Args:
        curve: the rows of one group of the question resolution_curve.
        row: the row of that group of the question resolution.
        everybody: the rows of all barriers together, drawn thin beside it.

    Returns:
        A step line that falls from 100 %, its 95 % interval as a band, the median as a dot on the
        half-way line, and the limit as an upright line (where the group has one). It ends where
        fewer than `FEWEST_LEFT` barriers are left.
    """
    if curve.empty:
        return theme.empty_figure(_("No barrier has been noted yet."))
    colours = theme.palette()
    days, share = _steps(curve, "unresolved")
    last = _drawn_until(curve)
    data: list[dict[str, Any]] = [*_band(curve, colours.accent_soft)]
    if everybody is not None:
        other_days, other = _steps(everybody, "unresolved")
        data.append(_line(other_days, other, colours.neutral, 1.6, "dot"))
    data.append(_line(days, share, colours.accent, 2.8, "solid"))
    data.append(_points(curve))
    notes = [
        theme.note(_("days since it was noted"), x=1, xanchor="right", y=0, yshift=-22),
        _what_is_drawn(last, row["limit_days"]),
    ]
    shapes = []
    if pd.notna(row["limit_days"]) and float(row["limit_days"]) <= last:
        limit = float(row["limit_days"])
        shapes.append(_upright(limit, colours.ink))
        notes.append(_above(_("Limit {days} days", days=number(limit)), limit, last))
    if pd.notna(row["median_days"]):
        median = float(row["median_days"])
        data.append(_median(median))
        notes.append(
            theme.note(
                "<b>" + _("half resolved after {days} days", days=number(median)) + "</b>",
                x=median,
                xref="x",
                xanchor="left",
                xshift=12,
                y=0.5,
                yref="y",
                yanchor="bottom",
                font={"size": 13.5, "color": colours.accent_ink},
                bgcolor=colours.ground,
            )
        )
    layout = theme.layout(
        title=None,
        height=330,
        margin={"l": 52, "r": 16, "t": 26, "b": 40},
        xaxis=theme.axis(range=[0, last * 1.01 or 1], tickformat=",d"),
        yaxis=theme.percent_axis(range=[0, 1.02]),
        shapes=shapes,
        annotations=notes,
    )
    return go.Figure({"data": data, "layout": layout})


def _what_is_drawn(last: float, limit: float) -> dict[str, Any]:
    """The name of the upright axis, on the side where the limit is not."""
    at_left = pd.notna(limit) and last / 2 < limit <= last
    text, side = _("share not yet resolved"), "left" if at_left else "right"
    return theme.note(text, x=0 if at_left else 1, xanchor=side, y=1, yanchor="bottom")


def _drawn_until(curve: pd.DataFrame) -> float:
    """The longest time that enough barriers have reached: beyond it each one is a cliff."""
    enough = curve[curve["at_risk"] >= FEWEST_LEFT]
    if len(enough) < len(curve) and len(enough):
        return float(curve["days"].iloc[len(enough)])
    return float(curve["last_days"].iloc[0])


def _steps(curve: pd.DataFrame, column: str) -> tuple[list[float], list[float]]:
    """A share holds until the next day with an event, the last one to the longest time.

    Nothing where it is known on no day: of barriers all resolved on one day, the interval.
    """
    rows = curve[curve[column].notna()]
    if rows.empty:
        return [], []
    days, values = rows["days"].astype(float).tolist(), rows[column].astype(float).tolist()
    return [*days, float(curve["last_days"].iloc[0])], [*values, values[-1]]


def _line(x: list[float], y: list[float], colour: str, width: float, dash: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": colour, "width": width, "shape": "hv", "dash": dash},
        "hoverinfo": "skip",
    }


def _band(curve: pd.DataFrame, colour: str) -> list[dict[str, Any]]:
    low, high = _steps(curve, "ci_low"), _steps(curve, "ci_high")
    base = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "opacity": 0.55}
    line = {"width": 0, "shape": "hv"}
    return [
        base | {"x": low[0], "y": low[1], "line": line},
        base | {"x": high[0], "y": high[1], "line": line, "fill": "tonexty", "fillcolor": colour},
    ]


def _points(curve: pd.DataFrame) -> dict[str, Any]:
    """Unseen points to hover."""
    text = [
        _(
            "after {days} days: {share} still unresolved ({low} to {high}), {risk} were left",
            days=number(row["days"]),
            share=percent(row["unresolved"], 0),
            low=percent(row["ci_low"], 0),
            high=percent(row["ci_high"], 0),
            risk=number(row["at_risk"]),
        )
        for row in curve.to_dict("records")
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": curve["days"].tolist(),
        "y": curve["unresolved"].tolist(),
        "marker": {"size": 10, "opacity": 0},
        "hovertext": [escape(each) for each in text],
        "hoverinfo": "text",
        **theme.steady(0),
    }


def _median(days: float) -> dict[str, Any]:
    colours = theme.palette()
    marker = {"size": 12, "color": colours.ground, "line": {"width": 3, "color": colours.accent}}
    base = {"type": "scatter", "mode": "markers", "x": [days], "y": [0.5], "marker": marker}
    return base | {"hoverinfo": "skip", **theme.steady()}


def _upright(x: float, colour: str) -> dict[str, Any]:
    line = {"color": colour, "width": 1.6, "dash": "4px,3px"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _above(text: str, x: float, most: float) -> dict[str, Any]:
    side = "left" if x < most * 0.12 else "center" if x < most * 0.88 else "right"
    font = {"size": 12, "color": theme.palette().ink, "weight": 600}
    return theme.note(text, x=x, xref="x", xanchor=side, y=1, yanchor="bottom", font=font)


def describe_resolution(row: pd.Series, label: str) -> str:
    """`resolution_chart` in words."""
    if pd.isna(row["median_days"]):
        return _(
            "{group}: fewer than half of {whole} barriers are resolved so far.",
            group=label,
            whole=number(row["barriers"]),
        )
    return median_sentence({**row.to_dict(), "label": label}) + "."
