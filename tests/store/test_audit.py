"""The audit log: complete, in order, and no change to it goes unnoticed."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.config import ROOT
from analytics.ingest import import_files
from analytics.store import Store, audit_check
from analytics.store.audit import Audit, acting
from analytics.store.audit_line import (
    EVENTS,
    PLAIN,
    START,
    UNKNOWN,
    Entry,
    clean_name,
    clean_what,
)
from analytics.store.corrections import Correction, keep_correction, settle_corrections
from analytics.store.errors import AuditUnwritable
from analytics.store.layout import Layout
from tests.store.worlds import TODAY, basics, visits


@pytest.fixture
def store(fresh_store: Store) -> Store:
    fresh_store.current()
    return fresh_store


def _some(audit: Audit, count: int = 6) -> None:
    for i in range(count):
        audit.record("personal_viewed", who="ani", role="petugas", what=f"K-{i}", count=1)


def _lines(audit: Audit) -> list[bytes]:
    return audit.path.read_bytes().splitlines(keepends=True)


def test_says_who_did_what_and_when(store: Store) -> None:
    store.audit.record("export", who="ani", role="petugas", what="kunjungan.xlsx", count=31)
    (entry,) = store.audit.read(event="export")
    assert (entry.n, entry.who, entry.role, entry.what, entry.count) == (
        1,
        "ani",
        "petugas",
        "kunjungan.xlsx",
        31,
    )
    assert entry.at.endswith("Z")
    assert abs(entry.when.timestamp() - time.time()) < 5
    assert store.audit.check() == []


def test_reads_newest_first_by_event_person_and_time(store: Store) -> None:
    audit = store.audit
    audit.record("login", who="ani", role="petugas")
    audit.record("login", who="budi", role="camat")
    audit.record("logout", who="ani", role="petugas")
    assert [e.n for e in audit.read()] == [3, 2, 1]
    assert [e.n for e in audit.read(who="ani")] == [3, 1]
    assert [e.n for e in audit.read(event="login", limit=1)] == [2]
    assert audit.distinct("who") == ["ani", "budi"]
    assert audit.distinct("event") == ["login", "logout"]
    second = audit.read(who="budi")[0].when
    assert 2 in [e.n for e in audit.read(since=second)]
    assert all(e.when < second for e in audit.read(until=second))


@pytest.mark.parametrize("part", ["n", "at", "who", "role", "event", "what", "count", "hash"])
def test_a_changed_line_shows(store: Store, part: str) -> None:
    _some(store.audit)
    lines = _lines(store.audit)
    raw = json.loads(lines[2])
    raw[part] = {"n": 30, "at": "2020-01-01T00:00:00.000Z", "count": 7}.get(part, "login")
    lines[2] = json.dumps(raw).encode() + b"\n"
    store.audit.path.write_bytes(b"".join(lines))
    assert store.audit.check()


@pytest.mark.parametrize("gone", [0, 2, 5])
def test_a_removed_line_shows(store: Store, gone: int) -> None:
    _some(store.audit)
    lines = _lines(store.audit)
    del lines[gone]
    store.audit.path.write_bytes(b"".join(lines))
    assert store.audit.check()


def test_a_swapped_and_an_inserted_line_show(store: Store) -> None:
    _some(store.audit)
    lines = _lines(store.audit)
    swapped = [*lines[:2], lines[3], lines[2], *lines[4:]]
    store.audit.path.write_bytes(b"".join(swapped))
    assert store.audit.check()
    store.audit.path.write_bytes(b"".join([*lines[:3], lines[2], *lines[3:]]))
    assert store.audit.check()


def test_a_line_of_another_history_of_the_same_store_shows(store: Store, tmp_path: Path) -> None:
    """Rightly keyed and rightly numbered, but not what followed the line before."""
    _some(store.audit, 3)
    shutil.copytree(store.folder, tmp_path / "other")
    other = Audit(Layout(tmp_path / "other"))
    other.record("login", who="budi", role="petugas")
    _some(store.audit, 3)
    lines = _lines(store.audit)
    store.audit.path.write_bytes(b"".join([*lines[:3], _lines(other)[3], *lines[4:]]))
    assert store.audit.check()


def test_a_cut_tail_shows_and_stays_shown(store: Store) -> None:
    _some(store.audit)
    store.audit.path.write_bytes(b"".join(_lines(store.audit)[:4]))
    assert any("6" in problem for problem in store.audit.check())
    store.audit.record("login", who="ani", role="petugas")  # what follows does not heal it
    assert store.audit.read(event="log_damaged")[0].count == 2
    assert store.audit.check()


def test_what_somebody_looked_into_stays_in_the_log_but_alarms_no_more(store: Store) -> None:
    _some(store.audit)
    store.audit.path.write_bytes(b"".join(_lines(store.audit)[:4]))
    assert store.audit.accept(who="camat", role="camat") == 1
    state = store.audit.state()
    assert (state.problems, len(state.accepted)) == ([], 1)
    assert store.audit.read(event="log_accepted")[0].who == "camat"
    store.audit.path.write_bytes(b"".join(_lines(store.audit)[:-1]))  # the next one alarms again
    assert store.audit.check()


def test_a_restored_store_takes_the_log_of_the_one_it_replaces_along(
    store: Store, tmp_path: Path
) -> None:
    _some(store.audit, 2)
    shutil.copytree(store.folder, tmp_path / "older")
    _some(store.audit, 3)
    older = Audit(Layout(tmp_path / "older"))
    store.audit.carry_into(Layout(tmp_path / "older"))
    assert older.state().lines == 5
    assert older.check() == []


def test_two_logs_that_parted_are_both_kept(store: Store, tmp_path: Path) -> None:
    _some(store.audit, 2)
    shutil.copytree(store.folder, tmp_path / "other")
    other = Audit(Layout(tmp_path / "other"))
    _some(other, 1)
    theirs = other.path.read_bytes()
    _some(store.audit, 3)
    store.audit.carry_into(Layout(tmp_path / "other"))
    assert other.state().lines == 5
    assert theirs in [p.read_bytes() for p in other.folder.glob("log-*.jsonl")]


def test_what_was_checked_before_is_checked_again_when_it_changes(store: Store) -> None:
    _some(store.audit, 4)
    assert store.audit.check() == []
    whole = store.audit.path.read_bytes()
    _some(store.audit, 4)
    assert store.audit.state().lines == 8
    after = store.audit.path.read_bytes()
    changed = whole.replace(b'"K-1"', b'"K-9"', 1) + after[len(whole) :]
    assert len(changed) == len(after)
    store.audit.path.write_bytes(changed)
    assert any("2" in problem for problem in store.audit.check())
    store.audit.path.write_bytes(after)
    assert store.audit.check() == []


def test_a_whole_log_that_is_deleted_shows(store: Store) -> None:
    _some(store.audit)
    store.audit.path.unlink()
    assert store.audit.check()
    store.audit.head.unlink()  # the head beside the key is still there
    assert store.audit.check()


def test_a_tail_cut_with_its_head_shows_beside_the_key(store: Store) -> None:
    _some(store.audit, 3)
    head = store.audit.head.read_bytes()
    _some(store.audit, 3)
    store.audit.path.write_bytes(b"".join(_lines(store.audit)[:3]))
    store.audit.head.write_bytes(head)
    assert any("6" in problem for problem in store.audit.check())


def test_who_only_has_the_folder_cannot_make_a_new_chain(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _some(store.audit)
    mine = os.environ["PERUT_KEY_FILE"]
    store.audit.path.unlink()
    store.audit.head.unlink()
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    _some(store.audit)  # without the key: plain hashes, which anybody can make
    assert store.audit.check() == []
    monkeypatch.setenv("PERUT_KEY_FILE", mine)
    assert store.audit.check()


def test_a_new_chain_shows_however_many_lines_follow_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head beside the key is compared though its line is not among the remembered ones."""
    monkeypatch.setattr(audit_check, "_REMEMBERED", 5)
    _some(store.audit)
    chained, before = b"", START
    for number in range(1, 40):
        line = Entry.of(_lines(store.audit)[min(number, 6) - 1])
        made = replace(line, n=number, who="budi", prev=before, seal=PLAIN).sealed(None)
        chained, before = chained + made.as_line(), made.hash
    store.audit.path.write_bytes(chained)
    head = json.dumps({"n": 39, "hash": before}).ljust(128)
    store.audit.head.write_text(head)
    (problem,) = store.audit.check()
    assert "6" in problem


