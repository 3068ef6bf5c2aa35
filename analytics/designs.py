"""What was declared before it was looked at: designs that may show an effect (`data/designs.toml`).

A design names the outcome, the start (one day for all, or one per group of desa), the expected
direction and what must stay quiet (placebo outcomes and months), with the day of the declaration.
Simulated data has designs of its own (`data/designs_simulated.toml`): the simulation plants what
is declared there, and no real store ever reads that file.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from analytics.config import DATA
from analytics.i18n import _, language
from analytics.settings_file import (
    changed_at,
    day_at,
    entries_of,
    exactly,
    once,
    one_of,
    only,
    parsed,
    tables_of,
    text_at,
    wrong,
)

OUTCOMES = ("resolved_30", "coverage", "past_due_share", "met_share")
"""Shares that a design can be about; see `analytics.questions.panel`."""
_FILE = "designs.toml"
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


def parse_designs(
    text: str, first_month: date | None = None, file: str = _FILE
) -> tuple[Design, ...]:
    """Read designs from TOML text.

    Args:
        first_month: a month of the data; starts may then be given as ``month = 8``, counted from
            it. Without it they must be days.
        file: the name that people know it by.

    Raises:
        RulesError: with a sentence that says what is wrong, and in which design.
    """
    raw = tables_of(file, text)
    only(file, raw, ("its", "staggered"))
    found = []
    for kind in ("its", "staggered"):
        found += [_design(kind, entry, first_month) for entry in entries_of(file, raw, kind)]
    once(f"{file}: id", (design.id for design in found))
    return tuple(found)


def _design(kind: Any, entry: dict[str, Any], first_month: date | None) -> Design:
    where = f"[[{kind}]] {entry.get('id', '?')}"
    starts = {"wave"} if kind == "staggered" else {"month" if "month" in entry else "start"}
    exactly(where, entry, _NEEDED | starts, _OPTIONAL)
    if not isinstance(entry["id"], str) or not entry["id"].isidentifier():
        raise wrong(where, _("id must be one word of letters, digits and _."))
    for key in ("label_id", "label_en", "threats_id", "threats_en"):
        if key in entry:
            text_at(where, entry, key)
    placebos = entry.get("placebo_outcomes", [])
    months = entry.get("placebo_months", [])
    for outcome in [entry["outcome"], *(placebos if isinstance(placebos, list) else ["?"])]:
        one_of(where, "outcome", outcome, OUTCOMES)
    if entry["outcome"] in placebos:
        raise wrong(where, _("The outcome cannot be its own placebo."))
    if not isinstance(months, list) or not all(type(m) is int and 1 <= m <= 24 for m in months):
        raise wrong(where, _("placebo_months must be a list of whole numbers, 1 to 24."))
    one_of(where, "direction", entry["direction"], ("up", "down"))
    day_at(where, entry, "declared_on")
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
        raise wrong(where, _("At least one [[staggered.wave]] is needed."))
    waves = []
    for wave in raw:
        desa = wave.get("desa")
        if not isinstance(desa, list) or not desa or not all(isinstance(c, str) for c in desa):
            raise wrong(where, _("A wave needs a list of desa codes."))
        only(where, wave, ("desa", "start", "month"))
        waves.append(Wave(_start(where, wave, first), tuple(desa)))
    once(f"{where} desa", (code for each in waves for code in each.desa))
    return tuple(sorted(waves, key=lambda each: each.start))


def _start(where: str, entry: dict[str, Any], first: date | None) -> date:
    if "month" in entry:
        month = entry["month"]
        if first is None:
            raise wrong(where, _("A start must be a day (months are for simulated data)."))
        if type(month) is not int or not 0 <= month <= 120:
            raise wrong(where, _("month must be a whole number, 0 to 120."))
        count = first.year * 12 + first.month - 1 + month
        return date(count // 12, count % 12 + 1, 1)
    return day_at(where, entry, "start")


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float, first_month: date | None) -> tuple[Design, ...]:
    return parsed(path, lambda text, file: parse_designs(text, first_month, file))


def _load(path: Path, first_month: date | None = None) -> tuple[Design, ...]:
    return _read(path, changed_at(path), first_month)


def load_designs() -> tuple[Design, ...]:
    """The designs for real data: the file that ``PERUT_DESIGNS`` names, else the project's."""
    return _load(Path(os.environ.get("PERUT_DESIGNS") or DATA / "designs.toml"))


def simulated_designs(first_month: date) -> tuple[Design, ...]:
    """The designs of simulated data whose first visit is in the month of *first_month*."""
    return _load(DATA / "designs_simulated.toml", first_month)
