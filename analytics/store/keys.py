"""The keys of a store: where they are found, how they are made, what is derived from them.

The master key lives outside the store: ``PERUT_KEY`` (base64), else the file named by
``PERUT_KEY_FILE``, else ``~/.config/perut/<store id>.key`` (mode 0600). Losing it loses the
names, never a figure.

A key file has one key per line, oldest first. The first makes pseudonyms, fingerprints and the
hashes of the audit log, for ever, so that later imports still match. The last one seals; every
one opens, so that a rotation may stop anywhere and an older backup still opens.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from analytics.i18n import _
from analytics.store.errors import KeyMissing
from analytics.store.files import put_new

_MASTER_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """Independent keys derived from the master keys.

    Attributes:
        seal: seals what is written from now on (of the last master key).
        pseudonym, fingerprint, audit: of the first master key; they never change.
        older: sealing keys of before, newest first: they only open.
    """

    seal: bytes
    pseudonym: bytes
    fingerprint: bytes
    audit: bytes
    older: tuple[bytes, ...] = ()

    @classmethod
    def derive(cls, first: bytes, *later: bytes) -> Keys:
        def part(purpose: bytes, master: bytes = first) -> bytes:
            return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(master)

        *older, newest = (part(b"perut vault", master) for master in (first, *later))
        return cls(
            newest,
            part(b"perut pseudonym"),
            part(b"perut fingerprint"),
            part(b"perut audit"),
            tuple(reversed(older)),
        )

    @property
    def seal_check(self) -> str:
        """Tells one sealing key from another without revealing it."""
        return self.seal_checks[0]

    @property
    def seal_checks(self) -> tuple[str, ...]:
        """`seal_check` of every key, newest first."""
        return tuple(
            hmac.digest(seal, b"perut seal check", "sha256").hex()[:16]
            for seal in (self.seal, *self.older)
        )

    def only_newest(self) -> Keys:
        """The same without the sealing keys of before: opens only what was sealed since."""
        return replace(self, older=())

    def pseudonym_of(self, personal_number: str) -> str:
        """A stable id that cannot be turned back into the number without the key."""
        digits = "".join(character for character in personal_number if character.isalnum())
        digest = hmac.digest(self.pseudonym, digits.encode(), "sha256")
        return "P" + base64.b32encode(digest[:10]).decode()

    def fingerprint_of(self, fields: Mapping[str, str]) -> int:
        """A keyed 64-bit fingerprint of a row's personal fields (order does not matter)."""
        text = "\x1f".join(f"{name}={fields[name]}" for name in sorted(fields))
        return int.from_bytes(hmac.digest(self.fingerprint, text.encode(), "sha256")[:8], "big")

    def check(self) -> str:
        """Tells the right key from a wrong one without revealing it."""
        return hmac.digest(self.fingerprint, b"perut key check", hashlib.sha256).hex()[:16]


def key_file(store_id: str) -> Path | None:
    """Where the key file of a store is or would be; ``None`` when the key is in ``PERUT_KEY``."""
    return None if os.environ.get("PERUT_KEY") else _key_path(store_id)


def _key_path(store_id: str) -> Path:
    if named := os.environ.get("PERUT_KEY_FILE"):
        return Path(named)
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "perut" / f"{store_id}.key"


def read_masters(text: str, where: str) -> list[bytes]:
    """The master keys in the text of a key file, oldest first; lines with ``#`` are remarks.

    Raises:
        KeyMissing: when it is no key file.
    """
    found = []
    for word in (word for line in text.splitlines() for word in line.partition("#")[0].split()):
        try:
            master = base64.b64decode(word, validate=True)
        except (binascii.Error, ValueError) as error:
            raise KeyMissing(
                _("The vault key in {where} is not valid base64.", where=where)
            ) from error
        if len(master) != _MASTER_BYTES:
            raise KeyMissing(_("The vault key in {where} must be 32 bytes long.", where=where))
        found.append(master)
    if not found:
        raise KeyMissing(_("The vault key in {where} must be 32 bytes long.", where=where))
    return found


def find_masters(store_id: str) -> list[bytes] | None:
    """The master keys of this store, or ``None`` when there is no key on this machine.

    Raises:
        KeyMissing: when a key is there but is not one (damaged, of the wrong length, unreadable).
    """
    if text := os.environ.get("PERUT_KEY"):
        return read_masters(text, "PERUT_KEY")
    path = _key_path(store_id)
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyMissing(
            _("The key file {where} is there, but this account cannot read it.", where=path.name)
        ) from error
    return read_masters(text, path.name)


def find_keys(store_id: str) -> Keys | None:
    """The keys of this store, or ``None`` when there is no key on this machine.

    Raises:
        KeyMissing: when a key is there but is not one (damaged, of the wrong length, unreadable).
    """
    masters = find_masters(store_id)
    return Keys.derive(*masters) if masters else None


def make_keys(store_id: str) -> Keys:
    """Create the key file of a new store (never over an existing one) and return its keys."""
    if found := find_keys(store_id):
        return found
    master = os.urandom(_MASTER_BYTES)
    write_key_file(_key_path(store_id), [master])
    return Keys.derive(master)


def write_key_file(path: Path, masters: Sequence[bytes]) -> None:
    """Write a key file that only its owner may read; never over another one."""
    lines = b"\n".join(base64.b64encode(master) for master in masters)
    put_new(path, lines, folder_mode=0o700)
