"""Which barriers are stuck, and with whom?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def barriers(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Which barriers are open on the day, oldest first?

    Returns:
        One row per open barrier: ``barrier_id, desa_code, desa_name, household_id``
        (missing when it is the desa's), ``category, agency, opened_on, age_days, status``.
    """
    return snapshot.query(sql_of("barriers"), filters.parameters())
