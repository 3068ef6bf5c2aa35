"""Cells to values: hand-written cases, and properties over many."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.config import DATA
from analytics.ingest.places import DesaIndex, desa_aliases, normalise_desa
from analytics.ingest.values import (
    KnownCodes,
    ValueProblem,
    parse_choice,
    parse_codes,
    parse_date,
    parse_decimal,
    parse_integer,
)

DAY = date(2025, 12, 15)
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember"
).split()
ENGLISH = (
    "January February March April May June July August September October November December"
).split()


@pytest.mark.parametrize(
    "text",
    [
        "2025-12-15",
        "2025-12-15 07:30",
        "2025-12-15T07:30:00",
        "2025-12-15T07:30:00.123+08:00",
        "2025-12-14T16:00:00Z",  # midnight in Makassar
        "2025-12-15T15:59:59.999Z",  # a moment before the next midnight there
        "2025/12/15",
        "15/12/2025",
        "15-12-2025",
        "15.12.2025",
        "15/12/2025 10.30",
        "15 Desember 2025",
        "15 DESEMBER 2025",
        "15  des 2025",
        "15 Des. 2025",
        "15-Dec-2025",
        "15 December 2025",
        "December 15, 2025",
        "Senin, 15 Desember 2025",
        "15 Desember 2025",
    ],
)
def test_a_date_however_it_is_written(text: str) -> None:
    assert parse_date(text) == DAY


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12/15/2025", "tidak ada"),
        ("31/02/2025", "tidak ada"),
        ("2025-02-30", "tidak ada"),
        ("29 Februari 2025", "tidak ada"),
        ("15/12/25", "empat angka"),
        ("15 Des 25", "empat angka"),
        ("Desember 2025", "tanpa hari"),
        ("12/2025", "tanpa hari"),
        ("2025", "tanpa hari"),
        ("46006", "bukan tanggal"),
        ("kemarin", "bukan tanggal"),
        ("15 Foo 2025", "bukan tanggal"),
        ("1/2-2025", "bukan tanggal"),
        ("01/01/0025", "Tahun"),
        ("2025-12-15 25:00:00+08:00", "Jam"),
        ("9999-12-31T23:00:00Z", "Tahun"),
        ("", "bukan tanggal"),
    ],
)
def test_a_date_that_is_none_says_why(text: str, says: str) -> None:
    with pytest.raises(ValueProblem, match=says):
        parse_date(text)


def test_day_numbers_of_excel_only_where_they_can_be() -> None:
    assert parse_date("46006", serials=True) == DAY
    assert parse_date("46006.75", serials=True) == DAY
    assert parse_date("15/12/2025", serials=True) == DAY
    with pytest.raises(ValueProblem):
        parse_date("12", serials=True)
    with pytest.raises(ValueProblem):
        parse_date("6311030101010001", serials=True)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)), st.integers(0, 6))
def test_every_written_form_of_a_day_is_that_day(day: date, form: int) -> None:
    d, m, y = day.day, day.month, day.year
    written = (
        day.isoformat(),
        f"{d:02d}/{m:02d}/{y}",
        f"{d}-{m}-{y}",
        f"{d}.{m}.{y}",
        f"{d} {MONTHS[m - 1]} {y}",
        f"{d:02d} {MONTHS[m - 1][:3].lower()} {y}",
        f"{d} {ENGLISH[m - 1].upper()} {y}",
    )[form]
    assert parse_date(written) == day


@given(st.integers(18264, 73415))
def test_a_day_number_counts_from_the_end_of_1899(days: int) -> None:
    assert parse_date(str(days), serials=True) == date(1899, 12, 30) + timedelta(days=days)


@given(st.text(max_size=30))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in (parse_date, parse_integer, parse_decimal, lambda t: parse_choice(t, ["a"])):
        try:
            parse(text)
        except ValueProblem as problem:
            assert str(problem)
    codes, unknown = parse_codes(text, ["a", "b"])
    assert set(codes) <= {"a", "b"}
    assert all(word.strip() for word in unknown)


@pytest.mark.parametrize("text", ["3", "3.0", "3,0", "03", " 3 ", "3.00", "+3"])
def test_a_whole_number(text: str) -> None:
    assert parse_integer(text, 1, 5) == 3


@pytest.mark.parametrize("text", ["3.5", "1.000", "tiga", "", "1e3", "3 orang", "--3"])
def test_no_whole_number(text: str) -> None:
    with pytest.raises(ValueProblem, match="bilangan bulat"):
        parse_integer(text)


@pytest.mark.parametrize(("text", "says"), [("0", "antara 1 dan 5"), ("6", "antara 1 dan 5")])
def test_a_number_out_of_bounds(text: str, says: str) -> None:
    with pytest.raises(ValueProblem, match=says):
        parse_integer(text, 1, 5)


def test_one_sided_bounds() -> None:
    with pytest.raises(ValueProblem, match="paling kecil 1"):
        parse_integer("0", low=1)
    with pytest.raises(ValueProblem, match="paling besar 9"):
        parse_integer("10", high=9)


@pytest.mark.parametrize("text", ["-2,4129", "-2.4129", "\u22122,4129", " -2.4129 "])
def test_a_decimal_with_comma_or_point(text: str) -> None:
    assert parse_decimal(text, -90, 90) == pytest.approx(-2.4129)


@pytest.mark.parametrize("text", ["1.234,5", "2,4 LS", "", "nan", "inf"])
def test_no_decimal(text: str) -> None:
    with pytest.raises(ValueProblem):
        parse_decimal(text)


@pytest.mark.parametrize(
    "text", ["tidak_di_tempat", "Tidak di tempat", "TIDAK-DI-TEMPAT", " tidak  di tempat "]
)
def test_a_choice_whatever_its_case_and_gaps(text: str) -> None:
    assert parse_choice(text, ["bertemu", "tidak_di_tempat"]) == "tidak_di_tempat"


def test_no_choice_lists_the_choices() -> None:
    with pytest.raises(ValueProblem, match="bertemu, menolak"):
        parse_choice("ketemu", ["bertemu", "menolak"])


@pytest.mark.parametrize(
    ("text", "codes", "unknown"),
    [
        ("pkh;sembako", ["pkh", "sembako"], []),
        ("pkh, sembako", ["pkh", "sembako"], []),
        ("pkh|sembako|pkh", ["pkh", "sembako"], []),
        ("pkh sembako", ["pkh", "sembako"], []),
        ("SEMBAKO PKH", ["sembako", "pkh"], []),
        ("pkh bedah_warung", [], ["pkh bedah_warung"]),  # not every word is known: no guess
        ("pkh; bedah warung", ["pkh"], ["bedah warung"]),
        ("Bantuan Lansia", ["bantuan_lansia"], []),
        ("Program Keluarga Harapan", ["pkh"], []),
        (" ; ,", [], []),
    ],
)
def test_several_codes_in_a_cell(text: str, codes: list[str], unknown: list[str]) -> None:
    known = KnownCodes(
        {
            "pkh": "pkh",
            "sembako": "sembako",
            "bantuan_lansia": "bantuan_lansia",
            "Program Keluarga Harapan": "pkh",
        }
    )
    assert parse_codes(text, known) == (codes, unknown)


@given(st.lists(st.sampled_from(["pkh", "sembako", "rtlh"]), unique=True), st.sampled_from(";,| "))
def test_codes_survive_any_separator(codes: list[str], separator: str) -> None:
    assert parse_codes(separator.join(codes), ["pkh", "sembako", "rtlh"]) == (codes, [])


@pytest.fixture(scope="module")
def desa() -> DesaIndex:
    with (DATA / "desa.csv").open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return DesaIndex(
        (alias, row["kode_kemendagri"])
        for row in rows
        for alias in desa_aliases(
            row["kode_kemendagri"], row["nama"], row["kode_bps"], row["nama_bps"], row["nama_kec"]
        )
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Sei Pumpung", "63.11.03.2022"),
        ("Sungai Pumpung", "63.11.03.2022"),
        ("DESA  SEI. PUMPUNG", "63.11.03.2022"),
        ("Ambakiang", "63.11.03.2031"),
        ("ambakiyang", "63.11.03.2031"),
        ("muarajaya", "63.11.03.2014"),
        ("63.11.03.2004", "63.11.03.2004"),
        ("6311032004", "63.11.03.2004"),
        ("6311030006", "63.11.03.2004"),
        ("Desa Baru (Kec. Awayan)", "63.11.03.2018"),
        ("Galumbang, Juai", "63.11.01.2006"),
    ],
)
def test_a_desa_however_it_is_written(desa: DesaIndex, text: str, code: str) -> None:
    assert desa.find(text) == code


def test_a_desa_that_is_unknown_or_not_the_only_one(desa: DesaIndex) -> None:
    with pytest.raises(ValueProblem, match="Desa tidak dikenal"):
        desa.find("Atlantis")
    with pytest.raises(ValueProblem, match="Ada beberapa desa"):
        desa.find("Galumbang")  # there is one in Juai and one in Tebing Tinggi
    assert desa.find_all("Pudak; Awayan;Pudak") == ["63.11.03.2008", "63.11.03.2007"]


def test_a_desa_called_desa_keeps_its_name() -> None:
    assert normalise_desa("Desa") == "desa"
