"""A store in one file, and back again."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import filelock

from analytics.i18n import _
from analytics.store import age, archive
from analytics.store.age import Seal
from analytics.store.archive import PARTS, Member
from analytics.store.audit import Audit
from analytics.store.check import Check
from analytics.store.errors import StoreBusy, StoreError, write_problem
from analytics.store.files import fsync_file, fsync_folder, make_folder, put
from analytics.store.layout import Layout, number_of
from analytics.store.recovery import READY, restore_lock, restoring, take_its_place
from analytics.store.store import Store

__all__ = ["Seal", "backup", "check_backup", "dated_name", "forget_older", "restore"]

_ACCOUNTS = "access/accounts.sqlite"
_OPEN_DOORS = {"session": "delete from session", "failure": "delete from failure"}
"""Tables of the accounts that no backup takes along: nobody is signed in by a restore."""
_WAIT_SECONDS = 600.0
_DATED = re.compile(r"perut-(s-[0-9a-f]+)-(v\d{5,})-(\d{8}T\d{6})\.zip(?:\.age)?")


def backup(store: Store, file: Path, seal: Seal | None = None) -> int:
    """Write the whole store to one ZIP file: versions, sealed vault, reports, log, accounts.

    The vault's key is not in it: keep a copy of the key file apart, or the names are lost. The
    file is read back and compared before it gets its name.

    Args:
        file: where to; a folder = a file of its own in it, named by store, version and time.
        seal: who alone may open the file (age); ``None`` = everybody who has it.

    Returns:
        The number of files saved.

    Raises:
        StoreError: the file cannot be written, or is there already.
    """
    if file.exists():
        raise StoreError(_("{file} is there already; choose another name.", file=file.name))
    try:
        make_folder(file.parent)
        store.current()
        with filelock.FileLock(store.layout.folder / ".backup.lock", timeout=_WAIT_SECONDS):
            return _backup(store, file, seal)
    except filelock.Timeout as error:
        raise StoreBusy(_("Another backup is still being made; try again later.")) from error
    except OSError as error:
        raise write_problem(error) from error


def _backup(store: Store, file: Path, seal: Seal | None) -> int:
    draft = file.with_name(f".{file.name}.tmp")
    # Unsealed only inside the store folder, which holds the same data anyway.
    plain = store.layout.folder / ".backup.tmp" if seal and seal.encrypts else draft
    accounts = store.layout.folder / ".accounts.tmp"
    try:
        with store.writing():
            members = _members(store.layout, accounts)
            store.audit.note("backup", what=file.suffix, count=len(members))
            members = [_as_it_is_now(member) for member in members]
            plain.unlink(missing_ok=True)
            plain.touch(mode=0o600)
            archive.write(plain, members)
        archive.test(plain, file.name)
        if seal and seal.encrypts:
            age.encrypt(plain, draft, seal)
        draft.replace(file)
        fsync_folder(file.parent)
    finally:
        for rest in {draft, plain, accounts}:
            rest.unlink(missing_ok=True)
    return len(members)


def _members(layout: Layout, accounts: Path) -> list[Member]:
    paths = [layout.identity, layout.pointer]
    if layout.key_note.is_file():
        paths.append(layout.key_note)
    for part in PARTS:
        folder = layout.folder / part
        if folder.is_dir() and part != "access":
            paths += sorted(p for p in folder.iterdir() if p.is_file() and p.name[0] != ".")
    members = [Member(path.relative_to(layout.folder).as_posix(), path) for path in paths]
    if copy_accounts(layout, accounts, sessions=False):
        members.append(Member(_ACCOUNTS, accounts))
    return members


def _as_it_is_now(member: Member) -> Member:
    """Anybody may add to the log meanwhile: it is taken as it is now, its head first."""
    if not member.name.startswith("audit/"):
        return member
    return Member(member.name, member.path, member.path.read_bytes())


def copy_accounts(layout: Layout, target: Path, *, sessions: bool) -> bool:
    """A whole copy of the accounts, though somebody may be writing; false when there are none."""
    source = layout.folder / _ACCOUNTS
    if not source.is_file():
        return False
    target.unlink(missing_ok=True)
    try:
        with (
            contextlib.closing(sqlite3.connect(source, timeout=10)) as mine,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            mine.backup(copy)
            if not sessions:
                known = {row[0] for row in copy.execute("select name from sqlite_master")}
                for table in known.intersection(_OPEN_DOORS):
                    copy.execute(_OPEN_DOORS[table])
                copy.commit()
                copy.execute("vacuum")
    except sqlite3.Error as error:
        target.unlink(missing_ok=True)
        raise StoreError(
            _("The file of accounts cannot be read; nothing was saved. See docs/backup.md.")
        ) from error
    fsync_file(target)
    return True


def dated_name(store: Store, seal: Seal | None = None) -> str:
    """A name for a backup of this store that no other one has: store, newest version, time."""
    store.current()
    newest = max(map(number_of, store.layout.version_ids()), default=0)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    end = ".age" if seal and seal.encrypts else ""
    return f"perut-{store.identity()['store_id']}-v{newest:05d}-{stamp}.zip{end}"


def forget_older(file: Path, keep: int) -> list[str]:
    """Delete older backups of the same store beside *file* but the newest *keep*; their names.

    Only files that `dated_name` named are touched, and never *file* itself. What is newest is
    told by the version in the name before the time: a clock may have been wrong.

    Raises:
        StoreError: a file cannot be deleted.
    """
    mine = _DATED.fullmatch(file.name)
    if mine is None:
        return []
    found = []
    for path in file.parent.iterdir():
        other = _DATED.fullmatch(path.name)
        if other and other[1] == mine[1] and path != file and path.is_file():
            found.append((int(other[2][1:]), other[3], path))
    gone = [path for _version, _stamp, path in sorted(found, reverse=True)[max(keep, 1) - 1 :]]
    try:
        for path in gone:
            path.unlink()
    except OSError as error:
        raise write_problem(error) from error
    return [path.name for path in gone]


def check_backup(store: Store, file: Path, seal: Seal | None = None) -> list[Check]:
    """Unpack a backup beside the store and check all of it, as after a restore; change nothing.

    Raises:
        StoreError: the file is no backup, is damaged, or cannot be opened.
    """
    folder = store.layout.folder
    rehearsal = Layout(folder.with_name(f"{folder.name}.checking"))
    try:
        _unpack(file, rehearsal.folder, seal)
        unpacked = Store(rehearsal.folder)
        try:
            return unpacked.verify()
        finally:
            for version_id in rehearsal.version_ids():
                unpacked.forget(version_id)
    finally:
        shutil.rmtree(rehearsal.folder, ignore_errors=True)


def restore(store: Store, file: Path, seal: Seal | None = None) -> Path | None:
    """Make a store out of a backup file. What was there before is moved aside, never deleted.

    The log goes on where it was, and today's accounts stay as they are: who may sign in has
    nothing to do with what was known when.

    Returns:
        Where the former store was moved to, or ``None`` when there was none.

    Raises:
        StoreError: the file is no backup, is damaged, or cannot be opened; the store is as it was.
    """
    staging = restoring(store.layout)
    try:
        _unpack(file, staging, seal)
        restored = Layout(staging)
        store.audit.carry_into(restored)
        _carry_accounts(store.layout, staging)
        Audit(restored, beside_key=False).note("restore", what=file.suffix)
        _make_durable(staging)
        return _swap(store, staging)
    except filelock.Timeout as error:
        raise StoreBusy(_("The store is being restored; try again in a minute.")) from error
    except OSError as error:
        raise write_problem(error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _carry_accounts(layout: Layout, staging: Path) -> None:
    """Today's accounts go on; only damaged ones give way to those of the backup."""
    target = staging / _ACCOUNTS
    target.parent.mkdir(exist_ok=True, mode=0o700)
    draft = staging / ".accounts.tmp"
    with contextlib.suppress(StoreError):
        if copy_accounts(layout, draft, sessions=True):
            draft.replace(target)


