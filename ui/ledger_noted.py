"""Barriers that were noted at visits and are not in the ledger: said, and taken over."""

from __future__ import annotations

import streamlit as st

from analytics import numbers
from analytics.i18n import _, ngettext
from analytics.ingest.barrier_noted import list_noted
from analytics.store import StoreError
from ui import words
from ui.ledger_record import problems
from ui.session import remember, remembered
from ui.tables import Column, show_table
from ui.view import View

_SAID = "noted_said"


def noted(view: View) -> None:
    """What visits noted beside the ledger; nothing when all of it is listed."""
    if done := remembered(_SAID):
        remember(_SAID, None)
        st.success(done, icon=":material/playlist_add_check:")
    table = view.ask("unlisted")
    if table.empty:
        return
    st.warning(
        ngettext(
            "{shown} barrier was noted at a visit and is not in the ledger: it is in no figure "
            "of this page.",
            "{shown} barriers were noted at visits and are not in the ledger: they are in no "
            "figure of this page.",
            len(table),
            shown=numbers.number(len(table)),
        ),
        icon=":material/playlist_add:",
    )
    with st.expander(_("Noted at visits only"), icon=":material/playlist_add:"):
        show_table(
            table.assign(what=table["category"].map(words.barrier)),
            [
                Column("what", _("Barrier"), pinned=True),
                Column("desa_name", _("Desa")),
                Column("household_id", _("Household")),
                Column("first_noted_on", _("First noted"), "date"),
                Column("last_noted_on", _("Last noted"), "date"),
                Column("visits", _("Visits"), "count"),
            ],
            key="noted_table",
            name=_("Noted at visits only"),
        )
        st.caption(
            _(
                "A note at a visit says that something stands in the way, not who has to act or "
                "whether it was solved since. Taken over, it is open since its first note."
            )
        )
        if view.reader.may_correct and st.button(
            _("Put all of them into the ledger"), key="noted_go", icon=":material/playlist_add:"
        ):
            _take_over(view)


def _take_over(view: View) -> None:
    rows = view.ask("unlisted").to_dict("records")
    try:
        with st.spinner(_("Recording it and making a new version …")):
            report = list_noted(view.store_to_record(), rows)
    except StoreError as error:
        st.error(str(error), icon=":material/report:")
        return
    if not report.total("accepted"):
        st.error("  \n".join([_("The import would refuse this:"), *problems(report)]))
        return
    remember(
        _SAID,
        ngettext(
            "{shown} barrier is in the ledger now. The data has a new version, {version}.",
            "{shown} barriers are in the ledger now. The data has a new version, {version}.",
            report.total("accepted"),
            shown=numbers.number(report.total("accepted")),
            version=report.version,
        ),
    )
    st.rerun()
