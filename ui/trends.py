"""Tren: a measure month by month, large, with what stands out in words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.runchart import range_chart, run_chart
from analytics.charts.runchart_text import (
    describe_run,
    no_limits_sentence,
    signal_sentences,
    value_text,
)
from analytics.events import Event
from analytics.i18n import _, ngettext
from analytics.questions import MEASURES, Measure, monthly
from analytics.questions.monthly import Run, judged
from ui import components, explain_trend, words
from ui.parts import part
from ui.trend_choice import (
    BASE,
    DESA,
    FIRST_YEAR,
    MEASURE,
    asked,
    events_of,
    series,
    written,
)
from ui.trend_grid import side_by_side
from ui.trend_table import as_table
from ui.view import View

_FIRST_POINTS = 12
_MEASURE_BOX, _BASE_BOX, _DESA_BOX = "trend_measure", "trend_base", "trend_desa"


@part
def board(view: View) -> None:
    """Choose a measure; see it large and for all desa."""
    measure = _choose_measure()
    large(view, measure)
    side_by_side(view, measure)
    as_table(view, measure)


def _choose_measure() -> Measure:
    first = next(iter(MEASURES))
    st.session_state[_MEASURE_BOX] = asked(MEASURE, list(MEASURES)) or first
    st.segmented_control(
        _("What to show"),
        list(MEASURES),
        format_func=lambda code: explain_trend.name(MEASURES[code]) if code in MEASURES else code,
        key=_MEASURE_BOX,
        required=True,
        on_change=written(MEASURE, _MEASURE_BOX, first),
        label_visibility="collapsed",
    )
    return MEASURES[st.session_state[_MEASURE_BOX] or first]


def _choose_desa(view: View) -> str | None:
    codes = list(view.choice.desa or view.desa)
    st.session_state[_DESA_BOX] = asked(DESA, codes)
    st.selectbox(
        _("Desa"),
        codes,
        index=None,
        format_func=lambda code: view.desa.get(code, code),
        placeholder=_("All desa together"),
        key=_DESA_BOX,
        on_change=written(DESA, _DESA_BOX),
    )
    chosen: str | None = st.session_state[_DESA_BOX]
    return chosen


def _choose_base() -> int | None:
    names = {"": _("all comparable months"), FIRST_YEAR: _("the first 12 comparable months")}
    st.session_state[_BASE_BOX] = asked(BASE, [FIRST_YEAR]) or ""
    st.selectbox(
        _("Limits from"),
        list(names),
        format_func=lambda code: names.get(code, code),
        key=_BASE_BOX,
        on_change=written(BASE, _BASE_BOX),
    )
    return _FIRST_POINTS if st.session_state[_BASE_BOX] == FIRST_YEAR else None


def large(view: View, measure: Measure) -> None:
    """One series large, its signals in words."""
    with st.container(key="trend_large"):
        heading, left, right = st.columns([2, 1, 1], vertical_alignment="bottom")
        with left:
            code = _choose_desa(view)
        with right:
            base = _choose_base()
        where = view.desa[code] if code else _place(view)
        heading.subheader(f"{explain_trend.long_name(measure)}: {where}", anchor=False)
        rows = monthly(series(view, code), measure)
        run = judged(rows, measure, view.filters, first_points=base)
        events = events_of(rows, (code,) if code else view.filters.desa)
        back = measure.looks_back_days(view.filters)
        target = view.rules.coverage.target if measure.key == "cakupan" else None
        st.markdown(_newest(view, run, code))
        text = describe_run(run, f"{explain_trend.long_name(measure)} ({where})", events, back)
        components.chart(run_chart(run, events, target=target), text, key="run")
        _said(view, run, events, back)
        with st.container(horizontal=True, gap="medium"):
            components.how(explain_trend.large(view, run, code), view, key="run")
        _ranges(run)


def _place(view: View) -> str:
    chosen = view.choice.desa
    if not chosen:
        return view.snapshot.area_name
    names = [view.desa[code] for code in chosen[:3]]
    return ", ".join(names) + (" …" if len(chosen) > len(names) else "")


def _newest(view: View, run: Run, code: str | None) -> str:
    """The newest month that may be compared, against the usual range; then the running one."""
    rows, measure = run.rows, run.measure
    parts = []
    whole = rows[rows["left_out"] == ""]
    if not whole.empty:
        row = whole.iloc[-1]
        value = value_text(measure, row["value"])
        parts.append(f"**{numbers.month(row['month_end'])}: {value}**{_out_of(measure, row)}")
        if run.limits is not None:
            parts[-1] += "; " + _(
                "usually {low} to {high}",
                low=value_text(measure, run.limits.lower),
                high=value_text(measure, run.limits.upper),
            )
    running = rows[(rows["left_out"] == "running") & rows["value"].notna()]
    if not running.empty:
        row = running.iloc[-1]
        value = value_text(measure, row["value"]) + _out_of(measure, row)
        day = numbers.day(row["month_end"], "medium")
        sentence = (
            _("on {day}: {value} (the month is still running)", day=day, value=value)
            if measure.at_month_end
            else _(
                "until {day}: {value}, not to be compared with a whole month", day=day, value=value
            )
        )
        parts.append(sentence)
    if code and (state := rows["state"].iloc[-1]) in ("waiting", "small", "no_data"):
        parts.append(words.state(state).lower())
    return " · ".join(parts) or _("No month with data yet.")


def _out_of(measure: Measure, row: pd.Series) -> str:
    if not measure.is_share:
        return ""
    whole = numbers.number(row["out_of"])
    return " " + _("({part} of {whole})", part=numbers.number(row["counted"]), whole=whole)


def _said(view: View, run: Run, events: list[Event], back: int) -> None:
    """The signals in words; or that there are none, or why there are no limits."""
    if run.limits is None:
        st.info(no_limits_sentence(run, run.measure.lag(view.filters)), icon=":material/info:")
        return
    sentences = signal_sentences(run, events, back)
    if sentences:
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
    else:
        st.markdown(_("No month stands out: the ups and downs are the usual ones."))
    early = int((run.rows["left_out"] == "initial").sum())
    if early and run.measure.at_month_end:
        st.caption(
            ngettext(
                "The first {count} month (grey) is not compared: what it looks back on begins "
                "before the first visit.",
                "The first {count} months (grey) are not compared: what they look back on begins "
                "before the first visit.",
                early,
            )
        )
    elif early:
        st.caption(
            _("The first month (grey) is not compared: its data begins in the middle of it.")
        )


def _ranges(run: Run) -> None:
    box = st.expander(
        _("Moving ranges (mR chart)"),
        icon=":material/stacked_line_chart:",
        key="trend_ranges",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        if run.limits is None:
            st.markdown(_("Too few months for limits."))
            return
        lag = run.limits.lag
        text = ngettext(
            "How far each month is from the month before; mean {mean}, limit {limit}.",
            "How far each month is from the one {count} months before; mean {mean}, limit {limit}.",
            lag,
            mean=value_text(run.measure, run.limits.mean_range),
            limit=value_text(run.measure, run.limits.upper_range),
        )
        st.markdown(text)
        components.chart(range_chart(run), text, key="ranges")
