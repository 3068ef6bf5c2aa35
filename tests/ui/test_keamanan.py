"""The page Keamanan: for the camat, true about the log, and its own downloads are logged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analytics.access.accounts import Accounts
from analytics.access.roles import Role
from analytics.store import Store
from analytics.store.audit import Entry
from tests.ui.conftest import Open
from ui.logbook import frame


@pytest.fixture
def store(demo_store: Store, tmp_path: Path) -> Store:
    copied = Store(shutil.copytree(demo_store.folder, tmp_path / "store"))
    for who in ("ani", "budi"):
        copied.audit.record("login", who=who, role="petugas")
    copied.audit.record("personal_viewed", who="ani", role="petugas", what="KK-1", count=1)
    return copied


def shown(page: object) -> list[list[str]]:
    table = page.dataframe[0].value  # type: ignore[attr-defined]
    return [[str(row["who"]), str(row["event"])] for _i, row in table.iterrows()]


def test_shows_the_log_newest_first_and_that_it_is_whole(store: Store, open_page: Open) -> None:
    page = open_page("keamanan", store)
    assert not page.exception
    assert page.title[0].value == "Keamanan dan catatan"
    assert "utuh" in page.success[0].value
    assert shown(page)[:3] == [["ani", "membuka data pribadi"], ["budi", "masuk"], ["ani", "masuk"]]


def test_a_removed_line_is_said_on_top(store: Store, open_page: Open) -> None:
    lines = store.audit.path.read_bytes().splitlines(keepends=True)
    store.audit.path.write_bytes(b"".join(lines[:-2] + lines[-1:]))
    page = open_page("keamanan", store)
    assert not page.success
    assert "hilang" in page.error[0].value


def test_filters_by_event_and_person(store: Store, open_page: Open) -> None:
    page = open_page("keamanan", store)
    page.selectbox(key="log_who").select("ani").run()
    assert {who for who, _event in shown(page)} == {"ani"}
    page.selectbox(key="log_event").select("personal_viewed").run()
    assert shown(page) == [["ani", "membuka data pribadi"]]


@pytest.mark.parametrize("role", ["petugas", "peninjau", "publik"])
def test_nobody_but_the_camat_sees_it(store: Store, open_page: Open, role: str) -> None:
    page = open_page("keamanan", store, peran=role)
    assert not page.exception
    assert not page.dataframe
    said = " ".join(str(each.value) for each in [*page.markdown, *page.success, *page.caption])
    assert "KK-1" not in said
    assert "utuh" not in said


def test_accounts_and_a_way_to_end_a_session(store: Store, open_page: Open) -> None:
    page = open_page("keamanan", store, bagian="Akun dan sesi")
    assert "user add" in page.info[0].value
    Accounts(store).add("siti", Role.PENINJAU, password="hujan di awayan sore")
    signed_in = Accounts(store).sign_in("siti", "hujan di awayan sore", "127.0.0.1")
    assert signed_in
    page = open_page("keamanan", store, bagian="Akun dan sesi")
    assert list(page.dataframe[0].value["name"]) == ["siti"]
    page.button(key="session_end_yes").click().run()
    assert Accounts(store).active_sessions() == []
    assert store.audit.read(event="session_revoked")


def test_says_what_is_due_and_how_the_key_stands(
    store: Store, open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("keamanan", store, bagian="Penghapusan")
    assert not page.exception
    assert any("730" in each.value for each in page.markdown)
    page = open_page("keamanan", store, bagian="Kunci dan cadangan")
    assert any("kunci" in each.value.lower() for each in page.success)
    assert any("belum pernah" in each.value for each in page.markdown)
    monkeypatch.setenv("PERUT_KEY_FILE", str(tmp_path / "no.key"))
    page = open_page("keamanan", store, bagian="Kunci dan cadangan")
    assert not page.exception
    assert any("nama tidak" in each.value for each in page.warning)


def test_the_table_holds_what_a_line_says() -> None:
    entry = Entry(3, "2026-01-02T03:04:05.000Z", "ani", "camat", "export", "x.xlsx", 7, "", "key")
    (row,) = frame([entry]).to_dict("records")
    assert row["who"] == "ani"
    assert row["event"] == "mengunduh berkas"
    assert (row["count"], row["n"]) == (7, 3)
    assert frame([]).empty
