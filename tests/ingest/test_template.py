"""The template and the rejects workbook come back in as they went out."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import openpyxl
import pytest
from babel.messages.pofile import read_po

import analytics.ingest
from analytics.config import ROOT, load_rules
from analytics.ingest.cells import MAX_TEXT, safe_sheet_name
from analytics.ingest.formats import (
    CHECK_COLUMN,
    FORMATS,
    RETYPE_MARK,
    WHOLE_ROW,
    RejectedSheet,
    normalise_header,
)
from analytics.ingest.guide import EXAMPLES
from analytics.ingest.sources import SourceFile, UnreadableFile, read_source
from analytics.ingest.template import Lists, rejects_workbook, template_workbook

RULES = load_rules()
LISTS = Lists(
    desa=[
        ("63.11.03.2007", "Awayan"),
        ("63.11.01.2006", "Galumbang"),
        ("63.11.07.2006", "Galumbang"),
    ],
    programs=[("pkh", "PKH"), ("sembako", "Sembako")],
    assistants=[("P-01", "Contoh")],
)


@pytest.fixture(scope="module")
def template() -> bytes:
    return template_workbook(LISTS, RULES)


def filled(template: bytes) -> bytes:
    """The template with the example row of every sheet typed in."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    for kind, example in EXAMPLES.items():
        sheet = book[kind]
        headers = [cell.value.rstrip("*") for cell in sheet[1]]
        for name, text in example.items():
            sheet.cell(2, headers.index(name) + 1, text)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_filled_template_comes_back_whole(template: bytes) -> None:
    content = read_source(SourceFile("templat.xlsx", data=filled(template)), rules=RULES)
    assert [sheet.kind for sheet in content.sheets] == list(FORMATS)
    assert sorted(content.ignored) == ["Penjelasan", "Pilihan"]
    for sheet in content.sheets:
        row = sheet.table.to_pylist()[0]
        assert row.pop("row_no") == 2
        assert {name: text for name, text in row.items() if text} == dict(EXAMPLES[sheet.kind])
        assert not sheet.flags and not sheet.extras and sheet.problem is None
        assert set(sheet.columns) == set(FORMATS[sheet.kind].names)


def test_an_empty_template_has_no_rows(template: bytes) -> None:
    content = read_source(SourceFile("templat.xlsx", data=template), rules=RULES)
    assert [sheet.table.num_rows for sheet in content.sheets] == [0] * 6


def test_required_columns_drop_downs_and_formats(template: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template))
    assert book.sheetnames == ["Penjelasan", *FORMATS, "Pilihan"]
    assert book["Pilihan"].sheet_state == "hidden"
    for kind, form in FORMATS.items():
        headers = [cell.value for cell in book[kind][1]]
        assert headers == [c.name + "*" * c.required for c in form.columns]
    visits = book["kunjungan"]
    rules = {str(v.sqref).split(":")[0]: v for v in visits.data_validations.dataValidation}
    assert rules["E2"].type == "list"
    assert rules["C2"].type == "date"
    assert rules["G2"].type == "whole"
    source = rules["E2"].formula1.split("!")[1].replace("$", "")
    offered = [cell.value for (cell,) in book["Pilihan"][source]]
    assert offered == ["bertemu", "tidak_di_tempat", "menolak", "pindah"]
    assert visits.column_dimensions["A"].number_format == "@"
    assert visits.column_dimensions["C"].number_format == "dd/mm/yyyy"


def test_a_desa_whose_name_is_not_its_own_is_offered_by_its_code(template: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template))
    rule = {str(v.sqref).split(":")[0]: v for v in book["keluarga"].data_validations.dataValidation}
    cells = book["Pilihan"][rule["B2"].formula1.split("!")[1].replace("$", "")]
    assert [c.value for (c,) in cells] == ["Awayan", "63.11.01.2006", "63.11.07.2006"]


def test_the_explanation_names_every_column(template: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template))["Penjelasan"]
    explained = {(row[0], row[1]) for row in sheet.values}
    assert {(k, name) for k, form in FORMATS.items() for name in form.names} <= explained


