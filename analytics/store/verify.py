"""Is everything whole? Checksums, unique keys, marts equal to a rebuild, row counts."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analytics.i18n import _
from analytics.numbers import number
from analytics.store import engine, vault
from analytics.store.errors import StoreError, write_problem
from analytics.store.files import copy, get_json, sha256
from analytics.store.layout import VersionInfo
from analytics.store.store import Store


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked: its name, whether it held, and what was found."""

    name: str
    ok: bool
    detail: str


def verify(store: Store) -> list[Check]:
    """Check every version, the vault, the current marts and the accounts of every import.

    Raises:
        StoreError: only when the store folder itself cannot be read or written to.
    """
    checks = [*_pointer(store), *_key(store), *_versions(store), *_vault(store)]
    checks += _reports(store)
    checks += _corrections(store)
    try:
        current = store.current()
    except StoreError as error:
        return [*checks, Check("current", False, str(error))]
    return [*checks, *_tables(store, current.info)]


def _pointer(store: Store) -> Iterator[Check]:
    pointed = store.layout.pointed()
    known = pointed in store.layout.version_ids()
    yield Check("pointer", known, _("The pointer names version {version}", version=pointed))


def _key(store: Store) -> Iterator[Check]:
    try:
        right = store.has_right_key()
    except StoreError as error:
        yield Check("key", False, str(error))
        return
    if right is None:
        yield Check("key", True, _("The vault key is not on this machine; sealed rows unchecked"))
    else:
        yield Check(
            "key",
            right,
            _("The vault key is this store's") if right else _("The vault key is another store's"),
        )


def _corrections(store: Store) -> Iterator[Check]:
    from analytics.store.corrections import kept_corrections  # it needs the store's own modules

    try:
        if not store.has_right_key():
            return  # said by the check of the key
        kept = kept_corrections(store)
    except StoreError as error:
        yield Check("corrections", False, str(error))
        return
    detail = _("{count} corrections can be opened", count=number(len(kept.corrections)))
    yield Check("corrections", not kept.damaged, ", ".join(kept.damaged) or detail)


def _versions(store: Store) -> Iterator[Check]:
    listed = {info.id: info for info in store.versions()}
    for version_id in store.layout.version_ids():
        info = listed.get(version_id)
        if info is None:
            yield Check(f"version {version_id}", False, _("The manifest is damaged"))
            continue
        database = store.layout.database(version_id)
        whole = database.is_file() and sha256(database) == info.sha256
        detail = _("{size} bytes, checksum right", size=number(info.size_bytes))
        yield Check(f"version {version_id}", whole, detail if whole else _("The file is damaged"))


def _vault(store: Store) -> Iterator[Check]:
    segments = {segment for info in store.versions() for segment in info.vault}
    broken = []
    for name, digest in sorted(segments):
        path = store.layout.vault / name
        if not path.is_file() or sha256(path) != digest:
            broken.append(name)
    detail = _("{count} segments of the vault checked", count=number(len(segments)))
    yield Check("vault", not broken, ", ".join(broken) if broken else detail)


def _reports(store: Store) -> Iterator[Check]:
    """``rows_read = accepted + unchanged + rejected``, and every rejected row is still there."""
    keys = store.keys() if store.has_right_key() else None
    for path in sorted(store.layout.reports.glob("b-*.json")):
        try:
            report = get_json(path)
            files = report["files"]
            right = all(
                f["rows_read"] == f["accepted"] + f["unchanged"] + f["rejected"] for f in files
            )
            rejected = sum(f["rejected"] for f in files)
            detail = _("{rows} rows accounted for", rows=number(sum(f["rows_read"] for f in files)))
            if keys and rejected:
                sealed = (store.layout.rejects / f"{path.stem}.sealed").read_bytes()
                kept = vault.open_json(keys, path.stem, sealed)
                held = sum(len(sheet["rows"]) for sheet in kept)
                right = right and held == rejected
        except (OSError, ValueError, KeyError, TypeError, StoreError) as error:
            right, detail = (
                False,
                _("The report is damaged ({reason})", reason=type(error).__name__),
            )
        yield Check(f"import {path.stem}", right, detail)


def _tables(store: Store, info: VersionInfo) -> Iterator[Check]:
    try:
        folder = Path(tempfile.mkdtemp(prefix="verify-", dir=store.layout.folder))
    except OSError as error:
        raise write_problem(error) from error
    try:
        copy(store.layout.database(info.id), folder / "copy.duckdb")
        connection = engine.connect(folder / "copy.duckdb", read_only=False, spill=folder / "spill")
        try:
            yield from _keys(connection)
            yield from _marts(connection)
            yield from _batches(connection, store)
            yield _sealed_names(connection, store, info)
        finally:
            connection.close()
    except OSError as error:
        raise write_problem(error) from error
    except duckdb.Error as error:
        yield Check("tables", False, str(error).splitlines()[0])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _batches(connection: duckdb.DuckDBPyConnection, store: Store) -> Iterator[Check]:
    """The accounts in the version agree with the reports that people were shown."""
    names = ("rows_read", "accepted", "unchanged", "rejected")
    wrong = []
    rows = connection.execute(
        "select batch_id, rows_read, accepted, unchanged, rejected from batch"
    ).fetchall()
    for batch_id, *counts in rows:
        try:
            files = get_json(store.layout.reports / f"{batch_id}.json")["files"]
            said = [sum(f[name] for f in files) for name in names]
        except (OSError, ValueError, KeyError, TypeError):
            said = []
        if said != counts:
            wrong.append(batch_id)
    detail = _("{count} imports in this version", count=number(len(rows)))
    yield Check("accounts", not wrong, ", ".join(wrong) if wrong else detail)


_PRIVATE_ROWS = {
    "keluarga": "select household_id from household where private_fp is not null",
    "kunjungan": "select visit_id from visit where private_fp is not null",
    "hambatan": "select barrier_id from barrier where private_fp is not null",
}


def _sealed_names(connection: duckdb.DuckDBPyConnection, store: Store, info: VersionInfo) -> Check:
    """Every row that had personal fields when it was imported has them in the vault."""
    segments = [store.layout.vault / name for name, _digest in info.vault]
    missing = 0
    for kind, sql in _PRIVATE_ROWS.items():
        rows = {row_id for (row_id,) in connection.execute(sql).fetchall()}
        missing += len(rows - vault.ids_with_values(segments, kind))
    detail = _("{count} rows have lost their personal fields", count=number(missing))
    return Check("names", missing == 0, detail)
