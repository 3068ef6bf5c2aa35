"""The rules of the house: `data/rules.toml`, read once, checked, frozen.

Nothing else in the project holds a default of a measure. A kecamatan changes the TOML file
(or points ``PERUT_RULES`` at its own) and every page, export and command follows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from analytics.i18n import _
from analytics.rule_sections import (
    AccessRules,
    Area,
    Attention,
    BarrierRules,
    CadenceDays,
    Coverage,
    DataRules,
    Followup,
    ImportRules,
    Retention,
    Score,
    SignalRules,
    StoreRules,
)
from analytics.settings_file import (
    RulesError,
    changed_at,
    exactly,
    number_at,
    only,
    parsed,
    section_of,
    tables_of,
    text_at,
    wrong,
)

__all__ = [
    "BARRIER_STATUSES",
    "DATA",
    "FOLLOWUP_STATUSES",
    "OUTCOMES",
    "PAST_DUE",
    "PRIORITIES",
    "ROOT",
    "SMALLEST_CELL_LIMIT",
    "TIME_ZONE",
    "AccessRules",
    "CadenceDays",
    "Rules",
    "RulesError",
    "SignalRules",
    "load_rules",
    "parse_rules",
]

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
_FILE = "rules.toml"
TIME_ZONE = ZoneInfo("Asia/Makassar")

PRIORITIES = ("tinggi", "sedang", "rendah")
OUTCOMES = ("bertemu", "tidak_di_tempat", "menolak", "pindah")
BARRIER_STATUSES = ("terbuka", "diproses", "selesai", "ditolak")
FOLLOWUP_STATUSES = ("never", "lost", "overdue", "due_soon", "on_time")
PAST_DUE = ("never", "lost", "overdue")


SMALLEST_CELL_LIMIT = 3
"""Counts are rounded to 5: below 3 a count that is not hidden would be shown as zero."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything in `data/rules.toml`; see the comments there for what each value means."""

    area: Area
    coverage: Coverage
    cadence_days: CadenceDays
    followup: Followup
    attention: Attention
    signals: SignalRules
    data: DataRules
    imports: ImportRules
    store: StoreRules
    access: AccessRules
    retention: Retention
    score: Score
    vulnerabilities: Mapping[str, str]
    barriers: Mapping[str, str]
    vulnerabilities_en: Mapping[str, str]
    barriers_en: Mapping[str, str]
    overlap: Mapping[str, str]
    barrier: BarrierRules
    barrier_limit_days: Mapping[str, int]

    def flat(self) -> dict[str, Any]:
        """Every rule as ``section.name`` → value."""
        sections = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            f"{section}.{name}": value
            for section, values in sections.items()
            for name, value in (
                values if isinstance(values, Mapping) else _as_mapping(values)
            ).items()
        }

    def limit_of(self, category: str) -> int:
        """Days in which a barrier of this category should be resolved."""
        return self.barrier_limit_days.get(category, self.barrier.limit_days)


def _as_mapping(section: Any) -> dict[str, Any]:
    return {each.name: getattr(section, each.name) for each in fields(section)}


_SECTIONS: dict[str, tuple[str, type]] = {
    "area": ("area", Area),
    "coverage": ("coverage", Coverage),
    "cadence_days": ("cadence_days", CadenceDays),
    "followup": ("followup", Followup),
    "attention": ("attention", Attention),
    "signals": ("signals", SignalRules),
    "data": ("data", DataRules),
    "import": ("imports", ImportRules),
    "store": ("store", StoreRules),
    "access": ("access", AccessRules),
    "retention": ("retention", Retention),
    "score": ("score", Score),
    "barrier": ("barrier", BarrierRules),
}
_LABELS = ("vulnerabilities", "barriers", "vulnerabilities_en", "barriers_en", "overlap")
_LIMITS = "barrier_limit_days"


