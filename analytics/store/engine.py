"""DuckDB, hardened: the only module that opens a connection.

A connection may touch nothing outside its own database file, loads no extension, and cannot
be reconfigured afterwards. One connection shared between threads gives wrong results without
saying so; callers take a ``.cursor()`` per query (see `Snapshot.query`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import duckdb

from analytics.config import load_rules

STORE_FOLDER = Path(__file__).resolve().parent
MARTS = ("contact", "receipt", "reach", "benefit", "outside", "desa_day")
"""In the order in which they build on each other."""

_HAS_HISTORY = (
    "select 1 from duckdb_tables() where database_name = 'whole' and table_name = 'barrier_status'"
)


@lru_cache(maxsize=64)
def read_sql(path: Path) -> str:
    """The text of a ``.sql`` file; read once per process."""
    return path.read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _names(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\$([a-z_]+)", sql))


def named_in(sql: str, parameters: Mapping[str, object] | None) -> dict[str, object]:
    """Those of the parameters that the statement names, so that callers may pass all they know."""
    names = _names(sql)
    return {name: value for name, value in (parameters or {}).items() if name in names}


def connect(
    path: Path | str, *, read_only: bool, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database file with every door closed that this project does not use.

    *spill* is where a writer may put what does not fit in memory; readers never spill.
    """
    rules = load_rules().store
    config: dict[str, str | bool | int | float | list[str]] = {
        "access_mode": "READ_ONLY" if read_only else "READ_WRITE",
        "threads": rules.threads,
        "memory_limit": f"{rules.memory_limit_mb}MB",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "enable_external_access": "false",
        "temp_directory": str(spill) if spill else "",
    }
    connection = duckdb.connect(str(path), config=config)
    connection.execute("set TimeZone = 'Asia/Makassar'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set lock_configuration = true")
    return connection


def connect_scoped(path: Path, codes: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A database in memory with the rows of a version that belong to some desa, and no others.

    The version's file is let go again before the connection is handed out, so that no
    statement, whatever it says, can reach another row.
    """
    rules = load_rules().store
    config: dict[str, str | bool | int | float | list[str]] = {
        "threads": rules.threads,
        "memory_limit": f"{rules.memory_limit_mb}MB",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "temp_directory": "",
    }
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("set TimeZone = 'Asia/Makassar'")
    connection.execute("attach $path as whole (read_only)", {"path": str(path)})
    connection.execute(read_sql(STORE_FOLDER / "scope.sql"), {"codes": list(codes)})
    if connection.execute(_HAS_HISTORY).fetchone():
        connection.execute(read_sql(STORE_FOLDER / "scope_status.sql"))
    # A copy of an older version lacks the newer columns; the questions know how to do without.
    connection.execute(read_sql(STORE_FOLDER / "scope_tables.sql"))
    connection.execute("set enable_external_access = false")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set lock_configuration = true")
    return connection


def upgrade(connection: duckdb.DuckDBPyConnection) -> None:
    """Give a copy of an older version the columns of `schema.sql` that it does not have yet."""
    connection.execute(read_sql(STORE_FOLDER / "upgrade.sql"))


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create every table of `schema.sql` in an empty database."""
    connection.execute(read_sql(STORE_FOLDER / "schema.sql"))


def refresh_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the marts up to date for the households in ``touched`` and ``touched_desa``.

    The same statements serve a small import (few households touched) and a full rebuild (all
    of them): that is why both give identical marts.
    """
    for mart in MARTS:
        connection.execute(read_sql(STORE_FOLDER / "marts" / f"{mart}.sql"))


def touch_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Mark all households and desa, so that `refresh_marts` rebuilds the marts from nothing."""
    connection.execute(
        "create or replace temp table touched as select household_key from household"
    )
    connection.execute("create or replace temp table touched_desa as select desa_key from desa")
