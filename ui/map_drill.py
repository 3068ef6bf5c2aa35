"""From a desa to its RT, from an RT to its households, and back."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.dots import describe_dots, share_dots
from analytics.charts.map import selected_desa
from analytics.i18n import _
from ui import components, explain_map, links, words
from ui.followup import household_table
from ui.map_choice import DESA, NO_RT, RT, MapChoice, write
from ui.tables import Column, download_table, show_table
from ui.view import View

_RT_PLOT, _RT_BOX = "map_rt", "map_rt_box"


def rt_name(code: str | None) -> str:
    """An RT in words."""
    return _("RT not recorded") if code is None or pd.isna(code) else _("RT {number}", number=code)


def show(view: View, choice: MapChoice) -> None:
    """The desa that was opened: breadcrumb, its figures, its RT, its households."""
    assert choice.desa is not None
    code, name = choice.desa, view.desa[choice.desa]
    rows = view.ask("rt", desa=(code,))
    known = {NO_RT if pd.isna(each) else str(each) for each in rows["rt"]}
    rt = choice.rt if choice.rt in known else None
    with st.container(key="chosen_desa"):
        _breadcrumb(name, rt)
        title = _("Households of {desa}", desa=name)
        st.subheader(f"{title}, {_rt_label(rt)}" if rt else title, anchor=False)
        listed = view.ask("followup", desa=(code,))
        _sentence(view, code, rows, rt)
        links.page_link(
            "tindak_lanjut",
            _("Follow-up list of {desa}", desa=name),
            view,
            icon=":material/checklist:",
            desa=(code,),
        )
        if listed.empty:
            st.info(_("No active household on {day}.", day=numbers.day(view.filters.as_of)))
            return
        if rt is None:
            _rt_plot(view, rows, name)
        else:
            mine = listed["rt"].isna() if rt == NO_RT else listed["rt"] == rt
            listed = listed[mine].reset_index(drop=True)
        household_table(view, listed, key="desa_households", height=380)


def _rt_label(rt: str) -> str:
    return rt_name(None if rt == NO_RT else rt)


def _breadcrumb(name: str, rt: str | None) -> None:
    """Where one is, and the ways back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="breadcrumb"):
        st.button(
            _("All desa"),
            icon=":material/arrow_back:",
            type="tertiary",
            key="crumb_all",
            on_click=lambda: write(**{DESA: None}),
        )
        st.markdown("›", width="content")
        if rt is None:
            st.markdown(f"**{words.literal(name)}**", width="content")
            return
        st.button(name, type="tertiary", key="crumb_desa", on_click=lambda: write(**{RT: None}))
        st.markdown(f"› **{words.literal(_rt_label(rt))}**", width="content")


def _sentence(view: View, code: str, rows: pd.DataFrame, rt: str | None) -> None:
    if rt is None:
        row = view.ask("desa_metrics", desa=(code,)).iloc[0]
        state = str(row["state"])
    else:
        mine = rows["rt"].isna() if rt == NO_RT else rows["rt"] == rt
        row = rows[mine].iloc[0]
        state = "small" if row["few"] else "ok"
    sentence = [words.households(int(row["active"]))]
    if pd.notna(row["coverage"]):
        share = numbers.percent(row["coverage"])
        sentence = [f"{_('Coverage')} {share} ({words.n_of(row['covered'], row['active'])})"]
    if state != "ok":
        sentence.append(words.state(state).lower())
    if row["active"]:
        sentence.append(_("{count} past due", count=words.households(int(row["past_due"]))))
        if row["never"]:
            sentence.append(_("{count} never met", count=numbers.number(row["never"])))
    st.markdown(" · ".join(sentence))


def _clicked() -> None:
    if code := selected_desa(st.session_state.get(_RT_PLOT)):
        write(**{RT: code})


def _boxed() -> None:
    write(**{RT: st.session_state.get(_RT_BOX)})


def _rt_plot(view: View, rows: pd.DataFrame, desa: str) -> None:
    """Coverage per RT; a click or the box opens one."""
    if len(rows) < 2:
        return
    codes = [NO_RT if pd.isna(each) else str(each) for each in rows["rt"]]
    dots = pd.DataFrame(
        {
            "code": codes,
            "label": [_rt_label(code) for code in codes],
            "share": rows["coverage"].astype("float64"),
            "low": rows["ci_low"],
            "high": rows["ci_high"],
            "part": rows["covered"],
            "whole": rows["active"],
            "few": rows["few"],
        }
    )
    whole = view.ask("desa_metrics", desa=(str(rows["desa_code"].iloc[0]),)).iloc[0]["coverage"]
    left, right = st.columns([3, 2], gap="medium")
    with left:
        components.chart(
            share_dots(dots, reference=whole, reference_label=desa),
            describe_dots(dots, reference=whole, reference_label=desa),
            key=_RT_PLOT,
            select=_clicked,
        )
    with right:
        st.session_state[_RT_BOX] = None
        st.selectbox(
            _("Open an RT"),
            codes,
            index=None,
            format_func=_rt_label,
            placeholder=_("Choose an RT, on the chart or here"),
            key=_RT_BOX,
            on_change=_boxed,
        )
        st.caption(
            _("Coverage per RT in the order of their numbers; an RT is too small to be ranked.")
        )
        components.how(explain_map.rt(view), view, key="rt")
        with st.expander(_("The same as a table"), icon=":material/table_rows:"):
            _rt_table(view, rows)


def _rt_table(view: View, rows: pd.DataFrame) -> None:
    shown = rows.assign(label=[rt_name(each) for each in rows["rt"]])
    columns = [
        Column("label", _("RT"), pinned=True),
        Column("coverage", _("Coverage"), "share"),
        Column("covered", _("Met"), "count"),
        Column("active", _("Active households"), "count"),
        Column("past_due", _("Past due"), "count"),
        Column("never", _("Never met"), "count"),
    ]
    name = _("Coverage per RT")
    show_table(shown, columns, key="rt_table", name=name)
    download_table(view, shown, columns, key="rt", name=name, explanations=(explain_map.rt(view),))


__all__ = ["rt_name", "show"]
