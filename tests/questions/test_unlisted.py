"""Barriers noted at visits: which of them the ledger knows, and taking the others over."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.access.gate import ask_as
from analytics.access.roles import SHELL, Reader, Role
from analytics.ingest.barrier_noted import list_noted
from analytics.questions import QUESTIONS, Filters
from analytics.store import NotForThisRole, Store
from tests.store.worlds import basics, csv, load
from tests.ui.conftest import (  # noqa: F401
    Open,
    _at_this_computer,
    _fresh_caches,
    open_page,
    shown,
)

DAY = Filters(date(2025, 12, 10))
NOTES = """id_kunjungan,id_keluarga,tanggal,pendamping,hasil,hambatan
N1,K1,2025-11-01,P1,bertemu,akses_jalan; kesehatan
N2,K1,2025-11-20,P1,bertemu,akses_jalan
N3,K2,2025-10-01,P1,bertemu,penyaluran
N4,K2,2025-11-05,P1,bertemu,penyaluran
N5,K1,2025-12-12,P1,bertemu,rumah
"""
LEDGER = """id_hambatan,id_keluarga,id_kunjungan,kategori,dibuka_pada,status,selesai_pada
H1,K1,N1,kesehatan,2025-11-01,terbuka,
H2,K2,,penyaluran,2025-10-01,selesai,2025-10-20
"""


@pytest.fixture
def store(fresh_store: Store) -> Store:
    others = [file for file in basics() if file.name != "kunjungan.csv"]
    load(fresh_store, [csv("kunjungan", NOTES), csv("hambatan", LEDGER), *others])
    return fresh_store


def asked(store: Store, filters: Filters = DAY) -> list[tuple[object, ...]]:
    table = QUESTIONS["unlisted"].function(store.current(), filters)
    columns = ["household_id", "category", "first_visit_id", "visits"]
    return [tuple(row) for row in table[columns].itertuples(index=False)]


def test_what_the_ledger_does_not_know(store: Store) -> None:
    # kesehatan is listed by its visit; penyaluran of October by household and day, that of
    # November was noted after the listed one was solved; N5 is after the day asked about.
    assert asked(store) == [("K1", "akses_jalan", "N1", 2), ("K2", "penyaluran", "N4", 1)]
    assert asked(store, Filters(date(2025, 10, 15))) == []
    own = QUESTIONS["unlisted"].function(store.current(), DAY)["desa_code"].tolist()
    assert asked(store, Filters(DAY.as_of, desa=(own[0],))) == [("K1", "akses_jalan", "N1", 2)]


def test_a_late_entry_counts_as_listed(store: Store) -> None:
    late = LEDGER.splitlines()[0] + "\nH3,K1,,akses_jalan,2025-11-25,terbuka,\n"
    load(store, [csv("hambatan", late)])
    assert [row[1] for row in asked(store)] == ["penyaluran"]


def test_taken_over_they_are_open_since_their_first_note(store: Store) -> None:
    before = store.current().version_id
    rows = QUESTIONS["unlisted"].function(store.current(), DAY).to_dict("records")
    report = list_noted(store, rows)
    assert report.total("accepted") == 2 and store.current().version_id != before
    assert asked(store) == []
    opened = QUESTIONS["barriers"].function(store.current(), DAY).set_index("barrier_id")
    assert opened.loc["N1-akses_jalan", "age_days"] == 39
    assert opened.loc["N4-penyaluran", "status"] == "terbuka"
    assert all(check.ok for check in store.verify())


def test_roles(store: Store) -> None:
    whole = store.current()
    desa = ask_as(SHELL, whole, "unlisted", DAY)["desa_code"].tolist()
    petugas = Reader("budi", Role.PETUGAS, (desa[1],))
    assert ask_as(petugas, whole, "unlisted", DAY)["desa_code"].tolist() == [desa[1]]
    with pytest.raises(NotForThisRole):
        ask_as(Reader("b", Role.PENINJAU), whole, "unlisted", DAY)


def test_on_the_page(store: Store, open_page: Open) -> None:  # noqa: F811
    page = open_page("hambatan", store, per="2025-12-15")
    assert not page.exception
    assert "3 hambatan dicatat pada kunjungan tetapi belum ada di daftar" in shown(page)
    page.button(key="noted_go").click().run()
    assert not page.exception
    assert "3 hambatan sekarang ada di daftar" in shown(page)
    assert asked(store, Filters(date(2025, 12, 15))) == []
