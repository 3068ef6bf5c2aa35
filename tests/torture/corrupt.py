"""Corrupts bytes: in every kind of file of the store, and in a mart with its checksum mended."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analytics.store import Store, StoreError
from tests.torture.apart import apart, expect
from tests.torture.world import answers, copy_base, make_base, mine, rows_of


@dataclass(frozen=True, slots=True)
class Target:
    """What is damaged, which check has to say so, and which import is the newest still shown."""

    check: str
    find: Callable[[Store], Path]
    newest: int = 2
    notice: bool = False
    writes: bool = True


def _newest(folder: Path, pattern: str) -> Path:
    return sorted(folder.glob(pattern))[-1]


def _segment(store: Store) -> Path:
    return store.layout.vault / store.current().info.vault[-1][0]


TARGETS: dict[str, Target] = {
    "current version": Target(
        "version", lambda s: s.layout.database(s.current().version_id), newest=1, notice=True
    ),
    "older version": Target("version", lambda s: s.layout.database(s.versions()[2].id)),
    "manifest": Target(
        "version", lambda s: s.layout.manifest(s.current().version_id), newest=1, notice=True
    ),
    "pointer": Target("pointer", lambda s: s.layout.pointer, notice=True),
    "vault": Target("vault", _segment),
    "audit log": Target("log", lambda s: s.audit.path),
    "store.json": Target("identity key", lambda s: s.layout.identity, writes=False),
    "report": Target("import accounts", lambda s: _newest(s.layout.reports, "b-*.json")),
    "rejected rows": Target("import", lambda s: _newest(s.layout.rejects, "b-*.sealed")),
    "correction": Target("corrections", lambda s: _newest(s.layout.rejects, "c-*.sealed")),
    "boundary file": Target("boundaries", lambda s: s.layout.boundaries / "boundaries.geojson"),
    "boundary name": Target("boundaries", lambda s: s.layout.boundaries / "source.json"),
}
MARTS = ("contact", "receipt", "reach", "desa_day")


def corrupt(work: Path, dice: random.Random, say: Callable[[str], None], *, times: int) -> bool:
    """Damage each kind of file *times* times in different ways, and each mart once."""
    base, folder = work / "base", work / "store"
    expect(lambda: make_base(base))
    right = expect(lambda: [answers(Store(base).open(i.id)) for i in Store(base).versions()])
    wrong, blows = 0, 0
    for name, target in TARGETS.items():
        for _time in range(times):
            copy_base(base, folder)
            path: Path = expect(lambda: target.find(Store(folder)))  # noqa: B023
            # Nothing else tells of a correction: that one is gone cannot be seen.
            how = _damage(path, dice, may_go=name != "correction")
            outcome = apart(lambda: _judge(folder, target, right))  # noqa: B023
            wrong += _tell(f"{name}, {how}", outcome, say)
            blows += 1
    for mart in MARTS if times > 1 else dice.sample(MARTS, 1):
        copy_base(base, folder)
        outcome = apart(lambda: _judge_mart(folder, mart))  # noqa: B023
        wrong += _tell(f"mart {mart}", outcome, say)
        blows += 1
    say(f"{blows} times something was damaged: {wrong} times not noticed or badly borne")
    return wrong == 0


def _tell(what: str, outcome: Any, say: Callable[[str], None]) -> int:
    found = outcome.value
    if found is None:
        found = [outcome.error or outcome.sentence]
    for problem in found:
        say(f"  {what}: {problem}")
    return bool(found)


def _damage(path: Path, dice: random.Random, *, may_go: bool) -> str:
    """Change a bit, or a stretch, or cut the file, or remove it; what was done."""
    data = bytearray(path.read_bytes())
    place = dice.randrange(len(data))
    kind = dice.choice(["bit", "bit", "zeros", "cut", "noise", *(["gone"] if may_go else [])])
    if kind == "gone":
        path.unlink()
        return "gone"
    if kind == "bit":
        data[place] ^= 1 << dice.randrange(8)
    elif kind == "zeros":
        length = min(len(data) - place, 4096)
        data[place : place + length] = bytes(length)
        if bytes(data) == path.read_bytes():
            data[place] ^= 1
    elif kind == "noise":
        length = min(len(data) - place, 64)
        data[place : place + length] = dice.randbytes(length)
    else:
        del data[place:]
    path.write_bytes(bytes(data))
    return f"{kind} at {place}"


def _judge(folder: Path, target: Target, right: list[Any]) -> list[str]:
    wrong: list[str] = []
    store = Store(folder)
    snapshot = store.current()
    shown = 2 - target.newest
    if answers(snapshot) != right[shown]:
        wrong.append("other figures are shown")
    if not mine(target.newest) <= rows_of(snapshot):
        wrong.append("an older version than need be is shown")
    if target.notice != (snapshot.notice is not None):
        wrong.append(f"notice: {snapshot.notice}")
    bad = [check for check in store.verify() if not check.ok]
    named = [check for check in bad if check.name.split()[0] in target.check.split()]
    if not named:
        wrong.append(f"verify does not say so: {[check.name for check in bad]}")
    if any(not check.detail for check in bad):
        wrong.append("verify does not say what")
    try:
        names = snapshot.private("keluarga", [f"X{target.newest}a"])
        text = names.get(f"X{target.newest}a", {}).get("nama_kepala_keluarga", "")
        if text not in ("", f"Nama {target.newest}a Simulasi"):
            wrong.append("a wrong name is shown")
    except StoreError as problem:
        if not str(problem):
            wrong.append("no sentence")
    return wrong + _still_writes(folder, expected=target.writes)


def _still_writes(folder: Path, *, expected: bool) -> list[str]:
    """The next import works, or is refused in a sentence and changes nothing."""
    from tests.torture.world import bring_in

    before = Store(folder).current().version_id
    try:
        told = bring_in(folder, 9)
    except StoreError as problem:
        after = Store(folder).current().version_id
        if expected:
            return [f"the next import is refused: {problem}"]
        return [] if after == before and str(problem) else ["a refused import changed something"]
    return [] if told.accepted == 5 else ["the next import lost rows"]


def _judge_mart(folder: Path, mart: str) -> list[str]:
    """A row of a mart is removed and every checksum made right again: only a rebuild tells."""
    import duckdb

    from analytics.store.files import put_json, sha256

    layout = Store(folder).layout
    version = Store(folder).current().version_id
    info = Store(folder).open(version).info
    path = layout.database(version)
    from analytics.store.store import _current_snapshots, _open_snapshots

    _current_snapshots.clear()
    _open_snapshots.clear()
    connection = duckdb.connect(str(path))
    (rows,) = connection.execute(f"select count(*) from {mart}").fetchone() or (0,)
    if not rows:
        return ["the mart is empty: nothing to damage"]
    connection.execute(f"delete from {mart} where rowid = (select max(rowid) from {mart})")
    connection.execute("checkpoint")
    connection.close()
    mended = replace(info, sha256=sha256(path), size_bytes=path.stat().st_size)
    put_json(layout.manifest(version), mended.as_json())
    bad = [check.name for check in Store(folder).verify() if not check.ok]
    return [] if f"mart {mart}" in bad else [f"verify does not say so: {bad}"]
