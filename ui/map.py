"""The coverage map, the bars beside it, and the households of the desa that was clicked."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.charts.bars import coverage_bars, describe_bars
from analytics.charts.map import coverage_map, describe_map, selected_desa
from analytics.config import PAST_DUE
from analytics.geo.boundary_files import BoundaryError
from analytics.i18n import _
from ui import components, explain, geometry, links, words
from ui.followup import household_table
from ui.page import part
from ui.tables import Column, download_table, show_table
from ui.view import View

CHOSEN = "pilih"
_MAP, _BARS, _BOX = "map", "bars", "map_desa"


def kind_of_map(view: View) -> str:
    """Which shapes to draw: the imported boundaries when there are any, else schematic ones."""
    kinds = {
        geometry.SCHEMATIC: _("Schematic"),
        geometry.HEXAGONS: _("Hexagons"),
        geometry.OFFICIAL: _("Boundary file"),
    }
    if view.store.boundaries() is None:
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


def chosen_desa(view: View) -> str | None:
    """The desa that was clicked, as the link says."""
    code = st.query_params.get(CHOSEN)
    return code if code in view.desa else None


def _choose(code: str | None) -> None:
    if code:
        st.query_params[CHOSEN] = code
    elif CHOSEN in st.query_params:
        del st.query_params[CHOSEN]


def _clicked(key: str) -> None:
    # A redrawn figure reports an empty selection: that is nobody's click.
    if code := selected_desa(st.session_state.get(key)):
        _choose(code)


def _boxed() -> None:
    _choose(st.session_state.get(_BOX))


@part
def map_and_households(view: View) -> None:
    """Map and bars side by side; below them, the households of the chosen desa."""
    table = view.ask("coverage")
    chosen = chosen_desa(view)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        kind = kind_of_map(view)
        schematic = kind == geometry.SCHEMATIC
        try:
            shapes = geometry.shapes(view, kind)
        except BoundaryError as error:
            st.warning(str(error))
            shapes, schematic = geometry.shapes(view, geometry.SCHEMATIC), True
        figure = coverage_map(
            table, shapes, selected=chosen, schematic=schematic, width=600, height=560
        )
        components.chart(
            figure,
            describe_map(table, schematic=schematic),
            key=_MAP,
            select=lambda: _clicked(_MAP),
        )
        st.caption(_("Click a desa on the map or a bar to see its households."))
        components.how(explain.coverage(view), view, key="map")
    with right:
        _chooser(view, chosen)
        figure = coverage_bars(table, selected=chosen)
        components.chart(figure, describe_bars(table), key=_BARS, select=lambda: _clicked(_BARS))
    if chosen:
        _households(view, chosen)


def _chooser(view: View, chosen: str | None) -> None:
    """The same choice for the keyboard."""
    st.session_state[_BOX] = chosen
    st.selectbox(
        _("Desa whose households to list"),
        view.choice.desa or list(view.desa),
        index=None,
        format_func=lambda code: view.desa.get(code, code),
        placeholder=_("Choose a desa, on the map or here"),
        key=_BOX,
        on_change=_boxed,
        label_visibility="collapsed",
    )


def _households(view: View, code: str) -> None:
    listed = view.ask("followup", desa=(code,))
    row = view.ask("coverage", desa=(code,)).iloc[0]
    name = view.desa[code]
    with st.container(key="chosen_desa"):
        st.subheader(_("Households of {desa}", desa=name), anchor=False)
        sentence = [words.households(int(row["active"]))]
        if row["state"] != "no_data":
            share = numbers.percent(row["coverage"])
            sentence = [f"{_('Coverage')} {share} ({words.n_of(row['covered'], row['active'])})"]
        if row["state"] != "ok":
            sentence.append(words.state(row["state"]).lower())
        if not listed.empty:
            late = int(listed["status"].isin(PAST_DUE).sum())
            sentence.append(_("{count} past due", count=words.households(late)))
        st.markdown(" · ".join(sentence))
        links.page_link(
            "tindak_lanjut",
            _("Follow-up list of {desa}", desa=name),
            view,
            icon=":material/checklist:",
            desa=(code,),
        )
        if listed.empty:
            st.info(_("No active household on {day}.", day=numbers.day(view.filters.as_of)))
        else:
            household_table(view, listed, key="desa_households", height=380)


def as_table(view: View) -> None:
    """The map as a table, and in words."""
    table = view.ask("coverage").sort_values("desa_name")
    with st.expander(_("The same as a table and in words"), icon=":material/table_rows:"):
        st.markdown(describe_map(table))
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
            Column("state", _("State of the data")),
            Column("data_through", _("Data through"), "date"),
        ]
        name = _("Coverage per desa")
        show_table(shown, columns, key="coverage_table", name=name)
        how = (explain.coverage(view),)
        download_table(view, shown, columns, key="cakupan", name=name, explanations=how)
