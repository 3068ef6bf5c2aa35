"""Perubahan: the declared indicators at their baseline and now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.differences import (
    describe_differences,
    differences,
    is_clear,
    is_worse,
    points,
    signed,
)
from analytics.i18n import _
from analytics.indicators import load_indicators
from ui import components, impact_words
from ui.page import part
from ui.tables import Column, download_table, show_table
from ui.view import View


@part
def change(view: View) -> None:
    """What it means, the differences as a picture, and the table."""
    table = view.ask("change")
    if table.empty:
        st.info(
            _("No indicator is declared: write one into `data/indicators.toml`."),
            icon=":material/edit_note:",
        )
        return
    labels = {each.id: each.label for each in load_indicators()}
    table = table.assign(
        label=table["indicator"].map(labels), indicator_state=table["state"].map(state)
    )
    # What moves by itself stands in the table, and is neither praised nor drawn.
    compared = table[(table["state"] == "ok") & table["difference"].notna()]
    rows = compared.rename(columns={"ci_low": "low", "ci_high": "high"})
    st.markdown(_headline(rows))
    st.caption(
        _(
            "A before–after difference is a change (perubahan), never an effect: whatever else "
            "happened meanwhile is in it. It misleads most where records only began shortly "
            "before the baseline, because figures climb while they fill up."
        )
    )
    components.chart(differences(rows), describe_differences(rows), key="change_differences")
    _notes(table)
    _table(view, table)
    impact_words.how(view, "change", key="change")


def state(code: str) -> str:
    """How far a row can be compared."""
    return {
        "ok": _("comparable"),
        "cumulative": _("moves by itself"),
        "no_baseline": _("no data for the baseline"),
        "not_comparable": _("baseline not comparable"),
        "other_area": _("baseline is of the whole area"),
        "no_data": _("no data now"),
        "not_published": _("not published"),
    }.get(code, code)


def _headline(compared: pd.DataFrame) -> str:
    clear = [row for row in compared.to_dict("records") if is_clear(row)]
    better = [row for row in clear if not is_worse(row)]
    if not len(compared):
        return _("Nothing can be compared with a baseline yet.")
    most = max(better, key=lambda row: abs(row["difference"]), default=None)
    sentence = _(
        "**{better} of {all} indicators moved the better way** by more than chance, {worse} the "
        "worse way; the others may be chance.",
        better=numbers.number(len(better)),
        all=numbers.number(len(compared)),
        worse=numbers.number(len(clear) - len(better)),
    )
    if most is None:
        return sentence
    return (
        sentence
        + " "
        + _(
            "Most: {label}, {points} since {day}.",
            label=str(most["label"]).lower(),
            points=points(most["difference"]),
            day=numbers.day(most["baseline_on"]),
        )
    )


def _notes(table: pd.DataFrame) -> None:
    """What cannot be compared, and why; missing is said, never shown as 0."""
    words = {
        "no_baseline": _("No data for the baseline (belum ada data): {names}."),
        "not_comparable": _(
            "Not comparable, the baseline looks back on days before the first visit: {names}."
        ),
        "cumulative": _(
            "Counted since the records began, so it moves by itself as they grow: {names}."
        ),
        "other_area": _(
            "The typed-in baseline is of the whole area, not of what is chosen here: {names}."
        ),
        "no_data": _("No data at present: {names}."),
        "not_published": _("Not among the published figures: {names}."),
    }
    for code, sentence in words.items():
        names = [str(label).lower() for label in table.loc[table["state"] == code, "label"]]
        if names:
            st.caption(sentence.replace("{names}", ", ".join(names)))


def _table(view: View, table: pd.DataFrame) -> None:
    columns = [
        Column("label", _("Indicator"), width=230),
        Column("baseline", _("Baseline"), "share", width="small"),
        Column("current", _("Now"), "share", width="small"),
        Column("said", _("Difference (95% interval)"), width=225),
        Column("baseline_n", _("Baseline out of"), "count"),
        Column("current_n", _("Now out of"), "count"),
        Column("indicator_state", _("State")),
        Column("baseline_on", _("Baseline day"), "date"),
        Column("current_on", _("As of"), "date"),
        Column("source_said", _("Source")),
        Column("declared_on", _("Declared on"), "date"),
    ]
    shown = table.assign(
        said=[_said(row) for row in table.to_dict("records")],
        source_said=[
            _("data of PERUT") if source == "data" else "" if pd.isna(source) else str(source)
            for source in table["source"]
        ],
    )
    name = _("Before and after")
    show_table(shown, columns, key="change_table", name=name)
    download_table(view, shown, columns, key="perubahan", name=name)


def _said(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["difference"]):
        return "–"
    if pd.isna(row["ci_low"]):
        return points(row["difference"])
    difference, low, high = (signed(row[name]) for name in ("difference", "ci_low", "ci_high"))
    return _("{difference} ({low} to {high}) points", difference=difference, low=low, high=high)
