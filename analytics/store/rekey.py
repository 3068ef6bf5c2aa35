"""The vault's key: what state it is in, a copy under a passphrase, and a new sealing key.

A rotation puts a new master key last in the key file, then seals every value anew with it. The
first key stays first: pseudonyms and fingerprints are made with it, and later imports would no
longer match without it. Until the last value is verified the file of before lies beside the new
one; the new file opens everything the old one opened, at every moment.

The store notes in ``key.json`` with which key it is sealed, and when the key was last saved.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import KeyMissing, StoreBroken, StoreError, write_problem
from analytics.store.files import fsync_folder, get_json, put
from analytics.store.keynote import is_outdated, is_unfinished, note, noted
from analytics.store.rewrite import rewrite_vault, segments_of
from analytics.store.store import Store

SHORTEST_PASSPHRASE = 12
_FORMAT = "perut key backup 1"
_SCRYPT = {"n": 2**16, "r": 8, "p": 1}
"""64 MB and about a fifth of a second per guess."""
Say = Callable[[float, str], None]


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


# -- a copy of the key under a passphrase --------------------------------------------------------


def backup_key(store: Store, file: Path, passphrase: str) -> str:
    """Save the key to a file that only the passphrase opens; returns the key's fingerprint.

    Raises:
        StoreError: no right key here, a passphrase that is too short, or the file is there.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise StoreError(
            _("The passphrase needs at least {count} characters.", count=SHORTEST_PASSPHRASE)
        )
    masters = _right_masters(store)
    fingerprint = fingerprint_of(masters)
    salt, nonce = os.urandom(16), os.urandom(12)
    head = {"format": _FORMAT, "store_id": store.identity()["store_id"], **_SCRYPT}
    sealed = AESGCM(_stretch(passphrase, salt, **_SCRYPT)).encrypt(
        nonce, b"".join(masters), json.dumps(head, sort_keys=True).encode()
    )
    packed = {name: base64.b64encode(v).decode() for name, v in (("salt", salt), ("nonce", nonce))}
    text = json.dumps({**head, **packed, "key": base64.b64encode(sealed).decode()}, indent=1)
    store.audit.note("key_backup", what=fingerprint)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(text.encode())
            handle.flush()
            os.fsync(handle.fileno())
        fsync_folder(file.resolve().parent)
        note(store.layout, backed_up_at=_now(), backed_up=fingerprint)
    except FileExistsError as error:
        raise StoreError(
            _("{file} is there already; choose another name.", file=file.name)
        ) from error
    except OSError as error:
        raise write_problem(error) from error
    return fingerprint


def restore_key(store: Store, file: Path, passphrase: str) -> tuple[str, Path | None]:
    """Put the key of this store back from a copy.

    Returns:
        The key's fingerprint, and where another key file that was there was moved to.

    Raises:
        StoreError: no such file, the wrong passphrase, or the key of another store.
    """
    masters = _open_copy(file, passphrase)
    keys = vault.Keys.derive(*masters)
    identity = store.identity()
    if keys.check() != identity["key_check"]:
        raise KeyMissing(_("{file} holds the key of another store.", file=file.name))
    if is_outdated(store.layout, keys):
        raise KeyMissing(
            _("{file} was saved before the key was last changed; use a newer copy.", file=file.name)
        )
    path = vault.key_file(identity["store_id"])
    if path is None:
        raise StoreError(_("PERUT_KEY is set; take it away to use a key file."))
    aside = None
    try:
        if path.exists():
            if path.read_bytes().split() == [base64.b64encode(m) for m in masters]:
                return fingerprint_of(masters), None
            aside = path.with_name(f"{path.name}.aside-{_stamp()}")
            path.replace(aside)
        vault.write_key_file(path, masters)
    except OSError as error:
        raise write_problem(error) from error
    return fingerprint_of(masters), aside


