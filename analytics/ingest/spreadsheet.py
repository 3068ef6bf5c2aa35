"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) → `RawSheet`s, through calamine.

Text stays text and a number becomes the text a person would type. What a workbook can hide is
flagged per cell: digits that Excel has already dropped, error values, formulas that were never
calculated, and values that are missing because cells were merged.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
)

from analytics.i18n import _
from analytics.ingest.archive import password_sentence
from analytics.ingest.raw import (
    HEADER_SEARCH_ROWS,
    ROW_NO,
    RawFlag,
    RawSheet,
    UnreadableFile,
    empty_sheet,
    find_header,
)
from analytics.ingest.xlsxparts import HiddenCell, hidden_cells

_LONG_NUMBER = 10**14  # 15 digits: Excel keeps no more
_ERROR_TEXT = re.compile(
    r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)|Err:\d{3}"
)
_EXACT = 1e18
_LAST_ROW = 1_048_576  # of a worksheet; a cell that claims to be lower is damage
Cell = object


def cell_text(cell: Cell) -> str | None:
    """A cell as the text a person would type; empty → None."""
    if cell is None or isinstance(cell, str):
        return (cell or "").strip() or None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)  # a date, a moment, a time, a duration, an int: ISO text already


def column_letters(position: int) -> str:
    """0 → A, 26 → AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _flags(rows: Sequence[Sequence[Cell]], first: int, width: int) -> Iterator[RawFlag]:
    """Error values and numbers too long to be trusted."""
    for row_no, row in enumerate(rows, first):
        for position, cell in enumerate(row[:width]):
            if isinstance(cell, float) or (isinstance(cell, int) and not isinstance(cell, bool)):
                if abs(cell) >= _LONG_NUMBER:
                    problem = _(
                        "Stored as a number, so Excel may have dropped its last digits; "
                        "format the column as text and type it again"
                    )
                    yield RawFlag(row_no, position, problem, ids_only=True)
            elif isinstance(cell, str) and _ERROR_TEXT.fullmatch(cell.strip()):
                problem = _("The cell shows the error {error}", error=cell.strip())
                yield RawFlag(row_no, position, problem)


def _numbers(rows: Sequence[Sequence[Cell]], first: int, width: int) -> dict[int, list[int]]:
    """Column → the rows in which its cell is a number."""
    columns = zip(*rows, strict=True)
    found = (
        (position, [row for row, cell in enumerate(column, first) if type(cell) in (float, int)])
        for position, column in enumerate(islice(columns, width))
    )
    return {position: numbered for position, numbered in found if numbered}


def _merged_flags(
    sheet: CalamineSheet, rows: Sequence[Sequence[Cell]], data_from: int, width: int
) -> Iterator[RawFlag]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for r in range(max(top, data_from), min(bottom, len(rows) - 1) + 1):
            for c in range(left, min(right, width - 1) + 1):
                if (r, c) != (top, left):
                    problem = _("The cell is merged with another; unmerge and fill in every row")
                    yield RawFlag(r + 1, c, problem)


def _hidden_problem(cell: HiddenCell) -> str:
    if cell.error is not None:
        return _("The cell shows the error {error}", error=cell.error)
    return _("The cell holds a formula without a result; open the file in Excel and save it")


def _headers(row: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Header texts up to the last column with a header or a value; a missing one is named (C)."""
    names = [" ".join((cell_text(cell) or "").split()) for cell in row]
    return [name or f"({column_letters(i)})" for i, name in enumerate(names)]


def _read_sheet(
    sheet: CalamineSheet, known: frozenset[str], max_rows: int, hidden: Sequence[HiddenCell]
) -> RawSheet:
    if sheet.total_height > max_rows:
        raise UnreadableFile(_("The file has more than {limit} rows", limit=max_rows))
    rows: Sequence[Sequence[Cell]] = sheet.to_python(skip_empty_area=False)
    head = [[cell_text(cell) or "" for cell in row] for row in rows[:HEADER_SEARCH_ROWS]]
    index, _score = find_header(head, known)
    if index < 0:
        return empty_sheet(sheet.name)
    headers = _headers(rows[index], rows)
    # Cells that calamine reads as empty still are cells: a row of them is no blank row.
    hidden = [h for h in hidden if index + 1 < h.row_no <= _LAST_ROW and h.position < len(headers)]
    last = max([len(rows), *(h.row_no for h in hidden)])
    data = [*rows[index + 1 :], *([""] * len(headers) for _row in range(last - len(rows)))]
    columns = [[cell_text(cell) for cell in column] for column in zip(*data, strict=True)]
    if not data:
        columns = [[] for _header in headers]
    while headers and re.fullmatch(r"\([A-Z]+\)", headers[-1]) and not any(columns[-1]):
        headers.pop()
        columns.pop()
    table = pa.table(
        {
            ROW_NO: pa.array(range(index + 2, index + 2 + len(data)), pa.int32()),
            **{f"c{i}": pa.array(column, pa.string()) for i, column in enumerate(columns)},
        }
    )
    width = len(headers)
    kept = {h.row_no for h in hidden}
    filled = [
        any(values) or row in kept
        for row, values in enumerate(zip(*columns, strict=True), index + 2)
    ]
    if not all(filled):
        table = table.filter(pa.array(filled, pa.bool_()))
    there = {i + index + 2 for i, full in enumerate(filled) if full}
    flags = [
        *_flags(data, index + 2, width),
        *_merged_flags(sheet, rows, index + 1, width),
        *(RawFlag(h.row_no, h.position, _hidden_problem(h)) for h in hidden),
    ]
    flags = [flag for flag in flags if flag.row_no in there]
    numbers = _numbers(data, index + 2, width)
    return RawSheet(sheet.name, index + 1, headers, table, flags, serials=True, numbers=numbers)


def read_workbook(stream: BinaryIO, known: frozenset[str], max_rows: int) -> list[RawSheet]:
    """Every worksheet of a workbook, in its order; the packing must have been checked before.

    Raises:
        UnreadableFile: protected, damaged, or with too many rows.
    """
    hidden = hidden_cells(stream) if zipfile.is_zipfile(stream) else {}
    stream.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(stream)
        return [
            _read_sheet(
                book.get_sheet_by_name(info.name), known, max_rows, hidden.get(info.name, [])
            )
            for info in book.sheets_metadata
            if info.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError as error:
        raise UnreadableFile(password_sentence()) from error
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        if "password" in str(error).casefold():
            raise UnreadableFile(password_sentence()) from error
        raise _damaged() from error
    except BaseException as error:
        # A panic of the Rust reader arrives as a BaseException of a class nobody can import.
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error


def _damaged() -> UnreadableFile:
    return UnreadableFile(_("The workbook is damaged; open it in Excel and save it again"))
