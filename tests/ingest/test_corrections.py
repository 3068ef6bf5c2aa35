"""A correction changes the cells it names and nothing else, whatever else the store holds."""

from __future__ import annotations

import io
import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from analytics.ingest import SourceFile, import_files
from analytics.ingest.corrections import (
    corrections_workbook,
    import_corrections,
    propose,
    row_to_import,
    standing,
)
from analytics.ingest.formats import FORMATS
from analytics.ingest.stored import (
    KEYS,
    StoredRow,
    editable,
    personal_cells,
    stored_row,
    stored_rows,
)
from analytics.store import Snapshot, Store
from analytics.store.corrections import kept_corrections
from tests.store.worlds import TODAY, csv

KELUARGA = """id_keluarga,desa,rt,nama_kepala_keluarga,no_kk,alamat,jumlah_anggota,desil,\
prioritas,kerentanan,terdaftar_pada
K1,Bihara,001,Galuh Simulasi,6311030101010001,Jalan Sunyi 7,4,2,tinggi,lansia;balita,2025-01-01
K2,Tundi,002,Utuh Simulasi,,,3,,sedang,,2025-01-01
"""
KUNJUNGAN = """id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,manfaat,\
jadwal_berikutnya,hambatan,catatan
V1,K1,2025-11-01,P1,bertemu,pkh;sembako,4,2025-12-01,akses_jalan,catatan rahasia
V2,K2,2025-06-01,P1,tidak_di_tempat,,,,,
"""
SASARAN = "id_keluarga,program,mulai\nK1,pkh,2025-02-01\nK2,pkh,2025-02-01\n"
HAMBATAN = """id_hambatan,id_keluarga,id_kunjungan,kategori,uraian,opd,dibuka_pada,status,\
selesai_pada,solusi
H1,K1,V1,akses_jalan,uraian rahasia,Dinas PUPR,2025-11-01,terbuka,,
H2,K1,,data_kependudukan,,Dinas Dukcapil,2025-03-01,selesai,2025-04-01,diurus
"""
PROGRAM = "kode,nama,opd\npkh,PKH,Dinas Sosial\nsembako,Sembako,Dinas Sosial\n"
WORLD = {
    "program": PROGRAM,
    "keluarga": KELUARGA,
    "kunjungan": KUNJUNGAN,
    "sasaran": SASARAN,
    "hambatan": HAMBATAN,
}


@pytest.fixture
def store(fresh_store: Store) -> Store:
    report = import_files(fresh_store, [csv(*each) for each in WORLD.items()], today=TODAY)
    assert report.exit_code == 0, report
    return fresh_store


def row(store: Store, kind: str, row_id: str) -> StoredRow:
    column = KEYS[kind][0]
    for household in ("K1", "K2"):
        for each in stored_rows(store.current(), household):
            if each.kind == kind and each.key[column] == row_id:
                return each
    raise AssertionError(f"no {kind} {row_id}")


def everything(snapshot: Snapshot) -> dict[tuple[str, ...], dict[str, str]]:
    """Every cell of every row, personal ones too."""
    return {
        (each.kind, *each.key.values()): {**each.cells, **personal_cells(snapshot, each)}
        for household in ("K1", "K2")
        for each in stored_rows(snapshot, household)
    }


def differences(before: dict[Any, dict[str, str]], after: dict[Any, dict[str, str]]) -> Any:
    return {
        (*key, name): (cells[name], after[key][name])
        for key, cells in before.items()
        for name in cells
        if cells[name] != after[key][name]
    }


def correct(store: Store, which: StoredRow, **cells: str) -> None:
    proposal = propose(store, which, which.cells.get("id_keluarga", "K1"), cells, "salah tulis")
    assert proposal.kept is not None, proposal.report


def bring_in(store: Store) -> None:
    import_corrections(store, [each.id for each in kept_corrections(store).waiting])
    assert not kept_corrections(store).waiting


def test_a_stored_row_says_what_was_imported(store: Store) -> None:
    household = row(store, "keluarga", "K1")
    assert household.cells["desa"] == "63.11.03.2004"
    assert household.cells["kerentanan"] == "lansia; balita"
    assert household.cells["jumlah_anggota"] == "4"
    assert household.cells["terdaftar_pada"] == "2025-01-01"
    assert "nama_kepala_keluarga" not in household.cells
    assert row(store, "kunjungan", "V1").cells["program_diterima"] == "pkh; sembako"
    assert row(store, "hambatan", "H2").cells["selesai_pada"] == "2025-04-01"
    assert row(store, "sasaran", "K1").cells == {
        "id_keluarga": "K1",
        "program": "pkh",
        "mulai": "2025-02-01",
        "selesai": "",
    }


