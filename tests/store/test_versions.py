"""Immutable versions, the pointer, the one writer, and what survives a crash."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path

import duckdb
import pytest

from analytics.questions import Filters, coverage
from analytics.store import KeyMissing, Store, StoreBroken, StoreBusy, UnknownVersion
from tests.store.worlds import TODAY, basics, load, visits

ASK = Filters(TODAY)


def covered(store: Store) -> int:
    return int(coverage(store.current(), ASK)["covered"].sum())


def test_an_empty_folder_becomes_a_store_with_all_desa(fresh_store: Store) -> None:
    table = coverage(fresh_store.current(), ASK)
    assert len(table) == 23
    assert set(table["state"]) == {"no_data"}
    assert table["coverage"].isna().all(), "no data is not zero"


def test_an_import_makes_a_new_version_and_leaves_the_old_one_as_it_was(fresh_store: Store) -> None:
    load(fresh_store)
    before = fresh_store.current()
    bytes_before = fresh_store.layout.database(before.version_id).read_bytes()
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    assert fresh_store.current().version_id != before.version_id
    assert covered(fresh_store) == 2
    assert int(coverage(before, ASK)["covered"].sum()) == 1
    assert fresh_store.layout.database(before.version_id).read_bytes() == bytes_before


def test_rollback_brings_the_old_figures_and_names_back(fresh_store: Store) -> None:
    load(fresh_store)
    old = fresh_store.current().version_id
    renamed = basics()[2].data.replace(b"Galuh", b"Diyang")  # type: ignore[union-attr]
    load(fresh_store, [type(basics()[0])("keluarga.csv", data=renamed)])
    name = fresh_store.current().private("keluarga", ["K1"])["K1"]["nama_kepala_keluarga"]
    assert name == "Diyang Simulasi"
    fresh_store.rollback(old)
    name = fresh_store.current().private("keluarga", ["K1"])["K1"]["nama_kepala_keluarga"]
    assert name == "Galuh Simulasi"
    assert [info.is_current for info in fresh_store.versions()] == [False, True, False]


@pytest.mark.parametrize("version_id", ["v99999-abcdef", "../store", "", "v00001-000000/../x"])
def test_an_unknown_version_is_a_clear_error(fresh_store: Store, version_id: str) -> None:
    fresh_store.current()
    with pytest.raises(UnknownVersion):
        fresh_store.open(version_id)


def spoil(path: Path, at: float) -> None:
    data = bytearray(path.read_bytes())
    place = int(len(data) * at)
    data[place : place + 64] = bytes(64) if any(data[place : place + 64]) else b"\xff" * 64
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("at", [0.0, 0.3, 0.5, 0.9])
def test_a_damaged_current_version_falls_back_and_says_so(
    tmp_path: Path, fresh_store: Store, at: float
) -> None:
    load(fresh_store)
    old = fresh_store.current().version_id
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    newest = fresh_store.current().version_id
    fresh_store.forget(newest)
    spoil(fresh_store.layout.database(newest), at)
    current = fresh_store.current()
    assert current.version_id == old
    assert current.notice is not None and old in current.notice
    assert int(coverage(current, ASK)["covered"].sum()) == 1
    assert [check.name for check in fresh_store.verify() if not check.ok] == [f"version {newest}"]


def test_damage_found_in_the_middle_of_a_query_falls_back_too(fresh_store: Store) -> None:
    """A large version is not checked whole on opening: DuckDB's block checksums speak later."""
    load(fresh_store)
    old = fresh_store.current().version_id
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    newest = fresh_store.current()

    class Torn:
        def cursor(self) -> Torn:
            return self

        def execute(self, _sql: str, _parameters: object) -> None:
            raise duckdb.IOException("Corrupt database file: computed checksum differs")

        def close(self) -> None:
            pass

    newest._connection.close()
    newest._connection = Torn()  # type: ignore[assignment]
    with pytest.raises(StoreBroken):
        coverage(newest, ASK)
    assert fresh_store.current().version_id == old
    assert fresh_store.current().notice


