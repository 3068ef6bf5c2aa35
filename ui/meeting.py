"""Rapat koordinasi: choose a month, take away one page per agency."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.export.meeting import AgencyPage, Item, meeting_pdf
from analytics.i18n import _
from ui import components, explain_ledger, words
from ui.correct_words import barrier_status
from ui.ledger import agency
from ui.parts import part
from ui.tables import Column, show_table, table_workbook
from ui.view import View
from ui.visitlists import PDF

_MONTHS = 24


@part
def meeting(view: View) -> None:
    """What each agency has before it, as a table, a PDF to print and a workbook."""
    days = months(view)
    chosen = st.selectbox(
        _("Month"),
        days,
        format_func=lambda day: _month_name(day, view),
        key="meeting_month",
    )
    view = of_month(view, chosen)
    table = view.ask("meeting")
    if table.empty:
        st.info(_("No barrier was open or closed in this month."), icon=":material/event_busy:")
        return
    pages = agency_pages(table)
    shown = pd.DataFrame([_row(page) for page in pages])
    columns = [
        Column("agency", _("With"), pinned=True),
        Column("open", _("Still open"), "bar"),
        Column("over", _("Beyond the limit"), "bar"),
        Column("oldest", _("Oldest (days)"), "count"),
        Column("new", _("New this month"), "count"),
        Column("resolved", _("Resolved this month"), "count"),
        Column("turned_down", _("Turned down"), "count"),
    ]
    st.markdown(said(pages, chosen))
    show_table(shown, columns, key="meeting_table", name=_("Coordination meeting"))
    with st.container(horizontal=True, gap="small", key="meeting_take"):
        name = f"rapat_hambatan_{chosen:%Y-%m}"
        components.download(
            _("One page per agency to print (PDF)"),
            pdf_maker(view, pages, chosen),
            f"{name}.pdf",
            PDF,
            key="meeting_pdf",
        )
        components.download(
            _("All barriers of the month (XLSX)"),
            workbook_maker(view, table),
            f"{name}.xlsx",
            key="meeting_xlsx",
        )
        components.how(explain_ledger.meeting(view), view, key="meeting")


def of_month(view: View, day: date) -> View:
    """The view as of a day, its window the month up to it: so commands and files say it too."""
    return replace(view, choice=replace(view.choice, as_of=day, window_days=day.day, period=None))


def months(view: View) -> list[date]:
    """The last day of each month since the first barrier, newest first; of the running one today.

    At most two years.
    """
    first = view.ask("barrier_flow")["week_start"].min().date()
    days = [view.filters.as_of]
    while len(days) < _MONTHS and (before := days[-1].replace(day=1) - timedelta(days=1)) >= first:
        days.append(before)
    return days


def _month_name(day: date, view: View) -> str:
    name = numbers.month(day)
    if (day + timedelta(days=1)).day != 1:
        return _("{month}, up to {day}", month=name, day=numbers.day(day))
    return name


def agency_pages(table: pd.DataFrame) -> list[AgencyPage]:
    """The question meeting as one page per agency, most beyond the limit first."""
    pages = []
    for name, rows in table.groupby("agency", sort=True):
        is_open = rows["closed_on"].isna()
        pages.append(
            AgencyPage(
                agency=agency(name).capitalize() if not name else str(name),
                open=_items(rows[is_open]),
                resolved=_items(rows[rows["change"] == "resolved"]),
                opened_count=int(rows["is_new"].sum()),
                turned_down_count=int((rows["change"] == "turned_down").sum()),
            )
        )
    return sorted(pages, key=lambda page: (-page.over, -len(page.open), page.agency))


def _items(rows: pd.DataFrame) -> list[Item]:
    return [
        Item(
            barrier_id=str(row["barrier_id"]),
            what=words.barrier(row["category"]),
            desa=str(row["desa_name"]),
            opened_on=row["opened_on"].date(),
            days=int(row["days"]),
            limit_days=int(row["limit_days"]),
            status=barrier_status(row["status"]),
            waits_for=row["waits_for"] if isinstance(row["waits_for"], str) else "",
            solution=row["solution"] if isinstance(row["solution"], str) else "",
        )
        for row in rows.to_dict("records")
    ]


def _row(page: AgencyPage) -> dict[str, object]:
    return {
        "agency": page.agency,
        "open": len(page.open),
        "over": page.over,
        "oldest": page.open[0].days if page.open else None,
        "new": page.opened_count,
        "resolved": len(page.resolved),
        "turned_down": page.turned_down_count,
    }


def said(pages: list[AgencyPage], day: date) -> str:
    """The month in two or three sentences; *pages* as `agency_pages` gives them."""
    unnamed = agency("").capitalize()
    nobody = sum(len(page.open) for page in pages if page.agency == unnamed)
    text = _(
        "On {day}: **{open} open with {agencies} agencies**, {over} beyond the limit; in the month "
        "{new} new and {resolved} resolved.",
        day=numbers.day(day),
        open=numbers.number(sum(len(page.open) for page in pages)),
        agencies=numbers.number(sum(bool(page.open) for page in pages if page.agency != unnamed)),
        over=numbers.number(sum(page.over for page in pages)),
        new=numbers.number(sum(page.opened_count for page in pages)),
        resolved=numbers.number(sum(len(page.resolved) for page in pages)),
    )
    if nobody:
        text += " " + _("{count} of the open ones name no agency.", count=numbers.number(nobody))
    first = max((page for page in pages if page.agency != unnamed), key=_over, default=None)
    if first is not None and first.over:
        text += " " + _(
            "First to speak: {agency}, {over} beyond the limit.",
            agency=words.literal(first.agency),
            over=numbers.number(first.over),
        )
    return text


def _over(page: AgencyPage) -> int:
    return page.over


def pdf_maker(view: View, pages: list[AgencyPage], day: date) -> Callable[[], bytes]:
    """What makes the PDF when somebody asks for it."""

    def make() -> bytes:
        return meeting_pdf(
            pages,
            month=_month_name(day, view),
            area=view.snapshot.area_name,
            as_of=day,
            version_id=view.snapshot.version_id,
            simulated=view.snapshot.simulated,
        )

    return make


def workbook_maker(view: View, table: pd.DataFrame) -> Callable[[], bytes]:
    """What makes the workbook: every barrier of the month, also those the paper has no room for."""

    def make() -> bytes:
        changes = {
            "open": _("open since before"),
            "new": _("new"),
            "resolved": _("resolved"),
            "turned_down": _("turned down"),
        }
        shown = table.assign(
            agency=table["agency"].map(agency),
            what=table["category"].map(words.barrier),
            state=table["status"].map(barrier_status),
            changed=table["change"].map(changes),
            decision="",
        )
        columns = [
            Column("agency", _("With")),
            Column("barrier_id", _("Barrier no.")),
            Column("what", _("Barrier")),
            Column("desa_name", _("Desa")),
            Column("changed", _("This month")),
            Column("state", _("State")),
            Column("waits_for", _("Waiting for")),
            Column("opened_on", _("Noted on"), "date"),
            Column("closed_on", _("Closed on"), "date"),
            Column("days", _("Days"), "count"),
            Column("limit_days", _("Limit (days)"), "count"),
            Column("over_days", _("Beyond the limit (days)"), "count"),
            Column("solution", _("Solution"), width="large"),
            Column("decision", _("Decision"), width="large"),
        ]
        how = explain_ledger.meeting(view)
        name = _("Coordination meeting")
        return table_workbook(view, shown, columns, name=name, explanations=(how,))

    return make
