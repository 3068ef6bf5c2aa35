"""Answers, asked once: cached on the store, its version, the question, the filters, the rules.

A version never changes, so an answer is never stale. Nothing of the vault passes through here.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from analytics.access.gate import Door
from analytics.config import load_rules
from analytics.designs import load_designs
from analytics.indicators import distance_from, load_indicators
from analytics.quality_rules import load_quality
from analytics.questions import Filters, changes
from analytics.questions import coverage_change as change_since
from analytics.questions import data_from as first_visit
from analytics.questions.evaluate import Series, Starts
from analytics.store import Snapshot, Store

_MOST_ANSWERS = 200
_LARGEST = "400MB"


def _rules() -> str:
    """Every rule in force: answers change with them."""
    return repr((load_rules(), load_quality(), load_designs(), load_indicators(), distance_from()))


def _seen(snapshot: Snapshot) -> tuple[str, str]:
    """Under which key answers are kept: a reader of one desa never gets another's."""
    return snapshot.version_id, snapshot.seen_as


def ask(door: Door, store_folder: str, name: str, filters: Filters) -> pd.DataFrame:
    """The table of question *name* (a key of `QUESTIONS`) that the reader at *door* may have.

    The caller may change its copy.
    """
    return _ask(store_folder, _seen(door.seen), name, filters, _rules(), door)


@st.cache_data(max_entries=_MOST_ANSWERS, max_size=_LARGEST, show_spinner=False)
def _ask(
    store_folder: str,
    seen: tuple[str, str],
    name: str,
    filters: Filters,
    rules: str,
    _door: Door,
) -> pd.DataFrame:
    return _door.ask(name, filters)


def evaluated(door: Door, store_folder: str, filters: Filters) -> list[Series | Starts]:
    """The declared designs, fitted (`Door.evaluated`)."""
    return _evaluated(store_folder, _seen(door.seen), filters, _rules(), door)


@st.cache_data(max_entries=20, show_spinner=False)
def _evaluated(
    store_folder: str, seen: tuple[str, str], filters: Filters, rules: str, _door: Door
) -> list[Series | Starts]:
    return _door.evaluated(filters)


def data_from(snapshot: Snapshot, store_folder: str, filters: Filters) -> date | None:
    """The day of the first visit in the chosen desa, at most the as-of date."""
    return _data_from(store_folder, _seen(snapshot), filters.as_of, filters.desa, snapshot)


@st.cache_data(max_entries=100, show_spinner=False)
def _data_from(
    store_folder: str,
    seen: tuple[str, str],
    as_of: date,
    desa: tuple[str, ...],
    _snapshot: Snapshot,
) -> date | None:
    return first_visit(_snapshot, Filters(as_of, desa=desa))


def coverage_change(
    snapshot: Snapshot, store_folder: str, filters: Filters, before: date
) -> pd.DataFrame:
    """The table of `analytics.questions.coverage_change` since an earlier day."""
    return _coverage_change(store_folder, _seen(snapshot), filters, before, _rules(), snapshot)


@st.cache_data(max_entries=50, show_spinner=False)
def _coverage_change(
    store_folder: str,
    seen: tuple[str, str],
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
    return _since(store_folder, (_seen(before), _seen(now)), filters, _rules(), before, now)


@st.cache_data(max_entries=50, show_spinner=False)
def _since(
    store_folder: str,
    seen: tuple[tuple[str, str], tuple[str, str]],
    filters: Filters,
    rules: str,
    _before: Snapshot,
    _now: Snapshot,
) -> pd.DataFrame:
    return changes(_before, _now, filters)


def sample(door: Door, store_folder: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The reviewer's sample (`Door.sample`)."""
    return _sample(store_folder, _seen(door.seen), door.reader.role.value, _rules(), door)


@st.cache_data(max_entries=4, show_spinner=False)
def _sample(
    store_folder: str, seen: tuple[str, str], role: str, rules: str, _door: Door
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return _door.sample()


def desa_names(door: Door, store_folder: str) -> dict[str, str]:
    """Kemendagri code → name of every desa, in the order of the names."""
    return _names(store_folder, _seen(door.seen), "desa", door)


def program_names(door: Door, store_folder: str) -> dict[str, str]:
    """Code → name of every program, in the order of the names."""
    return _names(store_folder, _seen(door.seen), "program", door)


@st.cache_data(max_entries=32, show_spinner=False)
def _names(store_folder: str, seen: tuple[str, str], of: str, _door: Door) -> dict[str, str]:
    table = _door.desa() if of == "desa" else _door.programs()
    ordered = table.sort_values([f"{of}_name", f"{of}_code"])
    return dict(zip(ordered[f"{of}_code"], ordered[f"{of}_name"], strict=True))
