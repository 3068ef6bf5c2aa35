"""Ringkasan: the camat's questions answered within five seconds."""

import streamlit as st

from ui import components, news, overview, published
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    row = view.ask("summary").iloc[0]
    if not row["active"]:
        components.empty_state(components.why_empty(view), view)
        return
    needs = overview.needs_of(view)
    overview.figures(view, row, needs)
    left, right = st.columns(2, gap="large")
    with left:
        overview.desa_in_need(view, needs)
    with right:
        overview.visits(view, row)
    left, right = st.columns(2, gap="large")
    with left:
        overview.stuck(view)
    with right:
        news.since_import(view)
    overview.trend(view)


run_page("Overview", body, published=published.overview)
