"""Jangkauan program: does each program arrive, where is it lost, who is left out?"""

import streamlit as st

from analytics.i18n import _
from ui import components, equity, explain, gaps, published, reach
from ui.page import run_page
from ui.parts import open_tab
from ui.view import View


def body(view: View) -> None:
    table = view.ask("reach")
    if table.empty or not table[["targeted", "received_outside_target"]].to_numpy().any():
        components.empty_state(_("No household is a target of a program here."), view)
        return
    st.markdown(reach.headline(table, view.ask("reach_desa")))
    open_tab(
        view,
        lambda: {
            _("Cascade"): _cascade,
            _("Per desa"): lambda view: reach.per_desa(view, table),
            _("Target lists"): gaps.target_list,
            _("Several programs"): gaps.double_aid,
            _("Equity"): equity.equity,
        },
        key="lihat",
    )


def _cascade(view: View) -> None:
    table = view.ask("reach")
    reach.cascades(table)
    reach.outside_note(table)
    reach.program_table(view, table)
    components.how(explain.reach(view), view, key="reach")


run_page("Program reach", body, published=published.reach_page)
