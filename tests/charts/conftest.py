"""Small tables in the shape of the question tables, all of made-up desa and households."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.geo.hextiles import hex_tiles
from analytics.geo.schematic import schematic_map

NAMES = ["Alang", "Baru", "Cempaka Hilir", "Damar", "Enau", "Gaharu", "Hanau", "Ilung"]


@pytest.fixture
def coverage() -> pd.DataFrame:
    """Eight desa: five classes, a zero, few households, one waiting, one without data."""
    table = pd.DataFrame(
        {
            "desa_code": [f"63.11.03.200{k}" for k in range(1, 9)],
            "desa_name": NAMES,
            "active": [100, 50, 200, 40, 80, 8, 60, 0],
            "covered": [90, 10, 120, 0, 52, 5, 12, 0],
            "ci_low": [0.826, 0.112, 0.531, 0.0, 0.541, 0.306, 0.118, None],
            "ci_high": [0.945, 0.330, 0.665, 0.088, 0.745, 0.863, 0.318, None],
            "state": ["ok", "ok", "ok", "ok", "ok", "small", "waiting", "no_data"],
            "data_through": pd.to_datetime(["2026-11-20"] * 6 + ["2026-10-24", "NaT"]),
            "days_since_data": [4, 4, 4, 4, 4, 4, 31, None],
            "lon": [115.50 + 0.02 * (k % 4) for k in range(8)],
            "lat": [-2.40 - 0.02 * (k // 4) for k in range(8)],
            "area_km2": [4.0, 0.05, 14.0, 2.0, 3.0, 5.0, 4.0, 6.0],
        }
    )
    return table.assign(coverage=table["covered"] / table["active"].where(table["active"] > 0))


@pytest.fixture(params=["schematic", "hex"])
def geometry(request: pytest.FixtureRequest, coverage: pd.DataFrame):
    return (schematic_map if request.param == "schematic" else hex_tiles)(coverage)


@pytest.fixture
def reach() -> pd.DataFrame:
    counts = [
        ("RTLH", 100, 90, 80, 20, 15),
        ("PKH", 200, 200, 200, 200, 200),
        ("BLT", 0, 0, 0, 0, 0),
    ]
    return pd.DataFrame(
        [
            {
                "program_code": code,
                "program_name": f"Program {code}",
                "agency": "Dinas",
                "targeted": a,
                "attempted": b,
                "met": c,
                "received": d,
                "benefited": e,
                "received_outside_target": 0,
            }
            for code, a, b, c, d, e in counts
        ]
    )


@pytest.fixture
def trend() -> pd.DataFrame:
    months = pd.to_datetime(["2026-08-31", "2026-09-30", "2026-10-31", "2026-11-24"])
    covered = [40, 50, 85, 70]
    return pd.DataFrame(
        {
            "month_end": months,
            "active": [100] * 4,
            "covered": covered,
            "coverage": [count / 100 for count in covered],
            "ci_low": [0.31, 0.40, 0.77, 0.60],
            "ci_high": [0.50, 0.60, 0.91, 0.78],
        }
    )


@pytest.fixture
def events() -> pd.DataFrame:
    def event(day: str, kind: str, **more: object) -> dict[str, object]:
        empty: dict[str, object] = {"detail": None, "programs": [], "benefit": None, "barriers": []}
        return {"on_date": pd.Timestamp(day), "event": kind, **empty, **more}

    return pd.DataFrame(
        [
            event("2026-01-05", "registered"),
            event("2026-01-10", "target_started", programs=["PKH"], detail="Keluarga Harapan"),
            event("2026-02-01", "bertemu", programs=["PKH"], benefit=4),
            event("2026-03-01", "tidak_di_tempat"),
            event("2026-04-01", "bertemu", programs=["PKH", "BLT"], benefit=5),
            event("2026-04-01", "barrier_opened", barriers=["akses_jalan"]),
            event("2026-05-01", "barrier_closed", barriers=["akses_jalan"]),
            event("2026-06-01", "menolak"),
            event("2026-07-01", "target_ended", programs=["PKH"], detail="Keluarga Harapan"),
        ]
    )
