"""Signing in and out: passwords, identity providers, and the session of a browser.

Everything here is logged in the store's audit log: first noted, then done.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from analytics.access import attempts, passwords, sessions
from analytics.access.database import reading, writing
from analytics.access.roles import Reader, Role
from analytics.access.sessions import Session
from analytics.config import AccessRules, load_rules
from analytics.i18n import _
from analytics.store import Store
from analytics.store.errors import AuditUnwritable

_logger = logging.getLogger(__name__)
OIDC = "oidc"
"""How a session began that an identity provider vouched for."""


class Refused(Exception):
    """No login. *wait_seconds* is more than 0 when it was not even tried."""

    def __init__(self, wait_seconds: float = 0.0) -> None:
        super().__init__("refused")
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in; *must_change* until an own password was chosen."""

    name: str
    role: Role
    desa: tuple[str, ...]
    disabled: bool
    must_change: bool
    email: str | None

    def reader(self, via: str = "account") -> Reader:
        """The account as the pages and questions know it."""
        return Reader(self.name, self.role, self.desa, via=via)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser with its account."""

    account: Account
    session: Session

    @property
    def ready(self) -> bool:
        """False until a one-time password was changed: nothing may be seen before."""
        return self.session.via == OIDC or not self.account.must_change

    @property
    def reader(self) -> Reader:
        return self.account.reader(OIDC if self.session.via == OIDC else "account")


class Signing:
    """Who may come into one store, and who is in.

    Args:
        now: the clock, in seconds since 1970; tests bring their own.

    Raises (all methods):
        StoreError: with a sentence that says what could not be done.
    """

    def __init__(self, store: Store, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._layout = store.layout
        self._now = now

    @property
    def _rules(self) -> AccessRules:
        return load_rules().access

    def signed_in(self, token: str | None) -> SignedIn | None:
        """Whose browser holds *token*; ``None`` when the session or the account has ended."""
        if not token:
            return None
        with reading(self._layout) as db:
            found = sessions.find(db, token, self._rules, self._now()) if db else None
            row = found and db and find_row(db, found[0].name)
        if not found or not row or row["disabled"]:
            return None
        if found[1]:
            with writing(self._layout) as db:
                sessions.touch(db, token, self._now())
        return SignedIn(as_account(row), found[0])

    def sign_in(self, name: str, password: str, address: str) -> tuple[str, Account]:
        """Check a password and start a session; returns the token for the browser.

        An unknown account, a wrong password and a disabled account look the same from outside
        and cost the same work.

        Raises:
            Refused: with the seconds to wait when there were too many failures before.
        """
        name = name.strip().lower()
        with writing(self._layout) as db:
            wait = attempts.begin(db, name, address, self._rules, self._now())
            row = None if wait else find_row(db, name)
        if wait:
            raise Refused(wait.seconds)
        right = passwords.matches(row["hash"] if row else passwords.nobodys_hash(), password)
        late = row is not None and row["must_change"] and row["one_time_until"] < self._now()
        if row is None or not right or row["disabled"] or late:
            self._log("login_failed", row["name"] if row else "?", row["role"] if row else "-")
            raise Refused
        account = as_account(row)
        fresh = passwords.make_hash(password) if passwords.is_old(row["hash"]) else None
        self._log("login", account.name, account.role, "password")
        with writing(self._layout) as db:
            attempts.succeeded(db, name, address)
            if fresh:
                db.execute(
                    "update account set hash = ? where name = ? and hash = ?",
                    (fresh, name, row["hash"]),
                )
            # The account may have been disabled while the password was looked at.
            if not _still(db, row):
                raise Refused
            return sessions.start(db, name, "password", self._rules, self._now()), account

    def sign_in_by_email(self, email: str) -> tuple[str, Account]:
        """Start a session for the account of an e-mail that an identity provider has verified.

        Raises:
            Refused: when no (enabled) account has that e-mail.
        """
        with reading(self._layout) as db:
            wanted = (email.strip().lower(),)
            found = db and db.execute("select * from account where email = ?", wanted).fetchone()
        if not found or found["disabled"]:
            self._log("login_failed", found["name"] if found else "?", "-", "oidc")
            raise Refused
        account = as_account(found)
        self._log("login", account.name, account.role, "oidc")
        with writing(self._layout) as db:
            if not _still(db, found):
                raise Refused
            return sessions.start(db, account.name, OIDC, self._rules, self._now()), account

    def sign_out(self, token: str) -> None:
        """End the session of one browser: also when it cannot be logged, for that is safer."""
        found = self.signed_in(token)
        with writing(self._layout) as db:
            sessions.end(db, token)
        if found:
            try:
                self._log("logout", found.account.name, found.account.role)
            except AuditUnwritable as problem:
                _logger.error("a sign-out is not in the log: %s", problem)

    def change_password(self, token: str, old: str, new: str, address: str) -> str:
        """Give the account of a session an own password; all its other sessions end.

        Returns:
            The token of a new session, for the browser that asked.

        Raises:
            Refused: the old password is wrong (counted like a failed login).
            passwords.WeakPassword: the new one is refused.
        """
        found = self.signed_in(token)
        if found is None:
            raise Refused
        name = found.account.name
        with writing(self._layout) as db:
            wait = attempts.begin(db, name, address, self._rules, self._now())
            row = find_row(db, name)
        if wait:
            raise Refused(wait.seconds)
        if row is None or not passwords.matches(row["hash"], old):
            self._log("login_failed", name, found.account.role, "change")
            raise Refused
        with writing(self._layout) as db:
            attempts.succeeded(db, name, address)
        passwords.check_strength(new, name)
        if passwords.matches(row["hash"], new):
            raise passwords.WeakPassword(_("The new password is the old one."))
        kept = passwords.make_hash(new)
        self._log("password_changed", name, found.account.role)
        with writing(self._layout) as db:
            if not _still(db, row):
                raise Refused
            self._set_hash(db, name, kept, one_time=False)
            sessions.end_all(db, name)
            return sessions.start(db, name, found.session.via, self._rules, self._now())

    def _set_hash(self, db: sqlite3.Connection, name: str, kept: str, *, one_time: bool) -> None:
        until = self._now() + self._rules.one_time_days * 86400.0 if one_time else None
        db.execute(
            "update account set hash = ?, must_change = ?, one_time_until = ?, changed = ? "
            "where name = ?",
            (kept, int(one_time), until, self._now(), name),
        )

    def _log(
        self, event: str, who: str, role: str, what: str = "", count: int | None = None
    ) -> None:
        self._store.audit.record(event, who=who, role=str(role), what=what, count=count)


def find_row(db: sqlite3.Connection, name: str) -> sqlite3.Row | None:
    """The row of an account, if there is one."""
    found: sqlite3.Row | None = db.execute(
        "select * from account where name = ?", (name,)
    ).fetchone()
    return found


def _still(db: sqlite3.Connection, before: sqlite3.Row) -> bool:
    """The account is still what it was when its password was looked at."""
    now = find_row(db, before["name"])
    return now is not None and not now["disabled"] and now["changed"] == before["changed"]


def as_account(row: sqlite3.Row) -> Account:
    """A row of the database as an `Account`."""
    return Account(
        name=row["name"],
        role=Role(row["role"]),
        desa=tuple(json.loads(row["desa"])),
        disabled=bool(row["disabled"]),
        must_change=bool(row["must_change"]),
        email=row["email"],
    )
