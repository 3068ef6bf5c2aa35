"""The store: a folder of immutable versions, a pointer to the current one, one writer."""

from __future__ import annotations

import csv
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

import filelock
import pyarrow as pa

from analytics.config import DATA, load_rules
from analytics.i18n import _
from analytics.store import engine, vault
from analytics.store.audit import Audit
from analytics.store.draft import Draft
from analytics.store.errors import (
    KeyMissing,
    StoreBroken,
    StoreBusy,
    StoreError,
    UnknownVersion,
    write_problem,
)
from analytics.store.files import fsync_folder, get_json, make_folder, put, put_json, with_checksum
from analytics.store.keynote import is_outdated
from analytics.store.layout import FORMAT, Layout, VersionInfo, default_folder
from analytics.store.records import Records
from analytics.store.recovery import finish_restore, recover
from analytics.store.snapshot import Snapshot

if TYPE_CHECKING:
    from analytics.store.check import Check

_log = logging.getLogger(__name__)
_open_snapshots: WeakValueDictionary[tuple[Path, str], Snapshot] = WeakValueDictionary()
"""Every version that somebody in this process still holds; it closes with its last holder."""
_current_snapshots: dict[Path, Snapshot] = {}
"""Keeps the current version of each store open between two questions."""
_opening = threading.Lock()


