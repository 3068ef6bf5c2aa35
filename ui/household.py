"""One household: who it is, when it is due and why, and what happened."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.timeline import describe_timeline, household_timeline
from analytics.i18n import _
from analytics.questions import household, household_facts
from ui import components, explain, explain_household, links, story, words
from ui.choice import shorten
from ui.correct import editor
from ui.corrections import waiting_note
from ui.find import go_to
from ui.private import private_fields
from ui.view import View


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
    _head(view, row, household_id)
    waiting_note(view, household_id)
    editor(view, household_id)
    left, right = st.columns([2, 3], gap="large")
    with left:
        _due(view, row)
        _facts(view, row)
        story.programs(view, events)
        story.barriers(events)
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
        story.timeline(view, events)


def _head(view: View, row: pd.Series, household_id: str) -> None:
    """Who it is, how it stands, and the way on through the follow-up list of its desa."""
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
    listed = view.ask("followup", desa=(str(row["desa_code"]),))["household_id"].tolist()
    if household_id not in listed:
        return
    place = listed.index(household_id)
    with st.container(
        horizontal=True, vertical_alignment="center", key="household_steps", gap="medium"
    ):
        st.caption(
            _(
                "Number {place} of {all} in the follow-up list of {desa}",
                place=numbers.number(place + 1),
                all=numbers.number(len(listed)),
                desa=words.literal(row["desa_name"]),
            ),
            width="content",
        )
        if place > 0:
            _step(_("Previous"), listed[place - 1], ":material/arrow_back:", "household_before")
        if place + 1 < len(listed):
            _step(_("Next"), listed[place + 1], ":material/arrow_forward:", "household_after")


def _step(label: str, household_id: str, icon: str, key: str) -> None:
    st.button(label, icon=icon, type="tertiary", key=key, on_click=go_to, args=(household_id,))


def _due(view: View, row: pd.Series) -> None:
    if pd.isna(row.get("status")):
        _why_not_due(view, row)
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
    with st.container(key="household_how", gap="xxsmall"):
        components.how(
            explain_household.due(view, row),
            view,
            key="household_due",
            label=_("How is the date set?"),
        )
        components.how(
            explain.score(view), view, key="household_score", label=_("How is the score made?")
        )


def _why_not_due(view: View, row: pd.Series) -> None:
    """Why nobody is due at a household: it is not active on the day."""
    if pd.isna(row["ended_on"]) or row["registered_on"].date() > view.filters.as_of:
        st.info(
            _(
                "Registered on {day}, after the day asked about.",
                day=numbers.day(row["registered_on"]),
            ),
            icon=":material/event_upcoming:",
        )
        return
    reason = str(row["end_reason"]) if pd.notna(row["end_reason"]) else ""
    st.info(
        _(
            "Left the list on {day}{reason}: no visit is due.",
            day=numbers.day(row["ended_on"]),
            reason=f" ({words.literal(reason)})" if reason else "",
        ),
        icon=":material/logout:",
    )


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
