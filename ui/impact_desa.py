"""Antardesa: desa compared fairly, by size, and no league table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.funnel import describe_funnel, funnel_chart, signal_words
from analytics.charts.ranking import describe_ranks, describe_shrunk, rank_lines, shrunk_dots
from analytics.i18n import _, ngettext
from analytics.questions import MEASURES
from analytics.questions.panels import panels
from ui import components, impact_words, words
from ui.page import part
from ui.published_words import counted
from ui.tables import Column, download_table, show_table
from ui.view import View


@part
def between_desa(view: View) -> None:
    """The funnel, the shrunken shares, the ranks with their intervals, and the table."""
    table = view.ask("funnel")
    compared = table[table["signal"] != ""]
    if compared.empty:
        st.info(_("Too few desa with data to compare."), icon=":material/hourglass:")
        return
    st.subheader(_("More than chance?"), anchor=False)
    st.markdown(_headline(compared))
    st.caption(
        _(
            "A small desa strays far by chance alone; the limits say how far for its size. It "
            "misleads where households differ between desa (distance, age), because that is not "
            "taken out."
        )
    )
    components.chart(funnel_chart(table), describe_funnel(table), key="funnel")
    _not_compared(table)
    _run_signals(view)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("Share, allowing for size"), anchor=False)
        st.caption(
            _(
                "Ring: the desa’s own share. Dot: the estimate, nearer to the usual share the "
                "fewer its households. It misleads when a small desa really is unlike the others."
            )
        )
        components.chart(shrunk_dots(table), describe_shrunk(table), key="shrunk")
    with right:
        st.subheader(_("How sure is a rank?"), anchor=False)
        st.caption(_ties(compared))
        components.chart(rank_lines(table), describe_ranks(table), key="ranks")
    _table(view, table)
    impact_words.how(view, "funnel", key="funnel")


def _headline(compared: pd.DataFrame) -> str:
    def named(prefix: str) -> str:
        rows = compared[compared["signal"].str.startswith(prefix)].sort_values("share")
        return ", ".join(
            f"**{words.literal(str(row['desa_name']))}** ({numbers.percent(row['share'], 0)})"
            for row in rows.to_dict("records")
        )

    parts = []
    if low := named("below"):
        parts.append(_("Below the limits for their size: {names}.", names=low))
    if high := named("above"):
        parts.append(_("Above them: {names}.", names=high))
    inside = int((compared["signal"] == "inside").sum())
    parts.append(
        ngettext(
            "{count} desa differs from the others by no more than chance.",
            "{count} desa differ from the others by no more than chance.",
            inside,
        )
    )
    factor = float(compared["factor"].iloc[0])
    if factor > 1:
        parts.append(
            _(
                "Desa differ by more than chance as a whole, so the limits are {factor} times as "
                "wide.",
                factor=numbers.number(factor, 1),
            )
        )
    return " ".join(parts)


def _not_compared(table: pd.DataFrame) -> None:
    left_out = table[table["signal"] == ""]
    if left_out.empty:
        return
    said = ", ".join(
        f"{words.literal(str(row['desa_name']))} ({state(str(row['state']))})"
        for row in left_out.to_dict("records")
    )
    st.caption(_("Not compared: {names}.", names=said))


def state(code: str) -> str:
    """The state of a desa's data, hidden counts included."""
    return _("a part is hidden") if code == "hidden" else words.state(code).lower()


def _run_signals(view: View) -> None:
    """Desa whose own months say something (the run charts of the page Tren)."""
    if view.reader.protected:
        return
    measure = MEASURES["cakupan"]
    rows = view.ask("trend_desa")
    if rows.empty:
        return
    found = panels(rows, view.ask("activity"), measure, view.filters)
    alarming = [words.literal(panel.desa_name) for panel in found if panel.alarming]
    if alarming:
        st.markdown(
            _(
                "In their own course (run chart, page Tren) these stand out to the worse side in "
                "the last three months: {names}.",
                names=", ".join(alarming),
            )
        )
    else:
        st.markdown(
            _("In its own course (run chart, page Tren) no desa stands out to the worse side.")
        )


def _ties(compared: pd.DataFrame) -> str:
    tied = int(compared["tied"].astype(bool).sum())
    return _(
        "{tied} of {all} desa cannot be told apart: they may belong to the upper or to the lower "
        "half. A rank without its interval misleads.",
        tied=numbers.number(tied),
        all=numbers.number(len(compared)),
    )


def _table(view: View, table: pd.DataFrame) -> None:
    columns = [
        Column("desa_name", _("Desa"), pinned=True),
        Column("share", _("Coverage"), "share"),
        Column("counted", _("Met"), "text" if view.reader.protected else "count"),
        Column("out_of", _("Active households"), "text" if view.reader.protected else "count"),
        Column("low_95", _("95% limit, lower"), "share"),
        Column("high_95", _("95% limit, upper"), "share"),
        Column("where", _("Against the limits"), width="medium"),
        Column("estimate", _("Estimate"), "share"),
        Column("ranks", _("Rank (95%)")),
    ]
    shown = table.assign(
        where=table["signal"].map(signal_words),
        ranks=[
            "" if pd.isna(low) else f"{low:.0f}–{high:.0f}"
            for low, high in zip(table["rank_low"], table["rank_high"], strict=True)
        ],
    ).sort_values("desa_name")
    if view.reader.protected:
        shown = shown.assign(**{name: shown[name].map(counted) for name in ("counted", "out_of")})
    name = _("Desa compared")
    with st.expander(_("The same as a table"), icon=":material/table_rows:"):
        show_table(shown, columns, key="funnel_table", name=name)
        download_table(view, shown, columns, key="antardesa", name=name)
