"""Answers, asked once: cached on the store, its version, the question, the filters, the rules.

A version never changes, so an answer is never stale. Nothing of the vault passes through here.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.config import load_rules
from analytics.questions import QUESTIONS, Filters, desa_list, program_list
from analytics.store import Snapshot

_MOST_ANSWERS = 200
_LARGEST = "400MB"


def ask(snapshot: Snapshot, store_folder: str, name: str, filters: Filters) -> pd.DataFrame:
    """The table of question *name* (a key of `QUESTIONS`); the caller may change its copy."""
    return _ask(store_folder, snapshot.version_id, name, filters, repr(load_rules()), snapshot)


@st.cache_data(max_entries=_MOST_ANSWERS, max_size=_LARGEST, show_spinner=False)
def _ask(
    store_folder: str,
    version_id: str,
    name: str,
    filters: Filters,
    rules: str,
    _snapshot: Snapshot,
) -> pd.DataFrame:
    return QUESTIONS[name].function(_snapshot, filters)


def desa_names(snapshot: Snapshot, store_folder: str) -> dict[str, str]:
    """Kemendagri code → name of every desa, in the order of the names."""
    return _names(store_folder, snapshot.version_id, "desa", snapshot)


def program_names(snapshot: Snapshot, store_folder: str) -> dict[str, str]:
    """Code → name of every program, in the order of the names."""
    return _names(store_folder, snapshot.version_id, "program", snapshot)


@st.cache_data(max_entries=16, show_spinner=False)
def _names(store_folder: str, version_id: str, of: str, _snapshot: Snapshot) -> dict[str, str]:
    table = desa_list(_snapshot) if of == "desa" else program_list(_snapshot)
    ordered = table.sort_values([f"{of}_name", f"{of}_code"])
    return dict(zip(ordered[f"{of}_code"], ordered[f"{of}_name"], strict=True))
