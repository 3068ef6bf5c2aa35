"""What a map of desa can show: the measure, its five classes, and its words.

The breaks of a measure are fixed, never fitted to the data at hand: two dates, two desa or two
screens are comparable, and a colour always means the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from analytics.charts import theme
from analytics.config import load_rules
from analytics.i18n import _
from analytics.numbers import number, percent

CODES = ("coverage", "past_due", "never", "reach", "days")
_SHARES = {
    "coverage": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "past_due": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    "never": (0.0, 0.01, 0.02, 0.05, 0.1, 1.0),
    "reach": (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
}
_DAYS = (0.0, 8.0, 15.0, 31.0, 91.0, float("inf"))
"""Days since the newest visit: this week, up to the limit of waiting, a month, a quarter, more."""


@dataclass(frozen=True, slots=True)
class MapMetric:
    """A measure per desa, ready to draw.

    Attributes:
        code: one of `CODES`.
        worse: which end needs somebody, and so stands first in a list.
        program: name of the program, for ``reach``.
    """

    code: str
    worse: Literal["low", "high"]
    program: str = ""

    @property
    def breaks(self) -> tuple[float, ...]:
        return _DAYS if self.code == "days" else _SHARES[self.code]

    @property
    def counts_days(self) -> bool:
        return self.code == "days"

    @property
    def name(self) -> str:
        """The measure as a switch says it."""
        return {
            "coverage": _("Coverage"),
            "past_due": _("Past due"),
            "never": _("Never met"),
            "reach": _("Program reach"),
            "days": _("Days since data"),
        }[self.code]

    @property
    def legend_title(self) -> str:
        """What the colours count, and which end needs somebody."""
        return {
            "coverage": _("Households met in the window (number of desa)"),
            "past_due": _("Households past due: darker is worse (number of desa)"),
            "never": _("Households never met and past due: darker is worse (number of desa)"),
            "reach": _("Received {program}, of targets (number of desa)", program=self.program),
            "days": _("Days since the newest visit: darker is longer (number of desa)"),
        }[self.code]

    def class_of(self, value: float) -> int:
        """The class (0 to 4) of a value: the last whose lower break it reaches."""
        return max(k for k in range(5) if value >= self.breaks[k] or k == 0)

    def class_label(self, index: int) -> str:
        """A class in words: ``20–40%``, ``8–14 hari``."""
        low, high = self.breaks[index], self.breaks[index + 1]
        if self.counts_days:
            if high == float("inf"):
                return _("{days} days and more", days=number(low))
            return _("{low}–{high} days", low=number(low), high=number(high - 1))
        return f"{number(low * 100)}–{percent(high, 0)}"

    def value_text(self, value: float) -> str:
        """A value as a label says it."""
        return _("{days} days", days=number(value)) if self.counts_days else percent(value, 0)

    def exact_text(self, value: float) -> str:
        """A value as a hover says it."""
        return _("{days} days", days=number(value)) if self.counts_days else percent(value)

    def count_text(self, row: Mapping[str, Any]) -> str:
        """The two numbers behind a share: ``41 dari 90 keluarga``; nothing for days."""
        if self.counts_days:
            return ""
        return _(
            "{covered} of {active} households",
            covered=number(row["covered"]),
            active=number(row["active"]),
        )

    @property
    def without(self) -> str:
        """What is said of a desa of which nothing can be said."""
        return _("no target or data") if self.code == "reach" else _("no data")

    @property
    def zero_sentence(self) -> str:
        """What zero means."""
        return {
            "coverage": _("No household was met in the window."),
            "past_due": _("No household is past due."),
            "never": _("Every household that is due was met."),
            "reach": _("No target household received it."),
            "days": _("Data of the very day."),
        }[self.code]

    @property
    def zero_is_bad(self) -> bool:
        """Whether zero is what needs somebody (and so gets its ring on the map)."""
        return self.code in ("coverage", "reach")

    @property
    def goal(self) -> bool:
        """Whether the target line of the rules belongs to this measure."""
        return self.code == "coverage"

    def fill(self, value: float) -> str:
        return theme.CLASS_COLOURS[self.class_of(value)]

    def ink(self, value: float) -> str:
        """The text colour that is AA on the fill."""
        return theme.CLASS_LABEL_COLOURS[self.class_of(value)]


COVERAGE = MapMetric("coverage", "low")

_COLUMNS = {
    "past_due": ("past_due_share", "past_due_low", "past_due_high", "past_due", "active"),
    "never": ("never_share", "never_low", "never_high", "never", "active"),
    "reach": ("reached", "reached_low", "reached_high", "received", "targeted"),
}


def metric_table(
    metric: MapMetric, desa: pd.DataFrame, reach: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The rows of one measure in the columns that the map and the bars draw.

    Args:
        desa: the question desa_metrics.
        reach: rows of the question reach_desa of one program (only for ``reach``).

    Returns:
        The columns of the coverage question; ``coverage`` holds the measure, ``covered`` and
        ``active`` the two numbers behind it.
    """
    if metric.code == "coverage":
        return desa
    if metric.counts_days:
        nothing = pd.Series(float("nan"), index=desa.index)
        table = desa.assign(coverage=desa["days_since_data"], ci_low=nothing, ci_high=nothing)
        state = desa["state"].where(desa["state"] == "no_data", "ok")
        # A desa without households has no data, but one with visits has its days.
        state = state.where(desa["days_since_data"].isna(), "ok")
        return table.assign(state=state.where(desa["days_since_data"].notna(), "no_data"))
    share, low, high, part, whole = _COLUMNS[metric.code]
    source = desa
    if metric.code == "reach":
        columns = ["desa_code", share, low, high, part, whole]
        given = reach[columns] if reach is not None else pd.DataFrame(columns=columns)
        source = desa.drop(columns="active").merge(given, on="desa_code", how="left")
    table = desa.assign(
        coverage=source[share].to_numpy(dtype="float64", na_value=float("nan")),
        ci_low=source[low].to_numpy(dtype="float64", na_value=float("nan")),
        ci_high=source[high].to_numpy(dtype="float64", na_value=float("nan")),
        covered=source[part].fillna(0).astype("int64").to_numpy(),
        active=source[whole].fillna(0).astype("int64").to_numpy(),
    )
    if metric.code == "reach":
        # Few targets say as little as few households do.
        few = (table["active"] > 0) & (
            table["active"] < load_rules().coverage.small_desa_households
        )
        table["state"] = table["state"].mask(few & (table["state"] == "ok"), "small")
        table["state"] = table["state"].mask(table["active"] == 0, "no_data")
    return table
