"""Hambatan: what is open, how old, with whom, against the limit of its category."""

from __future__ import annotations

from zlib import crc32

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.barrier_ages import barrier_ages, describe_ages
from analytics.i18n import _, ngettext
from ui import components, explain_ledger, ledger_noted, ledger_record, words
from ui.correct_words import barrier_status
from ui.followup import selected_row
from ui.parts import part
from ui.tables import Column, download_table, show_table
from ui.view import View

_BY = "ledger_by"
_HEIGHT = 318
"""Of the list: eight rows, so that the form below it is seen when it opens."""


def why_empty(view: View) -> str:
    """Why no barrier is there, as precisely as can be said."""
    day = numbers.day(view.filters.as_of)
    if view.choice.desa:
        return _("No barrier of the chosen desa was noted up to {day}.", day=day)
    return _("No barrier was noted up to {day}.", day=day)


def nothing_yet(view: View) -> None:
    """An empty ledger: says why, and what visits noted beside it."""
    components.empty_state(why_empty(view), view)
    ledger_noted.noted(view)


def agency(name: object) -> str:
    """An agency as the ledger names it."""
    return str(name) if isinstance(name, str) and name else _("no agency named")


def headline(view: View) -> str:
    """How many are open and beyond their limit, where most are stuck, and the oldest one."""
    table = view.ask("barriers")
    if table.empty:
        return _("No barrier is open.")
    late = table[table["over_limit"]]
    said = ngettext(
        "**{shown} barrier is open**, {over} beyond the limit of its category.",
        "**{shown} barriers are open**, {over} of them beyond the limit of their category.",
        len(table),
        shown=numbers.number(len(table)),
        over=numbers.number(len(late)),
    )
    if len(late):
        counts = late["agency"].map(agency).value_counts()
        if (counts == counts.iloc[0]).sum() == 1:  # several with as many: nobody has most
            said += " " + _(
                "Most of those are with {agency}: {count}.",
                agency=words.literal(str(counts.index[0])),
                count=numbers.number(counts.iloc[0]),
            )
    oldest = table.iloc[0]
    return f"{said} " + _(
        "The oldest, {category} in {desa}, has been open for {days} days.",
        category=words.barrier(oldest["category"]).lower(),
        desa=words.literal(str(oldest["desa_name"])),
        days=numbers.number(oldest["age_days"]),
    )


@part
def open_barriers(view: View) -> None:
    """Ages by category or agency, the list, and the form that records a status."""
    table = presented(view.ask("barriers"))
    if table.empty:
        st.success(_("No barrier is open."), icon=":material/check_circle:")
    else:
        _ages(table)
        _list(view, table)
    ledger_record.said()
    ledger_record.recorder(view)
    ledger_noted.noted(view)


def _ages(table: pd.DataFrame) -> None:
    names = {
        "what": _("Category"),
        "with_whom": _("Agency"),
        "waiting": _("Waiting for"),
        "desa_name": _("Desa"),
    }
    by = st.segmented_control(
        _("Age by"),
        list(names),
        format_func=lambda code: names.get(code, code),
        default="what",
        required=True,
        key=_BY,
    )
    rows = table.assign(group=table[by or "what"])
    components.chart(barrier_ages(rows), describe_ages(rows), key="barrier_ages")
    st.caption(
        _(
            "Each mark is one open barrier; a ringed diamond is beyond the limit of its category, "
            "an upright line is that limit. Old barriers are reason to ask who waits for whom; "
            "that there are few can also mean that nobody wrote them down."
        )
    )


def presented(table: pd.DataFrame) -> pd.DataFrame:
    """The question barriers in words, furthest beyond the limit first."""
    shown = table.assign(
        what=table["category"].map(words.barrier),
        with_whom=table["agency"].map(agency),
        waiting=table["waits_for"].where(table["waits_for"].notna(), _("nobody named")),
        state=table["status"].map(barrier_status),
        used=table["age_days"] / table["limit_days"],
    )
    return shown.sort_values(["over_days", "age_days"], ascending=False).reset_index(drop=True)


def _columns() -> list[Column]:
    return [
        Column("what", _("Barrier"), pinned=True),
        Column("desa_name", _("Desa")),
        Column("with_whom", _("With")),
        Column("waiting", _("Waiting for")),
        Column("age_days", _("Open for (days)"), "bar"),
        Column("limit_days", _("Limit (days)"), "count"),
        Column("over_days", _("Beyond the limit (days)"), "bar"),
        Column("state", _("State")),
        Column("opened_on", _("Noted on"), "date"),
        Column("household_id", _("Household")),
        Column("barrier_id", _("Barrier no.")),
    ]


def _list(view: View, table: pd.DataFrame) -> None:
    name = _("Open barriers")
    height = min(_HEIGHT, 38 + 35 * len(table))
    if view.reader.may_correct:
        st.caption(_("Click a row to record its status below. Click a column’s name to sort."))
        # Another list is another table: Streamlit drops the first click after rows went away.
        key = f"ledger_table_{crc32('|'.join(table['barrier_id']).encode())}"

        def clicked() -> None:
            position = selected_row(st.session_state.get(key))
            if position is not None and position < len(table):
                ledger_record.choose(str(table["barrier_id"].iloc[position]))

        show_table(
            table,
            _columns(),
            key=key,
            name=name,
            height=height,
            on_select=clicked,
            selection_mode="single-cell",
        )
    else:
        show_table(table, _columns(), key="ledger_table", name=name, height=height)
    how = explain_ledger.open_barriers(view)
    with st.container(horizontal=True, gap="medium"):
        download_table(
            view, table, _columns(), key="hambatan_terbuka", name=name, explanations=(how,)
        )
        components.how(how, view, key="ledger_open")
