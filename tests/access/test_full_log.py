"""When the log cannot be written, nobody signs in, and the sentence says why."""

from __future__ import annotations

import errno
import os

import pytest

from analytics.access.accounts import Accounts
from analytics.access.roles import Role
from analytics.store import Store
from analytics.store.errors import AuditUnwritable

WORDS = "hujan di awayan sore"


@pytest.fixture
def accounts(fresh_store: Store) -> Accounts:
    fresh_store.current()
    made = Accounts(fresh_store)
    made.add("camat", Role.CAMAT, password=WORDS)
    return made


def test_a_login_that_cannot_be_logged_is_refused_and_works_again_after(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

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
