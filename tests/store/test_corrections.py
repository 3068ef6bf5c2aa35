"""Corrections are kept sealed, whole or not at all, and go with a backup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analytics.store import KeyMissing, Store, StoreError, vault
from analytics.store import corrections as module
from analytics.store.corrections import (
    Correction,
    keep_correction,
    kept_corrections,
    settle_corrections,
)
from tests.store.worlds import load

WHEN = "2025-12-15T08:00:00+00:00"
SECRETS = ("Galuh Rahasia", "Jalan Sunyi 7", "karena tetangga bilang", "K1", "alamat", "keluarga")


def one(**more: object) -> Correction:
    plain = Correction(
        "keluarga",
        {"id_keluarga": "K1"},
        "K1",
        {"nama_kepala_keluarga": SECRETS[0], "alamat": SECRETS[1]},
        {"nama_kepala_keluarga": "Lama", "alamat": ""},
        [(WHEN, SECRETS[2])],
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def files(store: Store) -> list[Path]:
    return sorted(store.layout.rejects.iterdir()) if store.layout.rejects.is_dir() else []


def test_nothing_kept_is_nothing(fresh_store: Store) -> None:
    load(fresh_store)
    assert kept_corrections(fresh_store).corrections == []


def test_what_was_kept_comes_back(fresh_store: Store) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one())
    kept = kept_corrections(Store(fresh_store.folder))
    (back,) = kept.corrections
    assert (back.changes, back.before, back.reasons) == (
        one().changes,
        one().before,
        one().reasons,
    )
    assert kept.waiting_for("keluarga", {"id_keluarga": "K1"}) == back
    assert kept.waiting_for("keluarga", {"id_keluarga": "K2"}) is None
    assert kept.of_household("K1") == [back]
    assert kept.of_household("K2") == []


def test_no_value_can_be_read_from_the_file(fresh_store: Store) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one())
    (file,) = files(fresh_store)
    raw = file.read_bytes()
    # Two letters alone stand in sealed bytes by chance; what is sealed has them in quotes.
    quoted = [word if len(word) > 4 else f'"{word}"' for word in SECRETS]
    assert not [word for word in quoted if word.encode() in raw]
    assert not [word for word in SECRETS if word in file.name]
    keys = fresh_store.keys()
    assert keys
    opened = vault.open_bytes(keys, file.stem, raw)
    assert all(word.encode() in opened for word in quoted)


def test_without_its_key_nothing_is_kept_or_read(
    fresh_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one())
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "none.key"))
    with pytest.raises(KeyMissing):
        keep_correction(fresh_store, one())
    with pytest.raises(KeyMissing):
        kept_corrections(fresh_store)
    assert len(files(fresh_store)) == 1


def test_settling_marks_only_those_that_wait(fresh_store: Store) -> None:
    load(fresh_store)
    first, second = one(id="c-1"), one(id="c-2", key={"id_keluarga": "K2"})
    keep_correction(fresh_store, first)
    keep_correction(fresh_store, second)
    assert settle_corrections(fresh_store, ["c-1"], "imported", "v00009-abc") == 1
    assert settle_corrections(fresh_store, ["c-1"], "cancelled") == 0
    states = {c.id: (c.state, c.version) for c in kept_corrections(fresh_store).corrections}
    assert states == {"c-1": ("imported", "v00009-abc"), "c-2": ("waiting", None)}
    assert [c.id for c in kept_corrections(fresh_store).waiting] == ["c-2"]


def test_a_crash_while_writing_leaves_the_old_one(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one(id="c-1"))

    def torn(path: Path, data: bytes) -> None:
        path.with_name(f".{path.name}.1.tmp").write_bytes(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "put", torn)
    with pytest.raises(StoreError):
        keep_correction(fresh_store, one(id="c-1", changes={"rt": "9"}))
    (back,) = kept_corrections(fresh_store).corrections
    assert back.changes == one().changes


def test_a_damaged_one_is_told_and_the_others_stay(fresh_store: Store) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one(id="c-1"))
    keep_correction(fresh_store, one(id="c-2"))
    path = fresh_store.layout.rejects / "c-1.sealed"
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    kept = kept_corrections(fresh_store)
    assert kept.damaged == ["c-1"]
    assert [c.id for c in kept.corrections] == ["c-2"]


def test_one_cannot_stand_in_for_another(fresh_store: Store) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one(id="c-1"))
    path = fresh_store.layout.rejects / "c-1.sealed"
    path.rename(path.with_name("c-2.sealed"))
    assert kept_corrections(fresh_store).damaged == ["c-2"]


def test_a_backup_takes_them_along(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one())
    fresh_store.backup(tmp_path / "cadangan.zip")
    settle_corrections(
        fresh_store, [c.id for c in kept_corrections(fresh_store).waiting], "cancelled"
    )
    fresh_store.restore(tmp_path / "cadangan.zip")
    assert [c.changes for c in kept_corrections(fresh_store).waiting] == [one().changes]
    assert all(check.ok for check in fresh_store.verify())


def test_imports_and_pruning_leave_them_alone(fresh_store: Store) -> None:
    load(fresh_store)
    keep_correction(fresh_store, one())
    load(fresh_store)
    fresh_store.prune()
    assert len(kept_corrections(fresh_store).waiting) == 1


def test_verify_opens_every_correction(fresh_store: Store) -> None:
    load(fresh_store)
    named = {check.name: check for check in fresh_store.verify()}
    assert named["corrections"].ok
    (fresh_store.layout.rejects / "c-000000.sealed").parent.mkdir(parents=True, exist_ok=True)
    (fresh_store.layout.rejects / "c-000000.sealed").write_bytes(b"damaged" * 20)
    named = {check.name: check for check in fresh_store.verify()}
    assert not named["corrections"].ok
    assert "c-000000" in named["corrections"].detail
