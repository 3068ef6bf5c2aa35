"""Workbooks: the same rows from XLSX, XLS and ODS, and what a workbook can hide."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from analytics.config import load_rules
from analytics.ingest.sources import Sheet, SourceContent, SourceFile, UnreadableFile, read_source
from tests.ingest.books import HOUSEHOLDS, VISITS, Rows, ods, xls, xlsx

RULES = load_rules()
DAY = dt.date(2025, 12, 15)


def content(data: bytes, name: str = "data.xlsx", **more: str) -> SourceContent:
    return read_source(SourceFile(name, data=data), rules=RULES, **more)


def only(data: bytes, name: str = "data.xlsx") -> Sheet:
    sheets = content(data, name).sheets
    assert len(sheets) == 1
    return sheets[0]


def saved(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "keluarga"
    sheet.append(HOUSEHOLDS)
    change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(("write", "name"), [(xlsx, "a.xlsx"), (xls, "a.xls"), (ods, "a.ods")])
def test_every_kind_of_workbook_gives_the_same_rows(
    write: Callable[[dict[str, Rows]], bytes], name: str
) -> None:
    rows: list[Any] = [
        ["Data keluarga Kecamatan Awayan"],
        [],
        HOUSEHOLDS,
        ["0012", "Pudak", "003", "0011030101010001", 4, DAY],
        [None] * 6,
        ["0013", "63.11.03.2007", 3, None, 2.0, "15 Desember 2025"],
    ]
    found = only(write({"keluarga": rows}), name)
    assert (found.kind, found.header_row, found.serials) == ("keluarga", 3, True)
    assert found.table.select(
        ["row_no", "id_keluarga", "rt", "no_kk", "jumlah_anggota", "terdaftar_pada"]
    ).to_pylist() == [
        {
            "row_no": 4,
            "id_keluarga": "0012",
            "rt": "003",
            "no_kk": "0011030101010001",
            "jumlah_anggota": "4",
            "terdaftar_pada": "2025-12-15",
        },
        {
            "row_no": 6,
            "id_keluarga": "0013",
            "rt": "3",
            "no_kk": None,
            "jumlah_anggota": "2",
            "terdaftar_pada": "15 Desember 2025",
        },
    ]
    assert not found.flags


def test_the_name_of_the_file_does_not_decide_what_it_is() -> None:
    data = xls({"keluarga": [HOUSEHOLDS, ["1", "Pudak", None, None, 1, DAY]]})
    assert only(data, "wrong.csv").table.num_rows == 1
    assert only(b"kode,nama,opd\npkh,PKH,Dinsos\n", "program.xlsx").kind == "program"


def test_a_sheet_is_known_by_its_headers_when_its_name_says_nothing() -> None:
    found = content(
        xlsx(
            {
                "Penjelasan": [["Cara mengisi"]],
                "Sheet1": [VISITS, ["K1", "1", DAY, "P1", "bertemu", None]],
                "Rekap": [["desa", "jumlah"], ["Pudak", 3]],
                "PROGRAM": [["kode", "nama", "opd"], ["pkh", "PKH", "Dinsos"]],
                "Kosong": [],
            }
        )
    )
    assert [(s.sheet, s.kind) for s in found.sheets] == [
        ("Sheet1", "kunjungan"),
        ("PROGRAM", "program"),
    ]
    assert sorted(found.ignored) == ["Kosong", "Penjelasan", "Rekap"]


def test_a_sheet_without_a_required_column_says_which_beside_a_good_one() -> None:
    found = content(
        xlsx(
            {
                "keluarga": [["id_keluarga", "desa"], ["1", "Pudak"]],
                "program": [["kode", "nama", "opd"], ["pkh", "PKH", "Dinsos"]],
            }
        )
    )
    bad, good = found.sheets
    assert "terdaftar_pada" in (bad.problem or "")
    assert "id_keluarga, desa" in (bad.problem or "")
    assert bad.table.num_rows == 0
    assert good.problem is None
    assert good.table.num_rows == 1


def test_the_wanted_kind_chooses_the_sheet() -> None:
    data = xlsx(
        {
            "program": [["kode", "nama", "opd"], ["pkh", "PKH", "Dinsos"]],
            "Lembar2": [VISITS, ["K1", "1", DAY, "P1", "bertemu", None]],
        }
    )
    found = content(data, kind="kunjungan")
    assert [s.sheet for s in found.sheets] == ["Lembar2"]
    assert found.ignored == ["program"]
    with pytest.raises(UnreadableFile, match="tidak ada: program, mulai"):
        content(data, kind="sasaran")
    with pytest.raises(UnreadableFile, match="tidak dikenal"):
        content(data, kind="foto")


def test_numbers_whose_digits_excel_dropped_are_flagged_only_in_id_columns() -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append(["1", "Pudak", None, 6311030101010001, 10**15, DAY])
        sheet.append([2, "Pudak", None, "6311030101010001", 3, DAY])

    found = only(saved(change))
    assert [(f.row_no, f.column) for f in found.flags] == [(2, "no_kk")]
    assert found.table.column("id_keluarga").to_pylist() == ["1", "2"]


@pytest.mark.parametrize(("write", "name"), [(xlsx, "a.xlsx"), (xls, "a.xls"), (ods, "a.ods")])
def test_a_card_number_that_is_a_number_is_flagged_however_short(
    write: Callable[[dict[str, Rows]], bytes], name: str
) -> None:
    numbers = [11030101010001, 6311030101010001, "0011030101010001", None, 7, "7"]
    rows = [[str(i), "Pudak", None, n, 3, DAY] for i, n in enumerate(numbers)]
    found = only(write({"keluarga": [HOUSEHOLDS, *rows]}), name)
    assert sorted(f.row_no for f in found.flags) == [2, 3, 6]
    assert {f.column for f in found.flags} == {"no_kk"}
    assert "nol di depan" in found.flags[-1].problem


def test_error_cells_and_formulas() -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.append(["1", "Pudak", "#REF!", None, "=1+2", DAY])
        sheet["C2"].data_type = "e"
        sheet.append(["=A2", '=IF(A2="1","Pudak","")', None, None, None, "=TODAY()"])

    found = only(saved(change))
    assert {(f.row_no, f.column) for f in found.flags} >= {
        (2, "jumlah_anggota"),
        (3, "id_keluarga"),
        (3, "desa"),
        (3, "terdaftar_pada"),
    }
    assert found.table.column("row_no").to_pylist() == [2, 3]  # formulas make no blank row


def test_a_stored_result_of_a_formula_is_used_and_an_error_is_flagged() -> None:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("keluarga")
        sheet.write_row(0, 0, HOUSEHOLDS)
        sheet.write_row(1, 0, ["1", "Pudak"])
        sheet.write_formula(1, 4, "=2+2", None, 4)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 5, '="2025-12-15"', None, "2025-12-15")
    found = only(out.getvalue())
    row = found.table.to_pylist()[0]
    assert (row["jumlah_anggota"], row["terdaftar_pada"]) == ("4", "2025-12-15")
    assert [(f.row_no, f.column) for f in found.flags] == [(2, "rt")]
    assert "#DIV/0!" in found.flags[0].problem


def test_values_missing_because_of_merged_cells_are_flagged() -> None:
    def change(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for number in range(3):
            sheet.append([str(number), "Pudak" if number == 0 else None, None, None, 1, DAY])
        sheet.merge_cells("B2:B4")

    found = only(saved(change))
    assert [(f.row_no, f.column) for f in found.flags] == [(3, "desa"), (4, "desa")]


def test_merged_cells_in_a_title_harm_nobody() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Judul yang lebar"])
    sheet.merge_cells("A1:F1")
    sheet.append(HOUSEHOLDS)
    sheet.append(["1", "Pudak", None, None, 1, DAY])
    out = io.BytesIO()
    book.save(out)
    assert not only(out.getvalue()).flags


def test_headers_may_be_in_the_fifteenth_row_and_not_later() -> None:
    good: list[Any] = [["catatan panitia"]] * 14 + [VISITS, ["K1", "1", DAY, "P1", "bertemu", None]]
    assert only(xlsx({"kunjungan": good})).table.column("row_no").to_pylist() == [16]
    with pytest.raises(UnreadableFile, match="judul kolom tidak ditemukan"):
        content(xlsx({"kunjungan": [["x"], *good]}))


def test_a_table_that_does_not_begin_in_the_first_column() -> None:
    rows: list[Any] = [
        [],
        [None, None, *VISITS],
        [None, None, "K1", "1", DAY, "P1", "bertemu", "ya"],
    ]
    found = only(xlsx({"kunjungan": rows}))
    assert found.table.select(["row_no", "id_kunjungan", "catatan"]).to_pylist() == [
        {"row_no": 3, "id_kunjungan": "K1", "catatan": "ya"}
    ]
    assert found.extras == ()


def test_notes_beside_the_table_are_kept_under_the_letter_of_their_column() -> None:
    rows: list[Any] = [VISITS, ["K1", "1", DAY, "P1", "bertemu", None, "lihat nanti"]]
    found = only(xlsx({"kunjungan": rows}))
    assert found.extras == ("(G)",)
    assert found.table.column("(G)").to_pylist() == ["lihat nanti"]


def test_moments_and_truths_become_text() -> None:
    rows: list[Any] = [
        [*VISITS, "benar"],
        ["K1", "1", dt.datetime(2025, 12, 15, 7, 30), "P1", "x", None, True],
    ]
    row = only(xlsx({"kunjungan": rows})).table.to_pylist()[0]
    assert (row["tanggal"], row["benar"]) == ("2025-12-15 07:30:00", "TRUE")


def test_hidden_macros_and_charts_do_not_matter() -> None:
    book = openpyxl.Workbook()
    book.active.title = "program"
    book.active.append(["kode", "nama", "opd"])
    book.active.append(["pkh", "PKH", "Dinsos"])
    book.create_chartsheet("Grafik")
    out = io.BytesIO()
    book.save(out)
    assert only(out.getvalue(), "a.xlsm").table.num_rows == 1