@pytest.mark.parametrize(
    ("kind", "row_id", "cells"),
    [
        ("keluarga", "K1", {"rt": "009"}),
        ("keluarga", "K1", {"desa": "Tundi", "kerentanan": ""}),
        ("keluarga", "K1", {"berakhir_pada": "2025-10-01", "alasan_berakhir": "pindah"}),
        ("kunjungan", "V1", {"tanggal": "2025-11-02"}),
        ("kunjungan", "V1", {"id_keluarga": "K2"}),
        ("kunjungan", "V1", {"manfaat": ""}),
        ("sasaran", "K1", {"selesai": "2025-02-01"}),
        ("hambatan", "H2", {"solusi": ""}),
        ("hambatan", "H1", {"status": "selesai", "selesai_pada": "2025-12-01"}),
        ("hambatan", "H1", {"opd": "Dinas Sosial"}),
    ],
)
def test_only_the_named_cells_change(
    store: Store, kind: str, row_id: str, cells: dict[str, str]
) -> None:
    before = everything(store.current())
    correct(store, row(store, kind, row_id), **cells)
    assert everything(store.current()) == before
    bring_in(store)
    changed = differences(before, everything(store.current()))
    assert {key[-1] for key in changed} == set(cells)
    assert {key[0] for key in changed} == {kind}
    assert all(check.ok for check in store.verify())


def test_a_visit_that_never_was_keeps_nothing_received(store: Store) -> None:
    before = everything(store.current())
    correct(store, row(store, "kunjungan", "V1"), hasil="tidak_di_tempat")
    bring_in(store)
    changed = differences(before, everything(store.current()))
    assert {key[-1] for key in changed} == {"hasil", "program_diterima", "manfaat"}
    assert stored_row(store.current(), "kunjungan", {"id_kunjungan": "V1"}) is not None


def test_a_personal_cell_leaves_the_other_personal_cells(store: Store) -> None:
    before = everything(store.current())
    household = row(store, "keluarga", "K1")
    correct(store, household, alamat="Jalan Ramai 1")
    bring_in(store)
    changed = differences(before, everything(store.current()))
    assert changed == {("keluarga", "K1", "alamat"): ("Jalan Sunyi 7", "Jalan Ramai 1")}
    for name in ("alamat", "nama_kepala_keluarga", "no_kk"):  # one after the other, to nothing
        correct(store, row(store, "keluarga", "K1"), **{name: ""})
        bring_in(store)
        after = personal_cells(store.current(), row(store, "keluarga", "K1"))
        assert after[name] == ""
    assert all(check.ok for check in store.verify())


def test_the_register_that_says_the_same_changes_nothing(store: Store) -> None:
    """The fingerprint of a corrected row is that of a whole row: nothing is half known."""
    correct(store, row(store, "keluarga", "K1"), alamat="Jalan Ramai 1")
    bring_in(store)
    whole = KELUARGA.replace("Jalan Sunyi 7", "Jalan Ramai 1")
    again = import_files(store, [csv("keluarga", whole)], today=TODAY)
    assert again.total("unchanged") == 2


def test_what_the_import_refuses_is_not_kept(store: Store) -> None:
    visit = row(store, "kunjungan", "V1")
    proposal = propose(store, visit, "K1", {"tanggal": "2099-01-01"}, "coba")
    assert proposal.kept is None
    assert proposal.report is not None
    (problem,) = proposal.report.files[0].errors
    assert problem.column == "tanggal"
    assert "di masa depan" in problem.problem or "masa depan" in problem.problem
    assert kept_corrections(store).corrections == []


def test_nothing_different_is_nothing_to_correct(store: Store) -> None:
    household = row(store, "keluarga", "K1")
    same = {**household.cells, "kerentanan": "balita; lansia"}
    cells = {name: same[name] for name in (c.name for c in editable("keluarga"))}
    assert propose(store, household, "K1", cells, "x").report is None
    assert kept_corrections(store).corrections == []