@pytest.mark.parametrize("text", ["", "nonsense", "v00009-abcdef", "\x00\xff"])
def test_a_damaged_pointer_still_finds_the_newest_version(fresh_store: Store, text: str) -> None:
    load(fresh_store)
    newest = fresh_store.current().version_id
    fresh_store.layout.pointer.write_bytes(text.encode("latin-1"))
    assert fresh_store.current().version_id == newest


def test_when_nothing_can_be_read_it_says_so_and_deletes_nothing(fresh_store: Store) -> None:
    load(fresh_store)
    for info in fresh_store.versions():
        fresh_store.forget(info.id)
        fresh_store.layout.database(info.id).write_bytes(b"")
    files = sorted(fresh_store.folder.rglob("*"))
    with pytest.raises(StoreBroken):
        fresh_store.current()
    with pytest.raises(StoreBroken):
        load(fresh_store)
    assert sorted(fresh_store.folder.rglob("*")) == files


def test_a_writer_killed_at_any_moment_leaves_the_old_version(fresh_store: Store) -> None:
    """Real kills of a real import, spread over its whole run."""
    load(fresh_store)
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from tests.store.worlds import load, visits\n"
        "from analytics.store import Store\n"
        "store = Store(sys.argv[1]); print('ready', flush=True)\n"
        "n = 0\n"
        "while True:\n"
        "    n += 1\n"
        "    report = load(store, [visits(f'{sys.argv[3]}-{n},K2,2025-12-01,P1,bertemu')])\n"
        "    print(report.version, flush=True)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    for attempt in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(fresh_store.folder), root, f"A{attempt}"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": root},
        )
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        time.sleep(0.15 + 0.07 * attempt)
        process.send_signal(signal.SIGKILL)
        acknowledged = [line for line in process.stdout.read().split("\n") if line.startswith("v")]
        process.wait()
        current = fresh_store.current()
        assert current.notice is None
        if acknowledged:
            assert current.version_id >= acknowledged[-1]
        rows = current.query("select count(*) as n from visit where visit_id like 'A%'")["n"].iloc[
            0
        ]
        assert rows >= len(acknowledged)
    load(fresh_store, [visits("V9,K2,2025-12-02,P1,bertemu")])
    assert not fresh_store.layout.drafts.exists()
    assert all(check.ok for check in fresh_store.verify())


