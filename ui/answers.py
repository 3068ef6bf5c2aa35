"""Answers, asked once: cached on the store, its version, the question, the filters, the rules.

A version never changes, so an answer is never stale. Nothing of the vault passes through here.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from analytics.config import load_rules
from analytics.quality_rules import load_quality
from analytics.questions import QUESTIONS, Filters, changes, desa_list, program_list
from analytics.questions import coverage_change as change_since
from analytics.questions import data_from as first_visit
from analytics.store import Snapshot, Store

_MOST_ANSWERS = 200
_LARGEST = "400MB"


def _rules() -> str:
    """Every rule in force: answers change with them."""
    return repr((load_rules(), load_quality()))


def ask(snapshot: Snapshot, store_folder: str, name: str, filters: Filters) -> pd.DataFrame:
    """The table of question *name* (a key of `QUESTIONS`); the caller may change its copy."""
    return _ask(store_folder, snapshot.version_id, name, filters, _rules(), snapshot)


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


def data_from(snapshot: Snapshot, store_folder: str, filters: Filters) -> date | None:
    """The day of the first visit in the chosen desa, at most the as-of date."""
    return _data_from(store_folder, snapshot.version_id, filters.as_of, filters.desa, snapshot)


@st.cache_data(max_entries=100, show_spinner=False)
def _data_from(
    store_folder: str, version_id: str, as_of: date, desa: tuple[str, ...], _snapshot: Snapshot
) -> date | None:
    return first_visit(_snapshot, Filters(as_of, desa=desa))


def coverage_change(
    snapshot: Snapshot, store_folder: str, filters: Filters, before: date
) -> pd.DataFrame:
    """The table of `analytics.questions.coverage_change` since an earlier day."""
    return _coverage_change(store_folder, snapshot.version_id, filters, before, _rules(), snapshot)


@st.cache_data(max_entries=50, show_spinner=False)
def _coverage_change(
    store_folder: str,
    version_id: str,
    filters: Filters,
    before: date,
    rules: str,
    _snapshot: Snapshot,
) -> pd.DataFrame:
    return change_since(_snapshot, filters, before)


@st.cache_resource(max_entries=4, show_spinner=False)
def version(store_folder: str, version_id: str, _store: Store) -> Snapshot:
    """An older version, kept open between the runs of a page."""
    return _store.open(version_id)


def since(before: Snapshot, now: Snapshot, store_folder: str, filters: Filters) -> pd.DataFrame:
    """The table of `analytics.questions.changes` between two versions."""
    ids = (before.version_id, now.version_id)
    return _since(store_folder, ids, filters, _rules(), before, now)


@st.cache_data(max_entries=50, show_spinner=False)
def _since(
    store_folder: str,
    version_ids: tuple[str, str],
    filters: Filters,
    rules: str,
    _before: Snapshot,
    _now: Snapshot,
) -> pd.DataFrame:
    return changes(_before, _now, filters)


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
