"""Files that survive a crash: written beside their place, flushed, then renamed into it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
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


def put(path: Path, data: bytes) -> None:
    """Write *data* so that *path* holds either its old content or all of the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
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


def put_json(path: Path, value: Any) -> None:
    """`put` for a JSON value."""
    put(path, json.dumps(value, ensure_ascii=False, indent=1).encode())


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
