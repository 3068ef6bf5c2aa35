"""Who is signed in: sessions kept on this machine, so that each can be ended at once.

The browser holds a random token of 256 bits; what is kept here is its SHA-256, so a stolen copy
of the file opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from analytics.config import AccessRules

_TOUCH_SECONDS = 30.0
"""The time of last use is written this often at most: reading must stay cheap."""
_LONGEST_TOKEN = 128


@dataclass(frozen=True, slots=True)
class Session:
    """One browser that is signed in. *id* names it in lists; it opens nothing."""

    id: str
    name: str
    via: str
    created: float
    seen: float
    expires: float


def start(db: sqlite3.Connection, name: str, via: str, rules: AccessRules, now: float) -> str:
    """A new session; returns the token for the browser."""
    sweep(db, rules, now)
    token = secrets.token_urlsafe(32)
    db.execute(
        "insert into session values (?, ?, ?, ?, ?, ?)",
        (_hash(token), name, via, now, now, now + rules.session_hours * 3600.0),
    )
    return token


def find(
    db: sqlite3.Connection, token: str, rules: AccessRules, now: float
) -> tuple[Session, bool] | None:
    """The session of a token while it lasts, and whether its last use should be written."""
    if not 0 < len(token) <= _LONGEST_TOKEN:
        return None
    row = db.execute("select * from session where hash = ?", (_hash(token),)).fetchone()
    if row is None or now >= row["expires"] or now - row["seen"] >= rules.idle_minutes * 60.0:
        return None
    return _session(row), now - row["seen"] >= _TOUCH_SECONDS


def touch(db: sqlite3.Connection, token: str, now: float) -> None:
    """Write that a session was used now."""
    db.execute("update session set seen = max(seen, ?) where hash = ?", (now, _hash(token)))


def end(db: sqlite3.Connection, token: str) -> None:
    """Sign one browser out."""
    db.execute("delete from session where hash = ?", (_hash(token),))


def end_all(db: sqlite3.Connection, name: str) -> int:
    """Sign every browser of an account out; how many there were."""
    return db.execute("delete from session where name = ?", (name,)).rowcount


def end_one(db: sqlite3.Connection, session_id: str) -> str | None:
    """Sign the browser out that lists call *session_id*; the account it was of."""
    for row in db.execute("select * from session").fetchall():
        if _session(row).id == session_id:
            db.execute("delete from session where hash = ?", (row["hash"],))
            return str(row["name"])
    return None


def active(db: sqlite3.Connection, rules: AccessRules, now: float) -> list[Session]:
    """Everybody who is signed in, newest first."""
    idle = now - rules.idle_minutes * 60.0
    rows = db.execute(
        "select * from session where expires > ? and seen > ? order by created desc, hash",
        (now, idle),
    )
    return [_session(row) for row in rows.fetchall()]


def sweep(db: sqlite3.Connection, rules: AccessRules, now: float) -> None:
    """Forget the sessions that are over."""
    idle = now - rules.idle_minutes * 60.0
    db.execute("delete from session where expires <= ? or seen <= ?", (now, idle))


def _session(row: sqlite3.Row) -> Session:
    return Session(
        id=row["hash"].hex()[:12],
        name=row["name"],
        via=row["via"],
        created=row["created"],
        seen=row["seen"],
        expires=row["expires"],
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
