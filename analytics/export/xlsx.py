"""Tables → an XLSX workbook that an office can use: real dates, percents, filters, and its origin.

Every text is written as text, so a value that begins with ``=`` is never a formula.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from analytics.i18n import _
from analytics.ingest.cells import CREATED, MAX_ROWS, OPTIONS, safe_sheet_name, write_text

_FORMATS = {
    "text": "@",
    "integer": "#,##0",
    "decimal": "#,##0.0",
    "percent": "0.0%",
    "date": "dd/mm/yyyy",
    "moment": "dd/mm/yyyy hh:mm",
}


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column: its key in the table, its header, and how it is shown.

    ``kind``: text, integer, decimal, percent (a share 0..1), date or moment. ``width`` in
    characters; without it the longest of the first values decides.
    """

    key: str
    header: str
    kind: str = "text"
    width: float | None = None


@dataclass(frozen=True, slots=True)
class SheetSpec:
    """One sheet: a table and the columns of it to write, in order; ``notes`` stand above it."""

    name: str
    table: pd.DataFrame
    columns: Sequence[ColumnSpec]
    notes: Sequence[str] = field(default_factory=tuple)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "; ".join(str(item) for item in value)
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return str(value)


def _missing(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return not value
    return value is None or bool(pd.isna(value))


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        self.header = book.add_format(
            base
            | {
                "bold": True,
                "bg_color": "#1F5C57",
                "font_color": "#FFFFFF",
                "text_wrap": True,
                "border": 1,
            }
        )
        self.note = book.add_format(base | {"italic": True, "font_color": "#555555"})
        self.warning = book.add_format(
            base | {"bold": True, "bg_color": "#FFE08A", "font_color": "#5C3B00"}
        )
        self.key = book.add_format(base | {"bold": True})
        self.wrap = book.add_format(base | {"text_wrap": True})
        self.kinds = {
            kind: book.add_format(base | {"num_format": f}) for kind, f in _FORMATS.items()
        }


def _write(sheet: Worksheet, row: int, column: int, value: Any, kind: str, styles: _Styles) -> None:
    style = styles.kinds[kind]
    if _missing(value):
        sheet.write_blank(row, column, None, style)
    elif kind in ("date", "moment") and isinstance(value, (dt.date, dt.datetime)):
        moment = value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
        sheet.write_datetime(row, column, moment, style)
    elif kind in ("integer", "decimal", "percent") and not isinstance(value, str):
        sheet.write_number(row, column, float(value), style)
    else:
        write_text(sheet, row, column, _text(value), styles.kinds["text"])


def _width(spec: ColumnSpec, values: Sequence[Any]) -> float:
    if spec.width is not None:
        return spec.width
    if spec.kind in ("date", "moment"):
        return 12 if spec.kind == "date" else 17
    longest = max((len(_text(v)) for v in values[:500] if not _missing(v)), default=0)
    return min(60, max(9, longest + 2, min(24, len(spec.header) + 2)))


def simulated_mark() -> str:
    """The words that mark simulated data on every export."""
    return _("SIMULATED DATA - not about real people")


def _pieces(spec: SheetSpec) -> Iterator[pd.DataFrame]:
    for start in range(0, max(len(spec.table), 1), MAX_ROWS):
        yield spec.table.iloc[start : start + MAX_ROWS]


def _add_sheet(
    sheet: Worksheet, spec: SheetSpec, piece: pd.DataFrame, simulated: bool, styles: _Styles
) -> None:
    above = [(simulated_mark(), styles.warning)] if simulated else []
    above += [(note, styles.note) for note in spec.notes]
    for row, (text, style) in enumerate(above):
        write_text(sheet, row, 0, text, style)
    top = len(above)
    for column, col in enumerate(spec.columns):
        values = piece[col.key].tolist()
        sheet.set_column(column, column, _width(col, values))
        write_text(sheet, top, column, col.header, styles.header)
        for row, value in enumerate(values, top + 1):
            _write(sheet, row, column, value, col.kind, styles)
    sheet.freeze_panes(top + 1, 1)
    if spec.columns:
        sheet.autofilter(top, 0, top + max(len(piece), 1), len(spec.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _add_about(
    book: xlsxwriter.Workbook,
    name: str,
    about: Sequence[tuple[str, str]],
    simulated: bool,
    styles: _Styles,
) -> None:
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    row = 0
    if simulated:
        write_text(sheet, row, 0, simulated_mark(), styles.warning)
        row = 2
    for key, value in about:
        write_text(sheet, row, 0, key, styles.key)
        write_text(sheet, row, 1, value, styles.wrap)
        row += 1


def workbook(
    sheets: Sequence[SheetSpec], *, simulated: bool, about: Sequence[tuple[str, str]] = ()
) -> bytes:
    """The bytes of a workbook with one sheet per spec and, last, a sheet *Tentang*.

    Args:
        sheets: tables to write; a table of more than `MAX_ROWS` rows goes on in further sheets.
        simulated: marks every sheet as simulated data.
        about: (what, value) rows of *Tentang*: definition, as-of date, version, denominator …

    Raises:
        KeyError: a column that the table does not have.
    """
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        styles = _Styles(book)
        about_name = _("About")
        taken = {about_name.casefold()}
        for spec in sheets:
            for piece in _pieces(spec):
                sheet = book.add_worksheet(safe_sheet_name(spec.name, taken))
                _add_sheet(sheet, spec, piece, simulated, styles)
        _add_about(book, about_name, about, simulated, styles)
    return out.getvalue()
