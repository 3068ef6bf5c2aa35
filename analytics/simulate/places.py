"""The desa, how many households the simulation puts into each, and who works where."""

from __future__ import annotations

import csv
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.config import DATA

HOUSEHOLDS_PER_DESA = 4300 / 23  # about 4,300 in the 23 desa of Kecamatan Awayan
_KM_PER_DEGREE = 111.2  # near the equator, both ways
_MINIMUM_DESA = 12  # what is planted needs so many to stay apart


@dataclass(frozen=True, slots=True)
class Desa:
    code: str
    name: str
    variant: str  # another known spelling, or the same
    lon: float
    lat: float
    area_km2: float


@dataclass(frozen=True, slots=True)
class Places:
    """The desa of the area and the team: everything else refers to them by position."""

    desa: tuple[Desa, ...]
    households: NDArray[np.int64]  # per desa
    assistant_of: NDArray[np.int64]  # per desa, position of the assistant
    assistants: int

    def code(self, position: int) -> str:
        return self.desa[position].code

    def distance_km(self) -> NDArray[np.float64]:
        """Straight-line distance between the desa points, desa × desa."""
        points = np.array([(place.lon, place.lat) for place in self.desa])
        gaps = points[:, None, :] - points[None, :, :]
        return np.asarray(np.hypot(gaps[..., 0], gaps[..., 1]) * _KM_PER_DEGREE)


def read_desa(area_code: str) -> tuple[Desa, ...]:
    """The desa of `data/desa.csv` whose code begins with *area_code*, by code.

    Raises:
        ValueError: when the area has too few desa to plant anything.
    """
    with (DATA / "desa.csv").open(encoding="utf-8", newline="") as source:
        rows = [row for row in csv.DictReader(source) if row["kode_kec"].startswith(area_code)]
    if len(rows) < _MINIMUM_DESA:
        raise ValueError(f"area {area_code!r} has {len(rows)} desa, fewer than {_MINIMUM_DESA}")
    rows.sort(key=lambda row: row["kode_kemendagri"])
    return tuple(
        Desa(
            code=row["kode_kemendagri"],
            name=row["nama"],
            variant=row["nama_bps"] or row["nama"],
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            area_km2=float(row["luas_km2"]),
        )
        for row in rows
    )


def _sizes(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Unequal desa sizes that add up to the area's total (largest remainders)."""
    total = round(HOUSEHOLDS_PER_DESA * count)
    weight = np.clip(rng.lognormal(0, 0.4, count), 0.4, 2.2)
    exact = weight / weight.sum() * total
    sizes = np.floor(exact).astype(np.int64)
    sizes[np.argsort(sizes - exact, kind="stable")[: total - int(sizes.sum())]] += 1
    return np.asarray(sizes)


def _pairs(distance: NDArray[np.float64]) -> NDArray[np.int64]:
    """Two neighbouring desa per assistant, the most remote ones first."""
    count = len(distance)
    remote = np.argsort(-distance.mean(axis=1), kind="stable")
    assistant = np.full(count, -1, dtype=np.int64)
    number = 0
    for first in remote.tolist():
        if assistant[first] >= 0:
            continue
        assistant[first] = number
        free = np.where(assistant < 0, distance[first], np.inf)
        if np.isfinite(free.min()):
            assistant[int(free.argmin())] = number
        number += 1
    return assistant


def make_places(area_code: str, rng: np.random.Generator) -> Places:
    """The desa of *area_code* with simulated sizes and one assistant for every two of them."""
    desa = read_desa(area_code)
    sizes = _sizes(len(desa), rng)
    draft = Places(desa, sizes, np.zeros(len(desa), dtype=np.int64), 0)
    assistant = _pairs(draft.distance_km())
    return Places(desa, sizes, assistant, int(assistant.max()) + 1)
