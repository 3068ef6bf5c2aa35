"""What each assistant looks after and gets done: to share the work out, not to judge."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.workload import describe_on_time, on_time_dots
from analytics.i18n import _
from ui import components, explain_followup, words
from ui.tables import Column, download_table, show_table
from ui.view import View


def draw(view: View) -> None:
    """The table, the chart beside the numbers, and how to read them."""
    table = view.ask("workload")
    if not len(table):
        components.empty_state(_("No assistant works in the chosen desa yet."), view, key="no_work")
        return
    st.markdown(headline(table))
    st.caption(
        _(
            "To see where help is needed, not who is good: assistants have different desa, roads "
            "and households, and a household met by another assistant counts with that one."
        )
    )
    shown = presented(table)
    height = min(600, 38 + 35 * len(shown))
    show_table(shown, columns(), key="workload_table", name=_("Workload"), height=height)
    explanation = explain_followup.workload(view)
    download_table(
        view, shown, columns(), key="beban_kerja", name=_("Workload"), explanations=(explanation,)
    )
    st.subheader(_("Share of households on time"), anchor=False)
    components.chart(on_time_dots(table), describe_on_time(table), key="on_time")
    small = table[table["households"].between(1, view.rules.coverage.small_desa_households - 1)]
    if len(small):
        st.caption(
            _(
                "Few households, so one visit moves the share a lot: {list}.",
                list=", ".join(words.literal(_label(code)) for code in small["assistant_id"]),
            )
        )
    components.how(explanation, view, key="workload")


def headline(table: pd.DataFrame) -> str:
    """Together: how much is waiting, and how long it takes at the pace of the window."""
    waiting, pace = int(table["to_visit"].sum()), float(table["visits_per_week"].sum())
    if not pace:
        return _(
            "**{households}** need a visit now; nobody visited in the window.",
            households=words.households(waiting),
        )
    return _(
        "**{households}** need a visit now. At {pace} visits a week, the pace of the window, "
        "that is {weeks} weeks of work.",
        households=words.households(waiting),
        pace=numbers.number(pace),
        weeks=numbers.number(waiting / pace, 1),
    )


def _label(code: object) -> str:
    return _("No assistant yet") if pd.isna(code) else str(code)  # type: ignore[call-overload]


def presented(table: pd.DataFrame) -> pd.DataFrame:
    """The workload with its lists and ranges in words; decimals rounded, as a table cuts them."""
    decimals = dict.fromkeys(("visits_per_week", "contacts_per_week", "weeks_of_work"), 1)
    return table.round(decimals).assign(
        assistant_id=[_label(code) for code in table["assistant_id"]],
        desa=[words.listed(names) for names in table["desa_names"]],
        range=[_range(weeks[-4:]) for weeks in table["weeks"]],
        interval=[
            f"{numbers.percent(low, 0)}–{numbers.percent(high, 0)}" if pd.notna(low) else ""
            for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
        ],
    )


def _range(weeks: list[int]) -> str:
    low, high = numbers.number(min(weeks)), numbers.number(max(weeks))
    return low if low == high else f"{low}–{high}"


def columns() -> list[Column]:
    """The columns of the table, on the page and in its workbook."""
    return [
        Column("assistant_id", _("Assistant"), pinned=True),
        Column("assistant_name", _("Name")),
        Column("households", _("Households"), "count"),
        Column("to_visit", _("To visit now"), "bar"),
        Column("visits_per_week", _("Visits per week"), "decimal"),
        Column("range", _("Last 4 weeks")),
        Column("weeks_of_work", _("Weeks of work"), "decimal"),
        Column("on_time_share", _("Share on time"), "share"),
        Column("interval", _("95% interval")),
        Column("past_due", _("Past due"), "count"),
        Column("due_soon", words.status("due_soon"), "count"),
        Column("never_met", _("Never met"), "count"),
        Column("contacts_per_week", _("Met per week"), "decimal"),
        Column("desa", _("Works in")),
        Column("last_visit_on", _("Last visit"), "date"),
    ]
