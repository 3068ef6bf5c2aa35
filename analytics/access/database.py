"""The file of accounts and sessions: `access/accounts.sqlite` in the store folder.

It is not part of any version of the data: who may sign in today has nothing to do with what was
known when. A backup takes the accounts along, without the sessions. SQLite keeps the file whole
through crashes, and several processes (the dashboard, the command line) may use it at once.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from analytics.i18n import _
from analytics.store import StoreError
from analytics.store.layout import Layout

_BUSY_SECONDS = 5.0
_SCHEMA = """
create table if not exists meta(key text primary key, value blob not null) without rowid;
create table if not exists account(
    name text primary key,
    role text not null,
    desa text not null,
    hash text not null,
    disabled integer not null default 0,
    must_change integer not null default 0,
    one_time_until real,
    email text unique,
    created real not null,
    changed real not null
) without rowid;
create table if not exists session(
    hash blob primary key,
    name text not null references account(name),
    via text not null,
    created real not null,
    seen real not null,
    expires real not null
) without rowid;
create index if not exists session_name on session(name);
create table if not exists failure(
    kind text not null,
    who blob not null,
    count integer not null,
    last real not null,
    primary key (kind, who)
) without rowid;
"""


class AccessError(StoreError):
    """The file of accounts cannot be used; ``str(error)`` says why."""


def path_of(layout: Layout) -> Path:
    """Where the accounts of the store in a folder are."""
    return layout.folder / "access" / "accounts.sqlite"


@contextmanager
def reading(layout: Layout) -> Iterator[sqlite3.Connection | None]:
    """The database as it is, or ``None`` when no account was ever made."""
    path = path_of(layout)
    if not path.exists():
        yield None
        return
    with _translated(), closing(_connect(path)) as connection:
        yield connection


@contextmanager
def writing(layout: Layout) -> Iterator[sqlite3.Connection]:
    """One transaction that nobody else writes beside; made durable, or undone by an error."""
    path = path_of(layout)
    with _translated():
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(_connect(path)) as connection:
            connection.executescript(_SCHEMA)
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")


def _connect(path: Path) -> sqlite3.Connection:
    if os.name != "nt" and path.stat().st_mode & 0o077:
        path.chmod(0o600)  # a restored or copied file may have lost it
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma secure_delete = on")
    return connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError, OSError) as error:
        raise AccessError(
            _("The file of accounts cannot be used ({reason}).", reason=type(error).__name__)
        ) from error
