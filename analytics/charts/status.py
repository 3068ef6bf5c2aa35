"""Follow-up statuses as one stacked bar: how much of the work is late, and how late."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from analytics.charts import theme
from analytics.charts.labels import text_width
from analytics.config import FOLLOWUP_STATUSES
from analytics.i18n import _
from analytics.numbers import number, percent

# From what hurts to what is well; the pattern repeats what the colour says.
_STYLE = {
    "never": ("#7a1f12", "#ffffff", ""),
    "lost": ("#a8442f", "#ffffff", "x"),
    "overdue": ("#e0a06a", "#16302e", "/"),
    "due_soon": ("#f0dfb4", "#16302e", "."),
    "on_time": ("#8fc7bf", "#16302e", ""),
}
_FRAME_PX = 330


def status_labels() -> dict[str, str]:
    """The statuses in words, in order."""
    words = (_("Never met"), _("Lost contact"), _("Overdue"), _("Due soon"), _("On time"))
    return dict(zip(FOLLOWUP_STATUSES, words, strict=True))


def status_counts(source: Mapping[str, int] | pd.DataFrame) -> dict[str, int]:
    """Households per status, in order; from counts or from the follow-up question's rows."""
    if isinstance(source, pd.DataFrame):
        found = source["status"].value_counts()
        return {status: int(found.get(status, 0)) for status in FOLLOWUP_STATUSES}
    return {status: int(source.get(status, 0)) for status in FOLLOWUP_STATUSES}


def status_bar(source: Mapping[str, int] | pd.DataFrame, *, title: str | None = None) -> go.Figure:
    """How many households are late, soon due or on time?

    Args:
        source: ``{status: households}``, the summary question's row as a mapping, or the
            follow-up question (column ``status``).

    Returns:
        One bar of all active households. A part names itself where it is wide enough on a phone;
        the legend under the bar names all. A click selects ``customdata[0]`` = the status.
    """
    counts = status_counts(source)
    total = sum(counts.values())
    if not total:
        return theme.empty_figure(_("No active household."), title=title, height=140)
    words = status_labels()
    data = []
    for status, count in counts.items():
        fill, ink, shape = _STYLE[status]
        share = count / total
        room = share * _FRAME_PX
        short = next((t for t in (number(count),) if text_width(t, 14) + 6 < room), "")
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "x": [share],
                "y": [0],
                "name": f"{words[status]}: {number(count)} ({percent(share, 0)})",
                "text": [f"<b>{short}</b>" if short else ""],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "constraintext": "none",
                "textfont": {"color": ink, "size": 14},
                "customdata": [[status]],
                "marker": {
                    "color": fill,
                    "line": {"color": theme.palette().ground, "width": 1.5},
                    "pattern": {
                        "shape": shape,
                        "fgcolor": ink,
                        "fgopacity": 0.35,
                        "size": 7,
                        "solidity": 0.15,
                        "fillmode": "overlay",
                    },
                },
                "hovertext": [_hover(words[status], count, total)],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "showlegend": count > 0,
                **theme.steady(),
            }
        )
    layout = theme.layout(
        title=title,
        height=178 + (36 if title else 0),
        margin={"l": 4, "r": 4, "t": 44 if title else 8, "b": 112},
        barmode="stack",
        bargap=0,
        showlegend=True,
        legend={
            "orientation": "h",
            "x": 0,
            "y": -0.04,
            "yanchor": "top",
            "traceorder": "normal",
            "maxheight": 112,
            "itemclick": False,
            "itemdoubleclick": False,
            "font": {"size": 12.5},
        },
        xaxis=theme.axis(range=[0, 1], visible=False),
        yaxis=theme.axis(visible=False, range=[-0.5, 0.5]),
    )
    return go.Figure({"data": data, "layout": layout})


def _hover(word: str, count: int, total: int) -> str:
    counted = _("{covered} of {active} households", covered=number(count), active=number(total))
    return f"<b>{word}</b><br>{counted} ({percent(count / total)})"


def describe_status(source: Mapping[str, int] | pd.DataFrame) -> str:
    """The bar in words: every status with its households."""
    counts = status_counts(source)
    total = sum(counts.values())
    if not total:
        return _("No active household.")
    words = status_labels()
    parts = ", ".join(
        f"{words[status].lower()} {number(count)} ({percent(count / total, 0)})"
        for status, count in counts.items()
    )
    return _("Follow-up of {total} households: {parts}.", total=number(total), parts=parts)
