"""The schematic map: a plausible territory drawn from nothing but a point and an area per desa.

Each desa gets the ground that is nearest to its point (its Voronoi cell), inside an outline that
follows the points at a distance that grows with the areas beside it. It shows who is next to
whom; it is no boundary, and every figure that uses it says so.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from analytics.geo.metric import Floats, metric_points


def schematic_map(desa: pd.DataFrame) -> gpd.GeoDataFrame:
    """Where is each desa, roughly, and which ones are its neighbours?

    Args:
        desa: one row per desa: ``desa_code, desa_name, lon, lat`` (degrees), ``area_km2``.
            Coordinates and areas may be missing; several desa may share a point.

    Returns:
        ``desa_code, geometry`` (EPSG:4326), one row per desa in the order given. The cells are
        never empty, do not overlap and leave no gaps; the same input gives the same shapes.
    """
    columns = {"desa_code": desa["desa_code"].astype(str).to_numpy()}
    if desa.empty:
        return gpd.GeoDataFrame(columns, geometry=[], crs="EPSG:4326")
    frame, points, area = metric_points(desa)
    outline = outline_of(points, area)
    cells = _evened(points, outline)
    shapes = frame.to_degrees(shapely.set_precision(cells, 0.5))
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _spacing(points: Floats, area: Floats) -> float:
    """A typical distance between neighbours, in metres."""
    if len(points) < 2:
        return float(np.sqrt(area.mean()))
    gaps = np.hypot(*(points[:, None, :] - points[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(gaps, np.inf)
    return float(np.median(gaps.min(axis=1)))


def outline_of(points: Floats, area: Floats) -> BaseGeometry:
    """One smooth, hole-free shape around all points."""
    spacing = _spacing(points, area)
    cap = max(3.0 * spacing, float(np.sqrt(np.median(area))))
    radii = np.clip(0.5 * np.sqrt(area), 0.55 * spacing, cap)
    discs = shapely.buffer(shapely.points(points), radii, quad_segs=16)
    body = shapely.union_all(discs)
    if len(points) >= 4:
        hull = shapely.concave_hull(shapely.multipoints(points), ratio=0.5)
        body = shapely.union(body, shapely.buffer(hull, 0.7 * spacing))
    elif len(points) > 1:
        body = shapely.union(body, shapely.buffer(shapely.linestrings(points), 0.7 * spacing))
    # Closing fills the bays between discs, opening takes off what sticks out.
    bend = 3.2 * spacing
    body = shapely.buffer(shapely.buffer(body, bend, quad_segs=24), -bend, quad_segs=24)
    soften = 0.5 * spacing  # less than the links between far-away desa are wide
    body = shapely.buffer(shapely.buffer(body, -soften), soften, quad_segs=24)
    filled = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(body)))
    # A buffer can drop the far end of a thin shape: every desa keeps at least its own disc.
    alone = discs[~shapely.contains(shapely.union_all(filled), shapely.points(points))]
    whole = shapely.union_all([*filled, *alone])
    return shapely.simplify(whole, min(spacing / 40, float(np.sqrt(whole.area)) / 300))


def _evened(points: Floats, outline: BaseGeometry) -> np.ndarray:
    """Voronoi cells after their sites moved towards the cells' middles (Lloyd's relaxation).

    Crowded desa get room for a name. A step is only taken as far as every desa's true point stays
    in its own cell, so that the map never puts a place into the neighbour's ground.
    """
    sites, cells = points, _voronoi(points, outline)
    own = shapely.points(points)
    steps = np.full((len(points), 1), 0.5)
    for _round in range(16):
        moved = sites + steps * (shapely.get_coordinates(shapely.centroid(cells)) - sites)
        tried = _voronoi(moved, outline)
        safe = shapely.contains(tried, own) & (shapely.distance(shapely.boundary(tried), own) > 20)
        if safe.all():
            sites, cells = moved, tried
            continue
        for lost in np.flatnonzero(~safe):  # hold back this desa and the one that took its place
            gaps = np.hypot(*(moved - points[lost]).T)
            steps[[lost, *np.argsort(gaps)[:2]]] /= 2
    return cells


def _voronoi(points: Floats, outline: BaseGeometry) -> np.ndarray:
    """Each point's nearest ground inside the outline, in the order of the points."""
    if len(points) == 1:
        return np.array([outline], dtype=object)
    reach = shapely.buffer(outline, float(np.sqrt(outline.area))).envelope
    diagram = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=reach, ordered=True)
    return shapely.intersection(shapely.get_parts(diagram), outline)
