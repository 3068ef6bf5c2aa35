"""Find a household: by its id, its desa, the name of its head, or the link."""

from __future__ import annotations

import streamlit as st

from analytics import numbers
from analytics.access.names import SHORTEST, Named, found_by_name
from analytics.i18n import _
from analytics.questions import household_facts
from ui import address, components, links, words
from ui.choice import shorten
from ui.followup import household_table
from ui.session import remember, remembered
from ui.view import View

_SEARCH = "household_search"
_SHOWN, _FEW, _NAMED = 200, 3, 20


def asked_household() -> str | None:
    """The household that the link names (``?keluarga=…``)."""
    return st.query_params.get(links.HOUSEHOLD) or None


def search(view: View) -> None:
    """Find a household by its id, its desa, or (who may see names) the name of its head."""
    if remembered(links.OPENED):  # the search has found what it was for
        remember(links.OPENED, False)
        st.session_state[_SEARCH] = ""
    st.text_input(
        _("Find a household"),
        key=_SEARCH,
        type="search",
        placeholder=(
            _("ID of the household, desa, or name of its head")
            if view.reader.sees_names
            else _("ID of the household, or name of the desa")
        ),
        autocomplete="off",
    )
    text = (st.session_state.get(_SEARCH) or "").strip()
    if not text and asked_household():
        return
    if view.reader.sees_names and len(text) >= SHORTEST and _by_name(view, text):
        return  # “nobody has this in the ID or desa” below the names found would confuse
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


def _by_name(view: View, text: str) -> bool:
    """The heads whose name fits, when asked for: kept nowhere, and noted like any view of names.

    Returns whether the names were looked through.
    """
    place = st.empty()
    with place:
        asked = st.button(
            _("Look among the names of heads of household"),
            icon=":material/person_search:",
            key="household_by_name",
            help=_("Names are opened for this search only, and the log notes it."),
        )
    if not asked:
        return False
    found = found_by_name(view.snapshot, text)
    view.kept_in.audit.note("personal_viewed", what="search by name", count=len(found))
    with place.container(border=True, key="household_named", gap=None):
        if not found:
            st.markdown(
                _(
                    "Nobody of this name is in the data, or the key of the names is not on this "
                    "computer. Try a part of the name."
                )
            )
            return True
        for each in found[:_NAMED]:
            _open_link(each.household_id, _who(each))
        if len(found) > _NAMED:
            st.caption(
                _(
                    "{shown} of {count} are shown: type more of the name.",
                    shown=numbers.number(_NAMED),
                    count=words.households(len(found)),
                )
            )
    return True


def _who(each: Named) -> str:
    parts = [f"**{words.literal(each.name)}**", words.literal(each.household_id), each.desa_name]
    parts += [f"RT {words.literal(each.rt)}"] if each.rt else []
    parts += [_("left on {day}", day=numbers.day(each.ended_on))] if each.ended_on else []
    return " · ".join(parts)


def _open_link(household_id: str, label: str = "") -> None:
    """A button for one household: what the keyboard reaches without the table."""
    st.button(
        label or _("Open household {id}", id=words.literal(household_id)),
        icon=":material/arrow_forward:",
        type="tertiary",
        key=f"household_{'named' if label else 'open'}_{household_id}",
        on_click=go_to,
        args=(household_id,),
    )


def go_to(household_id: str) -> None:
    """Another household on the same page, in its link too (a page link would not change it)."""
    remember(links.OPENED, True)
    address.put({links.HOUSEHOLD: household_id})
