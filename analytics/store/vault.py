"""The vault: personal fields, encrypted one by one, apart from the analytic tables.

Each import writes its personal fields to one immutable segment (a Parquet file of sealed
values); a version lists the segments that belong to it, and the newest value of a field wins.
So a rollback brings the old names back too, nothing is ever half written, and merging
segments needs no key. Values are sealed with AES-256-GCM under a key derived from the
store's master key (HKDF-SHA256); the row id and field name are authenticated with them.

The keys come from `analytics.store.keys`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from analytics.i18n import _
from analytics.store.errors import StoreBroken
from analytics.store.keys import Keys, find_keys, find_masters, key_file, make_keys, write_key_file

__all__ = [
    "Keys",
    "find_keys",
    "find_masters",
    "ids_with_values",
    "key_file",
    "make_keys",
    "merge_segments",
    "open_bytes",
    "open_json",
    "read_fields",
    "rewrite_segment",
    "seal_bytes",
    "seal_json",
    "write_key_file",
    "write_segment",
]

_NONCE_BYTES = 12
_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("id", pa.string()),
        ("field", pa.string()),
        ("sealed", pa.binary()),
    ]
)


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
