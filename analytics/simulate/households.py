"""The simulated households: who lives where, how urgent, since when and until when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.simulate.places import Places
from analytics.simulate.plan import Plan

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).max  # "does not end"
PRIORITIES = ("tinggi", "sedang", "rendah")
VULNERABILITIES = (
    ("lansia", 0.21),
    ("disabilitas", 0.055),
    ("balita", 0.24),
    ("ibu_hamil", 0.03),
    ("kepala_perempuan", 0.14),
    ("penyakit_kronis", 0.08),
    ("yatim", 0.025),
)
END_REASONS = ("pindah", "meninggal", "bergabung dengan KK lain")
_MOVED_IN = 0.032  # share registered during the period
_ENDED = 0.034
_NEVER_CONTACTED = 0.008
_LOST = 0.007


@dataclass(frozen=True, slots=True)
class Households:
    """One entry per household in every array; days are ordinals."""

    ids: tuple[str, ...]
    desa: Ints
    number: Ints  # within the desa, from 1
    priority: Ints  # position in PRIORITIES
    vulnerable: Flags  # household × VULNERABILITIES
    members: Ints
    desil: Ints
    registered: Ints
    ended: Ints  # NEVER when it did not end
    end_reason: Ints  # position in END_REASONS, -1 when it did not end
    hidden: Flags  # never met: not known at the door, or never at home
    lost: Flags  # met in the first months, then never again
    elusive: NDArray[np.float64]  # how much a visit is put off, in cadences
    at_home: NDArray[np.float64]  # probability of meeting somebody

    def has(self, vulnerability: str) -> Flags:
        codes = [code for code, _ in VULNERABILITIES]
        return np.asarray(self.vulnerable[:, codes.index(vulnerability)])


def _ends(count: int, settled: Flags, plan: Plan, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """When and why some households ended; only those of before the period (*settled*)."""
    first, last = plan.first_day.toordinal(), plan.last_day.toordinal()
    ending = settled & (rng.random(count) < _ENDED)
    day = rng.integers(first + 45, last - 3, count)
    reason = rng.choice(len(END_REASONS), count, p=[0.55, 0.35, 0.10])
    return np.where(ending, day, NEVER), np.where(ending, reason, -1)


def make_households(places: Places, plan: Plan, rng: np.random.Generator) -> Households:
    """The households of every desa, by desa and number."""
    desa = np.repeat(np.arange(len(places.desa)), places.households)
    count = len(desa)
    number = np.concatenate([np.arange(1, size + 1) for size in places.households.tolist()])
    vulnerable = rng.random((count, len(VULNERABILITIES))) < [p for _, p in VULNERABILITIES]
    desil = np.clip(np.ceil(rng.beta(1.2, 1.7, count) * 10), 1, 10).astype(np.int64)
    need = vulnerable.sum(axis=1) + (desil <= 2) * 1.2 + (desil <= 4) * 0.6
    need = need + rng.normal(0, 0.5, count)
    priority = np.where(need > 1.9, 0, np.where(need > 0.6, 1, 2))

    first, last = plan.first_day.toordinal(), plan.last_day.toordinal()
    moved_in = rng.random(count) < _MOVED_IN
    # Not in the last days: a household that has just come is not late yet.
    registered = np.where(
        moved_in, rng.integers(first + 20, last - 5, count), first - rng.integers(5, 700, count)
    )
    ordinary = ~np.isin(desa, [*plan.neglected, plan.late])
    ended, reason = _ends(count, ~moved_in, plan, rng)
    stays = ~moved_in & (ended == NEVER) & ordinary
    draw = rng.random(count)
    hidden = stays & (draw < _NEVER_CONTACTED)
    lost = stays & ~hidden & (draw < _NEVER_CONTACTED + _LOST)

    codes = [place.code.rsplit(".", 1)[-1] for place in places.desa]
    kecamatan = [place.code.split(".")[2] for place in places.desa]
    many = len(set(kecamatan)) > 1
    prefix = [f"{k}{c}" if many else c for k, c in zip(kecamatan, codes, strict=True)]
    ids = tuple(
        f"KK-{prefix[d]}-{n:04d}" for d, n in zip(desa.tolist(), number.tolist(), strict=True)
    )
    return Households(
        ids=ids,
        desa=desa,
        number=number,
        priority=priority,
        vulnerable=vulnerable,
        members=1 + rng.poisson(2.3, count),
        desil=desil,
        registered=registered,
        ended=ended,
        end_reason=reason,
        hidden=hidden,
        lost=lost,
        elusive=np.where(rng.random(count) < 0.32, 2.4, 0.0) + rng.normal(0, 0.35, count),
        at_home=np.where(hidden, 0.0, rng.beta(7, 2.5, count)),
    )
