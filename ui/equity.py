"""Are the poorest, the most vulnerable and the first in need covered and reached alike?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.dots import describe_dots, share_dots
from analytics.i18n import _
from analytics.questions import DIMENSIONS
from ui import components, explain_reach, words
from ui.page import part
from ui.parts import linked
from ui.tables import Column, download_table, show_table
from ui.view import View

_DIMENSION = "menurut"
_MEASURES: Mapping[str, tuple[str, ...]] = {
    "coverage": ("coverage", "ci_low", "ci_high", "covered", "active", "few_active"),
    "reached": (
        "reached",
        "reached_low",
        "reached_high",
        "received",
        "targeted",
        "few_targeted",
    ),
}
"""Measure → its columns of the question: share, low, high, counted, out of, too few."""


def dimension_label(code: str) -> str:
    """What the groups are made by."""
    return {
        "desil": _("Desil"),
        "vulnerability": _("Vulnerability"),
        "priority": _("Priority"),
    }.get(code, code)


def group_label(dimension: str, code: str) -> str:
    """A group in words."""
    if code == "unknown":
        return _("Desil not recorded")
    if code == "none":
        return _("Without vulnerability")
    if dimension == "desil":
        return _("Desil {number}", number=code)
    return words.priority(code) if dimension == "priority" else words.vulnerability(code)


@part
def equity(view: View) -> None:
    """Two dot plots side by side, a sentence about the largest gap, and the table."""
    table = view.ask("equity")
    everybody = table[table["dimension"] == "all"]
    if everybody.empty:
        components.empty_state(components.why_empty(view), view, key="equity_empty")
        return
    dimension = str(
        st.pills(
            _("Compare by"),
            DIMENSIONS,
            format_func=dimension_label,
            required=True,
            **linked(_DIMENSION, DIMENSIONS, dimension_label, DIMENSIONS[0]),
        )
    )
    groups = table[table["dimension"] == dimension].reset_index(drop=True)
    groups["label"] = [group_label(dimension, code) for code in groups["group_code"]]
    if dimension == "desil" and set(groups["group_code"]) == {"unknown"}:
        st.info(
            _(
                "No desil is recorded for these households. Fill the columns desil and desil_per "
                "of the sheet keluarga and import it again."
            )
        )
    if dimension == "vulnerability":
        st.caption(_("A household with several vulnerabilities counts in each of them."))
    left, right = st.columns(2, gap="large")
    for column, measure in zip((left, right), _MEASURES, strict=True):
        with column:
            _plot(everybody.iloc[0], groups, measure)
    _table(view, groups, dimension)
    components.how(explain_reach.equity(view), view, key="equity")


def _title(measure: str) -> str:
    return _("Coverage") if measure == "coverage" else _("Reached by a program meant for them")


def _plot(everybody: pd.Series, groups: pd.DataFrame, measure: str) -> None:
    st.subheader(_title(measure), anchor=False)
    rows = dots(groups, measure)
    st.markdown(largest_gap(rows, float(everybody[_MEASURES[measure][0]] or 0)))
    reference = everybody[_MEASURES[measure][0]]
    components.chart(
        share_dots(rows, reference=reference, reference_label=_("Everybody")),
        describe_dots(rows, reference=reference, reference_label=_("Everybody")),
        key=f"equity_{measure}",
    )


def dots(groups: pd.DataFrame, measure: str) -> pd.DataFrame:
    """The groups as `share_dots` wants them; those of whom nobody is counted are left out."""
    names = ("share", "low", "high", "part", "whole", "few")
    rows = groups.rename(columns=dict(zip(_MEASURES[measure], names, strict=True)))
    rows = rows.assign(code=groups["group_code"])
    return rows[rows["whole"] > 0]


def largest_gap(rows: pd.DataFrame, everybody: float) -> str:
    """The group furthest below everybody, in a sentence that says how sure that is."""
    known = rows[rows["share"].notna() & ~rows["few"]]
    if len(known) < 2:
        return _("There are too few groups to compare.")
    lowest: dict[Any, Any] = known.sort_values("share").iloc[0].to_dict()
    sentence = _(
        "Lowest: **{group}** with {share} ({n_of}), {points} points from everybody.",
        group=words.literal(str(lowest["label"])),
        share=numbers.percent(lowest["share"]),
        n_of=words.n_of(lowest["part"], lowest["whole"]),
        points=words.signed_points(lowest["share"] - everybody),
    )
    if lowest["high"] >= everybody:
        return f"{sentence} " + _("That is within what chance allows.")
    return sentence


def _table(view: View, groups: pd.DataFrame, dimension: str) -> None:
    columns = [
        Column("label", dimension_label(dimension), pinned=True),
        Column("coverage", _("Coverage"), "share"),
        Column("covered", _("Met"), "count"),
        Column("active", _("Active households"), "count"),
        Column("reached", _("Reached"), "share"),
        Column("received", _("Received"), "count"),
        Column("targeted", _("Target households"), "count"),
    ]
    name = _("Equity by {what}", what=dimension_label(dimension).lower())
    with st.expander(_("The same as a table"), icon=":material/table_rows:"):
        show_table(groups, columns, key=f"equity_table_{dimension}", name=name)
        download_table(
            view,
            groups,
            columns,
            key=f"pemerataan_{dimension}",
            name=name,
            explanations=(explain_reach.equity(view),),
        )
