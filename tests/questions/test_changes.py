"""What an import changed: two versions, the same question, the same day."""

from __future__ import annotations

from datetime import date

import pytest

from analytics import questions
from analytics.ingest import SourceFile, import_files
from analytics.questions import Filters
from analytics.store import Store
from tests.questions.compare import by

DAY = date(2025, 6, 30)
HOUSEHOLDS = "id_keluarga,desa,terdaftar_pada\nA,Tundi,2025-01-01\nB,Tundi,2025-01-01\n"
VISITS = "id_kunjungan,id_keluarga,tanggal,pendamping,hasil\n"
ASSISTANTS = "id_pendamping,nama\nP1,Simulasi Satu\n"


def deliver(store: Store, **sheets: str) -> None:
    files = [SourceFile(f"{name}.csv", data=text.encode()) for name, text in sheets.items()]
    report = import_files(store, files)
    assert report.exit_code == 0, report.as_dict()


@pytest.fixture
def store(fresh_store: Store) -> Store:
    deliver(fresh_store, pendamping=ASSISTANTS, keluarga=HOUSEHOLDS)
    deliver(fresh_store, kunjungan=VISITS + "1,A,2025-06-01,P1,bertemu\n")
    deliver(
        fresh_store,
        kunjungan=VISITS + "2,B,2025-06-20,P1,bertemu\n3,A,2025-06-21,P1,tidak_di_tempat\n",
    )
    return fresh_store


def test_every_measure_before_and_after(store: Store) -> None:
    now = store.current()
    before = store.open(str(now.info.parent))
    found = by(questions.changes(before, now, Filters(DAY, 90)), "measure")
    assert found["visits"] == {"measure": "visits", "before": 1, "now": 3, "change": 2}
    assert found["active"]["change"] == 0
    assert (found["covered"]["before"], found["covered"]["now"]) == (1, 2)
    assert found["coverage"] == {"measure": "coverage", "before": 0.5, "now": 1, "change": 0.5}
    # B was never met and past due (registered 1 January, 60 days); the visit of 20 June ends that.
    assert (found["past_due"]["before"], found["past_due"]["now"]) == (1, 0)


def test_a_day_before_the_new_rows_is_unchanged(store: Store) -> None:
    now = store.current()
    before = store.open(str(now.info.parent))
    table = questions.changes(before, now, Filters(date(2025, 6, 10), 90))
    assert not table["change"].fillna(0).any()


def test_no_data_before_is_missing_and_not_zero(store: Store) -> None:
    now = store.current()
    first = store.open(store.versions()[-2].id)
    found = by(questions.changes(first, now, Filters(DAY, 90)), "measure")
    assert found["coverage"]["before"] is None
    assert found["coverage"]["change"] is None
