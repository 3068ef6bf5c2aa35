"""Accounts, passwords, sessions and waits, as a thief and as an honest person meet them."""

from __future__ import annotations

import sqlite3
import stat
import threading
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from analytics.access import attempts, passwords
from analytics.access.accounts import AccountError, Accounts, Refused
from analytics.access.database import AccessError, path_of
from analytics.access.passwords import WeakPassword, check_strength
from analytics.access.roles import Role
from analytics.config import load_rules
from tests.access.people import BETTER, GOOD, HERE, Clock, quick_hashes

if TYPE_CHECKING:
    from analytics.store import Store

RULES = load_rules().access


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick_hashes(monkeypatch)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(fresh_store: Store, clock: Clock) -> Accounts:
    made = Accounts(fresh_store, clock)
    made.add("camat", Role.CAMAT, password=GOOD)
    return made


def events(store: Store) -> list[tuple[str, str, str]]:
    return [(one.event, one.who, one.what) for one in reversed(store.audit.read())]


def test_without_accounts_nobody_is_in_and_no_file_is_made(fresh_store: Store) -> None:
    accounts = Accounts(fresh_store)
    assert not accounts.exist()
    assert accounts.all() == []
    assert accounts.signed_in("anything") is None
    assert not path_of(fresh_store.layout).exists()


def test_the_file_is_for_its_owner_only(accounts: Accounts, fresh_store: Store) -> None:
    path = path_of(fresh_store.layout)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    assert accounts.exist()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as db:
        assert db.execute("pragma journal_mode").fetchone()[0] == "wal"


def test_neither_password_nor_token_is_in_any_file(accounts: Accounts, fresh_store: Store) -> None:
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    kept = b"".join(p.read_bytes() for p in fresh_store.folder.rglob("*") if p.is_file())
    assert b"argon2id" in kept
    assert GOOD.encode() not in kept
    assert token.encode() not in kept


def test_the_right_password_opens_and_is_logged(accounts: Accounts, fresh_store: Store) -> None:
    token, account = accounts.sign_in(" Camat ", GOOD, HERE)
    found = accounts.signed_in(token)
    assert found
    assert found.ready
    assert (account.name, found.reader.role, found.reader.via) == ("camat", Role.CAMAT, "account")
    assert events(fresh_store)[-1] == ("login", "camat", "password")


