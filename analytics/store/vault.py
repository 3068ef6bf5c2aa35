"""The vault: personal fields, encrypted one by one, apart from the analytic tables.

Each import writes its personal fields to one immutable segment (a Parquet file of sealed
values); a version lists the segments that belong to it, and the newest value of a field wins.
So a rollback brings the old names back too, nothing is ever half written, and merging
segments needs no key. Values are sealed with AES-256-GCM under a key derived from the
store's master key (HKDF-SHA256); the row id and field name are authenticated with them.

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
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from analytics.i18n import _
from analytics.store.errors import KeyMissing, StoreBroken
from analytics.store.files import fsync_folder

_NONCE_BYTES = 12
_MASTER_BYTES = 32
_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.string()),
        ("field", pa.string()),
        ("sealed", pa.binary()),
    ]
)


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
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(b"\n".join(base64.b64encode(master) for master in masters))
        handle.flush()
        os.fsync(handle.fileno())
    fsync_folder(path.parent)


def seal_bytes(keys: Keys, purpose: str, data: bytes) -> bytes:
    """Encrypt *data*; it can only be opened again for the same *purpose*."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(keys.seal).encrypt(nonce, data, purpose.encode())


def open_bytes(keys: Keys, purpose: str, sealed: bytes) -> bytes:
    """Raises `StoreBroken` when the bytes were changed or belong to another key."""
    nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    for seal in (keys.seal, *keys.older):
        try:
            return AESGCM(seal).decrypt(nonce, rest, purpose.encode())
        except (InvalidTag, ValueError):
            continue
    raise StoreBroken(
        _("A personal value cannot be opened: it was damaged or the key is another one.")
    )


def write_segment(
    path: Path,
    keys: Keys,
    rows: Iterable[tuple[str, str, Mapping[str, str | None]]],
) -> int:
    """Seal ``(kind, id, {field: text or None})`` rows into *path*; ``None`` erases the field.

    Returns the number of values written; no file is made when there are none.
    """
    cipher = AESGCM(keys.seal)
    kinds: list[str] = []
    ids: list[str] = []
    names: list[str] = []
    sealed: list[bytes | None] = []
    for kind, row_id, fields in rows:
        for name, text in fields.items():
            kinds.append(kind)
            ids.append(row_id)
            names.append(name)
            if text is None:
                sealed.append(None)
                continue
            nonce = os.urandom(_NONCE_BYTES)
            purpose = f"{kind}/{row_id}/{name}".encode()
            sealed.append(nonce + cipher.encrypt(nonce, text.encode(), purpose))
    if not ids:
        return 0
    table = pa.table([kinds, ids, names, sealed], schema=_SCHEMA)
    _write(path, table)
    return len(ids)


def merge_segments(path: Path, segments: Sequence[Path]) -> None:
    """Write one segment with the newest value of every field; needs no key."""
    newest: dict[tuple[str, str, str], bytes | None] = {}
    for segment in segments:
        table = pq.read_table(segment).to_pydict()
        keyed = zip(table["kind"], table["id"], table["field"], strict=True)
        newest.update(zip(keyed, table["sealed"], strict=True))
    kept = [(key, value) for key, value in newest.items() if value is not None]
    columns = [[key[i] for key, _value in kept] for i in range(3)]
    _write(path, pa.table([*columns, [value for _key, value in kept]], schema=_SCHEMA))


def rewrite_segment(
    source: Path,
    target: Path,
    change: Callable[[str, str, str, bytes | None], bytes | None],
) -> int:
    """Write a segment anew, each value as *change* of (kind, id, field, sealed) returns it.

    Values that become ``None`` are left out, but for those that were ``None`` before: they keep
    an older segment's value from coming back. A segment of nothing is written all the same.

    Returns:
        How many values it no longer has.
    """
    table = pq.read_table(source).to_pydict()
    rows = list(zip(table["kind"], table["id"], table["field"], table["sealed"], strict=True))
    kept = []
    for kind, row_id, name, sealed in rows:
        changed = change(kind, row_id, name, sealed)
        if changed is not None or sealed is None:
            kept.append((kind, row_id, name, changed))
    columns = [[row[i] for row in kept] for i in range(4)]
    _write(target, pa.table(columns, schema=_SCHEMA))
    return len(rows) - len(kept)


def _write(path: Path, table: pa.Table) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table = table.sort_by([("kind", "ascending"), ("id", "ascending")])
    # Sealed values are random bytes: compressing them only costs time.
    pq.write_table(
        table, path, row_group_size=20_000, compression="none", use_dictionary=["kind", "field"]
    )


def read_fields(
    keys: Keys, segments: Sequence[Path], kind: str, ids: Sequence[str]
) -> dict[str, dict[str, str]]:
    """The personal fields of some rows: id → field → text (ids without any are left out)."""
    sealed: dict[tuple[str, str], bytes | None] = {}
    if not ids:
        return {}
    for segment in segments:
        table = pq.read_table(segment, filters=[("kind", "==", kind), ("id", "in", list(ids))])
        columns = table.to_pydict()
        pairs = zip(columns["id"], columns["field"], strict=True)
        sealed.update(zip(pairs, columns["sealed"], strict=True))
    found: dict[str, dict[str, str]] = {}
    for (row_id, name), value in sealed.items():
        if value is not None:
            text = open_bytes(keys, f"{kind}/{row_id}/{name}", value).decode()
            found.setdefault(row_id, {})[name] = text
    return found


def ids_with_values(segments: Sequence[Path], kind: str) -> set[str]:
    """The ids of a kind that have at least one value; needs no key."""
    filled: dict[tuple[str, str], bool] = {}
    for segment in segments:
        if not segment.is_file():
            continue
        table = pq.read_table(segment, filters=[("kind", "==", kind)])
        fields = zip(table["id"].to_pylist(), table["field"].to_pylist(), strict=True)
        filled.update(zip(fields, table["sealed"].is_valid().to_pylist(), strict=True))
    return {row_id for (row_id, _field), has_value in filled.items() if has_value}


def seal_json(keys: Keys, purpose: str, value: object) -> bytes:
    """`seal_bytes` for a JSON value."""
    return seal_bytes(keys, purpose, json.dumps(value, ensure_ascii=False).encode())


def open_json(keys: Keys, purpose: str, sealed: bytes) -> Any:
    """The JSON value that `seal_json` sealed; raises `StoreBroken`."""
    return json.loads(open_bytes(keys, purpose, sealed))
