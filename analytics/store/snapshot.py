"""One immutable version, opened read-only: what every question is asked of."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from analytics.i18n import _
from analytics.store import engine, vault
from analytics.store.errors import StoreBroken
from analytics.store.files import sha256
from analytics.store.layout import VersionInfo

_FULL_CHECK_BYTES = 256 << 20
"""Up to this size the whole file is checked on opening (about a tenth of a second); a larger
one relies on DuckDB's own block checksums and on ``verify``."""


class Snapshot:
    """A version of the store: thread-safe, cheap to keep, never changing.

    Attributes:
        version_id: names this state of the data for ever.
        notice: a sentence when another version had to stand in for a broken one, else ``None``.
        damaged: a query found the file broken; the store passes over this version from then on.
        imports: how many imports the version is made of; 0 = nothing was ever imported.
        holds_real: some of the imports were not simulated, so people may be in it even when it is
            marked as simulated.
        seen_as: which part of the version this is; empty = all of it. Answers that are kept are
            kept under it, so that no reader is given another reader's answer.
        data_through: the newest visit in the version, or ``None`` when there is none.
    """

    seen_as = ""

    def __init__(self, database: Path, info: VersionInfo, vault_folder: Path) -> None:
        """Raises `StoreBroken` when the file is missing or damaged."""
        self.info = info
        self.version_id = info.id
        self.simulated = info.simulated
        self.notice: str | None = None
        self.damaged = False
        self._database = database
        self._vault_folder = vault_folder
        self._lock = threading.Lock()
        self._check(database)
        self._learn()

    def _connect(self) -> duckdb.DuckDBPyConnection:
        return engine.connect(self._database, read_only=True)

    def _learn(self) -> None:
        """Open the database and read what it says of itself."""
        try:
            self._connection = self._connect()
            facts = self.query(engine.read_sql(engine.STORE_FOLDER / "facts.sql")).iloc[0]
        except duckdb.Error as error:
            raise self._broken() from error
        self.store_id: str = facts["store_id"]
        self.area_code: str = facts["area_code"]
        self.area_name: str = facts["area_name"]
        self.imports = int(facts["imports"])
        self.holds_real = bool(facts["real_imports"])
        newest = facts["data_through"]
        self.data_through: date | None = None if pd.isna(newest) else newest.date()

    def _check(self, database: Path) -> None:
        try:
            size = database.stat().st_size
            whole = size == self.info.size_bytes and (
                size > _FULL_CHECK_BYTES or sha256(database) == self.info.sha256
            )
        except OSError as error:
            raise self._broken() from error
        if not whole:
            raise self._broken()

    def _broken(self) -> StoreBroken:
        return StoreBroken(_("Version {version} of the store is damaged.", version=self.version_id))

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
        """Run one read-only statement with ``$name`` parameters and return its table.

        Parameters that the statement does not name are left out, so that a caller may pass
        everything it knows.

        Raises:
            StoreBroken: when the file turns out to be damaged while it is read.
        """
        with self._lock:
            cursor = self._connection.cursor()
        try:
            return cursor.execute(sql, engine.named_in(sql, parameters)).df()
        except (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException) as error:
            self.damaged = True
            raise self._broken() from error
        finally:
            cursor.close()

    def table(self, name: str) -> pa.Table | None:
        """All rows of one table of `schema.sql`; ``None`` when an earlier release made the version
        and knew no such table.

        Raises:
            StoreBroken: as `query`.
        """
        with self._lock:
            cursor = self._connection.cursor()
        try:
            return cursor.table(name).to_arrow_table()
        except duckdb.CatalogException:
            return None
        except (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException) as error:
            self.damaged = True
            raise self._broken() from error
        finally:
            cursor.close()

    def private(self, kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Personal fields from the vault: id → field → text; empty without the key."""
        keys = vault.find_keys(self.store_id)
        if keys is None:
            return {}
        try:
            try:
                return vault.read_fields(keys, self._segments(), kind, ids)
            except FileNotFoundError:
                # Names were erased or sealed anew since this version was opened.
                return vault.read_fields(keys, self._segments(), kind, ids)
        except (pa.ArrowException, OSError) as error:
            raise StoreBroken(
                _(
                    "Personal data cannot be read: a file of the vault is damaged. "
                    "Figures still work."
                )
            ) from error

    def _segments(self) -> list[Path]:
        """The vault segments of the version, as its manifest lists them now."""
        listed = [self._vault_folder / name for name, _digest in self.info.vault]
        if all(path.is_file() for path in listed):
            return listed
        try:
            self.info = VersionInfo.read(self._database.with_suffix(".json"), None)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise self._broken() from error
        return [self._vault_folder / name for name, _digest in self.info.vault]
