"""Files that cannot be used: each has its own sentence, and none brings the program down."""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

import msoffcrypto
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from analytics.config import Rules, load_rules
from analytics.ingest.sources import SourceFile, UnreadableFile, read_source
from tests.ingest.books import HOUSEHOLDS, VISITS, Rows, ods, xls, xlsx, zipped

RULES = load_rules()
GOOD: dict[str, Rows] = {
    "keluarga": [HOUSEHOLDS, ["1", "Pudak", None, None, 1, dt.date(2025, 12, 15)]]
}


def limits(**changes: int) -> Rules:
    return dataclasses.replace(RULES, imports=dataclasses.replace(RULES.imports, **changes))


def refused(data: bytes, name: str = "data.xlsx", rules: Rules = RULES) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read_source(SourceFile(name, data=data), rules=rules)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv", "a.xls", "a.ods", "a.zip"])
@pytest.mark.parametrize("data", [b"", b"\n \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\0"])
def test_an_empty_file(name: str, data: bytes) -> None:
    assert refused(data, name) == "Berkas kosong"


def test_a_workbook_without_a_table() -> None:
    assert "tidak memuat tabel" in refused(xlsx({"Sheet1": []}))
    assert "tidak memuat tabel" in refused(xlsx({"Penjelasan": [["x"]]}))


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body><table><tr><td>id_keluarga</td></tr></table></body></html>",
        b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>",
        b"  <TABLE border=1><tr><td>x",
        "<html>".encode("utf-16"),
        b"<!-- laporan --><html xmlns:o='urn:x'>",
    ],
)
def test_an_xlsx_that_is_a_web_page(data: bytes) -> None:
    assert "HTML" in refused(data)
    assert "HTML" in refused(data, "a.xls")


def test_xml_is_no_workbook() -> None:
    data = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
    assert "XML" in refused(data, "a.xls")


def test_a_workbook_with_a_password() -> None:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(xlsx(GOOD))).encrypt("rahasia", out)
    assert msoffcrypto.OfficeFile(io.BytesIO(out.getvalue())).is_encrypted()
    assert "kata sandi" in refused(out.getvalue())


def test_a_zip_with_a_password() -> None:
    data = bytearray(zipped({"kunjungan.csv": ",".join(VISITS)}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "kata sandi" in refused(bytes(data), "a.zip")


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.7, 0.98])
@pytest.mark.parametrize("make", [xlsx, ods])
def test_a_file_that_was_cut_off(make: object, keep: float) -> None:
    data = make(GOOD)  # type: ignore[operator]
    assert "rusak" in refused(data[: int(len(data) * keep)])


def test_an_old_workbook_that_was_cut_off() -> None:
    data = xls(GOOD)
    assert refused(data[:512], "a.xls")
    assert refused(data[:3000], "a.xls")


def test_damage_in_the_middle() -> None:
    data = bytearray(xlsx(GOOD))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        start = packed.getinfo("xl/worksheets/sheet1.xml").header_offset + 80
    data[start : start + 40] = b"\xff" * 40
    assert "rusak" in refused(bytes(data))


def test_a_zip_bomb_by_its_ratio() -> None:
    bomb = zipped({"kunjungan.csv": b"0" * (30 << 20)})
    assert "mengembang" in refused(bomb, "a.zip")
    assert "mengembang" in refused(xlsx_with(b" " * (30 << 20)))


def test_a_zip_bomb_by_its_size() -> None:
    data = zipped({"kunjungan.csv": random.Random(1).randbytes(3 << 20)})
    assert "mengembang" in refused(data, "a.zip", limits(max_unpacked_mb=2))


def xlsx_with(extra: bytes) -> bytes:
    out = io.BytesIO(xlsx(GOOD))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.bin", extra)
    return out.getvalue()


def test_a_zip_bomb_that_lies_about_its_size() -> None:
    member = xlsx_with(b" " * (30 << 20))
    true, false = struct.pack("<I", 30 << 20), struct.pack("<I", 1000)
    assert member.count(true) == 2  # in the member's own header and in the directory
    assert refused(member.replace(true, false))


def test_a_lie_about_the_size_does_not_pass_the_limit() -> None:
    data = zipped({"kunjungan.csv": random.Random(1).randbytes(3 << 20)})
    true, false = struct.pack("<I", 3 << 20), struct.pack("<I", 1000)
    assert data.count(true) == 2
    lying = data.replace(true, false)
    assert "mengembang" in refused(lying, "a.zip", limits(max_unpacked_mb=2))
    assert "rusak" in refused(lying, "a.zip")


