"""A week's visits as a workbook: to fill in after the visits and to import as it is.

The sheet *kunjungan* has the columns of the import, with a row per household to visit: its visit
id, the household and the assistant are filled in, the date and the outcome are left to the office.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format as Style
from xlsxwriter.worksheet import Worksheet

from analytics import numbers
from analytics.config import OUTCOMES
from analytics.export.visits import Round, Visit, week_words
from analytics.export.xlsx import simulated_mark
from analytics.i18n import _
from analytics.ingest import FORMATS
from analytics.ingest.cells import CREATED, OPTIONS, write_text

_FORM = FORMATS["kunjungan"]
_WIDTHS = {"id_kunjungan": 26, "id_keluarga": 20, "program_diterima": 30, "catatan": 40}


@dataclass(frozen=True, slots=True)
class _Looks:
    head: Style
    must: Style
    text: Style
    wrap: Style
    day: Style
    count: Style
    mark: Style
    bold: Style


def visit_id(household_id: str, monday: date) -> str:
    """The id of the visit that the list of the week asks for: ``2026-W48-KK-2008-0001``.

    Importing the same list twice therefore corrects visits and never doubles them.
    """
    return f"{monday:%G-W%V}-{household_id}"


def visit_workbook(
    rounds: Sequence[Round],
    *,
    monday: date,
    area: str,
    as_of: date,
    version_id: str,
    simulated: bool,
) -> bytes:
    """The bytes of the workbook: *kunjungan* to fill in, the list to read, and its origin.

    Args:
        rounds: in order; a column of the list says whose each household is.
        monday: first day of the week.
        as_of, version_id: the state of the data that the list was made from.
        simulated: marks every sheet as simulated data.

    Raises:
        ValueError: no household at all.
    """
    if not any(each.visits for each in rounds):
        raise ValueError("a visit list needs at least one household")
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        book.set_properties({"created": CREATED, "title": _("Visit list of this week")})
        looks = _looks(book)
        _form(book.add_worksheet(_FORM.kind), rounds, monday, simulated, looks)
        _list(book.add_worksheet(_("List")), rounds, simulated, looks)
        about = [
            (_("Week"), week_words(monday)),
            (_("Area"), area),
            (_("As of"), numbers.day(as_of)),
            (_("Version of the data"), version_id),
            (_("How to fill in"), how_to_fill_in()),
        ]
        _about(book.add_worksheet(_("About")), about, simulated, looks)
    return out.getvalue()


def how_to_fill_in() -> str:
    """What the office does with the sheet *kunjungan*."""
    return _(
        "On the sheet kunjungan, write the date (tanggal) and the outcome (hasil) of each visit, "
        "and where there is any, the programs received, the benefit and the barriers; then import "
        "the file on the page Data. Delete the rows of households that were not visited: a row "
        "without a date is refused and changes nothing."
    )


def _looks(book: xlsxwriter.Workbook) -> _Looks:
    base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    head = base | {"bold": True, "border": 1, "text_wrap": True}
    return _Looks(
        head=book.add_format(head | {"bg_color": "#D7E8E6", "font_color": "#12322F"}),
        must=book.add_format(head | {"bg_color": "#1F5C57", "font_color": "#FFFFFF"}),
        text=book.add_format(base | {"num_format": "@"}),
        wrap=book.add_format(base | {"num_format": "@", "text_wrap": True}),
        day=book.add_format(base | {"num_format": "dd/mm/yyyy"}),
        count=book.add_format(base | {"num_format": "#,##0"}),
        mark=book.add_format(base | {"bold": True, "bg_color": "#FFE08A", "font_color": "#5C3B00"}),
        bold=book.add_format(base | {"bold": True}),
    )


def _marked(sheet: Worksheet, simulated: bool, looks: _Looks) -> int:
    """Writes the mark of simulated data where it is due; the row to go on in."""
    if simulated:
        write_text(sheet, 0, 0, simulated_mark(), looks.mark)
    return int(simulated)


def _form(
    sheet: Worksheet, rounds: Sequence[Round], monday: date, simulated: bool, looks: _Looks
) -> None:
    top = _marked(sheet, simulated, looks)
    rows = [(each.assistant_id, visit) for each in rounds for visit in each.visits]
    last = top + len(rows)
    for position, column in enumerate(_FORM.columns):
        title = f"{column.name}*" if column.required else column.name
        look = looks.day if column.type == "date" else looks.text
        look = looks.count if column.type == "integer" else look
        sheet.set_column(position, position, _WIDTHS.get(column.name, 16), look)
        write_text(sheet, top, position, title, looks.must if column.required else looks.head)
        checked = _checked(column.name, column.type, monday)
        if checked:
            sheet.data_validation(top + 1, position, last, position, checked)
    for number, (assistant, visit) in enumerate(rows, top + 1):
        known = {
            "id_kunjungan": visit_id(visit.household_id, monday),
            "id_keluarga": visit.household_id,
            "pendamping": assistant,
        }
        for name, text in known.items():
            if text:
                write_text(sheet, number, _FORM.names.index(name), text, looks.text)
    sheet.freeze_panes(top + 1, 2)
    sheet.autofilter(top, 0, last, len(_FORM.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _checked(name: str, kind: str, monday: date) -> dict[str, Any] | None:
    """What Excel checks, or offers, in a column."""
    if name == "hasil":
        return {"validate": "list", "source": list(OUTCOMES), "error_type": "stop"}
    if kind == "date":
        first = monday - timedelta(days=60)
        return {"validate": "date", "criteria": ">=", "value": first, "error_type": "warning"}
    if name == "manfaat":
        return {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 5}
    return None


def _list(sheet: Worksheet, rounds: Sequence[Round], simulated: bool, looks: _Looks) -> None:
    top = _marked(sheet, simulated, looks)
    personal = any(visit.personal for each in rounds for visit in each.visits)
    columns = [
        (_("Assistant"), 12),
        (_("No."), 6),
        (_("Household"), 20),
        (_("Desa"), 18),
        (_("RT"), 8),
        (_("Status"), 22),
        (_("Due on"), 12),
        (_("Days overdue"), 12),
        (_("Last met"), 12),
        (_("Why this week"), 50),
        (_("Programs to check"), 36),
        *([(_("Name and address"), 40)] if personal else []),
    ]
    for position, (title, width) in enumerate(columns):
        sheet.set_column(position, position, width)
        write_text(sheet, top, position, title, looks.must)
    row = top
    for each in rounds:
        for number, visit in enumerate(each.visits, 1):
            row += 1
            for position, value in enumerate(_cells(each, number, visit, personal)):
                _write(sheet, row, position, value, looks)
    sheet.freeze_panes(top + 1, 3)
    sheet.autofilter(top, 0, row, len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)


def _cells(each: Round, number: int, visit: Visit, personal: bool) -> list[Any]:
    cells: list[Any] = [each.label, number, visit.household_id, visit.desa, visit.rt, visit.status]
    cells += [visit.due_on, visit.days_overdue, visit.last_met_on, visit.why]
    cells.append(", ".join(visit.programs))
    return [*cells, "\n".join(visit.personal)] if personal else cells


def _write(sheet: Worksheet, row: int, column: int, value: Any, looks: _Looks) -> None:
    if value is None or value == "":
        sheet.write_blank(row, column, None, looks.text)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, looks.day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, looks.count)
    else:
        write_text(sheet, row, column, value, looks.wrap)


def _about(
    sheet: Worksheet, about: Sequence[tuple[str, str]], simulated: bool, looks: _Looks
) -> None:
    top = _marked(sheet, simulated, looks)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for row, (key, value) in enumerate(about, top):
        write_text(sheet, row, 0, key, looks.bold)
        write_text(sheet, row, 1, value, looks.wrap)
