"""The honest map: which desa are covered, how far, and of which ones we cannot say.

A share is a class of one hue; everything else is told by shape as well: a ring for zero, dots for
few households, a hatch for data still to come, a cross hatch for no data at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.charts import map_layers as layers
from analytics.charts import map_text, theme
from analytics.charts.label_layout import place
from analytics.charts.labels import Layout
from analytics.charts.map_legend import legend_traces
from analytics.charts.map_metric import COVERAGE, MapMetric

describe_map = map_text.describe_map
_LEGEND_PX = 72
_NARROW_PX = (300, 300)


def coverage_map(
    table: pd.DataFrame,
    geometry: gpd.GeoDataFrame,
    metric: MapMetric = COVERAGE,
    *,
    title: str | None = None,
    selected: str | None = None,
    schematic: bool = False,
    width: int = 680,
    height: int = 560,
    compact: bool = False,
) -> go.Figure:
    """Which desa are covered (or late, or reached), and which ones fall behind?

    Args:
        table: the coverage question: one row per desa with ``desa_code, desa_name, active,
            covered, coverage, ci_low, ci_high, data_through, days_since_data, state``.
        geometry: ``desa_code, geometry`` (EPSG:4326 polygons); desa that are in only one of the
            two are not drawn.
        metric: the measure that ``coverage`` holds, its classes and words (`metric_table`).
        title: better none where the page has a heading: a heading wraps, a title is cut.
        selected: code of the desa to outline.
        schematic: mark the map as schematic, not an official boundary.
        compact: no labels beside the territory; where a name does not fit, the value alone.
        width, height: the smallest frame in pixels in which the labels must not collide. A second,
            shorter set of labels for phones is in the figure too; `theme.RESPONSIVE_CSS` shows
            the one that fits.

    Returns:
        A figure whose points carry the desa code: ``location`` on an area, ``customdata[0]`` on
        an area and on a dot (see `selected_desa`).
    """
    drawn = ~geometry.geometry.is_empty.to_numpy()
    shape_of = dict(zip(geometry["desa_code"][drawn], geometry.geometry[drawn], strict=True))
    rows = table[table["desa_code"].isin(shape_of.keys())].reset_index(drop=True)
    if rows.empty:
        return theme.empty_figure(map_text.nothing_to_draw(), title=title, height=height)
    shapes = np.array([shape_of[code] for code in rows["desa_code"]], dtype=object)
    rows["look"] = map_text.look(rows, metric)
    records = map_text.records(rows)
    chosen = next((i for i, row in enumerate(records) if row["desa_code"] == selected), None)
    anchors, radii = layers.middles(shapes)
    wide = place(
        shapes,
        anchors,
        [map_text.wish(row, metric, narrow=compact) for row in records],
        sizes=(12.5, 11.5, 10.5),
        width=width - 16,
        height=height - _LEGEND_PX - (52 if title else 18),
        first=chosen,
        callouts=not compact,
    )
    narrow = _narrow(shapes, anchors, records, wide, metric)
    scene = layers.Scene(records, shapes, anchors, radii, wide, narrow, metric)
    data = [
        layers.areas(scene),
        *layers.patterns(scene),
        *layers.outlines(scene, chosen),
        *layers.targets(scene, chosen),
        *layers.names(scene, wide, theme.WIDE_FONT),
        *layers.names(scene, narrow, theme.NARROW_FONT),
        *legend_traces(records, metric),
    ]
    layout = theme.layout(
        title=title,
        height=height,
        geo=_geo(wide),
        showlegend=True,
        legend=_legend(metric),
        xaxis=theme.axis(visible=False, domain=[0, 0.001]),
        yaxis=theme.axis(visible=False, domain=[0, 0.001]),
        annotations=[_schematic_note()] if schematic else [],
    )
    return go.Figure({"data": data, "layout": layout})


def selected_desa(event: Mapping[str, Any] | None) -> str | None:
    """The desa code of the newest click in a ``st.plotly_chart`` selection event, if any."""
    points = ((event or {}).get("selection") or {}).get("points") or []
    for point in reversed(points):
        if point.get("location"):
            return str(point["location"])
        if data := point.get("customdata"):
            return str(data if isinstance(data, str) else data[0])
    return None


def _narrow(
    shapes: np.ndarray,
    anchors: np.ndarray,
    records: list[dict[str, Any]],
    wide: Layout,
    metric: MapMetric,
) -> Layout:
    """The labels for a phone: smaller, fewer, none beside the map."""
    return place(
        shapes,
        anchors,
        [map_text.wish(row, metric, narrow=True) for row in records],
        sizes=(10.5, 9.5),
        width=_NARROW_PX[0],
        height=_NARROW_PX[1],
        callouts=False,
        within=wide.view,
    )


def _geo(placed: Layout) -> dict[str, Any]:
    view = placed.view
    return {
        "visible": False,
        "bgcolor": "rgba(0,0,0,0)",
        "projection": {"type": "equirectangular"},
        "lonaxis": {"range": [view.x0, view.x1]},
        "lataxis": {"range": [view.y0, view.y1]},
        "domain": {"x": [0, 1], "y": [0, 1]},
    }


def _legend(metric: MapMetric) -> dict[str, Any]:
    return {
        "title": {"text": metric.legend_title, "side": "top", "font": {"size": 12}},
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": -0.01,
        "yanchor": "top",
        "itemclick": False,
        "itemdoubleclick": False,
        "font": {"size": 12},
        "traceorder": "normal",
        "itemsizing": "constant",
    }


def _schematic_note() -> dict[str, Any]:
    return theme.note(map_text.schematic_sentence(), x=1, y=0, xanchor="right", yanchor="bottom")


__all__ = ["coverage_map", "describe_map", "selected_desa"]
