"""Work in a process of its own that may be killed: the parent only forks, and never opens a store.

A fork of a process with DuckDB's threads in it would not be a fair test (and may hang); so the
program that tortures holds nothing but modules, and everything that touches a store is a child.
"""

from __future__ import annotations

import mmap
import os
import pickle
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

HUNG_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: its answer, or the exception it raised, or the signal that ended it."""

    value: Any = None
    error: str = ""
    sentence: str = ""
    killed: bool = False
    phase: int = 0


class Child:
    """A forked process that works on *task* and sends its answer through a pipe."""

    def __init__(self, task: Callable[[Callable[[int], None]], Any]) -> None:
        self._phase = mmap.mmap(-1, 1)
        reading, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            code = 0
            try:
                answer = pickle.dumps(_answer(task, self._reached))
                with os.fdopen(writing, "wb") as pipe:
                    pipe.write(answer)
            except BaseException:
                traceback.print_exc()
                code = 70
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        os.close(writing)
        self._pipe = reading

    def _reached(self, phase: int) -> None:
        self._phase[0] = phase

    def kill(self) -> None:
        """Without mercy, as a power button: no handler, no ``finally``."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self, seconds: float = HUNG_SECONDS) -> Outcome:
        """Its outcome; a child that hangs is killed and reported as an error."""
        watchdog = threading.Timer(seconds, self.kill)
        watchdog.start()
        started = time.monotonic()
        chunks = []
        while chunk := os.read(self._pipe, 1 << 16):
            chunks.append(chunk)
        os.close(self._pipe)
        _pid, status = os.waitpid(self.pid, 0)
        watchdog.cancel()
        watchdog.join()
        phase = self._phase[0]
        self._phase.close()
        if time.monotonic() - started > seconds:
            return Outcome(error="hung", phase=phase)
        if os.WIFSIGNALED(status):
            return Outcome(killed=True, phase=phase)
        if not chunks:
            return Outcome(error="no answer", phase=phase)
        value, error, sentence = pickle.loads(b"".join(chunks))
        return Outcome(value, error, sentence, phase=phase)

    def finished(self, seconds: float) -> bool:
        """Whether it has something to say within this time."""
        return bool(select.select([self._pipe], [], [], seconds)[0])


def _answer(
    task: Callable[[Callable[[int], None]], Any], reached: Callable[[int], None]
) -> tuple[Any, str, str]:
    from analytics.store import StoreError

    try:
        return task(reached), "", ""
    except StoreError as problem:
        return None, "", str(problem)
    except Exception:
        return None, traceback.format_exc(), ""


def apart(task: Callable[[], Any]) -> Outcome:
    """Run *task* in a child and wait for it."""
    return Child(lambda _reached: task()).wait()


def expect(task: Callable[[], Any]) -> Any:
    """The answer of *task*, which has no reason to fail."""
    outcome = apart(task)
    if outcome.error or outcome.sentence or outcome.killed:
        raise AssertionError(f"{outcome.error or outcome.sentence or 'killed'}")
    return outcome.value
