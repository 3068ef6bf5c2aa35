"""Tindak lanjut: which households has nobody seen lately, and whom do we visit first?"""

import pandas as pd
import streamlit as st

from analytics.i18n import _
from ui import components, explain, followup, words
from ui.page import run_page
from ui.view import View


def body(view: View) -> None:
    everybody = view.ask("followup")
    if everybody.empty:
        components.empty_state(components.why_empty(view), view)
        return
    table = followup.choose(everybody)
    by_list, by_desa, by_assistant = st.tabs(
        [_("List"), _("Per desa"), _("Per assistant")], on_change="rerun", key="followup_tabs"
    )
    if by_desa.open:
        with by_desa:
            followup.group_table(view, everybody, "desa_name")
    elif by_assistant.open:
        with by_assistant:
            followup.group_table(view, everybody, "assistant_id")
    else:
        with by_list:
            the_list(view, table, len(everybody))
    with st.container(horizontal=True, gap="medium"):
        status, score = _("How is the status decided?"), _("How is the score calculated?")
        components.how(explain.followup(view), view, key="followup", label=status)
        components.how(explain.score(view), view, key="score", label=score)


def the_list(view: View, table: pd.DataFrame, active: int) -> None:
    if table.empty:
        st.info(_("No household has one of these statuses."))
        return
    left, right = st.columns([7, 3], vertical_alignment="center")
    left.markdown(f"**{words.n_of(len(table), active)}**. {followup.opening_sentence(table)}")
    with right:
        followup.download_list(view, table)
    followup.household_table(view, table, key="followup_table")


run_page("Follow-up", body)
