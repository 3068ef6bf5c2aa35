"""Erasure: complete in every kept version, whatever interrupts it, and no figure changes."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.config import DATA
from analytics.ingest import import_files
from analytics.ingest.importer import rejected_sheets
from analytics.questions import QUESTIONS, Filters
from analytics.store import Store, StoreError
from analytics.store.audit import acting
from analytics.store.corrections import Correction, keep_correction, kept_corrections
from analytics.store.erase import erase, finish
from analytics.store.erased import erased, reports
from analytics.store.evidence import Evidence, register, registered
from analytics.store.retention import due
from tests.conftest import DEMO_TODAY
from tests.store.dying import die_after
from tests.store.worlds import TODAY, basics, csv

HEAD = (
    "id_keluarga,desa,nama_kepala_keluarga,prioritas,terdaftar_pada,berakhir_pada,alasan_berakhir\n"
)
LATER = TODAY + timedelta(days=1200)
LATEST = TODAY + timedelta(days=3650)  # the log of the test itself is old, too


@pytest.fixture
def store(fresh_store: Store) -> Store:
    """K1 ends in the second import; a third has rejected rows of K1 and of nobody known."""
    import_files(fresh_store, basics(), today=TODAY)
    ended = "K1,Bihara,Galuh Simulasi,tinggi,2025-01-01,2025-11-20,pindah\n"
    import_files(fresh_store, [csv("keluarga", HEAD + ended)], today=TODAY)
    visits = (
        "id_kunjungan,id_keluarga,tanggal,pendamping,hasil,catatan\n"
        "V8,K1,2025-11-05,P1,bertemu,rahasia ke-8\n"
        "V9,K1,2099-01-01,P1,bertemu,rahasia ditolak\n"
        "V7,TIDAKADA,2025-11-05,P1,bertemu,rahasia lain\n"
        "V6,K2,2025-11-06,P1,bertemu,catatan tetangga\n"
    )
    import_files(fresh_store, [csv("kunjungan", visits)], today=TODAY)
    reasons = (("2025-12-01T00:00:00+00:00", "salah ketik"),)
    for household in ("K1", "K2"):
        keep_correction(
            fresh_store,
            Correction(
                "keluarga", {}, household, {"alamat": "x"}, {}, reasons, id=f"c-{household}"
            ),
        )
    return fresh_store


def names(store: Store) -> list[dict[str, dict[str, str]]]:
    return [
        {
            **store.open(info.id).private("keluarga", ["K1", "K2"]),
            **store.open(info.id).private("kunjungan", ["V1", "V6", "V8"]),
        }
        for info in store.versions()
    ]


def bytes_of(store: Store) -> bytes:
    """Every sealed value of the vault folder, whatever version lists it."""
    return b"".join(p.read_bytes() for p in store.layout.vault.iterdir())


def answers(store: Store) -> dict[str, pd.DataFrame]:
    filters = Filters(TODAY)
    return {
        f"{info.id} {name}": question.function(store.open(info.id), filters)
        for info in store.versions()
        for name, question in QUESTIONS.items()
    }


def test_says_what_would_go_and_changes_nothing(store: Store) -> None:
    before = names(store)
    plan = due(store, LATER)
    assert plan.ended == ["K1"]
    assert plan.rows == {"keluarga": ["K1"], "kunjungan": ["V1", "V8"], "hambatan": []}
    assert plan.corrections == ["c-K1"]
    assert len(plan.rejected) == 1
    assert not due(store, date(2025, 12, 16))
    assert names(store) == before


def test_the_day_a_household_may_be_erased_is_the_rules_day(store: Store) -> None:
    ended = date(2025, 11, 20)
    assert due(store, ended + timedelta(days=729)).ended == []
    assert due(store, ended + timedelta(days=730)).ended == ["K1"]


def test_erases_in_every_version_and_no_figure_changes(store: Store) -> None:
    before = answers(store)
    segments = {p.name for p in store.layout.vault.iterdir()}
    with acting("ani", "camat"):
        report = erase(store, due(store, LATER))
    store = Store(store.folder)
    for held in names(store)[:-1]:  # all but the empty first version
        assert "K1" not in held
        assert "V1" not in held
        assert "V8" not in held
        assert "K2" in held
    assert names(store)[0]["V6"]["catatan"] == "catatan tetangga"
    # The old segments are gone as files too.
    listed = {name for info in store.versions() for name, _digest in info.vault}
    assert {p.name for p in store.layout.vault.iterdir()} == listed
    assert segments - listed
    after = answers(store)
    for name, table in before.items():
        pd.testing.assert_frame_equal(after[name], table)
    assert all(check.ok for check in store.verify())
    assert report["rules"]["ended_household"] == 1
    assert report["rules"]["personal_row"] == 3
    assert reports(store.layout) == [report]
    assert store.audit.read(event="retention")[0].who == "ani"
    assert not due(store, LATER)


def test_old_documents_of_the_register_of_evidence_go_with_their_files(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attach(name: str, added: str) -> Evidence:
        entry = Evidence("16", name, "2015-01-05", level=1, file_name=f"{name}.pdf", added_at=added)
        return register(store, entry, b"%PDF tanda tangan")

    old = attach("SK lama", "2026-01-10T02:00:00+00:00")
    new = attach("SK baru", "2026-01-12T02:00:00+00:00")
    day = date(2026, 1, 10) + timedelta(days=round(5 * 365.25))
    assert due(store, day - timedelta(1)).evidence == []
    plan = due(store, day)
    assert plan.evidence == [old.id]
    assert plan.counts()["evidence_document"] == 1
    assert len(registered(store)) == 2  # nothing goes before it is told
    report = erase(store, plan)
    assert report["evidence"] == [old.id]
    assert [each.id for each in registered(store)] == [new.id]
    assert len(list(store.layout.evidence.iterdir())) == 2  # the entry that stays, and its file
    assert due(store, day).evidence == []
    assert all(check.ok for check in store.verify())

    rules = (DATA / "rules.toml").read_text(encoding="utf-8")
    own = tmp_path / "rules.toml"
    own.write_text(rules.replace("evidence_years = 5", "evidence_years = 0"), encoding="utf-8")
    monkeypatch.setenv("PERUT_RULES", str(own))
    assert due(store, LATEST).evidence == []  # 0 = for ever


def test_rejected_rows_are_emptied_and_still_add_up(store: Store) -> None:
    batch = next(r["batch"] for r in store.reports() if r["files"][0]["rejected"])
    assert "rahasia lain" in str(rejected_sheets(store, batch))
    erase(store, due(store, LATER))
    (sheet,) = rejected_sheets(store, batch)
    assert len(sheet.rows) == 2
    assert "rahasia" not in str(sheet)
    assert all(check.ok for check in store.verify())


def test_erasure_on_request_takes_one_household_and_nobody_else(store: Store) -> None:
    before = answers(store)
    erase(store, due(store, TODAY, "K1"))
    assert all("K1" not in held and "V8" not in held for held in names(store))
    assert names(store)[0]["K2"]["nama_kepala_keluarga"] == "Utuh Simulasi"
    assert [c.id for c in kept_corrections(store).corrections] == ["c-K2"]
    batch = next(r["batch"] for r in store.reports() if r["files"][0]["rejected"])
    kept = str(rejected_sheets(store, batch))
    assert "rahasia ditolak" not in kept
    assert "rahasia lain" in kept
    after = answers(store)
    for name, table in before.items():
        pd.testing.assert_frame_equal(after[name], table)
    assert all(check.ok for check in store.verify())
    assert erased(store.layout)["requested"].keys() == {"K1"}
    with pytest.raises(StoreError):
        due(store, TODAY, "TIDAKADA")


def test_names_that_come_back_with_an_old_file_are_told_and_go_again(store: Store) -> None:
    erase(store, due(store, TODAY, "K1"))
    import_files(store, basics(), today=TODAY)  # the same fields: known, and not kept again
    assert all("K1" not in held for held in names(store))
    other = "K1,Bihara,Galuh Baru Simulasi,tinggi,2025-01-01,2025-11-20,pindah\n"
    import_files(store, [csv("keluarga", HEAD + other)], today=TODAY)
    assert "K1" in names(store)[0]
    assert due(store, TODAY).requested == ["K1"]
    erase(store, due(store, TODAY))
    assert all("K1" not in held for held in names(store))


def test_an_older_backup_does_not_bring_them_back_unnoticed(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "before.zip")
    erase(store, due(store, TODAY, "K1"))
    store.restore(tmp_path / "before.zip")
    assert "K1" in names(store)[0]
    assert erased(store.layout)["requested"] == {}
    plan = due(store, TODAY)
    assert plan.requested == ["K1"]
    erase(store, plan)
    assert all("K1" not in held for held in names(store))


def test_an_older_backup_brings_nobody_back_whose_id_is_a_long_number(
    fresh_store: Store, tmp_path: Path
) -> None:
    gone, other = "63110320080001", "63110320080002"
    homes = f"{gone},Bihara,Galuh,tinggi,2025-01-01,,\n{other},Bihara,Utuh,tinggi,2025-01-01,,\n"
    import_files(fresh_store, [csv("keluarga", HEAD + homes)], today=TODAY)
    fresh_store.backup(tmp_path / "before.zip")
    erase(fresh_store, due(fresh_store, TODAY, gone))
    fresh_store.restore(tmp_path / "before.zip")
    assert gone in fresh_store.current().private("keluarga", [gone])
    plan = due(fresh_store, TODAY)
    assert plan.requested == [gone]
    erase(fresh_store, plan)
    assert fresh_store.current().private("keluarga", [gone, other]).keys() == {other}


def test_the_log_is_shortened_and_says_so(store: Store) -> None:
    count = store.audit.state().lines
    plan = due(store, LATEST)
    assert plan.log_lines == count
    erase(store, plan)
    state = store.audit.state()
    assert state.problems == []
    assert state.lines < count + 1
    assert store.audit.read(event="log_shortened")
    lines = store.audit.path.read_bytes().splitlines(keepends=True)
    store.audit.path.write_bytes(b"".join(lines[1:]))  # one more than it says
    assert store.audit.check()


ERASES = """
from datetime import date
from analytics.store import Store
from analytics.store.erase import erase
from analytics.store.retention import due
store = Store(sys.argv[1])
plan = due(store, date.fromisoformat(sys.argv[3]))
mortal()
erase(store, plan)
print(left)
"""


def _run(folder: Path, steps: int) -> subprocess.CompletedProcess[str]:
    """Erase in a process of its own that is killed after so many steps."""
    return die_after(steps, ERASES, folder, [LATER.isoformat()])


@pytest.mark.slow
def test_killed_at_any_step_it_is_completed_by_the_next_run(store: Store, tmp_path: Path) -> None:
    before = answers(store)
    neighbour = [held.get("K2") for held in names(store)]
    done = _run(shutil.copytree(store.folder, tmp_path / "whole"), 10**6)
    steps = 10**6 - int(done.stdout)
    after = answers(Store(tmp_path / "whole"))
    for name, table in before.items():
        pd.testing.assert_frame_equal(after[name], table)
    assert steps > 30
    for step in sorted({1, *range(3, steps, steps // 8)}):
        work = shutil.copytree(store.folder, tmp_path / f"killed-{step}")
        assert _run(work, step).returncode != 0
        copied = Store(work)
        assert [held.get("K2") for held in names(copied)] == neighbour, step
        finish(copied)
        if plan := due(copied, LATER):
            erase(copied, plan)
        copied = Store(work)
        assert all("K1" not in held and "V8" not in held for held in names(copied)), step
        assert [held.get("K2") for held in names(copied)] == neighbour, step
        listed = {name for info in copied.versions() for name, _digest in info.vault}
        assert {p.name for p in copied.layout.vault.iterdir()} == listed, step
        assert [c.name for c in copied.verify() if not c.ok] == [], step


def test_every_question_on_real_size_data_answers_as_before(
    demo_store: Store, tmp_path: Path
) -> None:
    store = Store(shutil.copytree(demo_store.folder, tmp_path / "store"))
    filters = Filters(DEMO_TODAY)
    before = {n: q.function(store.current(), filters) for n, q in QUESTIONS.items()}
    plan = due(store, DEMO_TODAY + timedelta(days=3650))
    assert plan.ended
    assert plan.rows["keluarga"]
    erase(store, plan)
    after = Store(store.folder)
    for name, question in QUESTIONS.items():
        pd.testing.assert_frame_equal(question.function(after.current(), filters), before[name])
    assert after.current().private("keluarga", plan.ended) == {}
    assert [check.name for check in after.verify() if not check.ok] == []
