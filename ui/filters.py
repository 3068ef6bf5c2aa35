"""The filters: one place, in the link, and the same on every page.

The link is the only truth. Each run reads it; what a widget changes is written into it before
the run that shows it. A page change empties the link (Streamlit does), so the last choice is
remembered in the session and written back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from analytics import numbers
from analytics.access.gate import Door
from analytics.config import load_rules
from analytics.i18n import _
from analytics.store import Store
from ui import address, answers
from ui.choice import FIRST_DAY, PARAMETERS, PERIODS, Choice, from_parameters, to_parameters
from ui.session import remember, remembered, use_language
from ui.view import View

WINDOWS = (30, 60, 90, 180, 365)
_SAVED, _MONTH = "choice", "month"
_KEY = "filter_{}"


def read_view(store: Store, door: Door) -> tuple[View, list[str]]:
    """The view that the link asks for, and a sentence for each thing in it that was ignored."""
    folder = str(store.folder)
    desa = answers.desa_names(door, folder)
    programs = answers.program_names(door, folder)
    today = numbers.today()
    problems: list[str] = []
    if door.reader.protected:
        return _published_view(store, door, desa, programs, today)
    if any(name in st.query_params for name in PARAMETERS):
        choice, problems = from_parameters(st.query_params.to_dict(), desa, programs, today)
    else:
        choice = remembered(_SAVED, Choice()).known(desa, programs)
        _write(choice)
    remember(_SAVED, choice)
    return View(store, door, choice, today, desa, programs), problems


def _published_view(
    store: Store, door: Door, desa: dict[str, str], programs: dict[str, str], today: date
) -> tuple[View, list[str]]:
    """An outside reader chooses a month; whatever else the link asks for is not for this role."""
    months = door.months()
    asked, problems = from_parameters(st.query_params.to_dict(), desa, programs, today)
    # A page change empties the link; the month that was chosen stays.
    wanted = asked.as_of or remembered(_MONTH) or today
    over = [day for day in months if day <= wanted] or months
    month = over[-1] if over else today
    remember(_MONTH, month)
    if months and month != months[-1] and "per" not in st.query_params:
        address.put({"per": month.isoformat()})
    if asked.desa or asked.programs or asked.window_days or asked.period:
        problems = [
            *problems,
            _("This role sees fixed tables per month: the other filters of the link are left out."),
        ]
    return View(store, door, Choice(as_of=month), today, desa, programs), problems


def draw_months(view: View) -> None:
    """The one choice of an outside reader: the month."""
    months = view.door.months()[::-1]
    if not months:
        return
    with st.sidebar:
        st.selectbox(
            _("Month"),
            months,
            format_func=numbers.day,
            key=_show("bulan", view.filters.as_of),
            on_change=_month_chosen,
            help=_("Figures are published for the end of each month that is over."),
        )


def _month_chosen() -> None:
    use_language()
    month = st.session_state[_KEY.format("bulan")]
    remember(_MONTH, month)
    address.put({"per": month.isoformat()})


def _write(choice: Choice) -> None:
    address.put({**dict.fromkeys(PARAMETERS), **to_parameters(choice)})


def _changed(name: str, today: date, default_window: int) -> None:
    """A widget was used: its value goes into the link before anything is drawn."""
    choice: Choice = remembered(_SAVED, Choice())
    value = st.session_state.get(_KEY.format(name))
    if name == "per" and value is not None:
        choice = replace(choice, as_of=None if value == today else value)
    elif name == "jendela" and value is not None:
        window = None if int(value) == default_window else int(value)
        choice = replace(choice, window_days=window, period=None)
    elif name == "periode":
        choice = replace(choice, window_days=None, period=value)
    elif name == "desa":
        choice = replace(choice, desa=tuple(value or ()))
    elif name == "program":
        choice = replace(choice, programs=tuple(value or ()))
    apply(choice)


def apply(choice: Choice) -> None:
    """Show *choice* from the next run on (for callbacks)."""
    remember(_SAVED, choice)
    use_language()
    _write(choice)


def _show(name: str, value: Any) -> str:
    """Give a widget the value of the link; its key."""
    key = _KEY.format(name)
    st.session_state[key] = value
    return key


def period_name(code: str) -> str:
    """A period of the calendar as its button says it."""
    return {
        "bulan": _("This month"),
        "triwulan": _("Quarter"),
        "semester": _("Half-year"),
        "tahun": _("Year"),
    }.get(code, code)


def draw_filters(view: View, uses: tuple[str, ...] = PARAMETERS) -> None:
    """The widgets, in the sidebar; *uses* are those that matter on this page."""
    choice, filters = view.choice, view.filters
    default_window = load_rules().coverage.window_days

    def on_change(name: str) -> dict[str, Any]:
        return {"on_change": _changed, "args": (name, view.today, default_window)}

    with st.sidebar:
        if "per" in uses:
            st.date_input(
                _("As of"),
                min_value=FIRST_DAY,
                max_value=view.today,
                format="DD/MM/YYYY",
                key=_show("per", filters.as_of),
                help=_("Every figure is as things stood at the end of this day."),
                **on_change("per"),
            )
        if "jendela" in uses:
            st.pills(
                _("Period"),
                list(PERIODS),
                format_func=period_name,
                key=_show("periode", choice.period),
                help=_("From the first day of the month, quarter, half-year or year on."),
                **on_change("periode"),
            )
            st.selectbox(
                _("Window"),
                sorted({*WINDOWS, default_window, filters.window_days}),
                format_func=lambda days: _("{days} days", days=numbers.number(days)),
                key=_show("jendela", filters.window_days),
                help=_("A household counts as covered when it was met in the last so many days."),
                **on_change("jendela"),
            )
        if "desa" in uses:
            st.multiselect(
                _("Desa"),
                list(view.desa),
                format_func=lambda code: view.desa.get(code, code),
                placeholder=_("All desa"),
                key=_show("desa", list(choice.desa)),
                select_all=False,
                **on_change("desa"),
            )
        if "program" in uses:
            st.multiselect(
                _("Program"),
                list(view.programs),
                format_func=lambda code: view.programs.get(code, code),
                placeholder=_("All programs") if view.programs else _("No program yet"),
                key=_show("program", list(choice.programs)),
                select_all=False,
                disabled=not view.programs,
                **on_change("program"),
            )
        if choice != Choice():
            st.button(
                _("Reset filters"),
                icon=":material/restart_alt:",
                key="filter_reset",
                type="tertiary",
                on_click=apply,
                args=(Choice(),),
            )
