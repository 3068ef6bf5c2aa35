"""What is different from an earlier version of the data?"""

from __future__ import annotations

import pandas as pd

from analytics.config import PAST_DUE
from analytics.questions.filters import Filters
from analytics.questions.freshness import freshness
from analytics.questions.summary import summary
from analytics.store import Snapshot

MEASURES = (
    "visits",
    "active",
    "covered",
    "coverage",
    "past_due",
    "due_soon",
    "barriers_open",
    "desa_waiting",
)


def changes(before: Snapshot, now: Snapshot, filters: Filters) -> pd.DataFrame:
    """The same questions, the same day, two versions of the data: what is different?

    So every difference comes from what was imported between the two, not from time passing.

    Args:
        before, now: the earlier and the later version.

    Returns:
        One row per measure of `MEASURES` (visits up to the day; active and covered households;
        coverage, a share 0–1; households past due and due soon; open barriers; desa waiting for
        data): ``measure, before, now, change`` (missing where one of the two is).
    """
    table = pd.DataFrame(
        {
            "measure": MEASURES,
            "before": _measured(before, filters),
            "now": _measured(now, filters),
        }
    )
    table["change"] = table["now"] - table["before"]
    return table


def _measured(snapshot: Snapshot, filters: Filters) -> list[float]:
    row = summary(snapshot, filters).iloc[0]
    own = {
        "visits": freshness(snapshot, filters)["visits_total"].sum(),
        "past_due": sum(row[status] for status in PAST_DUE),
    }
    return [float(own.get(measure, row.get(measure, 0))) for measure in MEASURES]
