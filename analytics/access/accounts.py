"""Accounts of the people who may sign in: made, locked out, given another password.

Everything here is logged in the store's audit log: first noted, then done.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence

from analytics.access import attempts, passwords, sessions
from analytics.access.database import reading, writing
from analytics.access.roles import Role
from analytics.access.sessions import Session
from analytics.access.signing import (
    OIDC,
    Account,
    Refused,
    SignedIn,
    Signing,
    as_account,
    find_row,
)
from analytics.i18n import _
from analytics.questions import desa_list
from analytics.store import StoreError
from analytics.store.audit import actor

__all__ = ["OIDC", "Account", "AccountError", "Accounts", "Refused", "SignedIn"]

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,31}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
_TAKEN = {"shell", "lokal", "simulasi", "log"}
"""Names that the audit log uses for itself."""


class AccountError(StoreError):
    """The account cannot be made or changed so; ``str(error)`` says why."""


class Accounts(Signing):
    """The accounts of one store; see `Signing` for what it takes and raises."""

    def exist(self) -> bool:
        """Whether any account was ever made: from then on nobody enters without one."""
        with reading(self._layout) as db:
            return db is not None and db.execute("select 1 from account").fetchone() is not None

    def all(self) -> list[Account]:
        """Every account, by name."""
        with reading(self._layout) as db:
            rows = db.execute("select * from account order by name").fetchall() if db else []
        return [as_account(row) for row in rows]

    def active_sessions(self, name: str | None = None) -> list[Session]:
        """Who is signed in now (one account, or all), newest first."""
        with reading(self._layout) as db:
            found = sessions.active(db, self._rules, self._now()) if db else []
        return [one for one in found if name in (None, one.name)]

    def add(
        self,
        name: str,
        role: Role,
        desa: Sequence[str] = (),
        *,
        password: str | None = None,
        email: str | None = None,
    ) -> str | None:
        """Make an account.

        Returns:
            Its one-time password when no *password* was given.

        Raises:
            AccountError: the name, e-mail or desa cannot be, or are taken.
            passwords.WeakPassword: the password is refused.
        """
        if not _NAME.fullmatch(name) or name in _TAKEN:
            raise AccountError(
                _(
                    "“{name}” cannot be the name of an account: 2 to 32 small letters, digits, "
                    "dots or dashes, beginning with a letter.",
                    name=name,
                )
            )
        email = email.strip().lower() if email else None
        if email and not _EMAIL.fullmatch(email):
            raise AccountError(_("“{email}” is not an e-mail address.", email=email))
        given = tuple(dict.fromkeys(desa))
        self._check_desa(role, given)
        made = None if password is not None else passwords.one_time()
        if password is not None:
            passwords.check_strength(password, name)
        kept = passwords.make_hash(password if password is not None else str(made))
        with writing(self._layout) as db:
            if find_row(db, name) is not None:
                raise AccountError(_("There is already an account {name}.", name=name))
            if email and db.execute("select 1 from account where email = ?", (email,)).fetchone():
                raise AccountError(_("Another account has this e-mail already."))
            self._log("account_changed", actor().who, actor().role, f"add {name} {role.value}")
            db.execute(
                "insert into account values (?, ?, ?, '', 0, 0, null, ?, ?, ?)",
                (name, role.value, json.dumps(given), email, self._now(), self._now()),
            )
            self._set_hash(db, name, kept, one_time=made is not None)
        return made

    def _check_desa(self, role: Role, desa: tuple[str, ...]) -> None:
        if role is not Role.PETUGAS:
            if desa:
                raise AccountError(_("Only a petugas is assigned to desa."))
            return
        if not desa:
            raise AccountError(_("A petugas needs at least one desa: --desa CODE"))
        known = set(desa_list(self._store.current())["desa_code"])
        if odd := [code for code in desa if code not in known]:
            raise AccountError(_("Unknown desa: {value}", value=", ".join(odd)))

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Lock an account out, and its sessions with it, or let it in again."""
        with writing(self._layout) as db:
            self._need(db, name)
            what = f"{'disable' if disabled else 'enable'} {name}"
            self._log("account_changed", actor().who, actor().role, what)
            db.execute(
                "update account set disabled = ?, changed = ? where name = ?",
                (int(disabled), self._now(), name),
            )
            sessions.end_all(db, name)
            attempts.forget(db, name)

    def reset(self, name: str, password: str | None = None) -> str | None:
        """Give an account another password and end its sessions; as `add` returns."""
        made = None if password is not None else passwords.one_time()
        if password is not None:
            passwords.check_strength(password, name)
        kept = passwords.make_hash(password if password is not None else str(made))
        with writing(self._layout) as db:
            self._need(db, name)
            self._log("account_changed", actor().who, actor().role, f"reset {name}")
            self._set_hash(db, name, kept, one_time=made is not None)
            sessions.end_all(db, name)
            attempts.forget(db, name)
        return made

    def revoke(self, *, name: str | None = None, session_id: str | None = None) -> int:
        """End every session of an account, or one session; how many there were."""
        with writing(self._layout) as db:
            if name is not None:
                self._need(db, name)
                count = sessions.end_all(db, name)
            else:
                name = sessions.end_one(db, session_id or "")
                count = int(name is not None)
            if name is not None:
                self._log("session_revoked", actor().who, actor().role, name, count)
        return count

    def _need(self, db: sqlite3.Connection, name: str) -> None:
        if find_row(db, name) is None:
            raise AccountError(_("There is no account {name}.", name=name))
