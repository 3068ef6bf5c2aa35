"""Rancangan: the declared designs, what they found, and whether it may be called an effect."""

from __future__ import annotations

import streamlit as st

from analytics import numbers
from analytics.charts.differences import points
from analytics.charts.event_study import describe_events, event_study
from analytics.charts.its import describe_its, its_chart
from analytics.designs import Design
from analytics.i18n import _, ngettext
from analytics.questions.evaluate import Series, Starts
from analytics.stats.verdict import Judged, Verdict
from ui import answers, components, impact_words
from ui.page import part
from ui.view import View
from ui.words import literal

_BADGES = {
    Verdict.NONE: ("gray", ":material/help:"),
    Verdict.HINT: ("orange", ":material/lightbulb:"),
    Verdict.STRONG: ("green", ":material/verified:"),
}


@part
def designs(view: View) -> None:
    """One box per declared design, or how to declare one."""
    found = answers.evaluated(view.door, view.folder, view.filters)
    found.sort(key=lambda each: isinstance(each, Series))  # with a comparison first
    st.caption(
        _(
            "Only a design that was declared before the result was seen, and that passes every "
            "check, may say *dampak* (effect). It misleads when several things began together, or "
            "when desa were chosen to begin because they were already getting better."
        )
    )
    if not found:
        _none(view)
        return
    for each in found:
        with st.container(border=True, key=f"design_{each.design.id}"):
            _head(each.design, each.judged)
            if isinstance(each, Series):
                _series(view, each)
            else:
                _starts(view, each)
            _checks(each.judged, series=isinstance(each, Series))
            threats = literal(each.design.threat) or _(
                "the design states nothing. Ask what else began in the same desa at that time."
            )
            st.markdown(_("**What else it could be:** {threats}", threats=threats))
            question = "its" if isinstance(each, Series) else "did"
            impact_words.how(view, question, key=f"design_{each.design.id}")


def _none(view: View) -> None:
    if view.reader.protected:
        st.info(_("No declared design has an outcome that is published."))
        return
    st.info(
        _(
            "No design is declared. Write one into `data/designs.toml` before looking at any "
            "result: the outcome, the day it starts (or the day per group of desa), which way it "
            "should go, and what should stay as it was. The file has examples."
        ),
        icon=":material/edit_note:",
    )


def _head(design: Design, judged: Judged) -> None:
    colour, icon = _BADGES[judged.verdict]
    st.subheader(literal(design.label), anchor=False)
    st.badge(impact_words.verdict(judged.verdict), color=colour, icon=icon)  # type: ignore[arg-type]
    st.markdown(impact_words.verdict_meaning(judged.verdict))
    starts = ", ".join(dict.fromkeys(numbers.day(wave.start, "medium") for wave in design.waves))
    way = _("should rise") if design.direction > 0 else _("should fall")
    st.caption(
        _(
            "{outcome} {way} · start {starts} · declared {declared}",
            outcome=impact_words.outcome(design.outcome),
            way=way,
            starts=starts,
            declared=numbers.day(design.declared_on, "medium"),
        )
    )


def _series(view: View, series: Series) -> None:
    found = series.found
    if found is None:
        st.info(_("Too few months on one side of the start to say anything."))
        return
    st.markdown(
        _(
            "At the start the level changed by **{level}** ({low} to {high}); after that {slope} "
            "a month more than before ({slope_low} to {slope_high}). By chance alone a change of "
            "level this large comes in {p} of series that resemble this one.",
            level=points(found.level.estimate),
            low=points(found.level.low),
            high=points(found.level.high),
            slope=points(found.slope.estimate),
            slope_low=points(found.slope.low),
            slope_high=points(found.slope.high),
            p=numbers.percent(found.level.p_simulated, 1),
        )
    )
    components.chart(its_chart(series), describe_its(series), key=f"its_{series.design.id}")
    st.caption(
        _(
            "Resemblance of neighbouring months: Durbin–Watson {dw}, first autocorrelation {r1}, "
            "corrected {rho}; Newey–West lag {lag}.",
            dw=numbers.number(found.durbin_watson, 2),
            r1=numbers.number(found.acf[0], 2),
            rho=numbers.number(found.rho, 2),
            lag=numbers.number(found.lag),
        )
    )


def _starts(view: View, starts: Starts) -> None:
    found = starts.found
    if found is None:
        st.info(_("There are no desa yet that began, with months before, beside others."))
        return
    st.markdown(
        _(
            "After the start, {outcome} was **{effect}** ({low} to {high}) from what would have "
            "been, in {started} of {all} desa over {months} months. When the starts are dealt "
            "anew among the desa, {p} give as much.",
            outcome=impact_words.outcome(starts.design.outcome).lower(),
            effect=points(found.effect.estimate),
            low=points(found.effect.low),
            high=points(found.effect.high),
            started=numbers.number(found.started),
            all=numbers.number(found.places),
            months=numbers.number(found.months),
            p=numbers.percent(found.p_random, 1),
        )
    )
    components.chart(event_study(starts), describe_events(starts), key=f"did_{starts.design.id}")
    st.caption(
        _(
            "Left of the line are the months before the start: they should lie around zero "
            "(joint test: p = {p}).",
            p=numbers.number(found.p_trend, 2),
        )
    )


def _checks(judged: Judged, *, series: bool) -> None:
    passed = sum(bool(each) for each in judged.checks.values())
    label = ngettext(
        "{passed} of {count} check holds",
        "{passed} of {count} checks hold",
        len(judged.checks),
        passed=numbers.number(passed),
    )
    marks = {
        True: ":material/check: ",
        False: ":material/close: ",
        None: ":material/question_mark: ",
    }
    with st.expander(label, icon=":material/rule:"):
        st.markdown(
            "\n".join(
                f"- {marks[holds]}{impact_words.check(name, series=series)}"
                + ("" if holds is not None else f" ({_('could not be worked out')})")
                for name, holds in judged.checks.items()
            )
        )
