"""The explanation sheet of the template: what goes where, in plain words, with an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from analytics.config import Rules
from analytics.i18n import _
from analytics.ingest.cells import write_text
from analytics.ingest.formats import FORMATS, Column

GUIDE_SHEET = "Penjelasan"

EXAMPLES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "keluarga": {
            "id_keluarga": "AWY-0001",
            "desa": "63.11.03.2007",
            "rt": "003",
            "rw": "001",
            "dusun": "Hulu",
            "nama_kepala_keluarga": "Contoh Nama",
            "no_kk": "0000000000000000",
            "alamat": "Jalan Contoh 1",
            "lintang": "-2,4129",
            "bujur": "115,5289",
            "jumlah_anggota": "4",
            "desil": "2",
            "desil_per": "01/07/2025",
            "prioritas": "tinggi",
            "kerentanan": "lansia; disabilitas",
            "terdaftar_pada": "02/01/2025",
        },
        "kunjungan": {
            "id_kunjungan": "K-000001",
            "id_keluarga": "AWY-0001",
            "tanggal": "15/12/2025",
            "pendamping": "P-01",
            "hasil": "bertemu",
            "program_diterima": "pkh; sembako",
            "manfaat": "4",
            "jadwal_berikutnya": "14/01/2026",
            "hambatan": "akses_jalan",
            "catatan": "-",
        },
        "sasaran": {"id_keluarga": "AWY-0001", "program": "pkh", "mulai": "01/01/2025"},
        "program": {"kode": "pkh", "nama": "Program Keluarga Harapan", "opd": "Dinas Sosial"},
        "pendamping": {
            "id_pendamping": "P-01",
            "nama": "Contoh Nama",
            "desa_tugas": "Awayan; Pudak",
        },
        "hambatan": {
            "id_hambatan": "H-0001",
            "id_keluarga": "AWY-0001",
            "id_kunjungan": "K-000001",
            "kategori": "akses_jalan",
            "opd": "Dinas PUPR",
            "dibuka_pada": "15/12/2025",
            "status": "terbuka",
            "menunggu": "Dinas PUPR",
        },
    }
)
"""One invented row per sheet."""


def _steps() -> list[str]:
    return [
        _("Fill the sheets of this workbook; leave a sheet empty if you have nothing for it."),
        _("Columns marked with * are required. Keep their names; the order does not matter."),
        _("Write dates like 15/12/2025 (day first) and leave ids and family-card numbers as text."),
        _("Separate several values in one cell with ; for example pkh; sembako."),
        _("Do not merge cells and do not leave formulas without a result."),
        _("Import the file on the page Data. Rows with a problem come back to be corrected."),
        _("The same file may be imported again: what is already there is not counted twice."),
        _("A row with the same id and other content is a correction of the earlier one."),
        _("Personal columns are stored encrypted and never appear in figures or exports."),
    ]


def _allowed(column: Column, rules: Rules, programs: Sequence[tuple[str, str]]) -> str:
    if column.choices:
        return ", ".join(column.choices)
    if column.name == "kerentanan":
        return ", ".join(rules.vulnerabilities)
    if column.name in ("hambatan", "kategori"):
        return ", ".join(rules.barriers)
    if column.name in ("program", "program_diterima"):
        return ", ".join(code for code, _name in programs)
    if column.low is not None and column.high is not None:
        return f"{column.low:g} – {column.high:g}"
    return ""


def write_guide(
    book: xlsxwriter.Workbook, sheet: Worksheet, programs: Sequence[tuple[str, str]], rules: Rules
) -> None:
    """Fills the explanation sheet: the steps, then every column of every sheet."""
    base = {"font_name": "Calibri", "font_size": 11, "valign": "top", "text_wrap": True}
    title = book.add_format(base | {"bold": True, "font_size": 16, "text_wrap": False})
    head = book.add_format(base | {"bold": True, "bg_color": "#1F5C57", "font_color": "#FFFFFF"})
    strong = book.add_format(base | {"bold": True})
    plain = book.add_format(base)
    example = book.add_format(base | {"italic": True, "font_color": "#555555", "num_format": "@"})
    loose = book.add_format(base | {"text_wrap": False})
    for column, width in enumerate((14, 24, 10, 10, 52, 44, 24)):
        sheet.set_column(column, column, width)
    write_text(sheet, 0, 0, _("How to fill in this workbook"), title)
    row = 2
    for number, step in enumerate(_steps(), 1):
        write_text(sheet, row, 0, f"{number}. {step}", loose)
        row += 1
    row += 1
    titles = (
        _("Sheet"),
        _("Column"),
        _("Required"),
        _("Personal"),
        _("Meaning"),
        _("Allowed values"),
        _("Example"),
    )
    for column, text in enumerate(titles):
        write_text(sheet, row, column, text, head)
    for form in FORMATS.values():
        for col in form.columns:
            row += 1
            write_text(sheet, row, 0, form.kind, plain)
            write_text(sheet, row, 1, col.name, strong)
            write_text(sheet, row, 2, _("yes") if col.required else "", plain)
            write_text(sheet, row, 3, _("yes") if col.private else "", plain)
            write_text(sheet, row, 4, _(col.note), plain)
            write_text(sheet, row, 5, _allowed(col, rules, programs), plain)
            write_text(sheet, row, 6, EXAMPLES[form.kind].get(col.name, ""), example)
    sheet.hide_gridlines(2)
