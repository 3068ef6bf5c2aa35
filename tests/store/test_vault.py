"""Personal data lives sealed in the vault and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.store import Store, StoreBroken, vault
from tests.store.worlds import csv, load

SECRETS = ("Galuh Simulasi", "catatan rahasia", "6311039900000001", "Jl. Simulasi 7", "-2.44271")


def test_no_personal_value_is_in_any_file_of_the_store(fresh_store: Store) -> None:
    people = (
        "id_keluarga,desa,nama_kepala_keluarga,no_kk,alamat,lintang,bujur,terdaftar_pada\n"
        "K1,Bihara,Galuh Simulasi,6311039900000001,Jl. Simulasi 7,-2.44271,115.54031,2025-01-01\n"
        "K2,Entah Di Mana,Galuh Simulasi,6311039900000001,Jl. Simulasi 7,,,2025-01-01\n"
        "6311039900000001,Bihara,Galuh Simulasi,,,,,2025-01-01\n"
    )
    visits = (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,catatan\n"
        "V1,6311039900000001,2025-11-01,P1,bertemu,catatan rahasia\n"
        "V2,6311039900000009,2025-11-01,P1,bertemu,catatan rahasia\n"
    )
    report = load(fresh_store, [csv("keluarga", people), csv("kunjungan", visits)])
    assert (report.total("accepted"), report.total("rejected")) == (3, 2)
    fresh_store.current()
    for path in (p for p in fresh_store.folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        for secret in SECRETS:
            assert secret.encode() not in data, f"{secret} in {path.name}"
    said = str(report.as_dict())
    assert not any(secret in said for secret in SECRETS)


def test_a_personal_number_as_id_becomes_the_same_pseudonym_everywhere(fresh_store: Store) -> None:
    people = (
        "id_keluarga,desa,nama_kepala_keluarga,terdaftar_pada\n"
        "0011039900000001,Bihara,Utuh,2025-01-01\n"
    )
    visits = (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\n"
        "V1,0011-0399-0000-0001,2025-11-01,P1,bertemu\n"
    )
    report = load(fresh_store, [csv("kunjungan", visits), csv("keluarga", people)])
    assert report.exit_code == 0, report.as_dict()
    ids = fresh_store.current().query("select household_id from household")["household_id"]
    assert ids.iloc[0].startswith("P") and "1103" not in ids.iloc[0]
    private = fresh_store.current().private("keluarga", list(ids))
    assert private[ids.iloc[0]]["nama_kepala_keluarga"] == "Utuh"


def test_an_emptied_field_is_erased_and_an_absent_column_is_kept(fresh_store: Store) -> None:
    head = "id_keluarga,desa,nama_kepala_keluarga,alamat,terdaftar_pada\n"
    load(fresh_store, [csv("keluarga", head + "K1,Bihara,Utuh,Jl. A,2025-01-01\n")])
    load(fresh_store, [csv("keluarga", head + "K1,Bihara,Utuh,,2025-01-01\n")])
    assert fresh_store.current().private("keluarga", ["K1"]) == {
        "K1": {"nama_kepala_keluarga": "Utuh"}
    }
    short = "id_keluarga,desa,prioritas,terdaftar_pada\nK1,Bihara,tinggi,2025-01-01\n"
    assert load(fresh_store, [csv("keluarga", short)]).total("accepted") == 1
    assert fresh_store.current().private("keluarga", ["K1"]) == {
        "K1": {"nama_kepala_keluarga": "Utuh"}
    }


def test_sealed_values_are_bound_to_their_row_and_field() -> None:
    keys = vault.Keys.derive(bytes(range(32)))
    sealed = vault.seal_bytes(keys, "keluarga/K1/nama", b"Utuh")
    assert vault.open_bytes(keys, "keluarga/K1/nama", sealed) == b"Utuh"
    # Another bit, not another letter: a random last byte is that letter already once in 256.
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for purpose, data in (("keluarga/K2/nama", sealed), ("keluarga/K1/nama", damaged)):
        with pytest.raises(StoreBroken):
            vault.open_bytes(keys, purpose, data)


def test_the_key_is_outside_the_store_and_only_its_owner_may_read_it(
    fresh_store: Store, tmp_path: Path
) -> None:
    fresh_store.current()
    key = tmp_path / "perut.key"
    assert key.stat().st_mode & 0o077 == 0
    assert fresh_store.folder not in key.parents


def test_many_segments_are_merged_without_losing_or_reviving_a_value(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.store import draft

    monkeypatch.setattr(draft, "_MERGE_ABOVE_SEGMENTS", 3)
    head = "id_keluarga,desa,nama_kepala_keluarga,alamat,terdaftar_pada\n"
    for n in range(6):
        address = "" if n == 5 else f"Jl. {n}"
        load(fresh_store, [csv("keluarga", f"{head}K1,Bihara,Nama {n},{address},2025-01-01\n")])
    current = fresh_store.current()
    assert len(current.info.vault) <= 4
    assert current.private("keluarga", ["K1"]) == {"K1": {"nama_kepala_keluarga": "Nama 5"}}


SHIFTED = """id_keluarga,desa,rt,rw,dusun,nama_kepala_keluarga,no_kk,terdaftar_pada,prioritas,desil
K1,Galuh Simulasi,001,,,,,2025-01-01,,
K2,6311039900000001,001,,,,,2025-01-01,,
K3,Bihara,001,,,,,Jl. Simulasi 7,,
K4,Bihara,001,,,,,2025-01-01,Galuh Simulasi,
K5,Bihara,001,,,,,2025-01-01,,Galuh Simulasi
K6,Bihara,001,,,Simulasi, Galuh,6311039900000001,2025-01-01,,
"""
SHIFTED_VISITS = """id_kunjungan,id_keluarga,tanggal,pendamping,hasil,program_diterima,\
hambatan,manfaat
V1,K7,2025-11-01,P1,Galuh Simulasi,,,
V2,K7,2025-11-01,P1,bertemu,Galuh Simulasi,,
V3,K7,2025-11-01,P1,bertemu,,catatan rahasia sekali,
V4,K7,2025-11-01,P1,bertemu,,,6311039900000001
V5,K7,6311039900000001,P1,bertemu,,,
"""


def test_no_sentence_quotes_a_name_from_a_shifted_cell(fresh_store: Store) -> None:
    good = "\nK7,Bihara,001,,,,,2025-01-01,,\n"
    report = load(
        fresh_store, [csv("keluarga", SHIFTED.strip() + good), csv("kunjungan", SHIFTED_VISITS)]
    )
    assert (report.total("accepted"), report.total("rejected")) == (1, 11), report.as_dict()
    said = str(report.as_dict()) + "".join(
        path.read_text("utf-8") for path in fresh_store.layout.reports.iterdir()
    )
    for secret in ("Galuh", "6311039900000001", "Jl. Simulasi", "rahasia"):
        assert secret not in said, secret


def test_a_near_miss_is_still_shown(fresh_store: Store) -> None:
    text = "id_keluarga,desa,terdaftar_pada\nK1,Bihra,2025-01-01\nK2,Bihara,31/02/2025\n"
    said = str(load(fresh_store, [csv("keluarga", text)]).as_dict())
    assert "Bihra" in said
    assert "31/02/2025" in said


def test_an_id_made_of_a_desa_code_is_no_personal_number(fresh_store: Store) -> None:
    text = "id_keluarga,desa,terdaftar_pada\n63.11.03.2007-0001-01,Bihara,2025-01-01\n"
    load(fresh_store, [csv("keluarga", text)])
    ids = fresh_store.current().query("select household_id from household")["household_id"]
    assert ids.tolist() == ["63.11.03.2007-0001-01"]


def test_what_people_write_for_nothing_is_no_vulnerability(fresh_store: Store) -> None:
    head = "id_keluarga,desa,terdaftar_pada,kerentanan\n"
    rows = "".join(
        f"K{i},Bihara,2025-01-01,{text}\n"
        for i, text in enumerate(("-", "tidak ada", "nihil", "lansia; -", "janda"))
    )
    load(fresh_store, [csv("keluarga", head + rows)])
    found = fresh_store.current().query(
        "select vulnerabilities from household order by household_id"
    )["vulnerabilities"]
    assert [list(codes) for codes in found] == [[], [], [], ["lansia"], ["janda"]]
