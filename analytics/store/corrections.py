"""Corrections that wait for the next import: sealed like rejected rows, one file each.

They lie in the folder of the rejected rows (both are rows that somebody has to bring in again), so
that a backup takes them along. Everything of a correction is inside the seal: which row it is of,
the cells and the reason, for any of them may name a person.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import StoreBroken, write_problem
from analytics.store.files import put
from analytics.store.keystate import needed_keys
from analytics.store.store import Store

_log = logging.getLogger(__name__)
State = Literal["waiting", "imported", "cancelled"]


@dataclass(frozen=True, slots=True)
class Correction:
    """Cells of one stored row that are wrong, and what they should hold.

    Attributes:
        kind: the sheet of the input format (``keluarga``, ``kunjungan`` …).
        key: the columns that name the row, with their texts.
        household_id: on whose page it was written.
        changes: column → the right text; empty = the cell is to be emptied.
        before: what the store held in those columns when the correction was written.
        reasons: (when, why), oldest first: a later correction of the same row joins the earlier.
        version: the version that it was imported with.
        settled_at: when it was imported or cancelled.
    """

    kind: str
    key: Mapping[str, str]
    household_id: str
    changes: Mapping[str, str]
    before: Mapping[str, str]
    reasons: Sequence[tuple[str, str]] = ()
    state: State = "waiting"
    version: str | None = None
    settled_at: str | None = None
    id: str = field(default_factory=lambda: f"c-{secrets.token_hex(6)}")

    @property
    def written_at(self) -> datetime:
        """When the newest part of it was written."""
        return datetime.fromisoformat(self.reasons[-1][0])

    def is_of(self, kind: str, key: Mapping[str, str]) -> bool:
        """Whether it corrects that row."""
        return self.kind == kind and dict(self.key) == dict(key)

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Self:
        return cls(**{**raw, "reasons": [(str(when), str(why)) for when, why in raw["reasons"]]})


@dataclass(frozen=True, slots=True)
class Kept:
    """Every correction that can be opened, newest first, and the ids of those that cannot."""

    corrections: list[Correction]
    damaged: list[str]

    def of_household(self, household_id: str) -> list[Correction]:
        """Those written on the page of a household that still wait."""
        return [c for c in self.waiting if c.household_id == household_id]

    @property
    def waiting(self) -> list[Correction]:
        return [c for c in self.corrections if c.state == "waiting"]

    def waiting_for(self, kind: str, key: Mapping[str, str]) -> Correction | None:
        """The correction of a row that still waits; there is at most one."""
        return next((c for c in self.waiting if c.is_of(kind, key)), None)


def kept_corrections(store: Store) -> Kept:
    """What was written and kept.

    Raises:
        KeyMissing: there are corrections, but the vault's key is not on this machine.
        StoreError: the store cannot be read.
    """
    paths = sorted(store.layout.rejects.glob("c-*.sealed"))
    if not paths:
        return Kept([], [])
    keys = _keys(store)
    found: list[Correction] = []
    damaged: list[str] = []
    for path in paths:
        try:
            found.append(Correction._of(vault.open_json(keys, path.stem, path.read_bytes())))
        except FileNotFoundError:
            continue
        except (StoreBroken, OSError, ValueError, KeyError, TypeError) as problem:
            _log.error("correction %s cannot be opened (%s)", path.stem, type(problem).__name__)
            damaged.append(path.stem)
    found.sort(key=lambda correction: correction.reasons[-1][0], reverse=True)
    return Kept(found, damaged)


def keep_correction(store: Store, correction: Correction) -> None:
    """Write one correction so that a crash leaves either the old one or all of the new.

    Raises:
        StoreError: the key is not here, another import takes too long, or the disk is full.
    """
    keys = _keys(store)
    with store.writing():
        store.audit.note("correction", what=f"{correction.household_id} {correction.state}")
        sealed = vault.seal_json(keys, correction.id, asdict(correction))
        try:
            put(_path(store, correction.id), sealed)
        except OSError as error:
            raise write_problem(error) from error


def settle_corrections(
    store: Store, ids: Sequence[str], state: State, version: str | None = None
) -> int:
    """Mark waiting corrections as imported (with their version) or cancelled.

    Returns:
        How many were waiting until now.
    """
    now = datetime.now(UTC).isoformat()
    with store.writing():
        mine = [c for c in kept_corrections(store).waiting if c.id in set(ids)]
        for correction in mine:
            done = replace(correction, state=state, version=version, settled_at=now)
            keep_correction(store, done)
    return len(mine)


def _path(store: Store, correction_id: str) -> Path:
    return store.layout.rejects / f"{correction_id}.sealed"


def _keys(store: Store) -> vault.Keys:
    return needed_keys(
        store,
        _(
            "The vault key of this store is not on this computer: corrections can be neither "
            "kept nor read. Put the key file back first."
        ),
    )