def test_two_imports_at_once_both_arrive(fresh_store: Store) -> None:
    load(fresh_store)
    threads = [
        threading.Thread(
            target=load,
            args=(Store(fresh_store.folder), [visits(f"T{n},K2,2025-12-01,P1,bertemu")]),
        )
        for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = fresh_store.current().query("select count(*) as n from visit where visit_id like 'T%'")
    assert found["n"].iloc[0] == 4


def test_a_busy_store_is_refused_after_a_while(
    fresh_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(fresh_store)
    rules = (Path(__file__).resolve().parents[2] / "data" / "rules.toml").read_text("utf-8")
    impatient = tmp_path / "rules.toml"
    impatient.write_text(rules.replace("lock_wait_seconds = 600", "lock_wait_seconds = 0"), "utf-8")
    monkeypatch.setenv("PERUT_RULES", str(impatient))
    caught: list[Exception] = []

    def second() -> None:
        try:
            load(Store(fresh_store.folder), [visits("V3,K2,2025-12-01,P1,bertemu")])
        except StoreBusy as busy:
            caught.append(busy)

    with fresh_store.writing():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(caught) == 1
    assert covered(fresh_store) == 1


def test_many_threads_asking_at_once_all_get_the_same_answer(fresh_store: Store) -> None:
    """One DuckDB connection shared between threads would give wrong answers silently."""
    load(fresh_store)
    snapshot = fresh_store.current()
    expected = coverage(snapshot, ASK).to_csv()
    answers: list[str] = []

    def ask() -> None:
        answers.extend(coverage(snapshot, ASK).to_csv() for _ in range(20))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 160
    assert set(answers) == {expected}


def test_a_full_disk_changes_nothing_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a real file system of 24 MB (needs root, as in CI); elsewhere the copy is made to fail."""
    from analytics.store import StoreError, draft

    disk = tmp_path / "disk"
    disk.mkdir()
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "key"))
    mounted = (
        os.name == "posix"
        and os.geteuid() == 0
        and (
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], check=False
            ).returncode
            == 0
        )
    )
    try:
        store = Store(disk / "store")
        load(store)
        version = store.current().version_id
        if mounted:
            free = os.statvfs(disk)
            (disk / "filler").write_bytes(bytes(free.f_bavail * free.f_frsize - 300_000))
        else:

            def full(_source: Path, _target: Path) -> None:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr(draft, "copy", full)
        with pytest.raises(StoreError, match="penuh"):
            load(store, [visits("V3,K2,2025-12-01,P1,bertemu")])
        assert store.current().version_id == version
        (disk / "filler").unlink(missing_ok=True)
        monkeypatch.undo()
        monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "key"))
        assert load(store, [visits("V3,K2,2025-12-01,P1,bertemu")]).exit_code == 0
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(disk)], check=True)


def test_without_the_key_every_figure_is_there_but_no_name_and_no_import(
    fresh_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(fresh_store)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "elsewhere"))
    assert covered(fresh_store) == 1
    assert fresh_store.current().private("keluarga", ["K1"]) == {}
    with pytest.raises(KeyMissing):
        load(fresh_store)
    monkeypatch.setenv("PERUT_KEY", "A" * 43 + "=")
    with pytest.raises(KeyMissing):
        load(fresh_store)


def test_prune_keeps_the_newest_and_the_current(
    fresh_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(fresh_store)
    first = fresh_store.current().version_id
    for n in range(3):
        load(fresh_store, [visits(f"N{n},K2,2025-12-01,P1,bertemu")])
    fresh_store.rollback(first)
    rules = (Path(__file__).resolve().parents[2] / "data" / "rules.toml").read_text("utf-8")
    tight = tmp_path / "rules.toml"
    tight.write_text(rules.replace("keep_versions = 20", "keep_versions = 2"), "utf-8")
    monkeypatch.setenv("PERUT_RULES", str(tight))
    gone = fresh_store.prune()
    assert len(gone) == 2
    assert first in {info.id for info in fresh_store.versions()}
    assert all(check.ok for check in fresh_store.verify())
    name = fresh_store.current().private("keluarga", ["K1"])["K1"]["nama_kepala_keluarga"]
    assert name == "Galuh Simulasi"


def test_the_notice_goes_when_its_reason_is_gone(fresh_store: Store) -> None:
    load(fresh_store)
    old = fresh_store.current().version_id
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    newest = fresh_store.current().version_id
    fresh_store.forget(newest)
    fresh_store.layout.database(newest).write_bytes(b"")
    assert fresh_store.current().notice
    fresh_store.rollback(old)
    assert fresh_store.current().notice is None


def test_versions_nobody_reads_are_closed(fresh_store: Store) -> None:
    load(fresh_store)
    first = weakref.ref(fresh_store.current())
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    fresh_store.current()
    gc.collect()
    assert first() is None


def test_a_damaged_report_is_named_and_stops_nothing(fresh_store: Store) -> None:
    load(fresh_store)
    load(fresh_store, [visits("V3,K2,2025-12-01,P1,bertemu")])
    newest = sorted(fresh_store.layout.reports.iterdir(), key=lambda p: p.stat().st_mtime)[-1]
    newest.write_text("{", encoding="utf-8")
    assert len(fresh_store.reports()) == 1
    assert {c.name for c in fresh_store.verify() if not c.ok} == {
        f"import {newest.stem}",
        "accounts",
    }