def test_a_later_correction_of_the_row_joins_the_earlier(store: Store) -> None:
    household = row(store, "keluarga", "K1")
    correct(store, household, rt="009")
    correct(store, household, dusun="Hulu")
    (waiting,) = kept_corrections(store).waiting
    assert waiting.changes == {"rt": "009", "dusun": "Hulu"}
    assert waiting.before == {"rt": "001", "dusun": ""}
    assert len(waiting.reasons) == 2
    propose(store, household, "K1", {"rt": "001", "dusun": ""}, "ternyata benar")
    assert kept_corrections(store).waiting == []


def test_another_import_makes_it_stale_or_needless(store: Store) -> None:
    correct(store, row(store, "keluarga", "K1"), rt="009")
    (waiting,) = kept_corrections(store).waiting
    assert standing(store.current(), waiting) == "ready"
    text = "id_keluarga,desa,terdaftar_pada,rt,dusun\nK1,Bihara,2025-01-01,{},Hulu\n"
    import_files(store, [csv("keluarga", text.format("001"))], today=TODAY)
    assert standing(store.current(), waiting) == "ready"  # another column changed
    import_files(store, [csv("keluarga", text.format("005"))], today=TODAY)
    assert standing(store.current(), waiting) == "stale"
    import_files(store, [csv("keluarga", text.format("009"))], today=TODAY)
    assert standing(store.current(), waiting) == "there"
    bring_in(store)
    assert row(store, "keluarga", "K1").cells["dusun"] == "Hulu"


def test_what_changed_meanwhile_in_a_required_column_stays(store: Store) -> None:
    correct(store, row(store, "kunjungan", "V1"), manfaat="2")
    text = "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\nV1,K1,2025-11-05,P2,bertemu\n"
    import_files(store, [csv("kunjungan", text)], today=TODAY)
    bring_in(store)
    cells = row(store, "kunjungan", "V1").cells
    assert (cells["tanggal"], cells["pendamping"], cells["manfaat"]) == ("2025-11-05", "P2", "2")


def test_a_row_of_another_version_is_gone(store: Store) -> None:
    first = store.versions()[-1].id
    correct(store, row(store, "kunjungan", "V1"), manfaat="2")
    (waiting,) = kept_corrections(store).waiting
    store.rollback(first)
    assert standing(store.current(), waiting) == "gone"
    assert row_to_import(store.current(), waiting) is None
    assert import_corrections(store, [waiting.id]).total("rows_read") == 0
    assert kept_corrections(store).waiting == [waiting]


def test_a_refused_row_keeps_waiting_and_the_others_come_in(store: Store) -> None:
    correct(store, row(store, "keluarga", "K1"), berakhir_pada="2025-06-01")
    correct(store, row(store, "kunjungan", "V2"), tanggal="2025-06-02")
    later = "id_keluarga,desa,terdaftar_pada\nK1,Bihara,2025-08-01\n"
    import_files(store, [csv("keluarga", later)], today=TODAY)
    report = import_corrections(store, [each.id for each in kept_corrections(store).waiting])
    assert (report.total("accepted"), report.total("rejected")) == (1, 1)
    (waiting,) = kept_corrections(store).waiting
    assert waiting.kind == "keluarga"
    (done,) = [c for c in kept_corrections(store).corrections if c.state == "imported"]
    assert done.version == store.current().version_id


def test_the_workbook_is_the_input_format(store: Store) -> None:
    correct(store, row(store, "keluarga", "K1"), rt="=1+1")
    correct(store, row(store, "keluarga", "K2"), prioritas="tinggi")
    correct(store, row(store, "kunjungan", "V1"), manfaat="2")
    made = corrections_workbook(store.current(), kept_corrections(store).waiting)
    book = load_workbook(io.BytesIO(made))
    heads = {sheet.title: [str(c.value).rstrip("*") for c in sheet[1]] for sheet in book}
    assert heads["keluarga"][2:] == ["id_keluarga", "desa", "rt", "terdaftar_pada"]
    assert heads["keluarga 2"][2:] == ["id_keluarga", "desa", "prioritas", "terdaftar_pada"]
    assert {cell.data_type for sheet in book for line in sheet for cell in line} <= {"s", "n"}
    before = everything(store.current())
    report = import_files(store, [SourceFile("koreksi.xlsx", data=made)], today=TODAY)
    assert (report.exit_code, report.total("accepted")) == (0, 3)
    changed = differences(before, everything(store.current()))
    assert {key[-1] for key in changed} == {"rt", "prioritas", "manfaat"}
    standings = {standing(store.current(), c) for c in kept_corrections(store).waiting}
    assert standings == {"there"}


