"""How were barriers solved, so that other desa need not find out again?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.barriers import with_waiting
from analytics.questions.filters import Filters
from analytics.questions.resolution import barrier_times
from analytics.store import Snapshot

_KNOWN = "barrier_id desa_code desa_name category agency opened_on closed_on days solution"


def lessons(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which barriers were solved up to the day, and how? Newest first.

    Returns:
        One row per resolved barrier of which the solution was written down: ``barrier_id,
        desa_code, desa_name, category, agency, opened_on, closed_on, days, solution, in_limit``
        (whether it was resolved within the limit of its category).
    """
    times = barrier_times(snapshot, filters)
    told = times["solution"].fillna("").str.strip() != ""
    found = times[times["is_resolved"] & told]
    table = found[_KNOWN.split()].assign(in_limit=~found["over_limit"])
    order = table.sort_values(["closed_on", "barrier_id"], ascending=[False, True])
    return order.reset_index(drop=True)


def meeting(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """What does the coordination meeting talk about: open on the day, or changed in the window?

    Returns:
        One row per barrier that is open on the day or was opened or closed in the window before
        it, per agency and oldest first: the columns of `barrier_times`, ``waits_for``, and
        ``change`` (``open``: open on the day and before the window; ``new``: opened in it and
        open on the day; ``resolved``, ``turned_down``: closed in it), ``is_new`` (opened in it).
    """
    times = with_waiting(snapshot, barrier_times(snapshot, filters))
    since = pd.Timestamp(filters.as_of) - pd.Timedelta(days=filters.window_days)
    is_open = times["closed_on"].isna()
    change = pd.Series("open", index=times.index)
    change[is_open & (times["opened_on"] > since)] = "new"
    change[~is_open] = "resolved"
    change[times["status"] == "ditolak"] = "turned_down"
    table = times.assign(
        change=change, is_new=times["opened_on"] > since, agency=times["agency"].fillna("")
    )
    table = table[is_open | (times["closed_on"] > since)]
    order = table.sort_values(["agency", "opened_on", "barrier_id"])
    return order.reset_index(drop=True)


def lesson_groups(table: pd.DataFrame) -> pd.DataFrame:
    """How often and how fast did each solution work? *table* is (a part of) `lessons`.

    Returns:
        One row per solution × category × agency, most often first: ``solution, category, agency,
        solved`` (barriers), ``median_days`` (of those solved), ``in_limit`` (share, 0–1),
        ``desa_count`` (different desa), ``last_on`` (newest day).
    """
    named = table.assign(agency=table["agency"].fillna(""), solution=table["solution"].str.strip())
    groups = named.groupby(["solution", "category", "agency"], as_index=False).agg(
        solved=("barrier_id", "size"),
        median_days=("days", "median"),
        in_limit=("in_limit", "mean"),
        desa_count=("desa_code", "nunique"),
        last_on=("closed_on", "max"),
    )
    order = groups.sort_values(["solved", "solution"], ascending=[False, True])
    return order.reset_index(drop=True)
