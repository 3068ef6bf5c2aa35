"""A process that kills itself after so many durable steps: flushes, renames, deletions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_DYING = """
import os, signal, sys
left = int(sys.argv[2])
def dying(real):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **kwargs)
    return call
def mortal():
    for name in ("fsync", "unlink", "replace"):
        setattr(os, name, dying(getattr(os, name)))
"""


def die_after(
    steps: int, code: str, folder: Path, more: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Run *code* (arguments: folder, steps, *more*); from its ``mortal()`` on it dies in time."""
    return subprocess.run(
        [sys.executable, "-c", _DYING + code, str(folder), str(steps), *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
