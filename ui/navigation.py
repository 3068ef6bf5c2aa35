"""Which pages a reader finds in the menu; a page that is not for the role says so itself."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analytics.access.roles import Reader, Role
from analytics.config import RulesError
from analytics.i18n import _
from analytics.store import StoreError
from ui.identity import current_reader
from ui.session import current_store

_OUTSIDE = ("ringkasan", "peta", "jangkauan", "hambatan", "tren", "dampak")
_MENU: dict[Role, tuple[str, ...]] = {
    Role.PUBLIK: _OUTSIDE,
    Role.PENINJAU: (*_OUTSIDE, "inovasi", "keluarga"),
    Role.PETUGAS: (*_OUTSIDE, "tindak_lanjut", "keluarga", "kualitas"),
}
"""The camat's menu has everything."""


def pages() -> list[StreamlitPage]:
    """Every page, those that the reader's role has no use for out of the menu.

    They stay reachable by their address, so that a link opens a sentence and not an error.
    """
    reader = _reader()
    shown = _MENU.get(reader.role) if reader else ()
    found = [
        ("ringkasan", _("Overview"), ":material/home:"),
        ("peta", _("Coverage map"), ":material/map:"),
        ("tindak_lanjut", _("Follow-up"), ":material/checklist:"),
        ("jangkauan", _("Program reach"), ":material/filter_list:"),
        ("hambatan", _("Barriers"), ":material/construction:"),
        ("tren", _("Trend"), ":material/show_chart:"),
        ("dampak", _("Effect"), ":material/query_stats:"),
        ("inovasi", _("Evidence of innovation"), ":material/workspace_premium:"),
        ("keluarga", _household(reader), ":material/family_restroom:"),
        ("kualitas", _("Data quality"), ":material/fact_check:"),
        ("data", _("Data"), ":material/database:"),
        ("keamanan", _("Security and log"), ":material/shield:"),
    ]
    return [
        st.Page(
            f"pages/{name}.py",
            title=title,
            icon=icon,
            url_path=name,
            default=name == "ringkasan",
            visibility="visible" if shown is None or name in shown else "hidden",
        )
        for name, title, icon in found
    ]


def _household(reader: Reader | None) -> str:
    return _("Sample of households") if reader and reader.protected else _("Household")


def _reader() -> Reader | None:
    """Who is there; when the store or the rules are broken, the page itself says so."""
    try:
        store = current_store()
        return current_reader(store, store.current())
    except (StoreError, RulesError):
        return None
