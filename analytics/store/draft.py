"""The next version while it is being written: a copy of the current one, seen by nobody."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from analytics.store import engine, vault
from analytics.store.errors import write_problem
from analytics.store.files import (
    copy,
    fsync_file,
    fsync_folder,
    make_folder,
    put,
    put_json,
    sha256,
)
from analytics.store.layout import PENDING, Layout, VersionInfo, number_of

_MERGE_ABOVE_SEGMENTS = 24


@dataclass
class Draft:
    """A writer's private copy. Nothing of it is visible until `publish`.

    It lives in a folder of its own that starts empty: what a killed writer left (its database,
    and a write-ahead log that DuckDB would replay into the next one) is gone before it is made.
    ``version_id`` is the name it will be published under.

    The caller holds the store's lock. `run` executes statements of `.sql` files, `register` lends
    an Arrow table to them; both only know the draft's own database.
    """

    layout: Layout
    keys: vault.Keys
    parent: VersionInfo | None
    simulated: bool
    batch_id: str
    version_id: str = field(init=False)
    path: Path = field(init=False)
    connection: duckdb.DuckDBPyConnection = field(init=False)
    _segments: list[tuple[str, str]] = field(init=False)
    _new_segments: list[str] = field(init=False, default_factory=list)
    _holds_real: bool = field(init=False, default=False)
    _published: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._segments = list(self.parent.vault) if self.parent else []
        self._holds_real = bool(self.parent and self.parent.holds_real)
        number = 1 + max(map(number_of, self.layout.version_ids()), default=0)
        self.version_id = f"v{number:05d}-{secrets.token_hex(3)}"
        self.path = self.layout.drafts / f"{self.version_id}.duckdb"
        try:
            if self.layout.drafts.exists():
                shutil.rmtree(self.layout.drafts)
            self.layout.drafts.mkdir(parents=True)
            if self.parent:
                copy(self.layout.database(self.parent.id), self.path)
        except OSError as error:
            self.discard()
            raise write_problem(error) from error
        try:
            self.connection = engine.connect(
                self.path, read_only=False, spill=self.layout.drafts / "spill"
            )
            if self.parent:
                engine.upgrade(self.connection)
            else:
                engine.create_tables(self.connection)
        except duckdb.Error as error:
            raise self.translated(error) from error

    def run(self, sql: str, parameters: Mapping[str, object] | None = None) -> None:
        """Execute statements; a single one may have ``$name`` parameters.

        Raises:
            StoreError: when the disk is full or cannot be written to.
        """
        try:
            self.connection.execute(sql, engine.named_in(sql, parameters) or None)
        except duckdb.Error as error:
            raise self.translated(error) from error

    def arrow(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """The table of one select statement, in Arrow."""
        try:
            bound = engine.named_in(sql, parameters) or None
            return self.connection.sql(sql, params=bound).to_arrow_table()
        except duckdb.Error as error:
            raise self.translated(error) from error

    def register(self, name: str, table: pa.Table) -> None:
        self.connection.register(name, table)

    def unregister(self, name: str) -> None:
        self.connection.unregister(name)

    def translated(self, error: duckdb.Error) -> Exception:
        """A full disk or a read-only folder as a `StoreError`; anything else is a bug, as it is."""
        if isinstance(
            error, (duckdb.IOException, duckdb.FatalException, duckdb.TransactionException)
        ):
            return write_problem(_as_os_error(error, self.layout.folder))
        return error

    def begin(self) -> None:
        """Start the one transaction of an import, with nothing touched yet."""
        self.run("begin transaction")
        self.run("create or replace temp table touched (household_key integer)")
        self.run("create or replace temp table touched_desa (desa_key integer)")

    def touch_everything(self) -> None:
        """Have `commit` rebuild the marts from nothing."""
        engine.touch_everything(self.connection)

    def next_batch_no(self) -> int:
        return int(
            self.arrow("select coalesce(max(batch_no), 0) + 1 as n from batch")["n"][0].as_py()
        )

    def commit(self, batch_no: int, counts: Mapping[str, int], simulated: bool) -> None:
        """Bring the marts up to date, record the import, and end the transaction."""
        self.run(engine.read_sql(engine.STORE_FOLDER / "touched.sql"), {"batch_no": batch_no})
        try:
            engine.refresh_marts(self.connection)
        except duckdb.Error as error:
            raise self.translated(error) from error
        self.run(
            "insert into batch values ($batch_no, $batch_id, $imported_at, $rows_read, $accepted, "
            "$unchanged, $rejected, $simulated)",
            {
                "batch_no": batch_no,
                "batch_id": self.batch_id,
                "imported_at": datetime.now(UTC).replace(tzinfo=None),
                "simulated": simulated,
                **counts,
            },
        )
        self.run("commit")
        self._holds_real |= not simulated

    def rollback(self) -> None:
        self.run("rollback")

    def keep_private(self, rows: Iterable[tuple[str, str, Mapping[str, str | None]]]) -> None:
        """Seal personal fields into a new vault segment of this draft."""
        name = f"{self.batch_id}-{len(self._segments):04d}.parquet"
        path = self.layout.drafts / name
        try:
            if vault.write_segment(path, self.keys, rows):
                fsync_file(path)
                self._segments.append((name, sha256(path)))
                self._new_segments.append(name)
        except OSError as error:
            raise write_problem(error) from error

    def publish(self, message: str) -> VersionInfo:
        """Refresh nothing, change nothing more: make the draft the current version.

        The order makes a crash harmless at every step: vault, database, manifest, then the
        pointer.
        """
        version_id = self.version_id
        try:
            self.connection.execute("checkpoint")
            self.connection.close()
            self._merge_segments_if_many()
            self._move_segments()
            fsync_file(self.path)
            info = VersionInfo(
                id=version_id,
                created_at=datetime.now(UTC),
                message=message,
                parent=self.parent.id if self.parent else None,
                batch_id=self.batch_id,
                simulated=self.simulated,
                holds_real=self._holds_real,
                size_bytes=self.path.stat().st_size,
                sha256=sha256(self.path),
                vault=tuple(self._segments),
                is_current=True,
            )
            make_folder(self.layout.versions)
            os.replace(self.path, self.layout.database(version_id))
            fsync_folder(self.layout.versions)
            put_json(self.layout.manifest(version_id), info.as_json())
            put(self.layout.pointer, f"{version_id}\n".encode())
        except duckdb.Error as error:
            raise self.translated(error) from error
        except OSError as error:
            self._take_back()
            raise write_problem(error) from error
        self._published = True
        self.discard()
        return info

    def _take_back(self) -> None:
        """A full disk stopped the last steps: nothing of the version stays, the manifest first."""
        if self.layout.pointed() == self.version_id:
            self._published = True
            return  # it is the current version, whatever went wrong after
        self.layout.manifest(self.version_id).unlink(missing_ok=True)
        self.layout.database(self.version_id).unlink(missing_ok=True)
        for name in self._new_segments:
            (self.layout.vault / name).unlink(missing_ok=True)

    def _merge_segments_if_many(self) -> None:
        if len(self._segments) <= _MERGE_ABOVE_SEGMENTS or not self._segments_are_whole():
            return
        name = f"{self.batch_id}-merged.parquet"
        path = self.layout.drafts / name
        folders = dict.fromkeys(self._new_segments, self.layout.drafts)
        vault.merge_segments(
            path, [folders.get(old, self.layout.vault) / old for old, _digest in self._segments]
        )
        fsync_file(path)
        self._segments = [(name, sha256(path))]
        self._new_segments = [name]

    def _segments_are_whole(self) -> bool:
        """A damaged segment is never merged: the result would have a right checksum."""
        old = [each for each in self._segments if each[0] not in self._new_segments]
        try:
            return all(sha256(self.layout.vault / name) == digest for name, digest in old)
        except FileNotFoundError:
            return False

    def _move_segments(self) -> None:
        if self._new_segments:
            make_folder(self.layout.vault)
            for name in self._new_segments:
                os.replace(self.layout.drafts / name, self.layout.vault / name)
            fsync_folder(self.layout.vault)

    def discard(self) -> None:
        """Drop the draft; whatever was published (or found unchanged, and settled) stays."""
        if hasattr(self, "connection"):
            self.connection.close()
        shutil.rmtree(self.layout.drafts, ignore_errors=True)
        final = self.layout.reports / f"{self.batch_id}.json"
        if not self._published and not final.exists():
            with contextlib.suppress(OSError):  # the next writer clears what cannot go now
                (self.layout.rejects / f"{self.batch_id}.sealed").unlink(missing_ok=True)
                final.with_suffix(PENDING).unlink(missing_ok=True)


def _as_os_error(error: duckdb.Error, folder: Path) -> OSError:
    text = str(error)
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        free = 0
    if "No space left" in text or "disk" in text.lower() or free < (8 << 20):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if "Permission denied" in text or "Read-only" in text:
        return OSError(errno.EACCES, os.strerror(errno.EACCES))
    return OSError(errno.EIO, text.splitlines()[0] if text else os.strerror(errno.EIO))
