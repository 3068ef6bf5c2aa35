"""Is the inside of a version whole? Unique keys, marts equal to a rebuild, rows accounted for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import filelock
import pyarrow as pa

from analytics.i18n import _
from analytics.numbers import number
from analytics.store import engine, vault
from analytics.store.check import Check
from analytics.store.erased import erased
from analytics.store.errors import StoreBroken, StoreBusy, write_problem
from analytics.store.files import copy, get_json, is_as_written
from analytics.store.layout import VersionInfo

if TYPE_CHECKING:
    from analytics.store.store import Store

_WAIT_SECONDS = 600.0


def check_tables(store: Store, infos: list[VersionInfo]) -> Iterator[Check]:
    """Check a copy of each version; the name of a check says of which when there are several.

    Raises:
        StoreError: the disk is full, or another check takes too long.
    """
    folder = store.layout.folder / "verify"
    lock = filelock.FileLock(store.layout.folder / ".verify.lock", timeout=_WAIT_SECONDS)
    try:
        with lock:
            for info in infos:
                shutil.rmtree(folder, ignore_errors=True)  # also what a killed check left
                folder.mkdir()
                try:
                    found = list(_checked(store, info, folder))
                finally:
                    shutil.rmtree(folder, ignore_errors=True)
                for check in found:
                    name = f"{info.id} {check.name}" if len(infos) > 1 else check.name
                    yield Check(name, check.ok, check.detail)
    except filelock.Timeout as error:
        raise StoreBusy(_("Another check of the store is still running; try later.")) from error
    except OSError as error:
        raise write_problem(error) from error


def _checked(store: Store, info: VersionInfo, folder: Path) -> Iterator[Check]:
    copy(store.layout.database(info.id), folder / "copy.duckdb")
    try:
        connection = engine.connect(folder / "copy.duckdb", read_only=False, spill=folder / "spill")
    except duckdb.Error as error:
        yield Check("tables", False, _first_line(error))
        return
    try:
        engine.upgrade(connection)
        yield _identity(connection, store)
        yield from _keys(connection)
        yield from _marts(connection)
        yield _accounts(connection, store)
        yield _rows_of_the_batch(connection, info)
        yield _lineage(connection, store, info)
        yield _sealed_names(connection, store, info)
    except duckdb.Error as error:
        yield Check("tables", False, _first_line(error))
    finally:
        connection.close()


def _first_line(error: duckdb.Error) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _identity(connection: duckdb.DuckDBPyConnection, store: Store) -> Check:
    """``store.json`` names the store that the version belongs to: else no key would be found."""
    (inside,) = connection.execute("select store_id from meta").fetchone() or ("",)
    try:
        identity = get_json(store.layout.identity)
        named = str(identity["store_id"]) if is_as_written(identity) else ""
    except (OSError, ValueError, KeyError, TypeError):
        named = ""
    detail = (
        _("store.json and the tables name the same store")
        if named == inside
        else _("store.json is damaged or of another store; restore it from a backup")
    )
    return Check("identity", named == inside, detail)


def _keys(connection: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    sql = engine.read_sql(engine.STORE_FOLDER / "integrity.sql")
    for name, broken in connection.execute(sql).fetchall():
        yield Check(
            f"keys {name}", broken == 0, _("{count} rows break the rule", count=number(broken))
        )


_DIFFERENCE = {
    "contact": "from (from before_contact except all from contact) "
    "union all (from contact except all from before_contact)",
    "receipt": "from (from before_receipt except all from receipt) "
    "union all (from receipt except all from before_receipt)",
    "outside": "from (from before_outside except all from outside) "
    "union all (from outside except all from before_outside)",
    "reach": "from (from before_reach except all from reach) "
    "union all (from reach except all from before_reach)",
    "benefit": "from (from before_benefit except all from benefit) "
    "union all (from benefit except all from before_benefit)",
    "desa_day": "from (from before_desa_day except all from desa_day) "
    "union all (from desa_day except all from before_desa_day)",
}


def _marts(connection: duckdb.DuckDBPyConnection) -> Iterator[Check]:
    connection.execute(engine.read_sql(engine.STORE_FOLDER / "marts_before.sql"))
    engine.touch_everything(connection)
    engine.refresh_marts(connection)
    for mart in engine.MARTS:
        different = len(connection.execute(_DIFFERENCE[mart]).fetchall())
        detail = _("{count} rows differ from a rebuild", count=number(different))
        yield Check(f"mart {mart}", different == 0, detail)


def _accounts(connection: duckdb.DuckDBPyConnection, store: Store) -> Check:
    """The accounts in the version agree with the reports that people were shown."""
    names = ("rows_read", "accepted", "unchanged", "rejected")
    wrong = []
    rows = connection.execute(
        "select batch_id, rows_read, accepted, unchanged, rejected from batch"
    ).fetchall()
    for batch_id, *counts in rows:
        try:
            files = get_json(store.layout.report(batch_id))["files"]
            said = [sum(f[name] for f in files) for name in names]
        except (OSError, ValueError, KeyError, TypeError):
            said = []
        if said != counts:
            wrong.append(batch_id)
    detail = _("{count} imports in this version", count=number(len(rows)))
    return Check("accounts", not wrong, ", ".join(wrong) if wrong else detail)


def _rows_of_the_batch(connection: duckdb.DuckDBPyConnection, info: VersionInfo) -> Check:
    """Every row that the import of this version accepted is in its tables.

    Later imports may write over a row, so this is asked of the import that made the version.
    """
    sql = engine.read_sql(engine.STORE_FOLDER / "batch_rows.sql")
    found = connection.execute(sql, {"batch_id": info.batch_id}).fetchone()
    accepted, there = found or (0, 0)
    missing = max(0, accepted - there)
    detail = _("{count} accepted rows are missing", count=number(missing))
    return Check("rows", missing == 0, detail)


def _lineage(connection: duckdb.DuckDBPyConnection, store: Store, info: VersionInfo) -> Check:
    """A version has every import of the version it was made from (unless that was pruned)."""
    mine = {row[0] for row in connection.execute("select batch_id from batch").fetchall()}
    lost: list[str] = []
    if info.parent in store.layout.version_ids():
        try:
            before = store.open(str(info.parent)).query("select batch_id from batch")
            lost = sorted(set(before["batch_id"]) - mine)
        except StoreBroken:
            pass  # said by the check of that version
    detail = _("every import of the version before is in it")
    return Check("lineage", not lost, ", ".join(lost) or detail)


_PRIVATE_ROWS = {
    "keluarga": "select household_id from household where private_fp is not null",
    "kunjungan": "select visit_id from visit where private_fp is not null",
    "hambatan": "select barrier_id from barrier where private_fp is not null",
}


def _sealed_names(connection: duckdb.DuckDBPyConnection, store: Store, info: VersionInfo) -> Check:
    """Every row that had personal fields when it was imported has them in the vault.

    But for those whose erasure `analytics.store.erase` has on record.
    """
    segments = [store.layout.vault / name for name, _digest in info.vault]
    missing = 0
    gone = {kind: set(ids) for kind, ids in erased(store.layout).items()}
    for kind, sql in _PRIVATE_ROWS.items():
        rows = {row_id for (row_id,) in connection.execute(sql).fetchall()}
        try:
            missing += len(rows - gone[kind] - vault.ids_with_values(segments, kind))
        except (pa.ArrowException, OSError):
            missing += len(rows)  # which segment it is, the check of the vault says
    detail = _("{count} rows have lost their personal fields", count=number(missing))
    return Check("names", missing == 0, detail)
