"""The hex-tile map: every desa the same size, near where it is.

On a map by area the smallest desa disappears and the emptiest one dominates. Here each is one
tile of an equal-area hexagon grid. Which one is an assignment problem (the tiles that move all
desa least, exactly), followed by swaps that bring true neighbours back together.
"""

from __future__ import annotations

from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.spatial import Delaunay, QhullError
from scipy.stats import rankdata

from analytics.geo.metric import Floats, metric_points
from analytics.geo.schematic import outline_of

Ints = NDArray[np.int64]
# The six neighbours of a tile in axial coordinates (q, r).
_STEPS = ((1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1))
_MOST_SWAPPED = 400


def hex_tiles(desa: pd.DataFrame) -> gpd.GeoDataFrame:
    """Which tile of an equal-area grid stands for each desa?

    Args:
        desa: one row per desa: ``desa_code, desa_name, lon, lat`` (degrees), ``area_km2``.

    Returns:
        ``desa_code, geometry`` (EPSG:4326), one hexagon per desa in the order given, all of one
        area, no two at the same place, together one connected block. Deterministic.
    """
    columns = {"desa_code": desa["desa_code"].astype(str).to_numpy()}
    if desa.empty:
        return gpd.GeoDataFrame(columns, geometry=[], crs="EPSG:4326")
    frame, points, area = metric_points(desa)
    outline = outline_of(points, area)
    centres, side = _block(outline, len(points))
    spread = _spread(points, outline.bounds)
    chosen = linear_sum_assignment(_squared(spread, centres))[1].astype(np.int64)
    if 3 < len(points) <= _MOST_SWAPPED:
        chosen = _swapped(chosen, spread, centres, points, side)
    corners = np.deg2rad(np.arange(30, 390, 60))
    ring = side * np.column_stack([np.cos(corners), np.sin(corners)])
    shapes = shapely.polygons(centres[chosen][:, None, :] + ring[None, :, :])
    return gpd.GeoDataFrame(columns, geometry=frame.to_degrees(shapes), crs="EPSG:4326")


def _squared(a: Floats, b: Floats) -> Floats:
    return np.asarray(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2), dtype=np.float64)


def _spread(points: Floats, bounds: tuple[float, float, float, float]) -> Floats:
    """Points moved halfway to even ranks, so that a crowded corner opens up before tiling."""
    low, high = np.array(bounds[:2]), np.array(bounds[2:])
    ranks = np.column_stack([rankdata(points[:, k]) for k in (0, 1)])
    even = low + (ranks - 0.5) / len(points) * (high - low)
    return np.asarray(0.5 * points + 0.5 * even, dtype=np.float64)


def _centres(tiles: Ints, side: float) -> Floats:
    q, r = tiles[:, 0], tiles[:, 1]
    return np.column_stack([side * np.sqrt(3) * (q + r / 2), side * 1.5 * r])


def _grid(outline: shapely.Geometry, side: float, origin: Floats) -> Ints:
    """The tiles whose centre is inside the outline."""
    x0, y0, x1, y1 = outline.bounds
    reach = int(np.ceil(max(x1 - x0, y1 - y0) / side)) + 2
    q, r = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    tiles = np.column_stack([q.ravel(), r.ravel()]).astype(np.int64)
    centres = _centres(tiles, side) + origin
    near = (centres[:, 0] > x0) & (centres[:, 0] < x1) & (centres[:, 1] > y0)
    near &= centres[:, 1] < y1
    tiles, centres = tiles[near], centres[near]
    return tiles[shapely.contains_xy(outline, centres[:, 0], centres[:, 1])]


def _block(outline: shapely.Geometry, count: int) -> tuple[Floats, float]:
    """A connected block of exactly *count* tiles that fills the outline.

    The largest tile for which at least *count* fit; what is too many is taken off the rim, the
    loosest tile first, never one that would break the block.
    """
    x0, y0, x1, y1 = outline.bounds
    origin = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
    side = float(np.sqrt(outline.area / count / (1.5 * np.sqrt(3)))) * 1.15
    fits = partial(_grid, outline, origin=origin)
    tiles = _largest_part(fits(side))
    while len(tiles) < count:
        side *= 0.985
        tiles = _largest_part(fits(side))
    have = [(int(q), int(r)) for q, r in tiles]
    while len(have) > count:
        have.remove(loosest(have))
    kept = np.array(have, dtype=np.int64)
    return _centres(kept, side) + origin, side


def _around(tile: tuple[int, int]) -> list[tuple[int, int]]:
    return [(tile[0] + dq, tile[1] + dr) for dq, dr in _STEPS]


def _largest_part(tiles: Ints) -> Ints:
    left = {(int(q), int(r)) for q, r in tiles}
    best: set[tuple[int, int]] = set()
    while left:
        part = _connected(min(left), left)
        left -= part
        best = max(best, part, key=len)
    return np.array(sorted(best), dtype=np.int64).reshape(-1, 2)


def _connected(start: tuple[int, int], among: set[tuple[int, int]]) -> set[tuple[int, int]]:
    part, queue = {start}, [start]
    while queue:
        for neighbour in _around(queue.pop()):
            if neighbour in among and neighbour not in part:
                part.add(neighbour)
                queue.append(neighbour)
    return part


def loosest(tiles: list[tuple[int, int]]) -> tuple[int, int]:
    """The rim tile with the fewest neighbours, farthest out, without which the rest still holds."""
    among = set(tiles)
    middle = np.mean(_centres(np.array(tiles), 1.0), axis=0)

    def looseness(tile: tuple[int, int]) -> tuple[int, float, tuple[int, int]]:
        centre = _centres(np.array([tile]), 1.0)[0]
        held = sum(neighbour in among for neighbour in _around(tile))
        return held, -float(np.hypot(*(centre - middle))), tile

    for tile in sorted(tiles, key=looseness):
        rest = among - {tile}
        if len(_connected(min(rest), rest)) == len(rest):
            return tile
    raise AssertionError("a connected block always has a tile that can go")


def _neighbours(points: Floats) -> Ints:
    """Pairs of desa that are neighbours (Delaunay, without the long edges around the rim)."""
    try:
        corners = Delaunay(points).simplices
    except QhullError:
        return np.empty((0, 2), dtype=np.int64)
    edges = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    pairs = np.unique(edges, axis=0).astype(np.int64)
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    return np.asarray(pairs[length <= 3 * np.median(length)], dtype=np.int64)


def _swapped(chosen: Ints, spread: Floats, centres: Floats, points: Floats, side: float) -> Ints:
    """Swap two desa as long as it brings true neighbours nearer than it moves desa away."""
    pairs = _neighbours(points)
    linked = np.zeros((len(points), len(points)))
    linked[pairs[:, 0], pairs[:, 1]] = linked[pairs[:, 1], pairs[:, 0]] = 1.0
    apart = np.sqrt(_squared(centres, centres)) / (side * np.sqrt(3))
    pull = np.maximum(apart - 1, 0.0)
    move = _squared(spread, centres) / (side * np.sqrt(3)) ** 2
    current = chosen.copy()
    for _round in range(6 * len(points)):
        here = pull[np.ix_(current, current)]
        # cost[i, j]: what desa i would pay on the tile of j, the others staying
        cost = linked @ here + move[:, current]
        own = np.diag(cost)
        gain = own[:, None] + own[None, :] - cost - cost.T - 2 * linked * here
        best = np.unravel_index(int(np.argmax(np.triu(gain, 1))), gain.shape)
        if gain[best] < 1e-6:
            break
        i, j = int(best[0]), int(best[1])
        current[i], current[j] = current[j], current[i]
    return current
