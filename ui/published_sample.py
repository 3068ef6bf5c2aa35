"""Sample of households: what a reviewer sees of single cases, under pseudonyms."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _
from ui import answers, words
from ui.published_words import nothing_published
from ui.tables import Column, download_table, show_table
from ui.view import View


def sample_page(view: View) -> None:
    """The households drawn, and the visits of the one that is opened."""
    if nothing_published(view):
        return
    with st.spinner(_("Drawing the sample …")):
        households, visits = answers.sample(view.door, view.folder)
    st.caption(
        _(
            ":material/shield: {count} households, drawn by a hash and named anew with every "
            "version of the data. Without desa, day, position, program, assistant or notes. "
            "Households that stand in a hidden count are never drawn; nor are more of a group "
            "than its published count admits. As of {day}.",
            count=numbers.number(len(households)),
            day=numbers.day(view.door.months()[-1]),
        )
    )
    if households.empty:
        st.info(_("No household can be shown without giving a hidden count away."))
        return
    shown = households.assign(
        priority=households["priority"].map(words.priority),
        status=households["status"].map(status_name),
    )
    columns = [
        Column("pseudonym", _("Pseudonym"), pinned=True),
        Column("priority", _("Priority")),
        Column("status", _("Follow-up")),
        Column("registered_year", _("Registered in"), "plain"),
        Column("visits", _("Visits"), "count"),
        Column("met", _("Met"), "count"),
        Column("programs_received", _("Times a program was received"), "count"),
    ]
    name = _("Sample of households")
    show_table(shown, columns, key="sample_table", name=name)
    download_table(view, shown, columns, key="contoh_keluarga", name=name)
    chosen = st.selectbox(
        _("Open a household of the sample"), households["pseudonym"].tolist(), key="sample_one"
    )
    _visits(visits[visits["pseudonym"] == chosen], str(chosen))


def status_name(code: str) -> str:
    """The three follow-up states that are published."""
    return {
        "past_due": _("Past due"),
        "due_soon": words.status("due_soon"),
        "on_time": words.status("on_time"),
    }[code]


def _visits(visits: pd.DataFrame, pseudonym: str) -> None:
    if visits.empty:
        st.info(_("No visit to this household yet."))
        return
    shown = visits.iloc[::-1].assign(
        month=[numbers.month(day) for day in visits["month"].iloc[::-1]],
        outcome=lambda table: table["outcome"].map(words.event),
    )
    columns = [
        Column("month", _("Month"), pinned=True),
        Column("outcome", _("Result of the visit")),
        Column("programs_received", _("Programs received"), "count"),
        Column("benefit", _("Benefit (1–5)"), "count"),
    ]
    show_table(shown, columns, key="sample_visits", name=_("Visits of {name}", name=pseudonym))
