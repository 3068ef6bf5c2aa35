"""Small nasty sets of input rows, as hypothesis strategies and as CSV files on disk.

Few households, few days: most dates are drawn from a handful that lie on the boundaries of the
definitions (windows of 30 and 90 days, cadences, 7, 14 and 365 days, month ends), so that several
things happen on one day and the edges are met again and again.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from hypothesis import strategies as st

from tests.oracle import Oracle, Row

if TYPE_CHECKING:
    from analytics.store import Store

MIDDLE = date(2025, 6, 15)
TODAY = MIDDLE + timedelta(days=120)
"""The day of the import; no visit is later."""

DESA = ("63.11.03.2007", "63.11.03.2004", "63.11.03.2020")
PROGRAMS = ("PKH", "BLT", "RTLH")
ASSISTANTS = ("P1", "P2")

Rows = dict[str, list[Row]]
"""Sheet → its rows."""

COLUMNS: Mapping[str, Sequence[str]] = {
    "program": ("kode", "nama", "opd"),
    "pendamping": ("id_pendamping", "nama", "desa_tugas"),
    "keluarga": (
        "id_keluarga",
        "desa",
        "rt",
        "nama_kepala_keluarga",
        "desil",
        "prioritas",
        "kerentanan",
        "terdaftar_pada",
        "berakhir_pada",
        "alasan_berakhir",
    ),
    "sasaran": ("id_keluarga", "program", "mulai", "selesai"),
    "kunjungan": (
        "id_kunjungan",
        "id_keluarga",
        "tanggal",
        "pendamping",
        "hasil",
        "program_diterima",
        "manfaat",
        "jadwal_berikutnya",
        "catatan",
    ),
}
KEYS: Mapping[str, Sequence[str]] = {
    "program": ("kode",),
    "pendamping": ("id_pendamping",),
    "keluarga": ("id_keluarga",),
    "sasaran": ("id_keluarga", "program", "mulai"),
    "kunjungan": ("id_kunjungan",),
}


def day(offset: int) -> date:
    """The day *offset* days after the middle of the story."""
    return MIDDLE + timedelta(days=offset)


EARLY = (-366, -365, -120, -91, -90, -89, -61, -60)
LATE = (-31, -30, -29, -15, -14, -8, -7, -1, 0, 1, 15)
REGISTRATIONS = (-366, -365, -91, -90, -60, -30, -1, 0)


def household(
    household_id: str,
    desa: str = DESA[0],
    registered: date = MIDDLE,
    ended: date | None = None,
    priority: str | None = "sedang",
    vulnerabilities: Sequence[str] = (),
) -> Row:
    return {
        "id_keluarga": household_id,
        "desa": desa,
        "rt": (None, "001", "002")[crc32(household_id.encode()[::-1]) % 3],
        "nama_kepala_keluarga": f"Kepala {household_id}",
        "desil": crc32(household_id.encode()) % 4 or None,  # one in four is not recorded
        "prioritas": priority,
        "kerentanan": tuple(vulnerabilities),
        "terdaftar_pada": registered,
        "berakhir_pada": ended,
        "alasan_berakhir": "pindah" if ended else None,
    }


def visit(
    visit_id: str,
    household_id: str,
    on: date,
    outcome: str = "bertemu",
    received: Sequence[str] = (),
    benefit: int | None = None,
    next_on: date | None = None,
    assistant: str = "P1",
) -> Row:
    return {
        "id_kunjungan": visit_id,
        "id_keluarga": household_id,
        "tanggal": on,
        "pendamping": assistant,
        "hasil": outcome,
        "program_diterima": tuple(received),
        "manfaat": benefit,
        "jadwal_berikutnya": next_on,
        "catatan": None,
    }


def target(household_id: str, program: str, start: date, end: date | None = None) -> Row:
    return {"id_keluarga": household_id, "program": program, "mulai": start, "selesai": end}


def world(
    households: Sequence[Row] = (), visits: Sequence[Row] = (), targets: Sequence[Row] = ()
) -> Rows:
    """The rows given, with the programs and assistants that every example shares."""
    return {
        "program": [{"kode": p, "nama": f"Program {p}", "opd": "Dinas Sosial"} for p in PROGRAMS],
        "pendamping": [
            {"id_pendamping": a, "nama": f"Pendamping {a}", "desa_tugas": DESA} for a in ASSISTANTS
        ],
        "keluarga": list(households),
        "sasaran": list(targets),
        "kunjungan": list(visits),
    }


# Strategies -----------------------------------------------------------------------------------

_moments = st.one_of(
    st.sampled_from([day(offset) for offset in EARLY]),
    st.sampled_from([day(offset) for offset in LATE]),
    st.sampled_from([day(offset) for offset in LATE]),
    st.integers(-100, 40).map(day),
    st.sampled_from([date(2025, 5, 31), date(2025, 4, 30), date(2025, 6, 30), date(2025, 3, 1)]),
)


@st.composite
def households(draw: st.DrawFn, household_id: str, registered: date | None = None) -> Row:
    start = registered or day(draw(st.sampled_from(REGISTRATIONS)))
    end = draw(
        st.one_of(
            st.none(),
            st.none(),
            _moments.map(lambda moment: max(moment, start + timedelta(days=1))),
            st.sampled_from([start + timedelta(days=1), start + timedelta(days=91)]),
        )
    )
    return household(
        household_id,
        desa=draw(st.sampled_from((DESA[0], DESA[0], DESA[1]))),
        registered=start,
        ended=end,
        priority=draw(st.sampled_from(["tinggi", "sedang", "rendah", None])),
        vulnerabilities=draw(
            st.lists(st.sampled_from(["lansia", "balita", "yatim", "ibu_hamil"]), unique=True)
        ),
    )


@st.composite
def visits(draw: st.DrawFn, visit_id: str, homes: Sequence[Row]) -> Row:
    home = draw(st.sampled_from(homes))
    start, end = home["terdaftar_pada"], home["berakhir_pada"]
    edges = [start, start - timedelta(days=1), start + timedelta(days=1)]
    edges += [end, end - timedelta(days=1)] if end else []
    earliest = start - timedelta(days=365)
    on = draw(
        st.one_of(_moments, _moments, st.sampled_from(edges)).map(
            lambda moment: min(max(moment, earliest), TODAY)
        )
    )
    outcome = draw(st.sampled_from(["bertemu"] * 4 + ["tidak_di_tempat", "menolak", "pindah"]))
    is_met = outcome == "bertemu"
    received = draw(st.lists(st.sampled_from(PROGRAMS), unique=True, max_size=2)) if is_met else []
    benefit = draw(st.sampled_from([None, 1, 3, 4, 5])) if received else None
    next_in = draw(st.sampled_from([None, None, None, 1, 7, 8, 20, 45, 100]))
    return visit(
        visit_id,
        home["id_keluarga"],
        on,
        outcome,
        received,
        benefit,
        on + timedelta(days=next_in) if next_in else None,
        draw(st.sampled_from(ASSISTANTS)),
    )


@st.composite
def targets(draw: st.DrawFn, homes: Sequence[Row]) -> Row:
    start = draw(_moments)
    end = draw(
        st.one_of(
            st.none(),
            _moments.map(lambda moment: max(moment, start + timedelta(days=1))),
            st.just(start + timedelta(days=1)),
        )
    )
    home = draw(st.sampled_from(homes))
    return target(home["id_keluarga"], draw(st.sampled_from(PROGRAMS[:2])), start, end)


def _unique(rows: list[Row], sheet: str) -> list[Row]:
    return list({tuple(row[key] for key in KEYS[sheet]): row for row in rows}.values())


@st.composite
def worlds(draw: st.DrawFn, most_households: int = 16, most_visits: int = 50) -> Rows:
    count = draw(st.integers(1, most_households))
    homes = [draw(households(f"K{number:02}")) for number in range(count)]
    number_of_visits = draw(st.integers(min(count, most_visits), most_visits))
    seen = [draw(visits(f"V{number:03}", homes)) for number in range(number_of_visits)]
    meant = [draw(targets(homes)) for _ in range(draw(st.integers(0, 2 * count)))]
    return world(homes, seen, _unique(meant, "sasaran"))


@st.composite
def corrections(draw: st.DrawFn, before: Rows) -> Rows:
    """A later delivery: some rows again with other content, and some new ones.

    Registration days stay as they were, so that no visit already accepted becomes impossible.
    """
    homes = {row["id_keluarga"]: row for row in before["keluarga"]}
    changed = [
        draw(households(row["id_keluarga"], registered=row["terdaftar_pada"]))
        for row in before["keluarga"]
        if draw(st.integers(0, 2)) == 0
    ]
    added = [draw(households(f"K{len(homes):02}"))] if draw(st.booleans()) else []
    homes |= {row["id_keluarga"]: row for row in [*changed, *added]}
    now = list(homes.values())
    again = [
        draw(visits(row["id_kunjungan"], now))
        for row in before["kunjungan"]
        if draw(st.integers(0, 3)) == 0
    ]
    first_new = len(before["kunjungan"])
    new = [draw(visits(f"V{first_new + n:03}", now)) for n in range(draw(st.integers(0, 4)))]
    ended = [
        {**row, "selesai": draw(st.sampled_from([None, row["mulai"] + timedelta(days=30)]))}
        for row in before["sasaran"]
        if draw(st.integers(0, 2)) == 0
    ]
    meant = draw(st.lists(targets(now), max_size=2))
    return {
        "program": [],
        "pendamping": [],
        "keluarga": [*changed, *added],
        "sasaran": _unique([*ended, *meant], "sasaran"),
        "kunjungan": [*again, *new],
    }


def corrected(before: Rows, delivery: Rows) -> Rows:
    """The rows that count after *delivery*: of each key, the newer one."""
    return {sheet: _unique([*before[sheet], *delivery[sheet]], sheet) for sheet in COLUMNS}


@st.composite
def histories(draw: st.DrawFn, most_deliveries: int = 2) -> list[Rows]:
    """A first delivery and some later ones."""
    first = draw(worlds(most_households=5, most_visits=10))
    deliveries, state = [first], first
    for _ in range(draw(st.integers(1, most_deliveries))):
        delivery = draw(corrections(state))
        deliveries.append(delivery)
        state = corrected(state, delivery)
    return deliveries


def busy_world(seed: int, households_count: int = 60, visits_each: int = 7) -> Rows:
    """A larger store in which every rare combination happens some times."""
    chance = random.Random(seed)

    def moment(earliest: date, latest: date = TODAY) -> date:
        offset = chance.choice([*EARLY, *LATE, *LATE, *range(-100, 41, 3)])
        return min(max(day(offset), earliest), latest)

    homes: list[Row] = []
    seen: list[Row] = []
    meant: list[Row] = []
    for number in range(households_count):
        name, start = f"K{number:03}", day(chance.choice(REGISTRATIONS))
        end = moment(start + timedelta(days=1)) if chance.random() < 0.2 else None
        many = chance.sample(["lansia", "balita", "yatim", "ibu_hamil"], chance.randint(0, 4))
        priority = chance.choice(["tinggi", "sedang", "rendah", None])
        homes.append(household(name, chance.choice(DESA[:2]), start, end, priority, many))
        for count in range(chance.randint(0, visits_each)):
            on = moment(start - timedelta(days=365))
            if count and chance.random() < 0.25:
                on = seen[-1]["tanggal"]  # twice on one day
            is_met = chance.random() < 0.7
            received = chance.sample(PROGRAMS, chance.randint(0, 3)) if is_met else []
            seen.append(
                visit(
                    f"V{len(seen):04}",
                    name,
                    on,
                    "bertemu" if is_met else chance.choice(["menolak", "tidak_di_tempat"]),
                    received,
                    chance.choice([None, 1, 3, 4, 5]) if received else None,
                    on + timedelta(days=chance.choice([1, 8, 20, 45, 100]))
                    if chance.random() < 0.4
                    else None,
                )
            )
        for _ in range(chance.randint(0, 3)):
            begin = moment(date.min)
            stop = moment(begin + timedelta(days=1)) if chance.random() < 0.5 else None
            meant.append(target(name, chance.choice(PROGRAMS[:2]), begin, stop))
    return world(homes, seen, _unique(meant, "sasaran"))


def critical_days(rows: Rows, window_days: int) -> dict[str, list[date]]:
    """Days on which an answer changes, or the day before or after: where a mistake would show.

    By the kind of event, so that a kind with few events is asked about as often as the others.
    """
    cadences = (30, 60, 90)
    due = [cadence - early for cadence in cadences for early in (-1, 0, 7, 8)]
    visited = [-1, 0, window_days - 1, window_days, 14, 15, 29, 30, 365, 366, *due]

    def around(sheet: str, column: str, offsets: Sequence[int]) -> list[date]:
        found = {row[column] for row in rows[sheet]} - {None}
        return sorted({on + timedelta(days=offset) for on in found for offset in offsets})

    kinds = {
        "visit": around("kunjungan", "tanggal", visited),
        "last visit": [
            max(row["tanggal"] for row in rows["kunjungan"]) + timedelta(days=offset)
            for offset in (0, 14, 15, 29, 30)
            if rows["kunjungan"]
        ],
        "appointment": around("kunjungan", "jadwal_berikutnya", (-8, -7, 0, 1)),
        "registration": around("keluarga", "terdaftar_pada", [-1, 0, *due]),
        "end": around("keluarga", "berakhir_pada", (-1, 0)),
        "target start": around("sasaran", "mulai", (-1, 0)),
        "target end": around("sasaran", "selesai", (-1, 0)),
    }
    return {kind: days for kind, days in kinds.items() if days}


# Files and stores -----------------------------------------------------------------------------


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def write(rows: Rows, folder: Path) -> list[Path]:
    """One CSV file per sheet that has rows."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for sheet, columns in COLUMNS.items():
        if not rows[sheet]:
            continue
        path = folder / f"{sheet}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(row[column]) for column in columns] for row in rows[sheet])
        paths.append(path)
    return paths


def deliver(store: Store, rows: Rows, folder: Path) -> None:
    """Import *rows* as files; every one of them must be taken.

    Raises:
        AssertionError: when a row is rejected: then the example, or the import, is wrong.
    """
    from analytics.ingest import import_files

    if not any(rows.values()):
        return
    report = import_files(store, write(rows, folder), today=TODAY)
    problems = [(file.sheet, error) for file in report.files for error in file.errors]
    assert report.exit_code == 0, problems


def imported(rows: Rows, folder: Path) -> Store:
    """A new store in *folder* that holds *rows*."""
    from analytics.store import Store

    store = Store(folder / "store")
    deliver(store, rows, folder / "files")
    return store


def oracle(rows: Rows, desa: Sequence[str]) -> Oracle:
    """The oracle of *rows*; *desa* are the codes of the whole area."""
    return Oracle(list(desa), rows["keluarga"], rows["kunjungan"], rows["sasaran"], rows["program"])
