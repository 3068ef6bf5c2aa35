"""The pieces pages are made of: figures with their denominator, chips, notes, downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from analytics import numbers
from analytics.charts.theme import plotly_config
from analytics.i18n import _
from ui import filters
from ui.choice import Choice
from ui.explain import Explanation, command_of
from ui.freeze import pin
from ui.parts import part
from ui.session import taken_away
from ui.tables import XLSX
from ui.view import View
from ui.words import STATUS_COLOURS, status


def heading(title: str, view: View, uses: tuple[str, ...]) -> None:
    """Title, ribbon of simulated data, and the view in words."""
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="head"
    ):
        st.title(title, anchor=False)
        if view.snapshot.simulated:
            with st.container(key="ribbon", width="content"):
                st.markdown(f"**{_('SIMULATED DATA')}**")
    with st.container(key="scope"):
        st.caption(
            f"{view.snapshot.area_name} · {view.scope(uses)}" if uses else view.snapshot.area_name
        )


def freshness_note(view: View) -> None:
    """Says when the day asked about is far beyond the newest data, and offers that day."""
    newest = view.snapshot.data_through
    if newest is None:
        return
    as_of, wait = view.filters.as_of, view.rules.data.waiting_after_days
    if as_of - newest <= timedelta(days=wait):
        return
    said, go = st.columns([4, 1], vertical_alignment="center")
    with said:
        st.info(
            _(
                "The newest visit is of {newest}; nothing was received for the {days} days up to "
                "{as_of}.",
                newest=numbers.day(newest),
                days=numbers.number((as_of - newest).days),
                as_of=numbers.day(as_of),
            ),
            icon=":material/schedule:",
        )
    with go:
        st.button(
            _("Show as of {day}", day=numbers.day(newest, "medium")),
            key="stale_go",
            on_click=_go_to,
            args=(view, newest),
        )


def _go_to(view: View, day: date) -> None:
    filters.apply(replace(view.choice, as_of=day))


def figure_card(
    label: str,
    value: str,
    sentence: str,
    explanation: Explanation,
    view: View,
    *,
    key: str,
    delta: str | None = None,
    better: bool | None = None,
    more: Callable[[], None] | None = None,
) -> None:
    """One number with its denominator, and how it came about.

    Args:
        sentence: the denominator in words, ``2.718 dari 4.302 keluarga``.
        delta: the change, in words.
        better: whether the change is good; ``None`` = neither.
        more: draws what stands below the sentence, such as a link.
    """
    with st.container(border=True, key=f"card_{key}", height="stretch"):
        st.metric(
            label,
            value,
            delta,
            delta_color="off" if better is None else "normal",
        )
        st.markdown(sentence)
        if more:
            more()
        how(explanation, view, key=key)


@part
def how(explanation: Explanation, view: View, *, key: str, label: str | None = None) -> None:
    """“How is this calculated?”: the figure's passport.

    Definition, the two numbers, the day, how far the data goes, the version, the command that
    prints the figure again, and the query with its parameters. Made when somebody opens it.
    """
    question = label or _("How is this calculated?")
    passport = st.popover(
        question,
        type="tertiary",
        icon=":material/help:",
        key=f"how_{key}",
        on_change="rerun",
    )
    if passport.open:
        with passport:
            _passport(explanation, view, key)


def _passport(explanation: Explanation, view: View, key: str) -> None:
    st.markdown(explanation.definition)
    counted, out_of = explanation.numerator, explanation.denominator
    facts = []
    if explanation.figure:
        facts.append(f"**{_('Figure')}**: {explanation.figure}")
    if out_of:
        with_number = "{}: {}" if explanation.counted else "{}{}"
        facts.append(f"**{_('Counted')}**: {with_number.format(explanation.counted, counted)}")
        with_number = "{}: {}" if explanation.out_of else "{}{}"
        facts.append(f"**{_('Out of')}**: {with_number.format(explanation.out_of, out_of)}")
    facts += [
        f"**{_('As of')}**: {numbers.day(view.filters.as_of)}",
        f"**{_('Data through')}**: {numbers.day(view.snapshot.data_through)}",
        f"**{_('Version of the data')}**: `{view.snapshot.version_id}`"
        + (f" · {_('simulated')}" if view.snapshot.simulated else ""),
    ]
    st.markdown("  \n".join(facts))
    st.caption(_("The same figures on the command line:"))
    st.code(
        command_of(view, explanation),
        language=None,
        wrap_lines=True,
    )
    if not explanation.since:
        pin(view, explanation.question, explanation.columns, explanation.label, key=key)
    with st.expander(_("The query (SQL)")):
        st.code(explanation.sql(view), language="sql", height=320)


def chart(
    figure: go.Figure, text: str, *, key: str, select: Callable[[], None] | None = None
) -> None:
    """A figure with its text alternative; *select* is called when a point was clicked."""
    options: dict[str, Any] = {"on_select": select, "selection_mode": ("points",)} if select else {}
    st.plotly_chart(
        figure, theme=None, key=key, config=plotly_config(picture=key), alt=text, **options
    )


def status_badge(code: str) -> None:
    """A follow-up status as a coloured word."""
    st.badge(status(code), color=STATUS_COLOURS.get(code, "gray"))  # type: ignore[arg-type]


def empty_state(sentence: str, view: View, *, key: str = "empty") -> None:
    """Nothing to show for this choice: says so, and offers the way back."""
    with st.container(border=True, key=key):
        st.markdown(f":material/filter_alt_off: {sentence}")
        if view.choice.desa or view.choice.programs or view.choice.as_of:
            st.button(
                _("Show everything again"),
                key=f"{key}_reset",
                on_click=filters.apply,
                args=(Choice(window_days=view.choice.window_days),),
            )


def why_empty(view: View) -> str:
    """Why no household is left, as precisely as can be said."""
    day = numbers.day(view.filters.as_of)
    if view.choice.programs and view.choice.desa:
        return _(
            "In the chosen desa no active household is a target of the chosen programs on {day}.",
            day=day,
        )
    if view.choice.programs:
        return _("No active household is a target of the chosen programs on {day}.", day=day)
    if view.choice.desa:
        return _("The chosen desa have no active household on {day}.", day=day)
    return _("No household was registered yet on {day}.", day=day)


def download(
    label: str,
    make: Callable[[], bytes],
    name: str,
    mime: str = XLSX,
    *,
    key: str,
    logged: bool = True,
) -> None:
    """A file to take away; *make* is called only when somebody asks for it.

    Args:
        logged: as in `taken_away`; not for what holds nothing of the data, such as a template.
    """
    st.download_button(
        label,
        taken_away(make, name, logged=logged),
        name,
        mime,
        key=key,
        icon=":material/download:",
        on_click="ignore",
    )
