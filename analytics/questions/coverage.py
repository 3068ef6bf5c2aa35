"""Which desa fall behind? Coverage per desa, and per desa and program."""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.memory import remembered
from analytics.questions.sql import sql_of
from analytics.stats.intervals import wilson_interval
from analytics.store import Snapshot


def with_interval(table: pd.DataFrame, of: str = "active") -> pd.DataFrame:
    """Add the Wilson 95 % interval of ``covered`` out of column *of* beside ``coverage``.

    Where the coverage is missing, so is its interval.
    """
    known = table[of].where(table["coverage"].notna(), 0)
    low, high = wilson_interval(table["covered"], known)
    place = list(table.columns).index("coverage") + 1
    table.insert(place, "ci_low", low)
    table.insert(place + 1, "ci_high", high)
    return table


@remembered
def coverage(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Of the active households of each desa, what share was met in the window?

    Returns:
        One row per desa (also those without data): ``desa_code, desa_name, active, covered``
        (households), ``coverage, ci_low, ci_high`` (shares 0–1, missing for
        ``no_data``), ``data_through`` (newest visit), ``days_since_data``, ``state``
        (``ok``; ``small``: too few to rank; ``waiting``: newest visit too old;
        ``no_data``: no active household, or no visit ever came: then the share says nothing),
        ``rank`` (1 = highest coverage, only ``ok``), ``lon, lat`` (degrees), ``area_km2``.
    """
    return with_interval(snapshot.query(sql_of("coverage"), filters.parameters()))


def coverage_program(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Of the households each program targets in each desa, what share was met in the window?

    Returns:
        One row per desa × program with a target: ``desa_code, desa_name, program_code,
        program_name, targeted, covered`` (households), ``coverage, ci_low, ci_high`` (0–1).
    """
    table = snapshot.query(sql_of("coverage_program"), filters.parameters())
    return with_interval(table, of="targeted")
