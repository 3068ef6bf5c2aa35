"""Which barriers are stuck, how old are they, and with whom?"""

from __future__ import annotations

import pandas as pd

from analytics.config import load_rules
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def barriers(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which barriers are open on the day, oldest first?

    Returns:
        One row per open barrier: ``barrier_id, desa_code, desa_name, household_id``
        (missing when it is the desa's), ``category, agency, opened_on, age_days, status``,
        ``waits_for`` (as now known; missing when nobody wrote it), ``limit_days`` (of its
        category, from the rules), ``over_days`` (days beyond the limit, 0 = within),
        ``over_limit``.
    """
    table = spelled_alike(snapshot, snapshot.query(sql_of("barriers"), filters.parameters()))
    return against_limit(with_waiting(snapshot, table), "age_days")


def spelled_alike(snapshot: Snapshot, table: pd.DataFrame) -> pd.DataFrame:
    """*table* with every ``agency`` in one spelling: case and spaces make no other agency."""
    agreed = snapshot.query(sql_of("barrier_agencies")).set_index("agency")["agency_agreed"]
    named = table["agency"].map(agreed).astype(table["agency"].dtype)
    return table.assign(agency=named)


def with_waiting(snapshot: Snapshot, table: pd.DataFrame) -> pd.DataFrame:
    """*table* with the column ``waits_for``, by its ``barrier_id``."""
    if not has(snapshot, "barrier", "waits_for"):
        return table.assign(waits_for=pd.Series([None] * len(table), index=table.index, dtype=str))
    known = snapshot.query(sql_of("barrier_waits")).set_index("barrier_id")["waits_for"]
    return table.assign(waits_for=table["barrier_id"].map(known))


def against_limit(table: pd.DataFrame, days: str) -> pd.DataFrame:
    """*table* with ``limit_days, over_days, over_limit``, by its ``category`` and *days*."""
    limit = table["category"].map(load_rules().limit_of).astype("int64")
    over = (table[days] - limit).clip(lower=0)
    return table.assign(limit_days=limit, over_days=over, over_limit=over > 0)


def barrier_history(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What was recorded of each barrier up to the day, entry by entry?

    Returns:
        One row per entry, in the order of recording: ``barrier_id, noted_on`` (day from which the
        status holds), ``status, waits_for, has_solution, recorded_by`` (a role; missing for what
        an earlier release had), ``recorded_at`` (UTC). Empty for a version of an earlier release.
    """
    if not has(snapshot, "barrier_status", "barrier_id"):
        columns = "barrier_id noted_on status waits_for has_solution recorded_by recorded_at"
        return pd.DataFrame(columns=columns.split())
    return snapshot.query(sql_of("barrier_history"), filters.parameters())


def has(snapshot: Snapshot, table: str, column: str) -> bool:
    """Whether a version has a column: those of an earlier release lack the newer ones."""
    columns = snapshot.query(sql_of("columns_of"), {"table_name": table})["column_name"]
    return column in set(columns)
