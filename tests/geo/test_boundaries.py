"""A boundary file from somewhere: every format, every kind of trouble."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analytics.geo import boundary_files
from analytics.geo.boundaries import load_boundaries, read_boundaries
from analytics.geo.boundary_files import BoundaryError
from analytics.geo.matching import plain_code, plain_name

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference"


def geojson(frame: gpd.GeoDataFrame) -> bytes:
    return frame.to_json().encode()


def gpkg(frame: gpd.GeoDataFrame, folder: Path) -> bytes:
    frame.to_file(folder / "a.gpkg", driver="GPKG", layer="desa")
    return (folder / "a.gpkg").read_bytes()


def shapefile(
    frame: gpd.GeoDataFrame, folder: Path, *, without: tuple[str, ...] = (), inside: str = "batas/"
) -> bytes:
    frame.to_file(folder / "b.shp")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.glob("b.*")):
            if part.suffix not in without:
                archive.write(part, f"{inside}Batas Désa{part.suffix}")
    return packed.getvalue()


def test_geojson_gpkg_and_shapefile_say_the_same(squares, four, tmp_path: Path) -> None:
    files = {
        "a.geojson": geojson(squares),
        "a.gpkg": gpkg(squares, tmp_path),
        "a.zip": shapefile(squares, tmp_path),
    }
    for name, data in files.items():
        found = read_boundaries(name, data, four)
        assert found.matched.to_numpy().tolist() == [
            [code, desa, "kode"]
            for code, desa in zip(four["desa_code"], four["desa_name"], strict=True)
        ]
        kept = load_boundaries(found.geojson)
        assert kept.crs.to_epsg() == 4326
        order = kept.set_index("desa_code").geometry.loc[four["desa_code"]].to_numpy()
        assert shapely.contains(order, shapely.points(four["lon"], four["lat"])).all()
        assert (found.unmatched_features, found.missing_desa, found.repaired) == ([], [], 0)
        assert found.overlaps_km2 == 0


def test_other_coordinate_systems_are_brought_home(squares, four, tmp_path: Path) -> None:
    far = squares.to_crs("EPSG:32750")
    kept = load_boundaries(read_boundaries("a.zip", shapefile(far, tmp_path), four).geojson)
    assert np.allclose(kept.total_bounds, squares.total_bounds, atol=2e-5)


def test_a_missing_coordinate_system_is_guessed_only_for_degrees(squares, four, tmp_path) -> None:
    bare = shapefile(squares, tmp_path, without=(".prj",))
    assert len(read_boundaries("a.zip", bare, four).matched) == 4
    metric = shapefile(squares.to_crs("EPSG:32750"), tmp_path, without=(".prj",))
    with pytest.raises(BoundaryError, match="sistem koordinat"):
        read_boundaries("a.zip", metric, four)


def test_metres_in_a_file_that_claims_degrees(squares, four) -> None:
    wrong = squares.to_crs("EPSG:32750").set_crs("EPSG:4326", allow_override=True)
    with pytest.raises(BoundaryError, match="derajat"):
        read_boundaries("a.geojson", geojson(wrong), four)


@pytest.mark.parametrize(
    ("column", "spell"),
    [
        ("kode tanpa titik", lambda row: row.desa_code.replace(".", "")),
        ("angka", lambda row: int(row.desa_code.replace(".", ""))),
        ("pecahan", lambda row: float(row.desa_code.replace(".", ""))),
        ("bps", lambda row: row.bps_code),
    ],
)
def test_codes_in_any_spelling_and_column(squares, four, column: str, spell) -> None:
    values = [spell(row) for row in four.itertuples()]
    frame = gpd.GeoDataFrame({"id": [9, 9, 9, 9], column: values}, geometry=squares.geometry)
    found = read_boundaries("a.json", geojson(frame), four)
    assert found.matched["how"].tolist() == ["kode"] * 4


def test_bps_and_kemendagri_codes_are_not_confused(squares, four) -> None:
    """The code column with most desa wins, whatever the numbers of the other one look like."""
    frame = squares.assign(
        KODE=four["bps_code"].to_numpy(), NO=["6311032001", "6311039999", "1", "2"]
    )
    found = read_boundaries("a.json", geojson(frame), four)
    kept = load_boundaries(found.geojson).set_index("desa_code").geometry
    assert kept.loc["63.11.03.2002"].contains(shapely.Point(115.52, -2.40))
    assert found.matched["how"].tolist() == ["kode"] * 4


def test_names_in_their_spellings(squares, four) -> None:
    spelled = ["DESA SEI PUMPUNG", "Awayan  hilir", "Hauwai", "baru"]
    frame = gpd.GeoDataFrame({"x": ["a", "b", "c", "d"], "n": spelled}, geometry=squares.geometry)
    found = read_boundaries("a.json", geojson(frame), four)
    assert found.matched["how"].tolist() == ["nama"] * 4
    assert found.matched["desa_code"].tolist() == four["desa_code"].tolist()


def test_a_namesake_far_away_is_not_taken(squares, four) -> None:
    names = squares[["WADMKD", "geometry"]]
    away = names.iloc[[3]].copy()
    away.geometry = away.translate(xoff=1.0)
    found = read_boundaries("a.json", geojson(pd.concat([away, names])), four)
    kept = load_boundaries(found.geojson).set_index("desa_code").geometry
    assert kept.loc["63.11.03.2004"].bounds[2] < 116
    assert found.unmatched_features == ["Baru"]
    only_far = pd.concat([away, names.iloc[:3]])
    assert read_boundaries("a.json", geojson(only_far), four).missing_desa == ["Baru"]


def test_extra_and_missing_desa_are_listed(squares, four) -> None:
    squares.loc[3, ["KODE", "WADMKD"]] = ["63.11.99.2001", "Tetangga"]
    found = read_boundaries("a.json", geojson(squares), four)
    assert found.unmatched_features == ["Tetangga"]
    assert found.missing_desa == ["Baru"]
    assert found.sentence.startswith("3 dari 4 desa kini punya batas.")
    assert "1 bentuk" in found.sentence


def test_parts_of_one_desa_become_one(squares, four) -> None:
    island = squares.iloc[[0]].copy()
    island.geometry = island.translate(xoff=-0.1)
    found = read_boundaries("a.json", geojson(pd.concat([squares, island])), four)
    kept = load_boundaries(found.geojson).set_index("desa_code").geometry
    assert len(kept) == 4
    assert shapely.get_num_geometries(kept.loc["63.11.03.2001"]) == 2


def test_broken_shapes_are_repaired_and_lines_dropped(squares, four) -> None:
    bow = shapely.Polygon([(115.49, -2.41), (115.51, -2.39), (115.51, -2.41), (115.49, -2.39)])
    squares.loc[0, "geometry"] = bow
    stray = shapely.LineString([(115.5, -2.5), (115.6, -2.6)])
    squares.loc[1, "geometry"] = shapely.GeometryCollection([squares.geometry[1], stray])
    found = read_boundaries("a.json", geojson(squares), four)
    kept = load_boundaries(found.geojson)
    assert found.repaired == 1
    assert kept.is_valid.all()
    assert set(kept.geom_type) <= {"Polygon", "MultiPolygon"}


def test_ground_claimed_twice_goes_to_the_smaller(squares, four) -> None:
    squares.loc[0, "geometry"] = shapely.box(115.49, -2.41, 115.515, -2.39)  # 0.005° too far east
    found = read_boundaries("a.json", geojson(squares), four)
    kept = load_boundaries(found.geojson).set_index("desa_code").geometry
    # 0.005° × 0.02° at the equator's 111.3 km per degree east and 110.6 north
    assert found.overlaps_km2 == pytest.approx(0.005 * 111.25 * 0.02 * 110.58, rel=0.01)
    assert kept.loc["63.11.03.2001"].bounds[2] == pytest.approx(115.51, abs=1e-4)
    shapes = kept.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(shapely.union_all(shapes)))


def test_the_kept_file_is_light_and_its_edges_still_meet(four) -> None:
    rng = np.random.default_rng(3)
    steps = np.linspace(-0.02, 0.02, 4000)
    edge = np.column_stack([rng.normal(115.51, 0.00002, 4000), -2.41 + steps])
    west = shapely.Polygon([(115.48, -2.43), *edge, (115.48, -2.39)])
    east = shapely.Polygon([(115.54, -2.39), *edge[::-1], (115.54, -2.43)])
    codes = four["desa_code"].to_numpy()[:2]
    frame = gpd.GeoDataFrame({"k": codes}, geometry=[west, east], crs="EPSG:4326")
    data = geojson(frame)
    found = read_boundaries("a.json", data, four)
    a, b = load_boundaries(found.geojson).geometry.to_numpy()
    assert len(found.geojson) < len(data) / 20
    assert shapely.area(shapely.intersection(a, b)) < 1e-12
    assert shapely.length(shapely.intersection(shapely.boundary(a), shapely.boundary(b))) > 0.035


def test_not_one_desa_of_this_area(squares, four) -> None:
    squares["KODE"], squares["WADMKD"] = "99", "Lain"
    with pytest.raises(BoundaryError, match="Tidak satu pun dari 4 bentuk"):
        read_boundaries("a.json", geojson(squares), four)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kosong"),
        (b"\x89PNG....", "bukan GeoJSON"),
        (b"<html></html>", "bukan GeoJSON"),
        (b'{"type": "FeatureCollection", "features": [', "tidak dapat dibaca"),
        (b'{"type": "FeatureCollection", "features": []}', "bidang"),
        (b'{"a": 1}', "tidak dapat dibaca"),
        (b"SQLite format 3\x00" + b"\x00" * 200, "tidak dapat dibaca"),
        (b"PK\x03\x04 nothing", "ZIP rusak"),
    ],
)
def test_files_that_are_something_else(data: bytes, said: str, four) -> None:
    with pytest.raises(BoundaryError, match=said):
        read_boundaries("batas.geojson", data, four)


def test_points_are_no_boundaries(four) -> None:
    frame = gpd.GeoDataFrame(
        {"k": four["desa_code"]}, geometry=gpd.points_from_xy(four["lon"], four["lat"]), crs=4326
    )
    with pytest.raises(BoundaryError, match="bidang"):
        read_boundaries("a.json", geojson(frame), four)


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"../../etc/a.shp": b"x"}, "jalur"),
        ({"/a.shp": b"x"}, "jalur"),
        ({"..\\a.shp": b"x"}, "jalur"),
        ({"a.txt": b"x"}, "tepat satu"),
        ({"a.shp": b"x", "b.shp": b"x"}, "tepat satu"),
        ({"a.shp": b"x"}, r"bagian \.shx"),
        ({"a.shp": b"x", "a.shx": b"x", "a.dbf": b"x"}, "tidak dapat dibaca"),
        ({"a.shp": b"\x00" * 60_000_000}, "lebih besar"),
        ({f"{k}.txt": b"x" for k in range(300)}, "terlalu banyak"),
    ],
)
def test_unsafe_and_useless_zips(members: dict[str, bytes], said: str, four, tmp_path) -> None:
    with pytest.raises(BoundaryError, match=said):
        read_boundaries("a.zip", packed(**members), four)


def test_a_zip_that_lies_about_its_size(four, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes in the directory are the packer's word; no more than that is unpacked."""
    data = packed(**{"a.shp": b"\x01" * 5000, "a.shx": b"\x01", "a.dbf": b"\x01"})
    monkeypatch.setattr(boundary_files, "MAX_UNPACKED_BYTES", 5001)
    real = zipfile.ZipFile.infolist

    def small(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        return [_with_size(member, 1) for member in real(archive)]

    monkeypatch.setattr(zipfile.ZipFile, "infolist", small)
    with pytest.raises(BoundaryError, match="ZIP rusak"):
        read_boundaries("a.zip", data, four)


def _with_size(member: zipfile.ZipInfo, size: int) -> zipfile.ZipInfo:
    member.file_size = size
    return member


def test_too_large(four, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boundary_files, "MAX_BYTES", 10)
    with pytest.raises(BoundaryError, match="lebih besar"):
        read_boundaries("a.json", b'{"type": "FeatureCollection"}', four)


def test_a_damaged_kept_file() -> None:
    other = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.box(0, 0, 1, 1)], crs=4326)
    with pytest.raises(BoundaryError, match="Impor kembali"):
        load_boundaries(geojson(other))