class Store(Records):
    """The store in a folder; a missing or empty folder becomes a new store when it is first used.

    Args:
        folder: where it is; else ``PERUT_STORE``, else ``data/store``.

    Raises (all methods):
        StoreError: with a sentence that says what happened and what was kept.
    """

    def __init__(self, folder: Path | str | None = None) -> None:
        self.folder = Path(folder) if folder else default_folder()
        self.layout = Layout(self.folder.resolve())
        self.recovered: list[str] = []
        """What a stopped import had left behind when this object wrote, in sentences."""

    @property
    def audit(self) -> Audit:
        """The log of what was done with this store, and by whom."""
        return Audit(self.layout)

    # -- reading -----------------------------------------------------------------------------

    def current(self) -> Snapshot:
        """The current version; when it is damaged, the newest whole one, with a notice."""
        self._finish_restore()
        place = self.layout.place()
        pointed = self.layout.pointed()
        ids = self.layout.version_ids()
        if not ids and pointed is None:
            self._make_first_version()
            return self.current()
        candidates = [pointed, *ids] if pointed else ids
        for version_id in dict.fromkeys(candidates):
            try:
                snapshot = self._opened(version_id)
            except (StoreBroken, UnknownVersion) as problem:
                if (self.layout.place(), self.layout.pointed()) != (place, pointed):
                    return self.current()  # another version, or another folder, took its place
                _log.warning("version %s cannot be used: %s", version_id, problem)
                continue
            notice = None
            if version_id != pointed and pointed not in ids:
                notice = _(
                    "The note of which version is current was damaged; showing the newest version "
                    "{version}. No data was changed.",
                    version=version_id,
                )
            elif version_id != pointed:
                notice = _(
                    "The newest version of the data is damaged; showing version {version} instead. "
                    "Nothing else was changed. Import the newest files again, or restore a backup.",
                    version=version_id,
                )
            snapshot.notice = notice
            _current_snapshots[self.layout.folder] = snapshot
            return snapshot
        raise StoreBroken(
            _("No version of the store can be read. Restore a backup, or start with a new folder.")
        )

    def open(self, version_id: str) -> Snapshot:
        """One version by its id; raises `UnknownVersion` or `StoreBroken`."""
        return self._opened(version_id)

    def _opened(self, version_id: str) -> Snapshot:
        key = (self.layout.folder, version_id)
        with _opening:
            if found := _open_snapshots.get(key):
                if found.damaged:
                    raise StoreBroken(
                        _("Version {version} of the store is damaged.", version=version_id)
                    )
                return found
            info = self._info(version_id)
            snapshot = Snapshot(self.layout.database(version_id), info, self.layout.vault)
            _open_snapshots[key] = snapshot
            return snapshot

    def forget(self, version_id: str) -> None:
        """Let go of a version; it closes when the last one who reads it is done."""
        with _opening:
            _open_snapshots.pop((self.layout.folder, version_id), None)
            held = _current_snapshots.get(self.layout.folder)
            if held is not None and held.version_id == version_id:
                del _current_snapshots[self.layout.folder]

    def _info(self, version_id: str) -> VersionInfo:
        path = self.layout.manifest(version_id)
        # The id comes from outside (a URL, a command line): never let it leave the folder.
        if version_id not in self.layout.version_ids():
            raise UnknownVersion(_("There is no version {version}.", version=version_id))
        try:
            return VersionInfo.read(path, self.layout.pointed())
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreBroken(
                _("Version {version} of the store is damaged.", version=version_id)
            ) from error

    def versions(self) -> list[VersionInfo]:
        """Every version whose manifest can be read, newest first."""
        found = []
        for version_id in self.layout.version_ids():
            try:
                found.append(self._info(version_id))
            except StoreBroken as problem:
                _log.warning("%s", problem)
        return found

    # -- writing -----------------------------------------------------------------------------

    @contextmanager
    def writing(self, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
        """Hold the writer's lock; what a killed writer left behind is cleared first.

        Raises:
            StoreBusy: when another import does not finish in time.
        """
        seconds = load_rules().imports.lock_wait_seconds
        try:
            self._finish_restore()
            make_folder(self.layout.folder)
            # One lock object per path: the thread that holds it may take it again.
            lock = filelock.FileLock(self.layout.lock, is_singleton=True)
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                if on_wait:
                    on_wait()
                lock.acquire(timeout=seconds)
        except filelock.Timeout as error:
            raise StoreBusy(
                _("Another import is still running. Nothing was changed; try again later.")
            ) from error
        except OSError as error:
            raise write_problem(error) from error
        try:
            if lock.lock_counter == 1:
                self._recover()
            yield
        finally:
            lock.release()

    def _recover(self) -> None:
        try:
            self.recovered += recover(self.layout)
        except OSError as error:
            raise write_problem(error) from error

    def _finish_restore(self) -> None:
        """A restore that was stopped in its last step is completed; one under way is waited for."""
        try:
            finish_restore(self.layout)
        except filelock.Timeout as error:
            raise StoreBusy(_("The store is being restored; try again in a minute.")) from error
        except OSError as error:
            raise write_problem(error) from error

    def draft(self, *, simulated: bool, fresh: bool = False) -> Draft:
        """A writable copy of the current version (the caller holds `writing`).

        Args:
            simulated: the rows to come are simulated; real rows never clear that mark.
            fresh: start from an empty store instead of the current version.

        Raises:
            KeyMissing: when the vault's key is not the one this store was made with.
        """
        parent = None if fresh else self.current().info
        keys = self._keys()
        draft = Draft(
            layout=self.layout,
            keys=keys,
            parent=parent,
            simulated=simulated or bool(parent and parent.simulated),
            batch_id=self.layout.next_batch_id(secrets.token_hex(5)),
        )
        try:
            if parent is None:
                self._write_places(draft)
            elif simulated and not parent.simulated:
                draft.run("update meta set simulated = true")
        except BaseException:
            draft.discard()
            raise
        return draft

    def keys(self) -> vault.Keys | None:
        """The vault's keys, or ``None`` when they are not on this machine."""
        return vault.find_keys(self._identity()["store_id"])

    def has_right_key(self) -> bool | None:
        """Whether the key on this machine is this store's; ``None`` when there is none."""
        found = self.keys()
        if found is None:
            return None
        mine = found.check() == self._identity()["key_check"]
        return mine and not is_outdated(self.layout, found)

    def _keys(self) -> vault.Keys:
        identity = self._identity()
        found = vault.find_keys(identity["store_id"])
        if found is None:
            raise KeyMissing(
                _(
                    "The vault key of this store is not on this machine. Nothing was imported, so "
                    "that no personal data is lost; put the key file back first."
                )
            )
        if found.check() != identity["key_check"]:
            raise KeyMissing(
                _("The vault key is not the one this store was made with. Nothing was imported.")
            )
        if is_outdated(self.layout, found):
            raise KeyMissing(
                _(
                    "The key file is older than the last change of the key, so nothing was done. "
                    "Put the newer key file back first."
                )
            )
        return found

    def identity(self) -> dict[str, str]:
        """``store_id`` and ``key_check``; raises `StoreBroken`."""
        return self._identity()

    def _identity(self) -> dict[str, Any]:
        if not self.layout.identity.exists():
            if self.layout.version_ids():
                # A new identity would come with a new key, and seal names apart from the old ones.
                raise StoreBroken(_("The file store.json is missing; restore it from a backup."))
            store_id = f"s-{secrets.token_hex(4)}"
            identity = {
                "store_id": store_id,
                "format": FORMAT,
                "key_check": vault.make_keys(store_id).check(),
            }
            put_json(self.layout.identity, with_checksum(identity))
        try:
            identity = get_json(self.layout.identity)
            return {name: str(identity[name]) for name in ("store_id", "key_check")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreBroken(
                _("The file store.json is damaged; restore it from a backup.")
            ) from error

    def _make_first_version(self) -> None:
        with self.writing():
            if self.layout.version_ids():
                return
            try:
                draft = self.draft(simulated=False, fresh=True)
                draft.publish(_("Empty store"))
            except OSError as error:
                raise write_problem(error) from error

    def _write_places(self, draft: Draft) -> None:
        rules = load_rules()
        places = desa_table(rules.area.code)
        draft.register("places", places)
        draft.run(engine.read_sql(engine.STORE_FOLDER / "places.sql"))
        draft.run(
            "insert into meta values ($store_id, $format, $area_code, $area_name, $simulated)",
            {
                "store_id": self._identity()["store_id"],
                "format": FORMAT,
                "area_code": rules.area.code,
                "area_name": rules.area.name,
                "simulated": draft.simulated,
            },
        )
        draft.unregister("places")

    def rollback(self, version_id: str) -> VersionInfo:
        """Make an older version the current one again; the newer ones stay."""
        with self.writing():
            snapshot = self._opened(version_id)
            self.audit.note("rollback", what=version_id)
            try:
                put(self.layout.pointer, f"{version_id}\n".encode())
            except OSError as error:
                raise write_problem(error) from error
        return replace(snapshot.info, is_current=True)

    def prune(self) -> list[str]:
        """Delete all but the newest versions (``[store] keep_versions``).

        The current one stays, and so do those that frozen figures name.

        Vault segments that no kept version lists go too. Returns the ids that were deleted.
        """
        from analytics.store.frozen import pinned_versions

        keep = load_rules().store.keep_versions
        with self.writing():
            current = self.current().version_id
            needed = {current, *pinned_versions(self)}
            gone = [v for v in self.layout.version_ids()[keep:] if v not in needed]
            if gone:
                self.audit.note("prune", what=f"{gone[-1]} - {gone[0]}", count=len(gone))
            for version_id in gone:
                self.forget(version_id)
                self.layout.manifest(version_id).unlink(missing_ok=True)
            fsync_folder(self.layout.versions)  # else a manifest may outlive its database
            for version_id in gone:
                self.layout.database(version_id).unlink(missing_ok=True)
            kept_ids = set(self.layout.version_ids())
            for database in self.layout.versions.glob("*.duckdb"):
                if database.stem not in kept_ids:  # a killed writer's, never published
                    database.unlink()
            listed = {name for info in self.versions() for name, _digest in info.vault}
            unreadable = len(self.versions()) != len(self.layout.version_ids())
            if not unreadable and self.layout.vault.is_dir():
                for segment in self.layout.vault.glob("*.parquet"):
                    if segment.name not in listed:
                        segment.unlink()
        return gone

    def verify(self, *, every_version: bool = False) -> list[Check]:
        """See `analytics.store.verify`."""
        from analytics.store.verify import verify

        return verify(self, every_version=every_version)

    def backup(self, file: Path) -> int:
        """See `analytics.store.backup`."""
        from analytics.store.backup import backup

        return backup(self, file)

    def restore(self, file: Path) -> Path | None:
        """See `analytics.store.backup`."""
        from analytics.store.backup import restore

        return restore(self, file)


def desa_table(area_code: str) -> pa.Table:
    """The official desa of an area from `data/desa.csv`, in the order of their codes.

    Raises:
        StoreError: when the file has no desa with this code.
    """
    with (DATA / "desa.csv").open(encoding="utf-8", newline="") as handle:
        rows = [
            row
            for row in csv.DictReader(handle)
            if f"{row['kode_kemendagri']}.".startswith(f"{area_code}.")
        ]
    if not rows:
        raise StoreError(_("data/desa.csv has no desa of area {code}.", code=area_code))
    rows.sort(key=lambda row: row["kode_kemendagri"])
    return pa.table(
        {
            "desa_key": pa.array(range(1, len(rows) + 1), pa.int32()),
            "desa_code": [row["kode_kemendagri"] for row in rows],
            "bps_code": [row["kode_bps"] or None for row in rows],
            "desa_name": [row["nama"] for row in rows],
            "other_name": [row["nama_bps"] or row["nama"] for row in rows],
            "kecamatan": [row["nama_kec"] for row in rows],
            "lon": pa.array([float(row["lon"]) for row in rows], pa.float64()),
            "lat": pa.array([float(row["lat"]) for row in rows], pa.float64()),
            "area_km2": pa.array([float(row["luas_km2"]) for row in rows], pa.float64()),
        }
    )
