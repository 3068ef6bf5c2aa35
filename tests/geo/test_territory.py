"""The schematic map and the hex tiles: nobody is left out, nobody stands on another's ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analytics.geo.hextiles import hex_tiles, loosest
from analytics.geo.schematic import schematic_map

coordinate = st.floats(-0.2, 0.2, allow_nan=False).map(lambda value: round(value, 4))
point = st.tuples(coordinate, coordinate, st.sampled_from([0.05, 1.0, 14.0, 96.0, float("nan")]))


def table(points: list[tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "desa_code": [f"63.11.03.{2001 + k}" for k in range(len(points))],
            "desa_name": [f"Desa {k}" for k in range(len(points))],
            "lon": [115.5 + x for x, _y, _a in points],
            "lat": [-2.4 + y for _x, y, _a in points],
            "area_km2": [area for _x, _y, area in points],
        }
    )


def metres(frame: gpd.GeoDataFrame) -> np.ndarray:
    return frame.to_crs("EPSG:32750").geometry.to_numpy()


def overlap_m2(shapes: np.ndarray) -> float:
    return float(shapely.area(shapes).sum() - shapely.area(shapely.union_all(shapes)))


NAN = float("nan")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example([(-0.1055, 0.1255, NAN), (-0.1055, 0.1255, NAN), (0.0, 0.0, NAN)])
@given(st.lists(point, min_size=1, max_size=12))
def test_every_desa_has_ground_of_its_own(points: list[tuple[float, float, float]]) -> None:
    desa = table(points)
    for draw in (schematic_map, hex_tiles):
        frame = draw(desa)
        shapes = metres(frame)
        assert frame["desa_code"].tolist() == desa["desa_code"].tolist()
        assert shapely.is_valid(shapes).all()
        assert (shapely.area(shapes) > 1000).all()
        assert overlap_m2(shapes) <= 1e-5 * shapely.area(shapes).sum()


@pytest.mark.parametrize("draw", [schematic_map, hex_tiles])
def test_no_points_one_place_and_a_straight_line(draw) -> None:
    assert len(draw(table([]))) == 0
    same = draw(table([(0.0, 0.0, 1.0)] * 5))
    assert (shapely.area(metres(same)) > 1000).all()
    line = draw(table([(k / 50, 0.0, 2.0) for k in range(6)]))
    assert overlap_m2(metres(line)) < 10


@pytest.mark.parametrize("draw", [schematic_map, hex_tiles])
def test_desa_without_coordinates_are_drawn_too(draw, awayan: pd.DataFrame) -> None:
    awayan.loc[[3, 7], ["lon", "lat"]] = np.nan
    shapes = metres(draw(awayan))
    assert len(shapes) == 23
    assert (shapely.area(shapes) > 1000).all()
    nowhere = awayan.assign(lon=np.nan, lat=np.nan)
    assert len(draw(nowhere)) == 23


@pytest.mark.parametrize("draw", [schematic_map, hex_tiles])
def test_same_input_same_shapes(draw, awayan: pd.DataFrame) -> None:
    first, second = draw(awayan), draw(awayan)
    assert shapely.equals_exact(first.geometry.to_numpy(), second.geometry.to_numpy()).all()


@pytest.mark.parametrize("area", ["awayan", "balangan"])
def test_each_point_is_in_its_own_cell(area: str, request: pytest.FixtureRequest) -> None:
    desa = request.getfixturevalue(area)
    cells = schematic_map(desa).geometry.to_numpy()
    assert shapely.contains(cells, shapely.points(desa["lon"], desa["lat"])).all()


def test_schematic_map_is_one_piece_and_no_circle(awayan: pd.DataFrame) -> None:
    whole = shapely.union_all(metres(schematic_map(awayan)))
    assert whole.geom_type == "Polygon"
    assert not whole.interiors
    roundness = 4 * np.pi * whole.area / whole.length**2
    assert 0.4 < roundness < 0.9


def test_the_smallest_desa_can_be_seen(awayan: pd.DataFrame) -> None:
    shapes = metres(schematic_map(awayan))
    x0, _y0, x1, _y1 = shapely.total_bounds(shapes)
    radius = shapely.length(shapely.maximum_inscribed_circle(shapes))
    assert radius.min() / (x1 - x0) > 0.025  # 17 px of radius on a map 680 px wide


def test_far_away_groups_are_one_territory() -> None:
    desa = table([(0, 0, 1), (0.01, 0, 1), (0, 0.01, 1), (1.5, 1.5, 1), (1.51, 1.5, 1)])
    assert shapely.union_all(metres(schematic_map(desa))).geom_type == "Polygon"


@pytest.mark.parametrize("area", ["awayan", "balangan"])
def test_tiles_are_equal_and_one_block(area: str, request: pytest.FixtureRequest) -> None:
    shapes = metres(hex_tiles(request.getfixturevalue(area)))
    areas = shapely.area(shapes)
    assert areas.max() / areas.min() < 1.01
    touching = shapely.union_all(shapely.buffer(shapes, 1.0))
    assert touching.geom_type == "Polygon"
    assert overlap_m2(shapes) < 1e-4 * areas.sum()


def test_tiles_keep_the_lie_of_the_land(awayan: pd.DataFrame) -> None:
    tiles = hex_tiles(awayan)
    middles = shapely.get_coordinates(shapely.centroid(tiles.geometry.to_numpy()))
    for k, axis in enumerate(("lon", "lat")):
        assert np.corrcoef(awayan[axis].rank(), pd.Series(middles[:, k]).rank())[0, 1] > 0.8


def test_tiles_keep_neighbours_together(awayan: pd.DataFrame) -> None:
    """Desa that are neighbours on the schematic map are mostly next to each other on tiles."""
    cells = shapely.buffer(metres(schematic_map(awayan)), 2.0)
    tiles = metres(hex_tiles(awayan))
    width = shapely.distance(tiles[:, None], tiles[None, :])
    left, right = shapely.STRtree(cells).query(cells, predicate="intersects")
    pairs = [(a, b) for a, b in zip(left, right, strict=True) if a < b]
    together = np.mean([width[a, b] < 5.0 for a, b in pairs])
    assert together > 0.78


def test_a_tile_that_holds_the_block_together_stays() -> None:
    """Two flowers of seven tiles and one tile between them, which has fewest neighbours."""
    petals = [(0, 0), (1, 0), (0, 1), (-1, 1), (-1, 0), (0, -1), (1, -1)]
    other = [(q + 4, r) for q, r in petals]
    assert loosest([*petals, *other, (2, 0)]) != (2, 0)
    assert loosest([(0, 0), (1, 0), (2, 0)]) in {(0, 0), (2, 0)}
