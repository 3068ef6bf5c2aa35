"""Around every example: a deadline that really ends it, and no more memory than is fair."""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import hypothesis

EXAMPLES = int(os.environ.get("PERUT_FUZZ_EXAMPLES", "0"))
"""How many examples each test tries; 0 = the few of the ordinary suite."""
_SECONDS = 20
_MEMORY_BYTES = 3 << 30


class TooSlowError(Exception):
    """The example took longer than any honest file of its size."""


def tries(few: int, share: float = 1.0) -> hypothesis.settings:
    """*few* examples in the ordinary suite, `EXAMPLES` times *share* when asked for more."""
    return hypothesis.settings(max_examples=max(few, int(EXAMPLES * share)))


@contextmanager
def deadline(seconds: int = _SECONDS) -> Iterator[None]:
    """Ends what takes too long; a hang inside a C library ends the process, with a traceback."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(_number: int, _frame: FrameType | None) -> None:
        raise TooSlowError(f"more than {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    faulthandler.dump_traceback_later(3 * seconds, exit=True)
    try:
        yield
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()
        signal.signal(signal.SIGALRM, before)


@contextmanager
def bounded_memory() -> Iterator[None]:
    """What is asked for beyond `_MEMORY_BYTES` is refused: a test then fails with MemoryError."""
    try:
        import resource

        status = Path("/proc/self/status").read_text(encoding="ascii")
    except (ImportError, OSError):
        yield
        return
    now = next(int(line.split()[1]) << 10 for line in status.splitlines() if "VmSize" in line)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + _MEMORY_BYTES, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def guarded(test: Callable[..., Any]) -> Callable[..., Any]:
    """One example within the deadline and the memory."""

    @wraps(test)
    def within(*arguments: Any, **named: Any) -> Any:
        with deadline(), bounded_memory():
            return test(*arguments, **named)

    return within
