"""A store in one file, and back again."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from analytics.i18n import _
from analytics.store.audit import Audit
from analytics.store.errors import StoreError, write_problem
from analytics.store.files import fsync_file, fsync_folder, sha256
from analytics.store.layout import Layout
from analytics.store.store import Store

_PARTS = ("versions", "vault", "reports", "rejects", "boundaries", "audit", "retention")
_CONTENTS = "contents.json"
_MISSHAPEN = (KeyError, ValueError, TypeError, AttributeError)


def backup(store: Store, file: Path) -> int:
    """Write every version, the vault (still sealed) and the reports of a store to one ZIP file.

    The vault's key is not in it: keep a copy of the key file apart, or the names are lost.

    Returns:
        The number of files saved.

    Raises:
        StoreError: the file cannot be written, or is there already.
    """
    if file.exists():
        raise StoreError(_("{file} is there already; choose another name.", file=file.name))
    draft = file.with_name(f".{file.name}.tmp")
    try:
        with store.writing():
            store.current()
            members = list(_members(store.layout))
            store.audit.note("backup", what=file.suffix, count=len(members))
            # Anybody may add to the log meanwhile: it is taken as it is now, its head first.
            logs = {name: path.read_bytes() for name, path in members if name.startswith("audit/")}
            checksums = {name: sha256(path) for name, path in members if name not in logs}
            checksums |= {name: hashlib.sha256(log).hexdigest() for name, log in logs.items()}
            file.parent.mkdir(parents=True, exist_ok=True)
            with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
                packed.writestr(_CONTENTS, json.dumps({"sha256": checksums}, indent=1))
                for name, path in members:
                    if name in logs:
                        packed.writestr(name, logs[name])
                    else:
                        packed.write(path, name)
        fsync_file(draft)
        draft.replace(file)
        fsync_folder(file.parent)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise write_problem(error) from error
    return len(members)


def _members(layout: Layout) -> list[tuple[str, Path]]:
    paths = [layout.identity, layout.pointer]
    if layout.key_note.is_file():
        paths.append(layout.key_note)
    for part in _PARTS:
        folder = layout.folder / part
        if folder.is_dir():
            paths += sorted(p for p in folder.iterdir() if p.is_file() and p.name[0] != ".")
    return [(path.relative_to(layout.folder).as_posix(), path) for path in paths]


def restore(store: Store, file: Path) -> Path | None:
    """Make a store out of a backup file. What was there before is moved aside, never deleted.

    Returns:
        Where the former store was moved to, or ``None`` when there was none.

    Raises:
        StoreError: the file is no backup or is damaged; the store is as it was.
    """
    target = store.layout.folder
    staging = target.with_name(f"{target.name}.restoring")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        _unpack(file, staging)
        store.audit.carry_into(Layout(staging))
        Audit(Layout(staging), beside_key=False).note("restore", what=file.suffix)
        return _swap(store, staging, target)
    except (zipfile.BadZipFile, zlib.error, EOFError, *_MISSHAPEN) as error:
        raise StoreError(_("{file} is not a backup, or it is damaged.", file=file.name)) from error
    except FileNotFoundError as error:
        raise StoreError(_("There is no file {file}.", file=file.name)) from error
    except OSError as error:
        raise write_problem(error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _swap(store: Store, staging: Path, target: Path) -> Path | None:
    """Put *staging* in the place of *target*, under the writer's lock of what is there."""
    for version_id in store.layout.version_ids():
        store.forget(version_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        staging.replace(target)
        fsync_folder(target.parent)
        return None
    if not any(target.iterdir()):
        target.rmdir()
        return _swap(store, staging, target)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = target.with_name(f"{target.name}.before-restore-{stamp}")
    with store.writing():
        target.replace(aside)
        try:
            staging.replace(target)
        except OSError:
            aside.replace(target)
            raise
    fsync_folder(target.parent)
    return aside


def _unpack(file: Path, staging: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        checksums: dict[str, str] = json.loads(packed.read(_CONTENTS))["sha256"]
        if "store.json" not in checksums or not any(n.startswith("versions/") for n in checksums):
            raise ValueError("no store in it")
        for name, digest in checksums.items():
            parts = PurePosixPath(name).parts
            allowed = len(parts) == 1 or (len(parts) == 2 and parts[0] in _PARTS)
            if not allowed or ".." in parts or name.startswith("/") or "\\" in name:
                raise ValueError(f"unexpected member {name!r}")
            path = staging.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with packed.open(name) as source, path.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            if sha256(path) != digest:
                raise ValueError(f"damaged member {name!r}")
            fsync_file(path)
