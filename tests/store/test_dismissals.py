"""Signals that were set aside: sealed with their reason, kept with a backup, and taken back."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.access.roles import Reader, Role
from analytics.access.signals import dismiss_as, may_dismiss, take_back_as
from analytics.store import KeyMissing, NotForThisRole, Store, StoreError
from analytics.store import dismissals as module
from analytics.store.audit import acting
from analytics.store.dismissals import (
    dismiss,
    kept_dismissals,
    old_dismissals,
    take_back,
    with_dismissals,
)
from analytics.store.rekey import rotate
from analytics.store.retention import due
from tests.store.worlds import load

KEY, OTHER = "d.63.11.03.2013.penyaluran.2025-W50", "d.63.11.03.2013.penyaluran.2025-W51"
WHY = "Sudah dibicarakan dengan Ibu Galuh"


def test_a_dismissal_has_its_reason_name_and_day(fresh_store: Store) -> None:
    load(fresh_store)
    assert kept_dismissals(fresh_store).by_key == {}
    with acting("siti", "camat"):
        dismiss(fresh_store, KEY, 7, f"  {WHY} ")
    kept = kept_dismissals(Store(fresh_store.folder))
    found = kept.standing(KEY, 7)
    assert found is not None
    assert (found.steps[-1].reason, found.steps[-1].who) == (WHY, "siti")
    assert datetime.now(UTC) - found.when < timedelta(minutes=1)
    assert kept.standing(OTHER, 7) is None  # the next week signals anew


def test_it_can_be_taken_back_and_set_aside_again(fresh_store: Store) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)
    take_back(fresh_store, KEY)
    kept = kept_dismissals(fresh_store)
    assert kept.standing(KEY, 7) is None
    assert [step.action for step in kept.by_key[KEY].steps] == ["dismissed", "undone"]
    dismiss(fresh_store, KEY, 7, "lagi")
    assert len(kept_dismissals(fresh_store).by_key[KEY].steps) == 3
    assert kept_dismissals(fresh_store).standing(KEY, 7) is not None


def test_no_reason_no_dismissal(fresh_store: Store) -> None:
    load(fresh_store)
    with pytest.raises(ValueError, match="reason"):
        dismiss(fresh_store, KEY, 7, "  ")
    assert kept_dismissals(fresh_store).by_key == {}


def test_it_is_logged_without_the_reason(fresh_store: Store) -> None:
    load(fresh_store)
    with acting("siti", "camat"):
        dismiss(fresh_store, KEY, 7, WHY)
        take_back(fresh_store, KEY)
    lines = list(fresh_store.audit.read(event="signal"))
    assert {(e.who, e.what) for e in lines} == {
        ("siti", f"{KEY} dismissed"),
        ("siti", f"{KEY} undone"),
    }


def test_nothing_can_be_read_from_the_file(fresh_store: Store) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)
    (file,) = fresh_store.layout.rejects.glob("s-*.sealed")
    assert b"Galuh" not in file.read_bytes()
    assert "penyaluran" not in file.name


def test_without_the_key_nothing_is_kept_or_read(
    fresh_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "none.key"))
    with pytest.raises(KeyMissing):
        kept_dismissals(fresh_store)
    with pytest.raises(KeyMissing):
        dismiss(fresh_store, OTHER, 7, WHY)


def test_a_full_disk_keeps_what_was(fresh_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StoreError):
        patch.setattr(module, "put", full)
        take_back(fresh_store, KEY)
    assert kept_dismissals(fresh_store).standing(KEY, 7) is not None


def test_a_damaged_one_is_told_and_the_others_stay(fresh_store: Store) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)
    second = dismiss(fresh_store, OTHER, 7, WHY)
    path = fresh_store.layout.rejects / f"{second.id}.sealed"
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    kept = kept_dismissals(fresh_store)
    assert (list(kept.by_key), list(kept.damaged)) == ([KEY], [second.id])
    named = {check.name: check for check in fresh_store.verify()}
    assert not named["dismissals"].ok
    assert second.id in named["dismissals"].detail


def test_backups_imports_and_a_new_key_take_them_along(fresh_store: Store, tmp_path: Path) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)
    fresh_store.backup(tmp_path / "cadangan.zip")
    take_back(fresh_store, KEY)
    fresh_store.restore(tmp_path / "cadangan.zip")
    load(fresh_store)
    rotate(fresh_store)
    found = kept_dismissals(fresh_store).standing(KEY, 7)
    assert found is not None
    assert found.steps[-1].reason == WHY
    assert all(check.ok for check in fresh_store.verify())


def test_reasons_are_not_kept_for_ever(fresh_store: Store) -> None:
    load(fresh_store)
    made = dismiss(fresh_store, KEY, 7, WHY)
    today = datetime.now(UTC).date()
    assert old_dismissals(fresh_store, today - timedelta(days=1)) == []
    assert old_dismissals(fresh_store, today) == [made.id]
    assert made.id not in due(fresh_store, today).corrections
    assert made.id in due(fresh_store, today + timedelta(days=366)).corrections


def test_the_table_says_so_and_loses_no_row(fresh_store: Store) -> None:
    load(fresh_store)
    dismiss(fresh_store, KEY, 7, WHY)
    table = pd.DataFrame({"key": [KEY, OTHER], "count": [7, 7], "state": ["new", "new"]})
    marked = with_dismissals(table, kept_dismissals(fresh_store))
    assert marked["state"].tolist() == ["dismissed", "new"]
    assert with_dismissals(table.head(0), kept_dismissals(fresh_store)).empty


def about(desa: list[str]) -> dict[Hashable, Any]:
    return {"key": KEY, "count": 7, "desa_codes": desa}


def test_it_is_new_again_when_the_count_has_grown(fresh_store: Store) -> None:
    """What is set aside on a Tuesday may have trebled by Sunday."""
    load(fresh_store)
    dismiss(fresh_store, KEY, 3, WHY)
    kept = kept_dismissals(fresh_store)
    assert kept.standing(KEY, 3) is not None
    assert kept.standing(KEY, 2) is not None
    assert kept.standing(KEY, 4) is None


def test_who_may(fresh_store: Store) -> None:
    load(fresh_store)
    here, there = ["63.11.03.2013"], ["63.11.03.2013", "63.11.03.2004"]
    own = Reader("ani", Role.PETUGAS, ("63.11.03.2013",))
    assert may_dismiss(Reader("c", Role.CAMAT), [])
    assert may_dismiss(own, here)
    assert not may_dismiss(own, there)
    assert not may_dismiss(own, [])  # an assistant's
    for role in (Role.PENINJAU, Role.PUBLIK):
        assert not may_dismiss(Reader("x", role, tuple(here)), here)
        with pytest.raises(NotForThisRole):
            dismiss_as(Reader("x", role), fresh_store, about(here), WHY)
    dismiss_as(own, fresh_store, about(here), WHY)
    with pytest.raises(NotForThisRole):
        take_back_as(own, fresh_store, about(there))
    take_back_as(own, fresh_store, about(here))
    assert kept_dismissals(fresh_store).standing(KEY, 7) is None
