"""The indicators that were declared beforehand: `data/indicators.toml`, read, checked, frozen."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
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
    once,
    one_of,
    only,
    parsed,
    tables_of,
    text_at,
    wrong,
)

MEASURES = ("coverage", "past_due", "never_met", "received", "resolved_30", "benefited")
FIRST_COMPARABLE = "first_comparable"
_FILE = "indicators.toml"
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


def parse_indicators(text: str, file: str = _FILE) -> tuple[tuple[Indicator, ...], Origin | None]:
    """Read the indicators, and where distance is counted from.

    Raises:
        RulesError: with a sentence that says what is wrong, and in which indicator.
    """
    raw = tables_of(file, text)
    only(file, raw, ("indicator", "distance"))
    found = tuple(_indicator(entry) for entry in entries_of(file, raw, "indicator"))
    once(f"{file}: id", (each.id for each in found))
    return found, _origin(raw.get("distance"))


def _indicator(entry: dict[str, Any]) -> Indicator:
    where = f"[[indicator]] {entry.get('id', '?')}"
    exactly(where, entry, _NEEDED, ("baseline",))
    text_at(where, entry, "id", "label_id", "label_en")
    one_of(where, "measure", entry["measure"], MEASURES)
    one_of(where, "direction", entry["direction"], ("up", "down"))
    day_at(where, entry, "declared_on")
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
        raise wrong(where, _('baseline must be a day, "{word}" or a value.', word=FIRST_COMPARABLE))
    if set(raw) not in ({"value", "on", "source"}, {"counted", "out_of", "on", "source"}):
        raise wrong(where, _("baseline needs value (or counted and out_of), on and source."))
    day_at(f"{where} baseline", raw, "on")
    text_at(f"{where} baseline", raw, "source")
    if "value" in raw:
        value = raw["value"]
        if type(value) not in (int, float) or not 0 <= value <= 1:
            raise wrong(where, _("value must be a share between 0 and 1."))
        return TypedBaseline(float(value), None, None, raw["on"], raw["source"].strip())
    counted, out_of = raw["counted"], raw["out_of"]
    if type(counted) is not int or type(out_of) is not int or not 0 <= counted <= out_of > 0:
        raise wrong(where, _("counted and out_of must be whole numbers, out_of the larger."))
    return TypedBaseline(counted / out_of, counted, out_of, raw["on"], raw["source"].strip())


def _origin(raw: Any) -> Origin | None:
    if raw is None:
        return None
    where = "[distance]"
    exactly(where, raw if isinstance(raw, dict) else (), _PLACE)
    text_at(where, raw, "from_id", "from_en")
    are_numbers = all(type(raw[key]) in (int, float) for key in ("lon", "lat"))
    if not are_numbers or not (-180 <= raw["lon"] <= 180 and -90 <= raw["lat"] <= 90):
        raise wrong(where, _("lon and lat must be degrees."))
    names = (("id", raw["from_id"].strip()), ("en", raw["from_en"].strip()))
    return Origin(names, float(raw["lon"]), float(raw["lat"]))


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float) -> tuple[tuple[Indicator, ...], Origin | None]:
    return parsed(path, parse_indicators)


def load_indicators() -> tuple[Indicator, ...]:
    """The indicators in force: the file that ``PERUT_INDICATORS`` names, else the project's."""
    return _loaded()[0]


def distance_from() -> Origin | None:
    """Where distance is counted from; `None` = nobody has said."""
    return _loaded()[1]


def _loaded() -> tuple[tuple[Indicator, ...], Origin | None]:
    path = Path(os.environ.get("PERUT_INDICATORS") or DATA / "indicators.toml")
    return _read(path, changed_at(path))
