"""What happened to a household, in words: its programs, its barriers, and day by day."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.config import OUTCOMES
from analytics.i18n import _, ngettext
from ui import address, words
from ui.page import part
from ui.session import use_language
from ui.view import View

_DAYS_SHOWN, _ALL_DAYS = 25, "household_all_days"
_KINDS = {
    "kunjungan": OUTCOMES,
    "program": ("target_started", "target_ended"),
    "hambatan": ("barrier_opened", "barrier_closed"),
}
_KIND, _KIND_PILLS = "riwayat", "household_kinds"


def programs(view: View, events: pd.DataFrame) -> None:
    """A line per program: target since when, received when, and how it was felt."""
    received = events[events["event"] == "bertemu"].explode("programs")
    targets = events[events["event"].isin(_KINDS["program"])].explode("programs")
    codes = sorted({*received["programs"].dropna(), *targets["programs"].dropna()})
    if not codes:
        return
    st.subheader(_("Programs"), anchor=False)
    lines = []
    for code in codes:
        said = [f"**{words.literal(view.programs.get(code, code))}**"]
        own = targets[targets["programs"] == code]
        if own.empty:
            said.append(_("never a target"))
        elif own["event"].iloc[0] == "target_started":
            said.append(_("target since {day}", day=_day_of(own.iloc[0])))
        else:
            said.append(_("target until {day}", day=_day_of(own.iloc[0])))
        got = received[received["programs"] == code]
        if got.empty:
            said.append(_("not received yet"))
        else:
            said.append(_("last received on {day}", day=_day_of(got.iloc[0])))
            if pd.notna(got["benefit"].iloc[0]):
                said.append(_("benefit {rating} of 5", rating=int(got["benefit"].iloc[0])))
        lines.append(f"- {' · '.join(said)}")
    with st.container(key="list_programs"):
        st.markdown("\n".join(lines))


def barriers(events: pd.DataFrame) -> None:
    """A line per barrier: who owns it, and how long it is or was open."""
    noted = events[events["event"] == "barrier_opened"]
    if noted.empty:
        return
    closed = events[events["event"] == "barrier_closed"].set_index("barrier_id")
    st.subheader(_("Barriers"), anchor=False)
    lines = []
    for row in noted.to_dict("records"):
        name = words.listed(row["barriers"], words.barrier)
        said = [f"**{words.literal(name)}**"]
        if pd.notna(row["agency"]):
            said.append(words.literal(str(row["agency"])))
        days = int(row["days_open"])
        if row["barrier_id"] in closed.index:
            end = closed.loc[row["barrier_id"]]
            icon = ":material/task_alt:"
            said.append(
                ngettext(
                    "closed on {day} after {shown} day",
                    "closed on {day} after {shown} days",
                    days,
                    day=_day_of(end),
                    shown=numbers.number(days),
                )
            )
            if pd.notna(end["detail"]):
                said.append(words.literal(str(end["detail"])))
        else:
            icon = ":material/warning:"
            text = ngettext(
                "open for {shown} day, since {day}",
                "open for {shown} days, since {day}",
                days,
                day=_day_of(row),
                shown=numbers.number(days),
            )
            said.append(f"**{text}**")
        lines.append(f"- {icon} {' · '.join(said)}")
    with st.container(key="list_barriers"):
        st.markdown("\n".join(lines))


def _day_of(row: Any) -> str:
    return numbers.day(row["on_date"], "medium")


@part
def timeline(view: View, events: pd.DataFrame) -> None:
    """What happened, newest first, in words; one kind of it or all; older days on request."""
    st.subheader(_("What happened"), anchor=False)
    if events.empty:
        st.caption(_("Nothing is recorded for this household."))
        return
    chosen = _chosen_kinds(events)
    left_out = {event for kind, own in _KINDS.items() if kind not in chosen for event in own}
    rows = [row for _index, row in events.iterrows() if row["event"] not in left_out]
    if not rows:
        st.caption(_("Nothing of the chosen kind."))
        return
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


def _chosen_kinds(events: pd.DataFrame) -> list[str]:
    """The kinds that the link asks for (all, when it does not), as chips with counts."""
    asked = st.query_params.get(_KIND)
    chosen = list(_KINDS) if asked is None else [k for k in asked.split(",") if k in _KINDS]
    counts = {kind: int(events["event"].isin(own).sum()) for kind, own in _KINDS.items()}
    names = {"kunjungan": _("Visits"), "program": _("Programs"), "hambatan": _("Barriers")}
    st.session_state[_KIND_PILLS] = chosen
    st.pills(
        _("Show"),
        list(_KINDS),
        selection_mode="multi",
        format_func=lambda kind: f"{names[kind]} {numbers.number(counts[kind])}",
        key=_KIND_PILLS,
        on_change=_write_kinds,
    )
    return chosen


def _write_kinds() -> None:
    use_language()
    chosen = st.session_state.get(_KIND_PILLS) or []
    everything = set(chosen) == set(_KINDS)
    address.put({_KIND: None if everything else ",".join(k for k in _KINDS if k in chosen)})


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
