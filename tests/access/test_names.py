"""A household is found by the name of its head, by those who may see names and nobody else."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.access.names import found_by_name
from analytics.ingest import SourceFile, import_files
from analytics.store import Store
from analytics.store.errors import NotForThisRole
from analytics.store.scope import Sealed, scoped

HOMES = (
    "id_keluarga,desa,rt,nama_kepala_keluarga,prioritas,terdaftar_pada,berakhir_pada,"
    "alasan_berakhir\n"
    "K1,Bihara,001,Siti Aminah Simulasi,tinggi,2025-01-01,,\n"
    "K2,Tundi,,Aminah Hartati Simulasi,sedang,2025-01-01,,\n"
    "K3,Bihara,003,SITI AMINAH,sedang,2025-01-01,2025-06-01,pindah\n"
    "K4,Bihara,003,,sedang,2025-01-01,,\n"
)


@pytest.fixture
def store(fresh_store: Store) -> Store:
    report = import_files(fresh_store, [SourceFile("keluarga.csv", data=HOMES.encode())])
    assert report.exit_code == 0
    return fresh_store


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("aminah", ["K2", "K3", "K1"]),
        ("  Aminah   SITI ", ["K3", "K1"]),
        ("hartati aminah", ["K2"]),
        ("minah har", ["K2"]),
        ("budi", []),
        ("am", []),
        ("a i", []),
        ("   ", []),
    ],
)
def test_every_word_in_any_order_and_case(store: Store, text: str, ids: list[str]) -> None:
    assert [each.household_id for each in found_by_name(store.current(), text)] == ids


def test_where_it_lives_and_whether_it_has_left(store: Store) -> None:
    left, here = found_by_name(store.current(), "siti")
    assert (left.name, left.desa_name, left.rt) == ("SITI AMINAH", "Bihara", "003")
    assert (left.ended_on, here.ended_on) == (date(2025, 6, 1), None)
    assert found_by_name(store.current(), "hartati")[0].rt is None


def test_a_field_worker_finds_the_assigned_desa_only(store: Store) -> None:
    found = found_by_name(scoped(store.current(), ["63.11.03.2011"]), "aminah")
    whole = {each.household_id: each.desa_name for each in found_by_name(store.current(), "aminah")}
    assert len(found) < len(whole)
    assert len({each.desa_name for each in found}) <= 1


def test_an_outside_reader_finds_nobody(store: Store) -> None:
    with pytest.raises(NotForThisRole):
        found_by_name(Sealed(store.current()), "aminah")


def test_without_the_key_there_are_no_names(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = store.current()
    monkeypatch.setenv("PERUT_KEY_FILE", "/nowhere/perut.key")
    assert found_by_name(snapshot, "aminah") == []
