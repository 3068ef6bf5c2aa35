"""Do barriers come faster than they are resolved?"""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot

_COUNTS = ("opened", "resolved", "turned_down")


def barrier_flow(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """How many barriers were opened and closed in each week, and how many stayed open?

    Returns:
        One row per ISO week from that of the first barrier to that of the day, oldest first:
        ``week`` (``2025-W07``), ``week_start, week_end`` (Monday, Sunday), ``opened, resolved,
        turned_down`` (barriers), ``open_at_end`` (open when the week, or the day, ended),
        ``running`` (the week is not over on the day). A reopened barrier counts as never closed.
    """
    found = snapshot.query(sql_of("barrier_events"), filters.parameters())
    found = found.set_index(pd.to_datetime(found["week_start"]))
    last = pd.Timestamp(filters.as_of - timedelta(days=filters.as_of.weekday()))
    first = found.index.min() if len(found) else last + pd.Timedelta(days=7)
    weeks = pd.date_range(first, last, freq="7D")
    table = found.reindex(weeks)[list(_COUNTS)].fillna(0).astype("int64")
    left = table["opened"] - table["resolved"] - table["turned_down"]
    table["open_at_end"] = left.cumsum()
    table.insert(0, "week", weeks.strftime("%G-W%V"))
    table.insert(1, "week_start", weeks)
    table.insert(2, "week_end", weeks + pd.Timedelta(days=6))
    table["running"] = table["week_end"] > pd.Timestamp(filters.as_of)
    return table.reset_index(drop=True)
