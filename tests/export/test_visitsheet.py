"""The workbook of the week: filled in by the office, it goes straight into the import."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from analytics.export.visits import Round
from analytics.export.visitsheet import visit_id, visit_workbook
from analytics.ingest import FORMATS, SourceFile, import_files
from analytics.store import Store
from tests.export.examples import MONDAY, NASTY, ORIGIN, round_of, visit

TODAY = dt.date(2026, 11, 30)


def book(rounds: list[Round], *, simulated: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(visit_workbook(rounds, simulated=simulated, **ORIGIN)))


def test_a_filled_in_workbook_is_imported_as_it_is(fresh_store: Store) -> None:
    households = "id_keluarga,desa,terdaftar_pada\n" + "".join(
        f"{each},Pudak,2026-01-01\n" for each in ("A1", "A2", "00042")
    )
    staff = "id_pendamping,nama,desa_tugas\nP1,Nama,Pudak\nP2,Lain,Pudak\n"
    files = [("keluarga.csv", households), ("pendamping.csv", staff)]
    import_files(fresh_store, [SourceFile(n, data=t.encode()) for n, t in files], today=TODAY)
    made = book([round_of("P1", ["A1", "00042"]), round_of("P2", ["A2"])], simulated=True)
    sheet = made["kunjungan"]
    assert sheet["A1"].value.startswith("DATA SIMULASI")
    titles = [str(cell.value).rstrip("*") for cell in sheet[2]]
    assert titles == list(FORMATS["kunjungan"].names)
    for row in (3, 4):
        sheet.cell(row, titles.index("tanggal") + 1).value = dt.datetime(2026, 11, 25)
        sheet.cell(row, titles.index("hasil") + 1).value = "bertemu"
    filled = io.BytesIO()
    made.save(filled)
    for _again in range(2):
        report = import_files(
            fresh_store, [SourceFile("minggu.xlsx", data=filled.getvalue())], today=TODAY
        )
        (part,) = report.files
        # The household that was not visited has no date: refused, and nothing happens.
        assert {(problem.row, problem.column) for problem in part.errors} <= {
            (5, "tanggal"),
            (5, "hasil"),
        }
    visits = fresh_store.current().query(
        "select visit_id, household_id, visited_on, assistant_id, outcome from visit "
        "inner join household using (household_key) order by visit_id"
    )
    assert visits["visit_id"].tolist() == ["2026-W48-00042", "2026-W48-A1"]
    assert visits["household_id"].tolist() == ["00042", "A1"]
    assert visits["assistant_id"].tolist() == ["P1", "P1"]
    assert visits["outcome"].tolist() == ["bertemu", "bertemu"]
    assert {day.date() for day in visits["visited_on"]} == {dt.date(2026, 11, 25)}


def test_the_list_has_everything_that_the_paper_has() -> None:
    sheet = book([round_of("P1", ["A1", "A2"])])["Daftar"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 3
    assert rows[2][:6] == ["P1", 2, "A2", "Pudak", "001", "Terlambat"]
    assert rows[2][6] == dt.datetime(2026, 10, 1)
    assert rows[2][7:] == [
        54,
        dt.datetime(2026, 9, 1),
        "terlambat 54 hari, prioritas tinggi",
        "Bantuan Lansia",
    ]


def test_personal_data_only_where_they_were_asked_for() -> None:
    named = book([Round("P1", "", [visit("A1", personal=("Siti", "Jalan 5"))])])
    assert named["Daftar"]["L1"].value == "Nama dan alamat"
    assert named["Daftar"]["L2"].value == "Siti\nJalan 5"
    assert all("Siti" not in str(cell.value) for row in named["kunjungan"] for cell in row)
    assert book([round_of("P1", ["A1"])])["Daftar"]["L1"].value is None


def test_nothing_that_was_typed_is_a_formula() -> None:
    evil = "=1+1"
    made = book([Round(evil, evil, [visit(evil, desa=evil, why=NASTY, programs=(evil,))])])
    cells = [cell for sheet in made for row in sheet for cell in row]
    assert all(cell.data_type != "f" and cell.hyperlink is None for cell in cells)
    assert made["kunjungan"]["B2"].value == evil


def test_every_sheet_is_marked_when_simulated() -> None:
    made = book([round_of("P1", ["A1"])], simulated=True)
    assert made.sheetnames == ["kunjungan", "Daftar", "Tentang"]
    assert all(sheet["A1"].value.startswith("DATA SIMULASI") for sheet in made)


def test_the_same_week_and_household_are_the_same_visit() -> None:
    assert visit_id("KK-1", MONDAY) == "2026-W48-KK-1"
    assert visit_id("KK-1", dt.date(2026, 12, 28)) == "2026-W53-KK-1"


def test_the_same_content_is_the_same_bytes_and_nobody_is_no_workbook() -> None:
    rounds = [round_of("P1", ["A1"])]
    first, second = (visit_workbook(rounds, simulated=True, **ORIGIN) for _ in range(2))
    assert first == second
    with pytest.raises(ValueError, match="at least one household"):
        visit_workbook([], simulated=False, **ORIGIN)
