"""Text tables: delimiters, encodings, row numbers, and the same answer as a plain reading."""

from __future__ import annotations

import csv
import io
from typing import Literal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.config import load_rules
from analytics.ingest import csvtext, encoding
from analytics.ingest.csvtext import read_csv
from analytics.ingest.formats import KNOWN_HEADERS
from analytics.ingest.raw import RawSheet
from analytics.ingest.sources import Sheet, SourceFile, UnreadableFile, read_source

RULES = load_rules()
HEADER = ["id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil", "catatan"]


def sheet(data: bytes, name: str = "kunjungan.csv") -> Sheet:
    content = read_source(SourceFile(name, data=data), rules=RULES)
    assert len(content.sheets) == 1
    return content.sheets[0]


def raw(data: bytes) -> RawSheet:
    return read_csv(io.BytesIO(data), "x", KNOWN_HEADERS, RULES)


def text(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


ROW = ["K1", "001", "15/12/2025", "P1", "bertemu", "baik; sekali, ya"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_delimiter_and_encoding(delimiter: str, encoding: str) -> None:
    row = [*ROW[:5], "é – baik; sekali, ya\tok"]
    found = sheet(text([HEADER, row], delimiter).encode(encoding))
    assert found.table.select(HEADER).to_pylist() == [
        dict(zip(HEADER, [*row[:5], "é – baik; sekali, ya\tok"], strict=True))
    ]
    assert found.columns == tuple(HEADER)
    assert not found.flags


def test_leading_zeros_and_blank_cells() -> None:
    found = sheet(text([HEADER, ["K1", "001", "15/12/2025", " P1 ", "bertemu", "  "]]).encode())
    assert found.table.column("id_keluarga").to_pylist() == ["001"]
    assert found.table.column("pendamping").to_pylist() == ["P1"]
    assert found.table.column("catatan").to_pylist() == [None]
    assert found.table.column("manfaat").to_pylist() == [None]
    assert found.table.schema.field("row_no").type == pa.int32()
    assert found.table.schema.field("manfaat").type == pa.string()


def test_row_numbers_are_those_of_the_spreadsheet() -> None:
    data = (
        b"Laporan kunjungan\n"  # 1: a title
        b"\n"  # 2
        b"ID Kunjungan*,id_keluarga,TANGGAL,pendamping,hasil,catatan\n"  # 3
        b'K1,a,b,c,d,"dua\nbaris"\n'  # 4: one row, two lines
        b"\n"  # 5: blank
        b",,,,,\n"  # 6: blank
        b"K2,a,b,c\n"  # 7: short
        b"K3,a,b,c,d,e\n"  # 8
    )
    found = sheet(data)
    assert found.header_row == 3
    rows = found.table.select(["row_no", "id_kunjungan", "hasil", "catatan"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (4, "K1", "d", "dua\nbaris"),
        (7, "K2", None, None),
        (8, "K3", "d", "e"),
    ]
    assert not found.flags


def test_too_many_cells_in_a_row_are_flagged_and_the_rest_is_read() -> None:
    data = text([HEADER, ROW, [*ROW, "", ""], [*ROW, "x"], ROW]).encode()
    found = sheet(data)
    assert found.table.column("row_no").to_pylist() == [2, 3, 4, 5]
    assert [(flag.row_no, flag.column) for flag in found.flags] == [(4, "")]
    assert "7 sel" in found.flags[0].problem


def test_the_hint_line_of_excel_is_no_row() -> None:
    found = sheet(("sep=;\n" + text([HEADER, ROW], ";")).encode())
    assert found.header_row == 2
    assert found.table.column("row_no").to_pylist() == [3]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(newline: str) -> None:
    found = sheet(text([HEADER, ROW, ROW]).replace("\n", newline).encode())
    assert found.table.column("row_no").to_pylist() == [2, 3]
    assert found.table.column("catatan").to_pylist() == [ROW[5], ROW[5]]


def test_an_unclosed_quotation_mark_is_seen() -> None:
    lines = text([HEADER, ROW]) + 'K2,a,b,c,d,"lupa\n' + "K3,a,b,c,d,e\n" * 3
    found = sheet((lines + 'K9,a,b,c,d,"x"\n').encode())
    assert any("kutip" in flag.problem for flag in found.flags)


def test_identities_that_a_spreadsheet_shortened_are_flagged() -> None:
    rows = [["K1", "6,31103E+15", *ROW[2:]], ["K2", "E+15", *ROW[2:5], "1E+15"]]
    found = sheet(text([HEADER, *rows], ";").encode())
    assert [(flag.row_no, flag.column) for flag in found.flags] == [(2, "id_keluarga")]


def test_unknown_columns_are_kept_and_the_rejects_columns_are_not() -> None:
    header = ["_baris", "_masalah", *HEADER, "warna", "", "Warna"]
    found = sheet(text([header, ["7", "salah", *ROW, "biru", "", "x"]]).encode())
    assert found.extras == ("warna", "Warna")
    assert found.table.column("warna").to_pylist() == ["biru"]
    assert "_baris" not in found.table.column_names


def test_an_extra_column_never_hides_another() -> None:
    header = [*HEADER, "row_no", "x", "x"]
    found = sheet(text([header, [*ROW, "1", "2", "3"]]).encode())
    assert found.extras == ("row_no (2)", "x", "x (2)")
    assert len(set(found.table.column_names)) == len(found.table.column_names)


def test_only_a_header() -> None:
    assert sheet(text([HEADER]).encode()).table.num_rows == 0
    assert sheet(text([HEADER]).strip().encode()).table.num_rows == 0


def test_a_column_twice_is_not_guessed() -> None:
    with pytest.raises(UnreadableFile, match="lebih dari satu"):
        sheet(text([[*HEADER, "Tanggal"], [*ROW, "x"]]).encode())


def test_more_rows_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    few = dataclasses.replace(RULES, imports=dataclasses.replace(RULES.imports, max_rows=2))
    data = text([HEADER, ROW, ROW, ROW]).encode()
    with pytest.raises(UnreadableFile, match="lebih dari 2 baris"):
        read_source(SourceFile("kunjungan.csv", data=data), rules=few)


def test_a_hundred_thousand_rows_with_one_bad_one() -> None:
    rows = [[f"K{i}", *ROW[1:]] for i in range(100_000)]
    rows[77_777].append("lebih")
    found = sheet(text([HEADER, *rows]).encode())
    assert found.table.num_rows == 100_000
    assert [flag.row_no for flag in found.flags] == [77_779]
    assert found.table.column("row_no").to_pylist() == list(range(2, 100_002))
    assert found.table.column("id_kunjungan").to_pylist() == [row[0] for row in rows]


CELL = st.text(st.sampled_from(["a", "1", '"', ",", "\n", " ", "é"]), max_size=6)


@given(
    st.lists(st.lists(CELL, min_size=0, max_size=8), max_size=8),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from([16, 48, 1 << 22]),
)
def test_the_fast_reader_agrees_with_a_plain_one(
    rows: list[list[str]], quoting: Literal[0, 1], block: int
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows([HEADER, *rows])
    expected = [
        (i, [(cell.strip() or None) for cell in (row + [""] * 6)[:6]])
        for i, row in enumerate(rows, 2)
    ]
    expected = [(i, cells) for i, cells in expected if any(cells)]
    before = encoding.BLOCK
    csvtext.BLOCK = block  # type: ignore[attr-defined]
    try:
        found = raw(out.getvalue().encode())
    finally:
        csvtext.BLOCK = before  # type: ignore[attr-defined]
    columns = [column.to_pylist() for column in found.table.columns]
    read = [(i, list(cells)) for i, *cells in zip(*columns, strict=True)]
    assert read == expected


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        read_source(SourceFile("kunjungan.csv", data=data), rules=RULES)
    except UnreadableFile as problem:
        assert str(problem)
