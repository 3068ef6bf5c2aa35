"""The follow-up list: whom to visit first and why; as a table, in groups, and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import FOLLOWUP_STATUSES
from analytics.export.xlsx import ColumnSpec, SheetSpec, workbook
from analytics.i18n import _
from ui import components, explain, links, words
from ui.session import use_language
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
        if st.session_state.get(key) != value:
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
        id=first["household_id"],
        desa=first["desa_name"],
        why=words.why_first(first),
    )


def presented(table: pd.DataFrame) -> pd.DataFrame:
    """Follow-up rows with their codes in words and the reason for their place, ready to show."""
    return table.assign(
        status=table["status"].map(words.status),
        priority=table["priority"].map(words.priority),
        vulnerabilities=[words.listed(v, words.vulnerability) for v in table["vulnerabilities"]],
        why=reasons(table),
    )


def reasons(table: pd.DataFrame) -> list[str]:
    """`words.why_first` of every row; equal rows are worded once."""
    parts = ["days_overdue", "status", "priority", "score_overdue", "score_priority",
             "score_vulnerability", "score_status"]  # fmt: skip
    kinds = table[parts].assign(vulnerabilities=table["vulnerabilities"].map(tuple))
    known: dict[tuple[Any, ...], str] = {}
    found = []
    for values in kinds.itertuples(index=False, name=None):
        if values not in known:
            known[values] = words.why_first(pd.Series(values, index=kinds.columns))
        found.append(known[values])
    return found


def household_table(view: View, table: pd.DataFrame, *, key: str, height: int = 460) -> None:
    """Follow-up rows; a click opens the household."""
    shown = presented(table)
    st.caption(_("Click a row to open the household. Click a column’s name to sort."))
    event = components.table(
        shown,
        key=key,
        height=height,
        text=components.rows_text(shown),
        on_select="rerun",
        selection_mode=("single-row", "single-cell"),
        column_order=[
            "household_id", "desa_name", "rt", "status", "days_overdue", "due_on",
            "last_contact_on", "score", "why", "assistant_id", "priority", "vulnerabilities",
        ],
        column_config=_columns(),
    )  # fmt: skip
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


def _columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "household_id": column.TextColumn(_("Household"), pinned=True),
        "desa_name": column.TextColumn(_("Desa")),
        "rt": column.TextColumn(_("RT"), width=48),
        "status": column.TextColumn(_("Status")),
        "days_overdue": components.count_column(_("Days overdue")),
        "due_on": components.date_column(_("Due on")),
        "last_contact_on": components.date_column(_("Last met")),
        "score": column.ProgressColumn(
            _("Score"), format="localized", min_value=0, max_value=100
        ),
        "why": column.TextColumn(_("Why in this place"), width="large"),
        "assistant_id": column.TextColumn(_("Assistant")),
        "priority": column.TextColumn(_("Priority")),
        "vulnerabilities": column.TextColumn(_("Vulnerabilities")),
    }


def group_table(view: View, table: pd.DataFrame, by: str) -> None:
    """How many households of each status per desa or per assistant, most late first."""
    groups = status_counts(table, by)
    labels = {status: words.status(status) for status in FOLLOWUP_STATUSES}
    components.table(
        groups,
        key=f"groups_{by}",
        text=components.rows_text(groups),
        column_config={
            by: st.column_config.TextColumn(
                _("Desa") if by == "desa_name" else _("Assistant"), pinned=True
            ),
            "late": components.count_bar_column(_("Past due"), groups["late"]),
            "share": components.share_column(_("Share past due")),
            "active": components.count_column(_("Active households")),
            **{
                status: components.count_column(label)
                for status, label in labels.items()
            },
        },
    )


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
    late = counts[["never", "lost", "overdue"]].sum(axis=1)
    counts.insert(0, "late", late)
    counts.insert(1, "share", late / active)
    counts["active"] = active
    return counts.sort_values(["late", "share"], ascending=False).reset_index()


def list_workbook(view: View, table: pd.DataFrame) -> bytes:
    """The whole list for the office: every row, its origin on the last sheet."""
    use_language()
    columns = (
        ColumnSpec("household_id", _("Household")),
        ColumnSpec("desa_name", _("Desa")),
        ColumnSpec("rt", _("RT")),
        ColumnSpec("status", _("Status")),
        ColumnSpec("due_on", _("Due on"), "date"),
        ColumnSpec("days_overdue", _("Days overdue"), "integer"),
        ColumnSpec("last_contact_on", _("Last met"), "date"),
        ColumnSpec("priority", _("Priority")),
        ColumnSpec("vulnerabilities", _("Vulnerabilities")),
        ColumnSpec("score", _("Score"), "decimal"),
        ColumnSpec("why", _("Why in this place"), width=60),
        ColumnSpec("assistant_id", _("Assistant")),
    )
    score = explain.score(view)
    about = (
        (_("View"), view.scope()),
        (_("Households"), numbers.number(len(table))),
        (_("Definition"), explain.followup(view).definition),
        (_("Score"), score.definition),
        (_("Data through"), numbers.day(view.snapshot.data_through)),
        (_("Version of the data"), view.snapshot.version_id),
        (
            _("The same figures on the command line:").rstrip(":"),
            explain.command("followup", view.filters, view.snapshot.version_id),
        ),
    )
    sheet = SheetSpec(_("Follow-up"), presented(table), columns)
    return workbook([sheet], simulated=view.snapshot.simulated, about=about)
