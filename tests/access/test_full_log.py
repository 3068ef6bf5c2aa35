"""When the log cannot be written, nobody signs in, and the sentence says why."""

from __future__ import annotations

import errno
import os

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analytics.access.accounts import Accounts
from analytics.access.roles import Role
from analytics.store import Store
from analytics.store.audit import acting
from analytics.store.errors import AuditUnwritable
from tests.store.worlds import load
from ui.login_forms import FORM_COOKIE
from ui.server import middleware, routes

OWN = "http://127.0.0.1:8501"
WORDS = "hujan di awayan sore"


@pytest.fixture
def accounts(fresh_store: Store) -> Accounts:
    fresh_store.current()
    made = Accounts(fresh_store)
    made.add("camat", Role.CAMAT, password=WORDS)
    return made


def full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_login_that_cannot_be_logged_is_refused_and_works_again_after(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("analytics.store.audit.os.fsync", full)
        with pytest.raises(AuditUnwritable, match="disk penuh"):
            accounts.sign_in("camat", WORDS, "127.0.0.1")
        with pytest.raises(AuditUnwritable):
            accounts.add("siti", Role.CAMAT, password=WORDS)
    assert accounts.active_sessions() == []
    assert [account.name for account in accounts.all()] == ["camat"]
    accounts.sign_in("camat", WORDS, "127.0.0.1")
    assert len(accounts.active_sessions()) == 1


def test_the_form_says_why(
    accounts: Accounts, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERUT_STORE", str(fresh_store.folder))
    load(fresh_store)  # real data, so that a login is asked for
    app = Starlette(routes=routes(), middleware=middleware())
    browser = TestClient(app, base_url=OWN, follow_redirects=False)
    browser.get("/login")
    form = {"form": browser.cookies[FORM_COOKIE], "name": "camat", "password": WORDS}
    with monkeypatch.context() as patch:
        patch.setattr("analytics.store.audit.os.fsync", full)
        answer = browser.post("/login", data=form, headers={"origin": OWN})
    assert answer.status_code == 503
    assert "disk penuh" in answer.text
    assert browser.post("/login", data=form, headers={"origin": OWN}).status_code == 303


def test_signing_out_works_though_it_cannot_be_logged(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, _account = accounts.sign_in("camat", WORDS, "127.0.0.1")
    with monkeypatch.context() as patch:
        patch.setattr("analytics.store.audit.os.fsync", full)
        accounts.sign_out(token)
    assert accounts.active_sessions() == []


def test_who_changes_accounts_on_a_page_stands_in_the_log(
    accounts: Accounts, fresh_store: Store
) -> None:
    accounts.sign_in("camat", WORDS, "127.0.0.1")
    with acting("budi", "camat"):
        accounts.revoke(session_id=accounts.active_sessions()[0].id)
    assert fresh_store.audit.read(event="session_revoked")[0].who == "budi"
    assert fresh_store.audit.read(event="account_changed")[0].who == "shell"
