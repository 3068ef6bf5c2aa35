"""Are the poorest, the most vulnerable and the first in need covered and reached alike?"""

from __future__ import annotations

import pandas as pd

from analytics.config import PRIORITIES, load_rules
from analytics.questions.coverage import with_interval
from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.stats.intervals import wilson_interval
from analytics.store import Snapshot

DIMENSIONS = ("desil", "vulnerability", "priority")
UNKNOWN, NONE = "unknown", "none"


def equity(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Coverage and reach by desil, vulnerability and priority.

    A household with several vulnerabilities stands in several groups, so these do not add up.
    Reached is a household that received at least one of the programs meant for it (with one
    program chosen: that program, as in the cascade).

    Returns:
        One row per dimension × group, groups in their own order, first the row ``all``:
        ``dimension`` (``all`` or of `DIMENSIONS`), ``group_code``, ``active, covered``
        (households), ``coverage, ci_low, ci_high`` (0–1), ``targeted, received`` (households),
        ``reached, reached_low, reached_high`` (0–1, missing without a target), ``few_active,
        few_targeted`` (fewer households than the rules want for a comparison).
    """
    table = with_interval(snapshot.query(sql_of("equity"), filters.parameters()))
    low, high = wilson_interval(table["received"], table["targeted"])
    table["reached_low"], table["reached_high"] = low, high
    few = load_rules().coverage.small_desa_households
    table["few_active"], table["few_targeted"] = table["active"] < few, table["targeted"] < few
    order = table.apply(lambda row: _place(row["dimension"], row["group_code"]), axis=1)
    return table.iloc[sorted(range(len(table)), key=lambda i: order.iloc[i])].reset_index(drop=True)


def _place(dimension: str, group: str) -> tuple[int, int, str]:
    """Where a group stands: desil by number, priorities by need, what is unknown last."""
    dimensions = ("all", *DIMENSIONS)
    if group in (UNKNOWN, NONE):
        return dimensions.index(dimension), 1_000, group
    if dimension == "priority" and group in PRIORITIES:
        return dimensions.index(dimension), PRIORITIES.index(group), group
    known = list(load_rules().vulnerabilities)
    if dimension == "vulnerability" and group in known:
        return dimensions.index(dimension), known.index(group), group
    return dimensions.index(dimension), int(group) if group.isdigit() else 999, group
