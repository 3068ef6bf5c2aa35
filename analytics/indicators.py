"""The indicators that were declared beforehand: `data/indicators.toml`, read, checked, frozen."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from analytics.config import DATA, RulesError
from analytics.i18n import language

MEASURES = ("coverage", "past_due", "never_met", "received", "resolved_30", "benefited")
FIRST_COMPARABLE = "first_comparable"
_NEEDED = {"id", "measure", "label_id", "label_en", "direction", "declared_on"}
_PLACE = {"from_id", "from_en", "lon", "lat"}


@dataclass(frozen=True, slots=True)
class TypedBaseline:
    """A baseline that the store does not hold.

    Attributes:
        value: a share, 0–1.
        counted, out_of: what it is made of; missing when only the share is known.
        source: the document it stands in.
    """

    value: float
    counted: int | None
    out_of: int | None
    on: date
    source: str


Baseline = TypedBaseline | date | str | None
"""A typed-in value, a day of the data, `FIRST_COMPARABLE`, or none."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is compared: ``measure`` of `MEASURES`, ``direction`` +1 (more is better) or −1."""

    id: str
    measure: str
    labels: tuple[tuple[str, str], ...]
    direction: int
    baseline: Baseline
    declared_on: date

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        names = dict(self.labels)
        return names.get(language.get(), names["id"])


@dataclass(frozen=True, slots=True)
class Origin:
    """Where distance is counted from, in degrees."""

    labels: tuple[tuple[str, str], ...]
    lon: float
    lat: float

    @property
    def label(self) -> str:
        """Its name in the language in force."""
        names = dict(self.labels)
        return names.get(language.get(), names["id"])


def parse_indicators(text: str) -> tuple[tuple[Indicator, ...], Origin | None]:
    """Read the indicators, and where distance is counted from.

    Raises:
        RulesError: with a sentence that says what is wrong, and in which indicator.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"the indicators are not valid TOML: {error}") from error
    if odd := sorted(set(raw) - {"indicator", "distance"}):
        raise RulesError(f"the indicators have unknown sections: {', '.join(odd)}")
    entries = raw.get("indicator", [])
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise RulesError("each indicator begins with [[indicator]]")
    found = tuple(_indicator(entry) for entry in entries)
    names = [each.id for each in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise RulesError(f"two indicators are called {', '.join(twice)}")
    return found, _origin(raw.get("distance"))


def _indicator(entry: dict[str, Any]) -> Indicator:
    where = f"[[indicator]] {entry.get('id', '?')}:"
    if odd := sorted((set(entry) ^ _NEEDED) - {"baseline"}):
        raise RulesError(f"{where} unknown or missing keys: {', '.join(odd)}")
    for key in ("id", "label_id", "label_en"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise RulesError(f"{where} {key} must be a text")
    if entry["measure"] not in MEASURES:
        raise RulesError(f"{where} measure must be one of {', '.join(MEASURES)}")
    if entry["direction"] not in ("up", "down"):
        raise RulesError(f'{where} direction must be "up" or "down"')
    if type(entry["declared_on"]) is not date:
        raise RulesError(f"{where} declared_on must be a day, as in 2026-01-25")
    return Indicator(
        entry["id"],
        entry["measure"],
        (("id", entry["label_id"].strip()), ("en", entry["label_en"].strip())),
        1 if entry["direction"] == "up" else -1,
        _baseline(where, entry.get("baseline")),
        entry["declared_on"],
    )


def _baseline(where: str, raw: Any) -> Baseline:
    if raw is None or raw == FIRST_COMPARABLE or type(raw) is date:
        return None if raw is None else raw
    if not isinstance(raw, dict):
        raise RulesError(f"{where} baseline must be a day, {FIRST_COMPARABLE}, or a value")
    if set(raw) not in ({"value", "on", "source"}, {"counted", "out_of", "on", "source"}):
        raise RulesError(f"{where} baseline needs value (or counted and out_of), on and source")
    if type(raw["on"]) is not date:
        raise RulesError(f"{where} the day of the baseline must be a day, as in 2026-01-25")
    if not isinstance(raw["source"], str) or not raw["source"].strip():
        raise RulesError(f"{where} a baseline needs its source in words")
    if "value" in raw:
        value = raw["value"]
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise RulesError(f"{where} value must be a share between 0 and 1")
        return TypedBaseline(float(value), None, None, raw["on"], raw["source"].strip())
    counted, out_of = raw["counted"], raw["out_of"]
    if type(counted) is not int or type(out_of) is not int or not 0 <= counted <= out_of > 0:
        raise RulesError(f"{where} counted and out_of must be whole numbers, out_of the larger")
    return TypedBaseline(counted / out_of, counted, out_of, raw["on"], raw["source"].strip())


def _origin(raw: Any) -> Origin | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) != _PLACE:
        raise RulesError("[distance] needs from_id, from_en, lon and lat")
    if not all(isinstance(raw[key], str) and raw[key].strip() for key in ("from_id", "from_en")):
        raise RulesError("[distance] from_id and from_en must be texts")
    numbers = (raw["lon"], raw["lat"])
    if not all(type(each) in (int, float) for each in numbers):
        raise RulesError("[distance] lon and lat must be degrees")
    if not (-180 <= raw["lon"] <= 180 and -90 <= raw["lat"] <= 90):
        raise RulesError("[distance] lon and lat must be degrees")
    names = (("id", raw["from_id"].strip()), ("en", raw["from_en"].strip()))
    return Origin(names, float(raw["lon"]), float(raw["lat"]))


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float) -> tuple[tuple[Indicator, ...], Origin | None]:
    return parse_indicators(path.read_text(encoding="utf-8"))


def load_indicators() -> tuple[Indicator, ...]:
    """The indicators in force: the file that ``PERUT_INDICATORS`` names, else the project's."""
    return _loaded()[0]


def distance_from() -> Origin | None:
    """Where distance is counted from; `None` = nobody has said."""
    return _loaded()[1]


def _loaded() -> tuple[tuple[Indicator, ...], Origin | None]:
    path = Path(os.environ.get("PERUT_INDICATORS") or DATA / "indicators.toml")
    try:
        modified = path.stat().st_mtime
    except OSError as error:
        raise RulesError(f"the indicators file {path.name} cannot be read") from error
    return _read(path, modified)
