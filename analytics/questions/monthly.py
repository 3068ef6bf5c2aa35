"""The monthly measures: which columns hold them, and which months may be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from analytics.config import load_rules
from analytics.questions.filters import Filters
from analytics.stats.runchart import Limits, Signal, limits, signals, told

DAYS_PER_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Measure:
    """A column of `trend_desa` and `activity` that a run chart can show.

    Attributes:
        key: its name in a link.
        column: that holds it.
        counted, out_of: the columns it is the ratio of; ``out_of`` is empty for a count.
        per_desa: the column that lets desa of different size be compared.
        complete: the column that says whether what it looks back on lies within the data.
        good: whether more of it is better.
    """

    key: str
    column: str
    counted: str
    out_of: str
    per_desa: str
    complete: Literal["month_full", "window_full", "cadence_full"]
    good: bool = True

    @property
    def is_share(self) -> bool:
        """A share between 0 and 1, not a count."""
        return bool(self.out_of)

    @property
    def at_month_end(self) -> bool:
        """It says how things stand at the month's end, not what was done in the month."""
        return self.complete != "month_full"

    def looks_back_days(self, filters: Filters) -> int:
        """Over how many days a value looks back; 0 = over its own month."""
        if self.complete == "window_full":
            return filters.window_days
        cadence = load_rules().cadence_days
        longest = max(cadence.tinggi, cadence.sedang, cadence.rendah)
        return longest if self.complete == "cadence_full" else 0

    def lag(self, filters: Filters) -> int:
        """Months between two values that look back on no day in common, at least 1."""
        return max(1, -int(-(self.looks_back_days(filters) - 1.5) // DAYS_PER_MONTH))


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        measure.key: measure
        for measure in (
            Measure("cakupan", "coverage", "covered", "active", "coverage", "window_full"),
            Measure("kunjungan", "visits", "visits", "", "visits_per_100", "month_full"),
            Measure("ditemui", "households_met", "households_met", "", "met_per_100", "month_full"),
            Measure("bertemu", "met_share", "visits_met", "visits", "met_share", "month_full"),
            Measure(
                "terlambat",
                "past_due_share",
                "past_due",
                "active",
                "past_due_share",
                "cadence_full",
                good=False,
            ),
        )
    }
)


def monthly(table: pd.DataFrame, measure: Measure, *, per_desa: bool = False) -> pd.DataFrame:
    """One measure, month by month, and whether each month may be compared with the others.

    Args:
        table: rows of `activity`, or of `trend_desa` (then the desa columns are kept).
        per_desa: take the column that lets desa of different size be compared.

    Returns:
        The rows with ``month_start, month_end, value`` (missing where unknown), ``counted,
        out_of`` (missing for a count), ``state``, and ``left_out``: empty where the month may be
        compared, else ``unknown`` (no value), ``initial`` (looks back on days before the data
        begins), ``running`` (the month is not over) or ``late`` (its data is not all there yet).
    """
    keys = [name for name in ("desa_code", "desa_name") if name in table.columns]
    rows = table[[*keys, "month_start", "month_end", "state"]].copy()
    column = measure.per_desa if per_desa else measure.column
    rows["value"] = table[column].astype("Float64").astype("float64")
    rows["counted"] = table[measure.counted].astype("Int64")
    rows["out_of"] = table[measure.out_of].astype("Int64") if measure.is_share else pd.NA
    over = rows["month_end"] == rows["month_start"] + pd.offsets.MonthEnd(0)
    complete = table[measure.complete].astype(bool)
    whole = table["whole"].astype(bool)
    rows["left_out"] = ""
    rows.loc[~whole, "left_out"] = "late"
    # A share of the visits so far, or of today's households, is no smaller for a running month;
    # it is still left out of the limits, because it is not a month like the others.
    rows.loc[~over, "left_out"] = "running"
    rows.loc[~complete, "left_out"] = "initial"
    rows.loc[rows["value"].isna(), "left_out"] = "unknown"
    return rows.reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Run:
    """A measure over the months, with its limits and what stands out.

    Attributes:
        rows: of `monthly`.
        usable: how many months may be compared.
        limits: `None` when they are too few.
        signals: positions are those of *rows*.
    """

    measure: Measure
    rows: pd.DataFrame
    usable: int
    limits: Limits | None
    signals: tuple[Signal, ...]

    @property
    def named(self) -> list[Signal]:
        """The signals worth a sentence."""
        return told(self.signals)

    def is_bad(self, signal: Signal) -> bool | None:
        """Whether a signal points to the worse side; `None` when it has no side."""
        if signal.kind == "jump":
            return None
        high = signal.kind in ("above", "run_above", "near_upper")
        return high is not self.measure.good


def judged(
    rows: pd.DataFrame,
    measure: Measure,
    filters: Filters,
    *,
    first_points: int | None = None,
) -> Run:
    """Which months of one series are unlike the others?

    Args:
        rows: of `monthly`, of one desa or of all together.
        first_points: limits from the first so many comparable months; `None` = from all.
    """
    rows = rows.reset_index(drop=True)
    compared = rows["left_out"].to_numpy() == ""
    values = np.where(compared, rows["value"].to_numpy(dtype=float), np.nan)
    bounds = (0.0, 1.0) if measure.is_share else (0.0, float("inf"))
    found = limits(values, lag=measure.lag(filters), first_points=first_points, bounds=bounds)
    return Run(measure, rows, int(compared.sum()), found, tuple(signals(values, found)))
