"""Moves the clock: back by years and forward by years between imports."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Self

from tests.torture.apart import apart, expect
from tests.torture.world import bring_in, check, make_base

_DAYS = (0, -400, 3000, -11_000, 1, -1, 700)


@contextmanager
def shifted(shift: timedelta) -> Iterator[None]:
    """Every module of the project that asks for the time gets another one."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + shift

    changed = []
    for name, module in list(sys.modules.items()):
        if name.startswith("analytics.") and getattr(module, "datetime", None) is datetime:
            module.datetime = Shifted  # type: ignore[attr-defined]
            changed.append(module)
    try:
        yield
    finally:
        for module in changed:
            module.datetime = datetime  # type: ignore[attr-defined]


def move(work: Path, dice: random.Random, say: Callable[[str], None]) -> bool:
    """Import under a clock that jumps; the order of everything is that of the imports."""
    folder = work / "store"
    told = expect(lambda: make_base(folder))
    days = list(_DAYS)
    dice.shuffle(days)
    wrong: list[str] = []
    for number, shift in enumerate(days, start=20):
        told.append(expect(lambda: _import(folder, number, shift)))  # noqa: B023
        outcome = apart(lambda: _judge(folder, told))
        found = outcome.value if outcome.value is not None else [outcome.error or outcome.sentence]
        wrong += [f"clock moved by {shift} days: {problem}" for problem in found]
    for problem in wrong:
        say(f"  {problem}")
    say(f"clock moved {len(days)} times ({', '.join(map(str, days))} days): {len(wrong)} problems")
    return not wrong


def _import(folder: Path, number: int, days: int) -> Any:
    with shifted(timedelta(days=days)):
        return bring_in(folder, number)


def _judge(folder: Path, told: list[Any]) -> list[str]:
    from analytics.store import Store

    store = Store(folder)
    wrong = check(folder, told)
    order = [each.version for each in reversed(told)]
    listed = [info.id for info in store.versions()][: len(order)]
    if listed != order:
        wrong.append("the versions are in the order of the clock")
    batches = [report["batch"] for report in store.reports()][: len(order)]
    if batches != [each.batch for each in reversed(told)]:
        wrong.append("the reports are in the order of the clock")
    if store.current().version_id != order[0]:
        wrong.append("the newest import is not the current version")
    # A lost pointer: the newest version stands in, not the one with the latest date.
    store.layout.pointer.write_text("?", encoding="utf-8")
    if store.current().version_id != order[0]:
        wrong.append("without the pointer another version is taken for the newest")
    store.rollback(order[0])
    return wrong
