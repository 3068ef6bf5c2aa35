"""Wrong passwords are counted, and from some number on the next try has to wait, longer each time.

Counted by account name and by address. A name is counted whether or not such an account exists,
so the waiting tells nothing about that; what is kept of it is a keyed digest, as people now and
then type their password into the name field. A try is counted before the password is looked at,
so that many at the same moment do not slip through.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from dataclasses import dataclass

from analytics.config import AccessRules

_FORGET_SECONDS = 24 * 3600.0
_ADDRESS_FORGIVES_SECONDS = 180.0
"""An office shares one address: it is forgiven one failure in so many seconds."""
ACCOUNT, ADDRESS = "account", "address"


@dataclass(frozen=True, slots=True)
class Wait:
    """No try is taken for so many seconds."""

    seconds: float


def begin(
    db: sqlite3.Connection, name: str, address: str, rules: AccessRules, now: float
) -> Wait | None:
    """Count a try by *name* from *address*, or say how long the next one has to wait."""
    db.execute("delete from failure where last < ?", (now - _FORGET_SECONDS,))
    limits = {ACCOUNT: rules.failures_per_account, ADDRESS: rules.failures_per_address}
    keys = {ACCOUNT: _digest(db, name), ADDRESS: _digest(db, address)}
    counts = {}
    longest = 0.0
    for kind, who in keys.items():
        row = db.execute(
            "select count, last from failure where kind = ? and who = ?", (kind, who)
        ).fetchone()
        count, last = (row["count"], row["last"]) if row else (0, now)
        if kind == ADDRESS:
            count = max(0, count - int(max(0.0, now - last) / _ADDRESS_FORGIVES_SECONDS))
        counts[kind] = count
        longest = max(longest, last + wait_after(count, limits[kind], rules) - now)
    if longest > 0:
        return Wait(longest)
    for kind, who in keys.items():
        db.execute(
            "insert or replace into failure values (?, ?, ?, ?)",
            (kind, who, counts[kind] + 1, now),
        )
    return None


def succeeded(db: sqlite3.Connection, name: str, address: str) -> None:
    """The password was right: the account starts afresh, the address has one failure less."""
    forget(db, name)
    who = _digest(db, address)
    db.execute("update failure set count = count - 1 where kind = ? and who = ?", (ADDRESS, who))
    db.execute("delete from failure where kind = ? and who = ? and count < 1", (ADDRESS, who))


def forget(db: sqlite3.Connection, name: str) -> None:
    """Let an account try again at once."""
    db.execute("delete from failure where kind = ? and who = ?", (ACCOUNT, _digest(db, name)))


def wait_after(count: int, limit: int, rules: AccessRules) -> float:
    """Seconds to wait after *count* failures: none below the limit, then doubling to the most."""
    if count < limit:
        return 0.0
    most = rules.wait_max_minutes * 60.0
    doublings = min(count - limit, 32)
    return min(rules.wait_seconds * 2.0**doublings, most)


def _digest(db: sqlite3.Connection, text: str) -> bytes:
    row = db.execute("select value from meta where key = 'pepper'").fetchone()
    pepper = row["value"] if row else secrets.token_bytes(32)
    if row is None:
        db.execute("insert into meta values ('pepper', ?)", (pepper,))
    return hmac.digest(pepper, text.encode("utf-8", "replace"), "sha256")
