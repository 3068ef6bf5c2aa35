"""The history of a barrier: what imports and the dashboard write of it, and who may."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.access.gate import seen_by
from analytics.access.roles import Reader, Role
from analytics.ingest import import_files
from analytics.ingest.barrier_status import StatusChange, record_status
from analytics.ingest.stored import stored_row
from analytics.numbers import today
from analytics.questions import Filters, barrier_history, barriers
from analytics.store import NotForThisRole, Store
from analytics.store.audit import acting
from analytics.store.verify_tables import check_tables
from tests.questions.compare import plain
from tests.store.worlds import as_an_earlier_release, csv

HEAD = "id_hambatan,desa,kategori,uraian,opd,dibuka_pada,status,selesai_pada,solusi,menunggu\n"
FIRST = (
    HEAD
    + "H1,Bihara,akses_jalan,uraian rahasia,Dinas PUPR,2025-03-01,terbuka,,,Pemerintah Desa\n"
    + "H2,Tundi,informasi,,,2025-03-01,selesai,2025-03-05,dijelaskan,\n"
    + "H3,Tundi,informasi,,,2025-03-02,diproses,,,\n"
)
DAY = date(2025, 4, 1)
BIHARA, TUNDI = "63.11.03.2004", "63.11.03.2013"


@pytest.fixture
def store(fresh_store: Store) -> Store:
    bring(fresh_store, FIRST, DAY)
    return fresh_store


def bring(store: Store, text: str, on: date) -> None:
    report = import_files(store, [csv("hambatan", text)], today=on)
    assert report.exit_code == 0, report.as_dict()


def history(store: Store, code: str) -> list[tuple[Any, ...]]:
    table = barrier_history(store.current(), Filters(today()))
    mine = table[table["barrier_id"] == code]
    columns = ["noted_on", "status", "waits_for", "has_solution", "recorded_by"]
    return [tuple(plain(cell) for cell in row) for row in mine[columns].to_numpy()]


def checks(store: Store) -> list[str]:
    """What the check of the tables finds wrong with keys and histories."""
    found = check_tables(store, store.versions())
    return [each.name for each in found if not each.ok and "keys " in each.name]


def test_a_first_import_writes_what_it_knows(store: Store) -> None:
    opened = date(2025, 3, 1)
    assert history(store, "H1") == [(opened, "terbuka", "Pemerintah Desa", False, "camat")]
    assert history(store, "H2") == [
        (opened, "terbuka", None, False, "camat"),
        (date(2025, 3, 5), "selesai", None, True, "camat"),
    ]
    # Nobody knows since when it is being worked on: it is so on the day of the import.
    assert history(store, "H3")[-1] == (DAY, "diproses", None, False, "camat")
    assert not checks(store)


def test_each_change_is_an_entry_and_the_same_again_is_none(store: Store) -> None:
    day = date(2025, 4, 20)
    text = "id_hambatan,desa,kategori,dibuka_pada,status,menunggu,status_pada\n"
    bring(store, text + "H1,Bihara,akses_jalan,2025-03-01,diproses,Dinas PUPR,2025-04-10\n", day)
    bring(store, text + "H1,Bihara,akses_jalan,2025-03-01,diproses,Dinas PUPR,2025-04-10\n", day)
    bring(store, text + "H1,Bihara,akses_jalan,2025-03-01,diproses,Kecamatan,\n", day)
    assert history(store, "H1")[1:] == [
        (date(2025, 4, 10), "diproses", "Dinas PUPR", False, "camat"),
        (day, "diproses", "Kecamatan", False, "camat"),
    ]
    row = barriers(store.current(), Filters(day)).set_index("barrier_id").loc["H1"]
    assert (row["waits_for"], row["agency"]) == ("Kecamatan", "Dinas PUPR")


def test_a_reopened_barrier_is_open_and_its_closing_stays_in_the_history(store: Store) -> None:
    day = date(2025, 5, 1)
    text = "id_hambatan,desa,kategori,dibuka_pada,status\nH2,Tundi,informasi,2025-03-01,terbuka\n"
    bring(store, text, day)
    assert "H2" in set(barriers(store.current(), Filters(day))["barrier_id"])
    assert [entry[:2] for entry in history(store, "H2")] == [
        (date(2025, 3, 1), "terbuka"),
        (date(2025, 3, 5), "selesai"),
        (day, "terbuka"),
    ]
    assert not checks(store)


def test_a_corrected_opening_day_moves_the_first_entry(store: Store) -> None:
    text = (
        "id_hambatan,desa,kategori,dibuka_pada,status\nH1,Bihara,akses_jalan,2025-02-20,terbuka\n"
    )
    bring(store, text, DAY)
    assert history(store, "H1")[0][:2] == (date(2025, 2, 20), "terbuka")
    assert len(history(store, "H1")) == 1


@pytest.mark.parametrize("day", ["2025-02-01", "2030-01-01"])
def test_a_status_before_the_opening_or_in_the_future_is_refused(store: Store, day: str) -> None:
    text = "id_hambatan,desa,kategori,dibuka_pada,status,status_pada\n"
    text += f"H1,Bihara,akses_jalan,2025-03-01,diproses,{day}\n"
    report = import_files(store, [csv("hambatan", text)], today=DAY)
    assert report.total("accepted") == 0
    assert [error.column for sheet in report.files for error in sheet.errors] == ["status_pada"]
    assert len(history(store, "H1")) == 1


def test_a_card_number_is_no_agency(store: Store) -> None:
    text = HEAD + "H9,Bihara,informasi,,,2025-03-01,terbuka,,,6311030101010001\n"
    report = import_files(store, [csv("hambatan", text)], today=DAY)
    assert report.total("accepted") == 0


def test_a_store_of_an_earlier_release_gains_what_can_be_known(store: Store) -> None:
    as_an_earlier_release(store)
    text = "id_hambatan,desa,kategori,dibuka_pada,status\nH4,Tundi,informasi,2025-03-03,terbuka\n"
    bring(store, text, DAY)
    assert history(store, "H2") == [
        (date(2025, 3, 1), "terbuka", None, False, None),
        (date(2025, 3, 5), "selesai", None, True, None),
    ]
    assert history(store, "H4") == [(date(2025, 3, 3), "terbuka", None, False, "camat")]
    assert not checks(store)


def record(store: Store, reader: Reader, code: str, change: StatusChange) -> Any:
    seen = seen_by(reader, store.current())
    with acting(reader.name, reader.role.value):
        return record_status(store, seen, code, change)


CAMAT, BUDI = Reader("nurul", Role.CAMAT), Reader("budi", Role.PETUGAS, (BIHARA,))


@pytest.mark.parametrize("reader", [CAMAT, BUDI])
def test_a_recorded_status_is_a_new_version_with_history(store: Store, reader: Reader) -> None:
    before = store.current().version_id
    kept = stored_row(store.current(), "hambatan", {"id_hambatan": "H1"})
    day = date(2025, 6, 1)
    report = record(store, reader, "H1", StatusChange("selesai", day, "", "ditimbun warga"))
    assert report.total("accepted") == 1
    assert store.current().version_id == report.version != before
    assert history(store, "H1")[-1] == (day, "selesai", None, True, reader.role.value)
    now = stored_row(store.current(), "hambatan", {"id_hambatan": "H1"})
    assert kept and now
    changed = {name for name, text in kept.cells.items() if now.cells[name] != text}
    assert changed == {"status", "selesai_pada", "solusi", "menunggu"}
    assert store.current().private("hambatan", ["H1"]) == {"H1": {"uraian": "uraian rahasia"}}
    lines = [(each.who, each.event, each.what) for each in store.audit.read()]
    assert (reader.name, "correction", "H1 selesai") in lines
    assert (reader.name, "import") in {(who, event) for who, event, _what in lines}
    assert not checks(store)


def test_nothing_new_is_no_version(store: Store) -> None:
    before = store.current().version_id
    change = StatusChange("terbuka", DAY, "Pemerintah Desa")
    assert record(store, CAMAT, "H1", change) is None
    assert store.current().version_id == before


def test_the_import_refuses_what_it_would_refuse_in_a_file(store: Store) -> None:
    before = store.current().version_id
    report = record(store, CAMAT, "H1", StatusChange("selesai", today() + timedelta(days=9)))
    assert report.total("accepted") == 0
    assert report.files[0].errors[0].column == "selesai_pada"
    assert store.current().version_id == before


def test_a_field_worker_records_nothing_of_another_desa(store: Store) -> None:
    with pytest.raises(LookupError):
        record(store, BUDI, "H3", StatusChange("selesai", DAY))
    assert len(history(store, "H3")) == 2


@pytest.mark.parametrize("role", [Role.PENINJAU, Role.PUBLIK])
def test_an_outside_role_records_nothing_whatever_it_calls(store: Store, role: Role) -> None:
    with pytest.raises(NotForThisRole):
        record(store, Reader("tamu", role), "H1", StatusChange("selesai", DAY))
    assert len(history(store, "H1")) == 1


def test_a_field_worker_sees_the_history_of_the_own_desa_only(store: Store) -> None:
    seen = seen_by(BUDI, store.current())
    assert set(barrier_history(seen, Filters(DAY))["barrier_id"]) == {"H1"}
    assert seen.query("select count(*) as n from barrier_status")["n"].iloc[0] == 1


def test_a_damaged_history_is_found(store: Store, tmp_path: Path) -> None:
    with store.writing():
        draft = store.draft(simulated=False)
        draft.run("update barrier_status set status = 'ditolak' where barrier_id = 'H3'")
        draft.begin()
        counts = dict.fromkeys(("rows_read", "accepted", "unchanged", "rejected"), 0)
        draft.commit(draft.next_batch_no(), counts, simulated=False)
        draft.publish("damaged")
    assert any("last entry of the history" in name for name in checks(store))


def test_a_barrier_of_a_household_in_another_desa_is_named(fresh_store: Store) -> None:
    homes = csv("keluarga", "id_keluarga,desa,terdaftar_pada\nK1,Tundi,2025-01-01\n")
    text = (
        "id_hambatan,desa,id_keluarga,kategori,dibuka_pada,status\n"
        "H1,Bihara,K1,informasi,2025-03-01,terbuka\nH2,Tundi,K1,informasi,2025-03-01,terbuka\n"
    )
    report = import_files(fresh_store, [homes, csv("hambatan", text)], today=DAY)
    assert report.exit_code == 0
    found = [warning for file in report.files for warning in file.warnings]
    assert [(each.row, each.column) for each in found] == [(2, "desa")]
    assert "desa lain" in found[0].problem


def test_a_closing_day_that_cannot_be_read_is_not_said_to_be_missing(store: Store) -> None:
    text = "id_hambatan,desa,kategori,dibuka_pada,status,selesai_pada\n"
    text += "H8,Bihara,informasi,2025-02-01,selesai,2030-01-01\n"
    text += "H9,Bihara,informasi,2025-02-01,selesai,\n"
    report = import_files(store, [csv("hambatan", text)], today=DAY)
    problems = {error.row: error.problem for file in report.files for error in file.errors}
    assert "masa depan" in problems[2]
    assert "perlu" in problems[3] or "harus" in problems[3]
    assert [error.row for file in report.files for error in file.errors] == [2, 3]


def test_a_barrier_of_the_last_century_is_asked_about(store: Store) -> None:
    text = "id_hambatan,desa,kategori,dibuka_pada,status\nH8,Bihara,informasi,1999-01-01,terbuka\n"
    report = import_files(store, [csv("hambatan", text)], today=DAY)
    assert report.total("accepted") == 1
    (found,) = [warning for file in report.files for warning in file.warnings]
    assert (found.column, "sepuluh tahun" in found.problem) == ("dibuka_pada", True)
