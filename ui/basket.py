"""The households chosen for this week's visits: kept for the session, whatever is filtered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _, ngettext
from ui import words
from ui.parts import show_tab
from ui.session import remember, remembered, use_language
from ui.view import View

_NAME = "basket"


def chosen(view: View) -> tuple[str, ...]:
    """Ids of the chosen households, in the order in which they were chosen."""
    store_id, ids = remembered(_NAME, ("", ()))
    return ids if store_id == view.snapshot.store_id else ()


def add(view: View, ids: Iterable[str]) -> None:
    """Choose households too (for callbacks)."""
    _keep(view, dict.fromkeys([*chosen(view), *ids]))


def remove(view: View, ids: Iterable[str]) -> None:
    """Choose households no longer (for callbacks)."""
    gone = set(ids)
    _keep(view, [each for each in chosen(view) if each not in gone])


def clear(view: View) -> None:
    """Choose nobody (for callbacks)."""
    _keep(view, ())


def _keep(view: View, ids: Iterable[str]) -> None:
    use_language()
    remember(_NAME, (view.snapshot.store_id, tuple(ids)))


def rows(view: View) -> pd.DataFrame:
    """Follow-up rows of the chosen households, by assistant and desa, highest score first.

    They do not depend on the filters of desa and program; households that are no longer followed
    on the day are left out.
    """
    everybody = view.ask("followup", desa=(), programs=())
    mine = everybody[everybody["household_id"].isin(chosen(view))]
    return mine.sort_values(["assistant_id", "desa_name"], kind="stable", na_position="last")


def top_of_each(table: pd.DataFrame, most: dict[str, int] | int) -> list[str]:
    """Ids of the first rows of each assistant.

    Args:
        table: follow-up rows, highest score first.
        most: how many of each, or of each assistant by id (others: none).
    """
    place = table.groupby("assistant_id", dropna=False).cumcount()
    limit = most if isinstance(most, int) else table["assistant_id"].map(most).fillna(0)
    return table.loc[place < limit, "household_id"].tolist()


def bar(view: View, tabs_key: str, target: str) -> None:
    """How many are chosen for this week; leads to their list, and empties it.

    Args:
        tabs_key: of the tabs.
        target: name of the tab with the lists, in the first language.
    """
    ids = chosen(view)
    if not ids:
        st.caption(
            ":material/checklist: "
            + _("This week’s list is empty: tick rows below, or let the first be chosen.")
        )
        return
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", key="basket"
    ):
        st.markdown(
            ":material/checklist: "
            + _("This week: **{households}**", households=words.households(len(ids)))
        )
        st.button(
            _("Print and send"),
            icon=":material/print:",
            key="basket_open",
            type="primary",
            on_click=show_tab,
            args=(tabs_key, target),
        )
        st.button(
            _("Empty the list"),
            icon=":material/delete:",
            key="basket_clear",
            type="tertiary",
            on_click=clear,
            args=(view,),
        )


def add_button(view: View, ids: Sequence[str], *, key: str, label: str | None = None) -> None:
    """A button that chooses households; without any it waits."""
    fresh = [each for each in ids if each not in set(chosen(view))]
    text = label or (
        ngettext(
            "Add {shown} ticked row",
            "Add {shown} ticked rows",
            len(ids),
            shown=numbers.number(len(ids)),
        )
        if ids
        else _("Add the ticked rows")
    )
    st.button(
        text,
        icon=":material/playlist_add:",
        key=key,
        disabled=not fresh,
        on_click=add,
        args=(view, fresh),
        help=_("Into this week’s list of visits."),
    )
