"""Why does the same question on newer data give another answer?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot
from analytics.store.between import Step, states

KINDS = ("visit", "household", "target", "barrier")


def last_import(snapshot: Snapshot) -> int:
    """The running number of the newest import in a version; 0 = none."""
    return int(snapshot.query(sql_of("last_import"))["batch_no"].iloc[0])


def arrived_since(before: Snapshot, now: Snapshot, filters: Filters) -> pd.DataFrame:
    """What do two versions differ in, of the time up to the as-of date?

    Args:
        before, now: the earlier and the later version; filters: the day, and desa if any.

    Returns:
        One row per kind of `KINDS`: ``kind, late`` (rows that *before* did not have: they came
        in later), ``corrected`` (rows of both that a later import wrote again), ``gone`` (rows
        that *now* does not have any more: erased, or corrected out of the time asked about).
    """
    rows = sql_of("rows_since")
    parameters = filters.parameters()
    newer = now.query(rows, {**parameters, "batch_no": last_import(before)})
    old = _keys(before.query(rows, {**parameters, "batch_no": 0}))
    all_now = _keys(now.query(rows, {**parameters, "batch_no": 0}))
    written = _keys(newer)
    counts = []
    for kind in KINDS:
        counts.append(
            {
                "kind": kind,
                "late": sum(key[0] == kind for key in all_now - old),
                "corrected": sum(key[0] == kind for key in written & old),
                "gone": sum(key[0] == kind for key in old - all_now),
            }
        )
    return pd.DataFrame(counts)


def states_since(
    before: Snapshot, now: Snapshot, filters: Filters
) -> Iterator[tuple[Step | None, Snapshot]]:
    """The states from one version to another (`analytics.store.between.states`).

    What is late, corrected and gone is as in `arrived_since`: of the time up to the as-of date.
    Everything else stays as it was in *before*.
    """
    rows = sql_of("rows_since")
    parameters = {**filters.parameters(), "batch_no": 0}
    old, new = _keys(before.query(rows, parameters)), _keys(now.query(rows, parameters))
    pieces = [
        (kind, row_id, part)
        for part, keys in (("late", new - old), ("corrected", old & new), ("gone", old - new))
        for kind, row_id in keys
    ]
    yield from states(before, now, pd.DataFrame(pieces, columns=["kind", "id", "part"], dtype=str))


def _keys(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["kind"], table["id"], strict=True))
