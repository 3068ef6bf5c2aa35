"""Valid files of every kind, with a name and a number that no error may repeat."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from tests.ingest import books

NAME = "Galuhrahasia"
CARD = "6311030101900017"
SECRETS = (NAME, CARD, "Rahasiacatatan")

KELUARGA = (
    "id_keluarga,desa,nama_kepala_keluarga,no_kk,jumlah_anggota,prioritas,kerentanan,terdaftar_pada\n"
    f"K1,Bihara,{NAME},{CARD},4,tinggi,lansia;balita,2025-01-01\n"
    f"K2,Tundi,{NAME} Dua,,3,sedang,,2025-02-01\n"
    'K3,63.11.03.2007,"Nama, Berkoma",,2,rendah,,15/12/2024\n'
)
KUNJUNGAN = (
    "id_kunjungan;id_keluarga;tanggal;pendamping;hasil;program_diterima;manfaat;catatan\n"
    "V1;K1;2025-11-01;P1;bertemu;pkh;4;Rahasiacatatan\n"
    "V2;K2;15 Juni 2025;P1;tidak_di_tempat;;;\n"
    'V3;K1;2025-11-09;P2;bertemu;;;"dua\nbaris"\n'
)
ROWS: list[list[Any]] = [
    ["id_keluarga", "desa", "nama_kepala_keluarga", "no_kk", "prioritas", "terdaftar_pada"],
    ["K1", "Bihara", NAME, CARD, "tinggi", "2025-01-01"],
    ["K2", "Tundi", f"{NAME} Dua", None, "sedang", 45678],
]
KOBO = (
    "start;end;form/id_keluarga;form/tanggal;form/pendamping;form/hasil;form/catatan;_id;_uuid;"
    "_submission_time;_validation_status\n"
    "2025-12-01T08:00:00;2025-12-01T08:10:00;K1;2025-12-01;P1;bertemu;Rahasiacatatan;7;"
    "aaaaaaaa-2222-4333-8444-000000000001;2025-12-01T09:00:00;validation_status_approved\n"
)
ODK = (
    "SubmissionDate,form-id_keluarga,form-tanggal,form-pendamping,form-hasil,meta-instanceID,KEY,"
    "SubmitterID,ReviewState\n"
    "2025-12-01T09:00:00Z,K1,2025-12-01,P1,bertemu,uuid:a,uuid:a,7,approved\n"
)


def texts() -> list[bytes]:
    return [
        KELUARGA.encode(),
        KUNJUNGAN.encode(),
        KUNJUNGAN.encode("utf-16"),
        KELUARGA.encode("cp1252"),
        KOBO.encode(),
    ]


def workbooks() -> list[bytes]:
    return [books.xlsx({"keluarga": ROWS, "lain": [["x"], ["y"]]}), books.ods({"keluarga": ROWS})]


def old_workbooks() -> list[bytes]:
    return [books.xls({"keluarga": ROWS})]


def packs() -> list[bytes]:
    return [
        books.zipped({"kunjungan.csv": ODK, "kunjungan-hambatan.csv": "KEY,PARENT_KEY,kategori\n"}),
        books.zipped({"keluarga.csv": KELUARGA, "media/foto.jpg": b"\xff\xd8\xff"}),
    ]


def geojson() -> bytes:
    shapes = [
        {
            "type": "Feature",
            "properties": {"kode": code, "nama": name},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, -2.4], [x + 0.1, -2.4], [x + 0.1, -2.3], [x, -2.4]]],
            },
        }
        for code, name, x in (("63.11.03.2007", "Bihara", 115.5), ("63.11.03.2004", "Tundi", 115.7))
    ]
    return json.dumps({"type": "FeatureCollection", "features": shapes}, indent=1).encode()


def boundary_files() -> list[bytes]:
    """GeoJSON, GeoPackage and a zipped shapefile of two desa."""
    frame = gpd.read_file(io.BytesIO(geojson()))
    found = [geojson()]
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / "b.gpkg", driver="GPKG")
        found.append((Path(folder) / "b.gpkg").read_bytes())
        frame.set_crs(4326, allow_override=True).to_file(Path(folder) / "b.shp")
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(Path(folder).glob("b.*")):
                if path.suffix != ".gpkg":
                    packed.write(path, path.name)
        found.append(out.getvalue())
    assert all(isinstance(shape, shapely.Polygon) for shape in frame.geometry)
    return found
