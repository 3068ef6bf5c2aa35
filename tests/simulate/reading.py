"""Reads the simulated files with openpyxl and csv alone: no code of the project in between."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import openpyxl

MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September",
    "Oktober", "November", "Desember",
)  # fmt: skip
DESA: dict[str, str] = {}  # any normalised spelling → code
with (Path(__file__).parents[2] / "data" / "desa.csv").open(encoding="utf-8") as _source:
    for _row in csv.DictReader(_source):
        if _row["kode_kec"] == "63.11.03":
            for _name in (_row["nama"], _row["nama_bps"], _row["kode_kemendagri"]):
                DESA[_name.casefold()] = _row["kode_kemendagri"]


class Row(NamedTuple):
    """One raw row: where it stands and its cells (None when empty) by canonical column."""

    file: str
    sheet: str | None
    number: int  # as a spreadsheet shows it
    cells: dict[str, object]


@dataclass(frozen=True)
class Household:
    id: str
    desa: str
    registered: date
    ended: date | None


@dataclass(frozen=True)
class Visit:
    id: str
    household: str
    day: date
    assistant: str
    met: bool
    outcome: str
    programs: frozenset[str]
    benefit: int | None
    next_day: date | None
    barriers: frozenset[str]


def canonical(header: object) -> str:
    return str(header).strip().lower().replace(" ", "_")


def as_day(value: object) -> date | None:
    """The day a cell names, or None; day first."""
    if isinstance(value, datetime):
        return value.date()
    if value is None:
        return None
    text = str(value)
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d{1,2}) (\w+) (\d{4})", text):
        return date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1]))
    raise ValueError(text)


def as_desa(value: object) -> str | None:
    return DESA.get(str(value).casefold().removeprefix("desa "))


def several(value: object) -> frozenset[str]:
    return frozenset(re.split(r"[;,| ]+", str(value).lower())) if value else frozenset()


def _csv_rows(path: Path) -> Iterator[Row]:
    raw = path.read_bytes()
    encoding = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    lines = text.splitlines()
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    header = None
    for number, cells in enumerate(csv.reader(lines, delimiter=separator), 1):
        if header is None:
            header = [canonical(cell) for cell in cells]
            continue
        yield Row(
            path.name, None, number, {k: v or None for k, v in zip(header, cells, strict=True)}
        )


def _book_rows(path: Path) -> Iterator[Row]:
    book = openpyxl.load_workbook(path, read_only=True)
    for page in book.worksheets:
        header = None
        for number, cells in enumerate(page.iter_rows(values_only=True), 1):
            if header is None:
                header = [canonical(cell) for cell in cells]
                continue
            padded = [*cells, *[None] * (len(header) - len(cells))]
            row = dict(zip(header, padded, strict=True))
            yield Row(path.name, page.title, number, row)


def read_all(paths: list[Path]) -> dict[str, list[Row]]:
    """Kind of sheet → its raw rows, from all files."""
    rows: dict[str, list[Row]] = {}
    for path in paths:
        for row in _csv_rows(path) if path.suffix == ".csv" else _book_rows(path):
            rows.setdefault(row.sheet or "kunjungan", []).append(row)
    return rows


def household(row: Row) -> Household:
    c = row.cells
    desa, registered = as_desa(c["desa"]), as_day(c["terdaftar_pada"])
    assert desa
    assert registered
    return Household(str(c["id_keluarga"]), desa, registered, as_day(c["berakhir_pada"]))


def visit(row: Row) -> Visit:
    c = row.cells
    day, outcome = as_day(c["tanggal"]), str(c["hasil"]).lower().replace(" ", "_")
    assert day
    return Visit(
        id=str(c["id_kunjungan"]),
        household=str(c["id_keluarga"]),
        day=day,
        assistant=str(c["pendamping"]),
        met=outcome == "bertemu",
        outcome=outcome,
        programs=several(c["program_diterima"]),
        benefit=int(str(c["manfaat"])) if c["manfaat"] else None,
        next_day=as_day(c["jadwal_berikutnya"]),
        barriers=several(c["hambatan"]),
    )
