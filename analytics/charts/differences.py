"""What changed, and how sure is that? One row per indicator: the difference and its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import number

_REACHES = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)
ROW_PX, _RIGHT_PX = 46, 92


def signed(share: float) -> str:
    """A difference of shares in points, the unit left out: ``+6,3``."""
    value = round(float(share) * 100, 1)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{number(abs(value), 1)}"


def points(share: float) -> str:
    """A difference of shares as ``+6,3 poin``."""
    return _("{points} points", points=signed(share))


def differences(rows: pd.DataFrame) -> go.Figure:
    """Which indicator moved, which way, and may it be chance?

    Args:
        rows: one row per indicator, top first: ``label``, ``difference, low, high`` (shares;
            the interval may be missing), ``direction`` (+1 more is better, −1).

    Returns:
        Dots with their 95 % intervals around a line at no difference; filled where the interval
        leaves it out, in the alarm colour where it is to the worse side.
    """
    if rows.empty:
        return theme.empty_figure(_("No indicator can be compared yet."))
    colours = theme.palette()
    table = rows.reset_index(drop=True)
    widest = float(table[["difference", "low", "high"]].abs().max().max()) * 1.05
    reach = next((step for step in _REACHES if step >= widest), 1.0)
    ticks = [-reach, reach]
    records = table.to_dict("records")
    return go.Figure(
        {
            "data": [_intervals(records), _dots(records)],
            "layout": theme.layout(
                title=None,
                height=54 + ROW_PX * len(table),
                margin={"l": 8, "r": _RIGHT_PX, "t": 26, "b": 28},
                xaxis=theme.axis(
                    range=[-reach * 1.05, reach * 1.05],
                    tickvals=ticks,
                    ticktext=[f"{number(each * 100)}".replace("-", "−") for each in ticks],
                    tickangle=0,
                ),
                yaxis=theme.axis(
                    range=[len(table) - 0.4, -0.6],
                    tickvals=list(range(len(table))),
                    ticktext=[_wrapped(str(each)) for each in table["label"]],
                    tickfont={"size": 13, "color": colours.ink},
                    automargin=True,
                    ticklabelstandoff=6,
                ),
                shapes=[
                    {
                        "type": "line",
                        "x0": 0,
                        "x1": 0,
                        "y0": 0,
                        "y1": 1,
                        "yref": "paper",
                        "layer": "below",
                        "line": {"color": colours.muted_ink, "width": 1.5},
                    }
                ],
                annotations=[
                    theme.note(
                        _("no change"), x=0, xref="x", xanchor="center", y=1, yanchor="bottom"
                    ),
                    *(
                        theme.note(
                            f"<b>{points(row['difference'])}</b>",
                            x=1,
                            xshift=8,
                            y=i,
                            yref="y",
                            yanchor="middle",
                            font={"size": 13, "color": _colour(row)},
                        )
                        for i, row in enumerate(records)
                    ),
                ],
            ),
        }
    )


def _wrapped(text: str, width: int = 20) -> str:
    """A label on two lines at most, broken between words."""
    cut = text.rfind(" ", 0, width) if len(text) > width else -1
    return f"{text[:cut]}<br>{text[cut + 1 :]}" if cut > 0 else text


def is_clear(row: Mapping[Any, Any]) -> bool:
    """Whether the interval is known and leaves out no difference."""
    return pd.notna(row["low"]) and (row["low"] > 0 or row["high"] < 0)


def is_worse(row: Mapping[Any, Any]) -> bool:
    """Whether the difference points to the worse side."""
    return bool(row["difference"] * row["direction"] < 0)


def _colour(row: Mapping[Any, Any]) -> str:
    colours = theme.palette()
    if not is_clear(row):
        return colours.muted_ink
    return colours.alarm if is_worse(row) else colours.accent_ink


def _intervals(records: list[dict[Any, Any]]) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for i, row in enumerate(records):
        if pd.notna(row["low"]):
            xs += [row["low"], row["high"], None]
            ys += [i, i, None]
    line = {"color": theme.palette().neutral, "width": 5}
    return {
        "type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "opacity": 0.55,
        "hoverinfo": "skip",
    }  # fmt: skip


def _dots(records: list[dict[Any, Any]]) -> dict[str, Any]:
    colours = theme.palette()
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [row["difference"] for row in records],
        "y": list(range(len(records))),
        "marker": {
            "size": 13,
            "color": [_colour(row) if is_clear(row) else colours.ground for row in records],
            "line": {"width": 2, "color": [_colour(row) for row in records]},
        },
        "hovertext": [_said(row) for row in records],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **theme.steady(),
    }


def _said(row: Mapping[Any, Any]) -> str:
    sentence = f"{row['label']}: {points(row['difference'])}"
    if pd.isna(row["low"]):
        return sentence
    return (
        sentence
        + " "
        + _("(95% interval {low} to {high})", low=points(row["low"]), high=points(row["high"]))
    )


def describe_differences(rows: pd.DataFrame) -> str:
    """The figure in words."""
    said = [f"{_said(row)}." for row in rows.to_dict("records")]
    return " ".join(said) or _("No indicator can be compared yet.")
