"""Cuts the power: what a disk may hold afterwards, at every step of a writer.

A file system promises little: what was written to a file is there once the file was flushed
(``fsync``), and a name (new, renamed or removed) once its folder was. Everything else may be there
or not, in any order, and a file may be empty or full of zeros. So the writer is stopped before
every step, the state of an unlucky disk is laid out beside it, and the store is started from it.
What DuckDB flushes by itself is not counted: nothing may depend on it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.store import Store
from tests.torture import kills
from tests.torture.apart import Child, apart, expect
from tests.torture.steps import watch
from tests.torture.world import (
    Receipt,
    bring_in,
    check,
    copy_base,
    forget_witness,
    make_base,
    mine,
    rows_of,
)

UNLUCKY = ("nothing unflushed", "names but no content", "names and zeros", "by lot")
IN_FULL = "everything"
FINISHED = "finished"
_SECTOR = 512
"""What lies within one sector is written over wholly or not at all."""


@dataclass
class Disk:
    """What of the folder (and what lies beside it) would survive a power cut now."""

    root: Path
    names: dict[int, dict[str, int]] = field(default_factory=dict)
    content: dict[int, bytes] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for folder, _folders, files in os.walk(self.root):
            self.flush(Path(folder))
            for name in files:
                self.flush(Path(folder) / name)

    def hold(self) -> None:
        """Keep every file open: a number of a removed one must not be given to another."""
        self._keep(self.root)
        for folder, folders, files in os.walk(self.root):
            for name in [*folders, *files]:
                path = Path(folder) / name
                self._keep(path)

    def _keep(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            number = path.stat().st_ino
            if number not in self.held:
                self.held[number] = os.open(path, os.O_RDONLY)

    def flush(self, path: Path) -> None:
        """An fsync of a file or folder."""
        self.hold()
        state = path.stat()
        if stat.S_ISDIR(state.st_mode):
            self.names[state.st_ino] = {p.name: p.stat().st_ino for p in path.iterdir()}
        else:
            self.content[state.st_ino] = path.read_bytes()

    def lay_out(self, target: Path, luck: str, dice: random.Random) -> None:
        """Write the folder as it may be after a power cut."""
        self.hold()
        number = self.root.stat().st_ino
        target.mkdir()
        self._folder(number, target, luck, dice)

    def _folder(self, number: int, target: Path, luck: str, dice: random.Random) -> None:
        now = self._now(number)
        kept = self.names.get(number, {})
        if luck == UNLUCKY[0]:
            chosen = kept
        elif luck == UNLUCKY[3]:
            chosen = {}
            for name in sorted({*kept, *now}):
                side = kept if dice.random() < 0.5 else now
                if name in side:
                    chosen[name] = side[name]
        else:
            chosen = now
        for name, inside in chosen.items():
            place = target / name
            if stat.S_ISDIR(os.fstat(self.held[inside]).st_mode):
                place.mkdir()
                self._folder(inside, place, luck, dice)
            else:
                place.write_bytes(self._bytes(inside, luck, dice))

    def _now(self, number: int) -> dict[str, int]:
        with os.scandir(self.held[number]) as entries:
            return {entry.name: entry.inode() for entry in entries}

    def _bytes(self, number: int, luck: str, dice: random.Random) -> bytes:
        descriptor = self.held[number]
        size = os.fstat(descriptor).st_size
        now = os.pread(descriptor, size, 0)
        kept = self.content.get(number)
        if luck == IN_FULL or kept == now:
            return now
        if luck == UNLUCKY[2]:
            return kept if kept is not None else b"\0" * size
        if luck == UNLUCKY[3] and kept is not None and len(kept) == size <= _SECTOR:
            return dice.choice([kept, now])
        if luck == UNLUCKY[3] and kept and now.startswith(kept):
            # Only added to: what was flushed is not written again, so it is there.
            added = now[len(kept) :]
            part = added[: dice.randrange(len(added) + 1)]
            return kept + dice.choice([b"", added, part, b"\0" * len(added)])
        if luck == UNLUCKY[3]:
            return dice.choice([kept or b"", now, now[: dice.randrange(size + 1)], b"\0" * size])
        return kept or b""


def _recorded(
    task: Callable[[Path], Any],
    folder: Path,
    image: Path,
    orders: int,
    reports: int,
    chosen: set[int],
    seed: int,
) -> Any:
    """Run *task*; before each chosen step lay out the images and wait until they were judged."""
    disk = Disk(folder.parent)
    dice = random.Random(seed)
    steps = 0

    def offer(name: str) -> None:
        for luck in (*UNLUCKY, IN_FULL):
            disk.lay_out(image, luck, dice)
            line = json.dumps([f"before step {steps} ({name}), {luck}", luck]) + "\n"
            os.write(reports, line.encode())
            os.read(orders, 1)

    def seen(name: str) -> None:
        nonlocal steps
        if steps in chosen:
            offer(name)
        steps += 1

    watch(folder, seen)
    fsync = os.fsync

    def flushing(descriptor: Any) -> None:
        fsync(descriptor)
        number = descriptor if isinstance(descriptor, int) else descriptor.fileno()
        path = Path(f"/proc/self/fd/{number}").readlink()
        if path.is_relative_to(folder.parent):
            disk.flush(path)

    os.fsync = flushing  # type: ignore[assignment]
    answer = task(folder)
    # From here on a person was told that it is done.
    for luck in (*UNLUCKY, IN_FULL):
        disk.lay_out(image, luck, dice)
        line = json.dumps([f"after the end, {luck}", FINISHED]) + "\n"
        os.write(reports, line.encode())
        os.read(orders, 1)
    return answer


def cut(work: Path, dice: random.Random, say: Callable[[str], None], *, most: int) -> bool:
    """Import, then import and roll back, restore; the power fails before each of their steps."""
    base = work / "base"
    told = expect(lambda: make_base(base))
    expect(lambda: Store(base).backup(work / "base.zip"))
    tasks: dict[str, Callable[[Path], Any]] = {
        "import": lambda folder: bring_in(folder, kills.NUMBER),
        "rollback": lambda folder: kills._rollback(folder, lambda _phase: None),
        "prune": lambda folder: kills._prune(folder, lambda _phase: None),
        "restore": lambda folder: kills._restore(folder, lambda _phase: None),
        "import and rollback": _import_and_rollback,
    }
    if most == 1:
        tasks = {name: tasks[name] for name in ("import", "restore")}
    whole = True
    for name, task in tasks.items():
        images, wrong = 0, 0
        for problem in _images(work, base, name, task, told, dice, most):
            images += 1
            for line in problem:
                say(f"  {name}: {line}")
            wrong += bool(problem)
        say(f"power cut in {name}: {images} images of the disk, {wrong} did not come up whole")
        whole = whole and wrong == 0 and images > 0
    return whole


def _import_and_rollback(folder: Path) -> Any:
    """The rollback must not make the import look unfinished."""
    bring_in(folder, kills.NUMBER)
    store = Store(folder)
    store.rollback(store.versions()[1].id)


def _images(
    work: Path,
    base: Path,
    name: str,
    task: Callable[[Path], Any],
    told: list[Any],
    dice: random.Random,
    most: int,
) -> Iterator[list[str]]:
    place = work / "place"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    shutil.copy(work / "base.zip", place)
    steps = range(
        len(kills.steps_of(lambda f, _reached: task(f), copy_base(base, place / "store")))
    )
    chosen = set(dice.sample(steps, min(most, len(steps))))
    copy_base(base, place / "store")
    image = work / "image"
    orders_out, orders_in = os.pipe()
    reports_out, reports_in = os.pipe()
    seed = dice.randrange(10**6)
    child = Child(
        lambda _reached: _recorded(
            task, place / "store", image, orders_out, reports_in, chosen, seed
        )
    )
    os.close(reports_in)
    os.close(orders_out)
    with os.fdopen(reports_out) as lines:
        for line in lines:
            what, kind = json.loads(line)
            forget_witness()
            landed = kind == FINISHED and name.startswith("import")
            older = name in ("rollback", "import and rollback")
            outcome = apart(
                lambda: _judge(image / "store", told, older=older, landed=landed)  # noqa: B023
            )
            shutil.rmtree(image)
            os.write(orders_in, b".")
            found = outcome.value
            if found is None:
                found = [outcome.error or outcome.sentence or "killed"]
            yield [f"{what}: {problem}" for problem in found]
    os.close(orders_in)
    outcome = child.wait()
    if outcome.error or outcome.sentence:
        yield [outcome.error or outcome.sentence]


def _judge(folder: Path, told: list[Receipt], *, older: bool, landed: bool) -> list[str]:
    wrong: list[str] = []
    store = Store(folder)
    newest = store.versions()[0].id
    if landed and not mine(kills.NUMBER) <= rows_of(store.open(newest)):
        wrong.append("an acknowledged import is gone")
    if landed and not older and store.current().version_id != newest:
        wrong.append("an acknowledged import is not in the current version")
    if older:  # an older version may be current: what is newer is kept, and not lost
        known = {report["batch"] for report in store.reports()}
        wrong += ["a report is gone"] if not {each.batch for each in told} <= known else []
        told = told[:1]
    return wrong + check(folder, told, (kills.NUMBER,), settle=kills.NUMBER + 1)
