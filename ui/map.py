"""The map of desa, the bars beside it, two days compared, and the table."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.bars import coverage_bars, describe_bars
from analytics.charts.change import (
    change_dumbbells,
    change_rows,
    change_text,
    describe_change,
)
from analytics.charts.map import coverage_map, describe_map, selected_desa
from analytics.geo.boundary_files import BoundaryError
from analytics.i18n import _
from ui import answers, components, explain_map, geometry, map_choice, map_drill, words
from ui.map_choice import DESA, MapChoice
from ui.page import part
from ui.tables import Column, download_table, show_table
from ui.view import View

_MAP, _BEFORE, _BARS, _BOX = "map", "map_before", "bars", "map_desa"


@part
def map_and_households(view: View) -> None:
    """Switches, map and bars (or two maps and the change); below them, the desa opened."""
    reach = view.ask("reach")
    choice = map_choice.read(view, reach)
    map_choice.controls(choice, reach)
    now = map_choice.table_of(view, choice)
    left, right = st.columns([5, 3], vertical_alignment="bottom")
    with left:
        kind = kind_of_map(view)
    with right:
        map_choice.comparison(view, choice)
    shapes, schematic = shapes_of(view, kind)
    if choice.compared:
        before = map_choice.table_of(view, choice, choice.compared)
        _two_days(view, choice, (before, now), shapes, schematic)
    else:
        _one_day(view, choice, now, shapes, schematic)
    if choice.desa:
        map_drill.show(view, choice)
    _as_table(view, choice, now, schematic)


def kind_of_map(view: View) -> str:
    """Which shapes to draw: the imported boundaries when there are any, else schematic ones."""
    kinds = {
        geometry.SCHEMATIC: _("Schematic"),
        geometry.HEXAGONS: _("Hexagons"),
        geometry.OFFICIAL: _("Boundary file"),
    }
    if view.kept_in.boundaries() is None:
        del kinds[geometry.OFFICIAL]
    kind = st.segmented_control(
        _("Kind of map"),
        list(kinds),
        format_func=lambda code: kinds.get(code, code),
        default=geometry.OFFICIAL if geometry.OFFICIAL in kinds else geometry.SCHEMATIC,
        required=True,
        key="map_kind",
        label_visibility="collapsed",
        persist_state="session",
    )
    return str(kind or geometry.SCHEMATIC)


def shapes_of(view: View, kind: str) -> tuple[gpd.GeoDataFrame, bool]:
    """The shapes of the kind (else schematic ones), and whether they are schematic."""
    try:
        return geometry.shapes(view, kind), kind == geometry.SCHEMATIC
    except BoundaryError as error:
        st.warning(str(error))
        return geometry.shapes(view, geometry.SCHEMATIC), True


def _clicked(key: str) -> None:
    # A redrawn figure reports an empty selection: that is nobody's click.
    if code := selected_desa(st.session_state.get(key)):
        map_choice.write(**{DESA: code})


def _boxed() -> None:
    map_choice.write(**{DESA: st.session_state.get(_BOX)})


def _one_day(
    view: View, choice: MapChoice, now: pd.DataFrame, shapes: gpd.GeoDataFrame, schematic: bool
) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(choice, now, shapes, schematic, key=_MAP, width=600, height=560)
        st.caption(_("Click a desa on the map or a bar to open it."))
        components.how(explain_map.metric(view, choice.metric), view, key="map")
    with right:
        _chooser(view, choice)
        components.chart(
            coverage_bars(now, choice.metric, selected=choice.desa),
            describe_bars(now, choice.metric),
            key=_BARS,
            select=lambda: _clicked(_BARS),
        )


def _map(
    choice: MapChoice,
    table: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    schematic: bool,
    *,
    key: str,
    width: int,
    height: int,
    compact: bool = False,
) -> None:
    figure = coverage_map(
        table,
        shapes,
        choice.metric,
        selected=choice.desa,
        schematic=schematic,
        width=width,
        height=height,
        compact=compact,
    )
    components.chart(
        figure,
        describe_map(table, choice.metric, schematic=schematic),
        key=key,
        select=lambda: _clicked(key),
    )


def _two_days(
    view: View,
    choice: MapChoice,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    shapes: gpd.GeoDataFrame,
    schematic: bool,
) -> None:
    """The earlier day left, the later one right, the same classes; below, the change."""
    assert choice.compared is not None
    days = (choice.compared, view.filters.as_of)
    keys = (_BEFORE, _MAP)
    for column, day, table, key in zip(
        st.columns(2, gap="medium"), days, tables, keys, strict=True
    ):
        with column:
            st.subheader(numbers.day(day), anchor=False)
            _map(choice, table, shapes, schematic, key=key, width=470, height=430, compact=True)
    _chooser(view, choice)
    _change(view, choice, tables, days)


def _change(
    view: View,
    choice: MapChoice,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    days: tuple[date, date],
) -> None:
    sure = None
    if choice.metric.code == "coverage":
        # The same households on both days: a paired test, not two intervals.
        change = answers.coverage_change(view.snapshot, view.folder, view.filters, days[0])
        sure = set(change.loc[change["direction"] != "steady", "desa_code"])
    rows = change_rows(*tables, choice.metric, sure)
    said = (numbers.day(days[0], "medium"), numbers.day(days[1], "medium"))
    st.subheader(_("What changed"), anchor=False)
    components.chart(
        change_dumbbells(rows, choice.metric, days=said, selected=choice.desa),
        describe_change(rows, choice.metric, days=said),
        key=_BARS,
        select=lambda: _clicked(_BARS),
    )
    st.caption(
        _(
            "Bold: more than chance allows. Coverage is compared on the same households "
            "(McNemar’s test), other measures by whether their 95% intervals overlap. Desa "
            "waiting for data are not compared."
        )
    )
    components.how(explain_map.metric(view, choice.metric), view, key="map")
    columns = [
        Column("desa_name", _("Desa"), pinned=True),
        Column("was", said[0]),
        Column("is", said[1]),
        Column("moved", _("Change")),
        Column("remark", _("Remark")),
    ]
    words_of = choice.metric.exact_text
    shown = rows.assign(
        was=[numbers.NOTHING if pd.isna(each) else words_of(each) for each in rows["before"]],
        now=[numbers.NOTHING if pd.isna(each) else words_of(each) for each in rows["now"]],
        moved=[change_text(each, choice.metric) for each in rows["change"]],
        remark=[_("more than chance") if sure else "" for sure in rows["sure"]],
    ).rename(columns={"now": "is"})
    with st.expander(_("The change as a table"), icon=":material/table_rows:"):
        show_table(shown, columns, key="change_table", name=_("What changed"))
        download_table(
            view,
            shown,
            columns,
            key="perubahan",
            name=_("What changed"),
            explanations=(explain_map.metric(view, choice.metric),),
        )


def _chooser(view: View, choice: MapChoice) -> None:
    """The same choice for the keyboard."""
    st.session_state[_BOX] = choice.desa
    st.selectbox(
        _("Desa to open"),
        view.choice.desa or list(view.desa),
        index=None,
        format_func=lambda code: view.desa.get(code, code),
        placeholder=_("Choose a desa, on the map or here"),
        key=_BOX,
        on_change=_boxed,
        label_visibility="collapsed",
    )


def _as_table(view: View, choice: MapChoice, now: pd.DataFrame, schematic: bool) -> None:
    """The map in words, and every measure as a table."""
    box = st.expander(
        _("The same as a table and in words"),
        icon=":material/table_rows:",
        key="map_as_table",
        on_change="rerun",
    )
    if not box.open:
        return
    table = view.ask("desa_metrics").sort_values("desa_name")
    with box:
        st.markdown(describe_map(now, choice.metric, schematic=schematic))
        shown = table.assign(
            state=table["state"].map(words.state),
            interval=[
                numbers.NOTHING
                if pd.isna(low)
                else f"{numbers.percent(low)} – {numbers.percent(high)}"
                for low, high in zip(table["ci_low"], table["ci_high"], strict=True)
            ],
            covered=table["covered"].astype("Int64").where(table["state"] != "no_data"),
        )
        columns = [
            Column("desa_name", _("Desa"), pinned=True),
            Column("coverage", _("Coverage"), "share"),
            Column("covered", _("Met"), "count"),
            Column("active", _("Active households"), "count"),
            Column("interval", _("95% interval")),
            Column("past_due", _("Past due"), "count"),
            Column("past_due_share", _("Share past due"), "share"),
            Column("never", _("Never met"), "count"),
            Column("state", _("State of the data")),
            Column("data_through", _("Data through"), "date"),
            Column("days_since_data", _("Days since data"), "count"),
        ]
        name = _("Coverage per desa")
        show_table(shown, columns, key="coverage_table", name=name)
        how = (explain_map.metric(view, choice.metric),)
        download_table(view, shown, columns, key="cakupan", name=name, explanations=how)
