"""Raw rows → one workbook and the CSV files; the same rows give the same bytes."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import xlsxwriter

from analytics.simulate.columns import Cell, Row, Sheet

_EXCEL_ZERO = date(1899, 12, 30).toordinal()
_CREATED = datetime(2026, 1, 1)


def _plain(name: str) -> str:
    return name


def _titled(name: str) -> str:
    """id_keluarga → ID Keluarga"""
    return name.replace("_", " ").title().replace("Id ", "ID ").replace("No Kk", "No KK")


# How each half-year's file is written: header, separator, encoding, line end.
STYLES = (
    (_plain, ",", "utf-8", "\n"),
    (_titled, ";", "cp1252", "\r\n"),
    (str.upper, ",", "utf-8-sig", "\r\n"),
    (_plain, ",", "utf-8", "\n"),
)


def write_workbook(path: Path, sheets: list[Sheet]) -> None:
    """All *sheets* into one XLSX file, dates as real dates, ids and codes as text."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"title": "Data simulasi PERUT", "created": _CREATED})
        bold = book.add_format({"bold": True})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            header = _titled if sheet.kind in ("sasaran", "hambatan") else _plain
            for column, name in enumerate(sheet.columns):
                page.write_string(0, column, header(name), bold)
            for number, row in enumerate(sheet.rows, 1):
                for column, value in enumerate(row):
                    if value is None:
                        continue
                    if isinstance(value, str):
                        page.write_string(number, column, value)
                    elif isinstance(value, date):
                        page.write_number(number, column, value.toordinal() - _EXCEL_ZERO, dated)
                    else:
                        page.write_number(number, column, value)


def _text(value: Cell) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def write_csv(path: Path, sheet: Sheet, style: int) -> None:
    """One CSV file in the *style* of its half-year (see `STYLES`)."""
    header, separator, encoding, line_end = STYLES[style]
    with path.open("w", encoding=encoding, newline="") as target:
        writer = csv.writer(target, delimiter=separator, lineterminator=line_end)
        writer.writerow([header(name) for name in sheet.columns])
        writer.writerows(_texts(row) for row in sheet.rows)


def _texts(row: Row) -> list[str]:
    return [_text(value) for value in row]
