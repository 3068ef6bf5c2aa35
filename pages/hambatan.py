"""Hambatan: what is open, how old and with whom; how long it takes; what others have learnt."""

import streamlit as st

from analytics.i18n import _
from ui import ledger, ledger_lessons, ledger_published, ledger_times, meeting, signals
from ui.page import run_page
from ui.parts import open_tab
from ui.view import View

USES = ("per", "desa")


def body(view: View) -> None:
    if view.ask("barrier_flow").empty:
        ledger.nothing_yet(view)
        return
    st.markdown(ledger.headline(view))
    open_tab(
        view,
        lambda: {
            _("Still open"): ledger.open_barriers,
            _("Flow"): ledger_times.flow,
            _("Time to resolution"): ledger_times.resolution,
            _("Lessons"): ledger_lessons.lessons,
            _("Coordination meeting"): meeting.meeting,
            _("Signals"): signals.signals,
        },
        key="lihat",
    )


run_page("Barriers", body, uses=USES, published=ledger_published.page)
