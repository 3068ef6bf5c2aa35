"""One household: who it is, when it is due and why, and what happened."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.timeline import describe_timeline, household_timeline
from analytics.i18n import _
from analytics.questions import household, household_facts
from ui import components, explain, links, words
from ui.choice import shorten
from ui.followup import household_table
from ui.page import part
from ui.session import remember, remembered
from ui.story import timeline
from ui.view import View

_SEARCH = "household_search"
_SHOWN = 200


def asked_household() -> str | None:
    """The household that the link names (``?keluarga=…``)."""
    return st.query_params.get(links.HOUSEHOLD) or None


def search(view: View) -> None:
    """Find a household by its id or its desa."""
    if remembered(links.OPENED):  # the search has found what it was for
        remember(links.OPENED, False)
        st.session_state[_SEARCH] = ""
    st.text_input(
        _("Find a household"),
        key=_SEARCH,
        type="search",
        placeholder=_("ID of the household, or name of the desa"),
        autocomplete="off",
    )
    text = (st.session_state.get(_SEARCH) or "").strip()
    if not text and asked_household():
        return
    everybody = view.ask("followup")
    if everybody.empty:
        components.empty_state(components.why_empty(view), view)
        return
    found = everybody
    if text:
        in_id = everybody["household_id"].str.contains(text, case=False, regex=False)
        in_desa = everybody["desa_name"].str.contains(text, case=False, regex=False)
        found = everybody[in_id | in_desa]
    if found.empty:
        st.info(
            _(
                "No active household has “{text}” in its ID or desa.",
                text=shorten(text),
            )
        )
        return
    shown = min(len(found), _SHOWN)
    st.caption(
        _(
            "{count} found, the {shown} that come first in the follow-up list are shown.",
            count=words.households(len(found)),
            shown=numbers.number(shown),
        )
    )
    household_table(view, found.head(_SHOWN), key="household_found", height=420)


def show(view: View, household_id: str) -> None:
    """The page of one household; an id that nobody knows is explained."""
    facts = household_facts(view.snapshot, view.filters, household_id)
    if facts.empty:
        st.warning(
            _(
                "There is no household “{id}” in the data. It may be written differently, or was "
                "not imported yet.",
                id=shorten(household_id),
            ),
            icon=":material/search_off:",
        )
        return
    row = facts.iloc[0]
    events = household(view.snapshot, view.filters, household_id)
    with st.container(
        horizontal=True, vertical_alignment="center", key="household_head", gap="medium"
    ):
        st.subheader(
            _("Household {id}", id=words.literal(household_id)), anchor=False, width="content"
        )
        if pd.notna(row.get("status")):
            components.status_badge(str(row["status"]))
        links.page_link(
            "tindak_lanjut",
            _("Follow-up list of {desa}", desa=row["desa_name"]),
            view,
            icon=":material/checklist:",
            desa=(row["desa_code"],),
        )
    left, right = st.columns([2, 3], gap="large")
    with left:
        _due(view, row)
        _facts(view, row)
        visits = events[events["visit_id"].notna() & ~events["event"].str.startswith("barrier_")]
        private_fields(
            view, household_id, dict(zip(visits["visit_id"], visits["on_date"], strict=True))
        )
    with right:
        due_on = row.get("due_on")
        as_of = view.filters.as_of
        due = None if pd.isna(due_on) else due_on.date()
        figure = household_timeline(
            events, due_on=due, as_of=as_of, program_names=dict(view.programs)
        )
        text = describe_timeline(events, due_on=due, as_of=as_of)
        components.chart(figure, text, key="household_timeline")
        timeline(view, events)


def _due(view: View, row: pd.Series) -> None:
    if pd.isna(row.get("status")):
        if pd.notna(row["ended_on"]):
            why = (
                f" ({words.literal(str(row['end_reason']))})" if pd.notna(row["end_reason"]) else ""
            )
            st.info(
                _(
                    "Left the list on {day}{reason}: no visit is due.",
                    day=numbers.day(row["ended_on"]),
                    reason=f" ({words.literal(str(row['end_reason']))})"
                    if pd.notna(row["end_reason"])
                    else "",
                ),
                icon=":material/logout:",
            )
        else:
            st.info(
                _(
                    "Registered on {day}, after the day asked about.",
                    day=numbers.day(row["registered_on"]),
                )
            )
        return
    late = int(row["days_overdue"])
    when = (
        _(
            "**Due since {day}, {days} days overdue.**",
            day=numbers.day(row["due_on"]),
            days=numbers.number(late),
        )
        if late
        else _("**Next visit due on {day}.**", day=numbers.day(row["due_on"]))
    )
    st.markdown(f"{when} {_why_due(view, row)}")
    if why := words.why_first(row.to_frame().T)[0]:
        st.markdown(
            _(
                "Score {score} of 100: {why}.",
                score=numbers.number(row["score"], 0 if float(row["score"]).is_integer() else 1),
                why=why,
            )
        )
    components.how(explain.score(view), view, key="household_score")


def _why_due(view: View, row: pd.Series) -> str:
    cadence = {
        "level": words.priority(row["priority"]).lower(),
        "days": numbers.number(row["cadence_days"]),
    }
    if pd.isna(row["last_contact_on"]):
        return _(
            "Never met since it was registered on {day}; priority {level} means a visit every "
            "{days} days.",
            day=numbers.day(row["registered_on"]),
            **cadence,
        )
    expected = row["last_contact_on"] + pd.Timedelta(days=int(row["cadence_days"]))
    if expected == row["due_on"]:
        return _(
            "Last met on {day}; priority {level} means a visit every {days} days.",
            day=numbers.day(row["last_contact_on"]),
            **cadence,
        )
    return _(
        "Last met on {day}; the assistant then set this date for the next visit.",
        day=numbers.day(row["last_contact_on"]),
    )


def _facts(view: View, row: pd.Series) -> None:
    place = [
        f"{name} {row[key]}" for key, name in (("rt", "RT"), ("rw", "RW")) if pd.notna(row[key])
    ]
    if pd.notna(row["dusun"]):
        place.append(str(row["dusun"]))
    programs = [view.programs.get(code, code) for code in row["targeted_programs"]]
    desil = numbers.number(row["desil"]) if pd.notna(row["desil"]) else ""
    if desil and pd.notna(row["desil_on"]):
        desil += f" ({_('as of {day}', day=numbers.day(row['desil_on'], 'medium'))})"
    facts = {
        _("Desa"): row["desa_name"],
        _("Place"): ", ".join(place),
        _("Members"): numbers.number(row["members"]) if pd.notna(row["members"]) else "",
        _("Priority"): words.priority(row["priority"]),
        _("Vulnerabilities"): words.listed(row["vulnerabilities"], words.vulnerability),
        _("Desil"): desil,
        _("Registered"): numbers.day(row["registered_on"]),
        _("Target of"): ", ".join(programs),
    }
    st.markdown(
        "  \n".join(f"{name}: **{words.literal(value or '–')}**" for name, value in facts.items())
    )


@part
def private_fields(view: View, household_id: str, visits: Mapping[str, pd.Timestamp]) -> None:
    """Personal data, only when asked for: not cached, not in the link, in no export."""
    place = st.empty()
    with place.container(key="private"):
        if not st.button(_("Show personal data"), icon=":material/lock_open:", key="private_show"):
            st.caption(
                _("Name, card number, address and notes are encrypted and shown only on request.")
            )
            return
    fields = view.snapshot.private("keluarga", [household_id]).get(household_id, {})
    kept = view.snapshot.private("kunjungan", list(visits))
    notes = [(visits[i], kept[i]["catatan"]) for i in visits if kept.get(i, {}).get("catatan")]
    with place.container(key="private_open"):
        if not fields and not notes:
            st.info(
                _(
                    "No personal data is stored for this household, or its key is not on this "
                    "computer."
                )
            )
            return
        lines = [
            f"{words.private_field(name)}: **{words.literal(text)}**"
            for name, text in fields.items()
            if text
        ]
        if notes:
            lines += ["", f"**{_('Notes of visits')}**", ""]
            lines += [f"{numbers.day(day, 'medium')}: {words.literal(text)}" for day, text in notes]
        st.markdown("  \n".join(lines))
        st.button(_("Hide again"), icon=":material/lock:", key="private_hide")
