"""The extract of a household holds everything that is stored of it, and nobody else's."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from analytics.access.roles import Reader, Role
from analytics.export.extract import extract
from analytics.ingest import import_files
from analytics.store import KeyMissing, Store, StoreError, scoped
from analytics.store.audit import acting
from analytics.store.audit_line import EVENTS
from analytics.store.corrections import Correction, keep_correction
from tests.store.worlds import PROGRAM, SASARAN, TODAY, csv, load

HOMES = (
    "id_keluarga,desa,nama_kepala_keluarga,no_kk,alamat,lintang,bujur,prioritas,terdaftar_pada\n"
    "K1,Bihara,Galuh Simulasi,6311031205860001,Jalan Simpang 3,-2.31,115.51,tinggi,2025-01-01\n"
    "K2,Tundi,Utuh Simulasi,,Jalan Lain 4,,,sedang,2025-01-01\n"
)
VISITS = (
    "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,manfaat,catatan\n"
    "V1,K1,2025-11-01,P1,bertemu,pkh,4,=catatan rahasia\n"
    "V2,K2,2025-06-01,P1,tidak_di_tempat,,,catatan tetangga\n"
    "V9,K1,2099-01-01,P1,bertemu,,,catatan yang ditolak\n"
    "V8,K2,2099-01-01,P1,bertemu,,,ditolak milik tetangga\n"
)
BARRIERS = (
    "id_hambatan,id_keluarga,kategori,uraian,opd,dibuka_pada,status,selesai_pada,solusi\n"
    "H1,K1,rekening_kartu,kartu hilang,Dinas Sosial,2025-10-01,selesai,2025-11-05,kartu baru\n"
)


@pytest.fixture
def store(fresh_store: Store) -> Store:
    texts = {"keluarga": HOMES, "kunjungan": VISITS, "sasaran": SASARAN, "program": PROGRAM}
    texts["hambatan"] = BARRIERS
    import_files(fresh_store, [csv(name, text) for name, text in texts.items()], today=TODAY)
    moved = HOMES.splitlines()[0] + "\n" + HOMES.splitlines()[1].replace("Simpang 3", "Baru 9")
    import_files(fresh_store, [csv("keluarga", moved + "\n")], today=TODAY)
    reasons = (("2025-12-01T00:00:00+00:00", "nama salah"),)
    for household, right in (("K1", "Galuh Benar"), ("K2", "Utuh Benar")):
        change = {"nama_kepala_keluarga": right}
        before = {"nama_kepala_keluarga": "lama"}
        keep_correction(
            fresh_store,
            Correction("keluarga", {"id_keluarga": household}, household, change, before, reasons),
        )
    return fresh_store


def cells(content: bytes) -> dict[str, list[list[str]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        sheet.title: [[str(c) for c in row if c is not None] for row in sheet.values]
        for sheet in book
    }


def test_holds_everything_of_the_household(store: Store) -> None:
    with acting("ani", "petugas"):
        store.audit.note("personal_viewed", what="K1")
        store.audit.note("personal_viewed", what="K2")
        sheets = cells(extract(store, store.current(), "K1"))
    said = str(sheets)
    for value in (
        "Galuh Simulasi", "6311031205860001", "Jalan Baru 9", "-2.31", "115.51",  # personal fields
        "=catatan rahasia", "2025-11-01", "bertemu", "PKH",  # visits, aid
        "2025-02-01", "kartu hilang", "kartu baru", "Rekening atau kartu",  # targets, barriers
        "Galuh Benar", "nama salah", "catatan yang ditolak", "Jalan Simpang 3",  # kept apart
    ):  # fmt: skip
        assert value in said, value
    assert ["ani", "petugas", "membuka data pribadi"] in [
        row[1:] for row in sheets["Siapa yang melihat"]
    ]
    assert ["PKH", "2025-02-01", ""] in sheets["Daftar sasaran"]


def test_holds_nothing_of_anybody_else(store: Store) -> None:
    store.audit.note("personal_viewed", what="K2")
    store.audit.note("personal_viewed", what="K11")
    said = str(cells(extract(store, store.current(), "K1")))
    for value in ("Utuh", "tetangga", "Jalan Lain", "K2", "K11"):
        assert value not in said, value


def test_who_looked_is_told_apart_where_ids_are_long_numbers(fresh_store: Store) -> None:
    """A desa code and a number in it: such an id does not stand in the log as it is."""
    mine, other = "63110320080001", "63110320080002"
    homes = f"id_keluarga,desa,prioritas,terdaftar_pada\n{mine},Bihara,tinggi,2025-01-01\n"
    load(fresh_store, [csv("keluarga", f"{homes}{other},Bihara,tinggi,2025-01-01\n")])
    for who, household in (("ani", mine), ("budi", other)):
        with acting(who, "petugas"):
            fresh_store.audit.note("personal_viewed", what=household)
            fresh_store.audit.note("correction", what=f"{household} waiting")
    sheets = cells(extract(fresh_store, fresh_store.current(), mine))
    assert [row[1] for row in sheets["Siapa yang melihat"][2:]] == ["shell", "ani", "ani"]
    assert mine not in fresh_store.audit.path.read_text()


def test_a_formula_in_a_note_stays_a_text(store: Store) -> None:
    book = openpyxl.load_workbook(io.BytesIO(extract(store, store.current(), "K1")))
    found = [c for s in book for row in s.iter_rows() for c in row if c.value == "=catatan rahasia"]
    assert found
    assert {c.data_type for c in found} == {"s"}


def test_it_is_logged_before_it_is_made(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with acting("ani", "camat"):
        extract(store, store.current(), "K1")
    (entry,) = store.audit.read(event="extract")
    assert (entry.who, entry.what, entry.count) == ("ani", "K1", 4)
    monkeypatch.setattr("analytics.store.audit.Audit.record", _full)
    with pytest.raises(StoreError):
        extract(store, store.current(), "K1")


def _full(*_args: object, **_more: object) -> None:
    raise StoreError("disk penuh")


def test_a_field_worker_gets_only_the_own_desa(store: Store) -> None:
    whole = store.current()
    desa = whole.query(
        "select desa_code from desa join household using (desa_key) where household_id = 'K1'"
    )["desa_code"][0]
    assert Reader("ani", Role.PETUGAS, (desa,)).sees_names
    mine = scoped(whole, [desa])
    own = cells(extract(store, mine, "K1"))
    assert "Galuh Simulasi" in str(own)
    # In an earlier version it may have lived elsewhere: only who sees all of it is told.
    assert set(cells(extract(store, whole, "K1"))) - set(own) == {"Sebelumnya"}
    assert "Jalan Simpang 3" not in str(own)
    with pytest.raises(StoreError):
        extract(store, mine, "K2")
    assert [entry.what for entry in store.audit.read(event="extract")] == ["K1", "K1"]


def test_without_the_key_it_is_refused(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    with pytest.raises(KeyMissing):
        extract(store, store.current(), "K1")
    assert not store.audit.read(event="extract")


def test_every_event_of_the_log_has_words() -> None:
    from analytics.export.extract_words import event

    assert all(event(name) != name for name in EVENTS)
