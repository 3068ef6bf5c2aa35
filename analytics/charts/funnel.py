"""Desa by size and share, with the limits that chance alone would keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.labels import box_px
from analytics.i18n import _
from analytics.numbers import number, percent
from analytics.questions.funnel import limits

_STEPS = 160
_ROOM_ABOVE = 0.96
_HEIGHT, _TOP, _BOTTOM = 430, 14, 44
_PLOT_PX = _HEIGHT - _TOP - _BOTTOM
_WIDTHS_PX = (220, 300, 420, 600, 900, 1200)
"""Widths of the plot, from a phone to a large screen, at which names must not meet."""
_NAME_PX, _BESIDE_PX, _POINT_PX = 13, 14, 6
_SHIFTS = (0, *(sign * 9 * step for step in range(2, 42) for sign in (-1, 1)))
"""Pixels by which a name may be away from the height of its point, the nearest first."""


def funnel_chart(table: pd.DataFrame) -> go.Figure:
    """Which desa lie outside the limits for their size?

    Args:
        table: the question ``funnel``.

    Returns:
        Points over the number of households, the line of all together, and the 95 and 99.8 %
        limits; points outside are coloured, and each is named.
    """
    rows = table[table["signal"] != ""]
    if rows.empty:
        return theme.empty_figure(_("Too few desa with data to compare."))
    expected, factor = float(rows["expected"].iloc[0]), float(rows["factor"].iloc[0])
    out_of = rows["out_of"].astype("float64")
    most = float(out_of.max()) * 1.12
    # Exact limits are those of whole numbers of households.
    sizes = np.unique(np.round(np.linspace(max(float(out_of.min()) * 0.6, 2), most, _STEPS)))
    lines: list[dict[str, Any]] = []
    notes = []
    # Where both upper limits lie at 100 % their names go to the lower ones.
    full = float(limits(sizes, expected, 0.95, factor)[1][-1]) > _ROOM_ABOVE
    for level, name, dash in ((0.998, "99,8", "2px,3px"), (0.95, "95", "6px,4px")):
        low, high = limits(sizes, expected, level, factor)
        lines += [_curve(sizes, low, dash), _curve(sizes, high, dash)]
        label = percent(level, 1 if "," in name else 0)
        notes.append(_edge(label, most, float((low if full else high)[-1])))
    notes.append(_edge(_("all {share}", share=percent(expected, 0)), most, expected, strong=True))
    low_end = min(
        float(rows["share"].min()), float(limits(sizes, expected, 0.998, factor)[0].max())
    )
    shown = (max(low_end - 0.1, -0.02), 1.02)
    notes += _names(rows, most, shown)
    return go.Figure(
        {
            "data": [*lines, _curve(sizes, np.full(len(sizes), expected), "solid"), _points(rows)],
            "layout": theme.layout(
                title=None,
                height=_HEIGHT,
                margin={"l": 8, "r": 76, "t": _TOP, "b": _BOTTOM},
                xaxis=theme.axis(
                    range=[0, most],
                    tickvals=_ticks(most),
                    ticktext=[number(each) for each in _ticks(most)],
                    tickangle=0,
                ),
                yaxis=theme.percent_axis(
                    range=list(shown),
                    tickvals=[k / 5 for k in range(6)],
                    ticktext=[percent(k / 5, 0) for k in range(6)],
                    automargin=True,
                ),
                annotations=[
                    theme.note(
                        _("active households of the desa"), x=0.5, xanchor="center", yshift=-24
                    ),
                    *notes,
                ],
            ),
        }
    )


def _ticks(most: float) -> list[int]:
    step = next(s for s in (10, 25, 50, 100, 250, 500, 1000, 10**6) if most / s <= 6)
    return list(range(0, int(most) + 1, step))


def _curve(x: np.ndarray, y: np.ndarray, dash: str) -> dict[str, Any]:
    line = {"color": theme.palette().muted_ink, "width": 1.6, "dash": dash}
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip",
    }  # fmt: skip


def _edge(text: str, x: float, y: float, *, strong: bool = False) -> dict[str, Any]:
    font = {"size": 12, "color": theme.palette().muted_ink, "weight": 600 if strong else 400}
    return theme.note(text, x=x, xref="x", xshift=6, y=y, yref="y", yanchor="middle", font=font)


def _colour(signal: str) -> str:
    colours = theme.palette()
    if signal.startswith("below"):
        return colours.alarm
    return colours.accent if signal.startswith("above") else colours.neutral


def _points(rows: pd.DataFrame) -> dict[str, Any]:
    signals = [str(each) for each in rows["signal"]]
    shapes = {"below": "triangle-down", "above": "triangle-up"}
    return {
        "type": "scatter",
        "mode": "markers",
        "x": rows["out_of"].tolist(),
        "y": rows["share"].tolist(),
        "marker": {
            "size": [13 if each != "inside" else 10 for each in signals],
            "symbol": [shapes.get(each.split("_")[0], "circle") for each in signals],
            "color": [_colour(each) for each in signals],
            "line": {"width": 1.5, "color": theme.palette().ground},
        },
        "hovertext": [_hover(row) for row in rows.to_dict("records")],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **theme.steady(),
    }


def _hover(row: Mapping[Any, Any]) -> str:
    return f"<b>{row['desa_name']}</b><br>" + _(
        "{share}: {part} of {whole} households<br>limits for its size: {low} to {high} (95%)",
        share=percent(row["share"]),
        part=number(row["counted"]),
        whole=number(row["out_of"]),
        low=percent(row["low_95"], 0),
        high=percent(row["high_95"], 0),
    )


def _names(rows: pd.DataFrame, most: float, shown: tuple[float, float]) -> list[dict[str, Any]]:
    """The name of every point outside, so that none lies on another at any width of the screen.

    A name stands beside its point; where that is taken, above or below it, with a line to it. It
    keeps clear of the points, too, where there is room.

    Args:
        shown: the lowest and highest share of the axis.
    """
    low, high = shown
    placed: list[_Box] = []
    points = [
        _Box(x / most, -_POINT_PX, _POINT_PX, (high - y) / (high - low) * _PLOT_PX, 2 * _POINT_PX)
        for x, y in zip(rows["out_of"], rows["share"], strict=True)
    ]
    notes = []
    outside = rows[rows["signal"] != "inside"]
    extreme = outside.sort_values("signal", key=lambda s: ~s.str.contains("998"), kind="stable")
    for row in extreme.to_dict("records"):
        name, x = str(row["desa_name"]), float(row["out_of"]) / most
        from_top = (high - float(row["share"])) / (high - low) * _PLOT_PX
        wide, tall = box_px(name, _NAME_PX)
        right = x < 0.7
        left = _BESIDE_PX if right else -_BESIDE_PX - wide
        free = [
            _Box(x, left, left + wide, from_top + shift, tall)
            for shift in _SHIFTS
            if tall / 2 <= from_top + shift <= _PLOT_PX - tall / 2
        ]
        apart = [b for b in free if not any(b.meets(each) for each in placed)] or free
        clear = [b for b in apart if not any(b.meets(each) for each in points)]
        box = (clear or apart)[0]
        placed.append(box)
        shift = round(box.middle - from_top)
        beside = {"xshift": _BESIDE_PX if right else -_BESIDE_PX}
        away = {
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": theme.palette().muted_ink,
            "standoff": 7,
            "ax": 14 if right else -14,
            "ay": shift,
        }
        notes.append(
            theme.note(
                name,
                x=row["out_of"],
                xref="x",
                xanchor="left" if right else "right",
                y=row["share"],
                yref="y",
                yanchor="middle",
                bgcolor=theme.palette().ground,
                font={"size": _NAME_PX, "color": theme.palette().ink, "weight": 600},
                **(away if shift else beside),
            )
        )
    return notes


@dataclass(frozen=True, slots=True)
class _Box:
    """Where something is: beside a point (a share of the width), so many pixels from there."""

    at: float
    left: float
    right: float
    middle: float
    tall: float

    def meets(self, other: _Box) -> bool:
        """Whether the two overlap at any of `_WIDTHS_PX`."""
        if abs(self.middle - other.middle) >= (self.tall + other.tall) / 2:
            return False
        return any(_overlap(self.across(px), other.across(px)) for px in _WIDTHS_PX)

    def across(self, px: float) -> tuple[float, float]:
        """From where to where it goes in a plot of this width."""
        return self.at * px + self.left, self.at * px + self.right


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def describe_funnel(table: pd.DataFrame) -> str:
    """The figure in words."""
    rows = table[table["signal"] != ""]
    if rows.empty:
        return _("Too few desa with data to compare.")
    outside = rows[rows["signal"] != "inside"]
    named = "; ".join(
        f"{row['desa_name']} {percent(row['share'])} ({signal_words(str(row['signal']))})"
        for row in outside.to_dict("records")
    )
    return _(
        "Together {share}. {inside} of {all} desa lie within the 95% limits.",
        share=percent(float(rows["expected"].iloc[0])),
        inside=number(len(rows) - len(outside)),
        all=number(len(rows)),
    ) + (f" {named}." if named else "")


def signal_words(signal: str) -> str:
    """Where a desa lies."""
    return {
        "above_998": _("above the 99.8% limit"),
        "above_95": _("above the 95% limit"),
        "below_95": _("below the 95% limit"),
        "below_998": _("below the 99.8% limit"),
        "inside": _("within the limits"),
    }.get(signal, _("not compared"))
