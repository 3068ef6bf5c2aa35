"""A flat metric frame around a set of points: metres east and north of their middle.

Desa are a few kilometres apart, so an azimuthal projection centred on them distorts distances
by far less than the four decimals of their coordinates do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]
_FALLBACK = (115.55, -2.41)


@dataclass(frozen=True, slots=True)
class Frame:
    """Converts between EPSG:4326 degrees and local metres."""

    forward: Transformer
    backward: Transformer

    @classmethod
    def around(cls, lon: float, lat: float) -> Frame:
        local = f"+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m"
        return cls(
            Transformer.from_crs("EPSG:4326", local, always_xy=True),
            Transformer.from_crs(local, "EPSG:4326", always_xy=True),
        )

    def to_metres(self, lon: Floats, lat: Floats) -> Floats:
        """n × 2 metres of n degrees."""
        x, y = self.forward.transform(lon, lat)
        return np.column_stack([x, y]).astype(np.float64)

    def to_degrees(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """The same shapes in EPSG:4326."""

        def back(xy: Floats) -> Floats:
            lon, lat = self.backward.transform(xy[:, 0], xy[:, 1])
            return np.column_stack([lon, lat])

        return shapely.transform(shapes, back)


def metric_points(desa: pd.DataFrame) -> tuple[Frame, Floats, Floats]:
    """Where the desa are, in metres, no two at the same place, and how large they are.

    Args:
        desa: columns ``desa_code, lon, lat`` (degrees, may be missing), ``area_km2`` (may be
            missing). One row per desa.

    Returns:
        The frame; n × 2 metres (points closer than 60 m are moved apart on a small spiral in the
        order of their codes; a desa without coordinates starts from the middle of the others);
        n areas in m² (a missing or zero one becomes the median).
    """
    lon = np.array(desa["lon"].astype("float64"), dtype=np.float64)
    lat = np.array(desa["lat"].astype("float64"), dtype=np.float64)
    known = np.isfinite(lon) & np.isfinite(lat)
    middle = (lon[known].mean(), lat[known].mean()) if known.any() else _FALLBACK
    lon[~known], lat[~known] = middle
    frame = Frame.around(float(middle[0]), float(middle[1]))
    points = frame.to_metres(lon, lat)
    area = np.array(desa["area_km2"].astype("float64"), dtype=np.float64) * 1e6
    usable = np.isfinite(area) & (area > 0)
    area[~usable] = float(np.median(area[usable])) if usable.any() else 4e6
    order = np.argsort(desa["desa_code"].astype(str).to_numpy(), kind="stable")
    return frame, _apart(points, order, 60.0, np.sqrt(area)), area


def _apart(points: Floats, order: NDArray[np.intp], closest_m: float, size: Floats) -> Floats:
    """Move each point that is too close to an earlier one outwards on a golden-angle spiral."""
    placed = points.copy()
    done: list[int] = []
    for index in order:
        step = 0
        while done and np.hypot(*(placed[done] - placed[index]).T).min() < closest_m:
            step += 1
            angle = step * np.pi * (3 - np.sqrt(5))
            reach = max(closest_m, 0.3 * float(size[index])) * np.sqrt(step)
            placed[index] = points[index] + reach * np.array([np.cos(angle), np.sin(angle)])
        done.append(int(index))
    return placed
