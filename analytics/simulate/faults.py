"""Typing errors and copies, put into the raw rows on purpose: one row per kind of fault.

Every spoilt row is an extra one: without it the files are complete and right. So an import that
refuses exactly these rows has lost nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from analytics.simulate.columns import Cell, Row, Sheet
from analytics.simulate.planted import Outcome


@dataclass(frozen=True, slots=True)
class Known:
    """What a fault must know of the world to be wrong in the way it means to be."""

    today: date
    households: frozenset[str]  # ids of households that go on to today
    ended: dict[str, date]  # id → day it ended, long enough ago
    young: tuple[str, date]  # a household registered in the period, and when


@dataclass(frozen=True, slots=True)
class _Change:
    """Copy a sound row, give it a new id, set some cells."""

    column: str
    kind: str
    cells: dict[str, Cell]
    outcome: Outcome = "rejected"


def _household_changes(known: Known) -> tuple[_Change, ...]:
    before = known.today - timedelta(days=2500)
    return (
        _Change("desa", "unknown_desa", {"desa": "Awayam Ilir Kanan"}),
        _Change("terdaftar_pada", "impossible_date", {"terdaftar_pada": "31/02/2024"}),
        _Change("berakhir_pada", "end_before_start", {"berakhir_pada": before}),
        _Change("desil", "out_of_range", {"desil": 12}),
        _Change("prioritas", "unknown_choice", {"prioritas": "mendesak"}),
        _Change("desa", "missing_required", {"desa": None}),
    )


def _visit_changes(known: Known, sound_day: date) -> tuple[_Change, ...]:
    young, since = known.young
    gone, end = next(iter(known.ended.items()))
    early = (since - timedelta(days=500)).isoformat()
    return (
        _Change("id_keluarga", "unknown_household", {"id_keluarga": "KK-0000-0001"}),
        _Change("tanggal", "impossible_date", {"tanggal": f"31/02/{sound_day.year}"}),
        _Change("tanggal", "month_first", {"tanggal": f"11/25/{sound_day.year}"}),
        _Change("tanggal", "future_date",
                {"tanggal": (known.today + timedelta(days=40)).isoformat()}),
        _Change("program_diterima", "received_but_not_met",
                {"hasil": "tidak_di_tempat", "program_diterima": "pkh", "manfaat": None}),
        _Change("program_diterima", "unknown_program",
                {"hasil": "bertemu", "program_diterima": "pkh;bedah_warung"}),
        _Change("manfaat", "out_of_range",
                {"hasil": "bertemu", "program_diterima": "sembako", "manfaat": 7}),
        _Change("jadwal_berikutnya", "next_before_visit",
                {"jadwal_berikutnya": (sound_day - timedelta(days=3)).isoformat()}),
        _Change("hasil", "unknown_choice", {"hasil": "ketemu tetangga"}),
        _Change("pendamping", "missing_required", {"pendamping": None}),
        _Change("tanggal", "long_before_registration", {"id_keluarga": young, "tanggal": early}),
        _Change("tanggal", "after_end",
                {"id_keluarga": gone, "tanggal": (end + timedelta(days=9)).isoformat()},
                "warned"),
    )  # fmt: skip


def _target_changes(known: Known) -> tuple[_Change, ...]:
    before = date(known.today.year - 3, 1, 1)
    return (
        _Change("program", "unknown_program", {"program": "kartu_tani_muda"}),
        _Change("id_keluarga", "unknown_household", {"id_keluarga": "KK-0000-0002"}),
        _Change("selesai", "end_before_start",
                {"mulai": before + timedelta(days=60), "selesai": before}),
    )  # fmt: skip


def _barrier_changes(known: Known) -> tuple[_Change, ...]:
    before = known.today - timedelta(days=900)
    return (
        _Change("selesai_pada", "closed_without_day",
                {"status": "selesai", "selesai_pada": None}),
        _Change("selesai_pada", "end_before_start",
                {"status": "selesai", "selesai_pada": before}),
        _Change("desa", "unknown_desa",
                {"desa": "Muara Jaia", "id_keluarga": None, "id_kunjungan": None}),
        _Change("status", "unknown_choice", {"status": "ditunda"}),
    )  # fmt: skip


def _spoil(
    sheet: Sheet,
    change: _Change,
    new_id: Callable[[Row], None],
    sound: list[int],
    rng: np.random.Generator,
) -> None:
    position = int(rng.choice(sound))
    row = list(sheet.rows[position])
    new_id(row)
    for name, value in change.cells.items():
        row[sheet.at(name)] = value
    sheet.spoil(position + 1, row, change.column, change.kind, change.outcome)


def copy_rows(sheets: list[Sheet], rng: np.random.Generator) -> None:
    """In each sheet one row stands once more, letter by letter; must come after `variety`."""
    for sheet in sheets:
        position = int(rng.choice(_sound(sheet)))
        copy = list(sheet.rows[position])
        sheet.spoil(position + 5, copy, sheet.columns[0], "exact_copy", "unchanged")


def spoil_workbook(sheets: dict[str, Sheet], known: Known, rng: np.random.Generator) -> None:
    """Faults of the sheets keluarga, sasaran and hambatan."""
    keluarga = sheets["keluarga"]
    for number, change in enumerate(_household_changes(known), 1):

        def new_household(row: Row, number: int = number) -> None:
            row[0] = f"{str(row[0])[:-4]}{9000 + number}"
            row[keluarga.at("no_kk")] = f"{str(row[keluarga.at('no_kk')])[:10]}99900{number}"
            row[keluarga.at("berakhir_pada")] = row[keluarga.at("alasan_berakhir")] = None

        _spoil(keluarga, change, new_household, _sound(keluarga), rng)
    for change in _target_changes(known):
        _spoil(sheets["sasaran"], change, _same_id, _sound(sheets["sasaran"]), rng)
    for number, change in enumerate(_barrier_changes(known), 1):

        def new_barrier(row: Row, number: int = number) -> None:
            row[0] = f"H-9{number:03d}"

        _spoil(sheets["hambatan"], change, new_barrier, _sound(sheets["hambatan"]), rng)


def _same_id(row: Row) -> None:
    """A target has no id of its own."""


def _sound(sheet: Sheet) -> list[int]:
    """Positions that may be copied from: away from the ends, not spoilt themselves."""
    spoilt = {id(row) for row, *_ in sheet.spoilt}
    inside = range(10, len(sheet.rows) - 10)
    return [position for position in inside if id(sheet.rows[position]) not in spoilt]


def spoil_visits(sheets: list[Sheet], known: Known, rng: np.random.Generator) -> None:
    """Faults of the visits, spread over the half-year files; must come before `variety`."""
    large = [sheet for sheet in sheets if len(sheet.rows) >= 500]
    kinds = len(_visit_changes(known, known.today))
    for number in range(kinds):
        sheet = large[number % len(large)]
        sound = [p for p in _sound(sheet) if _plain(sheet, sheet.rows[p], known)]
        position = int(rng.choice(sound))
        day = sheet.rows[position][sheet.at("tanggal")]
        assert isinstance(day, date)
        change = _visit_changes(known, day)[number]

        def new_visit(row: Row, number: int = number, sheet: Sheet = sheet) -> None:
            row[0] = f"{str(row[0])[:-2]}{900 + number}"
            row[sheet.at("jadwal_berikutnya")] = row[sheet.at("hambatan")] = None

        _spoil(sheet, change, new_visit, [position], rng)
    other = large[-1]
    position = int(rng.choice([p for p in _sound(other) if _plain(other, other.rows[p], known)]))
    row = list(other.rows[position])
    row[other.at("hasil")], row[other.at("catatan")] = "menolak", "Salah ketik nomor kunjungan"
    row[other.at("program_diterima")] = row[other.at("manfaat")] = None
    row[other.at("jadwal_berikutnya")] = row[other.at("hambatan")] = None
    other.spoil(position + 1, row, "id_kunjungan", "same_id_other_content", "rejected")


def _plain(sheet: Sheet, row: Row, known: Known) -> bool:
    """A contact with a household that is there to stay, so that only the change is wrong."""
    household = str(row[sheet.at("id_keluarga")])
    return row[sheet.at("hasil")] == "bertemu" and household in known.households
