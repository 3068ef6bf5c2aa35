"""Early signals that somebody looked into and set aside, with the reason: sealed, one file each.

They lie beside the corrections, so that a backup takes them along and a rotation of the key seals
them anew. The reason is free text and may name a person; the whole file is therefore sealed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, Self

import pandas as pd

from analytics.i18n import _
from analytics.store import vault
from analytics.store.audit import actor
from analytics.store.errors import StoreBroken, write_problem
from analytics.store.files import put
from analytics.store.keystate import needed_keys
from analytics.store.store import Store

_log = logging.getLogger(__name__)
Action = Literal["dismissed", "undone"]
DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Step:
    """What was done to a signal: when (UTC, ISO 8601), by which account, at which count, why."""

    at: str
    who: str
    action: Action
    count: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """A signal, by its key (a cell and its week), and what was done about it, oldest first."""

    key: str
    steps: Sequence[Step]

    @property
    def id(self) -> str:
        """The file's name: the key may hold any text of a category."""
        return f"s-{hashlib.sha256(self.key.encode()).hexdigest()[:16]}"

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.steps[-1].action == DISMISSED

    @property
    def when(self) -> datetime:
        """When the last of it was done."""
        return datetime.fromisoformat(self.steps[-1].at)

    @classmethod
    def _of(cls, raw: Mapping[str, Any]) -> Self:
        return cls(str(raw["key"]), tuple(Step(**step) for step in raw["steps"]))


@dataclass(frozen=True, slots=True)
class Dismissals:
    """Every one that can be opened, by the key of its signal, and the ids of those that cannot."""

    by_key: Mapping[str, Dismissal]
    damaged: Sequence[str] = ()

    def standing(self, key: str, count: int) -> Dismissal | None:
        """The dismissal of a signal, unless its count has grown since: then it is new again."""
        found = self.by_key.get(key)
        return found if found and found.stands and count <= found.steps[-1].count else None


def kept_dismissals(store: Store) -> Dismissals:
    """What was set aside, and what was taken back.

    Raises:
        KeyMissing: there are some, but the vault's key is not on this machine.
        StoreError: the store cannot be read.
    """
    paths = sorted(store.layout.rejects.glob("s-*.sealed"))
    if not paths:
        return Dismissals({})
    keys = _keys(store)
    found: dict[str, Dismissal] = {}
    damaged: list[str] = []
    for path in paths:
        try:
            each = Dismissal._of(vault.open_json(keys, path.stem, path.read_bytes()))
        except FileNotFoundError:
            continue
        except (StoreBroken, OSError, ValueError, KeyError, TypeError) as problem:
            _log.error("dismissal %s cannot be opened (%s)", path.stem, type(problem).__name__)
            damaged.append(path.stem)
        else:
            found[each.key] = each
    return Dismissals(found, damaged)


def dismiss(store: Store, key: str, count: int, reason: str) -> Dismissal:
    """Set a signal aside. Who may do so is asked in `analytics.access.signals`.

    Args:
        key, count: of a row of the signals question.

    Raises:
        ValueError: there is no reason.
        StoreError: the key is not here, another import takes too long, or the disk is full.
    """
    if not reason.strip():
        raise ValueError("a dismissal needs a reason")
    return _add(store, key, "dismissed", count, reason.strip())


def take_back(store: Store, key: str) -> Dismissal:
    """The signal counts as new again; what was written stays in the file. Raises as `dismiss`."""
    return _add(store, key, "undone", 0, "")


def _add(store: Store, key: str, action: Action, count: int, reason: str) -> Dismissal:
    keys = _keys(store)
    with store.writing():
        before = kept_dismissals(store).by_key.get(key)
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        step = Step(now, actor().who, action, int(count), reason)
        kept = Dismissal(key, (*(before.steps if before else ()), step))
        store.audit.note("signal", what=f"{key} {action}")
        try:
            put(_path(store, kept.id), vault.seal_json(keys, kept.id, asdict(kept)))
        except OSError as error:
            raise write_problem(error) from error
    return kept


def with_dismissals(table: pd.DataFrame, kept: Dismissals) -> pd.DataFrame:
    """The rows of the signals question, those set aside with ``state`` ``dismissed``."""
    rows = zip(table["key"], table["count"], strict=True)
    standing = [kept.standing(str(key), int(count)) is not None for key, count in rows]
    state = table["state"].astype("object").mask(pd.Series(standing, table.index, bool), DISMISSED)
    return table.assign(state=state)


def old_dismissals(store: Store, before: date) -> list[str]:
    """Ids of files whose last step was on or before a day: their reasons are not kept for ever."""
    kept = kept_dismissals(store).by_key.values()
    return sorted(each.id for each in kept if each.when.date() <= before)


def _path(store: Store, dismissal_id: str) -> Path:
    return store.layout.rejects / f"{dismissal_id}.sealed"


def _keys(store: Store) -> vault.Keys:
    return needed_keys(
        store,
        _(
            "The vault key of this store is not on this computer: signals can be neither "
            "dismissed nor their reasons read. Put the key file back first."
        ),
    )
