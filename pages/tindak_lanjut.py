"""Tindak lanjut: which households has nobody seen lately, and whom do we visit first?"""

import pandas as pd
import streamlit as st

from analytics.i18n import LANGUAGES, _, in_language
from ui import basket, components, explain, followup_filter, staff, visitlists, worklist, workload
from ui.page import run_page
from ui.parts import open_tab
from ui.view import View

TABS = "lihat"


def body(view: View) -> None:
    everybody = view.ask("followup")
    if everybody.empty:
        components.empty_state(components.why_empty(view), view)
        return
    names = staff.names(view)
    week = in_language(LANGUAGES[0], lambda: _("This week’s visits"))
    basket.bar(view, TABS, week)
    open_tab(
        view,
        lambda: {
            _("List"): lambda view: narrowed(view, everybody, names, grouped=False),
            _("Groups"): lambda view: narrowed(view, everybody, names, grouped=True),
            _("This week’s visits"): lambda view: visitlists.draw(view, names),
            _("Workload"): workload.draw,
        },
        key=TABS,
    )


def narrowed(view: View, everybody: pd.DataFrame, names: dict[str, str], *, grouped: bool) -> None:
    choice = followup_filter.draw(everybody, names)
    table = followup_filter.matching(everybody, choice)
    if table.empty:
        followup_filter.explain_nobody(everybody, choice)
    elif grouped:
        worklist.groups(view, everybody, table, names, staff.works_in(view))
    else:
        worklist.the_list(view, table, len(everybody))
    with st.container(horizontal=True, gap="medium"):
        status, score = _("How is the status decided?"), _("How is the score calculated?")
        components.how(explain.followup(view), view, key="followup", label=status)
        components.how(explain.score(view), view, key="score", label=score)


run_page("Follow-up", body)
