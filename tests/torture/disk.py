"""Fills the disk: a small one of its own, full at different steps of an import."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.torture import kills
from tests.torture.apart import Outcome, apart, expect
from tests.torture.steps import watch
from tests.torture.world import bring_in, check, copy_base, make_base

SKIPPED = "SKIPPED disk: a small disk cannot be mounted here (needs root and tmpfs)"
_SIZE_MIB = 96
_FULL = "penuh"


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """A tmpfs at *place*; false when none can be mounted here."""
    place.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_MIB}m", "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )
    except OSError:
        yield False
        return
    if done.returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _ballast(disk: Path, leave: int) -> None:
    """Fill the disk but for *leave* bytes."""
    rest = shutil.disk_usage(disk).free - leave
    if rest > 0:
        with (disk / "ballast").open("ab") as handle:
            os.posix_fallocate(handle.fileno(), handle.tell(), rest)


def fill(work: Path, dice: random.Random, say: Callable[[str], None], *, most: int) -> bool:
    """Imports on a disk that is (nearly) full from the start, and full from some step on."""
    disk = work / "disk"
    with small_disk(disk) as mounted:
        if not mounted:
            say(SKIPPED)
            return True
        base, folder = work / "base", disk / "store"
        told = expect(lambda: make_base(base))
        fresh = copy_base(base, folder)
        names = kills.steps_of(kills.TASKS["import"], fresh)
        answers: Counter[str] = Counter()
        wrong = 0
        room = list(range(0, 16 << 20, (16 << 20) // 64))
        for leave in room if most >= len(room) else sorted(dice.sample(room, most)):
            _empty(disk, base, folder)
            _ballast(disk, leave)
            outcome = apart(lambda: bring_in(folder, kills.NUMBER))
            wrong += _judge(disk, folder, told, outcome, f"{leave} bytes free", answers, say)
        steps = range(len(names))
        for step in steps if most >= len(steps) else sorted(dice.sample(steps, most)):
            _empty(disk, base, folder)
            outcome = apart(lambda: _full_from(folder, disk, step))  # noqa: B023
            what = f"full from step {step} ({names[step]})"
            wrong += _judge(disk, folder, told, outcome, what, answers, say)
        spread = ", ".join(f"{name} {count}" for name, count in answers.items())
        say(f"full disk: {spread}; {wrong} times something was wrong")
        return wrong == 0 and answers["refused"] > 0


def _full_from(folder: Path, disk: Path, step: int) -> Any:
    left = step

    def count(_name: str) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            _ballast(disk, 0)

    watch(folder, count)
    return bring_in(folder, kills.NUMBER)


def _empty(disk: Path, base: Path, folder: Path) -> None:
    (disk / "ballast").unlink(missing_ok=True)
    copy_base(base, folder)


def _judge(
    disk: Path,
    folder: Path,
    told: list[Any],
    outcome: Outcome,
    what: str,
    answers: Counter[str],
    say: Callable[[str], None],
) -> int:
    """The import was refused in plain words or it is whole; nobody who reads noticed."""
    problems = []
    kept = list(told)
    if outcome.value is not None:
        answers["taken"] += 1
        kept.append(outcome.value)
    elif _FULL in outcome.sentence:
        answers["refused"] += 1
    else:
        answers["other"] += 1
        problems.append(outcome.error or outcome.sentence or "killed")
    # While the disk is still full: figures are served from the version that people know.
    problems += expect(lambda: _read(folder, len(told) + (outcome.value is not None)))
    (disk / "ballast").unlink(missing_ok=True)
    after = apart(lambda: check(folder, kept, (kills.NUMBER,), settle=kills.NUMBER + 1))
    problems += after.value if after.value is not None else [after.error or after.sentence]
    for problem in problems:
        say(f"  {what}: {problem}")
    return bool(problems)


def _read(folder: Path, imports: int) -> list[str]:
    from analytics.store import Store

    store = Store(folder)
    snapshot = store.current()
    wrong = [] if snapshot.notice is None else [f"notice: {snapshot.notice}"]
    if snapshot.imports != imports + 1:
        wrong.append(f"{snapshot.imports} imports in the version that is read")
    listed = [info.id for info in store.versions()]
    if listed[0] != snapshot.version_id:
        wrong.append("a version is listed that nobody was told of")
    return wrong
