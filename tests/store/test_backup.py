"""One file holds everything but the key, and makes the same store again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from analytics.questions import Filters, coverage
from analytics.store import Store, StoreError
from tests.store.worlds import TODAY, load, visits


def test_a_backup_restores_to_the_same_answers_and_names(
    fresh_store: Store, tmp_path: Path
) -> None:
    load(fresh_store)
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu", "V4,K9,2025-12-01,P1,bertemu")])
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    other = Store(tmp_path / "other" / "store")
    other.folder.parent.mkdir()
    assert other.restore(file) is None
    ask = Filters(TODAY)
    assert coverage(other.current(), ask).equals(coverage(fresh_store.current(), ask))
    assert other.current().private("keluarga", ["K1"]) == fresh_store.current().private(
        "keluarga", ["K1"]
    )
    assert len(other.versions()) == len(fresh_store.versions())
    assert all(check.ok for check in other.verify())


def test_restoring_over_a_store_moves_it_aside(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    newest = fresh_store.current().version_id
    aside = fresh_store.restore(file)
    assert aside is not None
    assert fresh_store.current().version_id != newest
    assert Store(aside).current().version_id == newest


@pytest.mark.parametrize(
    "fault", ["not a zip", "cut", "changed", "escaping", "missing", "hollow", "shapeless"]
)
def test_a_bad_backup_changes_nothing(fresh_store: Store, tmp_path: Path, fault: str) -> None:
    load(fresh_store)
    version = fresh_store.current().version_id
    file = tmp_path / "cadangan.zip"
    fresh_store.backup(file)
    data = file.read_bytes()
    if fault == "not a zip":
        file.write_bytes(b"halo")
    elif fault == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif fault == "changed":
        # Inside the content of a member: a byte of a date in a header would change nothing.
        with zipfile.ZipFile(file) as packed:
            largest = max(packed.infolist(), key=lambda member: member.compress_size)
        middle = largest.header_offset + 100 + largest.compress_size // 2
        file.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
    elif fault == "escaping":
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("contents.json", '{"sha256": {"../escaped": "00"}}')
            packed.writestr("../escaped", "x")
    elif fault in ("hollow", "shapeless"):
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("contents.json", '{"sha256": {}}' if fault == "hollow" else "[1]")
    else:
        file = tmp_path / "absent.zip"
    with pytest.raises(StoreError):
        fresh_store.restore(file)
    assert fresh_store.current().version_id == version
    assert not (tmp_path / "escaped").exists()


def test_a_backup_never_overwrites_a_file(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    file = tmp_path / "cadangan.zip"
    file.write_bytes(b"milik orang lain")
    with pytest.raises(StoreError):
        fresh_store.backup(file)
    assert file.read_bytes() == b"milik orang lain"
