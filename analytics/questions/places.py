"""Which desa, programs and assistants are there?"""

from __future__ import annotations

import pandas as pd

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
