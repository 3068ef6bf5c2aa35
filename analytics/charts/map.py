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
import shapely
from shapely.geometry.polygon import orient

from analytics.charts import map_text, theme
from analytics.charts.labels import Layout, place
from analytics.charts.map_legend import legend_traces
from analytics.geo.patterns import dots, hatch, line_path

LABEL_PX = 12.0
HATCH_PX = 7.0
WAITING_FILL, NO_DATA_FILL, ZERO_FILL = "#f3efe6", "#cfd4d3", "#ffffff"
WAITING_LINE, NO_DATA_LINE, ZERO_LINE = "#8a6a2f", "#6b7876", "#a8321f"
DARK_TEXT = "#16302e"
_TINY_PX = 9.0
_LEGEND_PX = 64
describe_map = map_text.describe_map


def coverage_map(
    table: pd.DataFrame,
    geometry: gpd.GeoDataFrame,
    *,
    title: str | None = None,
    selected: str | None = None,
    schematic: bool = False,
    width: int = 680,
    height: int = 560,
) -> go.Figure:
    """Which desa are covered, and which ones fall behind?

    Args:
        table: the coverage question: one row per desa with ``desa_code, desa_name, active,
            covered, coverage, ci_low, ci_high, data_through, days_since_data, state``.
        geometry: ``desa_code, geometry`` (EPSG:4326 polygons); desa that are in only one of the
            two are not drawn.
        selected: code of the desa to outline.
        schematic: mark the map as schematic, not an official boundary.
        width, height: the smallest frame in pixels in which the labels must not collide.

    Returns:
        A figure whose points carry the desa code: ``location`` on an area, ``customdata[0]`` on
        an area and on a dot (see `selected_desa`).
    """
    known = geometry.loc[~geometry.geometry.is_empty, ["desa_code", "geometry"]]
    rows = known.merge(table, on="desa_code", how="inner").reset_index(drop=True)
    if rows.empty:
        return theme.empty_figure(map_text.nothing_to_draw(), title=title, height=height)
    rows["look"] = map_text.look(rows)
    shapes = np.array(rows["geometry"].to_list(), dtype=object)
    anchors = _anchors(shapes)
    chosen = rows.index[rows["desa_code"] == selected]
    placed = place(
        shapes,
        anchors,
        [map_text.label_variants(row) for row in rows.to_dict("records")],
        size=LABEL_PX,
        width=width - 16,
        height=height - _LEGEND_PX - (52 if title else 18),
        callouts=width >= 520,
        first=int(chosen[0]) if len(chosen) else None,
    )
    data = [
        _areas(rows, shapes),
        *_patterns(rows, shapes, placed),
        *_outlines(shapes, chosen, placed),
        _targets(rows, shapes, anchors, placed),
        *_labels(rows, placed),
        *legend_traces(rows["look"], rows["coverage"], rows["state"]),
    ]
    layout = theme.layout(
        title=title,
        height=height,
        geo=_geo(placed),
        showlegend=True,
        legend=_legend(),
        xaxis=theme.axis(visible=False, domain=[0, 0.001]),
        yaxis=theme.axis(visible=False, domain=[0, 0.001]),
        annotations=[_schematic_note()] if schematic else [],
    )
    return go.Figure({"data": data, "layout": layout}, skip_invalid=False)


def selected_desa(event: Mapping[str, Any] | None) -> str | None:
    """The desa code of the newest click in a ``st.plotly_chart`` selection event, if any."""
    points = ((event or {}).get("selection") or {}).get("points") or []
    for point in reversed(points):
        if point.get("location"):
            return str(point["location"])
        if data := point.get("customdata"):
            return str(data if isinstance(data, str) else data[0])
    return None


def _anchors(shapes: np.ndarray) -> np.ndarray:
    """The middle of the largest circle inside each shape."""
    size = shapely.total_bounds(shapes)
    tolerance = max(size[2] - size[0], size[3] - size[1]) / 400
    circles = shapely.maximum_inscribed_circle(shapes, tolerance)
    return np.asarray(shapely.get_coordinates(shapely.get_point(circles, 0)))


def _areas(rows: pd.DataFrame, shapes: np.ndarray) -> dict[str, Any]:
    """All desa in one trace; its ``z`` picks one of the fills by number."""
    fills = [*theme.CLASS_COLOURS, ZERO_FILL, WAITING_FILL, NO_DATA_FILL]
    number = {"zero": 5, "waiting": 6, "no_data": 7}
    z = [
        number[look] if look in number else theme.coverage_class(share)
        for look, share in zip(rows["look"], rows["coverage"], strict=True)
    ]
    scale = [[(k + end) / len(fills), fill] for k, fill in enumerate(fills) for end in (0, 1)]
    features = [
        {"type": "Feature", "id": code, "geometry": shapely.geometry.mapping(_clockwise(shape))}
        for code, shape in zip(rows["desa_code"], shapes, strict=True)
    ]
    return {
        "type": "choropleth",
        "geojson": {"type": "FeatureCollection", "features": features},
        "locations": rows["desa_code"].tolist(),
        "z": z,
        "zmin": -0.5,
        "zmax": len(fills) - 0.5,
        "colorscale": scale,
        "showscale": False,
        "showlegend": False,
        "customdata": rows[["desa_code"]].to_numpy().tolist(),
        "text": [map_text.hover(row) for row in rows.to_dict("records")],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"line": {"color": "#ffffff", "width": 1.4}},
        "unselected": {"marker": {"opacity": 1}},
        "selected": {"marker": {"opacity": 1}},
    }


