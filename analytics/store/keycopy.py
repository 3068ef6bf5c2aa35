"""A copy of the vault's key in a file that only a passphrase opens."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import KeyMissing, StoreError, write_problem
from analytics.store.files import get_json, put_new
from analytics.store.keynote import is_outdated, note
from analytics.store.keystate import fingerprint_of, now, right_masters, stamp
from analytics.store.store import Store

SHORTEST_PASSPHRASE = 12
_FORMAT = "perut key backup 1"
_SCRYPT = {"n": 2**16, "r": 8, "p": 1}
"""64 MB and about a fifth of a second per guess."""


def backup_key(store: Store, file: Path, passphrase: str) -> str:
    """Save the key to a file that only the passphrase opens; returns the key's fingerprint.

    Raises:
        StoreError: no right key here, a passphrase that is too short, or the file is there.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise StoreError(
            _("The passphrase needs at least {count} characters.", count=SHORTEST_PASSPHRASE)
        )
    masters = right_masters(store)
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
        put_new(file.resolve(), text.encode())
        note(store.layout, backed_up_at=now(), backed_up=fingerprint)
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
            aside = path.with_name(f"{path.name}.aside-{stamp()}")
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
