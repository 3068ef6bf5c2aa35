"""Tren: how did coverage, visits and delay develop, and is a month unlike the others?"""

import streamlit as st

from analytics.i18n import _
from ui import components, published, trends
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    months = view.ask("activity")
    if months.empty or not months["active"].iloc[-1]:
        components.empty_state(components.why_empty(view), view)
        return
    if months["data_from"].isna().all():
        st.info(_("No visit of the chosen desa has come in yet."), icon=":material/hourglass:")
        return
    trends.board(view)


run_page("Trend", body, published=published.trend_page)
