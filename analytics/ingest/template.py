"""The workbook that staff download: empty sheets to fill, and rejected rows to correct.

Both have the canonical columns, so what comes out can be imported as it is.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format as Style
from xlsxwriter.worksheet import Worksheet

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.cells import CREATED, MAX_ROWS, OPTIONS, safe_sheet_name, write_text
from analytics.ingest.formats import (
    CHECK_COLUMN,
    FORMATS,
    PROBLEM_COLUMN,
    RETYPE_MARK,
    ROW_COLUMN,
    WHOLE_ROW,
    Column,
    Format,
    RejectedSheet,
)
from analytics.ingest.guide import GUIDE_SHEET, write_guide

LISTS_SHEET = "Pilihan"
PREPARED_ROWS = 5_000
"""Rows below the header that have drop-downs."""
_WIDTHS = {
    "id": 20.0,
    "date": 14.0,
    "integer": 11.0,
    "decimal": 12.0,
    "time": 9.0,
    "codes": 28.0,
    "desas": 28.0,
}
_FIRST_DAY = dt.date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class Lists:
    """What the drop-downs offer: (code, name) pairs."""

    desa: Sequence[tuple[str, str]] = field(default_factory=tuple)
    programs: Sequence[tuple[str, str]] = field(default_factory=tuple)
    assistants: Sequence[tuple[str, str]] = field(default_factory=tuple)


def desa_choices(desa: Sequence[tuple[str, str]]) -> list[str]:
    """Names of the desa; the code where several have the same name."""
    names = [name for _code, name in desa]
    return [name if names.count(name) == 1 else code for code, name in desa]


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
        head = base | {"bold": True, "border": 1, "text_wrap": True}
        self.required = book.add_format(head | {"bg_color": "#1F5C57", "font_color": "#FFFFFF"})
        self.optional = book.add_format(head | {"bg_color": "#D7E8E6", "font_color": "#12322F"})
        self.problem = book.add_format(head | {"bg_color": "#FFE08A", "font_color": "#5C3B00"})
        self.text = book.add_format(base | {"num_format": "@"})
        self.date = book.add_format(base | {"num_format": "dd/mm/yyyy"})
        self.number = book.add_format(base | {"num_format": "General"})
        self.wrap = book.add_format(base | {"text_wrap": True, "num_format": "@"})

    def of(self, column: Column) -> Style:
        if column.type in ("integer", "decimal"):
            return self.number
        return self.date if column.type == "date" else self.text


def _write_lists(book: xlsxwriter.Workbook, lists: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Puts the choices into a hidden sheet; returns name → the range that holds them."""
    sheet = book.add_worksheet(LISTS_SHEET)
    sheet.hide()
    ranges = {}
    for column, (name, values) in enumerate(lists.items()):
        for row, value in enumerate(values):
            write_text(sheet, row, column, value)
        letter = chr(ord("A") + column)
        if values:
            ranges[name] = f"={LISTS_SHEET}!${letter}$1:${letter}${len(values)}"
    return ranges


def _list_of(form: Format, column: Column) -> str | None:
    if column.choices:
        return f"{form.kind}.{column.name}"
    if (form.kind, column.name) == ("kunjungan", "pendamping"):
        return "assistants"
    if (form.kind, column.name) == ("hambatan", "kategori"):
        return "barriers"
    return {"desa": "desa", "program": "programs"}.get(column.type)


def _validation(form: Format, column: Column, ranges: Mapping[str, str]) -> dict[str, Any]:
    hint = {"input_title": column.name[:32], "input_message": _(column.note)[:255]}
    wrong = {"error_title": _("Please check"), "error_message": _(column.note)[:255]}
    name = _list_of(form, column)
    if name is not None and name in ranges:
        # A desa may also be typed as a code: the list then only warns.
        kind = "stop" if column.choices else "warning"
        return hint | wrong | {"validate": "list", "source": ranges[name], "error_type": kind}
    if column.type == "date":
        return (
            hint
            | wrong
            | {
                "validate": "date",
                "criteria": ">=",
                "value": _FIRST_DAY,
                "error_type": "warning",
            }
        )
    if column.type in ("integer", "decimal"):
        return (
            hint
            | wrong
            | {
                "validate": column.type,
                "criteria": "between",
                "minimum": column.low,
                "maximum": column.high,
                "error_type": "warning",
            }
        )
    return hint | {"validate": "any"}


