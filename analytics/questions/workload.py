"""How much is there to do for each assistant, and how much gets done in a week?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.config import PAST_DUE
from analytics.questions.filters import Filters
from analytics.questions.followup import followup
from analytics.questions.sql import sql_of
from analytics.stats.intervals import wilson_interval
from analytics.store import Snapshot

_COUNTS = ("households", "never_met", "past_due", "due_soon")


def workload(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What does each assistant look after, how often do they go out, and is it on time?

    A household is an assistant's when their contact was its last one; one that nobody met yet is
    that of the assistant who works in its desa (the first by id, if several), exactly as the
    `followup` question says. Households of nobody stand in a last row without an id.

    Returns:
        One row per assistant, by id: ``assistant_id, assistant_name, desa_names`` (list, where
        the assistant works), ``households`` (active), ``never_met, past_due, due_soon``
        (households), ``on_time`` (households not past due), ``on_time_share`` with
        ``ci_low, ci_high`` (Wilson, 95 %), ``visits`` and ``contacts`` (in the window),
        ``visits_per_week, contacts_per_week``, ``weeks`` (list: visits in each of the last eight
        weeks, the newest last), ``last_visit_on``, ``to_visit`` (past due or due soon) and
        ``weeks_of_work`` (``to_visit`` ÷ ``visits_per_week``; missing without a visit).
    """
    done = snapshot.query(sql_of("workload"), filters.parameters())
    kept = _households(followup(snapshot, filters))
    # Where nobody has met anybody, all ids are missing, and a column of these is of numbers.
    kept["assistant_id"] = kept["assistant_id"].astype(done["assistant_id"].dtype)
    table = done.merge(kept, on="assistant_id", how="outer")
    table = table.sort_values("assistant_id", na_position="last", ignore_index=True)
    for name in (*_COUNTS, "visits", "contacts"):
        table[name] = table[name].fillna(0).astype(int)
    table["desa_names"] = [_listed(value) for value in table["desa_names"]]
    table["weeks"] = [[int(n) for n in _listed(value)] or [0] * 8 for value in table["weeks"]]
    table["on_time"] = table["households"] - table["past_due"]
    table["on_time_share"] = table["on_time"] / table["households"].replace(0, np.nan)
    low, high = wilson_interval(table["on_time"], table["households"])
    table["ci_low"], table["ci_high"] = low, high
    weeks = filters.window_days / 7
    table["visits_per_week"] = table["visits"] / weeks
    table["contacts_per_week"] = table["contacts"] / weeks
    table["to_visit"] = table["past_due"] + table["due_soon"]
    table["weeks_of_work"] = table["to_visit"] / table["visits_per_week"].replace(0, np.nan)
    return table[
        [
            *("assistant_id", "assistant_name", "desa_names", *_COUNTS, "on_time"),
            *("on_time_share", "ci_low", "ci_high", "visits", "contacts", "visits_per_week"),
            *("contacts_per_week", "weeks", "last_visit_on", "to_visit", "weeks_of_work"),
        ]
    ]


def _listed(value: Any) -> list[Any]:
    """A list of the database; the merge leaves a missing value where a side had no row."""
    return list(value) if np.ndim(value) else []


def _households(table: pd.DataFrame) -> pd.DataFrame:
    """Follow-up rows counted per assistant: `_COUNTS`."""
    counted = table[["assistant_id"]].assign(
        households=1,
        never_met=table["last_contact_on"].isna(),
        past_due=table["status"].isin(PAST_DUE),
        due_soon=table["status"].eq("due_soon"),
    )
    return counted.groupby("assistant_id", dropna=False)[list(_COUNTS)].sum().reset_index()
