"""How every figure looks: colours, fonts, margins, and the options plotly is started with.

Figures are drawn on a transparent ground in the colours of the palette in force, so that they sit
on a light page, on a dark one and on a slide. `dark` is a context variable like the language:
`ui/` sets it per session, everything else leaves it at light.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from analytics import numbers
from analytics.i18n import language

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", "Noto Sans", "Segoe UI", sans-serif'
# A map has two sets of labels. The first name of the font family marks them (no such fonts exist),
# so that a style sheet can show the one for the width of the window. Leader lines are known by
# their widths.
LEADER_PX, LEADER_CASING_PX = 1.01, 2.61
WIDE_FONT, NARROW_FONT = f"PerutWide, {FONT}", f"PerutNarrow, {FONT}"
RESPONSIVE_CSS = """<style>
.js-plotly-plot text[style*="PerutNarrow"] { display: none; }
@media (max-width: 640px) {
  .js-plotly-plot text[style*="PerutNarrow"] { display: inline; }
  .js-plotly-plot text[style*="PerutWide"] { display: none; }
  .js-plotly-plot path.js-line[style*="stroke-width: 1.01px"],
  .js-plotly-plot path.js-line[style*="stroke-width: 2.61px"] { display: none; }
}
</style>"""
TOPOJSON_URL = "app/static/topojson/"

# One hue, light to dark, in five steps of about equal lightness: readable for every kind of
# colour blindness and in grey print. The label on a step is always AA against it.
CLASS_BREAKS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
CLASS_COLOURS = ("#dff0ec", "#abd8d0", "#6db5ac", "#1f7a75", "#0c5450")
CLASS_LABEL_COLOURS = ("#16302e", "#16302e", "#102624", "#ffffff", "#ffffff")

# What is no class, on any ground: fill and line.
ZERO_FILL, ZERO_LINE = "#ffffff", "#a8321f"
WAITING_FILL, WAITING_LINE = "#f3efe6", "#8a6a2f"
NO_DATA_FILL, NO_DATA_LINE = "#cfd4d3", "#6b7876"
HIDDEN_FILL, HIDDEN_LINE = "#ece9f1", "#5d5470"
DARK_TEXT, LEADER = "#16302e", "#2f4744"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one ground. `*_ink` colours carry text and are AA (4.5:1) on `ground`."""

    ground: str
    ink: str
    muted_ink: str
    grid: str
    accent: str
    accent_soft: str
    accent_ink: str
    alarm: str
    warn: str
    neutral: str
    hover: str


LIGHT = Palette(
    ground="#ffffff",
    ink="#16302e",
    muted_ink="#516664",
    grid="#e3eae9",
    accent="#0b6e69",
    accent_soft="#bcdfd9",
    accent_ink="#0b6e69",
    alarm="#a8321f",
    warn="#b35c00",
    neutral="#7c8d8b",
    hover="#ffffff",
)
DARK = Palette(
    ground="#10201f",
    ink="#e6f0ee",
    muted_ink="#a9bdba",
    grid="#2b403e",
    accent="#5cc2b6",
    accent_soft="#2f5a55",
    accent_ink="#7fd3c8",
    alarm="#f08c78",
    warn="#eaa95a",
    neutral="#8ba09d",
    hover="#192d2b",
)

dark: ContextVar[bool] = ContextVar("dark", default=False)


def palette() -> Palette:
    """The palette of the ground in force."""
    return DARK if dark.get() else LIGHT


def coverage_class(share: float) -> int:
    """The class (0 to 4) of a share: the last whose lower break it reaches; 1.0 is in the last."""
    return min(int(share * 5), 4)


def class_label(index: int) -> str:
    """A class in words: ``20–40%``."""
    low, high = CLASS_BREAKS[index], CLASS_BREAKS[index + 1]
    return f"{numbers.number(low * 100)}–{numbers.percent(high, 0)}"


def plotly_config(*, topojson_url: str = TOPOJSON_URL, picture: str = "grafik") -> dict[str, Any]:
    """The options of plotly.js for ``st.plotly_chart(config=…)``.

    Nothing is fetched from outside: the base map of a geo subplot comes from *topojson_url*,
    which is relative to the page. *picture* is the file name of a downloaded image.
    """
    return {
        "topojsonURL": topojson_url,
        "displayModeBar": False,
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        "locale": "en-US",
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": picture},
    }


def separators() -> str:
    """Decimal and thousands mark of numbers that plotly writes itself."""
    return ",." if language.get() == "id" else ".,"


def layout(*, title: str | None, height: int, **more: Any) -> dict[str, Any]:
    """The layout all figures share; *more* overrides it.

    Dragging is "zoom" on purpose: with fixed axes (and on a geo subplot, which knows no box zoom)
    it does nothing, so that a finger on the figure scrolls the page, while a click still selects.
    """
    colours = palette()
    base: dict[str, Any] = {
        "height": height,
        "font": {"family": FONT, "size": 13, "color": colours.ink},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 8, "r": 8, "t": 44 if title else 10, "b": 8},
        "separators": separators(),
        "showlegend": False,
        "dragmode": "zoom",
        "hovermode": "closest",
        "clickmode": "event+select",
        "hoverlabel": {
            "bgcolor": colours.hover,
            "bordercolor": colours.grid,
            "align": "left",
            "font": {"family": FONT, "size": 13, "color": colours.ink},
        },
        "template": None,
    }
    if title:
        base["title"] = {
            "text": title,
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 10, "l": 0},
            "font": {"size": 16, "color": colours.ink, "weight": 600},
        }
    base.update(more)
    return base


def steady(opacity: float = 1.0) -> dict[str, Any]:
    """Trace settings that keep a click from fading everything that was not clicked."""
    keep = {"marker": {"opacity": opacity}}
    return {"selected": keep, "unselected": keep}


def axis(**more: Any) -> dict[str, Any]:
    """A quiet axis that cannot be dragged."""
    colours = palette()
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "gridcolor": colours.grid,
        "linecolor": colours.grid,
        "tickfont": {"size": 12, "color": colours.muted_ink},
        "title": None,
        **more,
    }


def percent_axis(**more: Any) -> dict[str, Any]:
    """An axis of shares from 0 to 1 with ticks written in the language in force."""
    ticks = (0.0, 0.5, 1.0)
    base = {
        "range": [0, 1],
        "tickvals": ticks,
        "ticktext": [numbers.percent(tick, 0) for tick in ticks],
        "tickangle": 0,
        "showgrid": True,
    }
    return axis(**(base | more))


def note(text: str, **more: Any) -> dict[str, Any]:
    """A small remark as a layout annotation, at the lower left unless *more* says otherwise."""
    return {
        "text": text,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0,
        "xanchor": "left",
        "yanchor": "top",
        "showarrow": False,
        "align": "left",
        "font": {"size": 12, "color": palette().muted_ink},
        **more,
    }


def empty_figure(sentence: str, *, title: str | None = None, height: int = 220) -> go.Figure:
    """A figure for a table without rows: the sentence, calmly in the middle."""
    return go.Figure(
        layout=layout(
            title=title,
            height=height,
            xaxis=axis(visible=False),
            yaxis=axis(visible=False),
            annotations=[
                note(sentence, x=0.5, y=0.5, xanchor="center", yanchor="middle", font={"size": 14})
            ],
        )
    )