def _unpack(file: Path, folder: Path, seal: Seal | None) -> None:
    """Open (when it is encrypted) and unpack a backup into *folder*, which is new."""
    shutil.rmtree(folder, ignore_errors=True)
    opened = folder.with_name(f".{folder.name}.zip")
    try:
        if not age.is_encrypted(file):
            archive.unpack(file, file.name, folder)
            return
        make_folder(folder.parent)
        opened.unlink(missing_ok=True)
        age.decrypt(file, opened, seal or Seal())
        archive.unpack(opened, file.name, folder)
    except FileNotFoundError as error:
        raise StoreError(_("There is no file {file}.", file=file.name)) from error
    except OSError as error:
        raise write_problem(error) from error
    finally:
        opened.unlink(missing_ok=True)


def _make_durable(folder: Path) -> None:
    for path in (*folder.rglob("*"), folder):
        if path.is_dir():
            fsync_folder(path)
        else:
            fsync_file(path)
    fsync_folder(folder.parent)


def _swap(store: Store, staging: Path) -> Path | None:
    """Put *staging* in the place of the store, under the writer's lock of what is there.

    From the marker on, whoever finds the store's place empty completes this (see `recovery`).
    """
    layout = store.layout
    with restore_lock(layout):
        if not layout.folder.exists() or not any(layout.folder.iterdir()):
            put(staging / READY, b"")
            take_its_place(staging, layout)
            return None
        with store.writing():
            for version_id in layout.version_ids():
                store.forget(version_id)
            put(staging / READY, b"")
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
            aside = layout.folder.with_name(f"{layout.folder.name}.before-restore-{stamp}")
            layout.folder.replace(aside)
            fsync_folder(aside.parent)
            try:
                take_its_place(staging, layout)
            except OSError:
                if not layout.identity.exists():
                    aside.replace(layout.folder)
                raise
    return aside
