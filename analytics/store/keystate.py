"""The vault's key: is it here, is it the right one, who else may read it, when was it saved."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import KeyMissing
from analytics.store.keynote import is_outdated, is_unfinished, noted
from analytics.store.store import Store


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """How things stand with the key.

    Attributes:
        place: name of the key file, or ``PERUT_KEY``.
        found: a key is on this machine.
        right: it is this store's.
        open_to_others: other accounts of this machine may read the file.
        fingerprint: to compare with the one written down; ``None`` without the right key.
        keys: how many keys are in it; the last one seals.
        unfinished: a rotation was interrupted; the same command completes it.
        backed_up_at: when this very key was last saved under a passphrase.
        problem: what is wrong, in a sentence.
    """

    place: str
    found: bool
    right: bool
    open_to_others: bool
    fingerprint: str | None
    keys: int
    unfinished: bool
    rotated_at: str | None
    backed_up_at: str | None
    problem: str | None


def fingerprint_of(masters: list[bytes]) -> str:
    """Sixteen characters in groups that change with any of the keys and reveal none."""
    digest = hashlib.sha256(b"perut key fingerprint" + b"".join(masters)).digest()
    text = base64.b32encode(digest[:10]).decode()
    return "-".join(text[i : i + 4] for i in range(0, 16, 4))


def needed_keys(store: Store, why: str) -> vault.Keys:
    """The keys of the store, for what cannot be done without them.

    Raises:
        KeyMissing: the right key is not on this machine; *why* is the sentence.
    """
    keys = store.keys()
    if keys is None or not store.has_right_key():
        raise KeyMissing(why)
    return keys


def key_status(store: Store) -> KeyStatus:
    """Never raises for a key that is missing, wrong or damaged: it says so."""
    store_id = store.identity()["store_id"]
    path = vault.key_file(store_id)
    notes = noted(store.layout)
    masters: list[bytes] | None = None
    problem = None
    try:
        masters = vault.find_masters(store_id)
    except KeyMissing as error:
        problem = str(error)
    right = False
    if masters:
        keys = vault.Keys.derive(*masters)
        right = keys.check() == store.identity()["key_check"] and not is_outdated(
            store.layout, keys
        )
        if not right:
            problem = _("The vault key is not the one this store was last sealed with.")
    elif problem is None:
        problem = _(
            "The vault key of this store is not on this machine: figures work, names do not."
        )
    is_open = _open_to_others(path)
    if is_open and problem is None:
        problem = _("Other accounts of this computer may read the key file; set its mode to 0600.")
    fingerprint = fingerprint_of(masters) if masters and right else None
    backed_up = notes.get("backed_up_at") if notes.get("backed_up") == fingerprint else None
    return KeyStatus(
        place=path.name if path else "PERUT_KEY",
        found=masters is not None,
        right=right,
        open_to_others=is_open,
        fingerprint=fingerprint,
        keys=len(masters or ()),
        unfinished=bool(
            masters and right and is_unfinished(store.layout, vault.Keys.derive(*masters))
        ),
        rotated_at=notes.get("rotated_at"),
        backed_up_at=backed_up if fingerprint else None,
        problem=problem,
    )


def _open_to_others(path: Path | None) -> bool:
    if path is None or os.name == "nt" or not path.exists():
        return False
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def right_masters(store: Store) -> list[bytes]:
    """The keys of this store, if they are here and the newest; else `KeyMissing`."""
    identity = store.identity()
    masters = vault.find_masters(identity["store_id"])
    keys = vault.Keys.derive(*masters) if masters else None
    if not masters or keys is None or keys.check() != identity["key_check"]:
        raise KeyMissing(
            _("The vault key of this store is not on this machine; put the key file back first.")
        )
    if is_outdated(store.layout, keys):
        raise KeyMissing(
            _("The key file is of before the key was last changed; use the newer one.")
        )
    return masters


def now() -> str:
    """This moment, for a note."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def stamp() -> str:
    """This moment, for the name of a file."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