def _section(name: str, kind: type, raw: Any) -> Any:
    where = f"[{name}]"
    section_of(name, raw)
    hints = get_type_hints(kind)
    exactly(where, raw, [each.name for each in fields(kind)])
    for key, value in raw.items():
        if hints[key] is str:
            text_at(where, raw, key)
        else:
            number_at(where, key, value, whole=hints[key] is int)
    return kind(**raw)


def _limits(raw: Any) -> Mapping[str, int]:
    if not isinstance(raw, dict) or any(type(days) is not int or days < 1 for days in raw.values()):
        raise wrong(f"[{_LIMITS}]", _("Each category has a number of days, at least 1."))
    return MappingProxyType(dict(raw))


def _possible(rules: Rules) -> Rules:
    """The same rules, when what they say together can be."""
    if min(rules.barrier.limit_days, rules.barrier.few_resolved) < 1:
        raise _least("[barrier]", "limit_days, few_resolved", 1)
    if rules.coverage.window_days < 1:
        raise _least("[coverage]", "window_days", 1)
    if rules.data.small_cell < SMALLEST_CELL_LIMIT:
        raise _least("[data]", "small_cell", SMALLEST_CELL_LIMIT)
    cadences = (rules.cadence_days.tinggi, rules.cadence_days.sedang, rules.cadence_days.rendah)
    if min(*cadences, rules.score.overdue_full_cadences) < 1:
        raise _least("[cadence_days], [score]", "tinggi, sedang, rendah, overdue_full_cadences", 1)
    score = rules.score
    most = max(score.priority_tinggi, score.priority_sedang, score.priority_rendah)
    if score.overdue_max + most + score.vulnerability_max + score.never_or_lost > 100:
        raise wrong("[score]", _("The largest points must add up to at most 100."))
    access = rules.access
    if min(access.session_hours, access.idle_minutes, access.failures_per_account) < 1:
        raise _least("[access]", "session_hours, idle_minutes, failures_per_account", 1)
    if access.failures_per_address < 1:
        raise _least("[access]", "failures_per_address", 1)
    if access.password_length < 12:
        raise _least("[access]", "password_length", 12)
    signals = rules.signals
    least = (signals.half_life_weeks, signals.cluster_weeks, signals.least_weeks)
    if min(least) < 1:
        raise _least("[signals]", "half_life_weeks, cluster_weeks, least_weeks", 1)
    if signals.least_count < 2:
        raise _least("[signals]", "least_count", 2)
    if signals.baseline_weeks < signals.least_weeks:
        raise wrong("[signals]", _("baseline_weeks must not be less than least_weeks."))
    if not 0 <= rules.coverage.target <= 1:
        raise wrong("[coverage]", _("target must be between 0 and 1."))
    return rules


def _least(where: str, keys: str, bound: int) -> RulesError:
    return wrong(where, _("{keys}: at least {bound}.", keys=keys, bound=bound))


def parse_rules(text: str, file: str = _FILE) -> Rules:
    """Read rules from TOML text.

    Raises:
        RulesError: when the text is no TOML, or a key is unknown, missing or impossible.
    """
    raw = tables_of(file, text)
    only(file, raw, {*_SECTIONS, *_LABELS, _LIMITS})
    parts = {attr: _section(name, kind, raw.get(name)) for name, (attr, kind) in _SECTIONS.items()}
    for name in _LABELS:
        labels = raw.get(name, {})
        is_table = isinstance(labels, dict)
        if not is_table or not all(isinstance(value, str) for value in labels.values()):
            raise wrong(f"[{name}]", _("Each code has a label in quotation marks."))
        parts[name] = MappingProxyType(dict(labels))
    parts[_LIMITS] = _limits(raw.get(_LIMITS, {}))
    return _possible(Rules(**parts))


@lru_cache(maxsize=8)
def _read(path: Path, _modified: float) -> Rules:
    return parsed(path, parse_rules)


def load_rules() -> Rules:
    """The rules in force: the file named by ``PERUT_RULES``, else `data/rules.toml`."""
    path = Path(os.environ.get("PERUT_RULES") or DATA / "rules.toml")
    return _read(path, changed_at(path))
