"""Tren: the months as a table, and as a workbook."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.charts.runchart_text import left_out_words
from analytics.i18n import _
from analytics.questions import Measure, monthly
from analytics.questions.monthly import judged
from ui import explain_trend, words
from ui.tables import Column, Kind, download_table, show_table
from ui.trend_choice import DESA, asked, series
from ui.view import View


def as_table(view: View, measure: Measure) -> None:
    """The months as a table, to read and to take away."""
    box = st.expander(
        _("The same as a table"),
        icon=":material/table_rows:",
        key="trend_table_box",
        on_change="rerun",
    )
    if not box.open:
        return
    with box:
        code = asked(DESA, list(view.desa))
        rows = monthly(series(view, code), measure).iloc[::-1]
        rows = rows.assign(remark=[left_out_words(why, measure) for why in rows["left_out"]])
        kind: Kind = "share" if measure.is_share else "count"
        columns = [
            Column("month_end", _("Until"), "date"),
            Column("value", explain_trend.name(measure), kind),
            *(_parts_of(measure) if measure.is_share else []),
            Column("remark", _("Remark"), width="large"),
        ]
        name = explain_trend.long_name(measure)
        show_table(rows, columns, key="trend_table", name=name)
        run = judged(rows.iloc[::-1], measure, view.filters)
        how = (explain_trend.large(view, run, code),)
        with st.container(horizontal=True):
            download_table(view, rows, columns, key="tren", name=name, explanations=how)
            download_table(
                view,
                lambda: _everything(view),
                _all_columns(),
                key="tren_desa",
                name=_("Trend per desa"),
                label=_("All desa and measures as a workbook"),
                explanations=how,
            )


def _parts_of(measure: Measure) -> list[Column]:
    counted = {
        "covered": _("Met"),
        "visits_met": _("Visits that met somebody"),
        "past_due": _("Past due"),
    }
    whole = _("Visits") if measure.out_of == "visits" else _("Active households")
    label = counted[measure.counted]
    return [Column("counted", label, "count"), Column("out_of", whole, "count")]


def _everything(view: View) -> pd.DataFrame:
    table = view.ask("trend_desa")
    return table.assign(state=table["state"].map(words.state))


def _all_columns() -> list[Column]:
    return [
        Column("desa_code", _("Code")),
        Column("desa_name", _("Desa")),
        Column("month_end", _("Until"), "date"),
        Column("active", _("Active households"), "count"),
        Column("covered", _("Met in the window"), "count"),
        Column("coverage", _("Coverage"), "share"),
        Column("past_due", _("Past due"), "count"),
        Column("past_due_share", _("Share past due"), "share"),
        Column("visits", _("Visits"), "count"),
        Column("visits_met", _("Visits that met somebody"), "count"),
        Column("households_met", _("Households met"), "count"),
        Column("state", _("State of the data")),
    ]
