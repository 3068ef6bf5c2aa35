"""Tren: every desa small, side by side on one scale."""

from __future__ import annotations

import streamlit as st

from analytics import numbers
from analytics.charts.multiples import describe_multiples, multiples_html, scale_top
from analytics.config import load_rules
from analytics.events import Event
from analytics.i18n import _
from analytics.questions import MEASURES, Filters, Measure, monthly
from analytics.questions.panels import Panel, panels
from ui import components, explain_trend, multiples
from ui.trend_choice import DESA, SHEET, asked, events_of, write, written
from ui.view import View

CELLS_PER_SHEET = 35
_SHEET_BOX = "trend_sheet"


def panels_of(view: View, measure: Measure) -> list[Panel]:
    """The desa in the order of what needs attention; the caller leaves them as they are."""
    version = (view.folder, f"{view.snapshot.version_id} {view.snapshot.seen_as}")
    return _panels(version, view.filters, measure.key, repr(load_rules()), view)


@st.cache_resource(max_entries=30, show_spinner=False)
def _panels(
    version: tuple[str, str], filters: Filters, key: str, rules: str, _view: View
) -> list[Panel]:
    return panels(_view.ask("trend_desa"), _view.ask("activity"), MEASURES[key], filters)


def side_by_side(view: View, measure: Measure) -> None:
    """Every desa small, on one scale."""
    found = panels_of(view, measure)
    if len(found) < 2:
        return
    together = monthly(view.ask("activity"), measure, per_desa=True)
    st.subheader(_("All desa on one scale"), anchor=False)
    events = events_of(together, view.filters.desa)
    top = scale_top(found, together, measure)
    shown = _sheet(found)
    st.caption(_legend(measure, top, found, events))
    html = multiples_html(shown, together, events, top=top, selected=asked(DESA, list(view.desa)))
    name = describe_multiples(found, explain_trend.panel_name(measure))
    multiples.cells(html, name, key="trend_cells", picked=lambda code: write(DESA, code))
    components.how(explain_trend.side_by_side(view, measure, found), view, key="multiples")


def _legend(measure: Measure, top: float, found: list[Panel], events: list[Event]) -> str:
    scale = numbers.percent(top, 0) if measure.is_share else numbers.number(top)
    parts = [
        _(
            "{name}, 0 to {top}. Solid: the desa; dashed: all together; ◆ a month beyond the "
            "desa’s own limits; ○ an unusually large change; bar below: months in a row. Red edge: "
            "a recent signal to the worse side.",
            name=explain_trend.panel_name(measure),
            top=scale,
        )
    ]
    if events:
        names = ", ".join(dict.fromkeys(event.label for event in events))
        parts.append(_("Shaded: {events}.", events=names))
    newest = max(
        (p.run.rows["month_end"].iloc[p.newest] for p in found if p.newest is not None),
        default=None,
    )
    if newest is not None:
        when = numbers.day(newest) if measure.at_month_end else numbers.month(newest)
        parts.append(_("The number is the newest: {when}.", when=when))
    parts.append(_("Click a desa to see it large."))
    return " ".join(parts)


def _sheet(found: list[Panel]) -> list[Panel]:
    """The desa of one sheet: more than fit on a screen are shown in parts, the worst first."""
    if len(found) <= CELLS_PER_SHEET:
        return found
    starts = list(range(0, len(found), CELLS_PER_SHEET))
    sheets = [str(k + 1) for k in range(len(starts))]
    st.session_state[_SHEET_BOX] = asked(SHEET, sheets) or sheets[0]

    def label(sheet: str) -> str:
        start = starts[int(sheet) - 1] if sheet in sheets else 0
        end = min(start + CELLS_PER_SHEET, len(found))
        return f"{numbers.number(start + 1)}–{numbers.number(end)}"

    st.selectbox(
        _("{count} desa, those that need attention first; show", count=numbers.number(len(found))),
        sheets,
        format_func=label,
        key=_SHEET_BOX,
        on_change=written(SHEET, _SHEET_BOX, sheets[0]),
    )
    start = starts[int(st.session_state[_SHEET_BOX] or "1") - 1]
    return found[start : start + CELLS_PER_SHEET]
