"""Find a household: by its id, by its desa, or by the link."""

from __future__ import annotations

import streamlit as st

from analytics import numbers
from analytics.i18n import _
from analytics.questions import household_facts
from ui import components, links, words
from ui.choice import shorten
from ui.followup import household_table
from ui.session import remember, remembered
from ui.view import View

_SEARCH = "household_search"
_SHOWN, _FEW = 200, 3


def asked_household() -> str | None:
    """The household that the link names (``?keluarga=…``)."""
    return st.query_params.get(links.HOUSEHOLD) or None


def search(view: View) -> None:
    """Find a household by its id or its desa."""
    if remembered(links.OPENED):  # the search has found what it was for
        remember(links.OPENED, False)
        st.session_state[_SEARCH] = ""
    st.text_input(
        _("Find a household"),
        key=_SEARCH,
        type="search",
        placeholder=_("ID of the household, or name of the desa"),
        autocomplete="off",
    )
    text = (st.session_state.get(_SEARCH) or "").strip()
    if not text and asked_household():
        return
    everybody = view.ask("followup")
    if everybody.empty:
        components.empty_state(components.why_empty(view), view)
        return
    found = everybody
    if text:
        in_id = everybody["household_id"].str.contains(text, case=False, regex=False)
        in_desa = everybody["desa_name"].str.contains(text, case=False, regex=False)
        found = everybody[in_id | in_desa]
    if found.empty:
        st.info(_("No active household has “{text}” in its ID or desa.", text=shorten(text)))
        if not household_facts(view.snapshot, view.filters, text).empty:  # ended, or to come
            _open_link(text)
        return
    if text and len(found) <= _FEW:
        for household_id in found["household_id"]:
            _open_link(household_id)
    shown = min(len(found), _SHOWN)
    st.caption(
        _(
            "{count} found, the {shown} that come first in the follow-up list are shown.",
            count=words.households(len(found)),
            shown=numbers.number(shown),
        )
    )
    household_table(view, found.head(_SHOWN), key="household_found", height=420)


def _open_link(household_id: str) -> None:
    """A button for one household: what the keyboard reaches without the table."""
    st.button(
        _("Open household {id}", id=words.literal(household_id)),
        icon=":material/arrow_forward:",
        type="tertiary",
        key=f"household_open_{household_id}",
        on_click=go_to,
        args=(household_id,),
    )


def go_to(household_id: str) -> None:
    """Another household on the same page, in its link too (a page link would not change it)."""
    remember(links.OPENED, True)
    st.query_params[links.HOUSEHOLD] = household_id
