"""What was declared before it was looked at: designs that may show an effect (`data/designs.toml`).

A design names the outcome, the start (one day for all, or one per group of desa), the expected
direction and what must stay quiet (placebo outcomes and months), with the day of the declaration.
Simulated data has designs of its own (`data/designs_simulated.toml`): the simulation plants what
is declared there, and no real store ever reads that file.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from analytics.config import DATA, RulesError
from analytics.i18n import language

OUTCOMES = ("resolved_30", "coverage", "past_due_share", "met_share")
"""Shares that a design can be about; see `analytics.questions.panel`."""
_NEEDED = {"id", "label_id", "label_en", "outcome", "direction", "declared_on"}
_OPTIONAL = {"placebo_outcomes", "placebo_months", "threats_id", "threats_en"}


@dataclass(frozen=True, slots=True)
class Wave:
    """Desa that began on the same day (Kemendagri codes; empty = all)."""

    start: date
    desa: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """A declared design.

    Attributes:
        kind: ``its`` (one start for all) or ``staggered`` (one start per wave).
        outcome: of `OUTCOMES`.
        direction: +1 (should rise) or −1 (should fall).
        waves: in order; one for ``its``.
        placebo_outcomes: of `OUTCOMES`, which it should leave alone.
        placebo_months: so many months before the real start, nothing should show.
    """

    id: str
    kind: Literal["its", "staggered"]
    labels: tuple[tuple[str, str], ...]
    outcome: str
    direction: int
    declared_on: date
    waves: tuple[Wave, ...]
    placebo_outcomes: tuple[str, ...]
    placebo_months: tuple[int, ...]
    threats: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        return dict(self.labels)[language.get() if language.get() in ("id", "en") else "id"]

    @property
    def threat(self) -> str:
        """What else could explain a change, in the language in force."""
        return dict(self.threats)[language.get() if language.get() in ("id", "en") else "id"]

    def start_of(self, desa_code: str) -> date | None:
        """When a desa began; `None` = never."""
        for wave in self.waves:
            if not wave.desa or desa_code in wave.desa:
                return wave.start
        return None


def parse_designs(text: str, first_month: date | None = None) -> tuple[Design, ...]:
    """Read designs from TOML text.

    Args:
        first_month: a month of the data; starts may then be given as ``month = 8``, counted from
            it. Without it they must be days.

    Raises:
        RulesError: with a sentence that says what is wrong, and in which design.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"the designs are not valid TOML: {error}") from error
    if odd := sorted(set(raw) - {"its", "staggered"}):
        raise RulesError(f"the designs have unknown sections: {', '.join(odd)}")
    found = []
    for kind in ("its", "staggered"):
        entries = raw.get(kind, [])
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise RulesError(f"each design begins with [[{kind}]]")
        found += [_design(kind, entry, first_month) for entry in entries]
    names = [design.id for design in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RulesError(f"two designs are called {', '.join(twice)}")
    return tuple(found)


def _design(kind: Any, entry: dict[str, Any], first_month: date | None) -> Design:
    where = f"[[{kind}]] {entry.get('id', '?')}:"
    starts = {"wave"} if kind == "staggered" else {"month" if "month" in entry else "start"}
    if odd := sorted((set(entry) ^ (_NEEDED | starts)) - _OPTIONAL):
        raise RulesError(f"{where} unknown or missing keys: {', '.join(odd)}")
    if not isinstance(entry["id"], str) or not entry["id"].isidentifier():
        raise RulesError(f"{where} id must be one word of letters, digits and _")
    for key in ("label_id", "label_en", "threats_id", "threats_en"):
        if key in entry and not (isinstance(entry[key], str) and entry[key].strip()):
            raise RulesError(f"{where} {key} must be a text")
    placebos = entry.get("placebo_outcomes", [])
    months = entry.get("placebo_months", [])
    for outcome in [entry["outcome"], *(placebos if isinstance(placebos, list) else ["?"])]:
        if outcome not in OUTCOMES:
            raise RulesError(f"{where} an outcome must be one of {', '.join(OUTCOMES)}")
    if entry["outcome"] in placebos:
        raise RulesError(f"{where} the outcome cannot be its own placebo")
    if not isinstance(months, list) or not all(type(m) is int and 1 <= m <= 24 for m in months):
        raise RulesError(f"{where} placebo_months must be a list of whole numbers, 1 to 24")
    if entry["direction"] not in ("up", "down"):
        raise RulesError(f'{where} direction must be "up" or "down"')
    if type(entry["declared_on"]) is not date:
        raise RulesError(f"{where} declared_on must be a day, as in 2026-01-25")
    waves = _waves(where, kind, entry, first_month)
    return Design(
        id=entry["id"],
        kind=kind,
        labels=(("id", entry["label_id"].strip()), ("en", entry["label_en"].strip())),
        outcome=entry["outcome"],
        direction=1 if entry["direction"] == "up" else -1,
        declared_on=entry["declared_on"],
        waves=waves,
        placebo_outcomes=tuple(placebos),
        placebo_months=tuple(months),
        threats=(("id", entry.get("threats_id", "")), ("en", entry.get("threats_en", ""))),
    )


def _waves(where: str, kind: str, entry: dict[str, Any], first: date | None) -> tuple[Wave, ...]:
    if kind == "its":
        return (Wave(_start(where, entry, first), ()),)
    raw = entry["wave"]
    if not isinstance(raw, list) or not raw or not all(isinstance(w, dict) for w in raw):
        raise RulesError(f"{where} needs at least one [[staggered.wave]]")
    waves, seen = [], set[str]()
    for wave in raw:
        desa = wave.get("desa")
        if not isinstance(desa, list) or not desa or not all(isinstance(c, str) for c in desa):
            raise RulesError(f"{where} a wave needs a list of desa codes")
        if odd := sorted(set(wave) - {"desa", "start", "month"}):
            raise RulesError(f"{where} a wave has unknown keys: {', '.join(odd)}")
        if twice := sorted(seen & set(desa)):
            raise RulesError(f"{where} in two waves: {', '.join(twice)}")
        seen |= set(desa)
        waves.append(Wave(_start(where, wave, first), tuple(desa)))
    return tuple(sorted(waves, key=lambda each: each.start))


def _start(where: str, entry: dict[str, Any], first: date | None) -> date:
    if "month" in entry:
        month = entry["month"]
        if first is None:
            raise RulesError(f"{where} a start must be a day (months are for simulated data)")
        if type(month) is not int or not 0 <= month <= 120:
            raise RulesError(f"{where} month must be a whole number, 0 to 120")
        count = first.year * 12 + first.month - 1 + month
        return date(count // 12, count % 12 + 1, 1)
    if type(entry.get("start")) is not date:
        raise RulesError(f"{where} start must be a day, as in 2026-02-01")
    day: date = entry["start"]
    return day


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float, first_month: date | None) -> tuple[Design, ...]:
    return parse_designs(path.read_text(encoding="utf-8"), first_month)


def _load(path: Path, first_month: date | None = None) -> tuple[Design, ...]:
    try:
        modified = path.stat().st_mtime
    except OSError as error:
        raise RulesError(f"the designs file {path.name} cannot be read") from error
    return _read(path, modified, first_month)


def load_designs() -> tuple[Design, ...]:
    """The designs for real data: the file that ``PERUT_DESIGNS`` names, else the project's."""
    return _load(Path(os.environ.get("PERUT_DESIGNS") or DATA / "designs.toml"))


def simulated_designs(first_month: date) -> tuple[Design, ...]:
    """The designs of simulated data whose first visit is in the month of *first_month*."""
    return _load(DATA / "designs_simulated.toml", first_month)
