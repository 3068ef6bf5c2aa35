"""The layers of the coverage map, from the ground up: areas, patterns, outlines, targets, names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.polygon import orient

from analytics.charts import map_text, theme
from analytics.charts.labels import Label, Layout
from analytics.charts.map_metric import COVERAGE, MapMetric
from analytics.geo.patterns import Path, dots, hatch, line_path

HATCH_PX, DOT_PX = 7.0, 8.0
_TINY_PX, _TINY_AMONG_MANY_PX, _MANY_DESA = 9.0, 4.0, 60
_FILLS = {
    "zero": theme.ZERO_FILL,
    "waiting": theme.WAITING_FILL,
    "no_data": theme.NO_DATA_FILL,
    "hidden": theme.HIDDEN_FILL,
}
_LINES = {
    "waiting": theme.WAITING_LINE,
    "no_data": theme.NO_DATA_LINE,
    "hidden": theme.HIDDEN_LINE,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What all layers share: per desa a row, a shape, a middle (degrees), and the labels."""

    rows: list[dict[str, Any]]
    shapes: NDArray[np.object_]
    anchors: NDArray[np.float64]
    radii: NDArray[np.float64]
    labels: Layout
    narrow: Layout
    metric: MapMetric = COVERAGE

    @property
    def px(self) -> float:
        """One pixel of the design frame in degrees."""
        return 1 / self.labels.view.px_per_unit

    def of(self, look: str) -> NDArray[np.bool_]:
        return np.array([row["look"] == look for row in self.rows])