def test_the_same_template_is_the_same_bytes(template: bytes) -> None:
    assert template_workbook(LISTS, RULES) == template


def rejected(kind: str, **cells: str) -> RejectedSheet:
    columns = [*FORMATS[kind].names, "warna"]
    row: dict[str, str | None] = {name: cells.get(name) for name in columns}
    row |= {"row_no": "17", "problems": "desa: Desa tidak dikenal"}
    return RejectedSheet(kind, columns, [row])


def test_rejects_come_back_as_they_were_read() -> None:
    cells = {
        "id_keluarga": "001",
        "desa": '=HYPERLINK("http://x")',
        "no_kk": "0011030101010001",
        "terdaftar_pada": "31/02/2025",
        "alamat": "+62; @rumah\n-lama",
        "warna": "biru",
    }
    data = rejects_workbook([rejected("keluarga", **cells), rejected("program", kode="pkh")])
    content = read_source(SourceFile("ditolak.xlsx", data=data), rules=RULES)
    household = content.sheets[0].table.to_pylist()[0]
    assert {k: v for k, v in household.items() if v} == {"row_no": 2, **cells}
    assert content.sheets[0].extras == ("warna",)
    assert not content.sheets[0].flags
    assert content.sheets[1].kind == "program"
    sheet = openpyxl.load_workbook(io.BytesIO(data))["keluarga"]
    assert [cell.value for cell in sheet[2]][:2] == ["17", "desa: Desa tidak dikenal"]
    assert all(cell.data_type != "f" for row in sheet for cell in row)


def flagged(cells: dict[str, str], names: str, kind: str = "keluarga") -> RejectedSheet:
    sheet = rejected(kind, **cells)
    return RejectedSheet(kind, sheet.columns, [{**sheet.rows[0], "flagged": names}])


HOUSEHOLD = {"id_keluarga": "K1", "desa": "Awayan", "terdaftar_pada": "2025-01-01"}


def again(sheet: RejectedSheet) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """The row and its flags after the workbook was imported untouched."""
    data = rejects_workbook([sheet])
    (read,) = read_source(SourceFile("ditolak.xlsx", data=data), rules=RULES).sheets
    (row,) = read.table.to_pylist()
    del row["row_no"]
    return {k: v for k, v in row.items() if v}, [(f.row_no, f.column) for f in read.flags]


def test_untrusted_digits_do_not_come_back_in_an_untouched_workbook() -> None:
    cells = HOUSEHOLD | {"id_keluarga": "6311030101010000", "no_kk": "11030101010001"}
    row, flags = again(flagged(cells, "id_keluarga;no_kk"))
    assert row == HOUSEHOLD | {"id_keluarga": RETYPE_MARK, "no_kk": RETYPE_MARK}
    assert flags == [(2, "id_keluarga"), (2, "no_kk")]


def test_an_empty_cell_that_was_an_error_does_not_come_back_as_empty() -> None:
    row, flags = again(flagged(HOUSEHOLD | {"alamat": "Jl. 5"}, "rt;alamat"))
    assert (row["rt"], row["alamat"]) == (RETYPE_MARK, f"{RETYPE_MARK} Jl. 5")
    assert flags == [(2, "rt"), (2, "alamat")]
    # What was not corrected is marked once, however often it goes round.
    assert again(flagged(row, "rt;alamat"))[0] == row


def test_a_row_that_is_wrong_as_a_whole_stays_refused_until_somebody_has_checked_it() -> None:
    sheet = flagged(HOUSEHOLD, WHOLE_ROW)
    row, flags = again(sheet)
    assert row == HOUSEHOLD
    assert flags == [(2, "")]
    book = openpyxl.load_workbook(io.BytesIO(rejects_workbook([sheet])))
    assert [cell.value for cell in book["keluarga"][1]][:3] == ["_baris", "_masalah", CHECK_COLUMN]
    book["keluarga"]["C2"] = None
    out = io.BytesIO()
    book.save(out)
    checked = read_source(SourceFile("a.xlsx", data=out.getvalue()), rules=RULES).sheets[0]
    assert not checked.flags
    assert checked.extras == ("warna",)


