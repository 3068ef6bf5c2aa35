"""How old are the open barriers, against the service limit of their category?"""

from __future__ import annotations

from collections.abc import Hashable
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _, ngettext
from analytics.numbers import number

_ROW_PX, _TOP_PX, _RIGHT_PX = 44, 26, 92
_LANES = 5
_STEP = 0.13


def barrier_ages(table: pd.DataFrame) -> go.Figure:
    """Which categories or agencies hold the old barriers, and which are beyond the limit?

    Args:
        table: the question barriers with a column ``group`` (the name of its row); one dot each.

    Returns:
        One row per group, most beyond the limit first: a dot per barrier at its age in days,
        filled when within the limit, a ringed diamond when beyond; the limit as an upright line
        where all of the group share one; “n beyond the limit of N” at the right.
    """
    if table.empty:
        return theme.empty_figure(_("No barrier is open."), height=140)
    rows = _groups(table)
    colours = theme.palette()
    placed = table.assign(y=table["group"].map({row["group"]: row["y"] for row in rows}))
    placed["y"] = placed["y"] + _lanes(placed)
    most = max(float(placed["age_days"].max()), float(placed["limit_days"].max()))
    limits = [
        {
            "type": "line",
            "x0": row["limit"],
            "x1": row["limit"],
            "y0": row["y"] - 0.42,
            "y1": row["y"] + 0.42,
            "line": {"color": colours.ink, "width": 2},
        }
        for row in rows
        if row["limit"] is not None
    ]
    layout = theme.layout(
        title=None,
        height=_TOP_PX + 36 + _ROW_PX * len(rows),
        margin={"l": 8, "r": _RIGHT_PX, "t": _TOP_PX, "b": 36},
        xaxis=theme.axis(
            range=[-most * 0.02, most * 1.04], showgrid=True, tickformat=",d", tickangle=0
        ),
        yaxis=theme.axis(
            range=[len(rows) - 0.5, -0.5],
            tickvals=[row["y"] for row in rows],
            ticktext=[escape(row["group"]) for row in rows],
            tickfont={"size": 13, "color": colours.ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        shapes=limits,
        annotations=[
            theme.note(_("days open"), x=1, xanchor="right", y=0, yshift=-20),
            theme.note(_("beyond the limit"), x=1, xshift=8, xanchor="left", y=1, yanchor="bottom"),
            *(_count(row) for row in rows),
            *([_limit_note(rows[0])] if rows[0]["limit"] is not None else []),
        ],
    )
    return go.Figure(
        {"data": [_dots(placed, over=False), _dots(placed, over=True)], "layout": layout}
    )


def _groups(table: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name, part in table.groupby("group", sort=True):
        limits = part["limit_days"].unique()
        found.append(
            {
                "group": str(name),
                "count": len(part),
                "over": int(part["over_limit"].sum()),
                "oldest": int(part["age_days"].max()),
                "limit": int(limits[0]) if len(limits) == 1 else None,
            }
        )
    found.sort(key=lambda row: (-row["over"], -row["count"], row["group"]))
    return [{**row, "y": place} for place, row in enumerate(found)]


def _lanes(table: pd.DataFrame) -> pd.Series:
    """Dots of a group in a few lanes, in the order of age, so that they cover each other less."""
    order = table.sort_values("age_days").groupby("group").cumcount()
    return ((order % _LANES) - (_LANES - 1) / 2).reindex(table.index) * _STEP


def _dots(table: pd.DataFrame, *, over: bool) -> dict[str, Any]:
    part = table[table["over_limit"] == over]
    colours = theme.palette()
    colour = colours.alarm if over else colours.accent
    marker = {
        "size": 9 if over else 7,
        "symbol": "diamond" if over else "circle",
        "color": colours.ground if over else colour,
        "line": {"width": 2 if over else 0, "color": colour},
    }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": part["age_days"].tolist(),
        "y": part["y"].tolist(),
        "marker": marker,
        "hovertext": [escape(_sentence(row)) for row in part.to_dict("records")],
        "hoverinfo": "text",
        "cliponaxis": False,  # on a phone half of the oldest mark would be cut off
        **theme.steady(),
    }


def _sentence(row: dict[Hashable, Any]) -> str:
    said = _(
        "{id}, {desa}: {days} days, limit {limit}",
        id=str(row["barrier_id"]),
        desa=str(row["desa_name"]),
        days=number(row["age_days"]),
        limit=number(row["limit_days"]),
    )
    return said if pd.isna(row["waits_for"]) else f"{said} · {row['waits_for']}"


def _count(row: dict[str, Any]) -> dict[str, Any]:
    colours = theme.palette()
    return theme.note(
        _("{part} of {whole}", part=number(row["over"]), whole=number(row["count"])),
        x=1,
        xshift=8,
        xanchor="left",
        y=row["y"],
        yref="y",
        yanchor="middle",
        font={"size": 12.5, "color": colours.alarm if row["over"] else colours.muted_ink},
    )


def _limit_note(row: dict[str, Any]) -> dict[str, Any]:
    return theme.note(
        _("Limit {days} days", days=number(row["limit"])),
        x=row["limit"],
        xref="x",
        xanchor="center",
        y=1,
        yanchor="bottom",
        font={"size": 12, "color": theme.palette().ink, "weight": 600},
    )


def describe_ages(table: pd.DataFrame) -> str:
    """`barrier_ages` in words."""
    if table.empty:
        return _("No barrier is open.")
    said = [
        ngettext(
            "{group}: {shown} open barrier, {over} beyond the limit, the oldest {days} days",
            "{group}: {shown} open barriers, {over} beyond the limit, the oldest {days} days",
            row["count"],
            group=row["group"],
            shown=number(row["count"]),
            over=number(row["over"]),
            days=number(row["oldest"]),
        )
        for row in _groups(table)
    ]
    return _("Age of the open barriers.") + " " + "; ".join(said) + "."
