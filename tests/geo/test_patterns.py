"""Hatches and dots stay in their shape."""

from __future__ import annotations

import numpy as np
import shapely

from analytics.geo.patterns import dots, hatch, line_path

SQUARE = shapely.box(0, 0, 10, 10)


def test_lines_at_45_degrees_at_the_spacing() -> None:
    lines = shapely.get_parts(hatch(np.array([SQUARE]), 1.0))
    xy = [shapely.get_coordinates(line) for line in lines]
    slopes = [(c[1, 1] - c[0, 1]) / (c[1, 0] - c[0, 0]) for c in xy if len(c) == 2]
    assert np.allclose(slopes, 1.0)
    # y = x + c with c in steps of the square root of 2, from -10 to 10
    assert len(lines) in (13, 14, 15)
    assert shapely.covers(SQUARE.buffer(1e-9), shapely.multilinestrings(lines))


def test_cross_hatch_has_both_directions() -> None:
    one = shapely.length(hatch(np.array([SQUARE]), 1.0)).sum()
    both = shapely.length(hatch(np.array([SQUARE]), 1.0, cross=True)).sum()
    assert np.isclose(both, 2 * one, rtol=0.05)


def test_a_shape_smaller_than_the_spacing_still_has_a_line_and_a_dot() -> None:
    tiny = shapely.box(0.4, 0.42, 0.45, 0.46)
    assert shapely.length(hatch(np.array([tiny]), 5.0)).sum() > 0
    grid = dots(tiny, 5.0)
    assert len(grid) == 1
    assert tiny.contains(shapely.Point(grid[0]))


def test_dots_are_inside_and_as_dense_as_asked() -> None:
    grid = dots(SQUARE, 1.0)
    assert shapely.contains_xy(SQUARE, grid[:, 0], grid[:, 1]).all()
    assert 75 <= len(grid) <= 100


def test_a_path_has_a_gap_after_every_line() -> None:
    lines = [shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(2, 2), (3, 3)])]
    assert line_path(lines) == ([0, 1, None, 2, 3, None], [0, 1, None, 2, 3, None])
    assert line_path([]) == ([], [])
