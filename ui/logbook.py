"""The log on the page Keamanan: whole or not, who did what, and a copy to take away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import TIME_ZONE
from analytics.export.extract_words import about, event
from analytics.export.text import to_csv
from analytics.i18n import _, ngettext
from analytics.store.audit import Audit
from analytics.store.audit_line import EVENTS, Entry
from analytics.store.audit_read import interrupted
from ui import components
from ui.tables import Column, download_table, show_table
from ui.view import View

_SHOWN_LINES = 500
_EVERY = ""
_DAYS_BACK = 30


def state(view: View) -> None:
    """Whether the log is whole, in a sentence."""
    found = view.store.audit.state()
    if found.problems:
        st.error("  \n".join(found.problems[:5]), icon=":material/gpp_bad:")
        st.markdown(
            _(
                "Compare the log with the newest copy that was taken away. When it is clear what "
                "happened, note that somebody looked into it: `python -m analytics audit --accept`."
            )
        )
        return
    sentence = ngettext(
        "The log is whole: {lines} line, none removed or changed.",
        "The log is whole: {lines} lines, none removed or changed.",
        found.lines,
        lines=numbers.number(found.lines),
    )
    if found.plain:
        sentence += " " + _(
            "{count} of them were written without the vault key and prove less.",
            count=numbers.number(found.plain),
        )
    if found.unchecked:
        sentence += " " + _(
            "The vault key is not here, so {count} lines were checked in part only.",
            count=numbers.number(found.unchecked),
        )
    if found.accepted:
        sentence += " " + _(
            "{count} earlier problems were looked into.",
            count=numbers.number(len(found.accepted)),
        )
    if found.interrupted:
        sentence += " " + interrupted()
    st.success(sentence, icon=":material/verified_user:")


def log(view: View) -> None:
    """The lines that fit the filters, newest first, and a copy of all of them."""
    audit = view.store.audit
    found = _chosen(view, audit)
    shown = frame(found[:_SHOWN_LINES])
    if shown.empty:
        st.info(_("No line of the log fits."), icon=":material/search_off:")
        return
    words = shown.assign(what=shown["what"].map(about))  # a copy keeps what the hashes are over
    show_table(words, _columns(), key="log_table", name=_("Log"))
    if len(found) > _SHOWN_LINES:
        st.caption(
            _(
                "The newest {shown} of {all} lines; the files have them all.",
                shown=numbers.number(_SHOWN_LINES),
                all=numbers.number(len(found)),
            )
        )
    with st.container(horizontal=True):
        download_table(
            view,
            lambda: frame(found),
            [*_columns(), Column("hash", _("Hash"))],
            key="log",
            name=_("Log"),
            label=_("Download as XLSX"),
        )
        components.download(
            _("Download as CSV"),
            lambda: to_csv(frame(found)).encode("utf-8-sig"),
            f"log_{view.filters.as_of}.csv",
            "text/csv",
            key="log_csv",
        )
    st.caption(_("Taking a copy is logged, too. A copy kept elsewhere proves most."))


def _chosen(view: View, audit: Audit) -> list[Entry]:
    names = audit.distinct("who")
    kinds = sorted(set(audit.distinct("event")) & EVENTS, key=event)
    by_event, by_person, by_time = st.columns(3)
    kind = by_event.selectbox(
        _("What was done"),
        [_EVERY, *kinds],
        format_func=lambda name: event(name) if name else _("everything"),
        key="log_event",
    )
    who = by_person.selectbox(
        _("Account"),
        [_EVERY, *names],
        format_func=lambda name: name or _("everybody"),
        key="log_who",
    )
    span = by_time.date_input(
        _("From – to"),
        (view.today - timedelta(days=_DAYS_BACK), view.today),
        format="DD/MM/YYYY",
        key="log_days",
    )
    since, until = _span(span if isinstance(span, Sequence) else (span,))
    return audit.read(since=since, until=until, who=who or None, event=kind or None)


def _span(days: Sequence[date]) -> tuple[datetime | None, datetime | None]:
    """From the first moment of the first day to the last of the last; open while one is chosen."""
    first = _midnight(days[0]) if days else None
    last = _midnight(days[1] + timedelta(days=1)) if len(days) > 1 else None
    return first, last


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), TIME_ZONE)


def frame(entries: Sequence[Entry]) -> pd.DataFrame:
    """``when, who, role, event, what, count, n, hash`` per line of the log."""
    rows = [
        (numbers.clock(e.when), e.who, e.role, event(e.event), e.what, e.count, e.n, e.hash)
        for e in entries
    ]
    table = pd.DataFrame(
        rows, columns=["when", "who", "role", "event", "what", "count", "n", "hash"]
    )
    return table.astype({"count": "Int64", "n": "Int64"})


def _columns() -> list[Column]:
    return [
        Column("when", _("When"), pinned=True),
        Column("who", _("Account")),
        Column("event", _("What was done"), width="medium"),
        Column("what", _("Which"), width="medium"),
        Column("count", _("How many"), "count"),
        Column("role", _("Role")),
        Column("n", _("Line"), "plain"),
    ]
