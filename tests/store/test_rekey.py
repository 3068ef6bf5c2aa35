"""The vault's key: changed at any moment's interruption, saved, put back, lost."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.config import ROOT
from analytics.ingest import SourceFile, import_files
from analytics.ingest.importer import rejected_sheets
from analytics.questions import QUESTIONS, Filters
from analytics.store import KeyMissing, Store, StoreError, vault
from analytics.store.corrections import Correction, keep_correction, kept_corrections
from analytics.store.keycopy import backup_key, restore_key
from analytics.store.keystate import key_status
from analytics.store.rekey import rotate
from tests.conftest import DEMO_TODAY
from tests.store.dying import die_after
from tests.store.worlds import TODAY, basics, csv

WORDS = "hujan turun di awayan"


@pytest.fixture
def store(fresh_store: Store) -> Store:
    """Two imports (one row rejected) and a correction."""
    import_files(fresh_store, basics(), today=TODAY)
    import_files(fresh_store, [visits("V8"), visits("V9", "TIDAKADA")], today=TODAY)
    keep_correction(
        fresh_store,
        Correction(
            "keluarga",
            {"id_keluarga": "K1"},
            "K1",
            {"nama_kepala_keluarga": "Benar Simulasi"},
            {},
            (("2025-12-01T00:00:00+00:00", "salah ketik"),),
            id="c-1",
        ),
    )
    return fresh_store


def visits(visit: str, household: str = "K1") -> SourceFile:
    header = "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,catatan\n"
    return csv("kunjungan", f"{header}{visit},{household},2025-11-01,P1,bertemu,rahasia {visit}\n")


def key_path() -> Path:
    return Path(os.environ["PERUT_KEY_FILE"])


def everything(store: Store) -> tuple[list[Any], ...]:
    """All that is sealed in a store, opened."""
    batches = [report["batch"] for report in store.reports()]
    return (
        [
            store.open(info.id).private(kind, ["K1", "K2", "V1", "V8"])
            for info in store.versions()
            for kind in ("keluarga", "kunjungan")
        ],
        [rejected_sheets(store, batch) for batch in batches],
        kept_corrections(store).corrections,
    )


def test_a_new_key_seals_everything_and_the_names_stay(store: Store) -> None:
    before, old = everything(store), key_path().read_bytes()
    assert any(before[0])
    assert rotate(store) > 5
    assert everything(Store(store.folder)) == before
    assert not list(key_path().parent.glob("*.before-*"))
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    assert all(check.ok for check in store.verify())
    # What was sealed before is nowhere any more: the old key alone opens nothing.
    key_path().write_bytes(old)
    assert store.has_right_key() is False
    with pytest.raises(StoreError):
        everything(Store(store.folder))


def test_later_imports_still_match(store: Store) -> None:
    rotate(store)
    again = import_files(store, basics(), today=TODAY)
    assert again.total("accepted") == 0
    assert again.total("unchanged") > 0
    report = import_files(store, [visits("V7")], today=TODAY)
    assert report.total("accepted") == 1
    rotate(store)
    assert store.current().private("kunjungan", ["V7"])["V7"]["catatan"] == "rahasia V7"
    assert key_status(store).keys == 3


def test_an_old_key_file_is_refused_in_a_sentence(store: Store) -> None:
    old = key_path().read_bytes()
    rotate(store)
    key_path().write_bytes(old)
    status = key_status(store)
    assert (status.found, status.right) == (True, False)
    with pytest.raises(KeyMissing, match="lebih lama"):
        import_files(store, [visits("V6")], today=TODAY)
    with pytest.raises(KeyMissing):
        rotate(store)


ROTATES = """
from analytics.store import Store
from analytics.store.rekey import rotate
mortal()
rotate(Store(sys.argv[1]))
"""


@pytest.mark.slow
def test_killed_at_any_step_the_names_are_there_and_the_next_run_completes_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, key = everything(store), key_path().read_bytes()
    finished = False
    for step in range(80):
        work = tmp_path / f"killed-{step}"
        shutil.copytree(store.folder, work / "store")
        (work / "key").mkdir()
        mine = work / "key" / "perut.key"
        mine.write_bytes(key)
        mine.chmod(0o600)
        monkeypatch.setenv("PERUT_KEY_FILE", str(mine))
        done = die_after(step, ROTATES, work / "store")
        copied = Store(work / "store")
        assert everything(copied) == before, step
        assert all(check.ok for check in copied.verify()), step
        if done.returncode == 0:
            finished = True
            break
        rotate(copied)
        assert everything(Store(work / "store")) == before, step
        assert not key_status(copied).unfinished
        assert not list(mine.parent.glob("*.before-*"))
        keys = copied.keys()
        assert keys
        for sealed in copied.layout.rejects.glob("*.sealed"):
            vault.open_bytes(keys.only_newest(), sealed.stem, sealed.read_bytes())
        shutil.rmtree(work)
    assert finished
    assert step > 15


def test_a_reader_that_opened_the_version_before_still_sees_names(store: Store) -> None:
    reader = Store(store.folder)
    snapshot = reader.current()
    names = snapshot.private("keluarga", ["K1"])
    code = "import sys; from analytics.store import Store; from analytics.store.rekey import rotate"
    subprocess.run(
        [sys.executable, "-c", f"{code}; rotate(Store(sys.argv[1]))", str(store.folder)],
        cwd=ROOT,
        check=True,
    )
    assert names
    assert snapshot.private("keluarga", ["K1"]) == names


def test_a_damaged_segment_stops_the_change_before_anything_is_lost(store: Store) -> None:
    segment = next(store.layout.vault.glob("*.parquet"))
    whole = segment.read_bytes()
    segment.write_bytes(whole[:-40] + b"x" * 40)
    with pytest.raises(StoreError, match="rusak"):
        rotate(store)
    segment.write_bytes(whole)
    assert store.current().private("keluarga", ["K1"])
    assert rotate(store)


def test_saved_under_a_passphrase_and_put_back(store: Store, tmp_path: Path) -> None:
    rotate(store)
    before, copy = everything(store), tmp_path / "kunci.perut"
    assert key_status(store).backed_up_at is None
    fingerprint = backup_key(store, copy, WORDS)
    assert fingerprint == key_status(store).fingerprint
    assert key_status(store).backed_up_at
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert key_path().read_text().split()[0] not in copy.read_text()
    key_path().unlink()
    assert restore_key(store, copy, WORDS) == (fingerprint, None)
    assert everything(Store(store.folder)) == before
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    rotate(store)
    assert key_status(store).backed_up_at is None  # that copy is of before
    key_path().unlink()
    with pytest.raises(KeyMissing, match="salinan yang lebih baru"):
        restore_key(store, copy, WORDS)


def test_another_key_in_the_way_is_put_aside(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "kunci.perut"
    backup_key(store, copy, WORDS)
    key_path().write_text("A" * 43 + "=")
    assert key_status(store).problem
    _fingerprint, aside = restore_key(store, copy, WORDS)
    assert aside
    assert aside.read_text() == "A" * 43 + "="


def test_a_copy_needs_its_passphrase_and_its_store(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "kunci.perut"
    with pytest.raises(StoreError, match="12"):
        backup_key(store, copy, "pendek")
    backup_key(store, copy, WORDS)
    with pytest.raises(StoreError, match="sudah ada"):
        backup_key(store, copy, WORDS)
    with pytest.raises(StoreError, match="Kata sandi"):
        restore_key(store, copy, "salah sama sekali")
    raw = json.loads(copy.read_text())
    copy.write_text(json.dumps({**raw, "store_id": "s-lain"}))
    with pytest.raises(StoreError, match="Kata sandi"):
        restore_key(store, copy, WORDS)
    copy.write_text("bukan apa-apa")
    with pytest.raises(StoreError, match="bukan salinan"):
        restore_key(store, copy, WORDS)
    with pytest.raises(StoreError, match="tidak ada"):
        restore_key(store, tmp_path / "hilang", WORDS)


def test_says_what_is_wrong_with_a_key_file(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert key_status(store).problem is None
    key_path().chmod(0o644)
    status = key_status(store)
    assert status.open_to_others
    assert "0600" in str(status.problem)
    key_path().write_text("not base64 at all")
    assert key_status(store).problem
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "none.key"))
    status = key_status(store)
    assert (status.found, status.right, status.fingerprint) == (False, False, None)
    assert "angka" in str(status.problem)
    monkeypatch.setenv("PERUT_KEY", "A" * 43 + "=")
    assert key_status(store).place == "PERUT_KEY"
    with pytest.raises(StoreError):
        rotate(store)


def test_without_its_key_every_figure_is_the_same(
    demo_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tests/ui/test_pages.py opens every page without the key."""
    snapshot = demo_store.current()
    filters = Filters(DEMO_TODAY)
    before = {name: ask.function(snapshot, filters) for name, ask in QUESTIONS.items()}
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "lost.key"))
    copied = shutil.copytree(demo_store.folder, tmp_path / "store")
    keyless = Store(copied).current()
    assert keyless.private("keluarga", list(before["followup"]["household_id"][:3])) == {}
    for name, ask in QUESTIONS.items():
        pd.testing.assert_frame_equal(ask.function(keyless, filters), before[name])