def test_a_head_that_lags_by_more_than_is_remembered_is_no_problem(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_check, "_REMEMBERED", 3)
    _some(store.audit, 3)
    head = store.audit.head.read_bytes()
    _some(store.audit, 20)
    store.audit.head.write_bytes(head)
    assert store.audit.check() == []


def test_lines_written_without_the_key_are_counted(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = os.environ["PERUT_KEY_FILE"]
    _some(store.audit, 2)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    _some(store.audit, 3)
    state = store.audit.state()
    assert (state.lines, state.plain, state.unchecked, state.problems) == (5, 3, 2, [])
    monkeypatch.setenv("PERUT_KEY_FILE", mine)
    _some(store.audit, 1)
    state = store.audit.state()
    assert (state.lines, state.plain, state.unchecked, state.problems) == (6, 3, 0, [])


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_changed_byte_goes_unnoticed(
    tmp_path_factory: pytest.TempPathFactory, where: int, change: int
) -> None:
    store = _shared(tmp_path_factory)
    content = bytearray(store.audit.path.read_bytes())
    whole = bytes(content)
    content[where % len(content)] ^= change
    try:
        store.audit.path.write_bytes(content)
        assert store.audit.check()
    finally:
        store.audit.path.write_bytes(whole)
    assert store.audit.check() == []


_kept: list[Store] = []


def _shared(factory: pytest.TempPathFactory) -> Store:
    if not _kept:
        _kept.append(Store(factory.mktemp("audit") / "store"))
        _kept[0].current()
        _some(_kept[0].audit)
    return _kept[0]


def test_a_half_written_line_is_repaired_and_noted(store: Store) -> None:
    _some(store.audit, 3)
    half = _lines(store.audit)[-1][:40]
    with store.audit.path.open("ab") as handle:
        handle.write(half)
    assert store.audit.check() == []
    assert store.audit.state().interrupted == 40
    assert "tidak pernah selesai" in store.audit.describe()
    _some(store.audit, 1)
    assert store.audit.state().interrupted == 0
    assert store.audit.check() == []
    (repaired,) = store.audit.read(event="log_repaired")
    assert (repaired.n, repaired.count) == (4, 40)


def test_a_line_cut_in_half_is_not_taken_for_a_killed_writers(store: Store) -> None:
    """It had been acknowledged: its number stands in the head."""
    _some(store.audit, 3)
    store.audit.path.write_bytes(store.audit.path.read_bytes()[:-30])
    assert store.audit.check()
    _some(store.audit, 1)
    assert store.audit.read(event="log_damaged")
    assert store.audit.check()


def test_a_head_that_lags_behind_is_no_problem(store: Store) -> None:
    _some(store.audit, 3)
    head = store.audit.head.read_bytes()
    _some(store.audit, 2)
    store.audit.head.write_bytes(head)  # power lost between the line and its head
    assert store.audit.check() == []
    _some(store.audit, 1)
    assert store.audit.check() == []


def test_threads_and_processes_write_at_once(store: Store) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        jobs = [pool.apply_async(_many, (str(store.folder), 40)) for _ in range(3)]
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: _some(store.audit, 10), range(4)))
        for job in jobs:
            job.get(60)
    state = store.audit.state()
    assert (state.lines, state.problems) == (160, [])


