"""Write the vault anew in every kept version: to erase values, or to seal them with a new key.

Segments are immutable, so each is written under a new name; then each manifest that lists it is
replaced; then the old ones go. A crash leaves every version whole, with old or new segments, and
doing the same again completes it. The databases are not touched, so no figure can change.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analytics.i18n import _
from analytics.store import vault
from analytics.store.errors import StoreBroken, write_problem
from analytics.store.files import fsync_file, fsync_folder, put, put_json, sha256
from analytics.store.layout import VersionInfo
from analytics.store.store import Store

_log = logging.getLogger(__name__)
Change = Callable[[str, str, str, bytes | None], bytes | None]
"""(kind, id, field, sealed value) → the value as it is to be, ``None`` = erased."""


def rewrite_vault(store: Store, change: Change, concerns: Callable[[Path], bool]) -> int:
    """Apply *change* to every value of every segment that *concerns* says it concerns.

    Returns:
        How many values are gone.

    Raises:
        StoreBroken: a version or segment is damaged; nothing was changed.
        StoreError: the disk is full, or another import takes too long.
    """
    with store.writing():
        infos = readable_versions(store)
        try:
            renamed, gone = _write_segments(store, infos, change, concerns)
            _list_them(store, infos, renamed)
            _drop_unlisted(store)
        except OSError as error:
            raise write_problem(error) from error
    return gone


def readable_versions(store: Store) -> list[VersionInfo]:
    """Every version; one whose manifest cannot be read may list anything, so it stops the work."""
    infos = store.versions()
    if unreadable := set(store.layout.version_ids()) - {info.id for info in infos}:
        raise StoreBroken(
            _(
                "Version {version} is damaged, so its names cannot be rewritten. Restore a backup "
                "or delete that version first; nothing was changed.",
                version=min(unreadable),
            )
        )
    return infos


def segments_of(store: Store) -> list[Path]:
    """Every segment that a kept version lists."""
    names = {name for info in readable_versions(store) for name, _digest in info.vault}
    return [store.layout.vault / name for name in sorted(names)]


def _write_segments(
    store: Store, infos: list[VersionInfo], change: Change, concerns: Callable[[Path], bool]
) -> tuple[dict[str, tuple[str, str]], int]:
    mark = secrets.token_hex(4)
    renamed: dict[str, tuple[str, str]] = {}
    gone = 0
    for name, digest in sorted({segment for info in infos for segment in info.vault}):
        path = store.layout.vault / name
        if not path.is_file() or sha256(path) != digest:
            raise StoreBroken(
                _("The file {file} of the vault is damaged; restore a backup first.", file=name)
            )
        if not concerns(path):
            continue
        new = f"{name.partition('.')[0]}.{mark}.parquet"
        target = store.layout.vault / new
        try:
            gone += vault.rewrite_segment(path, target, change)
            fsync_file(target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        renamed[name] = (new, sha256(target))
    if renamed:
        fsync_folder(store.layout.vault)
    return renamed, gone


def _list_them(store: Store, infos: list[VersionInfo], renamed: dict[str, tuple[str, str]]) -> None:
    for info in infos:
        listed = tuple(renamed.get(name, (name, digest)) for name, digest in info.vault)
        if listed != info.vault:
            put_json(store.layout.manifest(info.id), replace(info, vault=listed).as_json())
            store.forget(info.id)


def _drop_unlisted(store: Store) -> None:
    listed = set(segments_of(store))
    for segment in store.layout.vault.glob("*.parquet"):
        if segment not in listed:
            segment.unlink()


def rewrite_sealed(store: Store, path: Path, value: object) -> None:
    """Replace what a sealed file (rejected rows, a correction) holds; old or new, never half."""
    keys = store.keys()
    if keys is None:
        return
    try:
        put(path, vault.seal_json(keys, path.stem, value))
    except OSError as error:
        raise write_problem(error) from error


def drop(path: Path) -> None:
    """Delete a file that may be gone already; the folder remembers it."""
    with suppress(FileNotFoundError):
        path.unlink()
        fsync_folder(path.parent)
