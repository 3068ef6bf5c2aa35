"""What outside readers are told about the figures: hidden, rounded, and how to check them."""

from __future__ import annotations

import shlex

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.access.cells import BASE
from analytics.i18n import _
from ui.freeze import pin
from ui.parts import part
from ui.protection import hidden_mark, protection
from ui.view import View


def counted(value: float | None) -> str:
    """A published count: a number, 0, or ``<5`` where it is hidden."""
    if value is None or pd.isna(value):
        return hidden_mark()
    return numbers.number(value)


def nothing_published(view: View) -> bool:
    """Says so when no month is over yet; whether that is so."""
    if view.door.months():
        return False
    st.info(
        _("Nothing is published yet: figures appear when the first month with visits is over."),
        icon=":material/calendar_month:",
    )
    return True


def about(view: View) -> None:
    """The line that says what kind of figures these are."""
    st.caption(f":material/shield: {protection()}")


def command_of(view: View, question: str) -> str:
    """The command line that prints the same table again."""
    words = ["python", "-m", "analytics", "ask", question, "--role", view.reader.role.value]
    return shlex.join([*words, "--as-of", view.filters.as_of.isoformat()])


@part
def how(view: View, question: str, *, key: str, definition: str = "") -> None:
    """“How is this calculated?” for a published table."""
    box = st.popover(
        _("How is this calculated?"),
        type="tertiary",
        icon=":material/help:",
        key=f"how_{key}",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        st.markdown(definition or _definition(question, view))
        st.markdown(
            _(
                "**Protection.** Every number is a function of one group of households that "
                "overlaps with no other of its table: 0 stays 0, 1 to {most} is hidden, anything "
                "else is rounded to {base}. Shares and intervals are worked out from the rounded "
                "counts. A table that would let somebody work out a hidden count is left out for "
                "the month. Figures are of whole months; there are no free filters.",
                most=numbers.number(view.rules.data.small_cell - 1),
                base=numbers.number(BASE),
            )
        )
        facts = [
            f"**{_('As of')}**: {numbers.day(view.filters.as_of)}",
            f"**{_('Version of the data')}**: `{view.snapshot.version_id}`",
        ]
        st.markdown("  \n".join(facts))
        st.caption(_("The same figures on the command line:"))
        st.code(command_of(view, question), language=None, wrap_lines=True)
        pin(view, question, (), question, key=f"published_{key}")


def _definition(question: str, view: View) -> str:
    days = numbers.number(view.rules.coverage.window_days)
    coverage = _(
        "**Coverage** is the share of active households that were met at least once in the last "
        "{days} days.",
        days=days,
    )
    if question == "reach":
        return _(
            "**Reach** counts the households a program is meant for, step by step: visited, met, "
            "received, benefit felt (rated 4 or 5)."
        )
    if question == "summary":
        return f"{coverage} " + _(
            "**Past due** are active households whose next visit was due before this day."
        )
    if question == "barriers":
        return _(
            "**Open barriers** are those noted by the end of the month and not yet resolved or "
            "turned down on it, once split by category and once by desa."
        )
    return coverage
