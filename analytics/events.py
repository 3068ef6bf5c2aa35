"""What happened when: Ramadan, Lebaran, and the events a kecamatan adds to `data/events.toml`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from analytics.config import DATA
from analytics.i18n import _, language
from analytics.settings_file import (
    changed_at,
    day_at,
    entries_of,
    exactly,
    one_of,
    only,
    parsed,
    tables_of,
    text_at,
    wrong,
)

LEBARAN_DAYS = 7
"""Days after the last day of fasting on which offices and fields are mostly empty."""

_FILE = "events.toml"
_RAMADAN_KEYS = {"first", "last", "source"}
_EVENT_KEYS = {"first", "last", "label_id", "label_en"}
_SOURCES = ("decided", "forecast")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that lasted from *first* to *last*, both days included.

    Attributes:
        labels: its name by language.
        desa: Kemendagri codes that it concerns; empty = all.
        forecast: the days are expected, not decided.
    """

    first: date
    last: date
    labels: tuple[tuple[str, str], ...]
    desa: tuple[str, ...] = ()
    forecast: bool = False

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        names = dict(self.labels)
        return names.get(language.get(), names["id"])

    def touches(self, first: date, last: date) -> bool:
        """Whether it and the days from *first* to *last* have a day in common."""
        return self.first <= last and self.last >= first


@dataclass(frozen=True, slots=True)
class Events:
    """The months of fasting (first and last day, in order), and the kecamatan's own events."""

    ramadan: tuple[tuple[date, date], ...]
    forecasts: frozenset[date]
    own: tuple[Event, ...]


def parse_events(text: str, file: str = _FILE) -> Events:
    """Read events from TOML text.

    Raises:
        RulesError: when the text is no TOML, or a key is unknown, missing or impossible.
    """
    raw = tables_of(file, text)
    only(file, raw, ("ramadan", "event"))
    months, forecasts = [], set()
    for entry in entries_of(file, raw, "ramadan"):
        first, last = _days("ramadan", entry, _RAMADAN_KEYS, set())
        one_of("[[ramadan]]", "source", entry["source"], _SOURCES)
        months.append((first, last))
        forecasts |= {first} if entry["source"] == "forecast" else set()
    own = tuple(_own(entry) for entry in entries_of(file, raw, "event"))
    return Events(tuple(sorted(months)), frozenset(forecasts), own)


def _days(
    name: str, entry: dict[str, Any], needed: set[str], optional: set[str]
) -> tuple[date, date]:
    where = f"[[{name}]]"
    exactly(where, entry, needed, optional)
    first, last = day_at(where, entry, "first"), day_at(where, entry, "last")
    if last < first:
        raise wrong(where, _("last must not lie before first."))
    return first, last


def _own(entry: dict[str, Any]) -> Event:
    first, last = _days("event", entry, _EVENT_KEYS, {"desa"})
    names, codes = (entry["label_id"], entry["label_en"]), entry.get("desa", [])
    text_at("[[event]]", entry, "label_id", "label_en")
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise wrong("[[event]]", _("desa must be a list of codes."))
    labels = (("id", names[0].strip()), ("en", names[1].strip()))
    return Event(first, last, labels, tuple(codes))


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float) -> Events:
    return parsed(path, parse_events)


def _load(path: Path) -> Events:
    return _read(path, changed_at(path))


def load_events() -> Events:
    """Everything in `data/events.toml`, and in the file that ``PERUT_EVENTS`` names."""
    known = _load(DATA / "events.toml")
    if not (more := os.environ.get("PERUT_EVENTS")):
        return known
    added = _load(Path(more))
    return Events(
        tuple(sorted({*known.ramadan, *added.ramadan})),
        known.forecasts | added.forecasts,
        known.own + added.own,
    )


def events_between(first: date, last: date, desa: Iterable[str] = ()) -> list[Event]:
    """What may explain something seen from *first* to *last*, oldest first.

    Args:
        desa: codes looked at; an event of other desa only is left out. Empty = all.
    """
    known, chosen = load_events(), set(desa)
    pause = timedelta(days=LEBARAN_DAYS)
    names = (("id", "Ramadan–Lebaran"), ("en", "Ramadan–Lebaran"))
    fasting = [
        Event(begin, end + pause, names, forecast=begin in known.forecasts)
        for begin, end in known.ramadan
    ]
    own = [e for e in known.own if not (e.desa and chosen) or chosen & set(e.desa)]
    found = [event for event in (*fasting, *own) if event.touches(first, last)]
    return sorted(found, key=lambda event: (event.first, event.last))
