"""Hambatan: what is open, how old and with whom; how long it takes; what others have learnt."""

import streamlit as st

from analytics.i18n import _
from ui import ledger, ledger_lessons, ledger_published, ledger_times, meeting
from ui.page import run_page
from ui.view import View

USES = ("per", "desa")


def body(view: View) -> None:
    if view.ask("barrier_flow").empty:
        ledger.nothing_yet(view)
        return
    st.markdown(ledger.headline(view))
    parts = {
        _("Still open"): lambda: ledger.open_barriers(view),
        _("Flow"): lambda: ledger_times.flow(view),
        _("Time to resolution"): lambda: ledger_times.resolution(view),
        _("Lessons"): lambda: ledger_lessons.lessons(view),
        _("Coordination meeting"): lambda: meeting.meeting(view),
        _("Signals"): lambda: _signals(view),
    }
    tabs = st.tabs(list(parts), key="lihat", bind="query-params")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _signals(view: View) -> None:
    from ui.signals import signals

    signals(view)


run_page("Barriers", body, uses=USES, published=ledger_published.page)
