"""The pages of outside readers: drawn from published figures, and saying so."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.bars import coverage_bars, describe_bars
from analytics.charts.dots import describe_dots, share_dots
from analytics.charts.map import coverage_map, describe_map
from analytics.charts.reach_steps import step_labels
from analytics.charts.trend import coverage_line
from analytics.i18n import _, ngettext
from analytics.questions import STEPS
from ui import components, words
from ui.equity import dimension_label, group_label
from ui.map import kind_of_map, shapes_of
from ui.published_words import about, counted, how, nothing_published
from ui.reach import cascades
from ui.tables import Column, download_table, show_table
from ui.view import View


def overview(view: View) -> None:
    """Four figures, the trend, and where coverage is low."""
    if nothing_published(view):
        return
    about(view)
    row = view.ask("summary").iloc[0]
    desa = view.ask("coverage")
    first, second, third, fourth = st.columns(4)
    with first:
        _card(
            _("Coverage"),
            numbers.percent(row["coverage"]),
            _("about {n_of}", n_of=words.n_of(row["covered"], row["active"])),
            key="coverage",
        )
    with second:
        _card(
            _("Past due"),
            counted(row["past_due"]),
            _("of about {all}", all=words.households(row["active"])),
            key="late",
        )
    with third:
        _card(
            _("Desa clearly below the target"),
            numbers.number(row["desa_below"]),
            _(
                "of {all} desa; the target is {target}",
                all=numbers.number(len(desa)),
                target=numbers.percent(row["target"], 0),
            ),
            key="desa",
        )
    with fourth:
        _card(
            _("Open barriers"),
            counted(row["barriers_open"]),
            _("about, in the whole kecamatan"),
            key="barriers",
        )
    st.subheader(_("Coverage from month to month"), anchor=False)
    trend = view.ask("trend")
    st.html(coverage_line(trend, as_of=view.filters.as_of))
    _beginning(trend)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(_("Coverage per desa"), anchor=False)
        components.chart(coverage_bars(desa), describe_bars(desa), key="published_bars")
    with right:
        _barriers(view)
    how(view, "summary", key="overview")


def _card(label: str, value: str, sentence: str, *, key: str) -> None:
    with st.container(border=True, key=f"card_public_{key}", height="stretch"):
        st.metric(label, value)
        st.markdown(sentence)


def _barriers(view: View) -> None:
    st.subheader(_("What is stuck"), anchor=False)
    table = view.ask("barriers")
    if table.empty:
        st.info(_withheld())
        return
    rows = table[(table["category"] != "") & (table["open"] != 0)]
    # Most first; a hidden count is 1 to 4, so it stands last.
    rows = rows.sort_values("open", ascending=False, na_position="last", kind="stable")
    shown = pd.DataFrame(
        {
            "category": rows["category"].map(words.barrier),
            "open": rows["open"].map(counted),
        }
    )
    columns = [Column("category", _("Barrier")), Column("open", _("Open barriers"))]
    show_table(shown, columns, key="published_barriers", name=_("What is stuck"))
    desa = table[(table["category"] == "") & table["open"].gt(0)]
    most = desa.sort_values("open", ascending=False).head(3)
    if len(most):
        named = ", ".join(
            f"{words.literal(name)} ({counted(count)})"
            for name, count in zip(most["desa_name"], most["open"], strict=True)
        )
        st.markdown(_("Most of them: {names}.", names=named))


def _withheld() -> str:
    return _(
        "This table is left out for this month: beside the others it would let somebody work out "
        "a hidden count."
    )


def coverage_page(view: View) -> None:
    """The map, the bars, and the same as a table."""
    if nothing_published(view):
        return
    about(view)
    table = view.ask("coverage")
    kind = kind_of_map(view)
    shapes, schematic = shapes_of(view, kind)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        components.chart(
            coverage_map(table, shapes, schematic=schematic, width=600, height=560),
            describe_map(table, schematic=schematic),
            key="map",
        )
    with right:
        components.chart(coverage_bars(table), describe_bars(table), key="bars")
    with st.expander(_("The same as a table"), icon=":material/table_rows:"):
        shown = table.sort_values("desa_name").assign(
            state=table["state"].map(words.state),
            **{name: table[name].map(counted) for name in ("active", "covered", "uncovered")},
        )
        columns = [
            Column("desa_name", _("Desa"), pinned=True),
            Column("coverage", _("Coverage"), "share"),
            Column("covered", _("Met")),
            Column("uncovered", _("Not met")),
            Column("active", _("Active households")),
            Column("state", _("State of the data")),
        ]
        _with_download(view, shown, columns, key="cakupan", name=_("Coverage per desa"))
    how(view, "coverage", key="map")


def _with_download(
    view: View, shown: pd.DataFrame, columns: list[Column], *, key: str, name: str
) -> None:
    show_table(shown, columns, key=f"{key}_table", name=name)
    download_table(view, shown, columns, key=key, name=name)


def reach_page(view: View) -> None:
    """The cascade of each program, and who is reached alike."""
    if nothing_published(view):
        return
    about(view)
    table = view.ask("reach")
    if table.empty:
        st.info(_withheld())
    else:
        _cascades(view, table)
    _equity(view)
    how(view, "reach", key="reach")


def _cascades(view: View, table: pd.DataFrame) -> None:
    cascades(table)
    with st.expander(_("The same as a table"), icon=":material/table_rows:"):
        shown = table.assign(
            **{name: table[name].map(counted) for name in STEPS},
            outside=table["received_outside_target"].map(counted),
        )
        columns = [
            Column("program_name", _("Program"), width="large", pinned=True),
            *(Column(name, label) for name, label in zip(STEPS, step_labels(), strict=True)),
            Column("reached", _("Received, of targets"), "share"),
            Column("outside", _("Received outside the target list")),
        ]
        _with_download(view, shown, columns, key="jangkauan", name=_("Program reach"))


def _equity(view: View) -> None:
    st.subheader(_("Who is covered alike"), anchor=False)
    table = view.ask("equity")
    if table.empty:
        st.info(_withheld())
        return
    dimensions = list(dict.fromkeys(table["dimension"]))
    dimension = st.pills(
        _("Compare by"),
        dimensions,
        default=dimensions[0],
        format_func=dimension_label,
        required=True,
        key="published_equity",
    )
    groups = table[table["dimension"] == dimension].reset_index(drop=True)
    hidden = int(groups["hidden"].sum())
    known = groups[~groups["hidden"] & (groups["active"] > 0)]
    rows = pd.DataFrame(
        {
            "label": [group_label(str(dimension), code) for code in known["group_code"]],
            "share": known["coverage"].to_numpy(),
            "low": known["ci_low"].to_numpy(),
            "high": known["ci_high"].to_numpy(),
            "part": known["covered"].to_numpy(),
            "whole": known["active"].to_numpy(),
            "few": known["few"].to_numpy(),
        }
    )
    everybody = float(view.ask("summary")["coverage"].iloc[0])
    components.chart(
        share_dots(rows, reference=everybody, reference_label=_("Everybody")),
        describe_dots(rows, reference=everybody, reference_label=_("Everybody")),
        key="published_equity_dots",
    )
    if hidden:
        st.caption(
            ngettext(
                "{count} group is hidden: a small count is behind it.",
                "{count} groups are hidden: a small count is behind them.",
                hidden,
            )
        )


def _beginning(table: pd.DataFrame) -> None:
    """The first months rise because the window is filling; that is no result."""
    filling = int((~table["whole_window"]).sum())
    if filling:
        st.caption(
            ngettext(
                "The window of the first {count} month reaches back before the first visit: its "
                "coverage is not complete and must not be read as a result.",
                "The window of the first {count} months reaches back before the first visit: "
                "their coverage is not complete and must not be read as a result.",
                filling,
            )
        )


def trend_page(view: View) -> None:
    """Coverage month by month, as a line and as a table."""
    if nothing_published(view):
        return
    about(view)
    table = view.ask("trend")
    st.html(coverage_line(table, as_of=view.filters.as_of))
    _beginning(table)
    shown = table.assign(
        month=[numbers.day(day) for day in table["month_end"]],
        covered=table["covered"].map(counted),
        active=table["active"].map(counted),
    ).iloc[::-1]
    columns = [
        Column("month", _("Month"), pinned=True),
        Column("coverage", _("Coverage"), "share"),
        Column("covered", _("Met, about")),
        Column("active", _("Active households, about")),
        Column("hidden", _("Desa with a hidden part"), "count"),
    ]
    _with_download(view, shown, columns, key="tren", name=_("Trend"))
    how(view, "trend", key="trend")
