"""Tindak lanjut: which households has nobody seen lately, and whom do we visit first?"""

import pandas as pd
import streamlit as st

from analytics.i18n import _
from ui import basket, components, explain, followup_filter, staff, visitlists, worklist, workload
from ui.page import run_page
from ui.view import View

TABS = "lihat"


def body(view: View) -> None:
    everybody = view.ask("followup")
    if everybody.empty:
        components.empty_state(components.why_empty(view), view)
        return
    names = staff.names(view)
    week = _("This week’s visits")
    basket.bar(view, week, TABS)
    in_list, in_groups, this_week, of_staff = st.tabs(
        [_("List"), _("Groups"), week, _("Workload")], key=TABS, bind="query-params"
    )
    if this_week.open:
        with this_week:
            visitlists.draw(view, names)
    elif of_staff.open:
        with of_staff:
            workload.draw(view)
    else:
        with in_groups if in_groups.open else in_list:
            narrowed(view, everybody, names, grouped=bool(in_groups.open))


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
