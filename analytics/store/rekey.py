"""A new sealing key for everything in the vault.

A rotation puts a new master key last in the key file, then seals every value anew with it. The
first key stays first: pseudonyms and fingerprints are made with it, and later imports would no
longer match without it. Until the last value is verified the file of before lies beside the new
one; the new file opens everything the old one opened, at every moment.

The store notes in ``key.json`` with which key it is sealed, and when the key was last saved.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import StoreBroken, StoreError, write_problem
from analytics.store.files import fsync_folder, put
from analytics.store.keynote import is_unfinished, note
from analytics.store.keystate import now, right_masters, stamp
from analytics.store.rewrite import rewrite_vault, segments_of
from analytics.store.store import Store

Say = Callable[[float, str], None]


def rotate(store: Store, say: Say = lambda _share, _what: None) -> int:
    """Seal everything with a new key; a rotation that was interrupted is completed instead.

    Returns:
        How many values and sealed files were verified to open with the new key alone.

    Raises:
        StoreError: the key is not here or comes from ``PERUT_KEY``, something is damaged, or the
            disk is full. Names stay readable with the key file that is there.
    """
    with store.writing():
        masters = right_masters(store)
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
            note(store.layout, seal_check=keys.seal_check, rotated_at=now())
            store.audit.note("key_rotated", what=keys.seal_check, count=count)
            for former in path.parent.glob(f"{path.name}.before-*"):
                former.unlink()
        except OSError as error:
            raise write_problem(error) from error
    return count


def _add_key(path: Path, masters: list[bytes]) -> list[bytes]:
    new = [*masters, os.urandom(32)]
    vault.write_key_file(path.with_name(f"{path.name}.before-{stamp()}"), masters)
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
    return sorted([*store.layout.rejects.glob("*.sealed"), *store.layout.evidence.glob("*.sealed")])


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
