"""What happened to a household, in words: one entry per day, newest first."""

from __future__ import annotations

from itertools import groupby

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _, ngettext
from ui import words
from ui.view import View

_DAYS_SHOWN, _ALL_DAYS = 25, "household_all_days"


def timeline(view: View, events: pd.DataFrame) -> None:
    """What happened, newest first, in words; older days only on request."""
    st.subheader(_("What happened"), anchor=False)
    rows = [row for _index, row in events.iterrows()]
    days = [(day, list(group)) for day, group in groupby(rows, key=lambda row: row["on_date"])]
    more = len(days) - _DAYS_SHOWN
    everything = more <= 0 or st.session_state.get(_ALL_DAYS, False)
    with st.container(key="timeline"):
        st.markdown(
            "\n".join(_day(view, *each) for each in days[: None if everything else _DAYS_SHOWN])
        )
    if more > 0:
        st.toggle(
            ngettext("Show {count} earlier day", "Show {count} earlier days", more), key=_ALL_DAYS
        )


def _day(view: View, day: pd.Timestamp, rows: list[pd.Series]) -> str:
    lines = [f"- **{numbers.day(day, 'medium')}**", *(_event(view, row) for row in rows)]
    return "  \n  ".join(lines)


def _event(view: View, row: pd.Series) -> str:
    parts = [f"{words.EVENT_ICONS.get(row['event'], '')} {words.event(row['event'])}"]
    if row["event"].startswith("target_"):
        parts.append(f"**{words.literal(str(row['detail']))}**")
    elif row["event"].startswith("barrier_"):
        parts.append(f"**{words.listed(row['barriers'], words.barrier)}**")
        if pd.notna(row["detail"]):
            parts.append(words.literal(str(row["detail"])))
    elif pd.notna(row["detail"]):
        parts.append(words.literal(str(row["detail"])))
    if pd.notna(row["visit_id"]) and not row["event"].startswith("barrier_"):
        if len(row["programs"]):
            names = words.literal(
                words.listed(row["programs"], lambda code: view.programs.get(code, code))
            )
            parts.append(_("received: {programs}", programs=names))
        if pd.notna(row["benefit"]):
            parts.append(_("benefit {rating} of 5", rating=int(row["benefit"])))
        if len(row["barriers"]):
            parts.append(
                _("barriers: {barriers}", barriers=words.listed(row["barriers"], words.barrier))
            )
        if pd.notna(row["next_visit_on"]):
            parts.append(
                _("next visit set for {day}", day=numbers.day(row["next_visit_on"], "medium"))
            )
    if pd.notna(row["assistant_id"]):
        parts.append(_("assistant {id}", id=words.literal(str(row["assistant_id"]))))
    return " · ".join(parts)