def test_a_zip_of_many_overlapping_members() -> None:
    """Every directory entry points at the same packed bytes."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b"0" * 2_000_000) + packed.flush()
    crc = zlib.crc32(b"0" * 2_000_000)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), 2_000_000, 1, 0)
    data = local + b"a" + body
    directory = b""
    for i in range(50):
        name = f"{i}.csv".encode()
        directory += struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), 2_000_000, len(name),
            0, 0, 0, 0, 0, 0,
        ) + name  # fmt: skip
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 50, 50, len(directory), len(data), 0)
    assert "mengembang" in refused(data + directory + end, "a.zip")


def test_a_zip_in_a_zip_is_not_opened() -> None:
    inner = zipped({"kunjungan.csv": ",".join(VISITS) + "\nK1,1,2025-12-15,P1,bertemu,x\n"})
    assert "tidak memuat berkas CSV" in refused(zipped({"inner.zip": inner}), "a.zip")


@pytest.mark.parametrize(
    "name", ["../kunjungan.csv", "/etc/kunjungan.csv", "a/../../kunjungan.csv", "C:\\kunjungan.csv"]
)
def test_names_that_leave_the_zip_are_left_out(name: str, tmp_path: Path) -> None:
    rows = ",".join(VISITS) + "\nK1,1,2025-12-15,P1,bertemu,x\n"
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({name: rows, "data/kunjungan.csv": rows}))
    content = read_source(SourceFile("a.zip", path=path), rules=RULES)
    assert [sheet.sheet for sheet in content.sheets] == ["kunjungan"]
    assert len(content.ignored) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_an_empty_zip() -> None:
    assert "tidak berisi" in refused(zipped({}), "a.zip")


def test_a_stray_cell_far_away_does_not_fill_the_memory() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(HOUSEHOLDS)
    book.active["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    assert "terlalu luas" in refused(out.getvalue())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"\xff\xd8\xff\xe0....", "JPEG"),
        (b"\x1f\x8b\x08.....", "GZIP"),
        (b'[{"id_keluarga": 1}]', "JSON"),
        (b"{\\rtf1 ....}", "RTF"),
    ],
)
def test_other_kinds_of_file_are_named(data: bytes, name: str) -> None:
    assert f"Berkas {name} tidak dapat diimpor" in refused(data)


def test_a_word_document() -> None:
    data = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"})
    assert "Word" in refused(data)


def test_text_that_is_no_text() -> None:
    head = ",".join(VISITS).encode()
    assert "bukan teks" in refused(head + b"\nK1,\0\0,1", "kunjungan.csv")
    assert "tidak terbaca" in refused(head + b"\nK1,\x81\x8d,1,2,3,4", "kunjungan.csv")
    assert "rusak" in refused(b"\xff\xfe" + "a,b\n".encode("utf-16-le") + b"\x00\xd8", "a.csv")


def test_wrong_sheets_say_what_was_expected_and_found() -> None:
    said = refused(xlsx({"Anggaran": [["uraian", "pagu"], ["x", 1]]}))
    assert "keluarga, kunjungan, sasaran, program, pendamping, hambatan" in said
    assert said.endswith("Kolom yang ada: uraian dan 1 kolom lain")


def test_a_missing_required_column_says_which() -> None:
    said = refused(b"id_kunjungan,id_keluarga,tanggal,hasil\n1,2,3,4\n", "data.csv")
    assert "pendamping" in said
    assert "id_kunjungan, id_keluarga, tanggal, hasil" in said


def test_a_barrier_needs_a_desa_or_a_household() -> None:
    said = refused(b"id_hambatan,kategori,dibuka_pada,status\n1,2,3,4\n", "hambatan.csv")
    assert "desa / id_keluarga" in said


def test_a_file_that_is_too_large() -> None:
    assert "0 MB" in refused(b"a,b\n1,2\n", "a.csv", limits(max_file_mb=0))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    source = SourceFile("x.csv", path=tmp_path / "x.csv")
    with pytest.raises(UnreadableFile, match=r"tidak dapat dibuka: berkas itu tidak ada$"):
        read_source(source, rules=RULES)


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.EISDIR, "itu sebuah folder"),
        (errno.EACCES, "tidak ada izin membacanya"),
        (errno.EPERM, "tidak ada izin membacanya"),
        (errno.EIO, "gagal dibaca dari disk atau jaringan"),
        (None, "gagal dibaca dari disk atau jaringan"),
    ],
)
def test_why_a_file_cannot_be_opened_is_said_without_the_systems_words(
    number: int | None, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_source: SourceFile) -> None:
        raise OSError(number, "English words") if number else OSError("English words")

    monkeypatch.setattr(SourceFile, "open", fail)
    assert refused(b"x") == f"Berkas tidak dapat dibuka: {says}"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"folder$"):
        read_source(SourceFile("data.xlsx", path=tmp_path), rules=RULES)


PERSON = ["K0001", "Awayan", "RAHASIA 1", "6311051212120001", "Jl. Rahasia 5/desa", "2025-01-01"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (xlsx({"Sheet1": [PERSON, PERSON]}), "data.xlsx"),
        (xlsx({"keluarga": [PERSON, PERSON]}), "data.xlsx"),
        (ods({"keluarga": [PERSON]}), "data.ods"),
        (xls({"Sheet1": [PERSON]}), "data.xls"),
        (";".join(PERSON).encode(), "data.csv"),
        (",".join(PERSON).encode(), "keluarga.csv"),
        (zipped({"keluarga.csv": ",".join(PERSON), "media/RAHASIA.jpg": b"x"}), "data.zip"),
        (xlsx({"keluarga": [[*PERSON, "id_keluarga"], PERSON]}), "data.xlsx"),
    ],
)
@pytest.mark.parametrize("how", [{}, {"kind": "keluarga"}, {"mapping": "perut"}])
def test_a_file_without_titles_does_not_leak_its_first_row(
    data: bytes, name: str, how: dict[str, str]
) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_source(SourceFile(name, data=data), rules=RULES, **how)
    said = str(caught.value)
    assert not any(secret in said for secret in ("RAHASIA", "Rahasia", "6311", "K0001", "2025"))
    assert "keluarga" in said or "perut" in said


def test_no_row_of_titles_is_called_that() -> None:
    said = refused(xlsx({"keluarga": [PERSON[:4], PERSON[:4]]}))
    assert said == (
        "Baris judul kolom tidak ditemukan; keluarga memerlukan sedikitnya kolom "
        "id_keluarga, desa, terdaftar_pada"
    )
    assert refused(b"a,b\n1,2\n", "x.csv").startswith("Baris judul kolom tidak ditemukan")


def test_attachments_in_a_zip_are_counted_not_named() -> None:
    rows = ",".join(VISITS) + "\nK1,1,2025-12-15,P1,bertemu,x\n"
    attachments = {f"media/RAHASIA{end}": b"x" for end in (".jpg", ".csv", ".mp4")}
    data = zipped({"kunjungan.csv": rows, **attachments})
    content = read_source(SourceFile("a.zip", data=data), rules=RULES)
    assert content.ignored == ["3 berkas lain di dalam ZIP"]
    assert [sheet.kind for sheet in content.sheets] == ["kunjungan"]


_BOOKS = [xlsx(GOOD), ods(GOOD), zipped({"kunjungan.csv": ",".join(VISITS) + "\n1,2"})]


@given(st.sampled_from(_BOOKS), st.randoms(use_true_random=False))
def test_no_damage_breaks_the_program(book: bytes, chance: random.Random) -> None:
    data = bytearray(book)
    for _change in range(chance.randint(1, 8)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
    try:
        read_source(SourceFile("a.xlsx", data=bytes(data)), rules=RULES)
    except UnreadableFile as problem:
        assert str(problem)


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_old_workbook_dies_alone(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(xls(GOOD))
    for _change in range(60):
        at = chance.randrange(512, len(data))
        data[at : at + 2] = chance.randbytes(2)
    try:
        read_source(SourceFile("a.xls", data=bytes(data)), rules=RULES)
    except UnreadableFile as problem:
        assert str(problem)


def test_a_cell_of_an_old_workbook_that_claims_to_be_far_away() -> None:
    """The parser would ask for 48 GB and bring its process down."""
    data = bytearray(xls(GOOD))
    at = data.index(struct.pack("<HHHH", 0x00FD, 10, 1, 1))  # the text cell B2
    data[at + 4 : at + 8] = struct.pack("<HH", 65535, 65535)
    assert "rusak" in refused(bytes(data), "a.xls")


def test_half_an_xml_document_does_not_keep_the_reader_waiting() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ods(GOOD))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: len(data) // 2] if name == "content.xml" else data)
    assert "rusak" in refused(out.getvalue(), "a.ods")


def test_an_ods_whose_cells_repeat_without_end() -> None:
    out = io.BytesIO()
    many = b'table:number-columns-repeated="16000"'
    with zipfile.ZipFile(io.BytesIO(ods(GOOD))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            data = data.replace(
                b"<table:table-row>", b'<table:table-row table:number-rows-repeated="9000">'
            ).replace(b"<table:table-cell ", b"<table:table-cell " + many + b" ")
            new.writestr(name, data)
    assert "terlalu luas" in refused(out.getvalue(), "a.ods")
