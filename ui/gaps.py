"""Target lists and visits that do not meet, and several programs at one door."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _
from analytics.questions import GAPS
from ui import components, explain_reach, links, words
from ui.followup import selected_row
from ui.page import part
from ui.parts import linked
from ui.tables import Column, download_table, show_table
from ui.view import View

_GAP = "celah"
_FILES = {
    "never_attempted": "celah_belum_didatangi",
    "never_met": "celah_belum_ditemui",
    "outside_target": "celah_di_luar_sasaran",
}
_MOST_ROWS = 500


def gap_label(code: str) -> str:
    """A kind of gap in words."""
    return {
        "never_attempted": _("Never attempted"),
        "never_met": _("Visited, never met"),
        "outside_target": _("Received outside the target"),
    }.get(code, code)


def _meaning(code: str) -> str:
    return {
        "never_attempted": _(
            "The program is meant for these households, and nobody has come to their door since. "
            "They are the first to visit."
        ),
        "never_met": _(
            "Somebody came, but nobody was met. Another hour or a call beforehand may help; a "
            "family that has moved should be taken off the list."
        ),
        "outside_target": _(
            "The program was recorded as received, but the household is not on its list today. "
            "That is often right: the list may be newer than the visit, or still incomplete. "
            "Compare the lists with the agency before anybody draws a conclusion."
        ),
    }[code]


@part
def target_list(view: View) -> None:
    """The gaps: counts per program and desa, and the households, ready to act on."""
    counts = view.ask("target_gap_programs")
    totals = {gap: int(counts[gap].sum()) for gap in GAPS}
    if not any(totals.values()):
        st.success(_("Target lists and visits meet: no gap."), icon=":material/check_circle:")
        components.how(explain_reach.gaps(view), view, key="gaps")
        return
    gap = st.pills(
        _("Gap"),
        GAPS,
        format_func=lambda code: f"{gap_label(code)} {numbers.number(totals[code])}",
        required=True,
        **linked(_GAP, GAPS, gap_label, next(gap for gap in GAPS if totals[gap])),
        label_visibility="collapsed",
    )
    gap = str(gap)
    st.markdown(_meaning(gap))
    if not totals[gap]:
        st.success(_("No household has this gap."), icon=":material/check_circle:")
        return
    _counts(counts, gap)
    _households(view, gap)
    components.how(explain_reach.gaps(view), view, key="gaps")


def _counts(programs: pd.DataFrame, gap: str) -> None:
    """Per program, and where it is worst."""
    programs["most"] = [
        f"{desa} ({numbers.number(most)})" if most else ""
        for desa, most in zip(programs[f"{gap}_desa"], programs[f"{gap}_most"], strict=True)
    ]
    programs = programs[programs[gap] > 0].sort_values(gap, ascending=False)
    columns = [
        Column("program_name", _("Program"), pinned=True),
        Column(gap, gap_label(gap), "bar"),
        Column("targeted", _("Target households"), "count"),
        Column("most", _("Most of them in")),
    ]
    show_table(programs, columns, key=f"gap_programs_{gap}", name=gap_label(gap))


def _households(view: View, gap: str) -> None:
    table = view.ask("target_gaps")
    rows = table[table["gap"] == gap].reset_index(drop=True)
    since = _("First received") if gap == "outside_target" else _("Target since")
    columns = [
        Column("household_id", _("Household"), pinned=True),
        Column("desa_name", _("Desa")),
        Column("rt", _("RT"), width=52),
        Column("program_name", _("Program")),
        Column("since_on", since, "date"),
        Column("days", _("Days"), "count"),
    ]
    if gap == "outside_target":
        columns.append(Column("last_received_on", _("Last received"), "date"))
    st.markdown(
        _("**{count}**, longest first. Click a row to open the household.", count=_many(rows))
    )
    event = show_table(
        rows.head(_MOST_ROWS),
        columns,
        key=f"gap_households_{gap}",
        name=gap_label(gap),
        height=360,
        on_select="rerun",
        selection_mode="single-cell",
    )
    if (position := selected_row(event)) is not None and position < len(rows):
        links.open_household(view, str(rows["household_id"].iloc[position]))
    if len(rows) > _MOST_ROWS:
        st.caption(
            _(
                "The first {shown} are shown; the workbook has all.",
                shown=numbers.number(_MOST_ROWS),
            )
        )
    download_table(
        view,
        rows,
        columns,
        key=_FILES[gap],
        name=gap_label(gap),
        explanations=(explain_reach.gaps(view),),
    )


def _many(rows: pd.DataFrame) -> str:
    return _("{count} gaps", count=numbers.number(len(rows)))


@part
def double_aid(view: View) -> None:
    """Several programs at one door: information, no accusation."""
    pairs = view.ask("double_aid")
    if pairs.empty:
        st.info(_("No household received two programs in this window."))
        components.how(explain_reach.double_aid(view), view, key="double_aid")
        return
    st.markdown(
        _(
            "Programs are made to complement each other: that one household receives several is "
            "often intended. Read this to see who is helped from several sides, and to talk with "
            "the agencies where a pair was not meant together."
        )
    )
    if odd := int(pairs["not_meant_together"].sum()):
        st.info(
            _(
                "{count} of these pairs are not meant for the same household, as the rules say.",
                count=numbers.number(odd),
            ),
            icon=":material/info:",
        )
    yes, no = _("not meant together"), ""
    shown = pairs.assign(remark=[yes if odd else no for odd in pairs["not_meant_together"]])
    columns = [
        Column("first_name", _("Program"), pinned=True),
        Column("second_name", _("and")),
        Column("households", _("Households with both"), "bar"),
        Column("share_first", _("Of those with the first"), "share"),
        Column("share_second", _("Of those with the second"), "share"),
        Column("remark", _("Remark")),
    ]
    name = _("Several programs")
    show_table(shown, columns, key="double_aid_table", name=name)
    how = (explain_reach.double_aid(view),)
    with st.container(horizontal=True, gap="medium"):
        download_table(view, shown, columns, key="program_ganda", name=name, explanations=how)
        components.how(explain_reach.double_aid(view), view, key="double_aid")
    _several(view)


def _several(view: View) -> None:
    rows = view.ask("double_aid_household")
    shown = rows.assign(
        programs=rows["programs"].map(
            lambda codes: words.listed(codes, lambda code: view.programs.get(code, code))
        )
    )
    columns = [
        Column("household_id", _("Household"), pinned=True),
        Column("desa_name", _("Desa")),
        Column("rt", _("RT"), width=52),
        Column("program_count", _("Programs"), "count"),
        Column("programs", _("Received"), width="large"),
        Column("last_received_on", _("Last received"), "date"),
    ]
    name = _("Households with several programs")
    with st.expander(f"{name}: {numbers.number(len(rows))}", icon=":material/table_rows:"):
        show_table(shown.head(_MOST_ROWS), columns, key="double_households", name=name, height=360)
        how = (explain_reach.double_aid(view, "double_aid_household"),)
        download_table(view, shown, columns, key="keluarga_ganda", name=name, explanations=how)
