"""Hambatan: barriers per week, and how long it takes until one is resolved."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.barrier_flow import describe_flow, flow_chart
from analytics.charts.medians import describe_medians, median_dots
from analytics.charts.survival import FEWEST_LEFT, describe_resolution, resolution_chart
from analytics.i18n import _
from ui import components, explain_ledger, words
from ui.ledger import agency
from ui.parts import part
from ui.tables import Column, download_table
from ui.view import View

_WEEKS = 52
_ALL = ("all", "")
_BY, _GROUP = "resolution_by", "resolution_group"


def flow(view: View) -> None:
    """Opened and closed per week, and the stock."""
    table = view.ask("barrier_flow")
    weeks = table.tail(_WEEKS)
    said = describe_flow(weeks, view.filters.as_of)
    st.markdown(said)
    components.chart(flow_chart(weeks), said, key="barrier_flow")
    st.caption(
        _(
            "When the line above rises, more barriers come than are closed. A week with more "
            "visits also finds more barriers, so one high bar says little."
        )
    )
    how = explain_ledger.flow(view)
    columns = [
        Column("week", _("Week")),
        Column("week_start", _("From"), "date"),
        Column("week_end", _("To"), "date"),
        Column("opened", _("Opened"), "count"),
        Column("resolved", _("Resolved"), "count"),
        Column("turned_down", _("Turned down"), "count"),
        Column("open_at_end", _("Open at the end"), "count"),
    ]
    with st.container(horizontal=True, gap="medium"):
        download_table(
            view,
            table[::-1],
            columns,
            key="arus_hambatan",
            name=_("Barriers per week"),
            label=_("All weeks as a workbook"),
            explanations=(how,),
        )
        components.how(how, view, key="flow")


def group_name(by: str, code: str) -> str:
    """A group of the question resolution in words."""
    if by == "all":
        return _("All barriers")
    return agency(code) if by == "agency" else words.barrier(code)


@part
def resolution(view: View) -> None:
    """Kaplan–Meier of all or of one group, then the medians beside each other."""
    table = view.ask("resolution")
    table["label"] = [
        group_name(*pair) for pair in zip(table["by"], table["group_code"], strict=True)
    ]
    by = _choose_by()
    rows = table[table["by"] == by].sort_values("median_days", na_position="last")
    row = _choose_group(table, rows)
    st.markdown(_said(row))
    curve = view.ask("resolution_curve")
    everybody = curve[curve["by"] == "all"]
    mine = curve[(curve["by"] == row["by"]) & (curve["group_code"] == row["group_code"])]
    is_all = row["by"] == "all"
    components.chart(
        resolution_chart(mine, row, None if is_all else everybody),
        describe_resolution(row, row["label"]),
        key="resolution",
    )
    note = "" if is_all else _("The dotted line is all barriers together. ")
    st.caption(
        note
        + _(
            "The line falls as barriers are resolved; the band is its 95 percent interval. Those "
            "still open are in it for as long as they have been open: leaving them out would make "
            "the work look faster than it is. It misleads where many are turned down (the share "
            "within the limit is then too high) or many closed on one day. It is drawn while at "
            "least {few} are left.",
            few=FEWEST_LEFT,
        )
    )
    _medians(view, rows, by)


def _choose_by() -> str:
    names = {"category": _("Category"), "agency": _("Agency")}
    chosen = st.segmented_control(
        _("Compare by"),
        list(names),
        format_func=lambda code: names.get(code, code),
        default="category",
        required=True,
        key=_BY,
    )
    return str(chosen or "category")


def _choose_group(table: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    names = dict(zip(rows["group_code"], rows["label"], strict=True))
    code = st.selectbox(
        _("Curve of"),
        list(names),
        index=None,
        placeholder=_("All barriers"),
        format_func=lambda each: names.get(each, each),
        key=_GROUP,
    )
    found = rows[rows["group_code"] == code] if code is not None else table[table["by"] == "all"]
    return found.iloc[0]


def _said(row: pd.Series) -> str:
    if pd.isna(row["median_days"]):
        return _(
            "**{group}**: {resolved} of {all} are resolved so far, fewer than half: there is no "
            "median yet.",
            group=words.literal(row["label"]),
            resolved=numbers.number(row["resolved"]),
            all=numbers.number(row["barriers"]),
        )
    return " ".join((_half(row), _in_limit(row), _counted(row)))


def _half(row: pd.Series) -> str:
    return _(
        "**{group}**: half are resolved after **{days} days** ({interval}).",
        group=words.literal(row["label"]),
        days=numbers.number(row["median_days"]),
        interval=_interval(row),
    )


def _in_limit(row: pd.Series) -> str:
    if pd.isna(row["in_limit"]):
        return _("No barrier is old enough yet to say how many are resolved within the limit.")
    return _(
        "{share} are resolved within the limit ({limit_interval}).",
        share=numbers.percent(row["in_limit"], 0),
        limit_interval=_(
            "{low} to {high}",
            low=numbers.percent(row["in_limit_low"], 0),
            high=numbers.percent(row["in_limit_high"], 0),
        )
        if pd.notna(row["in_limit_low"])
        else _("no interval"),
    )


def _counted(row: pd.Series) -> str:
    return _(
        "Counted: {all} barriers, {resolved} resolved, {open} open, {down} turned down.",
        all=numbers.number(row["barriers"]),
        resolved=numbers.number(row["resolved"]),
        open=numbers.number(row["still_open"]),
        down=numbers.number(row["turned_down"]),
    )


def _interval(row: pd.Series) -> str:
    """Of the median; there is none where nobody was left as soon as half were resolved."""
    low, high = row["median_low"], row["median_high"]
    if pd.isna(low) and (pd.isna(high) or row["resolved"] == row["barriers"]):
        return _("no interval")
    return _(
        "95 percent: {low} to {high}",
        low=numbers.number(low),
        high=numbers.number(high) if pd.notna(high) else _("not reached yet"),
    )


def _medians(view: View, rows: pd.DataFrame, by: str) -> None:
    title = _("Median per agency") if by == "agency" else _("Median per category")
    st.subheader(title, anchor=False)
    components.chart(median_dots(rows), describe_medians(rows), key="medians")
    st.markdown(_compared(rows, by))
    how = explain_ledger.resolution(view)
    columns = [
        Column("label", _("Group")),
        Column("barriers", _("Barriers"), "count"),
        Column("resolved", _("Resolved"), "count"),
        Column("still_open", _("Still open"), "count"),
        Column("turned_down", _("Turned down"), "count"),
        Column("median_days", _("Median (days)"), "count"),
        Column("median_low", _("from"), "count"),
        Column("median_high", _("to"), "count"),
        Column("limit_days", _("Limit (days)"), "count"),
        Column("in_limit", _("Within the limit"), "share"),
    ]
    with st.container(horizontal=True, gap="medium"):
        download_table(
            view,
            rows,
            columns,
            key="lama_penyelesaian",
            name=_("Time to resolution"),
            explanations=(how,),
        )
        components.how(how, view, key="resolution")


def _compared(rows: pd.DataFrame, by: str) -> str:
    few = rows[rows["few"].astype(bool)]
    test = rows["p_value"].dropna()
    if test.empty:
        said = _("Too few resolved barriers to compare groups.")
    elif test.iloc[0] < 0.05:
        said = _(
            "The groups differ by more than chance explains (log-rank χ² = {chi}, {p}).",
            chi=numbers.number(rows["chi_square"].dropna().iloc[0], 1),
            p=_p(float(test.iloc[0])),
        )
    else:
        said = _(
            "The differences between the groups can be chance (log-rank χ² = {chi}, {p}).",
            chi=numbers.number(rows["chi_square"].dropna().iloc[0], 1),
            p=_p(float(test.iloc[0])),
        )
    if by == "agency":
        said += " " + _(
            "Agencies own different kinds of barriers, so this is no ranking of their work."
        )
    if len(few):
        said += " " + _(
            "Not compared, too few resolved (hollow dots): {names}.",
            names=words.literal(", ".join(few["label"])),
        )
    return said


def _p(value: float) -> str:
    return f"p < {numbers.number(0.001, 3)}" if value < 0.001 else f"p = {numbers.number(value, 3)}"
