"""What a choice of filters cannot show, said in words before anybody reads an odd figure."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from analytics import numbers
from analytics.i18n import _
from ui import answers
from ui.view import View

_NAMED = 5


def cautions(view: View, uses: tuple[str, ...]) -> list[str]:
    """A sentence for each reason why this view says less than it seems to.

    Args:
        uses: the filters that matter on the page (`ui.choice.PARAMETERS`).
    """
    said = []
    if "jendela" in uses:
        said += _window(view)
    if "program" in uses:
        said += _desa_without_target(view)
    return said


def draw(view: View, uses: tuple[str, ...]) -> None:
    """Show the cautions of the view, if there are any."""
    if said := cautions(view, uses):
        st.info("  \n".join(said), icon=":material/info:")


def _window(view: View) -> list[str]:
    filters, cadence = view.filters, view.rules.cadence_days
    first = answers.data_from(view.snapshot, view.folder, filters)
    if first is None:
        return []
    shortest = min(cadence.tinggi, cadence.sedang, cadence.rendah)
    starts = filters.as_of - timedelta(days=filters.window_days - 1)
    if starts < first:
        return [
            _(
                "The window begins on {start}, before the first visit in the data ({first}): "
                "coverage is not complete yet and must not be read as a result.",
                start=numbers.day(starts, "medium"),
                first=numbers.day(first, "medium"),
            )
        ]
    if filters.window_days < shortest:
        return [
            _(
                "The window has {days} days; even households of high priority are due only every "
                "{cadence} days. A low coverage here is to be expected.",
                days=numbers.number(filters.window_days),
                cadence=numbers.number(shortest),
            )
        ]
    return []


def _desa_without_target(view: View) -> list[str]:
    if not (view.choice.programs and view.choice.desa):
        return []
    targeted = view.ask("coverage_program")
    known = set(targeted["desa_code"])
    without = [view.desa[code] for code in view.choice.desa if code not in known]
    if not without or len(without) == len(view.choice.desa):
        return []  # nothing at all is left: the page itself says so
    return [
        _(
            "No household is a target of the chosen programs in {desa}.",
            desa=", ".join(without[:_NAMED]) + (" …" if len(without) > _NAMED else ""),
        )
    ]