def _add_form(sheet: Worksheet, form: Format, ranges: Mapping[str, str], styles: _Styles) -> None:
    for position, column in enumerate(form.columns):
        required = column.required or any(column.name in group for group in form.one_of)
        title = f"{column.name}*" if column.required else column.name
        write_text(sheet, 0, position, title, styles.required if required else styles.optional)
        width = _WIDTHS.get(column.type, max(14.0, len(title) + 2.0))
        sheet.set_column(position, position, width, styles.of(column))
        sheet.data_validation(
            1, position, PREPARED_ROWS, position, _validation(form, column, ranges)
        )
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, PREPARED_ROWS, len(form.columns) - 1)


def template_workbook(lists: Lists, rules: Rules) -> bytes:
    """An empty workbook with the six sheets, drop-downs, and the explanation sheet first.

    Args:
        lists: the desa, programs and assistants that the drop-downs offer.
        rules: where the known vulnerabilities and barrier categories come from.
    """
    out = io.BytesIO()
    choices: dict[str, Sequence[str]] = {
        "desa": desa_choices(lists.desa),
        "programs": [code for code, _name in lists.programs],
        "assistants": [code for code, _name in lists.assistants],
        "barriers": list(rules.barriers),
    }
    for form in FORMATS.values():
        choices |= {f"{form.kind}.{c.name}": c.choices for c in form.columns if c.choices}
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": _("PERUT template")})
        styles = _Styles(book)
        write_guide(book, book.add_worksheet(GUIDE_SHEET), lists.programs, rules)
        sheets = {kind: book.add_worksheet(kind) for kind in FORMATS}
        ranges = _write_lists(book, choices)
        for kind, sheet in sheets.items():
            _add_form(sheet, FORMATS[kind], ranges, styles)
        sheets["keluarga"].activate()
    return out.getvalue()


def rejects_workbook(sheets: Sequence[RejectedSheet]) -> bytes:
    """The rejected rows, to be corrected and imported again.

    First columns say where the row stood and what is wrong with it; an import ignores them. All
    cells are text, exactly as they were read, except those that were ``flagged`` as not to be
    trusted: they begin with `RETYPE_MARK` (ids are left out altogether, as their digits are
    wrong) and a row that is wrong as a whole has a mark in `CHECK_COLUMN`. A row with a mark is
    refused again, so that importing the workbook untouched accepts nothing that was refused.
    """
    out = io.BytesIO()
    taken: set[str] = set()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": CREATED})
        styles = _Styles(book)
        for rejected in sheets:
            for start in range(0, max(len(rejected.rows), 1), MAX_ROWS):
                sheet = book.add_worksheet(safe_sheet_name(rejected.kind, taken))
                rows = rejected.rows[start : start + MAX_ROWS]
                _add_rejects(sheet, rejected, rows, styles)
        if not sheets:
            book.add_worksheet(GUIDE_SHEET).write_string(0, 0, _("No row was rejected"))
    return out.getvalue()


def _add_rejects(
    sheet: Worksheet,
    rejected: RejectedSheet,
    rows: Sequence[Mapping[str, str | None]],
    styles: _Styles,
) -> None:
    form = FORMATS[rejected.kind]
    flagged = [frozenset((row.get("flagged") or "").split(";")) for row in rows]
    before = [(ROW_COLUMN, 9, styles.text), (PROBLEM_COLUMN, 60, styles.wrap)]
    if any(WHOLE_ROW in names for names in flagged):
        before.append((CHECK_COLUMN, 30, styles.wrap))
    for position, (title, width, style) in enumerate(before):
        sheet.set_column(position, position, width, style)
        write_text(sheet, 0, position, title, styles.problem)
    last = len(before) + len(rejected.columns) - 1
    sheet.set_column(len(before), last, 18, styles.text)
    for position, name in enumerate(rejected.columns, len(before)):
        required = name in form.required
        title = f"{name}*" if required else name
        write_text(sheet, 0, position, title, styles.required if required else styles.optional)
    for number, (row, marked) in enumerate(zip(rows, flagged, strict=True), 1):
        write_text(sheet, number, 0, row.get("row_no") or "", styles.text)
        write_text(sheet, number, 1, row.get("problems") or "", styles.wrap)
        if WHOLE_ROW in marked:
            write_text(sheet, number, 2, _("check the row, then empty this cell"), styles.wrap)
        for position, name in enumerate(rejected.columns, len(before)):
            text = row.get(name) or ""
            if name in marked:
                text = _to_retype("" if name in form.id_columns else text)
                write_text(sheet, number, position, text, styles.problem)
            elif text:
                write_text(sheet, number, position, text, styles.text)
    sheet.freeze_panes(1, len(before))
    sheet.autofilter(0, 0, max(len(rows), 1), last)


def _to_retype(text: str) -> str:
    return text if text.startswith(RETYPE_MARK) else f"{RETYPE_MARK} {text}".rstrip()
