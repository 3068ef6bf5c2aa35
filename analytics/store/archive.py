"""The inside of a backup file: a ZIP with a table of contents, and what may be in it.

A backup may come from anywhere. So every member must be named in the table of contents, lie in a
known folder, be as large as it says and have the checksum it says, before anything of it counts.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.i18n import _
from analytics.store.errors import StoreError
from analytics.store.files import fsync_file, make_folder, sha256

PARTS = (
    "versions",
    "vault",
    "reports",
    "rejects",
    "boundaries",
    "audit",
    "retention",
    "access",
    "frozen",
    "evidence",
)
_ALONE = ("store.json", "CURRENT", "key.json")
_CONTENTS = "contents.json"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,199}")
_MOST_MEMBERS = 200_000
_CONTENTS_BYTES = 64 << 20
_RATIO = 250
"""No store packs better than this; what does is made to fill a disk."""
_RATIO_FROM_BYTES = 64 << 20
_CHUNK = 1 << 20
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError, AttributeError,
    RuntimeError, NotImplementedError, RecursionError,
)  # fmt: skip
"""What the standard library raises for a file that is no ZIP or no table of contents."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file for the backup: its name in it, and its content now (or where it lies)."""

    name: str
    path: Path
    content: bytes | None = None

    def checksum(self) -> str:
        """The SHA-256 of the content, in hex."""
        return (
            sha256(self.path) if self.content is None else hashlib.sha256(self.content).hexdigest()
        )


def write(file: Path, members: Sequence[Member]) -> None:
    """Write a backup file and make it durable; raises ``OSError``."""
    contents = {"sha256": {member.name: member.checksum() for member in members}}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr(_CONTENTS, json.dumps(contents, indent=1))
        for member in members:
            if member.content is not None:
                packed.writestr(member.name, member.content)
            else:
                packed.write(member.path, member.name)
    fsync_file(file)


def test(file: Path, name: str) -> int:
    """Read a backup file from end to end; how many files are whole in it.

    Raises:
        StoreError: the file is no backup, is damaged or hostile; *name* is how it is called.
    """
    return sum(1 for _member in _read(file, name, None))


def unpack(file: Path, name: str, folder: Path) -> None:
    """Unpack a backup file into a new folder; every file in it is checked and durable.

    Raises:
        StoreError: the file is no backup, is damaged or hostile; *name* is how it is called.
        OSError: the disk is full …
    """
    for _member in _read(file, name, folder):
        pass


def _read(file: Path, name: str, folder: Path | None) -> Iterator[str]:
    damaged = StoreError(_("{file} is not a backup, or it is damaged.", file=name))
    with _called_damaged(damaged):
        packed = zipfile.ZipFile(file)
    with packed:
        with _called_damaged(damaged):
            members, checksums = _contents(packed, name)
        _refuse_bombs(members, file, name, folder)
        for member in members:
            target = folder.joinpath(*member.filename.split("/")) if folder else None
            with _called_damaged(damaged):
                digest = _pass_through(packed, member, target)
            if digest != checksums[member.filename]:
                raise damaged
            yield member.filename


@contextmanager
def _called_damaged(damaged: StoreError) -> Iterator[None]:
    """Whatever the standard library says of a broken file, in our words."""
    try:
        yield
    except _BROKEN as error:
        raise damaged from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # a table that points before the beginning of the file
            raise damaged from error
        raise


def _contents(packed: zipfile.ZipFile, name: str) -> tuple[list[zipfile.ZipInfo], dict[str, str]]:
    """The members but the table of contents, and the checksum of each."""
    listed = packed.infolist()
    table = packed.getinfo(_CONTENTS)
    if table.file_size > _CONTENTS_BYTES or len(listed) > _MOST_MEMBERS:
        raise _too_much(name)
    with packed.open(table) as source:
        text = source.read(table.file_size + 1)
    checksums: dict[str, str] = json.loads(text)["sha256"]
    members = [member for member in listed if member is not table]
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or set(names) != set(checksums):
        raise _foreign(name)
    if not all(map(_belongs, members)):
        raise _foreign(name)
    if "store.json" not in names or not any(n.startswith("versions/") for n in names):
        raise ValueError("no store in it")
    return members, checksums


def _belongs(member: zipfile.ZipInfo) -> bool:
    """An ordinary file with a plain name in a known folder; never a link or a path outwards."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or member.flag_bits & 0x1:
        return False
    if "\0" in member.orig_filename or member.orig_filename != member.filename:
        return False
    match member.filename.split("/"):
        case [alone]:
            return alone in _ALONE
        case [part, leaf]:
            return part in PARTS and _NAME.fullmatch(leaf) is not None
    return False


def _refuse_bombs(
    members: Sequence[zipfile.ZipInfo], file: Path, name: str, folder: Path | None
) -> None:
    declared = sum(member.file_size for member in members)
    if declared > max(_RATIO_FROM_BYTES, _RATIO * file.stat().st_size):
        raise _too_much(name)
    if folder is not None:
        make_folder(folder.parent)
        if declared > shutil.disk_usage(folder.parent).free:
            raise StoreError(
                _("There is not enough space on the disk to unpack {file}.", file=name)
            )


def _pass_through(packed: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path | None) -> str:
    """Read a member to its end, never past the size it declares; its SHA-256."""
    digest = hashlib.sha256()
    left = member.file_size
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(member) as source:
        sink = target.open("xb") if target is not None else None
        try:
            while chunk := source.read(min(_CHUNK, left + 1)):
                left -= len(chunk)
                if left < 0:
                    raise ValueError("larger than it says")
                digest.update(chunk)
                if sink is not None:
                    sink.write(chunk)
        finally:
            if sink is not None:
                sink.close()
    return digest.hexdigest()


def _too_much(name: str) -> StoreError:
    return StoreError(
        _("{file} would unpack to far more than a backup holds; it was not unpacked.", file=name)
    )


def _foreign(name: str) -> StoreError:
    return StoreError(
        _("{file} holds files that do not belong in a backup; it was not unpacked.", file=name)
    )
