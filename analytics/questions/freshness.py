"""Is the data of each desa up to date?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def freshness(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Up to which day has each desa sent its visits, and is it waiting for data?

    Returns:
        One row per desa: ``desa_code, desa_name, data_through, days_since_data,
        visits_total, visits_last_30, state`` (``ok | waiting | no_data``).
    """
    return snapshot.query(sql_of("freshness"), filters.parameters())