def test_a_corrected_cell_is_accepted_again() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(rejects_workbook([flagged(HOUSEHOLD | {"no_kk": "6,3E+15"}, "no_kk")]))
    )
    sheet = book["keluarga"]
    column = [cell.value for cell in sheet[1]].index("no_kk") + 1
    for text in ("0011030101010001", None):
        sheet.cell(2, column).value = text
        out = io.BytesIO()
        book.save(out)
        read = read_source(SourceFile("a.xlsx", data=out.getvalue()), rules=RULES).sheets[0]
        assert not read.flags
        assert read.table.column("no_kk").to_pylist() == [text]


def test_the_mark_is_known_in_a_text_file_too() -> None:
    text = f"id_keluarga,desa,no_kk,terdaftar_pada\nK1,Awayan,{RETYPE_MARK},2025-01-01\n"
    (sheet,) = read_source(SourceFile("keluarga.csv", data=text.encode()), rules=RULES).sheets
    assert [(flag.row_no, flag.column) for flag in sheet.flags] == [(2, "no_kk")]


def test_no_column_of_a_file_takes_the_place_of_what_a_rejected_row_says() -> None:
    text = "id_keluarga,desa,terdaftar_pada,problems,flagged,row_no\nK1,Awayan,2025-01-01,a,b,c\n"
    (sheet,) = read_source(SourceFile("keluarga.csv", data=text.encode()), rules=RULES).sheets
    assert sheet.extras == ("problems (2)", "flagged (2)", "row_no (2)")


def test_two_sheets_of_one_kind_and_none() -> None:
    data = rejects_workbook([rejected("program", kode="a"), rejected("program", kode="b")])
    content = read_source(SourceFile("ditolak.xlsx", data=data), rules=RULES)
    assert [sheet.kind for sheet in content.sheets] == ["program", "program"]
    with pytest.raises(UnreadableFile):
        read_source(SourceFile("ditolak.xlsx", data=rejects_workbook([])), rules=RULES)


def test_a_text_longer_than_a_cell_is_cut_not_lost() -> None:
    data = rejects_workbook([rejected("keluarga", id_keluarga="1", alamat="x" * 40_000)])
    sheet = read_source(SourceFile("a.xlsx", data=data), rules=RULES).sheets[0]
    assert sheet.table.column("alamat").to_pylist() == ["x" * MAX_TEXT]


def test_sheet_names_that_excel_allows() -> None:
    taken: set[str] = set()
    assert safe_sheet_name("Cakupan: desa/RT [2025]?", taken) == "Cakupan  desa RT  2025"
    names = [safe_sheet_name("x" * 40, taken) for _i in range(3)]
    assert names == ["x" * 31, "x" * 29 + " 2", "x" * 29 + " 3"]
    assert safe_sheet_name("'", taken) == "Sheet"


def test_headers_are_compared_without_case_gaps_and_stars() -> None:
    assert normalise_header(" ID_Keluarga * ") == normalise_header("idkeluarga")
    assert normalise_header("\ufeffid keluarga") == "idkeluarga"


def own_modules() -> list[Path]:
    folder = Path(analytics.ingest.__file__).parent
    names = (
        "archive cells choose csvtext encoding exports formats formquestions forms guide mapping "
        "places raw recognise sandbox sources spreadsheet template values wellformed xlsxparts"
    )
    return [folder / f"{name}.py" for name in names.split()] + [ROOT / "analytics/export/xlsx.py"]


def test_every_sentence_has_its_translation() -> None:
    with (ROOT / "locale/id/ingest.po").open("rb") as source:
        catalogue = {str(m.id): str(m.string) for m in read_po(source, locale="id") if m.id}
    sentences = {column.note for form in FORMATS.values() for column in form.columns}
    for path in own_modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    sentences.add(str(first.value))
    assert sentences - set(catalogue) == set()
    for sentence in sentences:
        places = {part.split("}")[0] for part in sentence.split("{")[1:]}
        assert places == {part.split("}")[0] for part in catalogue[sentence].split("{")[1:]}
