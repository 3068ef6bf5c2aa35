"""What every question is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from analytics.config import load_rules

LONGEST_WINDOW_DAYS = 36_500


def _default_window() -> int:
    return load_rules().coverage.window_days


@dataclass(frozen=True, slots=True)
class Filters:
    """A view of the data: as of which day, over which window, for whom.

    Attributes:
        as_of: the day the question is asked about, inclusive.
        window_days: length of the coverage window, 1 to `LONGEST_WINDOW_DAYS`.
        desa: Kemendagri codes; empty = all desa of the store.
        programs: program codes; empty = all households, else those that any of the programs
            targets on the day.
    """

    as_of: date
    window_days: int = field(default_factory=_default_window)
    desa: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= self.window_days <= LONGEST_WINDOW_DAYS:
            raise ValueError("window_days is out of range")
        if not date(1900, 1, 1) < self.as_of < date(9000, 1, 1):
            raise ValueError("as_of is out of range")

    def parameters(self) -> Mapping[str, object]:
        """The named parameters of the SQL files: these filters and the rules in force."""
        rules = load_rules()
        score, signals = asdict(rules.score), rules.signals
        return {
            "as_of": self.as_of,
            "window_start": self.as_of - timedelta(days=self.window_days),
            "window_days": self.window_days,
            "desa": list(self.desa),
            "programs": list(self.programs),
            "waiting_after_days": rules.data.waiting_after_days,
            "small_desa_households": rules.coverage.small_desa_households,
            "due_soon_days": rules.followup.due_soon_days,
            "lost_after_days": rules.followup.lost_after_days,
            "cadence_tinggi": rules.cadence_days.tinggi,
            "cadence_sedang": rules.cadence_days.sedang,
            "cadence_rendah": rules.cadence_days.rendah,
            "signal_weeks": signals.baseline_weeks + signals.guard_weeks + signals.cluster_weeks,
            **score,
        }
