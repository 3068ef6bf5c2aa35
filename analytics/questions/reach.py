"""Does each program arrive at the door?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot

STEPS = ("targeted", "attempted", "met", "received", "benefited")
"""The reach cascade; each step is a subset of the one before."""


def reach(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How far does each program get: targeted, attempted, met, received, benefit felt?

    Returns:
        One row per program: ``program_code, program_name, agency``, the `STEPS` and
        ``received_outside_target`` (all distinct active households).
    """
    return snapshot.query(sql_of("reach"), filters.parameters())


def reach_desa(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """The cascade of `reach`, per program and desa (only where there is a target or receipt)."""
    return snapshot.query(sql_of("reach_desa"), filters.parameters())
