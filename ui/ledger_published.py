"""Hambatan for outside readers: open barriers by category and by desa, from published cells."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics.i18n import _
from ui import words
from ui.published_words import about, counted, how, nothing_published
from ui.tables import Column, download_table, show_table
from ui.view import View


def page(view: View) -> None:
    """How many are open, by category and by desa; ages and agencies are not published."""
    if nothing_published(view):
        return
    about(view)
    table = view.ask("barriers")
    if table.empty:
        st.info(
            _(
                "This table is left out for this month: beside the others it would let somebody "
                "work out a hidden count."
            )
        )
        return
    total = view.ask("summary").iloc[0]["barriers_open"]
    st.markdown(
        _("At the end of the month about **{count} barriers were open**.", count=counted(total))
    )
    of_category = table[table["category"] != ""]
    of_desa = table[table["category"] == ""]
    left, right = st.columns(2, gap="large")
    with left:
        _part(view, of_category.assign(name=of_category["category"].map(words.barrier)), "category")
    with right:
        _part(view, of_desa.assign(name=of_desa["desa_name"]), "desa")
    st.caption(
        _(
            "Open barriers say what stands in the way, not how well a desa works: where more is "
            "visited, more is noted. Ages and agencies are not published, because one old barrier "
            "can point at one household."
        )
    )
    how(view, "barriers", key="published_ledger")


_FILES = {"category": "kategori", "desa": "desa"}


def _part(view: View, rows: pd.DataFrame, by: str) -> None:
    title = _("By category") if by == "category" else _("By desa")
    label = _("Barrier") if by == "category" else _("Desa")
    st.subheader(title, anchor=False)
    # A hidden count is 1 or more, so it stands before none at all.
    order = rows.assign(order=rows["open"].fillna(1))
    shown = order.sort_values(["order", "name"], ascending=[False, True])
    shown = shown.assign(open=shown["open"].map(counted))
    columns = [Column("name", label), Column("open", _("Open barriers"))]
    show_table(shown, columns, key=f"published_{by}", name=title)
    download_table(view, shown, columns, key=f"hambatan_{_FILES[by]}", name=title)
