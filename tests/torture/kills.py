"""Kills writers: before every step of theirs, and at random moments of their lives."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analytics.store import Store
from tests.torture.apart import Child, apart, expect
from tests.torture.steps import watch
from tests.torture.world import PHASES, bring_in, check, copy_base, make_base

NUMBER = 7
Task = Callable[[Path, Callable[[int], None]], Any]


def _import(folder: Path, reached: Callable[[int], None]) -> Any:
    return bring_in(folder, NUMBER, reached)


def _rollback(folder: Path, _reached: Callable[[int], None]) -> Any:
    store = Store(folder)
    first = store.versions()[1].id
    newest = store.current().version_id
    store.rollback(first)
    store.rollback(newest)


def _prune(folder: Path, _reached: Callable[[int], None]) -> Any:
    from analytics.config import load_rules

    rules = load_rules()
    object.__setattr__(rules.store, "keep_versions", 2)
    Store(folder).prune()


def _restore(folder: Path, _reached: Callable[[int], None]) -> Any:
    Store(folder).restore(folder.parent / "base.zip")


def _verify(folder: Path, _reached: Callable[[int], None]) -> Any:
    Store(folder).verify()


def _backup(folder: Path, _reached: Callable[[int], None]) -> Any:
    Store(folder).backup(folder.parent / "new.zip")
    (folder.parent / "new.zip").unlink()


TASKS: dict[str, Task] = {
    "import": _import,
    "rollback": _rollback,
    "prune": _prune,
    "restore": _restore,
    "verify": _verify,
    "backup": _backup,
}


def steps_of(task: Task, folder: Path) -> list[str]:
    """The names of the steps of a task, found by letting it live once."""

    def work() -> list[str]:
        seen: list[str] = []
        watch(folder, seen.append)
        task(folder, lambda _phase: None)
        return seen

    found: list[str] = expect(work)
    return found


def kill_before(task: Task, folder: Path, step: int) -> bool:
    """Run the task and kill it just before its step no. *step*; whether it was killed."""

    def work() -> None:
        left = step

        def count(_name: str) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        watch(folder, count)
        task(folder, lambda _phase: None)

    return apart(work).killed


def kill_imports(
    work: Path, dice: random.Random, say: Callable[[str], None], *, kills: int
) -> bool:
    """At least *kills* imports are killed; after each the store is checked and used again."""
    base, folder = work / "base", work / "store"
    told = expect(lambda: make_base(base))
    names = steps_of(_import, copy_base(base, folder))
    started = time.monotonic()
    expect(lambda: bring_in(copy_base(base, folder), NUMBER))
    life = time.monotonic() - started
    chosen = list(range(len(names)))
    if len(chosen) > kills // 2:
        chosen = sorted(dice.sample(chosen, kills // 2))
    phases: Counter[str] = Counter()
    wrong = 0
    done = 0
    for step in chosen:
        copy_base(base, folder)
        done += kill_before(_import, folder, step)
        wrong += _judge(folder, told, f"killed before step {step} ({names[step]})", say)
    by_step = done
    tries = 0
    while done < kills and tries < 2 * kills:
        tries += 1
        copy_base(base, folder)
        moment = dice.uniform(0, life)
        child = Child(lambda reached: _import(folder, reached))
        if not child.finished(moment):
            child.kill()
        outcome = child.wait()
        if outcome.killed:
            done += 1
            phases[PHASES[outcome.phase]] += 1
            wrong += _judge(folder, told, f"killed after {moment * 1000:.0f} ms", say)
        else:
            wrong += _judge(folder, [*told, outcome.value], "not killed in time", say)
    spread = ", ".join(f"{name} {phases[name]}" for name in PHASES if phases[name])
    say(
        f"{done} imports killed: {by_step} before each of {len(chosen)} of {len(names)} steps, "
        f"{done - by_step} at random moments of {life * 1000:.0f} ms ({spread}); "
        f"{wrong} left the store other than whole"
    )
    return wrong == 0 and done >= kills


def kill_others(work: Path, dice: random.Random, say: Callable[[str], None], *, most: int) -> bool:
    """Rollback, prune, restore and verify, each killed before every step (at most *most*)."""
    base, folder = work / "base", work / "store"
    told = expect(lambda: make_base(base))
    expect(lambda: Store(base).backup(work / "base.zip"))
    whole = True
    for name, task in TASKS.items():
        if name == "import":
            continue
        steps = steps_of(task, copy_base(base, folder))
        chosen = range(len(steps))
        if len(steps) > most:
            chosen = sorted(dice.sample(chosen, most))  # type: ignore[assignment]
        wrong = 0
        killed = 0
        for step in chosen:
            copy_base(base, folder)
            killed += kill_before(task, folder, step)
            # An older version may be current now: what is newer is kept, and not lost.
            kept = told[:1] if name == "rollback" else told
            wrong += _judge(folder, kept, f"{name} killed before step {step} ({steps[step]})", say)
        say(f"{killed} times {name} killed: {wrong} left the store other than whole")
        whole = whole and wrong == 0
    return whole


def _judge(folder: Path, told: list[Any], what: str, say: Callable[[str], None]) -> int:
    outcome = apart(lambda: check(folder, told, (NUMBER,), settle=NUMBER + 1))
    problems = [outcome.error or outcome.sentence] if outcome.value is None else outcome.value
    for problem in problems:
        say(f"  {what}: {problem}")
    return bool(problems)
