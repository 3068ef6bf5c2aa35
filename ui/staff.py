"""The assistants: their names, and who works where. They are staff: their names may be shown."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.questions import assistant_list
from analytics.store import Snapshot
from ui.view import View


def names(view: View) -> dict[str, str]:
    """Assistant id → name."""
    table = _assistants(view.folder, view.snapshot.version_id, view.snapshot.seen_as, view.snapshot)
    return dict(zip(table["assistant_id"], table["assistant_name"], strict=True))


def works_in(view: View) -> dict[str, tuple[str, ...]]:
    """Desa code → ids of the assistants who work there, in order."""
    table = _assistants(view.folder, view.snapshot.version_id, view.snapshot.seen_as, view.snapshot)
    found: dict[str, list[str]] = {}
    for code, desa in zip(table["assistant_id"], table["desa_codes"], strict=True):
        for each in desa:
            found.setdefault(each, []).append(code)
    return {desa: tuple(sorted(ids)) for desa, ids in found.items()}


@st.cache_data(max_entries=16, show_spinner=False)
def _assistants(
    store_folder: str, version_id: str, seen_as: str, _snapshot: Snapshot
) -> pd.DataFrame:
    return assistant_list(_snapshot)
