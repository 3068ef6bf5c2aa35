"""The follow-up list: whom to visit first and why; as a table, in groups, and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import FOLLOWUP_STATUSES, PAST_DUE
from analytics.i18n import _
from ui import explain, links, words
from ui.session import use_language
from ui.tables import Column, download_table, show_table
from ui.view import View

NEED_A_VISIT = ("never", "lost", "overdue", "due_soon")
_STATUS_PILLS, _ASSISTANT_BOX = "followup_status", "followup_assistant"


def local_choice(table: pd.DataFrame) -> tuple[list[str], str | None]:
    """Statuses and assistant that the link asks for; at first everybody who needs a visit."""
    asked = st.query_params.get(links.STATUS)
    statuses = list(NEED_A_VISIT)
    if asked is not None:
        statuses = [status for status in asked.split(",") if status in FOLLOWUP_STATUSES]
    assistant = st.query_params.get(links.ASSISTANT)
    return statuses, assistant if assistant in set(table["assistant_id"]) else None


def _written() -> None:
    """The chips or the box were used: into the link with it."""
    use_language()
    chosen = st.session_state.get(_STATUS_PILLS) or []
    if set(chosen) == set(NEED_A_VISIT):
        st.query_params.pop(links.STATUS, None)
    else:
        st.query_params[links.STATUS] = ",".join(s for s in FOLLOWUP_STATUSES if s in chosen)
    if assistant := st.session_state.get(_ASSISTANT_BOX):
        st.query_params[links.ASSISTANT] = assistant
    else:
        st.query_params.pop(links.ASSISTANT, None)


def choose(table: pd.DataFrame) -> pd.DataFrame:
    """Chips with counts and the assistants; the rows that they leave."""
    statuses, assistant = local_choice(table)
    mine = table if assistant is None else table[table["assistant_id"] == assistant]
    counts = mine["status"].value_counts()
    for key, value in ((_STATUS_PILLS, statuses), (_ASSISTANT_BOX, assistant)):
        st.session_state[key] = value
    left, right = st.columns([7, 3], vertical_alignment="bottom")
    with left:
        st.pills(
            _("Status"),
            FOLLOWUP_STATUSES,
            selection_mode="multi",
            format_func=lambda code: (
                f"{words.status(code)} {numbers.number(int(counts.get(code, 0)))}"
            ),
            key=_STATUS_PILLS,
            on_change=_written,
            help="\n".join(
                f"- **{words.status(s)}**: {words.status_meaning(s)}" for s in FOLLOWUP_STATUSES
            ),
        )
    with right:
        st.selectbox(
            _("Assistant"),
            sorted(table["assistant_id"].dropna().unique()),
            index=None,
            placeholder=_("All assistants"),
            key=_ASSISTANT_BOX,
            on_change=_written,
        )
    return mine[mine["status"].isin(statuses)]


def opening_sentence(table: pd.DataFrame) -> str:
    """Who comes first, and why."""
    first = table.iloc[0]
    return _(
        "First: household **{id}** in {desa}: {why}.",
        id=words.literal(str(first["household_id"])),
        desa=words.literal(first["desa_name"]),
        why=words.why_first(table.head(1))[0],
    )


def presented(table: pd.DataFrame) -> pd.DataFrame:
    """Follow-up rows with their codes in words and the reason for their place, ready to show."""
    return table.assign(
        why=words.why_first(table),
        status=worded(table["status"], words.status),
        priority=worded(table["priority"], words.priority),
        vulnerabilities=worded(
            table["vulnerabilities"].map(tuple),
            lambda codes: words.listed(codes, words.vulnerability),
        ),
    )


def worded(codes: pd.Series, word: Callable[[Any], str]) -> list[str]:
    """Codes in words, each distinct one worded once."""
    known = {code: word(code) for code in codes.unique()}
    return [known[code] for code in codes]


def household_table(view: View, table: pd.DataFrame, *, key: str, height: int = 460) -> None:
    """Follow-up rows; a click opens the household."""
    st.caption(_("Click a row to open the household. Click a column’s name to sort."))
    event = show_table(
        presented(table),
        list_columns(),
        # Another list is another table: Streamlit drops the first click after rows went away.
        key=f"{key}_{crc32('|'.join(table['household_id']).encode())}",
        name=_("Follow-up"),
        height=height,
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
    )
    if (position := selected_row(event)) is not None and position < len(table):
        links.open_household(view, str(table["household_id"].iloc[position]))


def selected_row(event: Any) -> int | None:
    """The position of the row that was clicked, wherever in it."""
    selection = (event or {}).get("selection") or {}
    rows: Sequence[int] = selection.get("rows") or []
    cells: Sequence[Any] = selection.get("cells") or []
    if rows:
        return int(rows[0])
    return int(cells[0][0]) if cells else None


def list_columns() -> list[Column]:
    """The columns of the follow-up list, on the page and in its workbook."""
    return [
        Column("household_id", _("Household"), pinned=True),
        Column("desa_name", _("Desa")),
        Column("rt", _("RT"), width=52),
        Column("status", _("Status")),
        Column("days_overdue", _("Days overdue"), "count"),
        Column("due_on", _("Due on"), "date"),
        Column("last_contact_on", _("Last met"), "date"),
        Column("score", _("Score"), "score"),
        Column("why", _("Why in this place"), width="large"),
        Column("assistant_id", _("Assistant")),
        Column("priority", _("Priority")),
        Column("vulnerabilities", _("Vulnerabilities")),
    ]


def group_table(view: View, table: pd.DataFrame, by: str) -> None:
    """How many households of each status per desa or per assistant, most late first."""
    label = _("Desa") if by == "desa_name" else _("Assistant")
    columns = [
        Column(by, label, pinned=True),
        Column("late", _("Past due"), "bar"),
        Column("share", _("Share past due"), "share"),
        Column("active", _("Active households"), "count"),
        *(Column(status, words.status(status), "count") for status in FOLLOWUP_STATUSES),
    ]
    groups = status_counts(table, by)
    name = _("Households past due")
    show_table(groups, columns, key=f"groups_{by}", name=name)
    how = (explain.followup(view),)
    download_table(view, groups, columns, key=f"lewat_{by}", name=name, explanations=how)


def status_counts(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Households per value of column *by*: ``late, share`` (of ``active``), each status."""
    counts = (
        table.assign(**{by: table[by].fillna("–")})
        .groupby([by, "status"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(FOLLOWUP_STATUSES), fill_value=0)
    )
    active = counts.sum(axis=1)
    late = counts[list(PAST_DUE)].sum(axis=1)
    counts.insert(0, "late", late)
    counts.insert(1, "share", late / active)
    counts["active"] = active
    return counts.sort_values(["late", "share"], ascending=False).reset_index()


def download_list(view: View, table: pd.DataFrame) -> None:
    """The whole list for the office: every row, its origin on the last sheet."""
    download_table(
        view,
        lambda: presented(table),
        list_columns(),
        key="tindak_lanjut",
        name=_("Follow-up"),
        label=_("Whole list as a workbook"),
        explanations=(explain.followup(view), explain.score(view)),
    )
