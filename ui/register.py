"""The register of evidence: documents attached to the indicators of the innovation index."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from analytics.access.evidence import add_evidence, file_of, remove_evidence
from analytics.i18n import _
from analytics.innovation.indicators import Indicator, indicators
from analytics.store import StoreError
from analytics.store.evidence import LARGEST_FILE_MB, SUFFIXES, Evidence
from ui import components, words
from ui.innovation import documents
from ui.session import remember, remembered
from ui.tables import Column, show_table
from ui.view import View

_SAID = "register_said"
_EARLIEST = date(2015, 1, 1)


def register(view: View) -> None:
    """What is attached; the camat adds and withdraws."""
    if message := remembered(_SAID):
        remember(_SAID, None)
        st.success(message, icon=":material/inventory:")
    found = documents(view)
    if found:
        _table(found)
    else:
        st.info(_("Nothing is attached yet."), icon=":material/inventory_2:")
    if not view.reader.administers:
        return
    if found:
        _entry(view, found)
    with st.expander(_("Attach a document"), icon=":material/note_add:", expanded=not found):
        _form(view)


def _table(found: list[Evidence]) -> None:
    table = pd.DataFrame(
        {
            "no": [each.no for each in found],
            "title": [each.title for each in found],
            "reference": [each.reference for each in found],
            "dated": [pd.Timestamp(each.dated) for each in found],
            "level": [each.level or None for each in found],
            "number": [each.number for each in found],
            "file": [each.file_name for each in found],
        }
    )
    columns = [
        Column("no", _("Indicator"), pinned=True),
        Column("title", _("Title")),
        Column("reference", _("Number or address")),
        Column("dated", _("Dated"), "date"),
        Column("level", _("Parameter")),
        Column("number", _("Number")),
        Column("file", _("File")),
    ]
    show_table(table, columns, key="evidence_table", name=_("Register of evidence"))


def _entry(view: View, found: list[Evidence]) -> None:
    chosen = st.selectbox(
        _("One of them"),
        found,
        index=None,
        format_func=lambda each: f"{each.no} · {each.title}",
        placeholder=_("Choose an entry"),
        key="evidence_chosen",
    )
    if chosen is None:
        return
    with st.container(horizontal=True):
        if chosen.file_name:
            components.download(
                _("Download the file"),
                lambda: file_of(view.reader, view.kept_in, chosen),
                chosen.file_name,
                "application/octet-stream",
                key=f"evidence_file_{chosen.id}",
            )
        if st.button(_("Withdraw"), icon=":material/delete:", key=f"evidence_out_{chosen.id}"):
            remove_evidence(view.reader, view.kept_in, chosen)
            remember(_SAID, _("Withdrawn: {title}", title=words.literal(chosen.title)))
            st.rerun()


def _form(view: View) -> None:
    known = indicators().by_no
    no = st.selectbox(
        _("Indicator"),
        list(known),
        format_func=lambda each: f"{each} · {known[each].name}",
        key="evidence_no",
    )
    indicator = known[str(no)]
    st.caption(_("Evidence the letter asks for: {proof}", proof=words.literal(indicator.proof)))
    with st.form("evidence_form", clear_on_submit=True):
        title = st.text_input(_title_label(indicator), max_chars=200, key="evidence_title")
        reference = st.text_input(_("Number or address"), max_chars=200, key="evidence_reference")
        dated = st.date_input(
            _("Dated"),
            view.today,
            min_value=_EARLIEST,
            max_value=view.today,
            format="DD/MM/YYYY",
            key="evidence_dated",
        )
        level = _level(indicator)
        number, out_of = _numbers(indicator, view.today)
        file = st.file_uploader(
            _("File (at most {most} MB)", most=str(LARGEST_FILE_MB)),
            type=list(SUFFIXES),
            key="evidence_file",
        )
        st.caption(_("No names of citizens in title and number; files are kept encrypted."))
        sent = st.form_submit_button(_("Attach"), type="primary")
    if not sent:
        return
    if not title.strip():
        st.error(_("A title is needed."), icon=":material/report:")
        return
    entry = Evidence(
        no=indicator.no,
        title=title.strip(),
        reference=reference.strip(),
        dated=dated.isoformat() if isinstance(dated, date) else view.today.isoformat(),
        level=level,
        number=number,
        out_of=out_of,
        file_name=file.name if file else "",
        added_by=view.reader.name,
    )
    try:
        add_evidence(view.reader, view.kept_in, entry, file.getvalue() if file else None)
    except StoreError as error:
        st.error(str(error), icon=":material/report:")
        return
    remember(_SAID, _("Attached: {title}", title=words.literal(entry.title)))
    st.rerun()


def _title_label(indicator: Indicator) -> str:
    if indicator.no == "22":
        return _("Actor (one entry per actor)")
    if indicator.no == "24":
        return _("Agency (one entry per agency)")
    if indicator.no == "31":
        return _("Region that took it over (one entry each)")
    return _("Title")


def _level(indicator: Indicator) -> int:
    if indicator.kind != "choice":
        return 0
    chosen = st.radio(
        _("What the document reaches"),
        (1, 2, 3),
        format_func=lambda level: f"{level} · {indicator.levels[level - 1]}",
        key="evidence_level",
    )
    return int(chosen or 0)


def _numbers(indicator: Indicator, today: date) -> tuple[float | None, float | None]:
    if indicator.kind == "years":
        year = st.number_input(
            _("Budget year"), 2015, today.year + 1, today.year, 1, key="evidence_year"
        )
        return float(year), None
    if indicator.kind == "ratio":
        solved = st.number_input(_("Complaints resolved"), 0, step=1, key="evidence_solved")
        received = st.number_input(_("Complaints received"), 0, step=1, key="evidence_received")
        return (float(solved), float(received)) if received else (None, None)
    if indicator.kind == "number":
        number = st.number_input(_("Number"), 0.0, value=None, key="evidence_number")
        return (None if number is None else float(number)), None
    return None, None
