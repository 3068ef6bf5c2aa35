"""The reach cascade: how far a program comes, from the list to the door to a benefit felt."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.labels import text_width
from analytics.charts.reach_steps import (
    STEPS,
    Loss,
    biggest_loss,
    describe_cascade,
    describe_cascade_grid,
    loss_sentence,
    losses,
    step_labels,
)
from analytics.i18n import _
from analytics.numbers import number, percent

_BAR = 0.54


def cascade(
    row: Mapping[Hashable, Any], *, title: str | None = None, compact: bool = False
) -> go.Figure:
    """Where does this program lose the households it is meant for?

    Args:
        row: one row of the reach question: ``program_name`` and the counts of `STEPS`.
        compact: half as high, with the program's name as its heading: for several programs in
            ``st.columns``, which stand one below the other on a phone.

    Returns:
        Five bars from the list to the benefit, between them what is lost; the biggest loss is
        named and marked.
    """
    if not int(row["targeted"]):
        return theme.empty_figure(loss_sentence(row), title=title)
    height = 23 if compact else 44
    return _figure([row], columns=1, title=title, row_px=height, with_names=compact)


def cascade_grid(table: pd.DataFrame, *, title: str | None = None, columns: int = 2) -> go.Figure:
    """The same for every program, side by side on one scale of shares.

    Args:
        table: the reach question, one row per program; those without a target are left out.
        columns: how many programs stand side by side. A figure cannot know its width: where a
            phone must be served, put `cascade` figures (compact) into ``st.columns``.
    """
    rows = [row for row in table.to_dict("records") if int(row["targeted"])]
    if not rows:
        return theme.empty_figure(_("No targeted household."), title=title)
    return _figure(rows, columns=columns, title=title, row_px=23, with_names=True)


def _figure(
    rows: list[dict[Hashable, Any]] | list[Mapping[Hashable, Any]],
    *,
    columns: int,
    title: str | None,
    row_px: int,
    with_names: bool,
) -> go.Figure:
    lines = -(-len(rows) // columns)
    label_px = 13 if row_px > 30 else 12
    left = 14 + int(max(text_width(label, label_px) for label in step_labels()))
    head_px, top = (46 if with_names else 26), (44 if title else 6)
    block_px = head_px + row_px * len(STEPS) + 14
    height = top + lines * block_px + 8
    inner = height - top - 8
    data: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    for k, row in enumerate(rows):
        line, column = divmod(k, columns)
        x0, x1 = column / columns, (column + 1) / columns - (0.05 if columns > 1 else 0)
        y1 = 1 - (line * block_px + head_px) / inner
        y0 = 1 - (line * block_px + head_px + row_px * len(STEPS)) / inner
        suffix = "" if k == 0 else str(k + 1)
        first = column == 0
        axes[f"xaxis{suffix}"] = theme.axis(
            domain=[x0, x1],
            range=[0, 1.0 if columns == 1 else 1.42],
            visible=False,
            anchor=f"y{suffix}",
        )
        axes[f"yaxis{suffix}"] = theme.axis(
            domain=[max(y0, 0), y1],
            range=[len(STEPS) - 0.5, -0.5],
            tickvals=list(range(len(STEPS))),
            ticktext=list(step_labels()),
            showticklabels=first,
            ticklabelstandoff=6,
            tickfont={"size": label_px, "color": theme.palette().ink},
            anchor=f"x{suffix}",
        )
        data += _bars(row, suffix)
        notes += _numbers(row, suffix, small=row_px <= 30)
        shift = -left if first else 0
        notes.append(_heading(row, x0, y1, shift, with_names))
    layout = theme.layout(
        title=title,
        height=height,
        margin={"l": left, "r": 122 if columns == 1 else 8, "t": top, "b": 8},
        barmode="overlay",
        annotations=notes,
        **axes,
    )
    return go.Figure({"data": data, "layout": layout})


def _bars(row: Mapping[Hashable, Any], suffix: str) -> list[dict[str, Any]]:
    """The step's share as a bar, what it lost as a hatched rest."""
    colours = theme.palette()
    goal = int(row["targeted"])
    counts = [int(row[step]) for step in STEPS]
    lost = losses(row)
    worst = biggest_loss(row)
    base = {"type": "bar", "orientation": "h", "width": _BAR, **theme.steady()}
    place = {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}
    edge = [
        colours.alarm if worst is not None and loss.step == worst.step else colours.neutral
        for loss in lost
    ]
    words = step_labels()
    texts = [f"<b>{words[k]}</b><br>" + _step_sentence(counts[k], goal) for k in range(len(STEPS))]
    return [
        base
        | place
        | {
            "x": [count / goal for count in counts],
            "y": list(range(len(STEPS))),
            "marker": {"color": colours.accent, "line": {"width": 0}},
            "hovertext": texts,
            "hovertemplate": "%{hovertext}<extra></extra>",
        },
        base
        | place
        | {
            "x": [loss.households / goal for loss in lost],
            "base": [counts[loss.step] / goal for loss in lost],
            "y": [loss.step for loss in lost],
            "marker": {
                "color": "rgba(0,0,0,0)",
                "line": {"width": 1, "color": edge},
                "pattern": {"shape": "/", "fgcolor": edge, "size": 5, "solidity": 0.25},
            },
            "hovertext": [_lost_sentence(loss) for loss in lost],
            "hovertemplate": "%{hovertext}<extra></extra>",
        },
    ]


def _step_sentence(count: int, goal: int) -> str:
    return _(
        "{count} of {goal} targeted households ({share})",
        count=number(count),
        goal=number(goal),
        share=percent(count / goal),
    )


def _lost_sentence(loss: Loss) -> str:
    return _(
        "{count} households lost at this step ({share} of the step before)",
        count=number(loss.households),
        share=percent(loss.share),
    )


def _numbers(row: Mapping[Hashable, Any], suffix: str, *, small: bool) -> list[dict[str, Any]]:
    """Beside each bar the count and the loss, the biggest loss in colour and bold."""
    colours = theme.palette()
    counts = [int(row[step]) for step in STEPS]
    lost = {loss.step: loss for loss in losses(row)}
    worst = biggest_loss(row)
    notes = []
    for k, count in enumerate(counts):
        text = f"<b>{number(count)}</b>"
        if k and (loss := lost[k]).households:
            minus = f"−{number(loss.households)} ({percent(loss.share, 0)})"
            mark = worst is not None and worst.step == k
            colour = colours.alarm if mark else colours.muted_ink
            text += f'  <span style="color:{colour}">{"<b>▼ " if mark else ""}{minus}'
            text += f"{'</b>' if mark else ''}</span>"
        start = counts[k - 1] if k else count
        notes.append(
            theme.note(
                text,
                x=start / counts[0],
                xshift=6,
                xref=f"x{suffix}",
                y=k,
                yref=f"y{suffix}",
                yanchor="middle",
                font={"size": 12 if small else 13, "color": colours.ink},
            )
        )
    return notes


def _heading(
    row: Mapping[Hashable, Any], x0: float, y1: float, shift: int, with_name: bool
) -> dict[str, Any]:
    text = loss_sentence(row)
    if with_name:
        text = f"<b>{row['program_name']}</b><br>{text}"
    font = {"size": 12.5, "color": theme.palette().ink}
    return theme.note(text, x=x0, xshift=shift, y=y1, yanchor="bottom", font=font)


__all__ = ["cascade", "cascade_grid", "describe_cascade", "describe_cascade_grid"]
