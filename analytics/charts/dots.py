"""Shares with their intervals as a dot plot: groups against each other and against the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.i18n import _
from analytics.numbers import number, percent

ROW_PX = 27
_RIGHT_PX, _TOP_PX = 132, 28


def share_dots(
    rows: pd.DataFrame,
    *,
    reference: float | None,
    reference_label: str = "",
    title: str = "",
    what: str = "",
) -> go.Figure:
    """Which group is behind, and is the difference more than chance?

    Args:
        rows: one row per group in the order to draw, top first: ``label``, ``share, low, high``
            (0–1, missing when nobody is counted), ``part, whole`` (households), ``few`` (too few
            for a comparison: drawn hollow), and optionally ``code`` (what a click selects).
        reference: the share of everybody, a dashed line; ``None`` leaves it out.
        reference_label: what the line is called; its figure is added.
        what: what ``part`` and ``whole`` count, for the hover; households by default.

    Returns:
        One row per group with its share, its 95 % interval and “n of N” at the right. A click
        anywhere in a row selects ``customdata[0]`` = ``code``.
    """
    if rows.empty:
        return theme.empty_figure(_("No group to show."), title=title or None)
    table = rows.reset_index(drop=True)
    table["y"] = range(len(table))
    colours = theme.palette()
    layout = theme.layout(
        title=title or None,
        height=_TOP_PX + 34 + (36 if title else 0) + ROW_PX * len(table),
        margin={"l": 8, "r": _RIGHT_PX, "t": _TOP_PX + (36 if title else 0), "b": 30},
        bargap=0,
        xaxis=theme.percent_axis(range=[-0.015, 1.015]),
        yaxis=theme.axis(
            range=[len(table) - 0.5, -0.5],
            tickvals=table["y"].tolist(),
            ticktext=table["label"].tolist(),
            tickfont={"size": 13, "color": colours.ink},
            automargin=True,
            ticklabelstandoff=6,
        ),
        shapes=_reference_line(reference),
        annotations=[*_reference_note(reference, reference_label), *_figures(table)],
    )
    return go.Figure(
        {"data": [_intervals(table), _dots(table), _whole_rows(table, what)], "layout": layout}
    )


def _intervals(table: pd.DataFrame) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[float | None] = []
    for row in table[table["share"].notna()].to_dict("records"):
        xs += [float(row["low"]), float(row["high"]), None]
        ys += [row["y"], row["y"], None]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": xs,
        "y": ys,
        "line": {"color": theme.palette().neutral, "width": 5},
        "opacity": 0.55,
        "hoverinfo": "skip",
    }


def _dots(table: pd.DataFrame) -> dict[str, Any]:
    known = table[table["share"].notna()]
    colours = theme.palette()
    return {
        "type": "scatter",
        "mode": "markers",
        "x": known["share"].tolist(),
        "y": known["y"].tolist(),
        "marker": {
            "size": 12,
            "color": [colours.ground if few else colours.accent for few in known["few"]],
            "line": {"width": 2, "color": colours.accent},
        },
        "hoverinfo": "skip",
        **theme.steady(),
    }


def _whole_rows(table: pd.DataFrame, what: str) -> dict[str, Any]:
    """Unseen bars over the whole width: the place to point at and to click."""
    codes = table["code"] if "code" in table else table["label"]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [1.0] * len(table),
        "y": table["y"].tolist(),
        "width": 1.0,
        "marker": {"opacity": 0},
        "customdata": [[code] for code in codes],
        "hovertext": [_hover(row, what) for row in table.to_dict("records")],
        "hovertemplate": "%{hovertext}<extra></extra>",
        **theme.steady(0),
    }


def _hover(row: Mapping[Any, Any], what: str) -> str:
    return f"<b>{row['label']}</b><br>{_in_words(row, what)}"


def _in_words(row: Mapping[Any, Any], what: str) -> str:
    counted = _(
        "{part} of {whole} households", part=number(row["part"]), whole=number(row["whole"])
    )
    if pd.isna(row["share"]):
        return counted
    sentence = _(
        "{share} ({counted}); 95% interval {low} to {high}",
        share=percent(row["share"]),
        counted=counted,
        low=percent(row["low"]),
        high=percent(row["high"]),
    )
    few = _("too few to compare") if what else _("few households")
    return f"{sentence}; {few}" if row["few"] else sentence


def _figures(table: pd.DataFrame) -> list[dict[str, Any]]:
    font = {"size": 12.5, "color": theme.palette().ink}
    return [
        theme.note(
            f"<b>{percent(row['share'], 0)}</b>  "
            + _("{part} of {whole}", part=number(row["part"]), whole=number(row["whole"])),
            x=1,
            xshift=8,
            y=row["y"],
            yref="y",
            yanchor="middle",
            font=font,
        )
        for row in table.to_dict("records")
    ]


def _reference_line(reference: float | None) -> list[dict[str, Any]]:
    if reference is None or pd.isna(reference):
        return []
    line = {"color": theme.palette().muted_ink, "width": 1.5, "dash": "4px,3px"}
    place = {"x0": reference, "x1": reference, "y0": 0, "y1": 1, "yref": "paper"}
    return [{"type": "line", "layer": "below", "line": line, **place}]


def _reference_note(reference: float | None, label: str) -> list[dict[str, Any]]:
    if reference is None or pd.isna(reference):
        return []
    return [
        theme.note(
            f"{label} {percent(reference, 0)}".strip(),
            x=reference,
            xref="x",
            xanchor="center" if 0.15 < reference < 0.85 else "auto",
            y=1,
            yanchor="bottom",
            font={"size": 12, "color": theme.palette().muted_ink, "weight": 600},
        )
    ]


def describe_dots(
    rows: pd.DataFrame, *, reference: float | None, reference_label: str, what: str = ""
) -> str:
    """The dot plot in words: every group with its share and numbers."""
    said = [f"{row['label']}: {_in_words(row, what)}." for row in rows.to_dict("records")]
    if reference is not None and pd.notna(reference):
        said.insert(0, f"{reference_label} {percent(reference)}.")
    return " ".join(said) or _("No group to show.")
