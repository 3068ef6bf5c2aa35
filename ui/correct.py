"""“This data is wrong”: the form that writes a correction, on the page of a household."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from zlib import crc32

import streamlit as st

from analytics.i18n import _
from analytics.ingest.corrections import Proposal, propose
from analytics.ingest.formats import Column
from analytics.ingest.stored import StoredRow, editable, personal, personal_cells, stored_rows
from analytics.store import StoreError
from analytics.store.corrections import Correction, kept_corrections
from ui import words
from ui.correct_words import Wrong, barrier_status, column_name, row_name, what_can_be_wrong
from ui.page import part
from ui.session import remember, remembered
from ui.view import View

_OPEN, _SAID, _PREFIX = "correct_open", "correct_said", "correct_field_"
_EARLIEST, _LATEST = date(1950, 1, 1), date(2100, 1, 1)
_MANY_CODES = {"kerentanan": "vulnerabilities", "hambatan": "barriers", "kategori": "barriers"}


@part
def editor(view: View, household_id: str) -> None:
    """The button, and behind it the form; what was kept is said once."""
    if said := remembered(_SAID):
        remember(_SAID, None)
        st.success(said, icon=":material/edit_note:")
    if remembered(_OPEN) != household_id:
        if st.button(_("This data is wrong"), icon=":material/edit_note:", key="correct_go"):
            remember(_OPEN, household_id)
            st.rerun()
        return
    with st.container(border=True, key="correct"):
        _edit(view, household_id)


def _edit(view: View, household_id: str) -> None:
    st.subheader(_("What is wrong?"), anchor=False)
    rows = {f"{r.kind}/{'/'.join(r.key.values())}": r for r in _rows(view, household_id)}
    left, right = st.columns(2, gap="medium")
    with left:
        chosen = st.selectbox(
            _("Which entry"),
            list(rows),
            format_func=lambda code: row_name(view, rows[code]),
            key=f"{_PREFIX}row_{household_id}",
        )
    row = rows[chosen]
    choices = what_can_be_wrong(row)
    token = f"{crc32(chosen.encode()):08x}"
    with right:
        what = st.selectbox(
            _("What is wrong with it"),
            list(choices),
            format_func=lambda code: choices[code].label,
            key=f"{_PREFIX}what_{token}",
        )
    wrong = choices[what]
    if wrong.advice:
        st.info(wrong.advice, icon=":material/lightbulb:")
    waiting = kept_corrections(view.store_to_correct(household_id)).waiting_for(row.kind, row.key)
    if waiting:
        st.info(
            _("A correction of this entry waits already; what you write here joins it."),
            icon=":material/pending_actions:",
        )
    cells, columns = _cells(view, row, household_id, wrong, waiting, token)
    with st.form(f"correct_form_{token}_{what}", border=False):
        written: dict[str, str] = {}
        for start in range(0, len(columns), 2):  # row by row: so the Tab key goes, and a phone
            pair = columns[start : start + 2]
            for place, column in zip(st.columns(2, gap="medium"), pair, strict=False):
                with place:
                    written[column.name] = _field(
                        view, row.kind, column, cells[column.name], f"{_PREFIX}{token}_{what}_"
                    )
        reason = st.text_input(
            _("Why (who says so, how it is known)"), key=f"{_PREFIX}why_{token}", max_chars=300
        )
        with st.container(horizontal=True):
            go = st.form_submit_button(
                _("Check and keep"), type="primary", icon=":material/check:", key="correct_keep"
            )
            stop = st.form_submit_button(_("Cancel"), key="correct_stop")
    if stop:
        _close()
    if go and not reason.strip():
        st.error(_("Write why: whoever imports it wants to know."), icon=":material/report:")
    elif go:
        _keep(view, row, household_id, written, reason.strip())


def _rows(view: View, household_id: str) -> list[StoredRow]:
    return stored_rows(view.snapshot, household_id)


def _cells(
    view: View,
    row: StoredRow,
    household_id: str,
    wrong: Wrong,
    waiting: Correction | None,
    token: str,
) -> tuple[dict[str, str], list[Column]]:
    """What the fields begin with, and which fields there are.

    Personal cells are neither read nor filled in before somebody asks for them.
    """
    said = dict(waiting.changes) if waiting else {}
    cells = {**row.cells, **said, **wrong.cells}
    columns = [c for c in editable(row.kind) if c.name in row.cells]
    if wrong.columns:
        return cells, [column for column in columns if column.name in wrong.columns]
    if personal(row.kind) and st.toggle(
        _("Show personal data here and correct it too"), key=f"{_PREFIX}private_{token}"
    ):
        _log_once(view, row, household_id, f"{_PREFIX}logged_{token}")
        cells = {**personal_cells(view.snapshot, row), **cells}
        columns += personal(row.kind)
    return cells, columns


def _log_once(view: View, row: StoredRow, household_id: str, key: str) -> None:
    """A toggle stays on over many runs; the log says once that it was opened, and of whom."""
    if key not in st.session_state:
        which = "" if row.kind == "keluarga" else f" {'/'.join(row.key.values())}"
        view.kept_in.audit.note("personal_viewed", what=f"{household_id}{which}", count=1)
        st.session_state[key] = True


def _field(view: View, kind: str, column: Column, text: str, prefix: str) -> str:
    """One cell to edit, by the type of its column; returns the text for the input format."""
    label = column_name(column.name)
    shared: dict[str, Any] = {"key": f"{prefix}{column.name}", "help": _(column.note) or None}
    if column.type == "date":
        value = _date(text)
        chosen = st.date_input(
            label, value, min_value=_EARLIEST, max_value=_LATEST, format="DD/MM/YYYY", **shared
        )
        return chosen.isoformat() if isinstance(chosen, date) else ""
    if column.type == "integer":
        number = st.number_input(label, value=int(text) if text else None, step=1, **shared)
        return "" if number is None else str(number)
    if options := _options(view, kind, column, text):
        said = partial(_said, options)
        if column.type == "codes" and column.name != "kategori":
            held = [code.strip() for code in text.split(";") if code.strip()]
            many = st.multiselect(label, list(options), held, format_func=said, **shared)
            return "; ".join(many)
        place = list(options).index(text) if text in options else None
        one = st.selectbox(label, list(options), index=place, format_func=said, **shared)
        return one or ""
    return str(st.text_input(label, text, **shared))


def _said(options: Mapping[str, str], code: str) -> str:
    return options.get(code, code)


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _options(view: View, kind: str, column: Column, text: str) -> dict[str, str]:
    """The codes a column may hold, in words; also those it holds already."""
    rules = view.rules
    known: dict[str, str] = {}
    if column.choices:
        known = {code: _choice(kind, code) for code in column.choices}
    elif column.type == "desa":
        known = dict(view.desa)
    elif column.name == "program_diterima":
        known = dict(view.programs)
    elif column.type == "codes":
        area = _MANY_CODES.get(column.name, "barriers")
        word = words.vulnerability if area == "vulnerabilities" else words.barrier
        known = {code: word(code) for code in getattr(rules, area)}
    if known:
        held = [code.strip() for code in text.split(";") if code.strip()]
        known |= {code: code for code in held if code not in known}
    return known


def _choice(kind: str, code: str) -> str:
    if kind == "keluarga":
        return words.priority(code)
    if kind == "hambatan":
        return barrier_status(code)
    return words.event(code)


def _keep(
    view: View, row: StoredRow, household_id: str, written: Mapping[str, str], reason: str
) -> None:
    try:
        proposal = propose(view.store_to_correct(household_id), row, household_id, written, reason)
    except StoreError as error:
        st.error(str(error), icon=":material/report:")
        return
    if proposal.report is None:
        st.info(_("Nothing differs from what is stored, so there is nothing to correct."))
        return
    if proposal.kept is None:
        st.error("  \n".join([_("The import would refuse this:"), *_problems(proposal)]))
        return
    notes = _problems(proposal)
    said = _("Kept. It is in the data once it was imported: page Data, tab Corrections.")
    remember(_SAID, "  \n".join([said, *notes]))
    _close()


def _problems(proposal: Proposal) -> list[str]:
    """The importer's own sentences, with the column they are about."""
    if proposal.report is None:
        return []
    return [
        words.literal(
            f"{column_name(each.column)}: {each.problem}" if each.column else each.problem
        )
        for sheet in proposal.report.files
        for each in (*sheet.errors, *sheet.warnings)
    ]


def _close() -> None:
    """Put the form away, with everything that was typed into it."""
    remember(_OPEN, None)
    for key in [key for key in st.session_state if str(key).startswith(_PREFIX)]:
        del st.session_state[key]
    st.rerun()
