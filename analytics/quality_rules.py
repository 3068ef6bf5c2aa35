"""The rules of data quality: `data/quality.toml`, checked and frozen."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from analytics.config import DATA
from analytics.i18n import _
from analytics.settings_file import (
    changed_at,
    exactly,
    number_at,
    parsed,
    section_of,
    tables_of,
    wrong,
)

_FILE = "quality.toml"
VISIT_RULES = ("no_benefit", "no_next_visit", "same_day_twice", "all_met", "round_day")
"""Rules about visits that every store can answer."""
TRACE_RULES = ("no_time", "no_position", "late_sent", "hurried", "night", "same_place")
"""Rules about visits that need their time, place or day of sending."""
HOUSEHOLD_RULES = ("no_desil", "no_rt")
CARD_RULES = ("duplicate_card",)
RULES = (
    "hurried",
    "same_place",
    "night",
    "all_met",
    "round_day",
    "same_day_twice",
    "late_sent",
    "duplicate_card",
    "no_benefit",
    "no_next_visit",
    "no_time",
    "no_position",
    "no_desil",
    "no_rt",
)
"""Every rule, those first that are worth a talk soonest."""


@dataclass(frozen=True, slots=True)
class Common:
    min_checked: int
    min_found: int
    false_alarm_share: float


@dataclass(frozen=True, slots=True)
class Limits:
    late_days: int
    hurried_seconds: int
    night_from_hour: int
    night_until_hour: int
    same_place_households: int
    all_met_share: float
    round_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QualityRules:
    """Everything in `data/quality.toml`; `on` says which rules the kecamatan uses."""

    common: Common
    limits: Limits
    on: Mapping[str, bool]

    @property
    def used(self) -> tuple[str, ...]:
        return tuple(rule for rule in RULES if self.on[rule])


def parse_quality(text: str, file: str = _FILE) -> QualityRules:
    """Read the rules from TOML text.

    Raises:
        RulesError: when the text is no TOML, or a key is unknown, missing or impossible.
    """
    raw = tables_of(file, text)
    exactly(file, raw, ("common", "limits", "rules"))
    for name, value in raw.items():
        section_of(name, value)
    exactly("[rules]", raw["rules"], RULES)
    if not all(isinstance(value, bool) for value in raw["rules"].values()):
        raise wrong("[rules]", _("A rule is true or false."))
    common, limits = _section("common", Common, raw), _section("limits", Limits, raw)
    days = limits.pop("round_days")
    if not isinstance(days, list) or not all(isinstance(d, int) and 1 <= d <= 31 for d in days):
        raise wrong("[limits]", _("round_days must be days of the month."))
    for name, value in {**common, **limits}.items():
        number_at(file, name, value)
    return QualityRules(
        Common(**common),
        Limits(**limits, round_days=tuple(days)),
        MappingProxyType(dict(raw["rules"])),
    )


def _section(name: str, kind: type, raw: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name for field in fields(kind)}
    exactly(f"[{name}]", raw[name], known)
    return dict(raw[name])


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float) -> QualityRules:
    return parsed(path, parse_quality)


def load_quality() -> QualityRules:
    """The rules in force: the file named by ``PERUT_QUALITY``, else `data/quality.toml`."""
    path = Path(os.environ.get("PERUT_QUALITY") or DATA / "quality.toml")
    return _read(path, changed_at(path))
