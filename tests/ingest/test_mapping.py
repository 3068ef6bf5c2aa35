"""Mapping files: the shipped ones, and what is said of a wrong one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from analytics.config import load_rules
from analytics.ingest import mapping, sources
from analytics.ingest.mapping import MappingError, find_source, load_mapping, parse_mapping
from analytics.ingest.sources import SourceFile, UnreadableFile, read_source

RULES = load_rules()
SMALL = """
title = "Formulir desa"
[[table]]
kind = "kunjungan"
detect = ["kode rumah", ["KEY", "_uuid"]]
ignore = ["jam"]
[table.columns]
id_kunjungan = ["KEY", "_uuid"]
id_keluarga = "kode rumah"
tanggal = "tgl"
hasil = "status"
[table.constants]
pendamping = "P-01"
[table.values.hasil]
"Ada di rumah" = "bertemu"
"""
DATA = b"kode rumah,tgl,status,jam,KEY,warna\n001,2025-12-01,ADA DI RUMAH,8,uuid:a1,biru\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of mappings of its own."""
    (tmp_path / "desa.toml").write_text(SMALL, encoding="utf-8")
    for name in ("load_mapping", "load_mappings"):
        monkeypatch.setattr(sources, name, partial(getattr(mapping, name), folder=tmp_path))
    return tmp_path


@pytest.mark.parametrize("path", sorted(mapping.MAPPINGS.glob("*.toml")), ids=lambda p: p.stem)
def test_the_shipped_mappings_are_right(path: Path) -> None:
    assert load_mapping(path.stem).tables


@pytest.mark.parametrize("wanted", [None, "desa"])
def test_a_mapping_of_ones_own(folder: Path, wanted: str | None) -> None:
    (sheet,) = read_source(SourceFile("x.csv", data=DATA), mapping=wanted, rules=RULES).sheets
    row = sheet.table.to_pylist()[0]
    assert (row["id_kunjungan"], row["id_keluarga"]) == ("a1", "001")
    assert (row["hasil"], row["pendamping"]) == ("bertemu", "P-01")
    assert sheet.extras == ("warna",)
    assert sheet.columns == ("id_kunjungan", "id_keluarga", "tanggal", "pendamping", "hasil")


def test_the_first_filled_source_counts(folder: Path) -> None:
    data = b"kode rumah,tgl,status,_uuid,KEY\n1,2025-12-01,x,b2,\n2,2025-12-01,x,b3,uuid:a3\n"
    (sheet,) = read_source(SourceFile("x.csv", data=data), rules=RULES).sheets
    assert sheet.table.column("id_kunjungan").to_pylist() == ["b2", "a3"]


def test_a_mapping_that_does_not_fit(folder: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"desa tidak cocok.*: tgl dan 1 kolom lain$"):
        read_source(SourceFile("x.csv", data=b"apa,tgl\n1,2\n"), mapping="desa", rules=RULES)


@pytest.mark.parametrize("name", ["tidak_ada", "../perut", "perut.toml", ""])
def test_no_such_mapping(name: str) -> None:
    with pytest.raises(MappingError, match=r"Tidak ada pemetaan.*perut"):
        load_mapping(name)


def test_a_malformed_mapping_beside_a_good_one_is_reported_and_not_used(folder: Path) -> None:
    (folder / "rusak.toml").write_text("title = ", encoding="utf-8")
    content = read_source(SourceFile("x.csv", data=DATA), rules=RULES)
    assert [sheet.kind for sheet in content.sheets] == ["kunjungan"]
    assert any("Pemetaan rusak salah" in left for left in content.ignored)
    with pytest.raises(MappingError, match="TOML"):
        read_source(SourceFile("x.csv", data=DATA), mapping="rusak", rules=RULES)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "kunjungan"', 'kind = "foto"', "kind harus salah satu"),
        ('tanggal = "tgl"', 'tgl = "tgl"', "tidak punya kolom tgl"),
        ('tanggal = "tgl"', "tanggal = 3", "columns.tanggal harus berupa teks"),
        ('tanggal = "tgl"', "tanggal = []", "tidak boleh kosong"),
        ('ignore = ["jam"]', 'abaikan = ["jam"]', "pengaturan abaikan tidak dikenal"),
        ('ignore = ["jam"]', 'links = ["a"]', "pasangan"),
        ("[table.constants]", "[table.parent]", "memerlukan links"),
        ('detect = ["kode rumah", ["KEY", "_uuid"]]', "detect = []", "detect tidak boleh kosong"),
        ("[[table]]", "[table]", r"tidak ada \[\[table\]\]"),
        ("[[table]]", "[[tabel]]", "pengaturan tabel tidak dikenal"),
        ('title = "Formulir desa"', "title = 3", "title harus berupa teks"),
        ("[table.values.hasil]", "[table.values]", "tidak punya kolom Ada di rumah"),
        ("[[table]]", "[[table", "bukan TOML"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(old: str, new: str, says: str) -> None:
    assert old in SMALL
    with pytest.raises(MappingError, match=says):
        parse_mapping("x", SMALL.replace(old, new))


@pytest.mark.parametrize(
    ("header", "name", "found"),
    [
        ("hasil", "hasil", True),
        ("Pintu/Hasil", "hasil", True),
        ("luar-pintu-hasil", "hasil", True),
        ("meta-instanceID", "meta/instanceID", True),
        ("_uuid", "_uuid", True),
        ("hasil_lain", "hasil", False),
        ("_submission__uuid", "_uuid", False),
        ("PARENT_KEY", "KEY", False),
    ],
)
def test_how_a_column_is_found(header: str, name: str, found: bool) -> None:
    assert (find_source(["x", header], name) == 1) is found


def test_a_column_without_a_prefix_comes_before_one_with() -> None:
    assert find_source(["grup/hasil", "hasil"], "hasil") == 1
