"""Jangkauan program: does each program arrive at the door, and where does it get lost?"""

import streamlit as st

from analytics.i18n import _
from ui import components, explain, reach
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    table = view.ask("reach")
    if table.empty or not table[["targeted", "received_outside_target"]].to_numpy().any():
        components.empty_state(_("No household is a target of a program here."), view)
        return
    st.markdown(reach.headline(table))
    components.how(explain.reach(view), view, key="reach")
    reach.cascades(table)
    reach.outside_note(table)
    reach.program_table(view, table)
    reach.per_desa(view, table)


run_page("Program reach", body, uses=("per", "desa", "program"))