def _open_copy(file: Path, passphrase: str) -> list[bytes]:
    try:
        raw = get_json(file)
        head = {name: raw[name] for name in ("format", "store_id", *_SCRYPT)}
        salt, nonce, sealed = (base64.b64decode(raw[name]) for name in ("salt", "nonce", "key"))
        costs = {name: int(head[name]) for name in _SCRYPT}
        if head["format"] != _FORMAT or costs["n"] > 2**20 or costs["r"] > 16 or costs["p"] > 4:
            raise ValueError("not a copy of a key")
        opened = AESGCM(_stretch(passphrase, salt, **costs)).decrypt(
            nonce, sealed, json.dumps(head, sort_keys=True).encode()
        )
    except FileNotFoundError as error:
        raise StoreError(_("There is no file {file}.", file=file.name)) from error
    except InvalidTag as error:
        raise StoreError(
            _("The passphrase is not right, or {file} was changed.", file=file.name)
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(_("{file} is no copy of a key.", file=file.name)) from error
    return [opened[i : i + 32] for i in range(0, len(opened), 32)]


def _stretch(passphrase: str, salt: bytes, *, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=n, r=r, p=p).derive(passphrase.encode())


def _right_masters(store: Store) -> list[bytes]:
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


# -- a new sealing key ---------------------------------------------------------------------------


def rotate(store: Store, say: Say = lambda _share, _what: None) -> int:
    """Seal everything with a new key; a rotation that was interrupted is completed instead.

    Returns:
        How many values and sealed files were verified to open with the new key alone.

    Raises:
        StoreError: the key is not here or comes from ``PERUT_KEY``, something is damaged, or the
            disk is full. Names stay readable with the key file that is there.
    """
    with store.writing():
        masters = _right_masters(store)
        path = vault.key_file(store.identity()["store_id"])
        if path is None:
            raise StoreError(
                _("The key is in PERUT_KEY; put it into a key file first, then change it.")
            )
        try:
            if not is_unfinished(store.layout, vault.Keys.derive(*masters)):
                store.audit.note("key_rotated", what="begun")
                masters = _add_key(path, masters)
            keys = vault.Keys.derive(*masters)
            say(0.1, _("Sealing the names anew"))
            _reseal(store, keys)
            say(0.7, _("Opening every name with the new key"))
            count = _verified(store, keys.only_newest())
            note(store.layout, seal_check=keys.seal_check, rotated_at=_now())
            store.audit.note("key_rotated", what=keys.seal_check, count=count)
            for former in path.parent.glob(f"{path.name}.before-*"):
                former.unlink()
        except OSError as error:
            raise write_problem(error) from error
    return count


def _add_key(path: Path, masters: list[bytes]) -> list[bytes]:
    new = [*masters, os.urandom(32)]
    vault.write_key_file(path.with_name(f"{path.name}.before-{_stamp()}"), masters)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    vault.write_key_file(draft, new)
    draft.replace(path)
    fsync_folder(path.parent)
    return new


def _reseal(store: Store, keys: vault.Keys) -> None:
    newest = keys.only_newest()

    def change(kind: str, row_id: str, name: str, sealed: bytes | None) -> bytes | None:
        if sealed is None:
            return None
        purpose = f"{kind}/{row_id}/{name}"
        return vault.seal_bytes(keys, purpose, vault.open_bytes(keys, purpose, sealed))

    rewrite_vault(store, change, lambda segment: not _opens(segment, newest))
    for path in _sealed_files(store):
        sealed = path.read_bytes()
        put(path, vault.seal_bytes(keys, path.stem, vault.open_bytes(keys, path.stem, sealed)))


def _sealed_files(store: Store) -> list[Path]:
    return sorted(store.layout.rejects.glob("*.sealed"))


def _values(segment: Path) -> Iterator[tuple[str, bytes]]:
    for batch in pq.ParquetFile(segment).iter_batches():
        columns = batch.to_pydict()
        for kind, row_id, name, sealed in zip(*(columns[c] for c in columns), strict=True):
            if sealed is not None:
                yield f"{kind}/{row_id}/{name}", sealed


def _opens(segment: Path, keys: vault.Keys) -> bool:
    """Whether these keys open the segment (one of its values: they are all sealed at once)."""
    for purpose, sealed in _values(segment):
        try:
            vault.open_bytes(keys, purpose, sealed)
        except StoreBroken:
            return False
        return True
    return True


def _verified(store: Store, keys: vault.Keys) -> int:
    """Open everything; raises `StoreBroken` at the first value that does not open."""
    count = 0
    for segment in segments_of(store):
        for purpose, sealed in _values(segment):
            vault.open_bytes(keys, purpose, sealed)
            count += 1
    for path in _sealed_files(store):
        vault.open_bytes(keys, path.stem, path.read_bytes())
        count += 1
    return count


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
