"""Small workbooks for the reader tests, made with other libraries than the project's own."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import xlwt
from odf import table as odf_table
from odf.opendocument import OpenDocumentSpreadsheet
from odf.text import P

Rows = Sequence[Sequence[Any]]

HOUSEHOLDS = ["id_keluarga*", "desa*", "rt", "no_kk", "jumlah_anggota", "terdaftar_pada*"]
VISITS = ["id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil", "catatan"]


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls(sheets: Mapping[str, Rows]) -> bytes:
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write(r, c, value, day)
                elif value is not None:
                    sheet.write(r, c, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def ods(sheets: Mapping[str, Rows]) -> bytes:
    book = OpenDocumentSpreadsheet()
    for name, rows in sheets.items():
        sheet = odf_table.Table(name=name)
        for row in rows:
            line = odf_table.TableRow()
            for value in row:
                line.addElement(_ods_cell(value))
            sheet.addElement(line)
        book.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def _ods_cell(value: Any) -> odf_table.TableCell:
    if value is None:
        return odf_table.TableCell()
    if isinstance(value, dt.date):
        return odf_table.TableCell(valuetype="date", datevalue=value.isoformat())
    if isinstance(value, (int, float)):
        return odf_table.TableCell(valuetype="float", value=str(value))
    cell = odf_table.TableCell(valuetype="string")
    cell.addElement(P(text=str(value)))
    return cell


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return out.getvalue()
