"""The simulated world as raw rows in the canonical formats, before anything is spoilt."""

from __future__ import annotations

from datetime import date

import numpy as np

from analytics.simulate.barriers import CATEGORIES, CATEGORY_CODES, STATUSES, Barriers
from analytics.simulate.columns import Row
from analytics.simulate.households import (
    END_REASONS,
    NEVER,
    PRIORITIES,
    VULNERABILITIES,
    Flags,
    Households,
)
from analytics.simulate.names import distinct_names, person_names
from analytics.simulate.places import Places
from analytics.simulate.programs import CODES, NO_RATING, PROGRAMS, Received, Targets
from analytics.simulate.visits import MET, NO_DAY, OUTCOMES, Visits


def _day(value: int, nothing: int = NEVER) -> date | None:
    return None if value == nothing else date.fromordinal(value)


def program_rows() -> list[Row]:
    """One row per program."""
    return [[program.code, program.name, program.agency] for program in PROGRAMS]


def assistant_rows(places: Places, rng: np.random.Generator) -> list[Row]:
    """One row per assistant; the desa by name, separated by a semicolon."""
    names = distinct_names(places.assistants, rng)
    return [
        [
            assistant_id(number, places.assistants),
            name,
            "; ".join(
                d.variant
                for d, a in zip(places.desa, places.assistant_of, strict=True)
                if a == number
            ),
        ]
        for number, name in enumerate(names)
    ]


def assistant_id(number: int, count: int) -> str:
    """P01, P02 …, wide enough for *count* assistants."""
    return f"P{number + 1:0{max(2, len(str(count)))}d}"


