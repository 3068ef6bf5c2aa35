"""An official boundary file: read, matched to the desa, repaired, made light.

The file comes from somebody else: its names, columns, coordinate system and geometries are all
looked at before anything is believed.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from analytics.geo.boundary_files import BoundaryError, read_features
from analytics.geo.matching import match_features
from analytics.i18n import _
from analytics.numbers import number

_DETAIL = 900  # the map is at most so many steps wide: finer detail is not seen
_DECIMALS = 1e-6
_SMALLEST_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class BoundaryImport:
    """A boundary file as the store keeps it, and what became of its parts.

    ``matched`` has one row per desa of the file: ``desa_code, desa_name, how`` (``kode`` or
    ``nama``). ``overlaps_km2`` is ground that two desa of the file both claimed; it was given to
    the smaller one. ``sentence`` says it all in words.
    """

    geojson: bytes
    matched: pd.DataFrame
    unmatched_features: list[str]
    missing_desa: list[str]
    repaired: int
    overlaps_km2: float
    sentence: str


def read_boundaries(name: str, data: bytes, desa: pd.DataFrame) -> BoundaryImport:
    """Which shape of this file is which desa?

    Args:
        name: the file's name (only its ending is looked at).
        data: GeoJSON, GeoPackage or a zipped shapefile.
        desa: the desa to find: ``desa_code, desa_name``, and where known
            ``bps_code, bps_name, lon, lat`` (the point tells namesakes apart).

    Raises:
        BoundaryError: the file cannot be read, has no usable coordinates, or none of its shapes
            is one of the desa. The message is a sentence for the user.
    """
    features = read_features(name, data).reset_index(drop=True)
    features, repaired = _polygons(features)
    found = match_features(features, desa)
    if found.matched.empty:
        raise BoundaryError(
            _(
                "None of the {count} shapes is a desa of this area. The file needs a column with"
                " the desa code or name.",
                count=number(len(features)),
            )
        )
    own = features.loc[found.index].assign(desa_code=found.codes)
    whole = own.dissolve("desa_code", as_index=False)[["desa_code", "geometry"]]
    flat = whole.to_crs(whole.estimate_utm_crs())
    shapes, overlap_m2 = _without_overlaps(np.array(flat.geometry.to_list(), dtype=object))
    light = gpd.GeoSeries(_simplified(shapes), crs=flat.crs).to_crs("EPSG:4326")
    result = gpd.GeoDataFrame({"desa_code": whole["desa_code"]}, geometry=light)
    names = dict(zip(desa["desa_code"], desa["desa_name"], strict=True))
    result["desa_name"] = result["desa_code"].map(names)
    result["geometry"] = shapely.set_precision(result.geometry.to_numpy(), _DECIMALS)
    missing = [names[code] for code in desa["desa_code"] if code not in set(result["desa_code"])]
    return BoundaryImport(
        geojson=result.to_json(drop_id=True).encode(),
        matched=found.matched,
        unmatched_features=found.unmatched,
        missing_desa=missing,
        repaired=repaired,
        overlaps_km2=overlap_m2 / 1e6,
        sentence=_sentence(len(found.matched), len(desa), len(found.unmatched), repaired),
    )


def load_boundaries(geojson: bytes) -> gpd.GeoDataFrame:
    """The kept boundaries as ``desa_code, geometry`` (EPSG:4326).

    Raises:
        BoundaryError: the bytes are no boundary file of `read_boundaries`.
    """
    frame = read_features("batas.geojson", geojson)
    if "desa_code" not in frame.columns:
        raise BoundaryError(_("The kept boundary file is damaged. Import it again."))
    return frame[["desa_code", "geometry"]].astype({"desa_code": str})


def _sentence(matched: int, wanted: int, others: int, repaired: int) -> str:
    parts = [
        _(
            "{matched} of {wanted} desa have a boundary now.",
            matched=number(matched),
            wanted=number(wanted),
        )
    ]
    if others:
        parts.append(_("{count} shapes are no desa of this area.", count=number(others)))
    if repaired:
        parts.append(_("{count} damaged shapes were repaired.", count=number(repaired)))
    return " ".join(parts)


def _polygons(features: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Only the areas of each shape, valid ones; how many had to be repaired."""
    shapes = np.array(features.geometry.to_list(), dtype=object)
    present = np.array([shape is not None and not shape.is_empty for shape in shapes])
    features, shapes = features[present], shapely.force_2d(shapes[present])
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    areas = np.array([_areas_of(shape) for shape in shapes], dtype=object)
    useful = np.array([not shape.is_empty for shape in areas], dtype=bool)
    if not useful.any():
        raise BoundaryError(_("The file holds no areas (polygons)."))
    kept = features[useful].set_geometry(gpd.GeoSeries(areas[useful], index=features.index[useful]))
    return kept.set_crs("EPSG:4326", allow_override=True), int(broken[useful].sum())


def _areas_of(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shapely.get_parts(shape))
    areas = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    if not len(areas):
        return shapely.Polygon()
    return areas[0] if len(areas) == 1 else shapely.union_all(areas)


def _without_overlaps(shapes: np.ndarray) -> tuple[np.ndarray, float]:
    """Ground claimed twice goes to the smaller claimant, which would else disappear."""
    tree = shapely.STRtree(shapes)
    left, right = tree.query(shapes, predicate="intersects")
    clean, twice = shapes.copy(), 0.0
    area = shapely.area(shapes)
    for a, b in zip(left, right, strict=True):
        if a >= b:
            continue
        common = shapely.area(shapely.intersection(clean[a], clean[b]))
        if common <= _SMALLEST_SHARE * min(area[a], area[b]):
            continue
        large, small = (a, b) if area[a] > area[b] else (b, a)
        rest = _areas_of(shapely.difference(clean[large], clean[small]))
        if not rest.is_empty:
            twice += common
            clean[large] = rest
    return clean, twice


def _simplified(shapes: np.ndarray) -> np.ndarray:
    """Fewer corners, shared edges staying shared, no desa vanishing."""
    x0, y0, x1, y1 = shapely.total_bounds(shapes)
    tolerance = max(x1 - x0, y1 - y0) / _DETAIL
    simple = shapely.coverage_simplify(shapes, tolerance)
    usable = shapely.is_valid(simple) & ~shapely.is_empty(simple)
    return simple if usable.all() else shapes
