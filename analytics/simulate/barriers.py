"""What stands in the way: barriers noted at visits, who owns them, and how long they took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.simulate.households import NEVER, Flags, Households, Ints
from analytics.simulate.plan import CLUSTER_CATEGORY, STALLED_PROGRAM, Plan
from analytics.simulate.programs import CODES, Received, Targets
from analytics.simulate.visits import MET, Visits

OPEN, IN_PROGRESS, RESOLVED, REJECTED = range(4)
STATUSES = ("terbuka", "diproses", "selesai", "ditolak")
NO_VISIT = -1
COORDINATED = 0.4
"""Time to resolution after a desa's coordination has begun, of what it would have taken."""


@dataclass(frozen=True, slots=True)
class Category:
    """`share` of the ordinary barriers; `median_days` to resolution (Weibull, shape 0.9)."""

    code: str
    share: float
    agency: str
    median_days: int
    text: str
    solution: str


CATEGORIES = (
    Category(
        "data_kependudukan",
        0.22,
        "Dinas Dukcapil",
        21,
        "Data pada kartu keluarga belum sesuai",
        "Data diperbaiki lewat pelayanan keliling",
    ),
    Category(
        "penyaluran",
        0.17,
        "Dinas Sosial",
        35,
        "Bantuan belum datang pada bulan ini",
        "Jadwal penyaluran disepakati ulang",
    ),
    Category(
        "akses_jalan",
        0.07,
        "Dinas PUPR",
        95,
        "Jalan menuju rumah rusak atau tergenang",
        "Jalan diperbaiki bersama warga",
    ),
    Category(
        "kesehatan",
        0.15,
        "Dinas Kesehatan",
        14,
        "Perlu pemeriksaan kesehatan di rumah",
        "Petugas kesehatan datang ke rumah",
    ),
    Category(
        "rekening_kartu",
        0.14,
        "Bank penyalur",
        75,
        "Kartu atau rekening bermasalah",
        "Kartu diganti oleh bank penyalur",
    ),
    Category(
        "informasi",
        0.13,
        "Pemerintah Desa",
        7,
        "Belum mendapat penjelasan tentang bantuan",
        "Penjelasan diberikan di rumah",
    ),
    Category(
        "ekonomi",
        0.07,
        "Dinas Sosial",
        90,
        "Penghasilan keluarga menurun",
        "Diusulkan ke program yang sesuai",
    ),
    Category(
        "rumah",
        0.05,
        "Dinas Perkim",
        160,
        "Atap atau lantai rumah rusak",
        "Diusulkan ke program perbaikan rumah",
    ),
)
CATEGORY_CODES = tuple(category.code for category in CATEGORIES)
_PER_CONTACT = 0.017
_STALLED_PER_CONTACT = 0.03
_CLUSTER_PER_CONTACT = 0.5
_DESA_LEVEL = 24  # barriers of a desa as a whole, without a household


@dataclass(frozen=True, slots=True)
class Barriers:
    """One entry per barrier, in the order of opening; days are ordinals."""

    visit: Ints  # NO_VISIT for a barrier of the desa as a whole
    desa: Ints
    category: Ints
    opened: Ints
    status: Ints
    closed: Ints  # NEVER when still open


def noted_at_visits(
    households: Households,
    visits: Visits,
    received: Received,
    targets: Targets,
    plan: Plan,
    rng: np.random.Generator,
) -> Flags:
    """Visit × category: ordinary ones, those of the stalled program, and the cluster."""
    count, met = len(visits), visits.outcome == MET
    noted = np.zeros((count, len(CATEGORIES)), dtype=bool)
    category = rng.choice(len(CATEGORIES), count, p=[c.share for c in CATEGORIES])
    ordinary = met & (rng.random(count) < _PER_CONTACT)
    noted[ordinary, category[ordinary]] = True

    stalled = CODES.index(STALLED_PROGRAM)
    waiting = np.zeros(len(households.ids), dtype=bool)
    waiting[targets.household[targets.program == stalled]] = True
    waiting[visits.household[received.programs[:, stalled]]] = False
    stuck = met & waiting[visits.household] & (rng.random(count) < _STALLED_PER_CONTACT)
    noted[:, CATEGORY_CODES.index("rekening_kartu")] |= stuck

    first, last = (day.toordinal() for day in plan.cluster_days)
    here = np.isin(households.desa[visits.household], plan.cluster)
    piled = met & here & (visits.day >= first) & (visits.day <= last)
    piled &= rng.random(count) < _CLUSTER_PER_CONTACT
    noted[:, CATEGORY_CODES.index(CLUSTER_CATEGORY)] |= piled
    return noted


def make_barriers(
    households: Households,
    visits: Visits,
    noted: Flags,
    plan: Plan,
    desa_count: int,
    rng: np.random.Generator,
) -> Barriers:
    """The ledger: one barrier per note at a visit, and a few of a desa as a whole."""
    visit, category = np.nonzero(noted)
    first, last = plan.first_day.toordinal(), plan.last_day.toordinal()
    general = rng.choice(
        [CATEGORY_CODES.index(c) for c in ("penyaluran", "informasi")], _DESA_LEVEL
    )
    places = np.setdiff1d(np.arange(desa_count), [plan.late])
    visit = np.concatenate((visit, np.full(_DESA_LEVEL, NO_VISIT)))
    category = np.concatenate((category, general))
    desa = np.where(
        visit >= 0, households.desa[visits.household[visit]], rng.choice(places, len(visit))
    )
    opened = np.where(visit >= 0, visits.day[visit], rng.integers(first + 30, last, len(visit)))
    order = np.lexsort((category, visit, opened))
    visit, category, desa, opened = visit[order], category[order], desa[order], opened[order]
    starts = np.array([NEVER if d is None else d.toordinal() for d in plan.coordination])
    status, closed = _fate(category, opened, starts[desa], last, rng)
    return Barriers(visit, desa, category, opened, status, closed)


def _fate(
    category: Ints, opened: Ints, coordinated: Ints, last: int, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Status and closing day as of *last*; what would close later is still open.

    From the day on which the desa's coordination begins, what is left of the time to resolution
    takes `COORDINATED` times as long.
    """
    count = len(opened)
    median: NDArray[np.float64] = np.array([c.median_days for c in CATEGORIES])[category]
    took = np.ceil(median * (rng.exponential(1.0, count) / np.log(2)) ** (1 / 0.9))
    closed = opened + np.clip(took, 1, 3000).astype(np.int64)
    since = np.maximum(opened, coordinated)
    quicker = since + np.ceil((closed - since) * COORDINATED).astype(np.int64)
    closed = np.where(closed > since, quicker, closed)
    done = closed <= last
    rejected = rng.random(count) < 0.06
    started = rng.random(count) < np.where(last - opened > 14, 0.6, 0.2)
    status = np.where(
        done, np.where(rejected, REJECTED, RESOLVED), np.where(started, IN_PROGRESS, OPEN)
    )
    return status, np.where(done, closed, NEVER)
