"""“Bekukan”: pin a figure under a short id, and look at the pinned ones again."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import freeze_words, numbers
from analytics.freeze import LISTS, freeze, frozen_for, may_freeze, show
from analytics.i18n import _
from analytics.questions import QUESTIONS
from analytics.store import StoreError
from ui import words
from ui.session import remember, remembered
from ui.tables import Column, show_table
from ui.view import View


def pin(view: View, question: str, columns: tuple[str, ...], label: str, *, key: str) -> None:
    """The button under a figure, and the id once it was pressed."""
    if not may_freeze(view.reader) or question in LISTS or question not in QUESTIONS:
        return
    pressed = st.button(
        _("Freeze"),
        key=f"freeze_{key}",
        icon=":material/ac_unit:",
        help=_(
            "Pins version, filters and figure under a short id with a hash. Whoever has the id "
            "can print the figure again years later, and see whether it still holds."
        ),
    )
    name = f"frozen_{key}"
    asked = (question, view.filters, columns, view.snapshot.version_id)
    if pressed:
        figure = freeze(view.kept_in, view.reader, question, view.filters, columns, label)
        remember(name, (asked, figure.id))
    before, figure_id = remembered(name, (None, ""))
    if before == asked:
        st.success(_("Frozen as **{id}**.", id=figure_id), icon=":material/ac_unit:")
        st.code(f"python -m analytics show {figure_id}", language=None)


def frozen_figures(view: View) -> None:
    """The figures that were frozen, and one of them asked again."""
    found = frozen_for(view.kept_in, view.reader)
    if not found:
        st.info(
            _(
                "Nothing was frozen yet. Open “How is this calculated?” under a figure and press "
                "Freeze."
            ),
            icon=":material/ac_unit:",
        )
        return
    table = pd.DataFrame(
        {
            "id": [figure.id for figure in found],
            "label": [
                figure.label or freeze_words.question_name(figure.question) for figure in found
            ],
            "as_of": [pd.Timestamp(figure.filters["as_of"]) for figure in found],
            "frozen": [numbers.clock(figure.when) for figure in found],
            "by": [figure.by for figure in found],
            "version": [figure.version_id for figure in found],
        }
    )
    columns = [
        Column("id", _("Id"), pinned=True),
        Column("label", _("Figure")),
        Column("as_of", _("As of"), "date"),
        Column("frozen", _("Frozen")),
        Column("by", _("By")),
        Column("version", _("Version of the data")),
    ]
    show_table(table, columns, key="frozen_table", name=_("Frozen figures"))
    chosen = st.selectbox(
        _("Ask one of them again"),
        [figure.id for figure in found],
        index=None,
        format_func=lambda figure_id: _label(figure_id, table),
        key="frozen_again",
        placeholder=_("Choose an id"),
    )
    if chosen:
        _again(view, chosen)


def _label(figure_id: str, table: pd.DataFrame) -> str:
    named = table.set_index("id")["label"]
    return f"{figure_id} · {named[figure_id]}"


def _again(view: View, figure_id: str) -> None:
    try:
        shown = show(view.kept_in, view.reader, figure_id)
    except StoreError as error:
        st.error(str(error), icon=":material/report:")
        return
    holds = shown.again == "same" and not shown.different
    said = st.success if holds else st.warning
    said(freeze_words.verdict(shown), icon=":material/ac_unit:")
    lines = [*freeze_words.reasons(shown), *freeze_words.differences(shown)]
    if lines:
        st.markdown("\n".join(f"- {words.literal(line)}" for line in lines))
    rows = pd.DataFrame(list(shown.figure.rows))
    with st.expander(_("The figure as it was frozen"), icon=":material/table_rows:"):
        st.caption("  \n".join(words.literal(line) for line in freeze_words.heading(shown.figure)))
        texts = rows.map(freeze_words.value)
        show_table(
            texts,
            [Column(name, name) for name in texts.columns],
            key=f"frozen_rows_{figure_id}",
            name=figure_id,
        )
