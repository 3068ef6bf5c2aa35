"""Reading an unknown boundary file safely: GeoJSON, GeoPackage or a zipped shapefile."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import geopandas as gpd
import pyogrio
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from analytics.config import load_rules
from analytics.i18n import _
from analytics.zipfiles import ZIP_ERRORS

MAX_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
MAX_MEMBERS = 200
MAX_FEATURES = 100_000
_BROKEN_SHAPES = (RuntimeError, ValueError, OverflowError, CRSError, ShapelyError)
"""What GDAL (through pyogrio, whose errors are RuntimeErrors) and GEOS raise for broken shapes."""
_SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


class BoundaryError(ValueError):
    """A boundary file that cannot be used; the message is a sentence for the user."""


def read_features(name: str, data: bytes) -> gpd.GeoDataFrame:
    """All features of the file in EPSG:4326, with their properties as they are.

    Args:
        name: the file's name; it is never used as a path.
        data: the file.

    Raises:
        BoundaryError: too large, unknown format, unreadable, empty, or without a usable
            coordinate system.
    """
    if not data:
        raise BoundaryError(_("The file is empty."))
    if len(data) > MAX_BYTES:
        raise BoundaryError(
            _("The file is larger than {limit} MB.", limit=MAX_BYTES // (1024 * 1024))
        )
    kind = _kind(data)
    with tempfile.TemporaryDirectory(prefix="perut-batas-") as folder:
        place = Path(folder)
        if kind == "zip":
            place = _unpacked(data, place)
        else:
            place = place / f"batas.{kind}"
            place.write_bytes(data)
        return _in_degrees(_read(place))


def _kind(data: bytes) -> str:
    """The format by the first bytes; a name can say anything."""
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    if data.startswith(b"SQLite format 3\x00"):
        return "gpkg"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return "geojson"
    raise BoundaryError(
        _(
            "This is no GeoJSON, GeoPackage (.gpkg) or zipped shapefile"
            " (.zip with .shp, .shx, .dbf)."
        )
    )


def _unpacked(data: bytes, folder: Path) -> Path:
    """The one shapefile of a ZIP, written under our own name; nothing else is unpacked."""
    damaged = BoundaryError(_("The ZIP file is damaged or protected by a password."))
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = archive.infolist()
    except ZIP_ERRORS as error:
        raise damaged from error
    if len(members) > MAX_MEMBERS:
        raise BoundaryError(_("The ZIP file holds too many files."))
    rules = load_rules().imports
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or unpacked > rules.max_pack_ratio * max(len(data), 1):
        raise BoundaryError(_("The ZIP file unpacks to far more than it should; it is not read."))
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in path.parts[0:1]:
            raise BoundaryError(_("The ZIP file holds unsafe paths; it is not read."))
    shapes = [m for m in members if m.filename.lower().endswith(".shp") and not _hidden(m)]
    if len(shapes) != 1:
        raise BoundaryError(
            _(
                "The ZIP file must hold exactly one shapefile (.shp); it holds {count}.",
                count=len(shapes),
            )
        )
    stem = shapes[0].filename[:-4].lower()
    for member in members:
        part = member.filename[-4:].lower()
        if member.filename[:-4].lower() != stem or part not in _SHAPEFILE_PARTS:
            continue
        try:
            with archive.open(member) as source:
                content = source.read()  # never more than the size that was added up above
        except ZIP_ERRORS as error:
            raise damaged from error
        (folder / f"batas{part}").write_bytes(content)
    for part in (".shx", ".dbf"):
        if not (folder / f"batas{part}").exists():
            raise BoundaryError(_("The shapefile lacks its {part} part.", part=part))
    return folder / "batas.shp"


def _hidden(member: zipfile.ZipInfo) -> bool:
    return "__MACOSX" in member.filename or PurePosixPath(member.filename).name.startswith(".")


def _read(place: Path) -> gpd.GeoDataFrame:
    unreadable = BoundaryError(_("The file cannot be read as a boundary file; it may be damaged."))
    try:
        layers = pyogrio.list_layers(place)
        drawn = [str(layer) for layer, kind in layers if kind is not None]
        if not drawn:
            raise BoundaryError(_("The file holds no areas (polygons)."))
        areas = [str(layer) for layer, kind in layers if "Polygon" in str(kind)]
        layer = (areas or drawn)[0]
        count = int(pyogrio.read_info(place, layer=layer)["features"])
        if count > MAX_FEATURES:
            raise BoundaryError(_("The file holds more shapes than a map of desa can have."))
        frame = gpd.read_file(place, layer=layer)
    except BoundaryError:
        raise
    except _BROKEN_SHAPES as error:
        raise unreadable from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise BoundaryError(_("The file holds no areas (polygons)."))
    return frame


def _in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The features in EPSG:4326; a missing coordinate system is only guessed when it shows."""
    x0, y0, x1, y1 = frame.total_bounds
    degrees = -180 <= x0 <= x1 <= 180 and -90 <= y0 <= y1 <= 90
    if frame.crs is None:
        if not degrees:
            raise BoundaryError(
                _(
                    "The file does not say its coordinate system, and its numbers are no longitude"
                    " and latitude. Add the .prj file or save it as EPSG:4326."
                )
            )
        return frame.set_crs("EPSG:4326")
    if frame.crs.is_geographic and not degrees:
        raise BoundaryError(
            _(
                "The file says that its coordinates are degrees, but they are not. Save it"
                " again with the right coordinate system."
            )
        )
    try:
        return frame.to_crs("EPSG:4326")
    except CRSError as error:
        raise BoundaryError(_("The coordinate system of the file is not known.")) from error
