"""Hatches and dots cut to a shape: what a map says without colour.

SVG maps of plotly know no pattern fill, so the lines and dots are geometry. Everything is in the
units of the shapes (degrees, on a map that treats them as flat).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

Path = tuple[list[float | None], list[float | None]]


def line_path(lines: Sequence[shapely.Geometry] | NDArray[np.object_]) -> Path:
    """Lines as one x and one y list with a gap (``None``) after each line."""
    parts = shapely.get_parts(np.asarray(lines, dtype=object))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    xs: list[float | None] = []
    ys: list[float | None] = []
    for part in parts:
        xy = shapely.get_coordinates(part)
        xs += [*xy[:, 0].tolist(), None]
        ys += [*xy[:, 1].tolist(), None]
    return xs, ys


def hatch(
    shapes: NDArray[np.object_], spacing: float, *, cross: bool = False, level: bool = False
) -> NDArray[np.object_]:
    """Parallel 45° lines inside each shape; with *cross* in both directions, *level* flat ones.

    Lines are on one grid for all shapes, so that neighbours with the same hatch look like one.
    """
    cut = [
        shapely.intersection(shape, shapely.multilinestrings(_sweep(shape.bounds, spacing, tilt)))
        for shape in shapes
        if not shape.is_empty
        for tilt in ((0,) if level else (1, -1) if cross else (1,))
    ]
    return np.array(cut, dtype=object)


def _sweep(
    bounds: tuple[float, float, float, float], spacing: float, tilt: int
) -> list[list[tuple[float, float]]]:
    """Lines ``y = tilt·x + c`` over a box, at multiples of the spacing."""
    x0, y0, x1, y1 = bounds
    step = spacing * np.sqrt(2)
    ends = [y - tilt * x for x in (x0, x1) for y in (y0, y1)]
    offsets = np.arange(np.ceil(min(ends) / step), np.floor(max(ends) / step) + 1) * step
    if not len(offsets):  # a shape smaller than the spacing still gets one line
        offsets = np.array([(min(ends) + max(ends)) / 2])
    return [[(x0, tilt * x0 + c), (x1, tilt * x1 + c)] for c in offsets]


def dots(shape: shapely.Geometry, spacing: float) -> NDArray[np.float64]:
    """Points of a staggered grid inside a shape (k × 2); at least one, in its middle."""
    x0, y0, x1, y1 = shape.bounds
    rows = np.arange(np.ceil(y0 / spacing), np.floor(y1 / spacing) + 1)
    columns = np.arange(np.floor(x0 / spacing), np.ceil(x1 / spacing) + 1)
    column, row = np.meshgrid(columns, rows)
    x = (column + 0.5 * (row % 2)) * spacing
    y = row * spacing
    inside = shapely.contains_xy(shape, x.ravel(), y.ravel())
    grid = np.column_stack([x.ravel()[inside], y.ravel()[inside]])
    if not len(grid):
        middle = shape.representative_point()
        grid = np.array([[middle.x, middle.y]])
    return np.asarray(grid, dtype=np.float64)