def household_rows(
    places: Places, households: Households, area_code: str, rng: np.random.Generator
) -> list[Row]:
    """Names, addresses and positions are drawn here and used nowhere else.

    A simulated family-card number has day and month 00, so it cannot be anybody's.
    """
    count = len(households.ids)
    names = person_names(households.has("kepala_perempuan"), rng)
    area = np.array([place.area_km2 for place in places.desa])[households.desa]
    spread = np.clip(np.sqrt(area) / 4, 0.12, 1.2) / 111.2  # km → degrees
    jitter = rng.normal(0, 1, (count, 2)) * spread[:, None]
    points = np.array([(place.lat, place.lon) for place in places.desa])[households.desa]
    lat, lon = np.round(points + jitter, 5).T.tolist()
    size = places.households[households.desa]
    neighbourhood = 1 + (households.number - 1) * np.maximum(1, size // 45) // size
    survey = date.fromordinal(int(households.registered.min())).replace(day=1)
    prefix = (area_code.replace(".", "") + "000000")[:6] + "0000"
    rows: list[Row] = []
    for i in range(count):
        rt = int(neighbourhood[i])
        place = places.desa[int(households.desa[i])]
        dusun = "I" * (1 + (rt - 1) // 3)
        kinds = [
            code
            for (code, _), has in zip(VULNERABILITIES, households.vulnerable[i], strict=True)
            if has
        ]
        reason = int(households.end_reason[i])
        rows.append([
            households.ids[i], place.name, f"{rt:03d}", f"{1 + (rt - 1) // 4:03d}",
            f"Dusun {dusun}", names[i], f"{prefix}{900001 + i:06d}",
            f"RT {rt:03d}, Dusun {dusun}, Desa {place.name}", lat[i], lon[i],
            int(households.members[i]), int(households.desil[i]), survey,
            PRIORITIES[int(households.priority[i])], ";".join(kinds) or None,
            _day(int(households.registered[i])), _day(int(households.ended[i])),
            END_REASONS[reason] if reason >= 0 else None,
        ])  # fmt: skip
    return rows


def target_rows(households: Households, targets: Targets) -> list[Row]:
    """One row per household, program and start."""
    columns = (targets.household, targets.program, targets.starts, targets.ends)
    return [
        [households.ids[household], CODES[program], _day(starts), _day(ends)]
        for household, program, starts, ends in zip(*(c.tolist() for c in columns), strict=True)
    ]


def visit_id(places: Places, visits: Visits, position: int) -> str:
    """The assistant, the day and the number of the day: P03-250512-07."""
    day = date.fromordinal(int(visits.day[position]))
    who = assistant_id(int(visits.assistant[position]), places.assistants)
    return f"{who}-{day:%y%m%d}-{int(visits.number[position]):02d}"


_NOTES = (
    "Sehat, kegiatan seperti biasa",
    "Menunggu jadwal penyaluran berikutnya",
    "Rumah di seberang sungai – perahu bergantian",
    "Kartu sudah dicek, tersimpan baik",
    "Minta dikunjungi sore; pagi menyadap karet",
    "Anak ditimbang di posyandu, naik 0,4 kg",
    "Berkas disalin, akan dibawa ke kantor desa",
    "Tetangga menyampaikan: keluarga ke kebun ±3 hari",
)


def visit_rows(
    places: Places,
    households: Households,
    visits: Visits,
    received: Received,
    noted: Flags,
    rng: np.random.Generator,
) -> list[Row]:
    """All visits, in the order of day, assistant and number."""
    count = len(visits)
    programs = _joined(received.programs, CODES)
    barriers = _joined(noted, CATEGORY_CODES)
    ratings = received.benefit.tolist()
    following = visits.next_day.tolist()
    outcomes = visits.outcome.tolist()
    note = np.where(rng.random(count) < 0.12, rng.integers(0, 7, count), -1)
    note = np.where((visits.outcome != MET) & (note >= 0), 7, note).tolist()
    return [
        [
            visit_id(places, visits, i),
            households.ids[household],
            date.fromordinal(day),
            assistant_id(who, places.assistants),
            OUTCOMES[outcomes[i]],
            programs.get(i),
            None if ratings[i] == NO_RATING else ratings[i],
            None if following[i] == NO_DAY else date.fromordinal(following[i]),
            barriers.get(i),
            None if note[i] < 0 else _NOTES[note[i]],
        ]
        for i, (household, day, who) in enumerate(
            zip(
                visits.household.tolist(),
                visits.day.tolist(),
                visits.assistant.tolist(),
                strict=True,
            )
        )
    ]


def _joined(flags: Flags, codes: tuple[str, ...]) -> dict[int, str]:
    """Row → its codes separated by semicolons, for the rows that have any."""
    found: dict[int, list[str]] = {}
    for row, column in zip(*(axis.tolist() for axis in np.nonzero(flags)), strict=True):
        found.setdefault(row, []).append(codes[column])
    return {row: ";".join(words) for row, words in found.items()}


def barrier_rows(
    places: Places, households: Households, visits: Visits, barriers: Barriers
) -> list[Row]:
    """The ledger; the desa is left out of every third row that names a household."""
    rows: list[Row] = []
    for i in range(len(barriers.opened)):
        visit = int(barriers.visit[i])
        category = CATEGORIES[int(barriers.category[i])]
        general = visit < 0
        closed = _day(int(barriers.closed[i]))
        status = STATUSES[int(barriers.status[i])]
        rows.append([
            f"H-{i + 1:04d}",
            places.desa[int(barriers.desa[i])].name if general or i % 3 else None,
            None if general else households.ids[int(visits.household[visit])],
            None if general else visit_id(places, visits, visit),
            category.code,
            category.text,
            category.agency,
            date.fromordinal(int(barriers.opened[i])),
            status,
            closed,
            category.solution if status == "selesai" else None,
            _waits_for(i, status, category.agency),
        ])  # fmt: skip
    return rows


def _waits_for(number: int, status: str, agency: str) -> str | None:
    """Who has to act next, made of what is known already: no draw, so nothing else changes."""
    if status not in ("terbuka", "diproses"):
        return None
    if status == "diproses" and number % 4:
        return agency
    return ("Pemerintah Desa", "Kecamatan", agency, "Keluarga")[number % 4]


def halves(rows: list[Row], day_column: int) -> dict[str, list[Row]]:
    """The rows by half-year: ``2025_s1`` → January to June 2025."""
    parts: dict[str, list[Row]] = {}
    for row in rows:
        day = row[day_column]
        assert isinstance(day, date)
        parts.setdefault(f"{day.year}_s{1 if day.month <= 6 else 2}", []).append(row)
    return parts
