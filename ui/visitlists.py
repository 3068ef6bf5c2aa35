"""This week's visits on paper, as a workbook and as a message, per assistant."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import date
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.export.message import visit_message
from analytics.export.visits import Round, Visit, monday_of, week_words
from analytics.i18n import _, ngettext
from ui import basket, components, followup, followup_filter, links, words
from ui.tables import Column, show_table
from ui.view import View

PDF = "application/pdf"


def may_see_personal(view: View) -> bool:
    """Whether the reader may take names and addresses away."""
    return view.reader.sees_names and view.snapshot.imports > 0


def draw(view: View, names: dict[str, str]) -> None:
    """The chosen households and what can be taken away of them.

    Args:
        names: assistant id → name.
    """
    table = basket.rows(view)
    if table.empty:
        st.info(
            _(
                "Nobody is chosen yet. Tick rows in the list, add a whole group, or let the first "
                "of each assistant be chosen."
            ),
            icon=":material/checklist:",
        )
        return
    _gone(view, len(table))
    assistants = list(dict.fromkeys(table["assistant_id"].fillna("")))
    when, who = st.columns(2)
    with when:
        picked = st.date_input(
            _("Week of"),
            monday_of(view.filters.as_of),
            format="DD/MM/YYYY",
            key="week_of",
            help=_("Any day of the week that the visits are for."),
        )
    with who:
        only = st.selectbox(
            _("For"),
            assistants,
            index=None,
            placeholder=ngettext(
                "All of them: {count} assistant", "All of them: {count} assistants", len(assistants)
            ),
            format_func=lambda code: _who(code, names),
            key="list_for",
        )
    monday = monday_of(picked) if isinstance(picked, date) else monday_of(view.filters.as_of)
    if only is not None:
        table = table[table["assistant_id"].fillna("") == only]
    count = table["assistant_id"].fillna("").nunique()
    st.markdown(
        f"**{words.households(len(table))}**, "
        + ngettext("{count} assistant", "{count} assistants", count)
        + f", {week_words(monday)}"
    )
    _take_away(view, table, names, monday)
    _messages(view, table, names, monday)
    _rows(view, table)


def _gone(view: View, left: int) -> None:
    missing = len(basket.chosen(view)) - left
    if missing:
        st.caption(
            ngettext(
                "{count} chosen household is not followed on this day and is left out.",
                "{count} chosen households are not followed on this day and are left out.",
                missing,
            )
        )


def _who(code: str, names: dict[str, str]) -> str:
    return followup_filter.assistant_label(code, names) if code else _("No assistant yet")


def _take_away(view: View, table: pd.DataFrame, names: dict[str, str], monday: date) -> None:
    personal = may_see_personal(view) and st.checkbox(
        _("With names and addresses"), value=False, key="with_personal"
    )
    if personal:
        st.warning(
            _(
                "The files then hold personal data: only for the assistant who makes the visits, "
                "on paper or on the office’s own computer, never in a message. Destroy the paper "
                "when the visits are entered. Without the key on this computer the names stay "
                "empty."
            ),
            icon=":material/lock_open:",
        )
    with st.container(horizontal=True, gap="small", key="take_away"):
        components.download(
            _("Visit lists to print (PDF)"),
            maker(view, table, names, monday, personal=personal, paper=True),
            f"{_file_name(monday)}.pdf",
            PDF,
            key="visits_pdf",
        )
        components.download(
            _("Workbook to fill in and import (XLSX)"),
            maker(view, table, names, monday, personal=personal, paper=False),
            f"{_file_name(monday)}.xlsx",
            key="visits_xlsx",
        )


def _file_name(monday: date) -> str:
    return f"kunjungan_{monday:%G-W%V}"


def maker(
    view: View,
    table: pd.DataFrame,
    names: Mapping[str, str],
    monday: date,
    *,
    personal: bool,
    paper: bool,
) -> Callable[[], bytes]:
    """What makes the PDF (*paper*) or the workbook, when somebody asks for it.

    Personal data are read only then, and kept nowhere.
    """

    def make() -> bytes:
        from analytics.export.visitlist import visit_lists
        from analytics.export.visitsheet import visit_workbook

        write = visit_lists if paper else visit_workbook
        return write(
            rounds(view, table, names, personal=personal and may_see_personal(view)),
            monday=monday,
            area=view.snapshot.area_name,
            as_of=view.filters.as_of,
            version_id=view.snapshot.version_id,
            simulated=view.snapshot.simulated,
        )

    return make


def rounds(
    view: View, table: pd.DataFrame, names: Mapping[str, str], *, personal: bool = False
) -> list[Round]:
    """Follow-up rows as one round per assistant, in the order of the rows.

    Args:
        names: assistant id → name.
        personal: with name and address, from the vault.
    """
    kept: dict[str, dict[str, str]] = {}
    if personal:
        # The export itself is logged as such; this says that names were in it, and how many.
        view.kept_in.audit.note("personal_viewed", what="visit lists", count=len(table))
        kept = view.snapshot.private("keluarga", table["household_id"].tolist())
    whys = words.why_first(table, points=False)
    made: dict[str, list[Visit]] = {}
    for row, why in zip(table.to_dict("records"), whys, strict=True):
        code = "" if pd.isna(row["assistant_id"]) else str(row["assistant_id"])
        made.setdefault(code, []).append(_visit(view, row, why, kept))
    return [Round(code, names.get(code, ""), visits) for code, visits in made.items()]


def _visit(
    view: View, row: dict[Hashable, Any], why: str, kept: Mapping[str, Mapping[str, str]]
) -> Visit:
    fields = kept.get(str(row["household_id"]), {})
    last = row["last_contact_on"]
    return Visit(
        household_id=str(row["household_id"]),
        desa=str(row["desa_name"]),
        rt="" if pd.isna(row["rt"]) else str(row["rt"]),
        status=words.status(row["status"]),
        due_on=row["due_on"].date(),
        days_overdue=int(row["days_overdue"]),
        last_met_on=None if pd.isna(last) else last.date(),
        why=why,
        programs=tuple(view.programs.get(code, code) for code in row["targeted_programs"]),
        personal=tuple(t for n in ("nama_kepala_keluarga", "alamat") if (t := fields.get(n))),
    )


def _messages(view: View, table: pd.DataFrame, names: dict[str, str], monday: date) -> None:
    """Texts to paste into WhatsApp: ids and desa only, whatever was ticked above."""
    text = st.expander(
        _("Messages to paste into WhatsApp"),
        icon=":material/chat:",
        key="messages",
        on_change="rerun",
    )
    if not text.open:
        return
    with text:
        st.caption(
            _(
                "Without names or addresses: only ids and desa. Copy with the button at the right "
                "of each text."
            )
        )
        for each in rounds(view, table, names):
            st.markdown(f"**{words.literal(_who(each.assistant_id, names))}**")
            message = visit_message(each, monday=monday, simulated=view.snapshot.simulated)
            st.code(message, language=None, wrap_lines=True, height=180)


def _rows(view: View, table: pd.DataFrame) -> None:
    """The chosen households; those ticked can be taken out."""
    key = f"basket_table_{len(table)}_{crc32('|'.join(table['household_id']).encode())}"
    selection = (st.session_state.get(key) or {}).get("selection") or {}
    places = [int(row) for row in selection.get("rows") or [] if int(row) < len(table)]
    ids = table["household_id"].iloc[places].tolist()
    label = _("Take out the ticked rows")
    if ids:
        label = ngettext(
            "Take out {shown} ticked row",
            "Take out {shown} ticked rows",
            len(ids),
            shown=numbers.number(len(ids)),
        )
    st.button(
        label,
        icon=":material/playlist_remove:",
        key="basket_remove",
        disabled=not ids,
        on_click=basket.remove,
        args=(view, ids),
    )
    columns = followup.list_columns()
    first = [column for column in columns if column.key in ("assistant_id", "household_id")]
    rest = [column for column in columns if column.key not in ("assistant_id", "household_id")]
    programs = [
        words.listed(c, lambda p: view.programs.get(p, p)) for c in table["targeted_programs"]
    ]
    event = show_table(
        followup.presented(table).assign(programs=programs),
        [*first, *rest, Column("programs", _("Programs to check"))],
        key=key,
        name=_("This week’s visits"),
        height=min(460, 38 + 35 * len(table)),
        on_select="rerun",
        selection_mode=("multi-row", "single-cell"),
    )
    cells = ((event or {}).get("selection") or {}).get("cells") or []
    if cells and (position := int(cells[0][0])) < len(table):
        links.open_household(view, str(table["household_id"].iloc[position]))
