"""Backup files that only their owner opens: the format of age (age-encryption.org/v1).

Anybody opens such a file with the ``age`` tool too, without this project. With a passphrase the
library keeps the whole file in memory, so that is limited; with a recipient's public key it flows
through, and whoever makes the backup needs no secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import pyrage
from pyrage import x25519

from analytics.i18n import _
from analytics.numbers import number
from analytics.store.errors import StoreError, write_problem
from analytics.store.files import fsync_file, put_new, sha256

_MAGIC = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
_SCRYPT = b"\n-> scrypt "
_MOST_MIB = 512
"""The largest backup that is sealed with a passphrase: it takes twice as much memory."""
SHORTEST_PASSPHRASE = 12


@dataclass(frozen=True, slots=True)
class Seal:
    """Who may open a backup: whoever knows the passphrase, or has one of the secret keys.

    Attributes:
        passphrase: at least 12 characters.
        recipients: public keys, ``age1…``.
        identities: secret keys to open with, ``AGE-SECRET-KEY-1…``.
    """

    passphrase: str | None = field(default=None, repr=False)
    recipients: Sequence[str] = ()
    identities: Sequence[str] = field(default=(), repr=False)

    @property
    def encrypts(self) -> bool:
        return bool(self.passphrase or self.recipients)


def new_key(file: Path) -> str:
    """Make a pair of keys: the secret one into *file*, as age-keygen does; returns the public one.

    Raises:
        StoreError: the file is there already, or cannot be written.
    """
    secret = x25519.Identity.generate()
    public = str(secret.to_public())
    try:
        put_new(file.resolve(), f"# public key: {public}\n{secret}\n".encode())
    except FileExistsError as error:
        raise StoreError(
            _("{file} is there already; choose another name.", file=file.name)
        ) from error
    except OSError as error:
        raise write_problem(error) from error
    return public


class _Counting:
    """Passes bytes on and knows the checksum of what went through."""

    def __init__(self, sink: IO[bytes]) -> None:
        self._sink = sink
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._sink.write(data)

    def flush(self) -> None:
        self._sink.flush()


def encrypt(plain: Path, sealed: Path, seal: Seal) -> None:
    """Write *plain* sealed to *sealed*, read it back and compare.

    Raises:
        StoreError: a passphrase that is too short, a recipient that is none, or a file that is
            too large for a passphrase.
        OSError: the file cannot be written, or does not hold what was written.
    """
    with plain.open("rb") as source, sealed.open("wb") as sink:
        counting = _Counting(sink)
        if seal.recipients:
            pyrage.encrypt_io(source, counting, _recipients(seal.recipients))
        else:
            if len(seal.passphrase or "") < SHORTEST_PASSPHRASE:
                raise StoreError(
                    _(
                        "The passphrase needs at least {count} characters.",
                        count=SHORTEST_PASSPHRASE,
                    )
                )
            if plain.stat().st_size > _MOST_MIB << 20:
                raise StoreError(
                    _(
                        "A backup of more than {size} MB cannot be encrypted with a passphrase; "
                        "use --recipient with a public key.",
                        size=number(_MOST_MIB),
                    )
                )
            counting.write(pyrage.passphrase.encrypt(source.read(), seal.passphrase or ""))
    fsync_file(sealed)
    if sha256(sealed) != counting.digest.hexdigest():
        raise OSError("what was written cannot be read back")


def _recipients(keys: Sequence[str]) -> list[x25519.Recipient]:
    try:
        return [x25519.Recipient.from_str(key.strip()) for key in keys]
    except pyrage.RecipientError as error:
        raise StoreError(
            _("A recipient must be a public key that begins with age1, as age-keygen prints it.")
        ) from error


def is_encrypted(file: Path) -> bool:
    """Whether a file is in age's format, armored or not; raises ``OSError``."""
    with file.open("rb") as handle:
        return handle.read(64).startswith(_MAGIC)


def wants_passphrase(file: Path) -> bool:
    """Whether an encrypted file opens with a passphrase (else with a secret key)."""
    with file.open("rb") as handle:
        head = handle.read(4096)
    return _SCRYPT in head or head.startswith(_MAGIC[1])


def decrypt(sealed: Path, plain: Path, seal: Seal) -> None:
    """Write the opened file to *plain* (readable for this account only).

    Raises:
        StoreError: the passphrase or key is missing or wrong, or the file is damaged.
    """
    plain.touch(mode=0o600)
    by_passphrase = wants_passphrase(sealed)
    if by_passphrase and not seal.passphrase:
        raise StoreError(_("{file} is encrypted with a passphrase.", file=sealed.name))
    if not by_passphrase and not seal.identities:
        raise StoreError(
            _(
                "{file} is encrypted for a key; give its secret key with --identity.",
                file=sealed.name,
            )
        )
    try:
        if by_passphrase:
            if sealed.stat().st_size > (_MOST_MIB + 16) << 20:
                raise StoreError(_("{file} is not a backup, or it is damaged.", file=sealed.name))
            plain.write_bytes(pyrage.passphrase.decrypt(sealed.read_bytes(), seal.passphrase or ""))
        else:
            with sealed.open("rb") as source, plain.open("wb") as sink:
                pyrage.decrypt_io(source, sink, _identities(seal.identities))
    except (pyrage.DecryptError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's own trouble; what the library raises has no number
        raise StoreError(
            _(
                "{file} cannot be opened: the passphrase or key is wrong, or the file is damaged. "
                "Nothing was changed.",
                file=sealed.name,
            )
        ) from error


def _identities(keys: Sequence[str]) -> list[x25519.Identity]:
    lines = [line.strip() for key in keys for line in key.splitlines()]
    try:
        return [x25519.Identity.from_str(line) for line in lines if line and line[0] != "#"]
    except pyrage.IdentityError as error:
        raise StoreError(
            _("The file of the secret key holds none that begins with AGE-SECRET-KEY-1.")
        ) from error