def middles(
    shapes: NDArray[np.object_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middle (n × 2) and radius (n) of the largest circle in each shape."""
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    circles = shapely.maximum_inscribed_circle(shapes, max(x1 - x0, y1 - y0) / 400)
    return shapely.get_coordinates(shapely.get_point(circles, 0)), shapely.length(circles)


def _fill(row: dict[str, Any], metric: MapMetric) -> str:
    return _FILLS.get(row["look"]) or metric.fill(row["coverage"])


def areas(scene: Scene) -> dict[str, Any]:
    """All desa in one choropleth; its ``z`` picks one of the fills by number."""
    fills = [*theme.CLASS_COLOURS, *_FILLS.values()]
    scale = [[(k + end) / len(fills), fill] for k, fill in enumerate(fills) for end in (0, 1)]
    features = [
        {
            "type": "Feature",
            "id": row["desa_code"],
            "geometry": shapely.geometry.mapping(_clockwise(shape)),
        }
        for row, shape in zip(scene.rows, scene.shapes, strict=True)
    ]
    return {
        "type": "choropleth",
        "geojson": {"type": "FeatureCollection", "features": features},
        "locations": [row["desa_code"] for row in scene.rows],
        "z": [fills.index(_fill(row, scene.metric)) for row in scene.rows],
        "zmin": -0.5,
        "zmax": len(fills) - 0.5,
        "colorscale": scale,
        "showscale": False,
        "showlegend": False,
        "customdata": [[row["desa_code"]] for row in scene.rows],
        "text": [map_text.hover(row, scene.metric) for row in scene.rows],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {"line": {"color": "#ffffff", "width": 1.4}},
        **theme.steady(),
    }


def _clockwise(shape: shapely.Geometry) -> shapely.Geometry:
    """Rings in the direction that plotly's spherical geometry takes for "inside"."""
    parts = [orient(part, -1.0) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _line(path: Path, colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scattergeo",
        "mode": "lines",
        "lon": path[0],
        "lat": path[1],
        "line": {"color": colour, "width": width},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def patterns(scene: Scene) -> list[dict[str, Any]]:
    """Hatch, cross hatch, rings and dots, with the labels' places left free."""
    px = scene.px
    free = _free_of(scene.labels, scene.shapes)
    both = _free_of(scene.narrow, free)
    roomy = shapely.area(both) > 0.25 * shapely.area(scene.shapes)
    free[roomy] = both[roomy]
    traces = []
    for look, colour in _LINES.items():
        if (mask := scene.of(look)).any():
            lines = hatch(
                free[mask], HATCH_PX * px, cross=look == "no_data", level=look == "hidden"
            )
            edges = shapely.boundary(shapely.buffer(scene.shapes[mask], -1.0 * px))
            traces.append(_line(line_path([*lines, *edges]), colour, 1.0))
    if (mask := scene.of("zero")).any():
        ring = shapely.boundary(shapely.buffer(scene.shapes[mask], -2.2 * px))
        traces.append(_line(line_path(ring), theme.ZERO_LINE, 2.2))
    return traces + _dots(scene, free)


def _free_of(labels: Layout, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The shapes without the ground of the labels in them."""
    free = shapes.copy()
    for label in labels.labels:
        if label.leader is None:
            box = label.box(1 / labels.view.px_per_unit)
            free[label.index] = shapely.difference(free[label.index], box)
    return free


def _dots(scene: Scene, free: NDArray[np.object_]) -> list[dict[str, Any]]:
    px = scene.px
    xs: list[float | None] = []
    ys: list[float | None] = []
    colours: list[str] = []
    for row, shape in zip(scene.rows, free, strict=True):
        if row["state"] != "small" or row["look"] in ("no_data", "hidden"):
            continue
        grid = dots(shapely.buffer(shape, -2 * px), DOT_PX * px)
        xs += grid[:, 0].tolist()
        ys += grid[:, 1].tolist()
        colours += [_ink_on(row, scene.metric)] * len(grid)
    if not xs:
        return []
    marker = {"size": 2.8, "color": colours, "opacity": 0.8}
    line = _line((xs, ys), theme.DARK_TEXT, 1)
    return [line | {"mode": "markers", "marker": marker} | theme.steady(0.8)]


def _ink_on(row: dict[str, Any], metric: MapMetric) -> str:
    """The text colour that is AA on a desa's fill."""
    if row["look"] != "class":
        return theme.DARK_TEXT
    return metric.ink(row["coverage"])


def outlines(scene: Scene, chosen: int | None) -> list[dict[str, Any]]:
    """The territory's rim, the leaders of labels beside it, the outline of the chosen desa."""
    colours = theme.palette()
    rim = shapely.boundary(shapely.union_all(scene.shapes))
    traces = [_line(line_path([rim]), colours.neutral, 1.0)]
    leaders = [label.leader for label in scene.labels.labels if label.leader]
    if leaders:
        path = line_path([shapely.LineString(leader) for leader in leaders])
        traces.append(_line(path, "#ffffff", theme.LEADER_CASING_PX))
        traces.append(_line(path, theme.LEADER, theme.LEADER_PX))
    if chosen is not None:
        ring = line_path([shapely.boundary(scene.shapes[chosen])])
        traces += [_line(ring, "#ffffff", 6.0), _line(ring, "#0b1413", 3.0)]
    return traces


def targets(scene: Scene, chosen: int | None) -> list[dict[str, Any]]:
    """What makes small things clickable: a dot on a tiny desa, an unseen one under a callout."""
    small_px = _TINY_PX if len(scene.rows) <= _MANY_DESA else _TINY_AMONG_MANY_PX
    tiny = np.flatnonzero(scene.radii / scene.px < small_px).tolist()
    dots_at = [(i, float(scene.anchors[i, 0]), float(scene.anchors[i, 1])) for i in tiny]
    beside = [(label.index, label.x, label.y) for label in scene.labels.labels if label.leader]
    traces = []
    for places, size, opacity in ((dots_at, 12.0, 1.0), (beside, 26.0, 0.0)):
        if places:
            traces.append(_markers(scene, places, size, opacity, chosen))
    return traces


def _markers(
    scene: Scene,
    places: list[tuple[int, float, float]],
    size: float,
    opacity: float,
    chosen: int | None,
) -> dict[str, Any]:
    rows = [scene.rows[i] for i, _x, _y in places]
    return {
        "type": "scattergeo",
        "mode": "markers",
        "lon": [x for _i, x, _y in places],
        "lat": [y for _i, _x, y in places],
        "customdata": [[row["desa_code"]] for row in rows],
        "text": [map_text.hover(row, scene.metric) for row in rows],
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": size,
            "opacity": opacity,
            "color": [_fill(row, scene.metric) for row in rows],
            "line": {
                "color": "#0b1413",
                "width": [4.0 if i == chosen else 1.4 for i, _x, _y in places],
            },
        },
        "showlegend": False,
        **theme.steady(opacity),
    }


def names(scene: Scene, placed: Layout, font: str) -> list[dict[str, Any]]:
    """The labels of one layout, in a font family whose first name says which layout it is.

    One trace per ink: a trace that is not selected can only keep its labels in one colour.
    """
    outside = theme.palette().ink
    inks: dict[str, list[Label]] = {}
    for label in placed.labels:
        ink = outside if label.leader else _ink_on(scene.rows[label.index], scene.metric)
        inks.setdefault(ink, []).append(label)
    return [_names(labels, ink, font) for ink, labels in inks.items()]


def _names(labels: list[Label], ink: str, font: str) -> dict[str, Any]:
    keep = {"textfont": {"color": ink}}
    return {
        "type": "scattergeo",
        "mode": "text",
        "lon": [label.x for label in labels],
        "lat": [label.y for label in labels],
        "text": [label.text for label in labels],
        "textposition": "middle center",
        "textfont": {"family": font, "size": [label.size for label in labels], "color": ink},
        "selected": keep,
        "unselected": keep,
        "hoverinfo": "skip",
        "showlegend": False,
    }
