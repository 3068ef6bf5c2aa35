"""Which desa, programs, assistants and imports are there?"""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics.questions.filters import Filters
from analytics.questions.sql import sql_of
from analytics.store import Snapshot


def desa_list(snapshot: Snapshot) -> pd.DataFrame:
    """``desa_code, desa_name, bps_code, other_name, kecamatan, lon, lat, area_km2`` per desa."""
    return snapshot.query(sql_of("desa_list"))


def program_list(snapshot: Snapshot) -> pd.DataFrame:
    """``program_code, program_name, agency`` per program."""
    return snapshot.query(sql_of("program_list"))


def assistant_list(snapshot: Snapshot) -> pd.DataFrame:
    """``assistant_id, assistant_name, desa_codes`` (list) per assistant."""
    return snapshot.query(sql_of("assistant_list"))


def import_list(snapshot: Snapshot) -> pd.DataFrame:
    """``batch_no, batch_id, imported_at`` (UTC), ``rows_read, accepted, unchanged, rejected,
    simulated`` per import that the version is made of, newest first."""
    return snapshot.query(sql_of("import_list"))


def data_from(snapshot: Snapshot, filters: Filters) -> date | None:
    """The day of the first visit, at most the as-of date, in the chosen desa; else ``None``."""
    first = snapshot.query(sql_of("trend_start"), filters.parameters())["started_on"].iloc[0]
    return None if pd.isna(first) else first.date()
