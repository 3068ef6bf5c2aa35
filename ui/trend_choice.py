"""What is chosen on the page Tren, in its link: measure, desa, basis of the limits, sheet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import pandas as pd
import streamlit as st

from analytics.events import Event, events_between
from ui import address
from ui.session import use_language
from ui.view import View

MEASURE, BASE, DESA, SHEET = "ukuran", "dasar", "pilih", "lembar"
FIRST_YEAR = "tahun1"


def asked(name: str, known: Collection[str]) -> str | None:
    """The value of the link, when it is one of those known."""
    value = st.query_params.get(name)
    return value if value in known else None


def write(name: str, value: str | None) -> None:
    """Put a value into the link; nothing takes it out."""
    use_language()
    address.put({name: value or None})


def written(name: str, key: str, default: str | None = None) -> Callable[[], None]:
    """For a widget: its value goes into the link before anything is drawn."""

    def changed() -> None:
        value = st.session_state.get(key)
        write(name, None if value == default else value)

    return changed


def series(view: View, code: str | None) -> pd.DataFrame:
    """The months of one desa, or of all chosen ones together."""
    if code is None:
        return view.ask("activity")
    table = view.ask("trend_desa")
    return table[table["desa_code"] == code].reset_index(drop=True)


def events_of(rows: pd.DataFrame, desa: Iterable[str]) -> list[Event]:
    """What happened in the months of *rows*, in these desa."""
    first, last = rows["month_start"].iloc[0], rows["month_end"].iloc[-1]
    return events_between(first.date(), last.date(), desa)
