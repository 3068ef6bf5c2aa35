"""States between two versions: what would be known if only some of the changes had been made.

A question asked of one state after the other says how much each kind of change moved its answer.
The states live in memory, are made of the rows of two versions, and hold no personal fields.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd
import pyarrow as pa

from analytics.store import engine
from analytics.store.snapshot import Snapshot

MOST_ROWS = 400_000
"""Households, visits, targets and barriers of two versions that are still compared in memory."""
_TABLES = (
    "meta", "desa", "program", "assistant", "household", "visit", "target", "barrier",
    "barrier_status", "batch",
)  # fmt: skip
_NO_HISTORY = pa.table({"barrier_id": pa.array([], pa.string())})
"""Versions of an earlier release have no history of barriers; `engine.upgrade` writes it."""
_ORDER = (
    *(("late", kind) for kind in ("household", "target", "visit", "barrier")),
    *(("corrected", kind) for kind in ("household", "target", "visit", "barrier")),
    *(("gone", kind) for kind in ("barrier", "visit", "target", "household")),
)
"""Nothing comes before what it belongs to, nor goes after it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One more kind of change: ``late``, ``corrected`` or ``gone`` rows of a kind."""

    part: str
    kind: str


class Between(Snapshot):
    """A state between two versions: every question can be asked of it until the next is made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, earlier: Snapshot) -> None:
        self.info = earlier.info
        self.version_id = earlier.version_id
        self.simulated = earlier.simulated
        self.notice = None
        self.damaged = False
        self.seen_as = earlier.seen_as
        self._state = connection
        self._lock = threading.Lock()
        self._learn()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return self._state

    def private(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """None: nothing personal is in a state."""
        return {}


def states(
    earlier: Snapshot, later: Snapshot, pieces: pd.DataFrame
) -> Iterator[tuple[Step | None, Snapshot]]:
    """The states from one version to another, one kind of change after the other.

    Args:
        pieces: ``kind, id, part`` of the rows that came in ``late``, were ``corrected`` or are
            ``gone``; other rows stay as they were in *earlier*.

    Yields:
        First the earlier version by itself (no step), then each `Step` that changes a row, with
        all before it. A state is to be asked before the next one is taken. Nothing at all when
        the versions have more than `MOST_ROWS` rows.
    """
    if _rows(earlier) + _rows(later) > MOST_ROWS:
        return
    connection = engine.connect(":memory:", read_only=False)
    try:
        _copy(connection, "create schema earlier; use earlier", earlier)
        _copy(connection, "create schema later; use later", later)
        engine.create_tables(connection)
        connection.register("given", pa.Table.from_pandas(pieces, preserve_index=False))
        connection.execute("create table piece as select kind, id, part from given")
        connection.unregister("given")
        connection.execute(_sql("between_staged"))
        yield None, _state(connection, earlier)
        differing = set(connection.execute("select part, kind from step").fetchall())
        for part, kind in _ORDER:
            if (part, kind) in differing:
                connection.execute("insert into switched values ($1, $2)", [kind, part])
                yield Step(part, kind), _state(connection, earlier)
    finally:
        connection.close()


def _state(connection: duckdb.DuckDBPyConnection, earlier: Snapshot) -> Snapshot:
    # What was there for the state before goes first, for the households that are no more.
    engine.touch_everything(connection)
    connection.execute(_sql("between_state"))
    connection.execute("insert into touched select household_key from household")
    engine.refresh_marts(connection)
    return Between(connection, earlier)


def _rows(version: Snapshot) -> int:
    return int(version.query(_sql("between_rows"))["rows"].iloc[0])


def _copy(connection: duckdb.DuckDBPyConnection, schema: str, version: Snapshot) -> None:
    """The tables of a version into a schema that is made first, with this release's columns."""
    connection.execute(schema)
    engine.create_tables(connection)
    for name in _TABLES:
        connection.register(f"given_{name}", _table(version, name))
    connection.execute(_sql("between_copy"))
    for name in _TABLES:
        connection.unregister(f"given_{name}")
    engine.upgrade(connection)
    connection.execute("use main")


def _table(version: Snapshot, name: str) -> pa.Table:
    found = version.table(name)
    return _NO_HISTORY if found is None else found


def _sql(name: str) -> str:
    return engine.read_sql(engine.STORE_FOLDER / f"{name}.sql")
