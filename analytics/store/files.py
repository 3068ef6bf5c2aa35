"""Files that survive a crash: written beside their place, flushed, then renamed into it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


def fsync_file(path: Path) -> None:
    """Make the content of a file durable."""
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def fsync_folder(folder: Path) -> None:
    """Make a rename in *folder* durable; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those above it, so that none of them is gone after a power cut."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        if folder.parent == folder:
            break
        folder = folder.parent
    for new in reversed(missing):
        new.mkdir(mode=mode, exist_ok=True)
        fsync_folder(new.parent)


def put(path: Path, data: bytes) -> None:
    """Write *data* so that *path* holds either its old content or all of the new."""
    make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def put_new(path: Path, data: bytes, folder_mode: int = 0o777) -> None:
    """Write a file that only its owner may read, durably, and never over another one.

    Raises:
        FileExistsError: something of this name is there.
    """
    make_folder(path.parent, folder_mode)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    fsync_folder(path.parent)


def put_json(path: Path, value: Any) -> None:
    """`put` for a JSON value."""
    put(path, json.dumps(value, ensure_ascii=False, indent=1).encode())


def checksum(value: Mapping[str, Any]) -> str:
    """The SHA-256 of a JSON object but its own ``checksum``, however it is laid out."""
    rest = {name: value[name] for name in value if name != "checksum"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def with_checksum(value: Mapping[str, Any]) -> dict[str, Any]:
    """The object with a ``checksum`` of the rest of it, as `is_as_written` expects it."""
    return {**value, "checksum": checksum(value)}


def is_as_written(value: Mapping[str, Any]) -> bool:
    """Whether an object with a checksum is what was written.

    One of an earlier release has none and is taken as it is; but a checksum under a damaged name
    is no sign of an earlier release.
    """
    if "checksum" in value:
        return bool(value["checksum"] == checksum(value))
    others = (v for name, v in value.items() if name != "sha256")
    return not any(isinstance(v, str) and len(v) == 64 for v in others)


def get_json(path: Path) -> Any:
    """The JSON in *path*; raises ``OSError`` or ``ValueError``."""
    return json.loads(path.read_text(encoding="utf-8"))


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def copy(source: Path, target: Path) -> None:
    """Copy a large file inside one folder; where the file system can, it shares the blocks."""
    if hasattr(os, "copy_file_range"):
        with contextlib.suppress(OSError):
            _copy_in_kernel(source, target)
            return
    shutil.copyfile(source, target)


def _copy_in_kernel(source: Path, target: Path) -> None:
    left = source.stat().st_size
    with source.open("rb") as reading, target.open("wb") as writing:
        while left > 0:
            done = os.copy_file_range(reading.fileno(), writing.fileno(), min(left, 1 << 30))
            if done == 0:
                raise OSError("copy_file_range stopped early")
            left -= done