def test_unknown_wrong_and_disabled_look_the_same_and_cost_the_same(
    accounts: Accounts, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add("lama", Role.PENINJAU, password=GOOD)
    accounts.set_disabled("lama", True)
    looked: list[str] = []
    real = passwords._hasher.verify

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            looked.append(str(hash)[:9])
            return bool(real(hash, password))

    monkeypatch.setattr(passwords, "_hasher", Counting(time_cost=1, memory_cost=8, parallelism=1))
    refusals = []
    for name, password in (("nobody", GOOD), ("camat", BETTER), ("lama", GOOD)):
        with pytest.raises(Refused) as refused:
            accounts.sign_in(name, password, HERE)
        refusals.append((str(refused.value), refused.value.wait_seconds))
    assert len(set(refusals)) == 1
    assert looked == ["$argon2id"] * 3
    assert [event for event, _who, _what in events(fresh_store)[-3:]] == ["login_failed"] * 3


def test_what_is_typed_as_the_name_of_nobody_is_not_logged(
    accounts: Accounts, fresh_store: Store
) -> None:
    with pytest.raises(Refused):
        accounts.sign_in(GOOD, GOOD, HERE)
    assert events(fresh_store)[-1] == ("login_failed", "?", "")


def test_after_some_failures_an_account_waits_longer_each_time(
    accounts: Accounts, clock: Clock
) -> None:
    for _attempt in range(RULES.failures_per_account):
        with pytest.raises(Refused) as refused:
            accounts.sign_in("camat", "wrong", HERE)
        assert refused.value.wait_seconds == 0
    waits = []
    for _attempt in range(9):
        with pytest.raises(Refused) as refused:  # the right password does not help either
            accounts.sign_in("camat", GOOD, HERE)
        waits.append(round(refused.value.wait_seconds))
        clock.now += refused.value.wait_seconds
        with pytest.raises(Refused) as refused:
            accounts.sign_in("camat", "wrong", HERE)
        assert refused.value.wait_seconds == 0
    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == RULES.wait_max_minutes * 60
    clock.now += RULES.wait_max_minutes * 60
    assert accounts.sign_in("camat", GOOD, HERE)
    with pytest.raises(Refused) as refused:  # and it starts afresh
        accounts.sign_in("camat", "wrong", HERE)
    assert refused.value.wait_seconds == 0


def test_a_name_that_is_no_account_waits_in_the_same_way(accounts: Accounts) -> None:
    for _attempt in range(RULES.failures_per_account):
        with pytest.raises(Refused):
            accounts.sign_in("nobody", "wrong", HERE)
    with pytest.raises(Refused) as refused:
        accounts.sign_in("nobody", "wrong", HERE)
    assert refused.value.wait_seconds == RULES.wait_seconds


def test_one_address_cannot_try_every_name(accounts: Accounts, clock: Clock) -> None:
    for number in range(RULES.failures_per_address):
        with pytest.raises(Refused) as refused:
            accounts.sign_in(f"name{number}", "wrong", HERE)
        assert refused.value.wait_seconds == 0
    with pytest.raises(Refused) as refused:
        accounts.sign_in("camat", GOOD, HERE)
    assert refused.value.wait_seconds > 0
    assert accounts.sign_in("camat", GOOD, "192.0.2.8")
    clock.now += 24 * 3600
    assert accounts.sign_in("camat", GOOD, HERE)


def test_an_office_that_types_wrong_now_and_then_is_not_locked_out(
    accounts: Accounts, clock: Clock
) -> None:
    for number in range(4 * RULES.failures_per_address):
        clock.now += 200
        with pytest.raises(Refused) as refused:
            accounts.sign_in(f"name{number}", "wrong", HERE)
        assert refused.value.wait_seconds == 0


def test_many_tries_at_the_same_moment_do_not_slip_through(fresh_store: Store) -> None:
    accounts = Accounts(fresh_store)
    accounts.add("camat", Role.CAMAT, password=GOOD)
    waits: list[float] = []

    def attempt() -> None:
        try:
            accounts.sign_in("camat", "wrong", HERE)
        except Refused as refused:
            waits.append(refused.wait_seconds)

    threads = [threading.Thread(target=attempt) for _i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waits) == 12
    assert sum(wait == 0 for wait in waits) == RULES.failures_per_account


@given(st.integers(0, 60), st.integers(0, 60))
def test_more_failures_never_wait_shorter(one: int, other: int) -> None:
    few, many = sorted((one, other))
    short = attempts.wait_after(few, RULES.failures_per_account, RULES)
    long = attempts.wait_after(many, RULES.failures_per_account, RULES)
    assert 0 <= short <= long <= RULES.wait_max_minutes * 60


def test_a_session_ends_when_it_is_idle_and_at_its_end(accounts: Accounts, clock: Clock) -> None:
    idle, most = RULES.idle_minutes * 60, RULES.session_hours * 3600
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    clock.now += idle - 1
    assert accounts.signed_in(token)
    clock.now += idle - 1  # the last use counts, not the first
    assert accounts.signed_in(token)
    clock.now += idle
    assert accounts.signed_in(token) is None

    token, _account = accounts.sign_in("camat", GOOD, HERE)
    begun = clock.now
    while clock.now + idle / 2 < begun + most:
        clock.now += idle / 2
        assert accounts.signed_in(token)
    clock.now = begun + most
    assert accounts.signed_in(token) is None
    assert accounts.active_sessions() == []


@given(st.text(max_size=300))
def test_a_made_up_token_opens_nothing(token: str) -> None:
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from analytics.access import sessions
    from analytics.access.database import writing
    from analytics.store.layout import Layout

    with TemporaryDirectory() as folder, writing(Layout(Path(folder))) as db:
        assert sessions.find(db, token, RULES, 0.0) is None


def test_each_login_has_its_own_session_and_signing_out_ends_one(
    accounts: Accounts, fresh_store: Store
) -> None:
    one, _account = accounts.sign_in("camat", GOOD, HERE)
    other, _account = accounts.sign_in("camat", GOOD, HERE)
    assert one != other
    assert len(one) >= 43  # 256 bits
    accounts.sign_out(one)
    assert accounts.signed_in(one) is None
    assert accounts.signed_in(other)
    assert events(fresh_store)[-1] == ("logout", "camat", "")


def test_a_changed_password_signs_every_other_browser_out(
    accounts: Accounts, fresh_store: Store
) -> None:
    mine, _account = accounts.sign_in("camat", GOOD, HERE)
    other, _account = accounts.sign_in("camat", GOOD, HERE)
    fresh = accounts.change_password(mine, GOOD, BETTER, HERE)
    assert accounts.signed_in(mine) is None  # no token outlives a change
    assert accounts.signed_in(other) is None
    assert accounts.signed_in(fresh)
    with pytest.raises(Refused):
        accounts.sign_in("camat", GOOD, HERE)
    assert accounts.sign_in("camat", BETTER, HERE)
    assert ("password_changed", "camat", "") in events(fresh_store)


def test_a_password_is_not_changed_with_a_wrong_old_one_or_into_a_weak_one(
    accounts: Accounts,
) -> None:
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    with pytest.raises(Refused):
        accounts.change_password(token, "wrong", BETTER, HERE)
    for weak in ("short", GOOD):
        with pytest.raises(WeakPassword):
            accounts.change_password(token, GOOD, weak, HERE)
    for _attempt in range(2 * RULES.failures_per_account):  # a weak new one is no failed login
        with pytest.raises(WeakPassword):
            accounts.change_password(token, GOOD, "short", HERE)
    assert accounts.signed_in(token)
    assert accounts.sign_in("camat", GOOD, HERE)


def test_the_current_password_cannot_be_tried_out_where_it_is_changed(
    accounts: Accounts, clock: Clock
) -> None:
    """At a browser that somebody left signed in: counted like a failed login."""
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    for _attempt in range(RULES.failures_per_account):
        with pytest.raises(Refused) as refused:
            accounts.change_password(token, "wrong", BETTER, HERE)
        assert refused.value.wait_seconds == 0
    with pytest.raises(Refused) as refused:
        accounts.change_password(token, GOOD, BETTER, HERE)
    assert refused.value.wait_seconds == RULES.wait_seconds
    clock.now += RULES.wait_seconds
    assert accounts.change_password(token, GOOD, BETTER, HERE)


def test_a_one_time_password_must_be_changed_and_does_not_last(
    accounts: Accounts, clock: Clock
) -> None:
    made = accounts.add("bupe", Role.PENINJAU)
    assert made
    token, account = accounts.sign_in("bupe", made, HERE)
    assert account.must_change
    found = accounts.signed_in(token)
    assert found
    assert not found.ready
    fresh = accounts.change_password(token, made, BETTER, HERE)
    found = accounts.signed_in(fresh)
    assert found
    assert found.ready
    late = accounts.reset("bupe")
    assert late
    clock.now += RULES.one_time_days * 86400 + 1
    with pytest.raises(Refused):
        accounts.sign_in("bupe", late, HERE)


@pytest.mark.parametrize("what", ["disable", "reset", "revoke", "one session"])
def test_what_ends_sessions_ends_them_at_once(accounts: Accounts, what: str) -> None:
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    if what == "disable":
        accounts.set_disabled("camat", True)
    elif what == "reset":
        accounts.reset("camat")
    elif what == "revoke":
        assert accounts.revoke(name="camat") == 1
    else:
        assert accounts.revoke(session_id=accounts.active_sessions()[0].id) == 1
    assert accounts.signed_in(token) is None


def test_enabling_again_lets_in_but_does_not_bring_old_sessions_back(accounts: Accounts) -> None:
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    accounts.set_disabled("camat", True)
    accounts.set_disabled("camat", False)
    assert accounts.signed_in(token) is None
    assert accounts.sign_in("camat", GOOD, HERE)


def test_an_old_hash_is_made_anew_at_the_next_login(
    accounts: Accounts, fresh_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> str:
        with sqlite3.connect(path_of(fresh_store.layout)) as db:
            return str(db.execute("select hash from account").fetchone()[0])

    assert "m=8" in kept()
    stronger = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", stronger)
    accounts.sign_in("camat", GOOD, HERE)
    assert "m=64" in kept()
    assert accounts.sign_in("camat", GOOD, HERE)


def test_passwords_are_the_same_however_the_keyboard_writes_them(accounts: Accounts) -> None:
    composed, decomposed = "café kuda terbang malam", "cafe\u0301 kuda terbang malam"
    accounts.add("satu", Role.PENINJAU, password=composed)
    assert accounts.sign_in("satu", decomposed, HERE)


@pytest.mark.parametrize(
    "weak",
    [
        "a" * 12, "password1234", "passwordpassword", "123456789012", "qwertyuiop12",
        "camatcamat12", "Camat-awayan", "elevenchars", "x" * 257,
    ],
)  # fmt: skip
def test_a_weak_password_is_refused(weak: str) -> None:
    with pytest.raises(WeakPassword):
        check_strength(weak, "camat")


def test_one_time_passwords_are_strong_and_never_the_same() -> None:
    made = {passwords.one_time() for _i in range(200)}
    assert len(made) == 200
    for one in list(made)[:20]:
        check_strength(one, "camat")


def test_only_a_field_worker_has_desa_and_they_must_exist(
    accounts: Accounts, fresh_store: Store
) -> None:
    accounts.add("ani", Role.PETUGAS, ["63.11.03.2008", "63.11.03.2008"], password=GOOD)
    assert [one.desa for one in accounts.all() if one.name == "ani"] == [("63.11.03.2008",)]
    for role, desa in (
        (Role.PETUGAS, []),
        (Role.PETUGAS, ["63.11.03.9999"]),
        (Role.CAMAT, ["63.11.03.2008"]),
    ):
        with pytest.raises(AccountError):
            accounts.add("budi", role, desa, password=GOOD)
    assert ("account_changed", "shell", "add ani petugas") in events(fresh_store)


@pytest.mark.parametrize(
    "name", ["", "a", "Ani", "-ani", "an i", "shell", "lokal", "x" * 33, "a/b", "ani\n", "1234"]
)
def test_a_name_that_cannot_be_is_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(AccountError):
        accounts.add(name, Role.CAMAT, password=GOOD)


def test_names_and_emails_are_taken_once(accounts: Accounts) -> None:
    accounts.add("satu", Role.PENINJAU, password=GOOD, email="Satu@Example.org")
    with pytest.raises(AccountError):
        accounts.add("camat", Role.CAMAT, password=GOOD)
    with pytest.raises(AccountError):
        accounts.add("dua", Role.PENINJAU, password=GOOD, email="satu@example.ORG")
    assert accounts.sign_in_by_email("SATU@example.org")[1].name == "satu"
    accounts.set_disabled("satu", True)
    for email in ("satu@example.org", "nobody@example.org", ""):
        with pytest.raises(Refused):
            accounts.sign_in_by_email(email)


def test_a_damaged_file_lets_nobody_in_and_says_so(accounts: Accounts, fresh_store: Store) -> None:
    token, _account = accounts.sign_in("camat", GOOD, HERE)
    path = path_of(fresh_store.layout)
    for extra in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        extra.unlink(missing_ok=True)
    path.write_bytes(b"not a database at all" * 100)
    for ask in (accounts.exist, lambda: accounts.signed_in(token)):
        with pytest.raises(AccessError):
            ask()
