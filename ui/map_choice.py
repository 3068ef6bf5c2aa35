"""What the map page shows, as its link says: measure, program, the day compared with, the place.

``?ukuran=past_due&banding=2025-11-15&pilih=63.11.03.2013&rt=002``
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.map_metric import CODES, COVERAGE, MapMetric, metric_table
from analytics.i18n import _
from analytics.questions.dates import month_before
from ui import address
from ui.choice import FIRST_DAY
from ui.session import use_language
from ui.view import View

METRIC, PROGRAM, COMPARED, DESA, RT = "ukuran", "untuk", "banding", "pilih", "rt"
NO_RT = "-"
"""Stands in the link for households whose RT is not recorded."""
_KEY = "map_{}"
_OTHER_DAY = "hari_lain"


@dataclass(frozen=True, slots=True)
class MapChoice:
    """The page's own choices.

    Attributes:
        program: code of the program for the measure ``reach``.
        compared: the earlier day to compare with, or ``None``.
        desa, rt: the place that was opened; an RT only within a desa.
    """

    metric: MapMetric
    program: str | None
    compared: date | None
    desa: str | None
    rt: str | None


def read(view: View, reach: pd.DataFrame) -> MapChoice:
    """The choice in the link; what it does not know is left out.

    Args:
        reach: the question reach, for the programs there are and the weakest of them.
    """
    asked = st.query_params
    code = asked.get(METRIC, COVERAGE.code)
    if code not in CODES or (code == "reach" and reach.empty):
        code = COVERAGE.code
    program = asked.get(PROGRAM)
    if program not in set(reach["program_code"]):
        program = _weakest(reach)
    desa = asked.get(DESA)
    desa = desa if desa in view.desa else None
    name = view.programs.get(program or "", "")
    return MapChoice(
        MapMetric(code, "low" if code in ("coverage", "reach") else "high", name),
        program,
        _compared(view),
        desa,
        asked.get(RT) if desa else None,
    )


def _weakest(reach: pd.DataFrame) -> str | None:
    known = reach[reach["reached"].notna()].reset_index(drop=True)
    if known.empty:
        return None if reach.empty else str(reach["program_code"].iloc[0])
    return str(known["program_code"].iloc[int(known["reached"].argmin())])


def _compared(view: View) -> date | None:
    try:
        day = date.fromisoformat(st.query_params.get(COMPARED, ""))
    except ValueError:
        return None
    return day if FIRST_DAY <= day < view.filters.as_of else None


def write(**values: str | None) -> None:
    """Put values into the link; ``None`` takes one out. A change of desa leaves the RT."""
    if DESA in values and RT not in values:
        values[RT] = None
    address.put({name: value or None for name, value in values.items()})


def controls(choice: MapChoice, reach: pd.DataFrame) -> None:
    """The switches of measure and program."""
    codes = [code for code in CODES if code != "reach" or not reach.empty]
    st.segmented_control(
        _("Measure"),
        codes,
        format_func=lambda code: MapMetric(code, "low").name,
        required=True,
        key=_show(METRIC, choice.metric.code),
        on_change=lambda: _changed(METRIC, COVERAGE.code),
        label_visibility="collapsed",
    )
    if choice.metric.code == "reach":
        names = dict(zip(reach["program_code"], reach["program_name"], strict=True))
        st.pills(
            _("Program"),
            list(names),
            format_func=lambda code: names.get(code, code),
            required=True,
            key=_show(PROGRAM, choice.program),
            on_change=lambda: _changed(PROGRAM, None),
            label_visibility="collapsed",
        )


def _show(name: str, value: object) -> str:
    key = _KEY.format(name)
    st.session_state[key] = value
    return key


def _changed(name: str, default: str | None) -> None:
    use_language()
    value = st.session_state.get(_KEY.format(name))
    write(**{name: None if value == default else value})


def presets(as_of: date) -> dict[str, date]:
    """Days that people compare with: code → day."""
    days = {"bulan": month_before(as_of)}
    quarter = as_of
    for _month in range(3):
        quarter = month_before(quarter)
    days["triwulan"] = quarter
    leap = as_of.month == 2 and as_of.day == 29
    days["tahun"] = date(as_of.year - 1, as_of.month, 28 if leap else as_of.day)
    return {code: day for code, day in days.items() if day >= FIRST_DAY}


def comparison(view: View, choice: MapChoice) -> None:
    """The box for an earlier day to compare with."""
    days = presets(view.filters.as_of)
    labels = {
        "bulan": _("A month before"),
        "triwulan": _("Three months before"),
        "tahun": _("A year before"),
        _OTHER_DAY: _("Another day …"),
    }
    current = next((code for code, day in days.items() if day == choice.compared), None)
    if choice.compared and current is None:
        current = _OTHER_DAY
    st.selectbox(
        _("Compare with"),
        [*days, _OTHER_DAY],
        index=None,
        format_func=lambda code: f"{labels[code]} {_in_brackets(days.get(code))}".strip(),
        placeholder=_("Compare with another day"),
        key=_show("compare", current),
        on_change=lambda: _compare(days, view.filters.as_of),
        label_visibility="collapsed",
    )
    if current == _OTHER_DAY:
        st.date_input(
            _("Compare with"),
            min_value=FIRST_DAY,
            max_value=view.filters.as_of,
            format="DD/MM/YYYY",
            key=_show("compare_day", choice.compared),
            on_change=_compare_day,
            label_visibility="collapsed",
        )


def _in_brackets(day: date | None) -> str:
    return f"({numbers.day(day, 'medium')})" if day else ""


def _compare(days: dict[str, date], as_of: date) -> None:
    use_language()
    chosen = st.session_state.get(_KEY.format("compare"))
    day = days.get(chosen) if chosen else None
    if chosen == _OTHER_DAY:
        day = as_of - timedelta(days=7)  # no preset, so that its own box opens
    write(**{COMPARED: day.isoformat() if day else None})


def _compare_day() -> None:
    use_language()
    day = st.session_state.get(_KEY.format("compare_day"))
    write(**{COMPARED: day.isoformat() if day else None})


def table_of(view: View, choice: MapChoice, day: date | None = None) -> pd.DataFrame:
    """The rows to draw, for the day of the view or an earlier one."""
    changes = {"as_of": day} if day else {}
    desa = view.ask("desa_metrics", **changes)
    if choice.metric.code != "reach":
        return metric_table(choice.metric, desa)
    rows = view.ask("reach_desa", **changes)
    return metric_table(choice.metric, desa, rows[rows["program_code"] == choice.program])