def test_nothing_personal_in_the_log(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    correct(store, row(store, "keluarga", "K1"), nama_kepala_keluarga="Utuh Rahasia")
    bring_in(store)
    assert "Rahasia" not in caplog.text


days = st.dates(date(2025, 2, 2), date(2025, 12, 10)).map(date.isoformat)
CELLS: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "keluarga": {
        "desa": st.sampled_from(["Tundi", "63.11.03.2004", "Pudak"]),
        "rt": st.sampled_from(["", "001", "=2", "RT 3; 4", "'5"]),
        "jumlah_anggota": st.integers(1, 40).map(str) | st.just(""),
        "desil": st.integers(1, 10).map(str) | st.just(""),
        "desil_per": days | st.just(""),
        "prioritas": st.sampled_from(["tinggi", "sedang", "rendah"]),
        "kerentanan": st.sampled_from(["", "lansia", "balita; disabilitas"]),
        "berakhir_pada": days | st.just(""),
        "alamat": st.sampled_from(["", "Jalan Baru, Gang “2”", "Hulu\nHilir"]),
        "nama_kepala_keluarga": st.sampled_from(["", "Rudi; Ani"]),
    },
    "kunjungan": {
        "id_keluarga": st.sampled_from(["K1", "K2"]),
        "tanggal": st.dates(date(2025, 3, 1), date(2025, 11, 30)).map(date.isoformat),
        "pendamping": st.sampled_from(["P1", "P9"]),
        "program_diterima": st.sampled_from(["", "pkh", "sembako"]),
        "manfaat": st.sampled_from(["", "1", "5"]),
        "hambatan": st.sampled_from(["", "akses_jalan; data_kependudukan"]),
        "catatan": st.sampled_from(["", "sudah pindah; hubungi lagi"]),
    },
    "hambatan": {
        "kategori": st.sampled_from(["akses_jalan", "data_kependudukan"]),
        "opd": st.sampled_from(["", "Dinas Sosial"]),
        "solusi": st.sampled_from(["", "jalan diperbaiki"]),
        "uraian": st.sampled_from(["", "uraian lain"]),
        "desa": st.sampled_from(["63.11.03.2004", "Tundi"]),
    },
    "sasaran": {"selesai": days | st.just("")},
}
ROWS = {"keluarga": "K1", "kunjungan": "V1", "hambatan": "H1", "sasaran": "K1"}


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    kind = draw(st.sampled_from(list(CELLS)))
    names = draw(st.sets(st.sampled_from(list(CELLS[kind])), min_size=1, max_size=4))
    return kind, {name: draw(CELLS[kind][name]) for name in sorted(names)}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that every example copies nothing of: each goes back to its start."""
    folder: Path = tmp_path_factory.mktemp("corrections") / "store"
    import_files(Store(folder), [csv(*each) for each in WORLD.items()], today=TODAY)
    return folder


@settings(max_examples=25)
@given(edit=edits())
def test_whatever_is_corrected_nothing_else_changes(
    shared: Path, edit: tuple[str, dict[str, str]]
) -> None:
    store = Store(shared)
    start = store.versions()[-2].id if len(store.versions()) > 1 else store.current().version_id
    store.rollback(start)
    kind, cells = edit
    before = everything(store.current())
    which = row(store, kind, ROWS[kind])
    proposal = propose(store, which, "K1", cells, "uji")
    if proposal.kept is None:
        assert proposal.report is None, proposal.report
        return
    columns = row_to_import(store.current(), proposal.kept)
    assert columns is not None
    assert set(columns) <= set(FORMATS[kind].names)
    bring_in(store)
    changed = differences(before, everything(store.current()))
    assert {key[-1] for key in changed} <= set(proposal.kept.changes)
    assert {key[:2] for key in changed} <= {(kind, ROWS[kind])}


def test_a_day_too_long_ago_is_the_importers_word(store: Store) -> None:
    visit = row(store, "kunjungan", "V1")
    old = (date(2025, 1, 1) - timedelta(days=400)).isoformat()
    proposal = propose(store, visit, "K1", {"tanggal": old, "jadwal_berikutnya": ""}, "uji")
    assert proposal.kept is None
    assert proposal.report is not None
    assert proposal.report.files[0].errors[0].column == "tanggal"
