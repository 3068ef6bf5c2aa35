"""What a killed writer leaves behind never reaches a later version."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analytics.store import Store
from analytics.store.draft import Draft
from tests.store.worlds import KELUARGA, basics, csv, load, visits

ROOT = str(Path(__file__).resolve().parents[2])
OTHER = KELUARGA.replace("K1", "X1").replace("K2", "X2")


@pytest.mark.parametrize("moment", ["commit", "publish"])
def test_a_kill_between_commit_and_publish_leaves_nothing(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """At that point the write-ahead log holds the import: DuckDB would replay it."""
    load(fresh_store)
    before = fresh_store.current().version_id

    class KilledError(BaseException):
        pass

    original = Draft.commit

    def commit_then_die(self: Draft, *arguments: object, **named: object) -> None:
        original(self, *arguments, **named)  # type: ignore[arg-type]
        shutil.copytree(self.layout.drafts, fresh_store.folder / "left behind")
        raise KilledError

    def die(_self: Draft, _message: str) -> None:
        shutil.copytree(fresh_store.layout.drafts, fresh_store.folder / "left behind")
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(Draft, moment, commit_then_die if moment == "commit" else die)
        with pytest.raises(KilledError):
            load(fresh_store, [csv("keluarga", OTHER)])
    # `discard` ran in this process; a kill would have left the folder as it was then.
    (fresh_store.folder / "left behind").rename(fresh_store.layout.drafts)
    assert fresh_store.current().version_id == before
    assert all(report["batch"] is None or report["version"] for report in fresh_store.reports())
    load(fresh_store, [visits("V9,K2,2025-12-02,P1,bertemu")])
    found = fresh_store.current().query("select household_id from household order by 1")
    assert found["household_id"].tolist() == ["K1", "K2"]
    assert all(check.ok for check in fresh_store.verify())
    again = load(fresh_store, [csv("keluarga", OTHER)])
    assert again.total("accepted") == 2
    names = fresh_store.current().private("keluarga", ["X1"])
    assert names["X1"]["nama_kepala_keluarga"] == "Galuh Simulasi"


def test_a_real_kill_as_soon_as_the_log_is_written(fresh_store: Store) -> None:
    load(fresh_store)
    rows = "\n".join(f"X{i},Bihara,Nama Simulasi {i},tinggi,2025-01-01" for i in range(20_000))
    file = fresh_store.folder.parent / "keluarga.csv"
    file.write_text(KELUARGA.splitlines()[0] + "\n" + rows + "\n", encoding="utf-8")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "analytics",
            "import",
            "--store",
            str(fresh_store.folder),
            str(file),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        logs = list(fresh_store.layout.drafts.glob("*.wal"))
        if any(log.exists() and log.stat().st_size for log in logs):
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    whole = load(fresh_store, [visits("V9,K2,2025-12-02,P1,bertemu")])
    assert whole.exit_code == 0
    count = fresh_store.current().query("select count(*) as n from household")["n"].iloc[0]
    assert count in (2, 20_002)
    assert all(check.ok for check in fresh_store.verify())


def test_a_kill_at_the_very_first_use_leaves_a_usable_folder(fresh_store: Store) -> None:
    drafts = fresh_store.layout.drafts
    drafts.mkdir(parents=True)
    (drafts / "v00001-abcdef.duckdb").write_bytes(b"half a database")
    (drafts / "v00001-abcdef.duckdb.wal").write_bytes(b"half a log")
    assert load(fresh_store).exit_code == 0
    assert all(check.ok for check in fresh_store.verify())


def test_a_dry_run_and_a_failed_import_leave_no_segment(fresh_store: Store) -> None:
    load(fresh_store)
    before = sorted(fresh_store.layout.vault.iterdir())
    load(fresh_store, [csv("keluarga", OTHER)], dry_run=True)
    assert sorted(fresh_store.layout.vault.iterdir()) == before


def test_a_lost_identity_is_not_replaced_by_a_new_key(fresh_store: Store) -> None:
    from analytics.store import StoreBroken

    load(fresh_store)
    for text in (None, "{}", "nonsense", "[]"):
        fresh_store.layout.identity.unlink(missing_ok=True)
        if text is not None:
            fresh_store.layout.identity.write_text(text, encoding="utf-8")
        with pytest.raises(StoreBroken):
            load(fresh_store, [csv("keluarga", OTHER)])


def test_verify_notices_lost_names_and_a_lost_report(fresh_store: Store) -> None:
    load(fresh_store)
    for report in fresh_store.layout.reports.iterdir():
        report.unlink()
    assert [c.name for c in fresh_store.verify() if not c.ok] == ["accounts"]
    with fresh_store.writing():
        draft = fresh_store.draft(simulated=False)
        draft._segments = []
        draft.publish("without names")
    assert [c.name for c in fresh_store.verify() if not c.ok] == ["accounts", "names"]


def test_an_import_that_cannot_keep_its_report_is_not_published(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.store import StoreError, records

    load(fresh_store)
    before = fresh_store.current().version_id

    def full(_path: Path, _value: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(records, "put_json", full)
        with pytest.raises(StoreError, match="penuh"):
            load(fresh_store, [csv("keluarga", OTHER)])
    assert fresh_store.current().version_id == before
    assert load(fresh_store, basics()).total("unchanged") == 8


def test_the_next_report_says_that_an_import_was_stopped(fresh_store: Store) -> None:
    load(fresh_store)
    fresh_store.layout.drafts.mkdir()
    told = [w.problem for f in load(fresh_store).files for w in f.warnings]
    assert len([sentence for sentence in told if "terhenti sebelum selesai" in sentence]) == 1
    again = [w.problem for f in load(fresh_store).files for w in f.warnings]
    assert not [sentence for sentence in again if "terhenti" in sentence]


def test_an_import_stopped_at_its_last_step_is_completed(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest is there, the pointer is not: the next writer puts it, and says so."""
    from analytics.store import draft

    load(fresh_store)
    before = fresh_store.current().version_id

    class KilledError(BaseException):
        pass

    def die(_path: Path, _data: bytes) -> None:
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(draft, "put", die)
        patch.setattr(Draft, "discard", lambda _self: None)
        with pytest.raises(KilledError):
            load(fresh_store, [csv("keluarga", OTHER)])
    assert Store(fresh_store.folder).current().version_id == before
    store = Store(fresh_store.folder)
    with store.writing():
        pass
    assert "langkah terakhir" in " ".join(store.recovered)
    found = store.current().query("select household_id from household order by 1")
    assert found["household_id"].tolist() == ["K1", "K2", "X1", "X2"]
    assert len(store.reports()) == 2
    assert all(check.ok for check in store.verify())


def test_a_version_that_people_went_back_from_is_not_brought_back(fresh_store: Store) -> None:
    load(fresh_store)
    first = fresh_store.versions()[-1].id
    fresh_store.rollback(first)
    with Store(fresh_store.folder).writing():
        pass
    assert Store(fresh_store.folder).current().version_id == first


def test_a_full_disk_at_the_last_step_takes_the_version_back(
    fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.store import StoreError, draft

    load(fresh_store)
    before = [info.id for info in fresh_store.versions()]
    segments = sorted(fresh_store.layout.vault.iterdir())

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(draft, "put", full)
        with pytest.raises(StoreError, match="penuh"):
            load(fresh_store, [csv("keluarga", OTHER)])
    assert [info.id for info in fresh_store.versions()] == before
    assert sorted(fresh_store.layout.vault.iterdir()) == segments
    assert len(fresh_store.reports()) == 1
    assert not [p for p in fresh_store.layout.reports.iterdir() if p.suffix == ".pending"]
    assert all(check.ok for check in fresh_store.verify())
