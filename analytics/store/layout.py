"""Where everything in a store folder is, and what a version says of itself.

::

    store.json                 id, format and key check of the store; written once
    CURRENT                    the id of the current version
    versions/<id>.duckdb       one immutable database per version
    versions/<id>.json         its manifest: checksum, size, parent, vault segments
    vault/*.parquet            sealed personal fields, one segment per import
    rejects/<batch>.sealed     rejected rows as they were read, sealed
    rejects/c-*.sealed         corrections written on the page Keluarga, sealed
    rejects/s-*.sealed         early signals that were set aside, with the reason, sealed
    reports/<batch>.json       what each import did, row by row; no personal values
    boundaries/                imported boundary files and a pointer to the one in use
    audit/                     the log of who did what (see audit.py)
    key.json                   which key everything is sealed with, when it was last saved
    retention/                 what was erased, when and by which rule: ids and counts
    access/                    accounts and sessions; belongs to no version
    frozen/                    figures that were frozen, one file each, written once
    evidence/                  documents of the innovation index, sealed
    draft/, verify/            of a running import, of a running check
    .lock                      held by the one writer
    .verify.lock, .backup.lock held by a running check, by a running backup
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from analytics.config import DATA
from analytics.store.files import get_json, is_as_written, with_checksum

FORMAT = 1
PENDING = ".pending"
"""Suffix of the report of an import that is not published yet."""
_NUMBER = re.compile(r"[a-z]-?(\d{5,})-")


def number_of(name: str) -> int:
    """The running number in the id of a version or an import; 0 when it has none.

    The order of ids is the order of things: unlike a clock it never goes back.
    """
    found = _NUMBER.match(name)
    return int(found[1]) if found else 0


def default_folder() -> Path:
    """``PERUT_STORE``, else ``data/store`` of this checkout."""
    return Path(os.environ.get("PERUT_STORE") or DATA / "store")


@dataclass(frozen=True, slots=True)
class Layout:
    folder: Path

    @property
    def identity(self) -> Path:
        return self.folder / "store.json"

    @property
    def pointer(self) -> Path:
        return self.folder / "CURRENT"

    @property
    def lock(self) -> Path:
        return self.folder / ".lock"

    @property
    def versions(self) -> Path:
        return self.folder / "versions"

    @property
    def vault(self) -> Path:
        return self.folder / "vault"

    @property
    def drafts(self) -> Path:
        return self.folder / "draft"

    @property
    def reports(self) -> Path:
        return self.folder / "reports"

    @property
    def rejects(self) -> Path:
        return self.folder / "rejects"

    @property
    def boundaries(self) -> Path:
        return self.folder / "boundaries"

    @property
    def key_note(self) -> Path:
        return self.folder / "key.json"

    @property
    def retention(self) -> Path:
        return self.folder / "retention"

    @property
    def frozen(self) -> Path:
        return self.folder / "frozen"

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    def database(self, version_id: str) -> Path:
        return self.versions / f"{version_id}.duckdb"

    def manifest(self, version_id: str) -> Path:
        return self.versions / f"{version_id}.json"

    def version_ids(self) -> list[str]:
        """Every version with a manifest, newest first (ids start with a running number)."""
        if not self.versions.is_dir():
            return []
        ids = (path.stem for path in self.versions.glob("v*.json"))
        return sorted(ids, key=lambda version_id: (number_of(version_id), version_id), reverse=True)

    def next_batch_id(self, ending: str) -> str:
        """The id of the next import: a number above every earlier one, and a random ending."""
        names = [path.name for path in (*self.reports.glob("b-*"), *self.rejects.glob("b-*"))]
        return f"b-{1 + max(map(number_of, names), default=0):05d}-{ending}"

    def report(self, batch_id: str) -> Path:
        """The report of an import; while nothing has settled it, the pending one."""
        final = self.reports / f"{batch_id}.json"
        pending = final.with_suffix(PENDING)
        return pending if pending.exists() and not final.exists() else final

    def place(self) -> int | None:
        """Tells this folder from another one that took its name (a restore); ``None`` = none."""
        try:
            return self.folder.stat().st_ino
        except OSError:
            return None

    def pointed(self) -> str | None:
        """The id in the pointer file, whether or not such a version exists."""
        try:
            return self.pointer.read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError):
            return None


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """What a version says of itself; `is_current` is how things stood when it was asked."""

    id: str
    created_at: datetime
    message: str
    parent: str | None
    batch_id: str | None
    simulated: bool
    holds_real: bool
    """Some of its imports were not simulated: people may be in it, whatever it is marked as."""
    size_bytes: int
    sha256: str
    vault: tuple[tuple[str, str], ...]
    """The vault segments of the version, oldest first: file name and SHA-256."""
    is_current: bool = False

    @classmethod
    def read(cls, path: Path, current: str | None) -> Self:
        """Raises ``OSError``, ``ValueError`` or ``KeyError`` when the manifest is damaged."""
        raw: Mapping[str, Any] = get_json(path)
        if raw["id"] != path.stem:
            raise ValueError(f"manifest of {raw['id']} in {path.name}")
        if not is_as_written(raw):
            raise ValueError(f"{path.name} is not as it was written")
        return cls(
            id=raw["id"],
            created_at=datetime.fromisoformat(raw["created_at"]),
            message=raw["message"],
            parent=raw["parent"],
            batch_id=raw["batch_id"],
            simulated=raw["simulated"],
            # Versions of an earlier release do not say; `Snapshot.holds_real` counts imports.
            holds_real=raw.get("holds_real", not raw["simulated"] and bool(raw["vault"])),
            size_bytes=raw["size_bytes"],
            sha256=raw["sha256"],
            vault=tuple((name, digest) for name, digest in raw["vault"]),
            is_current=raw["id"] == current,
        )

    def as_json(self) -> dict[str, Any]:
        manifest = {
            "format": FORMAT,
            "id": self.id,
            "created_at": self.created_at.isoformat(),
            "message": self.message,
            "parent": self.parent,
            "batch_id": self.batch_id,
            "simulated": self.simulated,
            "holds_real": self.holds_real,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
            "vault": [list(segment) for segment in self.vault],
        }
        return with_checksum(manifest)