def test_plain_forms() -> None:
    assert [plain_code(v) for v in ("63.11.03.2004", 6311032004, 6311032004.0, "6311032004.0")] == [
        "6311032004"
    ] * 4
    assert [plain_code(v) for v in (None, float("nan"), "Awayan 3")] == ["", "", ""]
    assert plain_name("Desa Sei Pumpung") == plain_name("SUNGAI  PUMPUNG") == "sungaipumpung"
    assert plain_name("Ha'Uwai") == plain_name("Hauwai")
    assert plain_name("Desa") == "desa"
    assert json.dumps(plain_name("Kelurahan Bätu")) == '"batu"'


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference boundaries are not here")
def test_the_real_boundaries(awayan: pd.DataFrame, tmp_path: Path) -> None:
    kecamatan = (REFERENCE / "batas_desa_awayan.geojson").read_bytes()
    kabupaten = gpd.read_file(REFERENCE / "batas_desa_balangan.geojson")
    files = {
        "awayan.geojson": (kecamatan, 0),
        "balangan.gpkg": (gpkg(kabupaten, tmp_path), 134),
        "balangan.zip": (shapefile(kabupaten.to_crs("EPSG:32750"), tmp_path), 134),
    }
    for name, (data, others) in files.items():
        found = read_boundaries(name, data, awayan)
        assert found.matched["how"].tolist() == ["kode"] * 23
        assert len(found.unmatched_features) == others
        assert found.missing_desa == []
        assert len(found.geojson) < 60_000
        kept = load_boundaries(found.geojson)
        shapes = kept.to_crs("EPSG:32750").geometry.to_numpy()
        assert shapely.coverage_is_valid(kept.geometry.to_numpy(), 0.0)
        areas = pd.Series(shapely.area(shapes) / 1e6, index=kept["desa_code"])
        known = awayan.set_index("desa_code")["area_km2"]
        assert (areas - known.loc[areas.index]).abs().max() < 0.15
