"""Links between the pages, with the view they should open in."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from ui.session import remember
from ui.view import View

HOUSEHOLD = "keluarga"
OPENED = "household_opened"
STATUS = "status"
ASSISTANT = "pendamping"

PAGES = MappingProxyType(
    {
        "ringkasan": "pages/ringkasan.py",
        "peta": "pages/peta.py",
        "tindak_lanjut": "pages/tindak_lanjut.py",
        "jangkauan": "pages/jangkauan.py",
        "hambatan": "pages/hambatan.py",
        "tren": "pages/tren.py",
        "keluarga": "pages/keluarga.py",
        "kualitas": "pages/kualitas.py",
        "data": "pages/data.py",
        "keamanan": "pages/keamanan.py",
    }
)
"""Name → file; the address of a page in the browser is its name, of the first one nothing."""


def page_link(
    page: str,
    label: str,
    view: View,
    *,
    icon: str | None = None,
    more: dict[str, str] | None = None,
    **changes: Any,
) -> None:
    """A link to *page* that keeps the view, some of its choices changed.

    Args:
        more: further URL parameters (`HOUSEHOLD`, `STATUS`, `ASSISTANT`).
        changes: fields of `Choice`.
    """
    parameters = {**view.link(**changes), **(more or {})}
    try:
        st.page_link(PAGES[page], label=label, icon=icon, query_params=parameters)
    except StreamlitPageNotFoundError:  # the page runs alone, without its neighbours
        address = "" if page == "ringkasan" else page
        st.markdown(f"[{label}](/{address}?{urlencode(parameters)})")


def open_household(view: View, household_id: str) -> None:
    """Leave for the page of one household."""
    parameters = {**view.link(), HOUSEHOLD: household_id}
    remember(OPENED, True)
    try:
        st.switch_page(PAGES["keluarga"], query_params=parameters)
    except StreamlitPageNotFoundError:  # the page runs alone, without its neighbours
        st.markdown(f"[{household_id}](/keluarga?{urlencode(parameters)})")


__all__ = ["ASSISTANT", "HOUSEHOLD", "PAGES", "STATUS", "open_household", "page_link"]