def _many(folder: str, count: int) -> None:
    _some(Store(folder).audit, count)


def test_killed_writers_never_break_the_chain(store: Store) -> None:
    code = (
        "import sys; from analytics.store import Store; s = Store(sys.argv[1]).audit\n"
        "while True: s.record('login', who='ani', role='petugas'); print(flush=True)"
    )
    told = 0
    for turn in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(store.folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        assert process.stdout
        process.stdout.readline()
        time.sleep(0.02 * turn)
        process.send_signal(signal.SIGKILL)
        told += 1 + process.stdout.read().count(b"\n")
        process.wait()
    store.audit.record("logout", who="ani", role="petugas")
    state = store.audit.state()
    assert state.problems == []
    assert len(store.audit.read(event="login")) >= told  # each acknowledged line is there


def test_a_full_disk_refuses_and_leaves_the_log_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _some(store.audit, 2)
    before = store.audit.path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr("analytics.store.audit.os.fsync", full)
        with pytest.raises(AuditUnwritable, match="disk penuh"):
            store.audit.record("export", who="ani", role="petugas")
    assert store.audit.path.read_bytes() == before
    _some(store.audit, 1)
    assert store.audit.check() == []


def test_who_acts_is_known_to_the_stores_own_actions(store: Store) -> None:
    store.audit.note("boundaries", what="peta.geojson")
    with acting("ani", "camat"):
        store.audit.note("boundaries")
    assert [e.who for e in store.audit.read()] == ["ani", "shell"]


def test_unknown_events_are_a_bug(store: Store) -> None:
    with pytest.raises(ValueError, match="event"):
        store.audit.record("peeked", who="ani", role="petugas")
    with pytest.raises(ValueError, match="event"):
        store.audit.record("login", who="ani", role="Petugas Desa")
    assert not store.audit.path.exists()


@given(st.text())
def test_no_personal_value_gets_in_by_the_name_or_the_object(text: str) -> None:
    name, what = clean_name(text), clean_what(text)
    assert name == UNKNOWN or (name == text and len(name) <= 64)
    assert len(what) <= 120
    assert not re.search(r"\d{12,}|[\x00-\x1f\x7f]", name + what)


def test_a_card_number_is_blotted_out() -> None:
    assert clean_what("KK 6311031205860001/a") == "KK #/a"
    assert clean_name("6311031205860001") == UNKNOWN
    assert clean_name("kata sandi saya") == UNKNOWN


def test_ids_that_are_long_numbers_are_told_apart_by_who_has_the_key(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = ["63110320080001", "63110320080002", "K 1", "K#1", "K*1"]
    names = store.audit.written(ids)
    assert len(set(names.values())) == len(ids)
    assert names["K 1"] == "K 1"
    for each in ids:
        store.audit.note("personal_viewed", what=each)
    assert [entry.what for entry in reversed(store.audit.read())] == list(names.values())
    assert b"6311032008" not in store.audit.path.read_bytes()
    assert not re.search(r"\d{12,}", "".join(names.values()))
    assert clean_what("K 6311031205860001", b"one") != clean_what("K 6311031205860001", b"two")
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    assert store.audit.written(ids) == {"K 1": "K 1"}


def test_fast_enough_and_independent_of_the_length(store: Store) -> None:
    _some(store.audit, 30)
    line = _lines(store.audit)[-1]
    started = time.perf_counter()
    _some(store.audit, 30)
    short = time.perf_counter() - started
    assert short / 30 < 0.05
    assert len(line) < 500
    assert len(EVENTS) > 16


def test_the_stores_own_actions_are_logged_whoever_calls(store: Store) -> None:
    import_files(store, basics(), today=TODAY)
    first = store.current().version_id
    import_files(store, [visits("V8,K1,2025-11-01,P1,bertemu", "V9,NONE,2025-11-01,P1,bertemu")])
    reasons = (("2025-12-01T00:00:00+00:00", "salah ketik"),)
    keep_correction(store, Correction("keluarga", {}, "K1", {}, {}, reasons, id="c-1"))
    settle_corrections(store, ["c-1"], "cancelled")
    with acting("ani", "camat"):
        store.rollback(first)
        store.save_boundaries(b"{}", "peta milik Galuh.geojson")
        store.remove_boundaries()
    said = [(e.event, e.who, e.what, e.count) for e in reversed(store.audit.read())]
    batches = [report["batch"] for report in reversed(store.reports())]
    assert said == [
        ("import", "shell", batches[0], 8),
        ("import", "shell", batches[1], 1),
        ("correction", "shell", "K1 waiting", None),
        ("correction", "shell", "K1 cancelled", None),
        ("rollback", "ani", first, None),
        ("boundaries", "ani", "used", None),
        ("boundaries", "ani", "removed", None),
    ]
    assert b"Galuh" not in store.audit.path.read_bytes()


def test_old_versions_that_are_deleted_are_logged(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import_files(store, basics(), today=TODAY)
    rules = (
        (ROOT / "data" / "rules.toml")
        .read_text()
        .replace("keep_versions = 20", "keep_versions = 1")
    )
    (tmp_path / "rules.toml").write_text(rules)
    monkeypatch.setenv("PERUT_RULES", str(tmp_path / "rules.toml"))
    store.prune()
    store.prune()
    (entry,) = store.audit.read(event="prune")
    assert entry.count == 1


def test_what_cannot_be_logged_is_not_done(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    import_files(store, basics(), today=TODAY)
    first, before = store.versions()[-1].id, store.current().version_id

    def refuse(*_args: object, **_more: object) -> None:
        raise AuditUnwritable("disk penuh")

    with monkeypatch.context() as patch:
        patch.setattr(Audit, "record", refuse)
        with pytest.raises(AuditUnwritable):
            import_files(
                store, [visits("V8,K1,2025-11-01,P1,bertemu", "V9,NONE,2025-11-01,P1,bertemu")]
            )
        with pytest.raises(AuditUnwritable):
            store.rollback(first)
        with pytest.raises(AuditUnwritable):
            store.save_boundaries(b"{}", "peta.geojson")
        reasons = (("2025-12-01T00:00:00+00:00", "salah ketik"),)
        with pytest.raises(AuditUnwritable):
            keep_correction(store, Correction("keluarga", {}, "K1", {}, {}, reasons))
    assert Store(store.folder).current().version_id == before
    assert len(store.reports()) == 1
    assert store.boundaries() is None
    assert not list(store.layout.rejects.glob("*.sealed"))
    assert all(check.ok for check in store.verify())


FULL = """
import resource, sys
from analytics.store import Store
from analytics.store.errors import AuditUnwritable
audit = Store(sys.argv[1]).audit
room = audit.path.stat().st_size + int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
try:
    audit.record("export", who="ani", role="petugas", what="x")
except AuditUnwritable as problem:
    print(problem)
else:
    print("written")
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a limit of the operating system")
@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_line_that_does_not_fit_leaves_no_half_of_it(store: Store, room: int) -> None:
    _some(store.audit, 2)
    before = store.audit.path.read_bytes()
    told = subprocess.run(
        [sys.executable, "-c", FULL, str(store.folder), str(room)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tidak ada yang dilakukan" in told.stdout
    assert store.audit.path.read_bytes() == before
    _some(store.audit, 1)
    assert store.audit.check() == []
