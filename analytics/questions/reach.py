"""Does each program arrive at the door?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.stats.intervals import wilson_interval
from analytics.store import Snapshot

STEPS = ("targeted", "attempted", "met", "received", "benefited")
"""The reach cascade; each step is a subset of the one before."""


def reach(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How far does each program get: targeted, attempted, met, received, benefit felt?

    Returns:
        One row per program: ``program_code, program_name, agency``, the `STEPS` and
        ``received_outside_target`` (all distinct active households); ``reached, reached_low,
        reached_high``: received out of targeted with Wilson's 95 % interval (0–1, missing
        without a target).
    """
    return _with_share(snapshot.query(sql_of("reach"), filters.parameters()))


def reach_desa(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """The cascade of `reach`, per program and desa (only where there is a target or receipt)."""
    return _with_share(snapshot.query(sql_of("reach_desa"), filters.parameters()))


def _with_share(table: pd.DataFrame) -> pd.DataFrame:
    table["reached"] = table["received"] / table["targeted"].where(table["targeted"] > 0)
    low, high = wilson_interval(table["received"], table["targeted"])
    table["reached_low"], table["reached_high"] = low, high
    return table
