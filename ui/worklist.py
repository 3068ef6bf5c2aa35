"""The work list: rows to tick for this week, as one list or in groups with their own counts."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import FOLLOWUP_STATUSES
from analytics.i18n import _
from ui import basket, followup, followup_filter, links, words
from ui.tables import Column, show_table
from ui.view import View

PAGE_ROWS, GROUP_ROWS = 500, 20
_DEFAULT_TOP = 10


def the_list(view: View, table: pd.DataFrame, active: int) -> None:
    """Everybody the filters leave, highest score first."""
    left, right = st.columns([7, 3], vertical_alignment="center")
    left.markdown(f"**{words.n_of(len(table), active)}**. {followup.opening_sentence(table)}")
    with right:
        followup.download_list(view, table)
    _picking(view, table, key="followup", rows=PAGE_ROWS, quick=True)


def _picking(view: View, table: pd.DataFrame, *, key: str, rows: int, quick: bool = False) -> None:
    """Rows to tick: a tick marks a row for this week, a click on its text opens the household."""
    everything = bool(st.session_state.get(f"{key}_all"))
    listed = table if everything else table.head(rows)
    picked = set(basket.chosen(view))
    # Another list is another table: what was ticked in the old one means nothing in the new.
    mark = crc32("|".join([*listed["household_id"], "#", *sorted(picked)]).encode())
    table_key = f"{key}_table_{mark}"
    ticked = _ticked(table_key, listed)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}_do"):
        basket.add_button(view, ticked, key=f"{key}_add")
        if quick:
            _quick_choice(view, table)
        else:
            basket.add_button(
                view,
                table["household_id"].tolist(),
                key=f"{key}_whole",
                label=_("Add the whole group ({count})", count=numbers.number(len(table))),
            )
        if len(table) > rows:
            st.toggle(
                _("Show all {count} rows", count=numbers.number(len(table))), key=f"{key}_all"
            )
    st.caption(_tell(len(listed), len(table)))
    shown = followup.presented(listed)
    shown["picked"] = ["✓" if each in picked else "" for each in listed["household_id"]]
    event = show_table(
        shown,
        [Column("picked", _("This week"), width=76), *followup.list_columns()],
        key=table_key,
        name=_("Follow-up"),
        height=min(460, 38 + 35 * max(len(listed), 1)),
        on_select="rerun",
        selection_mode=("multi-row", "single-cell"),
    )
    cells = ((event or {}).get("selection") or {}).get("cells") or []
    if cells and (position := int(cells[0][0])) < len(listed):
        links.open_household(view, str(listed["household_id"].iloc[position]))


def _ticked(table_key: str, listed: pd.DataFrame) -> list[str]:
    """Ids of the rows that are ticked now; known before the table is drawn again."""
    selection = (st.session_state.get(table_key) or {}).get("selection") or {}
    places = [int(row) for row in selection.get("rows") or [] if int(row) < len(listed)]
    return [str(each) for each in listed["household_id"].iloc[sorted(places)]]


def _tell(shown: int, count: int) -> str:
    hint = _("Tick rows for this week’s visits. Click a row’s text to open the household.")
    if shown == count:
        return hint
    first = _(
        "The first {shown} of {count} are shown.",
        shown=numbers.number(shown),
        count=numbers.number(count),
    )
    return f"{first} {hint}"


def _quick_choice(view: View, table: pd.DataFrame) -> None:
    """Let the first of each assistant be chosen: a fixed number, or as many as they visit."""
    choose = st.popover(
        _("Choose the first of each assistant"),
        icon=":material/format_list_numbered:",
        key="quick",
        on_change="rerun",
    )
    if not choose.open:
        return
    with choose:
        most = st.number_input(
            _("Households per assistant"), 1, 500, _DEFAULT_TOP, key="quick_count"
        )
        first = basket.top_of_each(table, int(most))
        label = _("Add {households}", households=words.households(len(first)))
        basket.add_button(view, first, key="quick_add", label=label)
        st.divider()
        st.markdown(
            _(
                "Or as many of each as the assistant visited per week in the last {days} days:",
                days=numbers.number(view.filters.window_days),
            )
        )
        week = basket.top_of_each(table, weekly_capacity(view))
        label = _("Add a week’s work: {households}", households=words.households(len(week)))
        basket.add_button(view, week, key="quick_week", label=label)


def weekly_capacity(view: View) -> dict[str, int]:
    """Assistant → whole visits per week in the window, over all desa; at least one."""
    work = view.ask("workload", desa=(), programs=())
    work = work[work["assistant_id"].notna() & (work["visits"] > 0)]
    pace = work["visits_per_week"].round().clip(lower=1).astype(int)
    return dict(zip(work["assistant_id"], pace, strict=True))


def groups(
    view: View,
    everybody: pd.DataFrame,
    table: pd.DataFrame,
    names: dict[str, str],
    works_in: Mapping[str, tuple[str, ...]],
) -> None:
    """The list per assistant or per desa: the counts of each, and its rows when it is opened.

    Args:
        everybody: all rows of the view, for the counts.
        table: the rows that the filters leave.
        names: assistant id → name.
        works_in: desa code → ids of the assistants who work there.
    """
    ways = {"assistant_id": _("Per assistant"), "desa_name": _("Per desa")}
    by = st.segmented_control(
        _("Group"),
        list(ways),
        format_func=lambda way: ways[way],
        default="assistant_id",
        required=True,
        key="group_by",
        label_visibility="collapsed",
    )
    by = by or "assistant_id"
    sizes = everybody.groupby(everybody[by].fillna(""))["household_id"].size()
    parts = dict(tuple(table.groupby(table[by].fillna(""), sort=False)))
    for name in sorted(parts, key=str.casefold):
        part = parts[name]
        key = f"group_{crc32(f'{by}:{name}'.encode())}"
        title = words.literal(_group_name(by, name, names))
        label = f"**{title}** · {words.n_of(len(part), sizes[name])} · {_statuses(part)}"
        group = st.expander(label, key=key, on_change="rerun")
        if group.open:
            with group:
                if by == "assistant_id" and (said := whose(part, works_in)):
                    st.caption(said)
                _picking(view, part, key=f"{key}_rows", rows=GROUP_ROWS)
    st.subheader(_("All households by status"), anchor=False)
    followup.group_table(view, everybody, by)


def _group_name(by: str, name: str, names: dict[str, str]) -> str:
    if not name:
        return _("No assistant yet")
    return followup_filter.assistant_label(name, names) if by == "assistant_id" else name


def _statuses(part: pd.DataFrame) -> str:
    counts = part["status"].value_counts()
    return ", ".join(
        f"{words.status(code).lower()} {numbers.number(int(counts[code]))}"
        for code in FOLLOWUP_STATUSES
        if code in counts
    )


def whose(part: pd.DataFrame, works_in: Mapping[str, tuple[str, ...]]) -> str:
    """Why never-met households are this assistant's, and who else works in their desa."""
    unmet = part[part["last_contact_on"].isna()]
    if unmet.empty:
        return ""
    said = _(
        "{households} never met: assigned by the desa in which the assistant works.",
        households=words.households(len(unmet)),
    )
    shared = {
        row["desa_name"]: works_in.get(row["desa_code"], ())
        for row in unmet.drop_duplicates("desa_code").to_dict("records")
    }
    several = [
        _(
            "{desa}: {assistants}",
            desa=words.literal(desa),
            assistants=words.literal(", ".join(ids)),
        )
        for desa, ids in sorted(shared.items())
        if len(ids) > 1
    ]
    if several:
        said += " " + _(
            "Several assistants work in the same desa, the first by id is taken: {list}.",
            list="; ".join(several),
        )
    return said
