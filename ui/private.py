"""Personal data of a household: shown when somebody asks for it, and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analytics import numbers
from analytics.i18n import _
from ui import components, words
from ui.page import part
from ui.view import View


@part
def private_fields(view: View, household_id: str, visits: Mapping[str, pd.Timestamp]) -> None:
    """Personal data, only when asked for: not cached, not in the link, in no export."""
    place = st.empty()
    with place.container(key="private"):
        if not view.reader.sees_names:
            return
        if not st.button(_("Show personal data"), icon=":material/lock_open:", key="private_show"):
            st.caption(
                _("Name, card number, address and notes are encrypted and shown only on request.")
            )
            return
    view.kept_in.audit.note("personal_viewed", what=household_id, count=1)
    fields = view.snapshot.private("keluarga", [household_id]).get(household_id, {})
    kept = view.snapshot.private("kunjungan", list(visits))
    notes = [(visits[i], kept[i]["catatan"]) for i in visits if kept.get(i, {}).get("catatan")]
    with place.container(key="private_open"):
        if not fields and not notes:
            st.info(
                _(
                    "No personal data is stored for this household, or its key is not on this "
                    "computer."
                )
            )
            return
        lines = [
            f"{words.private_field(name)}: **{words.literal(text)}**"
            for name, text in fields.items()
            if text
        ]
        if notes:
            lines += ["", f"**{_('Notes of visits')}**", ""]
            lines += [f"{numbers.day(day, 'medium')}: {words.literal(text)}" for day, text in notes]
        st.markdown("  \n".join(lines))
        with st.container(horizontal=True):
            st.button(_("Hide again"), icon=":material/lock:", key="private_hide")
            _copy_for_the_family(view, household_id)


def _copy_for_the_family(view: View, household_id: str) -> None:
    """Everything the store holds of the household: the right of access."""

    def make() -> bytes:
        from analytics.export.extract import extract

        return extract(view.kept_in, view.snapshot, household_id)

    components.download(
        _("Copy of this household’s data, for the family (XLSX)"),
        make,
        f"data_keluarga_{household_id}.xlsx",
        key="private_extract",
        logged=False,  # it is logged as an extract, by whoever makes it
    )
