"""Which barriers did assistants note at a visit that nobody put into the ledger?"""

from __future__ import annotations

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def unlisted(snapshot: Snapshot, filters: Filters) -> pd.DataFrame:
    """Barriers noted at visits up to the day that have no row in the ledger.

    Returns:
        One row per household × category: ``household_id, desa_code, desa_name, category,
        first_noted_on, last_noted_on, visits`` (how many noted it), ``first_visit_id``; the
        newest first. See `unlisted.sql` for when a note counts as listed.
    """
    return snapshot.query(sql_of("unlisted"), filters.parameters())
