"""The import: what happens to a row, and that nothing is ever lost."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from analytics.ingest import ImportReport, SourceFile, import_files, rejected_sheets
from analytics.ingest.template import rejects_workbook
from analytics.store import Store
from tests.store.worlds import KELUARGA, KUNJUNGAN, PROGRAM, TODAY, basics, csv, load, visits

VISIT_HEAD = (
    "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,manfaat,"
    "jadwal_berikutnya,hambatan\n"
)


def visit(row: str) -> SourceFile:
    return csv("kunjungan", VISIT_HEAD + row + "\n")


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    names = ("rows_read", "accepted", "unchanged", "rejected")
    return tuple(report.total(name) for name in names)  # type: ignore[return-value]


def the_error(report: ImportReport) -> tuple[int | None, str | None, str]:
    errors = [problem for file in report.files for problem in file.errors]
    assert len(errors) == 1, errors
    return errors[0].row, errors[0].column, errors[0].problem


def test_files_may_come_in_any_order(fresh_store: Store) -> None:
    report = load(fresh_store)
    assert counts(report) == (8, 8, 0, 0)
    assert report.exit_code == 0
    assert [file.file for file in report.files] == [
        "kunjungan.csv",
        "sasaran.csv",
        "keluarga.csv",
        "program.csv",
    ]


def test_the_same_files_again_change_nothing(fresh_store: Store) -> None:
    load(fresh_store)
    version = fresh_store.current().version_id
    again = load(fresh_store)
    assert counts(again) == (8, 0, 8, 0)
    assert (again.exit_code, again.version) == (0, version)
    assert fresh_store.current().version_id == version


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        ("V9,K9,2025-11-01,P1,bertemu,,,,", "id_keluarga", "keluarga"),
        ("V9,K1,2026-01-01,P1,bertemu,,,,", "tanggal", "masa depan"),
        ("V9,K1,2023-12-31,P1,bertemu,,,,", "tanggal", "setahun"),
        ("V9,K1,2025-02-30,P1,bertemu,,,,", "tanggal", "tidak ada"),
        ("V9,K1,01/13/2025,P1,bertemu,,,,", "tanggal", "tidak ada"),
        ("V9,K1,,P1,bertemu,,,,", "tanggal", "kosong"),
        ("V9,K1,2025-11-01,P1,hadir,,,,", "hasil", "hadir"),
        ("V9,K1,2025-11-01,P1,menolak,pkh,,,", "program_diterima", "bertemu"),
        ("V9,K1,2025-11-01,P1,bertemu,bltx,,,", "program_diterima", "bltx"),
        ("V9,K1,2025-11-01,P1,bertemu,pkh,6,,", "manfaat", "6"),
        ("V9,K1,2025-11-01,P1,bertemu,,,2025-11-01,", "jadwal_berikutnya", "sesudah"),
        (",K1,2025-11-01,P1,bertemu,,,,", "id_kunjungan", "kosong"),
    ],
)
def test_a_bad_visit_is_rejected_with_its_row_column_and_reason(
    fresh_store: Store, row: str, column: str, word: str
) -> None:
    load(fresh_store)
    report = load(fresh_store, [visit(f"V8,K1,2025-11-02,P1,bertemu,,,,\n{row}")])
    assert counts(report) == (2, 1, 0, 1)
    assert report.exit_code == 1
    number, where, problem = the_error(report)
    assert (number, where) == (3, column)
    assert word in problem


def test_when_all_rows_are_bad_nothing_changes_and_the_rows_are_kept(fresh_store: Store) -> None:
    load(fresh_store)
    version = fresh_store.current().version_id
    report = load(fresh_store, [visit("V9,K9,2025-11-01,P1,bertemu,,,,")])
    assert (report.exit_code, fresh_store.current().version_id) == (2, version)
    assert report.batch is not None
    assert rejected_sheets(fresh_store, report.batch)[0].rows[0]["id_kunjungan"] == "V9"


def test_a_visit_a_year_before_registration_is_accepted_and_after_the_end_is_warned(
    fresh_store: Store,
) -> None:
    ended = "id_keluarga,desa,terdaftar_pada,berakhir_pada\nK1,Bihara,2025-01-01,2025-10-01\n"
    load(fresh_store, [csv("keluarga", ended)])
    report = load(
        fresh_store,
        [visit("V1,K1,2024-01-02,P1,bertemu,,,,\nV2,K1,2025-10-01,P1,bertemu,,,,")],
    )
    assert counts(report) == (2, 2, 0, 0)
    warnings = report.files[0].warnings
    assert [(w.row, w.column) for w in warnings] == [(3, "tanggal")]


def test_a_repeated_id_in_one_file(fresh_store: Store) -> None:
    load(fresh_store)
    row = "V9,K1,2025-11-01,P1,bertemu,,,,"
    report = load(fresh_store, [visit(f"{row}\n{row}\nV9,K1,2025-11-02,P1,bertemu,,,,")])
    assert counts(report) == (3, 1, 1, 1)
    number, column, problem = the_error(report)
    assert (number, column) == (4, "id_kunjungan")
    assert "baris 2" in problem


def test_when_the_first_of_two_is_bad_the_second_is_taken(fresh_store: Store) -> None:
    load(fresh_store)
    report = load(
        fresh_store,
        [visit("V9,K1,2027-11-01,P1,bertemu,,,,\nV9,K1,2025-11-02,P1,bertemu,,,,")],
    )
    assert counts(report) == (2, 1, 0, 1)


def test_two_files_that_disagree_about_one_row_are_not_guessed_between(fresh_store: Store) -> None:
    load(fresh_store)
    one = visit("V9,K1,2025-11-01,P1,bertemu,,,,")
    two = SourceFile("kunjungan2.csv", data=visit("V9,K1,2025-11-02,P1,bertemu,,,,").data)
    report = load(fresh_store, [one, two])
    assert counts(report) == (2, 1, 0, 1)


def test_a_correction_counts_and_the_older_row_stays_in_the_older_version(
    fresh_store: Store,
) -> None:
    load(fresh_store)
    before = fresh_store.current()
    report = load(fresh_store, [visit("V1,K2,2025-11-05,P1,menolak,,,,")])
    assert counts(report) == (1, 1, 0, 0)
    sql = "select visited_on, outcome from visit where visit_id = 'V1'"
    assert fresh_store.current().query(sql)["outcome"].tolist() == ["menolak"]
    assert before.query(sql)["outcome"].tolist() == ["bertemu"]


def test_a_dry_run_says_the_same_and_changes_nothing(fresh_store: Store) -> None:
    load(fresh_store)
    files = sorted(p for p in fresh_store.folder.rglob("*") if p.is_file())
    change = [visit("V1,K2,2025-11-05,P1,menolak,,,,\nV9,K9,2025-11-05,P1,menolak,,,,")]
    tried = load(fresh_store, change, dry_run=True)
    assert sorted(p for p in fresh_store.folder.rglob("*") if p.is_file()) == files
    assert tried.rejected_sheets[0].rows[0]["id_kunjungan"] == "V9"
    done = load(fresh_store, change)
    assert counts(tried) == counts(done) == (2, 1, 0, 1)


def test_rejected_rows_can_be_corrected_in_the_workbook_and_imported_again(
    fresh_store: Store,
) -> None:
    load(fresh_store)
    report = load(
        fresh_store, [visit("V8,K9,2025-11-01,P1,bertemu,pkh,4,,\nV9,K1,x,P1,bertemu,,,,")]
    )
    assert report.batch is not None
    workbook = rejects_workbook(rejected_sheets(fresh_store, report.batch))
    book = openpyxl.load_workbook(BytesIO(workbook))
    sheet = book["kunjungan"]
    heads = {str(cell.value).strip("* "): cell.column for cell in sheet[1]}
    rows = {str(sheet.cell(r, heads["id_kunjungan"]).value): r for r in range(2, sheet.max_row + 1)}
    sheet.cell(rows["V8"], heads["id_keluarga"]).value = "K2"
    sheet.cell(rows["V9"], heads["tanggal"]).value = "2025-11-01"
    mended = BytesIO()
    book.save(mended)
    again = load(fresh_store, [SourceFile("perbaikan.xlsx", data=mended.getvalue())])
    assert counts(again) == (2, 2, 0, 0), again.as_dict()


def test_one_bad_row_among_a_hundred_thousand(fresh_store: Store) -> None:
    load(fresh_store)
    rows = [f"W{i},K{1 + i % 2},2025-11-{1 + i % 28:02},P1,bertemu,,,," for i in range(100_000)]
    rows[77_776] = "W77776,K1,31/11/2025,P1,bertemu,,,,"
    report = load(fresh_store, [visit("\n".join(rows))])
    assert counts(report) == (100_000, 99_999, 0, 1)
    assert the_error(report)[0] == 77_778


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(fresh_store: Store) -> None:
    load(fresh_store)
    bad = SourceFile("rusak.xlsx", data=b"<html><table></table></html>")
    report = load(fresh_store, [bad, visits("V9,K1,2025-11-01,P1,bertemu")])
    assert report.exit_code == 1
    assert counts(report) == (1, 1, 0, 0)
    assert report.files[0].errors[0].row is None


@pytest.mark.parametrize(
    "source",
    [
        SourceFile("kosong.csv", data=b""),
        SourceFile("kosong.xlsx", data=b""),
        SourceFile("lain.csv", data=b"a,b\n1,2\n"),
        SourceFile("kunjungan.csv", data=b"id_kunjungan,id_keluarga,tanggal\nV1,K1,2025-11-01\n"),
        SourceFile("kunjungan.csv", data=VISIT_HEAD.encode()),
        SourceFile("tidak_ada.csv", path=Path("/nonexistent/tidak_ada.csv")),
    ],
)
def test_a_file_of_no_use_changes_nothing_and_says_what_was_expected(
    fresh_store: Store, source: SourceFile
) -> None:
    load(fresh_store)
    version = fresh_store.current().version_id
    report = load(fresh_store, [source])
    assert report.exit_code == 2
    assert fresh_store.current().version_id == version
    said = report.files[0].errors + report.files[0].warnings
    assert len(said[0].problem) > 10


def test_real_data_can_start_without_the_simulated(fresh_store: Store) -> None:
    load(fresh_store, simulated=True)
    assert fresh_store.current().simulated
    report = import_files(
        fresh_store,
        [csv("keluarga", KELUARGA.replace("K1", "R1").replace("K2", "R2"))],
        replace_simulated=True,
        today=TODAY,
    )
    assert report.exit_code == 0
    current = fresh_store.current()
    assert not current.simulated
    ids = current.query("select household_id from household order by 1")["household_id"]
    assert ids.tolist() == ["R1", "R2"]


def test_simulated_data_is_marked_for_ever_and_never_unmarked_by_real_rows(
    fresh_store: Store,
) -> None:
    load(fresh_store, basics(), simulated=True)
    load(fresh_store, [visits("V9,K1,2025-11-01,P1,bertemu")])
    assert fresh_store.current().simulated


def test_codes_names_and_spellings_all_find_their_desa(fresh_store: Store) -> None:
    spellings = ("Sei Pumpung", "SUNGAI PUMPUNG", "63.11.03.2022", "6311032022", "desa sei pumpung")
    rows = "\n".join(f"D{i},{name},2025-01-01" for i, name in enumerate(spellings))
    report = load(fresh_store, [csv("keluarga", f"ID Keluarga,Desa,Terdaftar Pada\n{rows}\n")])
    assert counts(report) == (5, 5, 0, 0), report.as_dict()
    names = fresh_store.current().query("select distinct desa_key from household")
    assert len(names) == 1


def test_barriers_need_a_closing_date_when_closed_and_none_when_open(fresh_store: Store) -> None:
    load(fresh_store)
    head = "id_hambatan,desa,id_keluarga,kategori,dibuka_pada,status,selesai_pada\n"
    rows = (
        "H1,Bihara,,penyaluran,2025-10-01,terbuka,\n"
        "H2,,K1,penyaluran,2025-10-01,selesai,\n"
        "H3,,K1,Akses jalan,2025-10-01,selesai,2025-10-09\n"
        "H4,,K1,penyaluran,2025-10-01,diproses,2025-10-09\n"
        "H5,,,penyaluran,2025-10-01,terbuka,\n"
        "H6,,K1,penyaluran,2025-10-02,ditolak,2025-10-01\n"
    )
    report = load(fresh_store, [csv("hambatan", head + rows)])
    assert counts(report) == (6, 3, 0, 3)
    assert {problem.row for problem in report.files[0].errors} == {3, 6, 7}
    found = fresh_store.current().query("select * from barrier order by barrier_id")
    assert found["category"].tolist() == ["penyaluran", "akses_jalan", "penyaluran"]
    assert found["closed_on"].isna().tolist() == [True, False, True]


def test_corrected_household_and_program_keep_their_keys(fresh_store: Store) -> None:
    load(fresh_store)
    sql = "select household_id, household_key from household order by 1"
    before = fresh_store.current().query(sql)
    more = KELUARGA.replace("K2,Tundi", "K2,Merah") + "K0,Awayan,Baru Simulasi,rendah,2025-01-01\n"
    load(fresh_store, [csv("keluarga", more), csv("program", PROGRAM.replace("PKH", "P K H"))])
    after = fresh_store.current().query(sql)
    assert after.set_index("household_id")["household_key"].loc[["K1", "K2"]].tolist() == (
        before["household_key"].tolist()
    )
    assert after["household_key"].is_unique
    assert all(check.ok for check in fresh_store.verify())


def test_reports_of_earlier_imports_are_kept(fresh_store: Store) -> None:
    load(fresh_store)
    load(fresh_store, [csv("kunjungan", KUNJUNGAN.replace("V1,K1", "V7,K9"))])
    newest, oldest = fresh_store.reports()[:2]
    assert newest["files"][0]["rejected"] == 1
    assert oldest["files"][0]["rejected"] == 0


def test_a_correction_without_a_column_keeps_the_link_and_drops_what_was_not_received(
    fresh_store: Store,
) -> None:
    load(fresh_store)
    barrier = (
        "id_hambatan,id_keluarga,kategori,dibuka_pada,status\nH1,K1,rumah,2025-10-01,terbuka\n"
    )
    load(fresh_store, [csv("hambatan", barrier)])
    later = (
        "id_hambatan,desa,kategori,dibuka_pada,status,selesai_pada\n"
        "H1,Bihara,rumah,2025-10-01,selesai,2025-11-01\n"
    )
    assert load(fresh_store, [csv("hambatan", later)]).total("accepted") == 1
    found = fresh_store.current().query("select household_key, status from barrier")
    assert found["status"].tolist() == ["selesai"]
    assert found["household_key"].notna().all()
    assert load(fresh_store, [visits("V1,K1,2025-11-01,P1,menolak")]).total("accepted") == 1
    found = fresh_store.current().query("select programs, benefit from visit where visit_id = 'V1'")
    assert list(found["programs"].iloc[0]) == []
    assert found["benefit"].isna().all()


def test_a_name_that_two_assistants_have_is_not_guessed(fresh_store: Store) -> None:
    load(fresh_store)
    people = "id_pendamping,nama\nP1,Siti\nP2,Siti\nP3,Aluh\n"
    load(fresh_store, [csv("pendamping", people)])
    report = load(
        fresh_store,
        [visits("V7,K1,2025-11-01,Siti,bertemu", "V8,K1,2025-11-02,aluh,bertemu")],
    )
    assert counts(report) == (2, 1, 0, 1)
    assert the_error(report)[1] == "pendamping"
    found = fresh_store.current().query("select assistant_id from visit where visit_id = 'V8'")
    assert found["assistant_id"].tolist() == ["P3"]


def test_a_card_number_in_a_column_for_other_things_is_refused(fresh_store: Store) -> None:
    load(fresh_store)
    head = "id_keluarga,desa,dusun,terdaftar_pada\n"
    rows = "N1,Bihara,6311039900000001,2025-01-01\nN2,Bihara,Dusun 1,2025-01-01\n"
    report = load(fresh_store, [csv("keluarga", head + rows)])
    assert counts(report) == (2, 1, 0, 1)
    assert "6311039900000001" not in str(report.as_dict())


@pytest.mark.parametrize("kind", ["program", "pendamping"])
def test_two_files_that_disagree_about_a_program_or_an_assistant(
    fresh_store: Store, kind: str
) -> None:
    head = {"program": "kode,nama,opd\nX,{},Dinas\n", "pendamping": "id_pendamping,nama\nX,{}\n"}
    files = [SourceFile(f"{n}.csv", data=head[kind].format(n).encode()) for n in ("satu", "dua")]
    assert counts(load(fresh_store, files)) == (2, 1, 0, 1)


def test_the_rejects_workbook_imported_untouched_lets_nothing_in(fresh_store: Store) -> None:
    load(fresh_store)
    book = openpyxl.Workbook()
    people = book.active
    assert people is not None
    people.title = "keluarga"
    people.append(["id_keluarga", "desa", "no_kk", "terdaftar_pada"])
    people.append(["N1", "Bihara", 6311039900000001, "2025-01-01"])
    people.append(["N2", "Bihara", "6311039900000002", "2025-01-01"])
    people.append(["N2", "Tundi", "6311039900000002", "2025-01-01"])
    buffer = BytesIO()
    book.save(buffer)
    report = load(fresh_store, [SourceFile("keluarga.xlsx", data=buffer.getvalue())])
    assert counts(report) == (3, 1, 0, 2)
    for _again in range(2):
        assert report.batch is not None
        untouched = rejects_workbook(rejected_sheets(fresh_store, report.batch))
        report = load(fresh_store, [SourceFile("ditolak.xlsx", data=untouched)])
        assert counts(report) == (2, 0, 0, 2)
