"""Hambatan: how barriers were solved, to search through."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _, ngettext
from analytics.questions import lesson_groups
from ui import components, explain_ledger, words
from ui.ledger import agency
from ui.parts import part
from ui.tables import Column, download_table, show_table
from ui.view import View


@part
def lessons(view: View) -> None:
    """Search, solutions with how often and how fast, and each barrier behind them."""
    table = view.ask("lessons")
    if table.empty:
        st.info(
            _("No solution has been written down yet. It is asked for when a barrier is solved."),
            icon=":material/lightbulb:",
        )
        return
    table = table.assign(
        what=table["category"].map(words.barrier), with_whom=table["agency"].map(agency)
    )
    text = st.text_input(
        _("Search in category, agency, desa and solution"),
        placeholder=_("for example: card, Dukcapil, road"),
        key="lessons_search",
    )
    found = matching(table, text)
    if found.empty:
        st.info(
            _("No solved barrier has all these words; try fewer."), icon=":material/search_off:"
        )
        return
    groups = lesson_groups(found)
    st.markdown(
        ngettext(
            "{shown} solution, from {solved} solved barriers.",
            "{shown} solutions, from {solved} solved barriers.",
            len(groups),
            shown=numbers.number(len(groups)),
            solved=numbers.number(len(found)),
        )
    )
    groups = groups.assign(
        what=groups["category"].map(words.barrier), with_whom=groups["agency"].map(agency)
    )
    show_table(groups, _group_columns(), key="lesson_groups", name=_("Solutions"))
    st.caption(
        _(
            "The days are from noting to solving. A solution that worked elsewhere is an idea, no "
            "proof: what was tried in vain is not written down."
        )
    )
    st.subheader(_("The barriers behind them"), anchor=False)
    show_table(found, _columns(), key="lesson_rows", name=_("Solved barriers"))
    how = explain_ledger.lessons(view)
    with st.container(horizontal=True, gap="medium"):
        download_table(
            view, found, _columns(), key="pelajaran", name=_("Lessons"), explanations=(how,)
        )
        components.how(how, view, key="lessons")


def matching(table: pd.DataFrame, text: str) -> pd.DataFrame:
    """The rows that have every word of *text* somewhere in category, agency, desa or solution."""
    columns = ["what", "with_whom", "desa_name", "solution"]
    said = table[columns].fillna("").agg(" ".join, axis="columns").str.casefold()
    keep = pd.Series(True, index=table.index)
    for word in text.casefold().split():
        keep &= said.str.contains(word, regex=False)
    return table[keep]


def _group_columns() -> list[Column]:
    return [
        Column("solution", _("Solution"), width="medium"),
        Column("what", _("Barrier")),
        Column("with_whom", _("With")),
        Column("solved", _("Times solved"), "bar"),
        Column("median_days", _("Median (days)"), "count"),
        Column("in_limit", _("Within the limit"), "share"),
        Column("desa_count", _("Desa"), "count"),
        Column("last_on", _("Last on"), "date"),
    ]


def _columns() -> list[Column]:
    return [
        Column("what", _("Barrier")),
        Column("desa_name", _("Desa")),
        Column("with_whom", _("With")),
        Column("solution", _("Solution"), width="medium"),
        Column("days", _("Days"), "bar"),
        Column("closed_on", _("Solved on"), "date"),
        Column("barrier_id", _("Barrier no.")),
    ]
