"""The steps of a writer, seen from inside: every change of a file that Python makes.

An audit hook sees each opening for writing, rename, removal and new folder; ``fsync`` and
``copy_file_range`` have no audit event and are wrapped. A step is counted *before* it happens.
Call `watch` only in a child: an audit hook cannot be taken away again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


def watch(folder: Path, seen: Callable[[str], None]) -> None:
    """Call *seen* with a name before each step that touches *folder* (and what lies beside it)."""
    inside = str(folder.parent)
    busy = False

    def report(name: str) -> None:
        nonlocal busy
        if busy:
            return
        busy = True
        try:
            seen(name)
        finally:
            busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if busy or not arguments:
            return
        if event == "open":
            path, mode, flags = arguments
            writes = (flags or 0) & _WRITING or any(c in (mode or "") for c in "wax+")
            if writes and isinstance(path, str | os.PathLike) and str(path).startswith(inside):
                report(f"open {_plain(str(path))}")
        elif event in _CHANGES and str(arguments[0]).startswith(inside):
            target = arguments[1] if event == "os.rename" else arguments[0]
            report(f"{event[3:]} {_plain(str(target))}")

    sys.addaudithook(hook)
    fsync, copy = os.fsync, os.copy_file_range

    def counted_fsync(descriptor: Any) -> None:
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        path = str(Path(f"/proc/self/fd/{number}").readlink())
        if path.startswith(inside):
            report(f"fsync {_plain(path)}")
        fsync(descriptor)

    def counted_copy(source: int, target: int, count: int, *rest: Any) -> int:
        report("copy the version")
        return copy(source, target, count, *rest)

    os.fsync = counted_fsync  # type: ignore[assignment]
    os.copy_file_range = counted_copy  # type: ignore[assignment]


def _plain(path: str) -> str:
    name = Path(path).name
    return f"{Path(path).parent.name}/{name}" if name else path
