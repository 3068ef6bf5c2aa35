"""Recording what became of a barrier: a new version of the data, with the history below."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.access.roles import Role
from analytics.config import BARRIER_STATUSES
from analytics.i18n import _
from analytics.ingest.barrier_status import CLOSED, StatusChange, record_status
from analytics.ingest.report import ImportReport
from analytics.questions import lesson_groups
from analytics.questions.filters import LONGEST_WINDOW_DAYS
from analytics.store import StoreError
from ui import identity, words
from ui.correct_words import barrier_status, column_name
from ui.session import remember, remembered
from ui.view import View

_SAID, _WANTED, _ASKED, _PRESSED = (
    "barrier_said",
    "barrier_wanted",
    "barrier_asked",
    "barrier_pressed",
)
_BOX, _CHOSEN, _CLOSED_TOO = "record_box", "record_barrier", "record_closed"
_SOLVED = "selesai"
_LONGEST_SOLUTION, _MOST_SUGGESTED = 200, 5


def choose(barrier_id: str) -> None:
    """Open the form with a barrier in it, when it is drawn next (for callbacks)."""
    remember(_WANTED, barrier_id)
    st.session_state[_BOX] = True


def said() -> None:
    """What was recorded, said once."""
    if done := remembered(_SAID):
        remember(_SAID, None)
        st.success(done, icon=":material/edit_note:")


def recorder(view: View) -> None:
    """Choose a barrier, say its status, see its history; only for roles that may correct."""
    if not view.reader.may_correct:
        return
    box = st.expander(
        _("Record the status of a barrier"),
        icon=":material/edit_note:",
        key=_BOX,
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        every = view.ask("meeting", as_of=view.today, window_days=LONGEST_WINDOW_DAYS)
        _take_wanted(every)
        left, right = st.columns((2, 1), gap="medium", vertical_alignment="bottom")
        closed_too = right.toggle(
            _("Also closed ones"),
            value=False,
            help=_("To reopen them or to correct what was recorded."),
            key=_CLOSED_TOO,
        )
        rows = every if closed_too else every[every["closed_on"].isna()]
        rows = rows.sort_values(["days", "barrier_id"], ascending=[False, True])
        if rows.empty:
            left.markdown(_("No barrier is open."))
            return
        labels = {str(row["barrier_id"]): _label(row) for row in rows.to_dict("records")}
        chosen = left.selectbox(
            _("Which barrier"),
            list(labels),
            format_func=lambda code: labels.get(code, code),
            key=_CHOSEN,
        )
        row = rows[rows["barrier_id"] == chosen].iloc[0]
        _form(view, row)
        history(view, str(chosen))


def _take_wanted(every: pd.DataFrame) -> None:
    """Choose the barrier that was clicked; it may have been closed since the day of the table."""
    wanted = remembered(_WANTED)
    remember(_WANTED, None)
    rows = every[every["barrier_id"] == wanted]
    if rows.empty:
        return
    if rows["closed_on"].notna().any():
        st.session_state[_CLOSED_TOO] = True
    st.session_state[_CHOSEN] = wanted


def _label(row: dict[Hashable, Any]) -> str:
    return _(
        "{id} · {what} · {desa} · {state}, noted on {day}",
        id=row["barrier_id"],
        what=words.barrier(str(row["category"])),
        desa=row["desa_name"],
        state=barrier_status(str(row["status"])).lower(),
        day=numbers.day(row["opened_on"], "medium"),
    )


def _form(view: View, row: pd.Series) -> None:
    code = str(row["barrier_id"])
    opened = row["opened_on"].date()
    left, right = st.columns(2, gap="medium")
    with left:
        status = st.selectbox(
            _("New status"),
            BARRIER_STATUSES,
            index=BARRIER_STATUSES.index(row["status"]),
            format_func=barrier_status,
            key=_key("status", code),
        )
        waits = st.text_input(
            _("Waiting for"),
            "" if pd.isna(row["waits_for"]) else str(row["waits_for"]),
            max_chars=80,
            help=_("An agency or an office, never the name of a person."),
            key=_key("waits", code),
        )
    with right:
        since = st.date_input(
            _("Since"),
            max(opened, view.today),
            min_value=opened,
            max_value=max(opened, view.today),
            format="DD/MM/YYYY",
            help=_("Of a closed barrier: the day it was closed."),
            key=_key("since", code),
        )
        written = "" if pd.isna(row["solution"]) else str(row["solution"])
        st.session_state.setdefault(_key("solution", code), written)
        solution = st.text_input(
            _("Solution (when solved)"),
            max_chars=max(_LONGEST_SOLUTION, len(written)),
            help=_("How it was solved, for others to learn from; no names."),
            key=_key("solution", code),
        )
        if status == _SOLVED:
            _suggest(view, str(row["category"]), code)
    untold = status == _SOLVED and not solution.strip()
    asked = untold and remembered(_ASKED) == code
    st.button(
        _("Record without a solution") if asked else _("Check and record"),
        type="primary",
        icon=":material/check:",
        key="record_go",
        on_click=_press,
        args=(code,),
    )
    if asked:
        st.warning(
            _("Without a solution? The lesson for other desa is lost."),
            icon=":material/lightbulb:",
        )
    pressed = remembered(_PRESSED) == code
    remember(_PRESSED, None)
    if pressed and isinstance(since, date):
        _record(view, code, StatusChange(str(status), since, waits, solution))


def _key(field: str, code: str) -> str:
    return f"record_{field}_{code}"


def _press(code: str) -> None:
    """Record in this run; a solved barrier without its solution is asked about once before."""
    untold = st.session_state[_key("status", code)] == _SOLVED and not (
        st.session_state[_key("solution", code)].strip()
    )
    if untold and remembered(_ASKED) != code:
        remember(_ASKED, code)
        return
    remember(_ASKED, None)
    remember(_PRESSED, code)


def _suggest(view: View, category: str, code: str) -> None:
    """How barriers of the category were solved in all desa so far; a click fills the field."""
    known = known_solutions(view, category)
    if not known:
        return
    st.caption(_("Solved like this before; a click fills it in:"))
    with st.container(horizontal=True, gap="small", key="record_lessons"):
        for place, (solution, times) in enumerate(known):
            st.button(
                f"{words.literal(solution)} ({numbers.number(times)}×)",
                key=f"record_lesson_{place}_{code}",
                on_click=_fill,
                args=(code, solution),
            )


def _fill(code: str, solution: str) -> None:
    st.session_state[_key("solution", code)] = solution


def known_solutions(view: View, category: str) -> list[tuple[str, int]]:
    """The solutions of a category and how often each solved one, most often first."""
    table = view.ask("lessons", as_of=view.today, desa=())
    fits = table["solution"].str.strip().str.len() <= _LONGEST_SOLUTION
    groups = lesson_groups(table[fits & (table["category"] == category)])
    # An agency of its own is a group of its own; here the words count.
    times = groups.groupby("solution", sort=True)["solved"].sum()
    most = times.sort_values(ascending=False, kind="stable").head(_MOST_SUGGESTED)
    return [(str(solution), int(count)) for solution, count in most.items()]


def _record(view: View, code: str, change: StatusChange) -> None:
    if change.status in CLOSED:
        change = StatusChange(change.status, change.since, "", change.solution)
    try:
        with st.spinner(_("Recording it and making a new version …")):
            report = record_status(view.store_to_record(), view.snapshot, code, change)
    except LookupError:
        st.error(_("There is no such barrier any more."), icon=":material/report:")
        return
    except StoreError as error:
        st.error(str(error), icon=":material/report:")
        return
    if report is None:
        st.info(_("Nothing differs from what is stored, so there is nothing to record."))
        return
    if not report.total("accepted"):
        st.error("  \n".join([_("The import would refuse this:"), *problems(report)]))
        return
    remember(
        _SAID,
        _(
            "Recorded: {id} is {state} since {day}. The data has a new version, {version}.",
            id=words.literal(code),
            state=barrier_status(change.status).lower(),
            day=numbers.day(change.since),
            version=report.version,
        ),
    )
    st.rerun()


def problems(report: ImportReport) -> list[str]:
    """The importer's own sentences about rows it refused."""
    return [
        words.literal(
            f"{column_name(each.column)}: {each.problem}" if each.column else each.problem
        )
        for sheet in report.files
        for each in sheet.errors
    ]


def history(view: View, code: str) -> None:
    """What was recorded of a barrier, oldest first."""
    table = view.ask("barrier_history", as_of=view.today)
    mine = table[table["barrier_id"] == code]
    st.markdown("**" + _("History of {id}", id=words.literal(code)) + "**")
    if mine.empty:
        st.caption(_("Nothing is known of it: the data is of an earlier release."))
        return
    st.markdown("\n".join(f"- {_entry(row)}" for row in mine.to_dict("records")))


def _entry(row: dict[Hashable, Any]) -> str:
    parts = [f"{numbers.day(row['noted_on'], 'medium')}: **{barrier_status(str(row['status']))}**"]
    if isinstance(row["waits_for"], str):
        parts.append(_("waits for {who}", who=words.literal(row["waits_for"])))
    if row["has_solution"]:
        parts.append(_("with a solution"))
    parts.append(_by_whom(row["recorded_by"]))
    return " · ".join(parts)


def _by_whom(code: object) -> str:
    if code not in {role.value for role in Role}:
        return _("from an earlier release")
    return _("recorded by: {role}", role=identity.role_name(Role(str(code))))
