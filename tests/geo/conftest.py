"""Desa of made-up territories, with codes and names in the forms that real ones have."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def awayan() -> pd.DataFrame:
    """The 23 desa of Kecamatan Awayan from the project's own table."""
    return _shipped().query("desa_code.str.startswith('63.11.03')").reset_index(drop=True)


@pytest.fixture
def balangan() -> pd.DataFrame:
    """The 157 desa of Kabupaten Balangan."""
    return _shipped()


def _shipped() -> pd.DataFrame:
    table = pd.read_csv(ROOT / "data" / "desa.csv", dtype=str)
    names = {
        "kode_kemendagri": "desa_code",
        "nama": "desa_name",
        "kode_bps": "bps_code",
        "luas_km2": "area_km2",
    }
    table = table.rename(columns=names)
    return table.astype({"lon": float, "lat": float, "area_km2": float})


@pytest.fixture
def four() -> pd.DataFrame:
    """Four desa on the corners of a square of about 2 km, in reading order."""
    return pd.DataFrame(
        {
            "desa_code": [f"63.11.03.200{k}" for k in range(1, 5)],
            "desa_name": ["Sungai Pumpung", "Awayan Hilir", "Ha'uwai", "Baru"],
            "bps_code": [f"631103000{k}" for k in (7, 8, 9, 6)],
            "lon": [115.50, 115.52, 115.50, 115.52],
            "lat": [-2.40, -2.40, -2.42, -2.42],
            "area_km2": [4.0, 4.0, 4.0, 4.0],
        }
    )


@pytest.fixture
def squares(four: pd.DataFrame) -> gpd.GeoDataFrame:
    """A square of 0.02° around each of the four points: together one clean block."""
    shapes = shapely.box(
        four["lon"] - 0.01, four["lat"] - 0.01, four["lon"] + 0.01, four["lat"] + 0.01
    )
    return gpd.GeoDataFrame(
        {"KODE": four["desa_code"].to_numpy(), "WADMKD": four["desa_name"].to_numpy()},
        geometry=np.asarray(shapes),
        crs="EPSG:4326",
    )
