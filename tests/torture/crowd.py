"""A crowd: importers and readers at once, while somebody goes back and forth between versions."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analytics.store import Store, StoreBusy
from tests.torture.apart import Child, apart, expect
from tests.torture.world import Receipt, answers, bring_in, check, make_base, mine, rows_of

READERS = 10
IMPORTERS = 2


def _import_many(folder: Path, first: int, count: int, stop: Path) -> list[Receipt]:
    told = []
    try:
        for number in range(first, first + count):
            for _attempt in range(5):
                try:
                    told.append(bring_in(folder, number))
                    break
                except StoreBusy:
                    continue
    finally:
        stop.touch()
    return told


def _read_until(folder: Path, stops: list[Path], seed: int) -> tuple[dict[str, Any], list[str]]:
    """Ask again and again; what each version answered, and what was wrong."""
    dice = random.Random(seed)
    seen: dict[str, Any] = {}
    wrong: list[str] = []
    rounds = 0
    while rounds < 3 or not all(stop.exists() for stop in stops):
        rounds += 1
        store = Store(folder)
        snapshot = store.current()
        if snapshot.notice:
            wrong.append(f"notice: {snapshot.notice}")
        for _again in range(dice.randrange(1, 4)):
            got = answers(snapshot)
            if seen.setdefault(snapshot.version_id, got) != got:
                wrong.append(f"{snapshot.version_id} answered differently")
        time.sleep(dice.uniform(0, 0.02))
    return seen, wrong


def _go_back_and_forth(folder: Path, stops: list[Path], seed: int) -> int:
    dice = random.Random(seed)
    store = Store(folder)
    times = 0
    while not all(stop.exists() for stop in stops):
        # Not back to the empty store: an import into it rightly rejects visits to old households.
        ids = [info.id for info in store.versions()][:-1]
        try:
            store.rollback(dice.choice(ids))
            times += 1
        except StoreBusy:
            pass
        time.sleep(dice.uniform(0, 0.1))
    return times


def _restore_again_and_again(folder: Path, file: Path, times: int, stops: list[Path]) -> int:
    try:
        for _time in range(times):
            aside = Store(folder).restore(file)
            if aside is not None:
                shutil.rmtree(aside)
            time.sleep(0.02)
    finally:
        for stop in stops:
            stop.touch()
    return times


def crowd(work: Path, dice: random.Random, say: Callable[[str], None], *, imports: int) -> bool:
    """Importers and readers only; then with somebody who rolls back; then one who restores."""
    rounds = ("back", "restore") if imports == 1 else ("", "back", "restore")
    return all(_crowd(work, dice, say, imports, what) for what in rounds)


def _crowd(
    work: Path, dice: random.Random, say: Callable[[str], None], imports: int, what: str
) -> bool:
    folder = work / f"store {what}"
    told = expect(lambda: make_base(folder))
    expect(lambda: Store(folder).backup(work / f"{what}.zip"))
    stops = [folder.with_name(f"{folder.name}.stop{i}") for i in range(IMPORTERS)]
    importers = [
        Child(lambda _r, i=i: _import_many(folder, 100 * (i + 1), imports, stops[i]))  # type: ignore[misc]
        for i in range(IMPORTERS if what != "restore" else 0)
    ]
    seeds = [dice.randrange(10**6) for _ in range(READERS + 1)]
    readers = [
        Child(lambda _r, s=s: _read_until(folder, stops, s))  # type: ignore[misc]
        for s in seeds[:READERS]
    ]
    other: Child | None = None
    if what == "back":
        other = Child(lambda _r: _go_back_and_forth(folder, stops, seeds[-1]))
    elif what == "restore":
        file = work / f"{what}.zip"
        other = Child(lambda _r: _restore_again_and_again(folder, file, 3 * imports, stops))
    taken: list[Receipt] = []
    wrong: list[str] = []
    for child in importers:
        outcome = child.wait(240)
        taken += outcome.value or []
        if outcome.value is None:
            wrong.append(f"an importer: {outcome.error or outcome.sentence}")
    seen: dict[str, Any] = {}
    for child in readers:
        outcome = child.wait(240)
        if outcome.value is None:
            wrong.append(f"a reader: {outcome.error or outcome.sentence}")
            continue
        found, problems = outcome.value
        wrong += problems
        for version, got in found.items():
            if seen.setdefault(version, got) != got:
                wrong.append(f"{version}: two readers were told different things")
    times = 0
    if other:
        outcome = other.wait(240)
        times = outcome.value or 0
        if outcome.value is None:
            wrong.append(f"who goes back: {outcome.error or outcome.sentence}")
    later = apart(lambda: _afterwards(folder, told, taken, seen, back=what == "back"))
    wrong += later.value if later.value is not None else [later.error or later.sentence]
    for problem in sorted(set(wrong)):
        say(f"  {problem}")
    say(
        f"{len(importers)} importers ({len(taken)} imports), {READERS} readers "
        f"({len(seen)} versions seen), {times} times {what or 'nothing else'}: "
        f"{len(wrong)} problems"
    )
    return not wrong and len(taken) == len(importers) * imports


def _afterwards(
    folder: Path, told: list[Receipt], taken: list[Receipt], seen: dict[str, Any], *, back: bool
) -> list[str]:
    store = Store(folder)
    wrong = [
        f"{version} answers differently now"
        for version, got in seen.items()
        if answers(store.open(version)) != got
    ]
    if not back:
        wrong += check(folder, [*told, *taken])
        return wrong
    wrong += check(folder, [])
    for each in taken:  # with rollbacks an import goes on from the version that was current then
        if not mine(each.number) <= rows_of(store.open(each.version)):
            wrong.append(f"not in the version its report names: {each}")
    return wrong
