"""Follow-up rows as people read them: the table, the counts per group, and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics.config import FOLLOWUP_STATUSES, PAST_DUE
from analytics.i18n import _
from ui import explain, links, words
from ui.tables import Column, download_table, show_table
from ui.view import View


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
        Column("why", _("Why in this place"), width="large"),
        Column("due_on", _("Due on"), "date"),
        Column("last_contact_on", _("Last met"), "date"),
        Column("score", _("Score"), "score"),
        Column("assistant_id", _("Assistant")),
        Column("priority", _("Priority")),
        Column("vulnerabilities", _("Vulnerabilities")),
    ]


_FILES = {"desa_name": "lewat_per_desa", "assistant_id": "lewat_per_pendamping"}


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
    download_table(view, groups, columns, key=_FILES[by], name=name, explanations=how)


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
