"""Harmless differences in how people write the same thing; the import must accept them all."""

from __future__ import annotations

from datetime import date

from analytics.simulate.columns import Sheet
from analytics.simulate.places import Desa

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip
_SEPARATORS = (";", "; ", ", ", "|", " ")
_SPOKEN = {
    "bertemu": ("Bertemu", "BERTEMU", "bertemu"),
    "tidak_di_tempat": ("Tidak di tempat", "tidak di tempat", "TIDAK_DI_TEMPAT"),
    "menolak": ("Menolak",),
    "pindah": ("Pindah",),
}


def slashed(day: date) -> str:
    """15/12/2025"""
    return f"{day:%d/%m/%Y}"


def spelled(day: date) -> str:
    """15 Desember 2025"""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def spelling(desa: Desa, turn: int) -> str:
    """One of the ways to write a desa: mostly its name, else its code, a variant, other case."""
    ways = {1: desa.code, 3: desa.variant, 5: desa.name.upper(), 7: f"Desa {desa.name}"}
    return ways.get(turn % 11, desa.name)


def _respell_desa(sheet: Sheet, by_name: dict[str, Desa]) -> None:
    column = sheet.at("desa")
    for turn, row in enumerate(sheet.rows):
        place = by_name.get(str(row[column]))
        if place is not None:
            row[column] = spelling(place, turn)


def _reseparate(sheet: Sheet, name: str, every: int = 1) -> None:
    column = sheet.at(name)
    for turn, row in enumerate(sheet.rows):
        if row[column] is not None and turn % every == 0:
            mark = _SEPARATORS[turn // every % len(_SEPARATORS)]
            row[column] = str(row[column]).replace(";", mark)


def vary_workbook(sheets: dict[str, Sheet], desa: tuple[Desa, ...]) -> None:
    """Spellings of desa and dates, separators of several values, in the workbook's sheets."""
    by_name = {place.name: place for place in desa}
    for kind in ("keluarga", "hambatan"):
        _respell_desa(sheets[kind], by_name)
    _reseparate(sheets["keluarga"], "kerentanan")
    for kind, name in (("keluarga", "terdaftar_pada"), ("sasaran", "mulai")):
        column = sheets[kind].at(name)
        for turn, row in enumerate(sheets[kind].rows):
            day = row[column]
            if isinstance(day, date) and turn % 13 == 4:
                row[column] = slashed(day) if turn % 2 else spelled(day)


def vary_visits(sheet: Sheet, style: int) -> None:
    """Each half-year's file was kept by another hand: dates, separators, case of the outcome."""
    outcome = sheet.at("hasil")
    for turn, row in enumerate(sheet.rows):
        if turn % 19 == 7:
            ways = _SPOKEN.get(str(row[outcome]), ())
            row[outcome] = ways[turn % len(ways)] if ways else row[outcome]
        for name in ("tanggal", "jadwal_berikutnya"):
            day = row[sheet.at(name)]
            if isinstance(day, date):
                row[sheet.at(name)] = _written(day, style, turn)
        if style == 2 and row[sheet.at("program_diterima")] is not None:
            row[sheet.at("program_diterima")] = str(row[sheet.at("program_diterima")]).upper()
    if style:
        _reseparate(sheet, "program_diterima", every=2)
        _reseparate(sheet, "hambatan", every=2)


def _written(day: date, style: int, turn: int) -> str:
    if style == 1:
        return slashed(day)
    if style == 2 and turn % 9 == 2:
        return spelled(day)
    return day.isoformat()
