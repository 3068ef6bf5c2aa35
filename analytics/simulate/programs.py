"""The programs, whom they are meant for, and what was recorded as received at the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from analytics.simulate.households import NEVER, Flags, Households, Ints
from analytics.simulate.plan import LOW_BENEFIT_PROGRAM, STALLED_PROGRAM, Plan
from analytics.simulate.visits import MET, Visits

NO_RATING = 0


@dataclass(frozen=True, slots=True)
class Program:
    """`works`: share of the targets that it reaches at all; `recorded`: chance per contact."""

    code: str
    name: str
    agency: str
    works: float
    recorded: float
    outside: float  # chance per contact to be received without being a target


PROGRAMS = (
    Program("pkh", "Program Keluarga Harapan (PKH)", "Dinas Sosial (Kemensos)", 0.95, 0.40, 0.0003),
    Program("sembako", "Program Sembako (BPNT)", "Dinas Sosial (Kemensos)", 0.93, 0.45, 0.0015),
    Program("blt_dd", "BLT Dana Desa", "Pemerintah Desa", 0.90, 0.45, 0.0008),
    Program("pbi_jk", "PBI Jaminan Kesehatan (PBI-JK)", "BPJS Kesehatan", 0.90, 0.25, 0.0003),
    Program("rtlh", "Rehabilitasi Rumah Tidak Layak Huni", "Dinas Perkim", 0.62, 0.20, 0.0),
    Program("pmt_stunting", "PMT Pencegahan Stunting", "Dinas Kesehatan", 0.95, 0.55, 0.0005),
    Program("bantuan_lansia", "Bantuan Lansia", "Dinas Sosial", 0.14, 0.35, 0.0),
    Program("bantuan_disabilitas", "Bantuan Disabilitas", "Dinas Sosial", 0.86, 0.40, 0.0002),
)
CODES = tuple(program.code for program in PROGRAMS)


@dataclass(frozen=True, slots=True)
class Targets:
    """One entry per target row, by program and household; days are ordinals."""

    household: Ints
    program: Ints
    starts: Ints
    ends: Ints  # exclusive; NEVER when open


@dataclass(frozen=True, slots=True)
class Received:
    """What each visit recorded."""

    programs: Flags  # visit × PROGRAMS
    benefit: Ints  # 1–5, NO_RATING when nobody asked


def _eligible(households: Households, rng: np.random.Generator) -> Flags:
    """Household × program: by desil and vulnerabilities, with the usual misses."""
    desil, draw = households.desil, rng.random((len(households.desil), len(PROGRAMS)))
    family = households.has("balita") | households.has("ibu_hamil") | households.has("disabilitas")
    share = {
        "pkh": np.where((desil <= 3) & (family | households.has("lansia")), 0.62, 0.02),
        "sembako": np.where(desil <= 4, 0.60, 0.03),
        "blt_dd": np.where(desil <= 2, 0.24, 0.02),
        "pbi_jk": np.where(desil <= 5, 0.62, 0.05),
        "rtlh": np.where(desil <= 3, 0.11, 0.0),
        "pmt_stunting": np.where(households.has("balita") & (desil <= 6), 0.38, 0.0),
        "bantuan_lansia": np.where(households.has("lansia") & (desil <= 6), 0.72, 0.0),
        "bantuan_disabilitas": np.where(households.has("disabilitas"), 0.62, 0.0),
    }
    return draw < np.column_stack([share[code] for code in CODES])


def make_targets(households: Households, plan: Plan, rng: np.random.Generator) -> Targets:
    """The target lists: most from before the period, some ended, BLT renewed by the year.

    The stalled program keeps its whole list to the end, so that its loss shows at the door.
    """
    first, last = plan.first_day.toordinal(), plan.last_day.toordinal()
    renewal = _renewal_day(plan).toordinal()
    eligible = _eligible(households, rng)
    parts = []
    for number, program in enumerate(PROGRAMS):
        household = np.flatnonzero(eligible[:, number])
        count = len(household)
        begins = first + rng.choice([-140, -20, 60, 150], count, p=[0.45, 0.35, 0.12, 0.08])
        begins = np.maximum(begins, households.registered[household])
        ending = (rng.random(count) < 0.08) & (program.code != STALLED_PROGRAM)
        ends = np.maximum(begins + 30, rng.integers(first + 200, last + 60, count))
        ends = np.where(ending, ends, NEVER)
        if program.code == "blt_dd":
            again = (begins < renewal - 60) & ~ending
            ends = np.where(again, renewal, ends)
            parts.append(_rows(household[again], number, renewal, NEVER))
        parts.append(np.stack((household, np.full(count, number), begins, ends)))
    household, program_of, starts, ends = np.concatenate(parts, axis=1)
    order = np.lexsort((starts, household, program_of))
    return Targets(household[order], program_of[order], starts[order], ends[order])


def _rows(household: Ints, program: int, starts: int, ends: int) -> Ints:
    ones = np.ones_like(household)
    return np.stack((household, ones * program, ones * starts, ones * ends))


def _renewal_day(plan: Plan) -> date:
    """The latest New Year that leaves a program half a year to reach people."""
    return date((plan.last_day - timedelta(days=180)).year, 1, 1)


def record_receipts(
    households: Households, visits: Visits, targets: Targets, rng: np.random.Generator
) -> Received:
    """Programs received and the benefit felt, at visits where somebody was met."""
    count, size = len(visits), len(households.ids)
    met = visits.outcome == MET
    programs = np.zeros((count, len(PROGRAMS)), dtype=bool)
    for number, program in enumerate(PROGRAMS):
        own = targets.program == number
        starts, ends = np.full(size, NEVER), np.zeros(size, dtype=np.int64)
        np.minimum.at(starts, targets.household[own], targets.starts[own])
        np.maximum.at(ends, targets.household[own], targets.ends[own])
        works = rng.random(size) < program.works
        meant = (starts <= NEVER - 1)[visits.household]
        now = (starts[visits.household] <= visits.day) & (visits.day < ends[visits.household])
        chance = np.where(now & works[visits.household], program.recorded, 0.0)
        chance = np.where(meant, chance, program.outside)
        programs[:, number] = met & (rng.random(count) < chance)
    programs = _apart(programs, rng)
    return Received(programs, _ratings(households, visits, programs, rng))


def _apart(programs: Flags, rng: np.random.Generator) -> Flags:
    """The low-benefit program is mostly recorded at a visit of its own."""
    low = CODES.index(LOW_BENEFIT_PROGRAM)
    alone = programs[:, low] & (rng.random(len(programs)) < 0.75)
    programs = programs & ~alone[:, None]
    programs[:, low] |= alone
    return programs


def _ratings(
    households: Households, visits: Visits, programs: Flags, rng: np.random.Generator
) -> NDArray[np.int64]:
    """1–5 per visit with a receipt: a household's own level, low for the one program."""
    low = programs[:, CODES.index(LOW_BENEFIT_PROGRAM)]
    level = rng.normal(0, 0.35, len(households.ids))[visits.household]
    felt = np.where(low, 2.3, 4.15) + level + rng.normal(0, 0.6, len(visits))
    asked = programs.any(axis=1) & (rng.random(len(visits)) < 0.95)
    return np.where(asked, np.clip(np.rint(felt), 1, 5), NO_RATING).astype(np.int64)