def _clockwise(shape: shapely.Geometry) -> shapely.Geometry:
    """Rings in the direction that plotly's spherical geometry takes for "inside"."""
    parts = [orient(part, -1.0) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _line(path: tuple[list[Any], list[Any]], colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scattergeo",
        "mode": "lines",
        "lon": path[0],
        "lat": path[1],
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _patterns(rows: pd.DataFrame, shapes: np.ndarray, placed: Layout) -> list[dict[str, Any]]:
    """Hatch, cross hatch, dots and rings, with the labels' places left free."""
    px = 1 / placed.view.px_per_unit
    free = shapes.copy()
    for label in placed.labels:
        if label.leader is None:
            free[label.index] = shapely.difference(free[label.index], label.box(LABEL_PX, px))
    traces = []
    for look, colour, width, cross in (
        ("waiting", WAITING_LINE, 1.1, False),
        ("no_data", NO_DATA_LINE, 0.9, True),
    ):
        marked = free[(rows["look"] == look).to_numpy()]
        if len(marked):
            lines = hatch(marked, HATCH_PX * px, cross=cross)
            traces.append(_line(line_path(lines), colour, width))
    zero = shapes[(rows["look"] == "zero").to_numpy()]
    if len(zero):
        inset = shapely.boundary(shapely.buffer(zero, -2.2 * px))
        traces.append(_line(line_path(inset), ZERO_LINE, 2.2))
    small = np.flatnonzero((rows["state"] == "small").to_numpy())
    if len(small):
        grids = [dots(shapely.buffer(free[i], -2 * px), 8 * px) for i in small]
        light = [rows["look"].iat[i] == "class" and rows["coverage"].iat[i] >= 0.6 for i in small]
        colours = [
            "#ffffff" if pale else DARK_TEXT
            for pale, grid in zip(light, grids, strict=True)
            for _ in grid
        ]
        xy = np.vstack(grids)
        traces.append(
            {
                **_line((xy[:, 0].tolist(), xy[:, 1].tolist()), DARK_TEXT, 1),
                "mode": "markers",
                "marker": {"size": 2.6, "color": colours, "opacity": 0.75},
            }
        )
    return traces


def _outlines(shapes: np.ndarray, chosen: pd.Index, placed: Layout) -> list[dict[str, Any]]:
    """Leaders of the labels beside the map, and the outline of the selected desa."""
    colours = theme.palette()
    leaders = [shapely.linestrings(label.leader) for label in placed.labels if label.leader]
    traces = [_line(line_path(leaders), colours.muted_ink, 0.8)] if leaders else []
    if len(chosen):
        ring = line_path([shapely.boundary(shapes[chosen[0]])])
        traces += [_line(ring, "#ffffff", 6), _line(ring, "#12211f", 3)]
    return traces


def _targets(
    rows: pd.DataFrame, shapes: np.ndarray, anchors: np.ndarray, placed: Layout
) -> dict[str, Any]:
    """A dot on every desa too small to hit, and an unseen one under each label beside the map."""
    px = placed.view.px_per_unit
    radius = shapely.length(shapely.maximum_inscribed_circle(shapes)) * px
    codes, texts = rows["desa_code"].tolist(), [map_text.hover(r) for r in rows.to_dict("records")]
    spots = [(*anchors[i], i, 14.0, 1.0) for i in np.flatnonzero(radius < _TINY_PX)]
    spots += [(label.x, label.y, label.index, 26.0, 0.0) for label in placed.labels if label.leader]
    fills = {"zero": ZERO_FILL, "waiting": WAITING_FILL, "no_data": NO_DATA_FILL}
    colour = [
        fills.get(look) or theme.CLASS_COLOURS[theme.coverage_class(share)]
        for look, share in zip(rows["look"], rows["coverage"], strict=True)
    ]
    return {
        "type": "scattergeo",
        "mode": "markers",
        "lon": [spot[0] for spot in spots],
        "lat": [spot[1] for spot in spots],
        "customdata": [[codes[spot[2]]] for spot in spots],
        "text": [texts[spot[2]] for spot in spots],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": [spot[3] for spot in spots],
            "opacity": [spot[4] for spot in spots],
            "color": [colour[spot[2]] for spot in spots],
            "line": {"color": DARK_TEXT, "width": 1.5},
        },
        "unselected": {"marker": {}},
        "showlegend": False,
    }


def _labels(rows: pd.DataFrame, placed: Layout) -> list[dict[str, Any]]:
    ink = theme.palette().ink
    colours = []
    for label in placed.labels:
        row = rows.iloc[label.index]
        on_class = label.leader is None and row["look"] == "class"
        share_class = theme.coverage_class(row["coverage"]) if on_class else 0
        inside = theme.CLASS_LABEL_COLOURS[share_class] if on_class else DARK_TEXT
        colours.append(ink if label.leader else inside)
    return [
        {
            "type": "scattergeo",
            "mode": "text",
            "lon": [label.x for label in placed.labels],
            "lat": [label.y for label in placed.labels],
            "text": [label.text for label in placed.labels],
            "textposition": "middle center",
            "textfont": {"family": theme.FONT, "size": LABEL_PX, "color": colours},
            "hoverinfo": "skip",
            "showlegend": False,
        }
    ]


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


def _legend() -> dict[str, Any]:
    return {
        "orientation": "h",
        "x": 0,
        "xanchor": "left",
        "y": -0.02,
        "yanchor": "top",
        "itemclick": False,
        "itemdoubleclick": False,
        "font": {"size": 12},
        "traceorder": "normal",
        "itemsizing": "constant",
    }


def _schematic_note() -> dict[str, Any]:
    return theme.note(map_text.schematic_sentence(), x=1, y=1, xanchor="right", yanchor="bottom")


__all__ = ["coverage_map", "describe_map", "selected_desa"]
